//! CBOR, implemented with the `minicbor` crate.
//!
//! Serialization follows Smithy's CBOR protocols: timestamps are seconds since 1970 with tag 1, regardless of the
//! format in the model, and structures have an indefinite length. Decimal numbers are decimal fractions with tag 4,
//! which have no negative zero, so `-0` becomes `0`.
//!
//! Deserialization is lenient: lengths may be definite or indefinite, numbers may have any width, floats may be encoded
//! as integers, `undefined` is null, unknown members are skipped, and a structure is absent if its value is not a map.

mod big;
mod reader;
mod writer;

use super::{Codec, MemoryLimit};
use crate::schema::{DeserializableShape, MemberSchema, SerdeError, ValueRef};

/// The CBOR codec.
#[derive(Clone, Copy, Debug)]
pub struct CborCodec;

impl Codec for CborCodec {
    fn media_type(&self) -> &'static str {
        "application/cbor"
    }

    fn serialize_member(&self, schema: &MemberSchema, value: ValueRef<'_>) -> Result<Vec<u8>, SerdeError> {
        let mut writer = writer::CborSerializer::new();
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
        let mut reader = reader::CborDeserializer::new(data, limit);
        let found = value.deserialize(schema, &mut reader)?;
        reader.finish()?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
