//! Replaces names in documentation with the names of Rust items, and adds links to the items.

use std::{collections::BTreeSet, rc::Rc};

use super::document::{Block, Face, Mark, Span};
use super::{DocLink, Resolve};

/// Where inline code is the name of an item in the model, replaces it with the item's name in Rust. The first
/// occurrence of each item becomes a link.
pub(super) fn link(document: &mut [Block], resolve: Resolve<'_>) {
    blocks(document, &mut Linker { resolve, linked: BTreeSet::new() });
}

/// Removes links to items from top-level paragraphs, so that the paragraphs can be displayed where the paths of the
/// links may be invalid.
pub(super) fn unlink(document: &mut [Block]) {
    let is_path = |mark: &Mark| matches!(mark, Mark::Link(target) if !target.contains("://"));
    for block in document {
        if let Block::Paragraph(list) = block {
            for span in list {
                if let Span::Text(_, style) = span {
                    style.marks.retain(|mark| !is_path(mark));
                }
            }
        }
    }
}

struct Linker<'a> {
    resolve: Resolve<'a>,
    /// The paths that are already linked.
    linked: BTreeSet<String>,
}

fn blocks(document: &mut [Block], linker: &mut Linker<'_>) {
    for block in document {
        match block {
            Block::Paragraph(list) | Block::Heading(_, list) => spans(list, linker),
            Block::List(_, items) => items.iter_mut().for_each(|item| blocks(item, linker)),
            Block::Quote(inner) => blocks(inner, linker),
            Block::Table(rows) => rows.iter_mut().flatten().for_each(|cell| spans(cell, linker)),
            Block::Code(..) | Block::Rule => {}
        }
    }
}

fn spans(list: &mut [Span], linker: &mut Linker<'_>) {
    for span in list {
        let Span::Text(text, style) = span else { continue };
        if style.face != Face::Code {
            continue;
        }
        let Some(DocLink { name, path }) = (linker.resolve)(text) else { continue };
        *text = name;
        // The link replaces any link to external documentation.
        style.marks.retain(|mark| !matches!(mark, Mark::Link(_)));
        if let Some(path) = path.filter(|path| linker.linked.insert(path.clone())) {
            style.marks.insert(0, Mark::Link(Rc::from(path)));
        }
    }
}
