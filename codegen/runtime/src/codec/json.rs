//! JSON.
//!
//! Serialization follows Smithy's JSON protocols: blobs are base64, NaN and infinities are strings, and timestamps
//! have the model's format or the protocol's default.
//!
//! Deserialization is lenient: unknown members are skipped, null is absence, an integer may have a fraction of zero,
//! timestamps may have any of the three formats, and anything but an object counts as an absent structure (some
//! servers send an identifier instead).

mod reader;
mod scan;
mod writer;

pub(crate) use reader::number;

use super::MemoryLimit;
use crate::schema::{DeserializableShape, MemberSchema, SerdeError, SerializableShape, Target, TimestampFormat};

/// The JSON codec, with the options that differ between protocols.
#[derive(Clone, Copy, Debug)]
pub struct JsonCodec {
    /// Whether `smithy.api#jsonName` determines the names of members.
    pub use_json_name: bool,
    /// The format of timestamps that have no format in the model.
    pub timestamp_format: TimestampFormat,
    /// Whether a value of another type instead of a structure is an error. Some servers send such values, which are
    /// skipped.
    pub strict: bool,
}

impl JsonCodec {
    /// The codec of awsJson, which ignores `jsonName`.
    pub const AWS_JSON: Self =
        Self { use_json_name: false, timestamp_format: TimestampFormat::EpochSeconds, strict: false };

    /// Serializes a value.
    ///
    /// # Errors
    ///
    /// Returns an error if a union holds an unknown member.
    pub fn serialize(&self, value: &dyn SerializableShape) -> Result<Vec<u8>, SerdeError> {
        let mut writer = writer::JsonSerializer::new(*self);
        value.serialize(&ROOT, &mut writer)?;
        Ok(writer.into_bytes())
    }

    /// Deserializes into `value`. Returns `false` if the JSON is null. `limit` bounds the memory of the deserialized
    /// values.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON is malformed, a value does not have its schema's type, or the limit is exceeded.
    pub fn deserialize(
        &self,
        json: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<bool, SerdeError> {
        let mut reader = reader::JsonDeserializer::new(*self, json, limit)?;
        let found = value.deserialize(&ROOT, &mut reader)?;
        reader.finish()?;
        Ok(found)
    }

    /// Returns the function that names members in this codec's JSON.
    fn name_of(self) -> fn(&MemberSchema) -> &str {
        match self.use_json_name {
            true => |member| member.json_name().unwrap_or(member.name),
            false => |member| member.name,
        }
    }
}

static ROOT: MemberSchema = MemberSchema::root(Target::Structure);

#[cfg(test)]
mod tests;
