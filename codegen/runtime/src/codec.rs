//! Codecs: the data formats in which shapes are serialized.

#[cfg(feature = "cbor")]
pub mod cbor;
#[cfg(feature = "event-stream")]
pub mod event_stream;
pub mod json;
mod memory;
#[doc(hidden)]
#[cfg(any(test, feature = "serde"))]
pub mod serde;
mod union;

pub use memory::MemoryLimit;

use std::fmt::Debug;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::primitives::{Document, Timestamp};
use crate::schema::{DeserializableShape, MemberSchema, SerdeError, SerializableShape, TimestampFormat, ValueRef};

/// A data format in which shapes are serialized, such as JSON or CBOR.
pub trait Codec: Debug + Send + Sync {
    /// The media type of the format, such as `application/json`.
    fn media_type(&self) -> &'static str;

    /// Serializes a member's value.
    ///
    /// # Errors
    ///
    /// Returns an error if the format cannot represent the value, for example if a union holds an unknown member.
    fn serialize_member(&self, schema: &MemberSchema, value: ValueRef<'_>) -> Result<Vec<u8>, SerdeError>;

    /// Deserializes a member's value into `value`. Returns `false` for null. `limit` bounds the memory of the
    /// deserialized values.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is malformed, a value does not have its schema's type, or the limit is exceeded.
    fn deserialize_member(
        &self,
        schema: &MemberSchema,
        data: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<bool, SerdeError>;

    /// Serializes a structure that is not a member, such as the input of an operation.
    ///
    /// # Errors
    ///
    /// Returns an error if the format cannot represent the value, for example if a union holds an unknown member.
    fn serialize(&self, value: &dyn SerializableShape) -> Result<Vec<u8>, SerdeError> {
        self.serialize_member(MemberSchema::ROOT, value.as_value())
    }

    /// Deserializes a structure that is not a member, such as the output of an operation, into `value`. Returns `false`
    /// for null.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`deserialize_member`](Self::deserialize_member).
    fn deserialize(
        &self,
        data: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<bool, SerdeError> {
        self.deserialize_member(MemberSchema::ROOT, data, limit, value)
    }

    /// Deserializes the structure in a body. An empty body is treated as an empty structure.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is not a structure, and the errors of
    /// [`deserialize_member`](Self::deserialize_member).
    fn deserialize_struct(
        &self,
        data: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<(), SerdeError> {
        if data.is_empty() || self.deserialize(data, limit, value)? {
            return Ok(());
        }
        let mut found = Document::Null;
        self.deserialize(data, limit, &mut found)?;
        Err(SerdeError::unexpected(found.content().type_name(), "a structure"))
    }
}

/// Encodes bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Returns the string for a float that JSON, XML and HTTP headers cannot represent as a number: NaN or an infinity.
pub(crate) fn float_name(value: f64) -> Option<&'static str> {
    match value {
        value if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// Formats a timestamp as a string.
///
/// # Errors
///
/// Returns an error if the format is a date and the year is not between 0 and 9999.
pub(crate) fn timestamp_string(format: TimestampFormat, value: Timestamp) -> Result<String, SerdeError> {
    let is_date = format != TimestampFormat::EpochSeconds;
    if is_date && Timestamp::of_calendar(value.as_secs(), value.subsec_nanos()).is_none() {
        return Err(SerdeError::unexpected("a year outside this range", "a timestamp with a year from 0 to 9999"));
    }
    Ok(match format {
        TimestampFormat::EpochSeconds if value.subsec_nanos() == 0 => value.as_secs().to_string(),
        TimestampFormat::EpochSeconds => value.as_secs_f64().to_string(),
        TimestampFormat::DateTime => value.to_string(),
        TimestampFormat::HttpDate => value.to_http_date(),
    })
}

/// Returns the float with the given name: NaN or an infinity.
pub(crate) fn named_float(name: &str) -> Option<f64> {
    match name {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// Returns the 64-bit integer that equals a float, if any.
pub(crate) fn exact_integer(value: f64) -> Option<i64> {
    // 2^63 has an exact float representation, and is the smallest float that is too large for an `i64`.
    let fits = value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    #[allow(clippy::cast_possible_truncation, reason = "It is integral and within bounds.")]
    fits.then_some(value as i64)
}

#[cfg(test)]
mod tests;
