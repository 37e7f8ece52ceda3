//! Deserialization: the values that codecs fill in, and the interface that codecs implement.

use std::borrow::Cow;

use super::{MemberSchema, SerdeError, StructSchema, ValueMut, serialize::stream_within, simple::narrow_float};
use crate::primitives::{BigDecimal, BigInteger, ByteStream, Document, Timestamp};

/// A value of any Smithy type that can be deserialized in place.
///
/// Values are deserialized in place because moving large structures is expensive.
pub trait DeserializableShape {
    /// Deserializes the value. If the input is null, an `Option` becomes `None`, and any other value remains unchanged.
    /// Returns `false` if the input is null and the value is not an `Option`, and `true` otherwise.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is malformed, or if its type does not match the schema.
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError>;

    /// Returns whether null is a value of this type, as it is for documents. If it is not, lists and maps drop the
    /// elements and values for which [`deserialize`](Self::deserialize) returns `false`.
    #[must_use]
    fn null_is_a_value() -> bool
    where
        Self: Sized,
    {
        false
    }
}

/// A structure whose members can be deserialized in place.
pub trait DeserializableStruct {
    /// Returns the structure's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Returns the member with the given index in the schema, or `None` if there is no such member.
    fn slot(&mut self, index: usize) -> Option<ValueMut<'_>>;
}

impl DeserializableShape for &mut (dyn DeserializableStruct + '_) {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserializer.read_struct(schema, *self)
    }
}

/// A union whose member can be set and deserialized in place.
pub trait DeserializableUnion {
    /// Returns the union's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Sets the union to the member with the given index in the schema. Returns the member's value for deserializing in
    /// place, or `None` if the member has no value.
    fn slot(&mut self, index: usize) -> Option<&mut dyn DeserializableShape>;

    /// Sets the union to a member that is not in the schema.
    fn set_unknown(&mut self, name: &str);
}

/// A list that elements are appended to.
pub trait DeserializableList {
    /// Removes all elements after the first `len`.
    fn truncate(&mut self, len: usize);

    /// Reserves capacity for exactly `additional` more elements.
    fn reserve(&mut self, additional: usize);

    /// Appends an empty element and returns it.
    fn push(&mut self) -> Option<&mut dyn DeserializableShape>;

    /// Returns whether null is a value of the element type. If it is not, null elements are dropped.
    fn null_is_a_value(&self) -> bool;

    /// Returns the size of an element, in bytes.
    fn element_size(&self) -> usize;
}

/// A map that entries are inserted into.
pub trait DeserializableMap {
    /// Removes all entries.
    fn clear(&mut self);

    /// Inserts an empty value for a key and returns it.
    fn insert(&mut self, key: &str) -> Option<&mut dyn DeserializableShape>;

    /// Removes the entry for a key whose value is null, unless null is a value of the map's value type.
    fn drop_null(&mut self, key: &str);

    /// Returns the size of an entry, in bytes.
    fn entry_size(&self) -> usize;
}

/// Deserializes values from a format. Each `read` method takes the schema of the member that the value belongs to.
///
/// The methods return `None` or `false` for null. Each codec documents how lenient it is.
#[allow(clippy::missing_errors_doc, reason = "All errors are the format's, or those of a value of the wrong type.")]
pub trait ShapeDeserializer {
    /// Counts memory against the memory limit before the memory is allocated for a value.
    fn claim(&mut self, bytes: usize) -> Result<(), SerdeError>;
    /// Reads a boolean.
    fn read_boolean(&mut self, schema: &MemberSchema) -> Result<Option<bool>, SerdeError>;
    /// Reads an integer of up to 64 bits.
    fn read_integer(&mut self, schema: &MemberSchema) -> Result<Option<i64>, SerdeError>;
    /// Reads a floating-point number of 32 bits.
    ///
    /// By default, this rounds the result of [`read_double`](Self::read_double). If a format represents numbers as
    /// decimal digits, its deserializer should parse the digits itself, since rounding them to 64 bits first can lead
    /// to a different number.
    fn read_float(&mut self, schema: &MemberSchema) -> Result<Option<f32>, SerdeError> {
        self.read_double(schema)?.map(narrow_float).transpose()
    }
    /// Reads a floating-point number of 64 bits.
    fn read_double(&mut self, schema: &MemberSchema) -> Result<Option<f64>, SerdeError>;
    /// Reads an integer of arbitrary size.
    fn read_big_integer(&mut self, schema: &MemberSchema) -> Result<Option<BigInteger>, SerdeError>;
    /// Reads a decimal number of arbitrary precision.
    fn read_big_decimal(&mut self, schema: &MemberSchema) -> Result<Option<BigDecimal>, SerdeError>;
    /// Reads a string.
    fn read_string(&mut self, schema: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError>;
    /// Reads a blob.
    fn read_blob(&mut self, schema: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError>;
    /// Reads a stream of bytes. Only the body of a message can be a stream.
    fn read_stream(&mut self, schema: &MemberSchema) -> Result<Option<ByteStream>, SerdeError> {
        let _ = schema;
        Err(stream_within())
    }
    /// Reads a timestamp.
    fn read_timestamp(&mut self, schema: &MemberSchema) -> Result<Option<Timestamp>, SerdeError>;
    /// Reads a document.
    fn read_document(&mut self, schema: &MemberSchema) -> Result<Option<Document>, SerdeError>;
    /// Reads a list.
    fn read_list(&mut self, schema: &MemberSchema, list: &mut dyn DeserializableList) -> Result<bool, SerdeError>;
    /// Reads a map.
    fn read_map(&mut self, schema: &MemberSchema, map: &mut dyn DeserializableMap) -> Result<bool, SerdeError>;
    /// Reads a structure.
    fn read_struct(
        &mut self,
        schema: &MemberSchema,
        structure: &mut dyn DeserializableStruct,
    ) -> Result<bool, SerdeError>;
    /// Reads a union.
    fn read_union(&mut self, schema: &MemberSchema, union: &mut dyn DeserializableUnion) -> Result<bool, SerdeError>;
}
