//! Reads the HTML in AWS's models.
//!
//! HTML tags and the tags that AWS adds, such as `note` and `fullname`, are supported. Anything else that looks like a
//! tag, such as `<account-id>`, is read as text.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::builder::{Builder, Container};
use super::document::{Document, Mark, Numbering};

/// The meaning of a tag.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tag {
    Paragraph,
    Heading(usize),
    Quote(Option<&'static str>),
    List,
    NumberedList,
    Item,
    Term,
    Definition,
    Preformatted,
    Table,
    Row,
    Cell,
    Rule,
    Title,
    Code,
    Strong,
    Emphasis,
    Superscript,
    Subscript,
    Link,
    Image,
    Break,
    /// A known tag that does not affect the result.
    Transparent,
}

/// Reads HTML.
pub(super) fn read(text: &str) -> Document {
    let mut builder = Builder::new();
    feed(&mut builder, text);
    builder.finish()
}

/// Reads a fragment of HTML, which may consist of a single tag.
pub(super) fn feed(builder: &mut Builder, text: &str) {
    let mut read_to = 0;
    for token in tokens(text) {
        let span = match &token {
            Token::StartTag(tag) => tag.span,
            Token::EndTag(tag) => tag.span,
            Token::String(text) => text.span,
            Token::Comment(text) => text.span,
            Token::Doctype(doctype) => doctype.span,
            Token::Error(_) => continue,
        };
        read_to = span.end;
        let source = text.get(span.start..span.end).unwrap_or_default();
        match token {
            Token::StartTag(start) => match tag_of(&start.name) {
                Some(tag) => open(builder, tag, &start),
                None => builder.text(source),
            },
            Token::EndTag(end) => match tag_of(&end.name) {
                Some(tag) => close(builder, tag),
                None => builder.text(source),
            },
            Token::String(text) => prose(builder, &String::from_utf8_lossy(&text.value)),
            Token::Comment(_) if source.starts_with("<!--") && source.ends_with("-->") => {}
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => builder.text(source),
        }
    }
    // The tokenizer does not return an incomplete tag at the end as a token.
    builder.text(text.get(read_to..).unwrap_or_default());
}

/// Returns whether a fragment contains a tag that identifies the documentation as HTML. Tags that may also occur in
/// Markdown, or that this generator emits, are ignored.
pub(super) fn is_markup(text: &str) -> bool {
    let is_markup = |name: &[u8]| match tag_of(name) {
        Some(Tag::Break | Tag::Superscript | Tag::Subscript | Tag::Transparent) | None => false,
        Some(_) => !matches!(name, b"em" | b"strong"),
    };
    tokens(text).any(|token| match token {
        Token::StartTag(tag) => is_markup(&tag.name),
        Token::EndTag(tag) => is_markup(&tag.name),
        Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => false,
    })
}

fn tokens(text: &str) -> impl Iterator<Item = Token<usize>> {
    let tokenizer = Tokenizer::new_with_emitter(text, DefaultEmitter::<usize>::new_with_span());
    // Reading from memory cannot fail, so the error type is `Infallible`.
    tokenizer.map_while(Result::ok)
}

fn tag_of(name: &[u8]) -> Option<Tag> {
    Some(match name {
        b"p" | b"div" | b"para" | b"section" | b"article" | b"center" | b"address" | b"figure" | b"figcaption"
        | b"caption" | b"details" | b"summary" => Tag::Paragraph,
        b"h1" => Tag::Heading(1),
        b"h2" => Tag::Heading(2),
        b"h3" => Tag::Heading(3),
        b"h4" => Tag::Heading(4),
        b"h5" => Tag::Heading(5),
        b"h6" => Tag::Heading(6),
        b"blockquote" => Tag::Quote(None),
        b"note" => Tag::Quote(Some("Note:")),
        b"important" => Tag::Quote(Some("Important:")),
        b"caution" => Tag::Quote(Some("Caution:")),
        b"warning" => Tag::Quote(Some("Warning:")),
        b"tip" => Tag::Quote(Some("Tip:")),
        b"ul" | b"dl" | b"menu" | b"dir" | b"itemizedlist" => Tag::List,
        b"ol" | b"orderedlist" => Tag::NumberedList,
        b"li" | b"listitem" => Tag::Item,
        b"dt" => Tag::Term,
        b"dd" => Tag::Definition,
        b"pre" | b"programlisting" => Tag::Preformatted,
        b"table" => Tag::Table,
        b"tr" => Tag::Row,
        b"td" | b"th" => Tag::Cell,
        b"hr" => Tag::Rule,
        b"fullname" => Tag::Title,
        b"code" | b"tt" | b"samp" | b"kbd" | b"filename" | b"userinput" | b"function" => Tag::Code,
        b"b" | b"strong" => Tag::Strong,
        b"i" | b"em" | b"cite" | b"dfn" | b"var" | b"replaceable" | b"emphasis" => Tag::Emphasis,
        b"sup" => Tag::Superscript,
        b"sub" => Tag::Subscript,
        b"a" | b"ulink" => Tag::Link,
        b"img" => Tag::Image,
        b"br" => Tag::Break,
        b"abbr" | b"acronym" | b"bdi" | b"bdo" | b"big" | b"body" | b"col" | b"colgroup" | b"del" | b"font"
        | b"html" | b"ins" | b"link" | b"mark" | b"nobr" | b"q" | b"s" | b"small" | b"span" | b"strike" | b"tbody"
        | b"tfoot" | b"thead" | b"u" | b"wbr" | b"xhtml" | b"zonbook" => Tag::Transparent,
        _ => return None,
    })
}

