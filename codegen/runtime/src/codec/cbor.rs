//! CBOR, implemented with the crate `minicbor`.
//!
//! Serialization follows Smithy's CBOR protocols: timestamps are seconds since 1970 under tag 1, whatever the model's
//! format, and structures have an indefinite length.
//!
//! Deserialization is lenient: lengths may be definite or indefinite, numbers may have any width, floats may be
//! encoded as integers, `undefined` is null, unknown members are skipped, and anything but a map counts as an absent
//! structure.

mod big;
mod reader;
mod writer;

use super::MemoryLimit;
use crate::schema::{DeserializableShape, MemberSchema, SerdeError, SerializableShape, Target};

/// The CBOR codec.
#[derive(Clone, Copy, Debug)]
pub struct CborCodec;

impl CborCodec {
    /// Serializes a value.
    ///
    /// # Errors
    ///
    /// Returns an error if a union holds an unknown member.
    pub fn serialize(self, value: &dyn SerializableShape) -> Result<Vec<u8>, SerdeError> {
        let mut writer = writer::CborSerializer::new();
        value.serialize(&ROOT, &mut writer)?;
        Ok(writer.into_bytes())
    }

    /// Deserializes into `value`. Returns `false` if the CBOR is null. `limit` bounds the memory of the deserialized
    /// values.
    ///
    /// # Errors
    ///
    /// Returns an error if the CBOR is malformed, a value does not have its schema's type, or the limit is exceeded.
    pub fn deserialize(
        self,
        cbor: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<bool, SerdeError> {
        let mut reader = reader::CborDeserializer::new(cbor, limit);
        let found = value.deserialize(&ROOT, &mut reader)?;
        reader.finish()?;
        Ok(found)
    }
}

static ROOT: MemberSchema = MemberSchema::root(Target::Structure);

#[cfg(test)]
mod tests;
