//! Deserialization: places to read values into, and the interface of the codecs that read them.

use std::borrow::Cow;

use super::{MemberSchema, SerdeError, StructSchema};
use crate::primitives::{BigDecimal, BigInteger, Document, Timestamp};

/// A place that a value of any Smithy type can be read into.
///
/// Values are read into the place where they stay, since structures are large.
pub trait DeserializableShape {
    /// Reads a value; returns whether it was more than null, which leaves the place as it is.
    ///
    /// # Errors
    ///
    /// If the value has another type than the schema, or is not well formed.
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError>;
}

/// A structure: its schema, and access to the places of its members.
pub trait DeserializableStruct {
    /// Returns the structure's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Returns the place of the member at an index of the schema's members.
    fn slot(&mut self, index: usize) -> Option<&mut dyn DeserializableShape>;
}

/// A union: its schema, and ways to set its member.
pub trait DeserializableUnion {
    /// Returns the union's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Sets the member at an index of the schema's members and returns the place of its value; `None` if the member has
    /// no value.
    fn slot(&mut self, index: usize) -> Option<&mut dyn DeserializableShape>;

    /// Sets a member that the schema does not know.
    fn set_unknown(&mut self, name: &str);
}

/// A list that grows.
pub trait DeserializableList {
    /// Removes all elements.
    fn clear(&mut self);

    /// Reserves capacity for exactly that many more elements.
    fn reserve(&mut self, additional: usize);

    /// Appends an element and returns its place.
    fn push(&mut self) -> Option<&mut dyn DeserializableShape>;

    /// Removes the last element.
    fn pop(&mut self);

    /// Returns the size of an element in memory, in bytes.
    fn element_size(&self) -> usize;
}

/// A map that grows.
pub trait DeserializableMap {
    /// Removes all entries.
    fn clear(&mut self);

    /// Inserts an empty value under a key and returns its place.
    fn insert(&mut self, key: &str) -> Option<&mut dyn DeserializableShape>;

    /// Removes the value under a key.
    fn remove(&mut self, key: &str);

    /// Returns the size of an entry in memory, in bytes.
    fn entry_size(&self) -> usize;
}

/// Reads values of a format. Each method takes the schema of the member that the value belongs to.
///
/// Null is `None` or `false`. Reading is lenient: see the codecs for what they accept.
#[allow(clippy::missing_errors_doc, reason = "All errors are the format's, or those of a value of another type.")]
pub trait ShapeDeserializer {
    /// Claims memory that a value is about to allocate.
    fn claim(&mut self, bytes: usize) -> Result<(), SerdeError>;
    /// Reads a boolean.
    fn read_boolean(&mut self, schema: &MemberSchema) -> Result<Option<bool>, SerdeError>;
    /// Reads an integer of up to 64 bits.
    fn read_integer(&mut self, schema: &MemberSchema) -> Result<Option<i64>, SerdeError>;
    /// Reads a floating-point number.
    fn read_double(&mut self, schema: &MemberSchema) -> Result<Option<f64>, SerdeError>;
    /// Reads an integer of any size.
    fn read_big_integer(&mut self, schema: &MemberSchema) -> Result<Option<BigInteger>, SerdeError>;
    /// Reads a decimal number of any precision.
    fn read_big_decimal(&mut self, schema: &MemberSchema) -> Result<Option<BigDecimal>, SerdeError>;
    /// Reads a string.
    fn read_string(&mut self, schema: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError>;
    /// Reads a blob.
    fn read_blob(&mut self, schema: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError>;
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
