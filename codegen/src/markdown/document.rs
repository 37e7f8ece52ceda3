//! The structure of documentation between reading and rendering.

use std::rc::Rc;

/// Blocks in reading order. They are not empty, and the depth of their nesting is limited.
pub(super) type Document = Vec<Block>;

/// A block, which starts on a new line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A heading of level 1 to 6.
    Heading(usize, Vec<Span>),
    /// A code block, with the name of its language.
    Code(&'static str, String),
    /// A list of items, each of which consists of blocks.
    List(Numbering, Vec<Vec<Block>>),
    /// A quotation or a note.
    Quote(Vec<Block>),
    /// A table of rows of cells. The first row is the header.
    Table(Vec<Vec<Vec<Span>>>),
    /// A thematic break.
    Rule,
}

/// The markers of a list's items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Numbering {
    /// By bullets.
    Bullets,
    /// Numbers that start at this one.
    From(u32),
}

/// A piece of a paragraph, heading or cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Span {
    /// Characters with the same style. White space is collapsed to single spaces.
    Text(String, Style),
    /// An explicit line break.
    Break,
}

/// The style of characters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Style {
    pub(super) face: Face,
    /// The marks around the characters, from the outside in.
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
    /// A link to an absolute URL.
    Link(Rc<str>),
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Raised.
    Superscript,
    /// Lowered.
    Subscript,
}
