//! Smithy's primitive types that have no counterpart in Rust's standard library: timestamps, blobs, streams of bytes,
//! documents and numbers of arbitrary size.

mod blob;
mod byte_stream;
mod document;
mod number;
mod timestamp;

pub use blob::Blob;
pub use byte_stream::{ByteStream, ByteStreamError};
pub use document::Document;
#[doc(hidden)]
pub use document::set_member;
pub(crate) use number::keeps_digits;
pub use number::{BigDecimal, BigInteger, ParseNumberError};
pub use timestamp::{ParseTimestampError, Timestamp};
