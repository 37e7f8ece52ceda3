//! Builds a [`Document`] from text and from events that open and close blocks and marks. The events do not have to be
//! balanced.
//!
//! The HTML reader and the Markdown reader both use the builder. Building cannot fail: closing events without an
//! opening event are ignored, blocks that are still open at the end are closed, and deeply nested blocks are flattened.

use std::rc::Rc;

use super::allowed_characters::{absolute, clean_code, is_invisible};
use super::document::{Block, Document, Face, Mark, Numbering, Span, Style};
use super::open_marks::OpenMarks;
use super::span_lists::{is_space, labeled, strong, trimmed};

/// The maximum nesting depth of quotes, lists, items and tables. Blocks that are nested more deeply are read as
/// paragraphs.
const MAX_DEPTH: usize = 16;

/// The kind of a block that contains other blocks. It identifies the block that a closing event closes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Container {
    Quote,
    List,
    Item,
    Table,
}

/// An open block, with data that depends on its kind.
#[derive(Debug)]
enum Frame {
    Root,
    Quote { label: Option<&'static str> },
    List { numbering: Numbering, items: Vec<Vec<Block>> },
    Item { term: Vec<Span> },
    Table { rows: Vec<Vec<Vec<Span>>>, cell: Cell },
}

/// The state of a table's current cell.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell {
    Open,
    Closed,
}

