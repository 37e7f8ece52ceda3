//! Reads a Smithy model and emits a Rust client crate.

mod markdown;
