//! Converts the documentation in a model to Markdown for rustdoc.
//!
//! The input is the value of a `smithy.api#documentation` trait. The value is Markdown or, in AWS's models, HTML, which
//! may be malformed. The output is Markdown that renders in the same way on every page, and does not cause rustdoc
//! warnings. Prose is escaped, links are absolute or removed, code blocks are marked as `text` so that they do not
//! become doctests, and lines are wrapped.
//!
//! Both formats are read into a [`Document`](document::Document), which is then rendered. The tokens come from
//! `html5gum` and from `pulldown-cmark`, which is also rustdoc's parser. This module handles AWS's tags and rustdoc's
//! rules.

mod allowed_characters;
mod builder;
mod commonmark;
mod doc_links;
mod document;
mod html;
mod inline;
mod open_marks;
mod render;
mod span_lists;
mod summary;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use allowed_characters::{absolute, is_invisible};
use document::{Block, Document, Mark, Span, Style};

/// Converts documentation to Markdown without a trailing line break. The result may be empty.
///
/// If the documentation is HTML, its first sentence becomes a separate paragraph, which serves as a summary. If it is
/// Markdown, its paragraphs are not split.
pub(crate) fn from_documentation(text: &str) -> String {
    render::markdown(&read(text))
}

/// A Rust item to which a name in documentation refers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DocLink {
    /// The name of the item in Rust.
    pub(crate) name: String,
    /// The path of the item, or `None` if several items have the name.
    pub(crate) path: Option<String>,
}

/// A function that returns the item to which inline code refers.
pub(crate) type Resolve<'a> = &'a dyn Fn(&str) -> Option<DocLink>;

/// Documentation in Markdown, and its first sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose {
    /// The first sentence as a single line. It is empty if the documentation does not start with a paragraph.
    pub(crate) summary: String,
    /// The whole documentation.
    pub(crate) markdown: String,
}

/// Converts documentation to Markdown, as [`from_documentation`] does. In addition, replaces names that refer to items,
/// and returns the first sentence separately.
pub(crate) fn prose(text: &str, resolve: Resolve<'_>) -> Prose {
    let mut document = read(text);
    doc_links::link(&mut document, resolve);
    let mut first: Document = document.first().cloned().into_iter().collect();
    first.retain(|block| matches!(block, Block::Paragraph(_)));
    let mut first = summary::first(first);
    first.truncate(1);
    doc_links::unlink(&mut first);
    Prose { summary: render::markdown(&first).replace('\n', " "), markdown: render::markdown(&document) }
}

/// Converts documentation to a single line of plain text, for places that do not support Markdown, such as deprecation
/// notes.
pub(crate) fn plain_text(text: &str) -> String {
    render::plain_text(&read(text))
}

/// Formats a link on a single line. The text is documentation, whose style is removed.
pub(crate) fn link(text: &str, url: &str) -> String {
    let text = Some(plain_text(text)).filter(|text| !text.is_empty()).unwrap_or_else(|| url.to_owned());
    let style = Style { marks: vec![Mark::Link(url.into())], ..Style::default() };
    render::markdown(&[Block::Paragraph(vec![Span::Text(text, style)])]).replace('\n', " ")
}

/// Formats inline code. The delimiter is longer than any sequence of backticks in the code. Code with invisible
/// characters is escaped, since a line break could start another block.
pub(crate) fn code_span(text: &str) -> String {
    if text.contains(is_invisible) {
        return code_span(&text.escape_debug().to_string());
    }
    let fence = "`".repeat(longest_backticks(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns the length of the longest sequence of backticks.
fn longest_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

fn read(text: &str) -> Document {
    if commonmark::is_html(text) { summary::first(html::read(text)) } else { commonmark::read(text) }
}
