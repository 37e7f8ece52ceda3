//! The messages for the benchmarks: requests and responses of Amazon FSx as JSON, in several sizes.
//!
//! The messages are used by the benchmarks in this package, and by the programs in `peer`, which compare this project's
//! client with AWS's.

mod canned;
mod requests;
mod responses;

pub use canned::canned;
pub use requests::{CLIENTS, CREATE_BACKUP_BODY, QUOTAS, TAGS, large_request};
pub use responses::{backup_response, file_systems_response};

/// The number of file systems on a page.
pub const PAGE: usize = 100;

/// The number of file systems in a large response: 813 KB of JSON.
pub const LARGE: usize = 450;
