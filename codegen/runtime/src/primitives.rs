//! The types of values that Rust itself has no type for: timestamps, blobs, documents and numbers of any size.

mod blob;
mod document;
mod number;
mod timestamp;

pub use blob::Blob;
pub use document::Document;
pub use number::{BigDecimal, BigInteger, ParseNumberError};
pub use timestamp::{ParseTimestampError, Timestamp};
