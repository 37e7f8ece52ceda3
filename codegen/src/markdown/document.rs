//! A documentation text between reading and printing: data only.

use std::rc::Rc;

/// Blocks in reading order. None is empty, and they nest at most a few levels deep.
pub(super) type Document = Vec<Block>;

/// What stands on lines of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// Running text.
    Paragraph(Vec<Span>),
    /// A title of level 1 to 6.
    Heading(usize, Vec<Span>),
    /// Text to show as it is, and the word that names its language.
    Code(&'static str, String),
    /// A list, each item being blocks.
    List(Numbering, Vec<Vec<Block>>),
    /// A quotation, or a note set apart from the text.
    Quote(Vec<Block>),
    /// Rows of cells; the first row is the header.
    Table(Vec<Vec<Vec<Span>>>),
    /// A line between two parts.
    Rule,
}

/// How the items of a list are marked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Numbering {
    /// By bullets.
    Bullets,
    /// By numbers that count up from this one.
    From(u32),
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Span {
    /// Characters that look alike. White space is single spaces.
    Text(String, Style),
    /// The end of a line that the author wanted.
    Break,
}

/// What characters look like.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Style {
    /// Prose or code.
    pub(super) face: Face,
    /// What is drawn around the characters, from the outside in.
    pub(super) marks: Vec<Mark>,
}

/// Whether characters are prose or code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Face {
    /// To be read as prose.
    #[default]
    Prose,
    /// To be taken to the letter.
    Code,
}

/// One thing that is drawn around characters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A link to an absolute address.
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
