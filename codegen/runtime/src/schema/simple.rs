//! Implements the shape traits for simple types.

use super::{DeserializableShape, MemberSchema, SerdeError, SerializableShape, ShapeDeserializer, ShapeSerializer};
use crate::primitives::{BigDecimal, BigInteger, Blob, ByteStream, Document, Timestamp};

/// Stores the value if there is one. Returns `false` for null.
fn store<T>(slot: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *slot = value;
            true
        }
        None => false,
    }
}

/// Implements both traits, using a method of the serializer and one of the deserializer, each with a conversion.
macro_rules! simple {
    ($($ty:ty: $write:ident($value:ident => $written:expr), $read:ident($found:ident => $stored:expr);)*) => {
        $(
            impl SerializableShape for $ty {
                fn serialize(
                    &self,
                    schema: &MemberSchema,
                    serializer: &mut dyn ShapeSerializer,
                ) -> Result<(), SerdeError> {
                    let $value = self;
                    serializer.$write(schema, $written)
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
    bool: write_boolean(value => *value), read_boolean(found => found);
    i64: write_integer(value => *value), read_integer(found => found);
    f64: write_double(value => *value), read_double(found => found);
    Blob: write_blob(value => value), read_blob(found => found.map(Blob::from));
    ByteStream: write_stream(value => value), read_stream(found => found);
    Timestamp: write_timestamp(value => *value), read_timestamp(found => found);
    BigInteger: write_big_integer(value => value), read_big_integer(found => found);
    BigDecimal: write_big_decimal(value => value), read_big_decimal(found => found);
    String: write_string(value => value), read_string(found => found.map(std::borrow::Cow::into_owned));
}

impl SerializableShape for Document {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        serializer.write_document(schema, self)
    }
}

impl DeserializableShape for Document {
    /// Null leaves the value unchanged, which may be a default.
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

macro_rules! integers {
    ($($ty:ty),*) => {
        $(
            impl SerializableShape for $ty {
                fn serialize(
                    &self,
                    schema: &MemberSchema,
                    serializer: &mut dyn ShapeSerializer,
                ) -> Result<(), SerdeError> {
                    serializer.write_integer(schema, i64::from(*self))
                }
            }

            impl DeserializableShape for $ty {
                fn deserialize(
                    &mut self,
                    schema: &MemberSchema,
                    deserializer: &mut dyn ShapeDeserializer,
                ) -> Result<bool, SerdeError> {
                    let Some(found) = deserializer.read_integer(schema)? else { return Ok(false) };
                    *self = <$ty>::try_from(found).map_err(|_| SerdeError::unexpected("an integer out of range", concat!("an integer in the range of `", stringify!($ty), "`")))?;
                    Ok(true)
                }
            }
        )*
    };
}

integers!(i8, i16, i32);

impl SerializableShape for f32 {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        serializer.write_float(schema, *self)
    }
}

impl DeserializableShape for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "The nearest float is the value, unless it is infinite.")]
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        let Some(found) = deserializer.read_double(schema)? else { return Ok(false) };
        let value = found as f32;
        if value.is_infinite() && found.is_finite() {
            return Err(SerdeError::unexpected("a number out of range", "a number that fits in an `f32`"));
        }
        *self = value;
        Ok(true)
    }
}
