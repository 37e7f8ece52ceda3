//! Documentation that combines several sources: the front page, and the pages of operations with their examples.

pub(super) mod front_page;
pub(super) mod operation;

mod example;
mod json;
