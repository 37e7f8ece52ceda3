//! Implementations of the shape traits for simple types.

use super::{DeserializableShape, MemberSchema, SerdeError, SerializableShape, ShapeDeserializer, ValueRef};
use crate::primitives::{BigDecimal, BigInteger, Blob, ByteStream, Document, Timestamp};

/// Stores the value and returns `true`, or returns `false` if the value is null.
fn store<T>(slot: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *slot = value;
            true
        }
        None => false,
    }
}

/// Implements both shape traits. Each row contains a type, a variant of `ValueRef` with the conversion to its content,
/// and a method of the deserializer with the conversion of the method's result.
macro_rules! simple {
    ($($ty:ty: $variant:ident($value:ident => $written:expr), $read:ident($found:ident => $stored:expr);)*) => {
        $(
            impl SerializableShape for $ty {
                fn as_value(&self) -> ValueRef<'_> {
                    let $value = self;
                    ValueRef::$variant($written)
                }
            }

            impl DeserializableShape for $ty {
                fn deserialize(
                    &mut self,
                    schema: &MemberSchema,
                    deserializer: &mut dyn ShapeDeserializer,
                ) -> Result<bool, SerdeError> {
                    let $found = deserializer.$read(schema)?;
                    Ok(store(self, $stored))
                }
            }
        )*
    };
}

simple! {
    bool: Boolean(value => *value), read_boolean(found => found);
    i64: Integer(value => *value), read_integer(found => found);
    f32: Float(value => *value), read_float(found => found);
    f64: Double(value => *value), read_double(found => found);
    Blob: Blob(value => value), read_blob(found => found.map(Blob::from));
    ByteStream: Stream(value => value), read_stream(found => found);
    Timestamp: Timestamp(value => *value), read_timestamp(found => found);
    BigInteger: BigInteger(value => value), read_big_integer(found => found);
    BigDecimal: BigDecimal(value => value), read_big_decimal(found => found);
    String: String(value => value), read_string(found => found.map(std::borrow::Cow::into_owned));
}

impl SerializableShape for Document {
    fn as_value(&self) -> ValueRef<'_> {
        ValueRef::Document(self)
    }
}

impl Document {
    /// Returns the content of the document, which is never [`ValueRef::Document`].
    pub(crate) fn content(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Boolean(value) => ValueRef::Boolean(*value),
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Double(value) => ValueRef::Double(*value),
            Self::BigInteger(value) => ValueRef::BigInteger(value),
            Self::BigDecimal(value) => ValueRef::BigDecimal(value),
            Self::String(value) => ValueRef::String(value),
            Self::Blob(value) => ValueRef::Blob(value),
            Self::Timestamp(value) => ValueRef::Timestamp(*value),
            Self::List(list) => ValueRef::List(list),
            Self::Map(map) => ValueRef::Map(map),
        }
    }
}

impl DeserializableShape for Document {
    /// Null leaves the existing value unchanged, because the existing value may be a default.
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        let found = deserializer.read_document(schema)?;
        Ok(store(self, found))
    }

    fn null_is_a_value() -> bool {
        true
    }
}

/// Converts an integer to the type of a member. Returns an error if the integer is out of range.
pub(super) fn narrow<T: Narrow>(value: i64) -> Result<T, SerdeError> {
    T::try_from(value).map_err(|_| SerdeError::unexpected("an integer out of range", T::RANGE))
}

/// An integer of fewer than 64 bits.
pub(super) trait Narrow: TryFrom<i64> {
    /// A description of the type's values, for error messages.
    const RANGE: &str;
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(
            impl Narrow for $ty {
                const RANGE: &str = concat!("an integer in the range of `", stringify!($ty), "`");
            }

            impl SerializableShape for $ty {
                fn as_value(&self) -> ValueRef<'_> {
                    ValueRef::Integer(i64::from(*self))
                }
            }

            impl DeserializableShape for $ty {
                fn deserialize(
                    &mut self,
                    schema: &MemberSchema,
                    deserializer: &mut dyn ShapeDeserializer,
                ) -> Result<bool, SerdeError> {
                    let Some(found) = deserializer.read_integer(schema)? else { return Ok(false) };
                    *self = narrow(found)?;
                    Ok(true)
                }
            }
        )*
    };
}

integers!(i8, i16, i32);

/// Rounds a number to 32 bits. Returns an error if the number is finite and its magnitude is too large.
#[allow(clippy::cast_possible_truncation, reason = "The result is the nearest float.")]
pub(crate) fn narrow_float(value: f64) -> Result<f32, SerdeError> {
    let float = value as f32;
    if float.is_infinite() && value.is_finite() { Err(too_large()) } else { Ok(float) }
}

/// Parses a finite number of 32 bits.
pub(crate) fn parse_float(digits: &str) -> Result<f32, SerdeError> {
    digits.parse().ok().filter(|float: &f32| float.is_finite()).ok_or_else(too_large)
}

fn too_large() -> SerdeError {
    SerdeError::unexpected("a number out of range", "a number that fits in an `f32`")
}