/// A document that is being built.
#[derive(Debug)]
pub(super) struct Builder {
    /// The open blocks, from the outermost to the innermost, each with the blocks that it contains so far. There is
    /// always at least the root.
    open: Vec<(Frame, Vec<Block>)>,
    /// The contents of the open paragraph, heading or table cell.
    spans: Vec<Span>,
    heading: Option<usize>,
    /// The language and contents of the open code block.
    code_block: Option<(&'static str, String)>,
    /// The number of open containers beyond [`MAX_DEPTH`].
    skipped: usize,
    /// The title from a `fullname` tag, which is used only if there is no other text.
    title: Vec<Span>,
    open_marks: OpenMarks,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            open: vec![(Frame::Root, Vec::new())],
            spans: Vec::new(),
            heading: None,
            code_block: None,
            skipped: 0,
            title: Vec::new(),
            open_marks: OpenMarks::default(),
        }
    }

    /// Adds text. Whitespace is collapsed, except in code blocks.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code_block {
            code.push_str(text);
            return;
        }
        let mut visible = String::with_capacity(text.len());
        let mut after_space = self.ends_with_space();
        for c in text.chars() {
            if c.is_ascii_graphic() {
                visible.push(c);
                after_space = false;
            } else if c.is_whitespace() {
                if !after_space {
                    visible.push(' ');
                }
                after_space = true;
            } else if !is_invisible(c) {
                visible.push(c);
                after_space = false;
            }
        }
        if visible.is_empty() {
            return;
        }
        let style = self.open_marks.style();
        match self.spans.last_mut() {
            Some(Span::Text(last, last_style)) if *last_style == style => last.push_str(&visible),
            _ => self.spans.push(Span::Text(visible, style)),
        }
    }

    /// Adds inline code.
    pub(super) fn code_span(&mut self, code: &str) {
        self.open_code();
        self.text(code);
        self.close_code();
    }

    /// Ends the line, or the paragraph if the line is empty.
    pub(super) fn line_break(&mut self) {
        if let Some((_, code)) = &mut self.code_block {
            code.push('\n');
            return;
        }
        while matches!(self.spans.last(), Some(Span::Text(text, _)) if text == " ") {
            self.spans.pop();
        }
        match self.spans.last() {
            None => {}
            Some(Span::Break) => self.flush(),
            Some(Span::Text(..)) => self.spans.push(Span::Break),
        }
    }

    /// Ends the open paragraph or heading unless it is blank. This method is called where a paragraph starts and where
    /// it ends.
    pub(super) fn paragraph(&mut self) {
        if !self.is_blank() {
            self.flush();
            self.open_marks = OpenMarks::default();
        }
    }

    pub(super) fn open_heading(&mut self, level: usize) {
        self.paragraph();
        self.heading = Some(level.clamp(1, 6));
    }

    pub(super) fn close_heading(&mut self) {
        self.paragraph();
        self.heading = None;
    }

    pub(super) fn open_code_block(&mut self, language: &'static str) {
        if self.in_table() {
            self.open_code();
        } else if self.code_block.is_none() {
            self.paragraph();
            self.code_block = Some((language, String::new()));
        }
    }

    pub(super) fn close_code_block(&mut self) {
        let Some((language, code)) = self.code_block.take() else {
            self.close_code();
            return;
        };
        let code = clean_code(&code);
        if !code.is_empty() {
            self.push(Block::Code(language, code));
        }
    }

    pub(super) fn rule(&mut self) {
        self.paragraph();
        if !self.in_table() {
            self.push(Block::Rule);
        }
    }

    /// Opens a quotation or, if there is a label, a note.
    pub(super) fn open_quote(&mut self, label: Option<&'static str>) {
        self.open(Frame::Quote { label });
    }

    pub(super) fn open_list(&mut self, numbering: Numbering) {
        let items = Vec::new();
        self.open(Frame::List { numbering, items });
    }

    /// Opens a list item. If no list is open, opens a bulleted list first.
    pub(super) fn open_item(&mut self) {
        self.paragraph();
        if self.skipped > 0 || self.in_table() {
            return;
        }
        match self.innermost(&[Container::List, Container::Quote]) {
            Some((Container::List, depth)) => self.close_down_to(depth + 1),
            _ => self.open_list(Numbering::Bullets),
        }
        if matches!(self.frame(), Frame::List { .. }) {
            let term = Vec::new();
            self.open.push((Frame::Item { term }, Vec::new()));
        }
    }

    /// Opens an item of a definition list, which starts with the term.
    pub(super) fn open_term(&mut self) {
        self.open_item();
        self.open_marks.open(&Mark::Strong);
    }

    /// Ends the term. The rest of the item is its definition.
    pub(super) fn close_term(&mut self) {
        let blank = self.is_blank();
        if let Some((Frame::Item { term }, blocks)) = self.open.last_mut()
            && blocks.is_empty()
            && !blank
            && term.is_empty()
        {
            *term = std::mem::take(&mut self.spans);
        }
        self.paragraph();
        self.open_marks = OpenMarks::default();
    }

    pub(super) fn open_table(&mut self) {
        let (rows, cell) = (Vec::new(), Cell::Closed);
        self.open(Frame::Table { rows, cell });
    }

    pub(super) fn open_row(&mut self) {
        self.close_cell();
        if let Frame::Table { rows, .. } = self.frame_mut() {
            rows.push(Vec::new());
        }
    }

    pub(super) fn open_cell(&mut self) {
        self.close_cell();
        if let Frame::Table { cell, .. } = self.frame_mut() {
            *cell = Cell::Open;
        }
    }

    pub(super) fn close_cell(&mut self) {
        let blank = self.is_blank();
        if let Some((Frame::Table { rows, cell }, _)) = self.open.last_mut()
            && (*cell == Cell::Open || !blank)
        {
            *cell = Cell::Closed;
            if rows.is_empty() {
                rows.push(Vec::new());
            }
            if let Some(row) = rows.last_mut() {
                row.push(trimmed(std::mem::take(&mut self.spans)));
            }
        }
        self.open_marks = OpenMarks::default();
    }

    /// Closes the innermost container of the given kind, and all blocks that are open in it.
    pub(super) fn close(&mut self, kind: Container) {
        self.paragraph();
        self.open_marks = OpenMarks::default();
        let in_table = self.in_table() && kind != Container::Table;
        if self.skipped > 0 || in_table {
            if kind != Container::Item {
                self.skipped = self.skipped.saturating_sub(1);
            }
            return;
        }
        let within: &[Container] = match kind {
            Container::Item => &[Container::Item, Container::List],
            Container::Quote | Container::List | Container::Table => &[kind],
        };
        if let Some((found, depth)) = self.innermost(within)
            && found == kind
        {
            self.close_down_to(depth);
        }
    }

    /// Ends the title, which is used only if there is no other text.
    pub(super) fn close_title(&mut self) {
        self.title = trimmed(std::mem::take(&mut self.spans));
        self.open_marks = OpenMarks::default();
    }

    pub(super) fn open_code(&mut self) {
        self.open_marks.open_code();
    }

    pub(super) fn close_code(&mut self) {
        self.open_marks.close_code();
        // A trailing space separates this code span from the next one, which would otherwise be merged with it.
        if self.open_marks.face() == Face::Prose
            && let Some(Span::Text(text, style)) = self.spans.last_mut()
            && style.face == Face::Code
            && text.ends_with(' ')
        {
            text.pop();
            self.spans.push(Span::Text(" ".to_owned(), Style::default()));
        }
    }

    /// Opens a mark that is not a link.
    pub(super) fn open_mark(&mut self, mark: &Mark) {
        self.open_marks.open(mark);
    }

    pub(super) fn close_mark(&mut self, mark: &Mark) {
        self.open_marks.close(mark);
    }

    /// Opens a link. If the target is not an absolute http or https URL, only the text is kept, since the link would
    /// not work in rustdoc.
    pub(super) fn open_link(&mut self, target: &str) {
        self.open_marks.link = absolute(target).map(Rc::from);
    }

    pub(super) fn close_link(&mut self) {
        self.open_marks.link = None;
    }

    /// Returns whether inline code or a code block is open.
    pub(super) fn in_code(&self) -> bool {
        self.open_marks.face() == Face::Code || self.code_block.is_some()
    }

    pub(super) fn in_code_block(&self) -> bool {
        self.code_block.is_some()
    }

    /// Closes all open blocks.
    pub(super) fn finish(mut self) -> Document {
        if self.code_block.is_some() {
            self.close_code_block();
        }
        if self.in_table() {
            self.close_cell();
        }
        self.flush();
        self.close_down_to(1);
        let blocks = self.open.pop().map(|(_, blocks)| blocks).unwrap_or_default();
        if blocks.is_empty() && !self.title.is_empty() {
            return vec![Block::Paragraph(self.title)];
        }
        blocks
    }

    fn open(&mut self, frame: Frame) {
        self.paragraph();
        if self.open.len() > MAX_DEPTH || self.in_table() || self.skipped > 0 {
            self.skipped += 1;
        } else {
            self.open.push((frame, Vec::new()));
        }
    }

    /// Returns the innermost open container of the given kinds, with its index.
    fn innermost(&self, kinds: &[Container]) -> Option<(Container, usize)> {
        let kind_of = |frame: &Frame| match frame {
            Frame::Root => None,
            Frame::Quote { .. } => Some(Container::Quote),
            Frame::List { .. } => Some(Container::List),
            Frame::Item { .. } => Some(Container::Item),
            Frame::Table { .. } => Some(Container::Table),
        };
        let frames = self.open.iter().enumerate().rev();
        frames.filter_map(|(depth, (frame, _))| Some((kind_of(frame)?, depth))).find(|(kind, _)| kinds.contains(kind))
    }

    /// Closes containers until `depth` of them are open. The root is never closed.
    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth.max(1) {
            if self.in_table() {
                self.close_cell();
            }
            self.flush();
            let Some((frame, blocks)) = self.open.pop() else {
                return;
            };
            self.close_frame(frame, blocks);
        }
    }

    fn close_frame(&mut self, frame: Frame, blocks: Vec<Block>) {
        match frame {
            Frame::Quote { label } => {
                if !blocks.is_empty() {
                    let label = label.map(|label| strong(label.to_owned()));
                    self.push(Block::Quote(labeled(label.into_iter().collect(), blocks)));
                }
            }
            Frame::Item { term } => {
                let blocks = labeled(term, blocks);
                if !blocks.is_empty()
                    && let Frame::List { items, .. } = self.frame_mut()
                {
                    items.push(blocks);
                }
            }
            Frame::List { numbering, items } => {
                if !items.is_empty() {
                    self.push(Block::List(numbering, items));
                }
            }
            Frame::Table { rows, .. } => {
                let rows: Vec<_> = rows.into_iter().filter(|row| !row.is_empty()).collect();
                if !rows.is_empty() {
                    self.push(Block::Table(rows));
                }
            }
            Frame::Root => {}
        }
    }

    /// Ends the open paragraph or heading, or the line in a table cell.
    fn flush(&mut self) {
        if self.in_table() {
            if !self.is_blank() && self.spans.last() != Some(&Span::Break) {
                self.spans.push(Span::Break);
            }
            return;
        }
        let spans = trimmed(std::mem::take(&mut self.spans));
        if spans.is_empty() {
            return;
        }
        let block = match self.heading.take() {
            Some(level) => Block::Heading(level, spans),
            None => Block::Paragraph(spans),
        };
        self.push(block);
    }

    /// Adds a finished block. A block that is in a list, but not in an item, becomes an item.
    fn push(&mut self, block: Block) {
        match self.open.last_mut() {
            Some((Frame::List { items, .. }, _)) => items.push(vec![block]),
            Some((_, blocks)) => blocks.push(block),
            None => {}
        }
    }

    fn frame(&self) -> &Frame {
        self.open.last().map_or(&Frame::Root, |(frame, _)| frame)
    }

    fn frame_mut(&mut self) -> &mut Frame {
        if self.open.is_empty() {
            self.open.push((Frame::Root, Vec::new()));
        }
        let last = self.open.len() - 1;
        &mut self.open[last].0
    }

    fn in_table(&self) -> bool {
        matches!(self.frame(), Frame::Table { .. })
    }

    fn is_blank(&self) -> bool {
        self.spans.iter().all(is_space)
    }

    fn ends_with_space(&self) -> bool {
        match self.spans.last() {
            None | Some(Span::Break) => true,
            Some(Span::Text(text, _)) => text.ends_with(' '),
        }
    }
}
