//! Prints paragraphs, headings and cells. Escapes characters that Markdown would interpret, adds marks, and wraps
//! lines.
//!
//! Spans are converted to [`Item`]s, items to words, and words to lines. Words are never broken.

use std::borrow::Cow;

use super::code_span;
use super::document::{Mark, Span};
use super::words::{Item, items};

/// The separator between words in the output, at which a line may be broken. Text does not contain this character,
/// since whitespace in text is collapsed to spaces.
const GAP: char = '\n';

/// The kind of character next to a delimiter, which determines whether Markdown recognizes the delimiter.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Beside {
    Space,
    Punctuation,
    Word,
    Unsure,
}

/// The kind of block that contains the text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Container {
    Paragraph,
    Cell,
}

/// Returns the lines of a paragraph. They are at most `width` characters long, unless a single word is longer.
pub(super) fn wrapped(spans: &[Span], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let parts = words(spans, Container::Paragraph);
    let last = parts.len().saturating_sub(1);
    for (i, part) in parts.iter().enumerate() {
        wrap(part.split(GAP), width, &mut lines);
        if i < last
            && let Some(line) = lines.last_mut()
        {
            line.push('\\');
        }
    }
    lines
}

/// Returns the text of a heading as a single line.
pub(super) fn heading(spans: &[Span]) -> String {
    let mut line = words(spans, Container::Paragraph).join(" ").replace(GAP, " ");
    // Markdown would remove the `#` at the end of a heading such as `C #`.
    let last = line.rfind(' ').map_or(0, |space| space + 1);
    if line[last..].chars().all(|c| c == '#') {
        line.insert(last, '\\');
    }
    line
}

/// Returns the text of a table cell as a single line.
pub(super) fn cell(spans: &[Span]) -> String {
    words(spans, Container::Cell).join("<br>").replace(GAP, " ")
}

/// Returns the lines between explicit line breaks. Their words are separated by [`GAP`].
fn words(spans: &[Span], container: Container) -> Vec<String> {
    let items = items(spans);
    let delimiters = delimiters(&items);
    let mut printer = Printer { tildes: items.iter().map(tildes).sum(), container, in_link: false, items };
    let mut lines = Vec::new();
    let mut line = String::with_capacity(printer.items.iter().map(length).sum());
    for (i, delimiter) in delimiters.into_iter().enumerate() {
        match &printer.items[i] {
            Item::Word(text) => printer.escape(text, i, &mut line),
            Item::Space if printer.in_link => line.push(' '),
            Item::Space => line.push(GAP),
            Item::Break => lines.push(std::mem::take(&mut line)),
            Item::Open(mark) => {
                printer.in_link |= matches!(mark, Mark::Link(_));
                line.push_str(delimiter);
            }
            Item::Close(Mark::Link(target)) => {
                line.push_str("](");
                line.push_str(&destination(target));
                line.push(')');
                printer.in_link = false;
            }
            Item::Close(_) => line.push_str(delimiter),
            Item::Code(text) if container == Container::Cell => {
                line.push_str(&code_span(text).replace('|', "\\|"));
            }
            Item::Code(text) => line.push_str(&code_span(text)),
            Item::Address(address) => {
                line.push('<');
                line.push_str(address);
                line.push('>');
            }
        }
    }
    lines.push(line);
    lines
}

/// Returns whether a character may have a meaning in Markdown.
fn is_meaningful(byte: u8) -> bool {
    matches!(byte, b'`' | b'[' | b'*' | b'_' | b'\\' | b'<' | b'&' | b'~' | b']' | b'|' | b'!' | b'^' | b'-')
}

/// The context that determines whether a character must be escaped.
struct Printer<'a> {
    items: Vec<Item<'a>>,
    container: Container,
    /// The number of tildes in the text. A single tilde does not strike out text.
    tildes: usize,
    in_link: bool,
}

impl Printer<'_> {
    /// Adds the word of the item with index `i`, and escapes the characters that Markdown would interpret.
    fn escape(&self, word: &str, i: usize, out: &mut String) {
        let mut copied = 0;
        for (at, byte) in word.bytes().enumerate() {
            if is_meaningful(byte) && self.needs_escape(byte, word, at, i) {
                out.push_str(&word[copied..at]);
                out.push('\\');
                copied = at;
            }
        }
        out.push_str(&word[copied..]);
    }

    /// Returns whether Markdown would interpret the character at this position in a word.
    fn needs_escape(&self, byte: u8, word: &str, at: usize, i: usize) -> bool {
        let before = i.checked_sub(1).and_then(|i| self.items.get(i));
        let after = self.items.get(i + 1);
        let previous = word[..at].chars().next_back();
        let next = word[at + 1..].chars().next();
        let alone = previous.is_none() && next.is_none() && is_space(before) && is_space(after);
        match byte {
            b'`' | b'[' => true,
            b'*' => !alone,
            b'_' => {
                let within_word =
                    previous.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
                !alone && !within_word
            }
            b'\\' => next.is_none_or(|c| c.is_ascii_punctuation()),
            b'<' => next.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)),
            b'&' => is_entity(&word[at + 1..]),
            b'~' => self.tildes > 1,
            b']' => self.in_link,
            b'|' => self.container == Container::Cell,
            b'!' => next.is_none() && matches!(after, Some(Item::Open(Mark::Link(_)))),
            // rustdoc would read a link whose text starts with `^` as a footnote.
            b'^' => previous.is_none() && matches!(before, Some(Item::Open(Mark::Link(_)))),
            // rustdoc would replace the `--` of an option with a dash.
            b'-' => {
                let option = word[at..].strip_prefix("--");
                let named = option.is_some_and(|name| name.starts_with(char::is_alphanumeric));
                previous.is_none() && named
            }
            _ => false,
        }
    }
}

