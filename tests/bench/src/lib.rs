//! What is measured: messages of Amazon FSx of any size, the same for every client.
//!
//! In goes a number of things; out comes JSON as the service writes it. The benches of this package read it, and so do
//! the programs under `peer`, which compare this client with AWS's own.

mod answers;
mod canned;
mod requests;

pub use answers::{backup_answer, file_systems_answer};
pub use canned::canned;
pub use requests::{CLIENTS, CREATE_BACKUP_BODY, QUOTAS, TAGS, large_request};

/// How many file systems one page of an answer has.
pub const PAGE: usize = 100;

/// How many file systems a large answer has: 813 KB of JSON.
pub const LARGE: usize = 450;
