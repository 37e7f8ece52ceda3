//! Reads a Smithy model and emits a Rust client crate.

pub mod emit;
pub mod ir;
pub mod lower;
pub mod model;
