//! Converts spans to a flat list of words, gaps and marks. A mark never starts or ends with a gap.

use std::cmp::Reverse;

use super::document::{Face, Mark, Span, Style};

/// The maximum number of spans that are examined to decide which of two marks is the outer one.
const LOOKAHEAD: usize = 32;

/// A part of a printed word, or a gap between words.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    /// Prose without spaces.
    Word(&'a str),
    Space,
    Break,
    Open(Mark),
    Close(Mark),
    Code(String),
    /// A URL that is displayed unchanged.
    Address(String),
}

/// The state of a conversion from spans to items.
struct Items<'a> {
    /// The remaining spans, starting with the current one.
    rest: &'a [Span],
    items: Vec<Item<'a>>,
    open: Vec<Mark>,
    gap: Option<Item<'a>>,
}

/// Returns the items of a paragraph, heading or cell. Neither the list nor a mark starts or ends with a gap.
pub(super) fn items(spans: &[Span]) -> Vec<Item<'_>> {
    // A word and the space after it are two items, which together have about six characters.
    let length: usize = spans.iter().map(|span| if let Span::Text(text, _) = span { text.len() } else { 0 }).sum();
    let mut items = Items { rest: spans, items: Vec::with_capacity(length / 3 + 1), open: Vec::new(), gap: None };
    while let Some((span, rest)) = items.rest.split_first() {
        match span {
            Span::Break if items.items.is_empty() => {}
            Span::Break => items.gap = Some(Item::Break),
            Span::Text(text, style) => items.text(text, style),
        }
        items.rest = rest;
    }
    items.gap = None;
    items.mark(&[]);
    items.items
}

impl<'a> Items<'a> {
    fn text(&mut self, text: &'a str, style: &Style) {
        if style.face == Face::Code {
            // At the start of a paragraph, code such as `[a]: b` in a link would be read as a link reference
            // definition.
            let mut marks = style.marks.clone();
            marks.retain(|mark| !(is_link(mark) && text.contains("]:")));
            if text.starts_with(' ') {
                self.space(&style.marks);
            }
            if !text.trim().is_empty() {
                self.mark(&marks);
                match self.items.last_mut() {
                    // Markdown would read two adjacent delimiters as a single one.
                    Some(Item::Code(code)) => code.push_str(text.trim()),
                    _ => self.items.push(Item::Code(text.trim().to_owned())),
                }
            }
            if text.ends_with(' ') {
                self.space(&style.marks);
            }
            return;
        }
        let linked = style.marks.iter().any(is_link);
        let mut rest = text;
        while !linked && let Some((before, address, after)) = split_address(rest) {
            self.prose(before, style);
            self.mark(&style.marks);
            self.address(address);
            rest = after;
        }
        self.prose(rest, style);
    }

    /// Adds a URL. If it contains placeholders, it is added as code.
    fn address(&mut self, address: &str) {
        let holes = ['<', '>', '{', '}', '[', ']', '|', '\\', '^', '`', '"'];
        match self.items.last_mut() {
            Some(Item::Code(code)) if address.contains(holes) => code.push_str(address),
            _ if address.contains(holes) => self.items.push(Item::Code(address.to_owned())),
            _ => self.items.push(Item::Address(address.to_owned())),
        }
    }

    fn prose(&mut self, text: &'a str, style: &Style) {
        for (i, word) in text.split(' ').enumerate() {
            if i > 0 {
                self.space(&style.marks);
            }
            if !word.is_empty() {
                self.mark(&style.marks);
                self.items.push(Item::Word(word));
            }
        }
    }

    /// Adds a gap, after closing the marks that do not include the space.
    fn space(&mut self, marks: &[Mark]) {
        self.leave(marks);
        if !self.items.is_empty() && self.gap.is_none() {
            self.gap = Some(Item::Space);
        }
    }

    /// Closes the marks that do not include the next span.
    fn leave(&mut self, marks: &[Mark]) {
        let kept = self.open.iter().take_while(|mark| marks.contains(mark)).count();
        while self.open.len() > kept
            && let Some(mark) = self.open.pop()
        {
            self.close(mark);
        }
    }

    /// Adds the pending gap, and opens the marks that include the next span.
    fn mark(&mut self, marks: &[Mark]) {
        self.leave(marks);
        match self.gap.take() {
            // A link must not contain a line break.
            Some(Item::Break) if self.open.iter().any(is_link) => {
                self.items.push(Item::Space);
            }
            Some(gap) => self.items.push(gap),
            None => {}
        }
        if self.open.len() == marks.len() {
            return;
        }
        let mut missing: Vec<&Mark> = marks.iter().filter(|mark| !self.open.contains(mark)).collect();
        // The mark that extends furthest becomes the outermost one, so that it does not have to be closed and reopened.
        missing.sort_by_cached_key(|mark| Reverse(self.lasts(mark)));
        for mark in missing {
            self.items.push(Item::Open(mark.clone()));
            self.open.push(mark.clone());
        }
    }

    /// Returns the number of consecutive spans that have a mark, starting with the current span. The maximum is
    /// [`LOOKAHEAD`].
    fn lasts(&self, mark: &Mark) -> usize {
        let has = |span: &&Span| match span {
            Span::Break => true,
            // A mark does not affect a single space.
            Span::Text(text, style) => text == " " || style.marks.contains(mark),
        };
        self.rest.iter().take(LOOKAHEAD).take_while(has).count()
    }

    fn close(&mut self, mark: Mark) {
        if let Mark::Link(target) = &mark
            && let Some(start) = self.items.iter().rposition(|item| *item == Item::Open(mark.clone()))
            && shows(&self.items[start + 1..], target)
        {
            self.items.remove(start);
            if let Some(word) = self.items.iter_mut().rfind(|item| matches!(item, Item::Word(_))) {
                *word = Item::Address(target.to_string());
            }
            return;
        }
        self.items.push(Item::Close(mark));
    }
}

fn is_link(mark: &Mark) -> bool {
    matches!(mark, Mark::Link(_))
}

/// Returns whether the text of a link is its URL.
fn shows(items: &[Item<'_>], target: &str) -> bool {
    let mut shown = items.iter().filter(|item| !matches!(item, Item::Open(_) | Item::Close(_)));
    shown.next() == Some(&Item::Word(target)) && shown.next().is_none()
}

/// Splits a string around its first URL.
fn split_address(text: &str) -> Option<(&str, &str, &str)> {
    let mut starts = text.match_indices("http").map(|(start, _)| start);
    let start = starts.find(|start| is_address(&text[*start..]))?;
    let rest = &text[start..];
    let word = &rest[..rest.find(' ').unwrap_or(rest.len())];
    let address =
        word[..address_end(word)].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '>', ']', '*', '’', '”']);
    Some((&text[..start], address, &rest[address.len()..]))
}

/// Returns whether a string starts with a URL, whose host may be a placeholder.
fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || "<{[$".contains(c)))
}

/// Returns the length of a word up to a closing parenthesis whose opening parenthesis is not in the word. Such a
/// parenthesis belongs to the sentence, not to the URL.
fn address_end(word: &str) -> usize {
    let mut open = 0_usize;
    for (i, c) in word.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return i,
            ')' => open -= 1,
            _ => {}
        }
    }
    word.len()
}
