//! Adds a summary to documentation. rustdoc displays the first paragraph wherever it lists an item.

use super::document::{Block, Document, Face, Mark, Span, Style};

/// The minimum number of words in a summary. A shorter sentence, such as "Required.", is not a useful summary.
const MIN_WORDS: usize = 3;

/// Abbreviations whose final period does not end a sentence.
const ABBREVIATIONS: [&str; 9] = ["approx", "cf", "corp", "dr", "etc", "fig", "inc", "ltd", "vs"];

/// Moves the first paragraph before any notes that precede it, and splits off its first sentence as a separate
/// paragraph.
pub(super) fn first(mut document: Document) -> Document {
    let notes = document.iter().take_while(|block| matches!(block, Block::Quote(_))).count();
    if matches!(document.get(notes), Some(Block::Paragraph(_))) {
        document[..=notes].rotate_right(1);
    }
    if let Some(Block::Paragraph(spans)) = document.first_mut()
        && let Some((span, end)) = sentence_end(spans)
    {
        let rest = split_off(spans, span, end);
        document.insert(1, Block::Paragraph(rest));
    }
    document
}

/// Returns the end of the first sentence, as the index of a span and a byte offset in the span. Returns `None` if no
/// other sentence follows.
fn sentence_end(spans: &[Span]) -> Option<(usize, usize)> {
    let mut chars = spans.iter().enumerate().flat_map(|(i, span)| {
        let (text, joint) = match span {
            Span::Break => (" ", Joint::Inside),
            Span::Text(text, style) => (text.as_str(), joint(style)),
        };
        text.char_indices().map(move |(at, c)| (c, joint, (i, at + c.len_utf8())))
    });
    let mut words = 0;
    let mut parentheses = 0_usize;
    let mut word = String::new();
    while let Some((c, joint, end)) = chars.next() {
        match c {
            ' ' => {
                words += 1;
                word.clear();
                continue;
            }
            '(' => parentheses += 1,
            ')' => parentheses = parentheses.saturating_sub(1),
            '.' | '!' | '?'
                if joint == Joint::Between
                    && parentheses == 0
                    && words + 1 >= MIN_WORDS
                    && !(c == '.' && is_abbreviation(&word))
                    && starts_sentence(chars.clone()) =>
            {
                return Some(end);
            }
            _ => {}
        }
        word.push(c);
    }
    None
}

/// Whether text may be split after a character.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Joint {
    Between,
    Inside,
}

fn joint(style: &Style) -> Joint {
    let linked = style.marks.iter().any(|mark| matches!(mark, Mark::Link(_)));
    if linked || style.face == Face::Code { Joint::Inside } else { Joint::Between }
}

fn starts_sentence(mut rest: impl Iterator<Item = (char, Joint, (usize, usize))>) -> bool {
    match (rest.next(), rest.next()) {
        (Some((' ', ..)), Some((c, joint, _))) => joint == Joint::Inside || !c.is_lowercase(),
        _ => false,
    }
}

/// Returns whether a word is an abbreviation whose period does not end the sentence.
fn is_abbreviation(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '“']).to_lowercase();
    // Initials, such as "e.g.", "U.S." and "J.", consist of single letters.
    let initials = word.split('.').all(|part| matches!(part.as_bytes(), [b'a'..=b'z']));
    initials || ABBREVIATIONS.contains(&word.as_str())
}

/// Splits a list of spans at a position within one of them.
fn split_off(spans: &mut Vec<Span>, span: usize, end: usize) -> Vec<Span> {
    let mut rest = spans.split_off(span + 1);
    if let Some(Span::Text(text, style)) = spans.last_mut() {
        let after = text.split_off(end);
        rest.insert(0, Span::Text(after, style.clone()));
    }
    rest
}
