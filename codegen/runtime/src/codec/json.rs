//! JSON.
//!
//! Writing follows Smithy's JSON protocols: blobs are base64, floats without a JSON number are strings, and timestamps
//! have the format of the model or the protocol's default.
//!
//! Reading is lenient: unknown members are skipped, null is absence, numbers may have a fraction of zero where an
//! integer is expected, timestamps may have any of the three formats, and anything but an object counts as an absent
//! structure (servers exist that send an identifier in its place).

mod reader;
mod scan;
mod writer;

pub(crate) use reader::number;

use super::MemoryLimit;
use crate::schema::{DeserializableShape, MemberSchema, SerdeError, SerializableShape, Target, TimestampFormat};

/// The JSON codec, with the choices that protocols make.
#[derive(Clone, Copy, Debug)]
pub struct JsonCodec {
    /// Whether members are named by `smithy.api#jsonName`.
    pub use_json_name: bool,
    /// The format of timestamps for which the model has none.
    pub timestamp_format: TimestampFormat,
}

impl JsonCodec {
    /// The codec of awsJson, which ignores `jsonName`.
    pub const AWS_JSON: Self = Self { use_json_name: false, timestamp_format: TimestampFormat::EpochSeconds };

    /// Writes a value.
    ///
    /// # Errors
    ///
    /// If a union holds an unknown member.
    pub fn serialize(&self, value: &dyn SerializableShape) -> Result<Vec<u8>, SerdeError> {
        let mut writer = writer::JsonSerializer::new(*self);
        value.serialize(&ROOT, &mut writer)?;
        Ok(writer.into_bytes())
    }

    /// Reads a value into its place; returns whether it was more than null. Values may take as much
    /// memory as the limit says.
    ///
    /// # Errors
    ///
    /// If the JSON is malformed, a value has another type than its schema, or the limit is exceeded.
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

    /// The name that a member has in this codec's JSON.
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
