//! Mutable references to the members of structures, which codecs fill in.

use std::borrow::Cow;

use super::{DeserializableShape, MemberSchema, SerdeError, ShapeDeserializer, simple::narrow};

/// A reference to a structure's member, for deserializing the member in place. This is the counterpart of
/// [`ValueRef`](super::ValueRef).
///
/// The most frequent types have their own variants, so codecs read them without a virtual call to the member and
/// another virtual call back to the codec.
pub enum ValueMut<'a> {
    /// A string.
    String(&'a mut String),
    /// A string that can be absent.
    OptionalString(&'a mut Option<String>),
    /// A 32-bit integer that can be absent.
    OptionalInteger(&'a mut Option<i32>),
    /// A boolean that can be absent.
    OptionalBoolean(&'a mut Option<bool>),
    /// A value of any other type.
    Shape(&'a mut dyn DeserializableShape),
}

impl<'a> ValueMut<'a> {
    /// Returns the member as a value of any type.
    #[must_use]
    pub fn into_shape(self) -> &'a mut dyn DeserializableShape {
        match self {
            Self::String(value) => value,
            Self::OptionalString(value) => value,
            Self::OptionalInteger(value) => value,
            Self::OptionalBoolean(value) => value,
            Self::Shape(value) => value,
        }
    }

    /// Deserializes the member. Null sets an optional value to `None` and leaves other values unchanged.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is malformed, or if its type does not match the schema.
    // Inlining makes the deserializer's type known, so that its methods are called directly.
    #[inline(always)]
    pub(crate) fn deserialize(
        self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<(), SerdeError> {
        match self {
            Self::String(value) => {
                if let Some(found) = deserializer.read_string(schema)? {
                    *value = found.into_owned();
                }
            }
            Self::OptionalString(value) => *value = deserializer.read_string(schema)?.map(Cow::into_owned),
            Self::OptionalInteger(value) => {
                *value = deserializer.read_integer(schema)?.map(narrow).transpose()?;
            }
            Self::OptionalBoolean(value) => *value = deserializer.read_boolean(schema)?,
            Self::Shape(value) => {
                value.deserialize(schema, deserializer)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Codec, MemoryLimit, json::JsonCodec};
    use crate::primitives::Timestamp;
    use crate::schema::macros::{AnyField as _, Field};

    #[test]
    fn fields_of_frequent_types_have_their_own_variants() {
        let (mut string, mut optional, mut integer, mut boolean) = (String::new(), Some(String::new()), Some(5), None);
        assert!(matches!(Field(&mut string).value_mut(), ValueMut::String(_)));
        assert!(matches!(Field(&mut optional).value_mut(), ValueMut::OptionalString(_)));
        assert!(matches!(Field(&mut integer).value_mut(), ValueMut::OptionalInteger(_)));
        assert!(matches!(Field::<Option<bool>>(&mut boolean).value_mut(), ValueMut::OptionalBoolean(_)));
        let mut time = Some(Timestamp::default());
        assert!(matches!(Field(&mut time).value_mut(), ValueMut::Shape(_)));
    }

    #[test]
    fn null_removes_optional_values_and_keeps_others() {
        let (mut string, mut optional, mut integer) = ("a".to_owned(), Some("b".to_owned()), Some(5));
        let read = |value: ValueMut<'_>, json: &[u8]| {
            struct Member<'a>(Option<ValueMut<'a>>);
            impl DeserializableShape for Member<'_> {
                fn deserialize(
                    &mut self,
                    schema: &MemberSchema,
                    deserializer: &mut dyn ShapeDeserializer,
                ) -> Result<bool, SerdeError> {
                    self.0.take().map_or(Ok(()), |value| value.deserialize(schema, deserializer)).map(|()| true)
                }
            }
            JsonCodec::AWS_JSON
                .deserialize(json, MemoryLimit::NONE, &mut Member(Some(value)))
                .map_err(|e| e.to_string())
        };
        read(ValueMut::String(&mut string), b" null").unwrap();
        read(ValueMut::OptionalString(&mut optional), b" null").unwrap();
        read(ValueMut::OptionalInteger(&mut integer), b"null").unwrap();
        assert_eq!((string.as_str(), &optional, integer), ("a", &None, None));
        read(ValueMut::String(&mut string), br#" "c\n""#).unwrap();
        read(ValueMut::OptionalString(&mut optional), br#""d""#).unwrap();
        read(ValueMut::OptionalInteger(&mut integer), b"\n-7").unwrap();
        assert_eq!((string.as_str(), optional.as_deref(), integer), ("c\n", Some("d"), Some(-7)));
        let error = read(ValueMut::OptionalInteger(&mut integer), b"3000000000").unwrap_err();
        assert_eq!(error, "expected an integer in the range of `i32`, found an integer out of range");
    }
}
