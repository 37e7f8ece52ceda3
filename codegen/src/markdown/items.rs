//! Flattens spans into a list of words, gaps and marks, in which gaps stand outside of marks.

use std::cmp::Reverse;

use super::document::{Face, Mark, Span, Style};

/// How many spans decide which of two marks is the outer one.
const LOOKAHEAD: usize = 32;

/// What one printed word is made of, and the gaps between words.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    /// Characters of prose with no space among them.
    Word(&'a str),
    Space,
    Break,
    Open(Mark),
    Close(Mark),
    Code(String),
    /// An address that is shown as it is.
    Address(String),
}

/// The state of turning spans into items.
struct Items<'a> {
    /// The spans from the present one on.
    rest: &'a [Span],
    items: Vec<Item<'a>>,
    open: Vec<Mark>,
    gap: Option<Item<'a>>,
}

/// The items of running text: no gap comes first or last, and none stands within a mark's edge.
pub(super) fn items(spans: &[Span]) -> Vec<Item<'_>> {
    let mut items = Items { rest: spans, items: Vec::new(), open: Vec::new(), gap: None };
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
            // At a paragraph's start, `[a]: b` in a link's code would make it a definition.
            let mut marks = style.marks.clone();
            marks.retain(|mark| !(is_link(mark) && text.contains("]:")));
            if text.starts_with(' ') {
                self.space(&style.marks);
            }
            if !text.trim().is_empty() {
                self.mark(&marks);
                match self.items.last_mut() {
                    // Two pieces side by side would need backticks that read as a longer fence.
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

    /// Adds an address, as code if it has holes to fill in.
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

    /// Adds a gap, in front of which marks end that the space does not have.
    fn space(&mut self, marks: &[Mark]) {
        self.leave(marks);
        if !self.items.is_empty() && self.gap.is_none() {
            self.gap = Some(Item::Space);
        }
    }

    /// Closes the marks that what follows does not have.
    fn leave(&mut self, marks: &[Mark]) {
        let kept = self.open.iter().take_while(|mark| marks.contains(mark)).count();
        while self.open.len() > kept
            && let Some(mark) = self.open.pop()
        {
            self.close(mark);
        }
    }

    /// Adds the gap, and opens the marks that what follows has.
    fn mark(&mut self, marks: &[Mark]) {
        self.leave(marks);
        match self.gap.take() {
            // A link is one word, which no line may end in.
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
        // What lasts longest is outermost, so that it need not be closed in between.
        missing.sort_by_cached_key(|mark| Reverse(self.lasts(mark)));
        for mark in missing {
            self.items.push(Item::Open(mark.clone()));
            self.open.push(mark.clone());
        }
    }

    /// How many of the next spans have a mark, as far as it pays to look.
    fn lasts(&self, mark: &Mark) -> usize {
        let has = |span: &&Span| match span {
            Span::Break => true,
            // A space alone shows no mark.
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

/// Whether the text of a link is its address, all of it marked alike.
fn shows(items: &[Item<'_>], target: &str) -> bool {
    let mut shown = items.iter().filter(|item| !matches!(item, Item::Open(_) | Item::Close(_)));
    shown.next() == Some(&Item::Word(target)) && shown.next().is_none()
}

/// Splits a text at the first address of the web in it.
fn split_address(text: &str) -> Option<(&str, &str, &str)> {
    let mut starts = text.match_indices("http").map(|(start, _)| start);
    let start = starts.find(|start| is_address(&text[*start..]))?;
    let rest = &text[start..];
    let word = &rest[..rest.find(' ').unwrap_or(rest.len())];
    let address =
        word[..address_end(word)].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '>', ']', '*', '’', '”']);
    Some((&text[..start], address, &rest[address.len()..]))
}

/// Whether a text starts with an address, whose host may be a hole to fill in.
fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || "<{[$".contains(c)))
}

/// The length of a word up to a parenthesis that it did not open: that one belongs to the sentence,
/// like the full stop at its end.
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
