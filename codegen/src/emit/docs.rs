//! Documentation that combines several sources: the front page, the documentation of operations with their examples,
//! and the `README.md`.

pub(super) mod front_page;
pub(super) mod operation;
pub(crate) mod readme;

mod example;
mod examples;
mod json;

pub(crate) use examples::Examples;