/// Returns the approximate length of an item in the output. Escapes are not counted.
fn length(item: &Item<'_>) -> usize {
    match item {
        Item::Word(word) => word.len(),
        Item::Code(text) | Item::Address(text) => text.len() + 2,
        Item::Space | Item::Break | Item::Open(_) | Item::Close(_) => 1,
    }
}

fn tildes(item: &Item<'_>) -> usize {
    match item {
        Item::Word(word) => word.bytes().filter(|byte| *byte == b'~').count(),
        Item::Space | Item::Break | Item::Open(_) | Item::Close(_) | Item::Code(_) | Item::Address(_) => 0,
    }
}

/// Returns whether the neighbor of a word is whitespace or does not exist. An explicit line break is not whitespace,
/// since it is printed as a backslash.
fn is_space(item: Option<&Item<'_>>) -> bool {
    matches!(item, None | Some(Item::Space))
}

/// Returns whether an ampersand followed by this string would be a character reference.
fn is_entity(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.starts_with(';')
}

/// Returns the delimiter of each item. It is empty for items that are not opening or closing marks.
///
/// Markdown recognizes `_` and `**` only next to certain characters. Elsewhere, HTML tags are used.
fn delimiters(items: &[Item<'_>]) -> Vec<&'static str> {
    let mut delimiters = vec![""; items.len()];
    let mut open = Vec::new();
    for (i, item) in items.iter().enumerate() {
        match item {
            Item::Open(_) => open.push(i),
            Item::Close(mark) => {
                let Some(start) = open.pop() else {
                    continue;
                };
                let before = start.checked_sub(1).map(|i| &items[i]);
                let works = reads(mark, beside(before, Side::End), beside(items.get(start + 1), Side::Start))
                    && reads(mark, beside(items.get(i + 1), Side::Start), beside(Some(&items[i - 1]), Side::End));
                (delimiters[start], delimiters[i]) = match mark {
                    Mark::Link(_) => ("[", ""),
                    Mark::Strong if works => ("**", "**"),
                    Mark::Strong => ("<strong>", "</strong>"),
                    Mark::Emphasis if works => ("_", "_"),
                    Mark::Emphasis => ("<em>", "</em>"),
                    Mark::Superscript => ("<sup>", "</sup>"),
                    Mark::Subscript => ("<sub>", "</sub>"),
                };
            }
            Item::Word(_) | Item::Space | Item::Break | Item::Code(_) | Item::Address(_) => {}
        }
    }
    delimiters
}

/// Returns whether Markdown recognizes a delimiter between these neighbors.
fn reads(mark: &Mark, outside: Beside, inside: Beside) -> bool {
    match outside {
        Beside::Space | Beside::Punctuation => true,
        Beside::Word | Beside::Unsure => *mark == Mark::Strong && inside == Beside::Word,
    }
}

/// A side of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Start,
    End,
}

fn beside(item: Option<&Item<'_>>, side: Side) -> Beside {
    let c = match (item, side) {
        (None | Some(Item::Space | Item::Break), _) => return Beside::Space,
        (Some(Item::Open(_) | Item::Close(_) | Item::Code(_) | Item::Address(_)), _) => {
            return Beside::Punctuation;
        }
        (Some(Item::Word(word)), Side::Start) => word.chars().next(),
        (Some(Item::Word(word)), Side::End) => word.chars().next_back(),
    };
    match c {
        None => Beside::Space,
        Some(c) if c.is_alphanumeric() => Beside::Word,
        Some(c) if c.is_ascii_punctuation() || "‘’“”–—…".contains(c) => Beside::Punctuation,
        Some(_) => Beside::Unsure,
    }
}

/// Escapes a URL for use as the target of a link. Parentheses would end the target, and character references would be
/// replaced.
fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for (i, c) in address.char_indices() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '&' if is_entity(&address[i + 1..]) => out.push_str("\\&"),
            c => out.push(c),
        }
    }
    out
}

/// Wraps words into lines of at most `width` characters.
fn wrap<'a>(words: impl Iterator<Item = &'a str>, width: usize, lines: &mut Vec<String>) {
    let mut line = String::with_capacity(width);
    let mut length = 0;
    for word in words {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(std::mem::replace(&mut line, String::with_capacity(width)));
            length = 0;
        }
        if length == 0 {
            let word = at_line_start(word);
            length = word.chars().count();
            line.push_str(&word);
        } else {
            line.push(' ');
            line.push_str(word);
            length += 1 + word_length;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
}

/// Escapes a word at the start of a line if Markdown could read it as a list, heading, quote, table or underline.
fn at_line_start(word: &str) -> Cow<'_, str> {
    let only = |characters: &str| word.chars().all(|c| characters.contains(c));
    let digits = word.trim_end_matches(['.', ')']);
    let number =
        word.len() == digits.len() + 1 && (1..=9).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    if number {
        return format!("{digits}\\{}", &word[digits.len()..]).into();
    }
    let heading = only("#") && word.len() <= 6;
    let bullet = matches!(word, "*" | "+");
    let line = only("-:|") || only("=");
    if word.starts_with('>') || heading || bullet || line {
        return format!("\\{word}").into();
    }
    word.into()
}
