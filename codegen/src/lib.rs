//! Reads a Smithy model and emits a Rust client crate.

pub mod import;
