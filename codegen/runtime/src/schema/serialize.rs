//! Serialization: the values that codecs write.

use super::{MemberSchema, SerdeError, StructSchema};
use crate::primitives::{BigDecimal, BigInteger, ByteStream, Document, Timestamp};

/// A value of any Smithy type that can be serialized.
pub trait SerializableShape {
    /// Returns the value as a [`ValueRef`] for codecs to serialize.
    fn as_value(&self) -> ValueRef<'_>;
}

/// A value of one of Smithy's types. Codecs match on it.
///
/// Codecs receive simple values directly rather than through a dyn-compatible trait, because most members are simple.
/// This saves a virtual call to the member and another virtual call back to the codec.
#[derive(Clone, Copy)]
pub enum ValueRef<'a> {
    /// An absent member, or a null element of a sparse collection.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer of 8, 16, 32 or 64 bits.
    Integer(i64),
    /// A 32-bit floating-point number.
    Float(f32),
    /// A 64-bit floating-point number.
    Double(f64),
    /// An integer of arbitrary size.
    BigInteger(&'a BigInteger),
    /// A decimal number of arbitrary precision.
    BigDecimal(&'a BigDecimal),
    /// A string, or the value of an enum of strings.
    String(&'a str),
    /// A sequence of bytes.
    Blob(&'a [u8]),
    /// A stream of bytes. Only the body of a message can be a stream.
    Stream(&'a ByteStream),
    /// A point in time.
    Timestamp(Timestamp),
    /// A value without a schema.
    Document(&'a Document),
    /// A list.
    List(&'a dyn SerializableList),
    /// A map.
    Map(&'a dyn SerializableMap),
    /// A structure.
    Struct(&'a dyn SerializableStruct),
    /// A union.
    Union(&'a dyn SerializableUnion),
}

impl SerializableShape for ValueRef<'_> {
    fn as_value(&self) -> ValueRef<'_> {
        *self
    }
}

impl ValueRef<'_> {
    /// Returns whether the value is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns a description of the value's type, for error messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) | Self::BigInteger(_) => "an integer",
            Self::Float(_) | Self::Double(_) | Self::BigDecimal(_) => "a number",
            Self::String(_) => "a string",
            Self::Blob(_) => "a blob",
            Self::Stream(_) => "a stream",
            Self::Timestamp(_) => "a timestamp",
            Self::Document(_) => "a document",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Struct(_) => "a structure",
            Self::Union(_) => "a union",
        }
    }
}

/// A structure whose members can be serialized.
pub trait SerializableStruct {
    /// Returns the structure's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Returns the member with the given index in the schema, or null if the member is absent.
    fn member(&self, index: usize) -> ValueRef<'_>;
}

/// A union whose member can be serialized.
pub trait SerializableUnion {
    /// Returns the union's schema.
    fn schema(&self) -> &'static StructSchema;

    /// Returns the index and the value of the member that is set.
    ///
    /// # Errors
    ///
    /// Returns the member's name as an error if the member is not in the schema.
    fn variant(&self) -> Result<(usize, ValueRef<'_>), &str>;
}

impl dyn SerializableUnion + '_ {
    /// Returns the schema and the value of the member that is set.
    ///
    /// # Errors
    ///
    /// Returns an error if the member is not in the schema. Such a union cannot be sent.
    pub(crate) fn known_variant(&self) -> Result<(&'static MemberSchema, ValueRef<'_>), SerdeError> {
        let unknown = |name: &str| {
            SerdeError::new(format_args!("unknown member `{name}` of the union `{}`", self.schema().id.name))
        };
        let (index, value) = self.variant().map_err(unknown)?;
        let member = self.schema().members.get(index).ok_or_else(|| unknown(""))?;
        Ok((member, value))
    }
}

/// A list.
pub trait SerializableList {
    /// Returns the number of elements.
    fn len(&self) -> usize;

    /// Returns whether there are no elements.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the element at an index, or null if there is none.
    fn element(&self, index: usize) -> ValueRef<'_>;
}

impl<'a> dyn SerializableList + 'a {
    pub(crate) fn elements(&self) -> impl Iterator<Item = ValueRef<'_>> + use<'_, 'a> {
        (0..self.len()).map(|index| self.element(index))
    }
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
    /// Returns the first error that the visitor returns.
    fn for_each(&self, visit: &mut dyn FnMut(&str, ValueRef<'_>) -> Result<(), SerdeError>) -> Result<(), SerdeError>;
}

/// Returns the error for a stream that is part of a value rather than the body of a message.
#[cold]
pub(crate) fn stream_within() -> SerdeError {
    SerdeError::new("a stream of bytes can only be the body of a message")
}
