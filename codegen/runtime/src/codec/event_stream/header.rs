//! The headers of event stream messages.

use bytes::{Buf, BufMut, Bytes, BytesMut, TryGetError};

use crate::primitives::Timestamp;
use crate::schema::SerdeError;

/// A header of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The name, which has 1 to 255 bytes. Names that start with a colon are reserved for the protocol.
    pub name: String,
    /// The value.
    pub value: HeaderValue,
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq)]
pub enum HeaderValue {
    /// A boolean.
    Boolean(bool),
    /// An 8-bit integer.
    Byte(i8),
    /// A 16-bit integer.
    Short(i16),
    /// A 32-bit integer.
    Integer(i32),
    /// A 64-bit integer.
    Long(i64),
    /// A sequence of at most 65,535 bytes.
    Blob(Bytes),
    /// A string of at most 65,535 bytes.
    String(String),
    /// A point in time, which is sent in milliseconds. Fractions of a millisecond are truncated.
    Timestamp(Timestamp),
    /// A UUID.
    Uuid([u8; 16]),
}

impl HeaderValue {
    /// Returns the value if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the name of the value's type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a boolean",
            Self::Byte(_) => "a byte",
            Self::Short(_) => "a short integer",
            Self::Integer(_) => "an integer",
            Self::Long(_) => "a long integer",
            Self::Blob(_) => "a blob",
            Self::String(_) => "a string",
            Self::Timestamp(_) => "a timestamp",
            Self::Uuid(_) => "a UUID",
        }
    }
}

