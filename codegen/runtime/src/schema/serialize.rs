//! Serialization: the values that codecs write, and the interface of the codecs.

use super::{MemberSchema, SerdeError, StructSchema};
use crate::primitives::{BigDecimal, BigInteger, ByteStream, Document, Timestamp};

/// A value of any Smithy type that can be serialized.
pub trait SerializableShape {
    /// Passes the value to the serializer's method for its type, exactly once.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error.
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError>;
}

/// A structure: its schema, and access to the members that are present.
pub trait SerializableStruct {
    /// Returns the structure's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Returns the member at an index of the schema's members, or `None` if it is absent.
    fn member(&self, index: usize) -> Option<&dyn SerializableShape>;
}

/// A union: its schema, and access to the member that is set.
pub trait SerializableUnion {
    /// Returns the union's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Returns the index and the value of the member that is set.
    ///
    /// # Errors
    ///
    /// Returns the name of the member if it is not in the schema.
    fn variant(&self) -> Result<(usize, &dyn SerializableShape), &str>;
}

/// A list.
pub trait SerializableList {
    /// Returns the number of elements.
    fn len(&self) -> usize;

    /// Returns whether there are no elements.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the element at an index.
    fn element(&self, index: usize) -> Option<&dyn SerializableShape>;
}

/// A map with string keys.
pub trait SerializableMap {
    /// Returns the number of entries.
    fn len(&self) -> usize;

    /// Returns whether there are no entries.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Passes the entries to a visitor, in the order of their keys.
    ///
    /// # Errors
    ///
    /// Returns the first error of the visitor.
    fn for_each(
        &self,
        visit: &mut dyn FnMut(&str, &dyn SerializableShape) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError>;
}

/// Serializes values in a format. Each method takes the schema of the member that the value belongs to.
#[allow(clippy::missing_errors_doc, reason = "All errors are the format's.")]
pub trait ShapeSerializer {
    /// Writes null, as an element of a sparse collection.
    fn write_null(&mut self, schema: &MemberSchema) -> Result<(), SerdeError>;
    /// Writes a boolean.
    fn write_boolean(&mut self, schema: &MemberSchema, value: bool) -> Result<(), SerdeError>;
    /// Writes an integer of 8, 16, 32 or 64 bits.
    fn write_integer(&mut self, schema: &MemberSchema, value: i64) -> Result<(), SerdeError>;
    /// Writes a 32-bit floating-point number.
    fn write_float(&mut self, schema: &MemberSchema, value: f32) -> Result<(), SerdeError>;
    /// Writes a 64-bit floating-point number.
    fn write_double(&mut self, schema: &MemberSchema, value: f64) -> Result<(), SerdeError>;
    /// Writes an integer of arbitrary size.
    fn write_big_integer(&mut self, schema: &MemberSchema, value: &BigInteger) -> Result<(), SerdeError>;
    /// Writes a decimal number of arbitrary precision.
    fn write_big_decimal(&mut self, schema: &MemberSchema, value: &BigDecimal) -> Result<(), SerdeError>;
    /// Writes a string.
    fn write_string(&mut self, schema: &MemberSchema, value: &str) -> Result<(), SerdeError>;
    /// Writes a blob.
    fn write_blob(&mut self, schema: &MemberSchema, value: &[u8]) -> Result<(), SerdeError>;
    /// Writes a stream of bytes. Only the body of a message can be a stream.
    fn write_stream(&mut self, schema: &MemberSchema, value: &ByteStream) -> Result<(), SerdeError> {
        let _ = (schema, value);
        Err(stream_within())
    }
    /// Writes a timestamp.
    fn write_timestamp(&mut self, schema: &MemberSchema, value: Timestamp) -> Result<(), SerdeError>;
    /// Writes a document.
    fn write_document(&mut self, schema: &MemberSchema, value: &Document) -> Result<(), SerdeError>;
    /// Writes a list.
    fn write_list(&mut self, schema: &MemberSchema, value: &dyn SerializableList) -> Result<(), SerdeError>;
    /// Writes a map.
    fn write_map(&mut self, schema: &MemberSchema, value: &dyn SerializableMap) -> Result<(), SerdeError>;
    /// Writes a structure.
    fn write_struct(&mut self, schema: &MemberSchema, value: &dyn SerializableStruct) -> Result<(), SerdeError>;
    /// Writes a union.
    fn write_union(&mut self, schema: &MemberSchema, value: &dyn SerializableUnion) -> Result<(), SerdeError>;
}

/// Returns an error for a stream that is not the body of a message, but a part of a value.
#[cold]
pub(super) fn stream_within() -> SerdeError {
    SerdeError::new("a stream of bytes can only be the body of a message")
}

/// Returns an error for a union with an unknown member, which cannot be sent.
#[cold]
pub(crate) fn unknown_variant(schema: &StructSchema, member: &str) -> SerdeError {
    SerdeError::new(format_args!("unknown member `{member}` of the union `{}`", schema.id.name))
}
