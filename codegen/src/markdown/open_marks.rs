//! The marks that are open while documentation is read. They are counted, since tags may overlap, and may be closed
//! more often than they are opened.

use std::rc::Rc;

use super::document::{Face, Mark, Style};

/// The open link, and the number of open marks of every other kind.
#[derive(Debug, Default)]
pub(super) struct OpenMarks {
    /// The URL of the open link.
    pub(super) link: Option<Rc<str>>,
    strong: usize,
    emphasis: usize,
    superscript: usize,
    subscript: usize,
    code: usize,
    /// The emphasis around the open code. Code itself cannot contain emphasis.
    around_code: Vec<Mark>,
}

impl OpenMarks {
    /// Returns the style of text at the current position.
    pub(super) fn style(&self) -> Style {
        let face = self.face();
        let emphasis = match face {
            Face::Prose => self.emphasis(),
            Face::Code => self.around_code.clone(),
        };
        let link = self.link.clone().map(Mark::Link);
        let marks = link.into_iter().chain(emphasis).collect();
        Style { face, marks }
    }

    pub(super) fn face(&self) -> Face {
        if self.code > 0 { Face::Code } else { Face::Prose }
    }

    pub(super) fn open_code(&mut self) {
        if self.code == 0 {
            self.around_code = self.emphasis();
        }
        self.code += 1;
    }

    pub(super) fn close_code(&mut self) {
        self.code = self.code.saturating_sub(1);
    }

    /// Opens a mark that is not a link.
    pub(super) fn open(&mut self, mark: &Mark) {
        if let Some(depth) = self.depth_of(mark) {
            *depth += 1;
        }
    }

    pub(super) fn close(&mut self, mark: &Mark) {
        if let Some(depth) = self.depth_of(mark) {
            *depth = depth.saturating_sub(1);
        }
    }

    fn emphasis(&self) -> Vec<Mark> {
        let depths = [
            (self.strong, Mark::Strong),
            (self.emphasis, Mark::Emphasis),
            (self.superscript, Mark::Superscript),
            (self.subscript, Mark::Subscript),
        ];
        let open = depths.into_iter().filter(|(depth, _)| *depth > 0);
        open.map(|(_, mark)| mark).collect()
    }

    fn depth_of(&mut self, mark: &Mark) -> Option<&mut usize> {
        match mark {
            Mark::Link(_) => None,
            Mark::Strong => Some(&mut self.strong),
            Mark::Emphasis => Some(&mut self.emphasis),
            Mark::Superscript => Some(&mut self.superscript),
            Mark::Subscript => Some(&mut self.subscript),
        }
    }
}