impl From<&str> for HeaderValue {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

/// The type codes of values on the wire. The two booleans have different codes.
mod tag {
    pub(super) const TRUE: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const BYTE: u8 = 2;
    pub(super) const SHORT: u8 = 3;
    pub(super) const INTEGER: u8 = 4;
    pub(super) const LONG: u8 = 5;
    pub(super) const BLOB: u8 = 6;
    pub(super) const STRING: u8 = 7;
    pub(super) const TIMESTAMP: u8 = 8;
    pub(super) const UUID: u8 = 9;
}

pub(crate) fn encode(headers: &[Header], out: &mut BytesMut) -> Result<(), SerdeError> {
    for Header { name, value } in headers {
        let length = u8::try_from(name.len()).ok().filter(|length| *length > 0);
        let invalid = || SerdeError::new(format_args!("a header name has {} bytes; expected 1 to 255", name.len()));
        out.put_u8(length.ok_or_else(invalid)?);
        out.put_slice(name.as_bytes());
        encode_value(name, value, out)?;
    }
    Ok(())
}

fn encode_value(name: &str, value: &HeaderValue, out: &mut BytesMut) -> Result<(), SerdeError> {
    match value {
        HeaderValue::Boolean(true) => out.put_u8(tag::TRUE),
        HeaderValue::Boolean(false) => out.put_u8(tag::FALSE),
        HeaderValue::Byte(value) => {
            out.put_u8(tag::BYTE);
            out.put_i8(*value);
        }
        HeaderValue::Short(value) => {
            out.put_u8(tag::SHORT);
            out.put_i16(*value);
        }
        HeaderValue::Integer(value) => {
            out.put_u8(tag::INTEGER);
            out.put_i32(*value);
        }
        HeaderValue::Long(value) => {
            out.put_u8(tag::LONG);
            out.put_i64(*value);
        }
        HeaderValue::Blob(value) => {
            out.put_u8(tag::BLOB);
            put_bytes(name, value, out)?;
        }
        HeaderValue::String(value) => {
            out.put_u8(tag::STRING);
            put_bytes(name, value.as_bytes(), out)?;
        }
        HeaderValue::Timestamp(value) => {
            let below = i64::from(value.subsec_nanos() / 1_000_000);
            let milliseconds = value.as_secs().checked_mul(1000).and_then(|seconds| seconds.checked_add(below));
            let invalid = || SerdeError::new(format_args!("the timestamp in the header `{name}` is out of range"));
            out.put_u8(tag::TIMESTAMP);
            out.put_i64(milliseconds.ok_or_else(invalid)?);
        }
        HeaderValue::Uuid(value) => {
            out.put_u8(tag::UUID);
            out.put_slice(value);
        }
    }
    Ok(())
}

fn put_bytes(name: &str, value: &[u8], out: &mut BytesMut) -> Result<(), SerdeError> {
    let length = u16::try_from(value.len()).map_err(|_| {
        SerdeError::new(format_args!(
            "the value of the header `{name}` has {} bytes; expected at most {}",
            value.len(),
            u16::MAX
        ))
    })?;
    out.put_u16(length);
    out.put_slice(value);
    Ok(())
}

/// Decodes the headers of a message.
pub(crate) fn decode(mut encoded: Bytes) -> Result<Vec<Header>, SerdeError> {
    let mut headers = Vec::new();
    while let Ok(length) = encoded.try_get_u8() {
        let name = take(&mut encoded, usize::from(length)).and_then(string);
        let name = name.map_err(|problem| problem.of("a header name"))?;
        if name.is_empty() {
            return Err(SerdeError::new("a header has no name"));
        }
        let value = decode_value(&mut encoded);
        let value = value.map_err(|problem| problem.of(&format!("the header `{}`", name.escape_debug())))?;
        headers.push(Header { name, value });
    }
    Ok(headers)
}

/// The reason why a header cannot be decoded.
enum Problem {
    CutOff,
    NotUtf8,
    UnknownType(u8),
    TimestampRange,
}

impl Problem {
    #[cold]
    fn of(self, part: &str) -> SerdeError {
        match self {
            Self::CutOff => SerdeError::new(format_args!("{part} exceeds the length of the headers")),
            Self::NotUtf8 => SerdeError::new(format_args!("{part} is not valid UTF-8")),
            Self::UnknownType(tag) => SerdeError::new(format_args!("{part} has a value of unknown type {tag}")),
            Self::TimestampRange => SerdeError::new(format_args!("{part} contains a timestamp that is out of range")),
        }
    }
}

impl From<TryGetError> for Problem {
    fn from(_: TryGetError) -> Self {
        Self::CutOff
    }
}

fn decode_value(encoded: &mut Bytes) -> Result<HeaderValue, Problem> {
    Ok(match encoded.try_get_u8()? {
        tag::TRUE => HeaderValue::Boolean(true),
        tag::FALSE => HeaderValue::Boolean(false),
        tag::BYTE => HeaderValue::Byte(encoded.try_get_i8()?),
        tag::SHORT => HeaderValue::Short(encoded.try_get_i16()?),
        tag::INTEGER => HeaderValue::Integer(encoded.try_get_i32()?),
        tag::LONG => HeaderValue::Long(encoded.try_get_i64()?),
        tag::BLOB => HeaderValue::Blob(take_sized(encoded)?),
        tag::STRING => HeaderValue::String(string(take_sized(encoded)?)?),
        tag::TIMESTAMP => {
            let milliseconds = encoded.try_get_i64()?;
            let below = u32::try_from(milliseconds.rem_euclid(1000)).unwrap_or_default();
            let time = Timestamp::of_calendar(milliseconds.div_euclid(1000), below * 1_000_000);
            HeaderValue::Timestamp(time.ok_or(Problem::TimestampRange)?)
        }
        tag::UUID => HeaderValue::Uuid(encoded.try_get_u128()?.to_be_bytes()),
        unknown => return Err(Problem::UnknownType(unknown)),
    })
}

/// Takes bytes that are preceded by their length.
fn take_sized(encoded: &mut Bytes) -> Result<Bytes, Problem> {
    let length = encoded.try_get_u16()?;
    take(encoded, usize::from(length))
}

fn take(encoded: &mut Bytes, length: usize) -> Result<Bytes, Problem> {
    if encoded.len() < length { Err(Problem::CutOff) } else { Ok(encoded.split_to(length)) }
}

fn string(bytes: Bytes) -> Result<String, Problem> {
    String::from_utf8(bytes.into()).map_err(|_| Problem::NotUtf8)
}
