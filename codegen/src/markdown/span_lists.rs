//! Operations on lists of spans: trimming, and adding a label to blocks.

use super::document::{Block, Face, Mark, Span, Style};

/// Adds a label before blocks. If the blocks start with a paragraph, the label becomes part of that paragraph.
pub(super) fn labeled(mut label: Vec<Span>, mut blocks: Vec<Block>) -> Vec<Block> {
    label = trimmed(label);
    let Some(Span::Text(last, _)) = label.last() else {
        return blocks;
    };
    if blocks.is_empty() {
        return vec![Block::Paragraph(label)];
    }
    if !last.ends_with([':', '.', '?', '!']) {
        label.push(strong(":".to_owned()));
    }
    if let Some(Block::Paragraph(spans)) = blocks.first_mut() {
        label.push(Span::Text(" ".to_owned(), Style::default()));
        spans.splice(0..0, label);
    } else {
        blocks.insert(0, Block::Paragraph(label));
    }
    blocks
}

pub(super) fn strong(text: String) -> Span {
    let (face, marks) = (Face::Prose, vec![Mark::Strong]);
    Span::Text(text, Style { face, marks })
}

/// Removes spaces and line breaks from both ends of a list of spans.
pub(super) fn trimmed(mut spans: Vec<Span>) -> Vec<Span> {
    while spans.last().is_some_and(is_space) {
        spans.pop();
    }
    if let Some(Span::Text(text, _)) = spans.last_mut() {
        text.truncate(text.trim_end().len());
    }
    let blank = spans.iter().take_while(|span| is_space(span)).count();
    spans.drain(..blank);
    spans
}

pub(super) fn is_space(span: &Span) -> bool {
    match span {
        Span::Break => true,
        Span::Text(text, _) => text == " ",
    }
}
