//! Renders a document as Markdown or as plain text.

use super::document::{Block, Numbering, Span};
use super::{inline, longest_backticks};

/// The maximum width of a line. Including `/// `, a line has at most 100 characters.
const WIDTH: usize = 96;

/// The minimum width of lines in nested blocks.
const MIN_WIDTH: usize = 40;

/// Whether blocks are separated by blank lines.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spacing {
    Loose,
    /// There is no blank line between a list and its introduction.
    Tight,
}

/// Renders a document as Markdown without a trailing line break.
pub(super) fn markdown(document: &[Block]) -> String {
    lines(document, WIDTH, Spacing::Loose).join("\n")
}

/// Renders a document as a single line of plain text.
pub(super) fn plain_text(document: &[Block]) -> String {
    let mut text = String::new();
    add_plain(document, &mut text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

fn lines(blocks: &[Block], width: usize, spacing: Spacing) -> Vec<String> {
    let mut lines = Vec::new();
    let mut marker = Marker::First;
    for (i, block) in blocks.iter().enumerate() {
        let previous = i.checked_sub(1).and_then(|i| blocks.get(i));
        if previous.is_some() && spacing == Spacing::Loose {
            lines.push(String::new());
        }
        match block {
            Block::Paragraph(spans) => lines.extend(inline::wrapped(spans, width)),
            Block::Heading(level, spans) => {
                lines.push(format!("{} {}", "#".repeat(*level), inline::heading(spans)));
            }
            Block::Code(language, code) => lines.extend(code_block(language, code)),
            Block::List(numbering, items) => {
                marker = marker.after(previous, *numbering);
                lines.extend(list(*numbering, marker, items, width));
            }
            Block::Quote(blocks) => {
                let quoted = self::lines(blocks, inner(width, "> "), Spacing::Loose);
                lines.extend(quoted.iter().map(|line| format!("> {line}").trim_end().to_owned()));
            }
            Block::Table(rows) => lines.extend(table(rows)),
            Block::Rule => lines.push("***".to_owned()),
        }
    }
    lines
}

fn inner(width: usize, prefix: &str) -> usize {
    width.saturating_sub(prefix.len()).max(MIN_WIDTH)
}

/// The marker of a list. Adjacent lists have different markers, since they would otherwise be read as one list.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Marker {
    First,
    Second,
}

impl Marker {
    fn after(self, previous: Option<&Block>, numbering: Numbering) -> Self {
        let same = |other: &Numbering| matches!(other, Numbering::Bullets) == matches!(numbering, Numbering::Bullets);
        match (previous, self) {
            (Some(Block::List(other, _)), Marker::First) if same(other) => Marker::Second,
            _ => Marker::First,
        }
    }
}

fn list(numbering: Numbering, marker: Marker, items: &[Vec<Block>], width: usize) -> Vec<String> {
    let spacing = if items.iter().all(|item| is_tight(item)) { Spacing::Tight } else { Spacing::Loose };
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 && spacing == Spacing::Loose {
            out.push(String::new());
        }
        let marker = match (numbering, marker) {
            (Numbering::Bullets, Marker::First) => "- ".to_owned(),
            (Numbering::Bullets, Marker::Second) => "* ".to_owned(),
            (Numbering::From(first), Marker::First) => format!("{}. ", number(first, i)),
            (Numbering::From(first), Marker::Second) => format!("{}) ", number(first, i)),
        };
        let indent = " ".repeat(marker.len());
        for (row, line) in lines(item, inner(width, &marker), spacing).iter().enumerate() {
            let prefix = if row == 0 { &marker } else { &indent };
            out.push(format!("{prefix}{line}").trim_end().to_owned());
        }
    }
    out
}

/// Returns the number of an item, which has at most nine digits in Markdown.
fn number(first: u32, index: usize) -> usize {
    (first as usize).saturating_add(index).min(999_999_999)
}

/// Returns whether an item can be rendered without blank lines. This is the case if it consists of a paragraph that is
/// followed by at most one list.
fn is_tight(item: &[Block]) -> bool {
    let follows = |block: &Block| {
        matches!(block, Block::List(Numbering::Bullets | Numbering::From(1), items)
            if items.iter().all(|item| is_tight(item)))
    };
    match item {
        [Block::Paragraph(_)] => true,
        [Block::Paragraph(_), list] => follows(list),
        _ => false,
    }
}

fn code_block(language: &str, code: &str) -> Vec<String> {
    let fence = "`".repeat(3.max(longest_backticks(code) + 1));
    let mut lines = vec![format!("{fence}{language}")];
    lines.extend(code.lines().map(str::to_owned));
    lines.push(fence);
    lines
}

fn table(rows: &[Vec<Vec<Span>>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let row = |cells: &[Vec<Span>]| {
        let cells = cells.iter().map(|cell| inline::cell(cell));
        let padded: Vec<String> = cells.chain(std::iter::repeat(String::new())).take(columns).collect();
        format!("| {} |", padded.join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(|cells| row(cells)).collect();
    lines.insert(1.min(lines.len()), format!("|{}", " --- |".repeat(columns)));
    lines
}

fn add_plain(blocks: &[Block], text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading(_, spans) => add_spans(spans, text),
            Block::Code(_, code) => text.push_str(code),
            Block::List(_, items) => items.iter().for_each(|item| add_plain(item, text)),
            Block::Quote(blocks) => add_plain(blocks, text),
            Block::Table(rows) => rows.iter().flatten().for_each(|cell| {
                add_spans(cell, text);
                text.push(' ');
            }),
            Block::Rule => {}
        }
        text.push(' ');
    }
}

fn add_spans(spans: &[Span], text: &mut String) {
    for span in spans {
        match span {
            Span::Text(visible, _) => text.push_str(visible),
            Span::Break => text.push(' '),
        }
    }
}
