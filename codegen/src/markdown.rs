//! Turns the documentation of a model into Markdown that is fit for rustdoc.
//!
//! In goes the value of a `smithy.api#documentation` trait: the HTML of AWS's own models (well
//! formed or not), or plain Markdown. Out comes Markdown that renders the same on every page of
//! rustdoc and gives it nothing to warn about: prose is escaped, links are absolute or gone, code
//! blocks are `text` and thus never tests, and lines are wrapped.
//!
//! Both kinds are read into one small [`Document`](document::Document), so that one printer
//! answers for what comes out. The tokens come from `html5gum` and `pulldown-cmark` (rustdoc's own
//! parser); what is written here is what no library has: AWS's tags, and rustdoc's rules.

mod builder;
mod clean;
mod commonmark;
mod document;
mod html;
mod inline;
mod items;
mod marked;
mod render;
mod spans;
mod summary;
#[cfg(test)]
mod tests;

pub(crate) use clean::{absolute, is_invisible};
use document::Document;

/// The Markdown for a documentation text, with no line break at its end; empty if there is nothing
/// to say.
///
/// HTML is also given a summary: its first sentence becomes a paragraph of its own and comes first.
/// Markdown keeps the paragraphs that its author gave it.
pub(crate) fn from_documentation(text: &str) -> String {
    render::markdown(&read(text))
}

/// Documentation as Markdown, and its first sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose {
    /// The first sentence, in one line; empty if the text does not begin with a paragraph.
    pub(crate) summary: String,
    /// All of the text.
    pub(crate) markdown: String,
}

/// The Markdown for a documentation text as [`from_documentation`] makes it, with its first sentence.
pub(crate) fn prose(text: &str) -> Prose {
    let document = read(text);
    let mut first: Document = document.first().cloned().into_iter().collect();
    first.retain(|block| matches!(block, document::Block::Paragraph(_)));
    let mut first = summary::first(first);
    first.truncate(1);
    Prose { summary: render::markdown(&first).replace('\n', " "), markdown: render::markdown(&document) }
}

/// The same text in one line and with no markup, for places that take no Markdown, such as the note
/// of a deprecation.
pub(crate) fn plain_text(text: &str) -> String {
    render::plain_text(&read(text))
}

/// Inline code whose fence is longer than any run of backticks inside, and which cannot end before it: a line break
/// would let what follows be a block of its own.
pub(crate) fn code_span(text: &str) -> String {
    if text.contains(is_invisible) {
        return code_span(&text.escape_debug().to_string());
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn read(text: &str) -> Document {
    if commonmark::has_html(text) { summary::first(html::read(text)) } else { commonmark::read(text) }
}