fn open(builder: &mut Builder, tag: Tag, start: &StartTag<usize>) {
    let attribute = |name: &[u8]| match start.attributes.get(name) {
        Some(value) => String::from_utf8_lossy(&value.value),
        None => "".into(),
    };
    if builder.in_code_block() && tag != Tag::Break {
        return;
    }
    match tag {
        Tag::Paragraph => builder.paragraph(),
        Tag::Heading(level) => builder.open_heading(level),
        Tag::Quote(label) => builder.open_quote(label),
        Tag::List => builder.open_list(Numbering::Bullets),
        Tag::NumberedList => {
            let first = attribute(b"start").trim().parse().unwrap_or(1);
            builder.open_list(Numbering::From(first));
        }
        Tag::Item => builder.open_item(),
        Tag::Term => builder.open_term(),
        Tag::Definition => builder.close_term(),
        Tag::Preformatted => builder.open_code_block("text"),
        Tag::Table => builder.open_table(),
        Tag::Row => builder.open_row(),
        Tag::Cell => builder.open_cell(),
        Tag::Rule => builder.rule(),
        Tag::Title => builder.paragraph(),
        Tag::Code => builder.open_code(),
        Tag::Strong => builder.open_mark(&Mark::Strong),
        Tag::Emphasis => builder.open_mark(&Mark::Emphasis),
        Tag::Superscript => builder.open_mark(&Mark::Superscript),
        Tag::Subscript => builder.open_mark(&Mark::Subscript),
        Tag::Link => {
            let target = attribute(b"href");
            let target = if target.is_empty() { attribute(b"url") } else { target };
            builder.open_link(&target);
        }
        Tag::Image => builder.text(&attribute(b"alt")),
        Tag::Break => builder.line_break(),
        Tag::Transparent => {}
    }
}

fn close(builder: &mut Builder, tag: Tag) {
    if builder.in_code_block() && tag != Tag::Preformatted {
        return;
    }
    match tag {
        Tag::Paragraph => builder.paragraph(),
        Tag::Heading(_) => builder.close_heading(),
        Tag::Quote(_) => builder.close(Container::Quote),
        Tag::List | Tag::NumberedList => builder.close(Container::List),
        Tag::Item => builder.close(Container::Item),
        // A term may have several definitions, so its item ends where the next term starts.
        Tag::Definition => builder.paragraph(),
        Tag::Term => builder.close_term(),
        Tag::Preformatted => builder.close_code_block(),
        Tag::Table => builder.close(Container::Table),
        Tag::Row | Tag::Cell => builder.close_cell(),
        Tag::Title => builder.close_title(),
        Tag::Code => builder.close_code(),
        Tag::Strong => builder.close_mark(&Mark::Strong),
        Tag::Emphasis => builder.close_mark(&Mark::Emphasis),
        Tag::Superscript => builder.close_mark(&Mark::Superscript),
        Tag::Subscript => builder.close_mark(&Mark::Subscript),
        Tag::Link => builder.close_link(),
        Tag::Rule | Tag::Image | Tag::Break | Tag::Transparent => {}
    }
}

/// Adds text, in which backticks may enclose code, as in Markdown.
fn prose(builder: &mut Builder, mut text: &str) {
    while !builder.in_code()
        && let Some((before, code, after)) = backticks(text)
    {
        builder.text(before);
        builder.code_span(code);
        text = after;
    }
    builder.text(text);
}

/// Splits a string around its first code span, which is enclosed in one or two backticks, and returns the string before
/// the code span, the code, and the string after the code span.
fn backticks(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let fence = if rest.starts_with('`') { "``" } else { "`" };
    let (code, after) = rest[fence.len() - 1..].split_once(fence)?;
    let word = !code.is_empty() && code.trim() == code && !code.contains('`');
    (word && !after.starts_with('`')).then_some((before, code, after))
}
