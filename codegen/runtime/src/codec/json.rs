//! The JSON codec.
//!
//! Serialization follows Smithy's JSON protocols: blobs are base64, NaN and infinities are strings, and timestamps
//! have the model's format or the protocol's default.
//!
//! Deserialization is lenient: unknown members are skipped, null counts as an absent value, an integer may have a
//! fraction of zero, timestamps may have any of the three formats, an unpaired surrogate becomes a replacement
//! character, and a structure is absent if its value is not an object (some servers send an identifier instead).

mod buffer;
mod learned;
mod plain;
mod reader;
mod scan;
#[cfg(any(test, feature = "serde_json"))]
mod value;
mod writer;

use std::fmt;

#[cfg(any(test, feature = "serde"))]
pub(crate) use reader::number;

use super::{Codec, MemoryLimit};
use crate::primitives::Document;
use crate::schema::{DeserializableShape, MemberSchema, SerdeError, TimestampFormat, ValueRef};

/// The JSON codec, with the options that differ between protocols.
#[derive(Clone, Copy, Debug)]
pub struct JsonCodec {
    /// Whether `smithy.api#jsonName` determines the names of members.
    pub use_json_name: bool,
    /// Whether `smithy.api#timestampFormat` determines the format of timestamps.
    pub use_timestamp_format: bool,
    /// The format of timestamps that have no format in the model.
    pub timestamp_format: TimestampFormat,
    /// Whether big integers and decimals are written as strings.
    pub quote_big_numbers: bool,
    /// Whether deserialization fails if the value of a structure has a different type. Otherwise, such values are
    /// skipped, since some servers send them.
    pub strict: bool,
}

impl JsonCodec {
    /// The codec of awsJson, which ignores `jsonName`.
    pub const AWS_JSON: Self = Self {
        use_json_name: false,
        use_timestamp_format: true,
        timestamp_format: TimestampFormat::EpochSeconds,
        quote_big_numbers: false,
        strict: false,
    };

    /// The codec of restJson1.
    pub const REST_JSON: Self = Self { use_json_name: true, ..Self::AWS_JSON };

    /// The codec of rpcv2Json, which ignores `jsonName` and `timestampFormat`.
    pub const RPC_V2: Self = Self { use_timestamp_format: false, quote_big_numbers: true, ..Self::AWS_JSON };

    /// Returns the timestamp format of a member.
    fn timestamp_format_of(self, schema: &MemberSchema) -> TimestampFormat {
        schema.timestamp_format().filter(|_| self.use_timestamp_format).unwrap_or(self.timestamp_format)
    }

    /// Returns the member's `smithy.api#jsonName`, if this codec uses it.
    fn json_name_of(self, schema: &MemberSchema) -> Option<&'static str> {
        if self.use_json_name { schema.json_name() } else { None }
    }

    /// Returns whether `name` is the member's name in this codec's JSON.
    fn is_named(self, schema: &MemberSchema, name: &str) -> bool {
        match self.json_name_of(schema) {
            Some(json_name) => json_name == name,
            None => schema.is_named(name),
        }
    }
}

impl Codec for JsonCodec {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn serialize_member(&self, schema: &MemberSchema, value: ValueRef<'_>) -> Result<Vec<u8>, SerdeError> {
        let mut writer = writer::JsonSerializer::new(*self);
        writer.value(schema, value)?;
        Ok(writer.into_bytes())
    }

    fn deserialize_member(
        &self,
        schema: &MemberSchema,
        data: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<bool, SerdeError> {
        let mut reader = reader::JsonDeserializer::new(*self, data, limit)?;
        let found = value.deserialize(schema, &mut reader)?;
        reader.finish()?;
        Ok(found)
    }
}

/// Formats the document as JSON.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = JsonCodec::AWS_JSON.serialize(self).map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&json))
    }
}

impl Document {
    /// Parses the JSON of a model's default value, without rounding numbers. Returns null if the JSON is invalid.
    #[doc(hidden)]
    #[must_use]
    pub fn from_literal(json: &str) -> Self {
        let mut document = Self::Null;
        match JsonCodec::AWS_JSON.deserialize(json.as_bytes(), MemoryLimit::NONE, &mut document) {
            Ok(_) => document,
            Err(_) => Self::Null,
        }
    }
}

#[cfg(test)]
mod tests;
