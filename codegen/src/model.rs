//! Smithy, faithful to the file.

pub mod endpoint_rules;
