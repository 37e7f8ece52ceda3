//! Reads Markdown, and detects HTML.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::builder::{Builder, Container};
use super::document::{Document, Mark, Numbering};
use super::html;

/// The languages that are kept in code blocks. Any other language is replaced with `text`, since rustdoc treats code in
/// Rust, and code without a language, as doctests.
const LANGUAGES: [&str; 12] =
    ["console", "http", "ini", "java", "javascript", "json", "python", "sh", "smithy", "toml", "xml", "yaml"];

/// Returns whether documentation is HTML. Documentation is HTML if it contains a tag, outside code, for which Markdown
/// has its own syntax, and does not contain Markdown itself.
pub(super) fn is_html(text: &str) -> bool {
    let mut has_markup = false;
    if text.contains('<') {
        for event in Parser::new_ext(text.trim(), Options::ENABLE_TABLES) {
            match event {
                Event::Start(tag) if is_distinctive(&tag) => return false,
                Event::Html(html) | Event::InlineHtml(html) => has_markup = has_markup || html::is_markup(&html),
                _ => {}
            }
        }
    }
    has_markup
}

/// Returns whether a construct identifies documentation as Markdown. Emphasis, indented code, and code in single
/// backticks do not identify it: in HTML, an asterisk may be part of a pattern, indentation has no meaning, and some
/// authors write code in backticks.
fn is_distinctive(tag: &Tag<'_>) -> bool {
    match tag {
        Tag::Heading { .. }
        | Tag::CodeBlock(CodeBlockKind::Fenced(_))
        | Tag::List(_)
        | Tag::Table(_)
        | Tag::Strong
        | Tag::Image { .. } => true,
        Tag::Link { link_type, .. } => !matches!(link_type, LinkType::Autolink | LinkType::Email),
        _ => false,
    }
}

/// Reads Markdown.
pub(super) fn read(text: &str) -> Document {
    let mut builder = Builder::new();
    let mut html_block = String::new();
    // Leading whitespace would turn the first lines into a code block.
    for event in Parser::new_ext(text.trim(), Options::ENABLE_TABLES) {
        match event {
            Event::Start(tag) => open(&mut builder, &tag),
            Event::End(TagEnd::HtmlBlock) => {
                html::feed(&mut builder, &std::mem::take(&mut html_block));
                builder.paragraph();
            }
            Event::End(tag) => close(&mut builder, tag),
            Event::Text(text) => builder.text(&text),
            Event::Code(code) => builder.code_span(&code),
            Event::Html(html) => html_block.push_str(&html),
            Event::InlineHtml(html) => html::feed(&mut builder, &html),
            Event::SoftBreak => builder.text(" "),
            Event::HardBreak => builder.line_break(),
            Event::Rule => builder.rule(),
            // The remaining events require extensions that are not enabled.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                builder.text(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }
    builder.finish()
}

fn open(builder: &mut Builder, tag: &Tag<'_>) {
    match tag {
        Tag::Paragraph => builder.paragraph(),
        Tag::Heading { level, .. } => builder.open_heading(*level as usize),
        Tag::BlockQuote(_) => builder.open_quote(None),
        Tag::CodeBlock(kind) => builder.open_code_block(language(kind)),
        Tag::List(None) => builder.open_list(Numbering::Bullets),
        Tag::List(Some(first)) => {
            builder.open_list(Numbering::From(u32::try_from(*first).unwrap_or(1)));
        }
        Tag::Item => builder.open_item(),
        Tag::Table(_) => builder.open_table(),
        Tag::TableHead | Tag::TableRow => builder.open_row(),
        Tag::TableCell => builder.open_cell(),
        Tag::Emphasis => builder.open_mark(&Mark::Emphasis),
        Tag::Strong => builder.open_mark(&Mark::Strong),
        // External images become links.
        Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => builder.open_link(dest_url),
        Tag::HtmlBlock
        | Tag::FootnoteDefinition(_)
        | Tag::DefinitionList
        | Tag::DefinitionListTitle
        | Tag::DefinitionListDefinition
        | Tag::Strikethrough
        | Tag::Superscript
        | Tag::Subscript
        | Tag::MetadataBlock(_) => {}
    }
}

fn close(builder: &mut Builder, tag: TagEnd) {
    match tag {
        TagEnd::Paragraph => builder.paragraph(),
        TagEnd::Heading(_) => builder.close_heading(),
        TagEnd::BlockQuote(_) => builder.close(Container::Quote),
        TagEnd::CodeBlock => builder.close_code_block(),
        TagEnd::List(_) => builder.close(Container::List),
        TagEnd::Item => builder.close(Container::Item),
        TagEnd::Table => builder.close(Container::Table),
        TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => builder.close_cell(),
        TagEnd::Emphasis => builder.close_mark(&Mark::Emphasis),
        TagEnd::Strong => builder.close_mark(&Mark::Strong),
        TagEnd::Link | TagEnd::Image => builder.close_link(),
        TagEnd::HtmlBlock
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::MetadataBlock(_) => {}
    }
}

fn language(kind: &CodeBlockKind<'_>) -> &'static str {
    let named = match kind {
        CodeBlockKind::Indented => "",
        CodeBlockKind::Fenced(info) => info.trim(),
    };
    LANGUAGES.into_iter().find(|language| *language == named).unwrap_or("text")
}
