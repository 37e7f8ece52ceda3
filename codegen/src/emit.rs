//! Writes what was decided, as tokens.

pub mod endpoint;
