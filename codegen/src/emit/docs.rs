//! Documentation that is made of several facts: the front page, and the documentation of operations with their examples.

pub(super) mod front_page;
pub(super) mod operation;

mod example;
mod json;
