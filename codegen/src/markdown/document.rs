//! The structure of documentation after reading and before rendering.

use std::rc::Rc;

/// The blocks of a document, in the order of the text. No block is empty, and the nesting depth is limited.
pub(super) type Document = Vec<Block>;

/// A block, which starts on a new line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A heading, with its level from 1 to 6.
    Heading(usize, Vec<Span>),
    /// A code block, with the name of its language.
    Code(&'static str, String),
    /// A list, whose items consist of blocks.
    List(Numbering, Vec<Vec<Block>>),
    /// A quotation or a note.
    Quote(Vec<Block>),
    /// A table, as rows of cells. The first row is the header.
    Table(Vec<Vec<Vec<Span>>>),
    /// A thematic break.
    Rule,
}

/// The markers of the items in a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Numbering {
    /// Bullets.
    Bullets,
    /// Numbers, starting with this one.
    From(u32),
}

/// A part of a paragraph, heading or cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Span {
    /// Characters with the same style. Whitespace is collapsed to single spaces.
    Text(String, Style),
    /// An explicit line break.
    Break,
}

/// The style of characters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Style {
    pub(super) face: Face,
    /// The marks around the characters, from the outermost to the innermost.
    pub(super) marks: Vec<Mark>,
}

/// Whether characters are prose or code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Face {
    /// Prose.
    #[default]
    Prose,
    /// Inline code, which is not interpreted as Markdown.
    Code,
}

/// A mark around characters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A link to an absolute URL or to the path of a Rust item.
    Link(Rc<str>),
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Superscript.
    Superscript,
    /// Subscript.
    Subscript,
}
