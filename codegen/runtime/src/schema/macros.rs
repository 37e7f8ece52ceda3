//! Macros that implement traits for generated types.

use super::{DeserializableShape, MemberSchema, SerdeError, ShapeDeserializer, ValueMut};

/// An enum of strings.
pub trait StringEnum {
    /// Sets the enum to the variant with the given wire value.
    fn set(&mut self, value: &str);
}

/// Reads the value of an enum of strings. Returns `false` for null.
///
/// # Errors
///
/// Returns the deserializer's error.
pub fn read_string_enum(
    value: &mut dyn StringEnum,
    schema: &MemberSchema,
    deserializer: &mut dyn ShapeDeserializer,
) -> Result<bool, SerdeError> {
    let found = deserializer.read_string(schema)?;
    if let Some(found) = &found {
        value.set(found);
    }
    Ok(found.is_some())
}

/// Implements the shape traits and serde's traits for a structure, from a table of its members.
///
/// Each row contains the presence of a member, its name in the model, its field, its target and its traits. The
/// presence is `option` for a member that may be absent, `required` for a member that is always present, and `default`
/// for a member that has a value even if it is not set.
///
/// ```ignore
/// schema::structure! {
///     Volume: "com.amazonaws.fsx", "Volume";
///     required "VolumeId" volume_id: String;
///     option "Tags" tags: List(Structure);
///     option "Labels" labels: Map(String; List(String) [Sparse]);
///     default(5) "Weight" weight: Integer;
/// }
/// ```
///
/// A streaming member is not in the table. The structure that contains it does not implement serde's traits:
///
/// ```ignore
/// schema::structure! {
///     StartLiveTailResponse: "com.amazonaws.cloudwatchlogs", "StartLiveTailResponse",
///         stream response_stream;
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __structure {
    (
        $ty:ident: $namespace:literal, $name:literal $(, stream $stream:ident)? $([$($trait:tt)*])?;
        $($kind:ident $(($default:expr))? $wire:literal $field:ident: $target:ident $(($($args:tt)*))? $([$($member_trait:tt)*])?;)*
    ) => {
        #[allow(deprecated, reason = "A structure reads and writes its deprecated members too.")]
        #[allow(non_camel_case_types, non_upper_case_globals, reason = "Members keep their names.")]
        const _: () = {
            static SCHEMA: $crate::schema::StructSchema = $crate::schema::StructSchema {
                id: $crate::schema::ShapeId { namespace: $namespace, name: $name },
                members: &[$($crate::__member!($wire; $target $(($($args)*))? $([$($member_trait)*])?)),*],
                traits: $crate::__traits!($($($trait)*)?),
            };

            // Assigns an index to each member, so that the table does not need to contain the indexes.
            #[allow(dead_code, reason = "A structure may have no members.")]
            enum __Member { $($field,)* }
            $(const $field: usize = __Member::$field as usize;)*

            impl $crate::schema::ErrorCorrection for $ty {
                fn corrected() -> Self {
                    Self {
                        $($field: $crate::__corrected!($kind $(($default))?),)*
                        $($stream: $crate::__corrected!(required),)?
                    }
                }
            }

            impl $crate::schema::StaticSchema for $ty {
                const SCHEMA: &'static $crate::schema::StructSchema = &SCHEMA;
            }

            impl $crate::schema::SerializableStruct for $ty {
                fn schema(&self) -> &'static $crate::schema::StructSchema {
                    &SCHEMA
                }

                fn member(&self, __index: usize) -> $crate::schema::ValueRef<'_> {
                    match __index {
                        $($field => $crate::schema::SerializableShape::as_value(&self.$field),)*
                        _ => $crate::schema::ValueRef::Null,
                    }
                }
            }

            impl $crate::schema::DeserializableStruct for $ty {
                fn schema(&self) -> &'static $crate::schema::StructSchema {
                    &SCHEMA
                }

                fn slot(&mut self, __index: usize) -> ::std::option::Option<$crate::schema::ValueMut<'_>> {
                    match __index {
                        $($field => ::std::option::Option::Some($crate::__value_mut!($target, self.$field)),)*
                        _ => ::std::option::Option::None,
                    }
                }
            }

            $crate::__shape!($ty, Struct, read_struct);
            $crate::__struct_serde!($ty, $name $(, $stream)?);
        };
    };
}

/// Expands to the `ValueMut` for a field.
#[doc(hidden)]
#[macro_export]
macro_rules! __value_mut {
    // The target does not determine the field's type: a string or an integer may be an enum, and any field may be
    // optional. So the field's type selects the variant.
    (String, $field:expr) => { $crate::__value_mut!(by_type $field) };
    (Integer, $field:expr) => { $crate::__value_mut!(by_type $field) };
    (Boolean, $field:expr) => { $crate::__value_mut!(by_type $field) };
    (by_type $field:expr) => {{
        #[allow(unused_imports, reason = "The types of `ValueMut` have a method of their own.")]
        use $crate::schema::macros::AnyField as _;
        $crate::schema::macros::Field(&mut $field).value_mut()
    }};
    ($target:ident, $field:expr) => {
        $crate::schema::ValueMut::Shape(&mut $field)
    };
}

/// Implements the shape traits and serde's traits for a union, from a table of its members.
///
/// ```ignore
/// schema::union! {
///     AttributeValue: "com.amazonaws.dynamodb", "AttributeValue";
///     "S" S: String;
///     "NULL" Null: Unit;
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    (
        $ty:ident: $namespace:literal, $name:literal $([$($trait:tt)*])?;
        $($wire:literal $variant:ident: $target:ident $(($($args:tt)*))? $([$($member_trait:tt)*])?;)*
    ) => {
        #[allow(deprecated, reason = "A union reads and writes its deprecated members too.")]
        const _: () = {
            static SCHEMA: $crate::schema::StructSchema = $crate::schema::StructSchema {
                id: $crate::schema::ShapeId { namespace: $namespace, name: $name },
                members: &[$($crate::__member!($wire; $target $(($($args)*))? $([$($member_trait)*])?)),*],
                traits: $crate::__traits!($($($trait)*)?),
            };

            #[allow(dead_code, reason = "A union may have no members.")]
            enum __Member { $($variant,)* }

            impl $crate::schema::ErrorCorrection for $ty {
                fn corrected() -> Self {
                    Self::Unknown(::std::string::String::new())
                }
            }

            impl $crate::schema::SerializableUnion for $ty {
                fn schema(&self) -> &'static $crate::schema::StructSchema {
                    &SCHEMA
                }

                fn variant(
                    &self,
                ) -> ::std::result::Result<(usize, $crate::schema::ValueRef<'_>), &str> {
                    match self {
                        $($crate::__variant!(pattern $variant $target __value) => ::std::result::Result::Ok(
                            (__Member::$variant as usize, $crate::__variant!(value $target __value)),
                        ),)*
                        Self::Unknown(__name) => ::std::result::Result::Err(__name),
                    }
                }
            }

            impl $crate::schema::DeserializableUnion for $ty {
                fn schema(&self) -> &'static $crate::schema::StructSchema {
                    &SCHEMA
                }

                fn slot(
                    &mut self,
                    __index: usize,
                ) -> ::std::option::Option<&mut dyn $crate::schema::DeserializableShape> {
                    $(if __index == __Member::$variant as usize {
                        *self = $crate::__variant!(empty $variant $target);
                    })*
                    match self {
                        $($crate::__variant!(pattern $variant $target __value) =>
                            $crate::__variant!(slot $target __value),)*
                        Self::Unknown(_) => ::std::option::Option::None,
                    }
                }

                fn set_unknown(&mut self, __name: &str) {
                    *self = Self::Unknown(::std::borrow::ToOwned::to_owned(__name));
                }
            }

            $crate::__shape!($ty, Union, read_union);
            $crate::__serde!($ty, $name);
        };
    };
}

/// Expands to a pattern or an expression for a variant of a union. A variant has a value unless its target is `Unit`.
#[doc(hidden)]
#[macro_export]
macro_rules! __variant {
    (pattern $variant:ident Unit $value:ident) => {
        Self::$variant
    };
    (pattern $variant:ident $target:ident $value:ident) => {
        Self::$variant($value)
    };
    (value Unit $value:ident) => {
        $crate::schema::ValueRef::Struct(&$crate::schema::Unit)
    };
    (value $target:ident $value:ident) => {
        $crate::schema::SerializableShape::as_value($value)
    };
    (slot Unit $value:ident) => {
        ::std::option::Option::None
    };
    (slot $target:ident $value:ident) => {
        ::std::option::Option::Some($value)
    };
    (empty $variant:ident Unit) => {
        Self::$variant
    };
    (empty $variant:ident $target:ident) => {
        Self::$variant($crate::schema::ErrorCorrection::corrected())
    };
}

/// Expands to the schema of a member: `__member!("Tags"; List(Structure) [Sparse])`.
#[doc(hidden)]
#[macro_export]
macro_rules! __member {
    ($name:literal; $target:ident $(($($args:tt)*))? $([$($trait:tt)*])?) => {
        $crate::schema::MemberSchema {
            json_key: concat!(",\"", $name, "\":"),
            target: $crate::__target!($target $(($($args)*))?),
            traits: $crate::__traits!($($($trait)*)?),
        }
    };
}

/// Expands to the target of a member: `__target!(Map(String; List(Structure)))`.
#[doc(hidden)]
#[macro_export]
macro_rules! __target {
    (Unit) => { $crate::schema::Target::Structure };
    (List($($member:tt)*)) => { $crate::schema::Target::List(&$crate::__member!("member"; $($member)*)) };
    (Map($key:ident $([$($key_trait:tt)*])?; $($value:tt)*)) => {
        $crate::schema::Target::Map(
            &$crate::__member!("key"; $key $([$($key_trait)*])?),
            &$crate::__member!("value"; $($value)*),
        )
    };
    ($target:ident) => { $crate::schema::Target::$target };
}

/// Expands to the traits of a shape or member: `__traits!(Sensitive, JsonName("x"))`.
#[doc(hidden)]
#[macro_export]
macro_rules! __traits {
    ($($trait:ident $(($($value:tt)*))?),*) => {
        &[$($crate::schema::Trait::$trait $(($($value)*))?),*]
    };
}

/// Expands to the initial value of a member.
#[doc(hidden)]
#[macro_export]
macro_rules! __corrected {
    (option) => {
        ::std::option::Option::None
    };
    (required) => {
        $crate::schema::ErrorCorrection::corrected()
    };
    (default($default:expr)) => {
        $default
    };
}

/// Implements the shape traits with a variant of `ValueRef` and a method of the deserializer.
#[doc(hidden)]
#[macro_export]
macro_rules! __shape {
    ($ty:ident, $variant:ident, $read:ident) => {
        impl $crate::schema::SerializableShape for $ty {
            fn as_value(&self) -> $crate::schema::ValueRef<'_> {
                $crate::schema::ValueRef::$variant(self)
            }
        }

        impl $crate::schema::DeserializableShape for $ty {
            fn deserialize(
                &mut self,
                __schema: &$crate::schema::MemberSchema,
                __deserializer: &mut dyn $crate::schema::ShapeDeserializer,
            ) -> ::std::result::Result<bool, $crate::schema::SerdeError> {
                __deserializer.$read(__schema, self)
            }
        }
    };
}

/// Implements `Serialize` and `Deserialize` for a structure, unless it has a stream.
#[doc(hidden)]
#[macro_export]
macro_rules! __struct_serde {
    ($ty:ident, $name:literal) => {
        $crate::__serde!($ty, $name);
    };
    ($ty:ident, $name:literal, $stream:ident) => {};
}

/// Implements nothing, because the `serde` feature is not enabled.
#[cfg(not(any(test, feature = "serde")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($ty:ident, $name:expr) => {};
}

/// Implements `Serialize` and `Deserialize` for a shape.
#[cfg(any(test, feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($ty:ident, $name:expr) => {
        impl $crate::serde_core::Serialize for $ty {
            fn serialize<S: $crate::serde_core::Serializer>(
                &self,
                __serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::codec::serde::serialize(self, __serializer)
            }
        }

        impl<'de> $crate::serde_core::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::serde_core::Deserializer<'de>>(
                __deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::codec::serde::deserialize(__deserializer, $name)
            }
        }
    };
}

/// Implements the conversions, `Display`, the shape traits and serde's traits for an enum of strings.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enum {
    ($ty:ident) => {
        impl $crate::schema::ErrorCorrection for $ty {
            fn corrected() -> Self {
                Self::from("")
            }
        }

        impl ::std::convert::From<::std::string::String> for $ty {
            #[inline]
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        /// Parses the wire value of a known variant. Unlike `From`, this rejects unknown values.
        impl ::std::str::FromStr for $ty {
            type Err = $crate::error::UnknownVariantError;

            #[inline]
            fn from_str(value: &str) -> ::std::result::Result<Self, $crate::error::UnknownVariantError> {
                match Self::from(value) {
                    Self::Unknown(_) => {
                        ::std::result::Result::Err($crate::error::UnknownVariantError::new(Self::VALUES))
                    }
                    known => ::std::result::Result::Ok(known),
                }
            }
        }

        impl ::std::convert::AsRef<str> for $ty {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::__serde!($ty, "a string");

        impl $crate::schema::SerializableShape for $ty {
            fn as_value(&self) -> $crate::schema::ValueRef<'_> {
                $crate::schema::ValueRef::String(self.as_str())
            }
        }

        impl $crate::schema::DeserializableShape for $ty {
            fn deserialize(
                &mut self,
                schema: &$crate::schema::MemberSchema,
                deserializer: &mut dyn $crate::schema::ShapeDeserializer,
            ) -> ::std::result::Result<bool, $crate::schema::SerdeError> {
                $crate::schema::macros::read_string_enum(self, schema, deserializer)
            }
        }

        impl $crate::schema::macros::StringEnum for $ty {
            fn set(&mut self, value: &str) {
                *self = Self::from(value);
            }
        }
    };
}

/// Implements the conversions, `Display`, the shape traits and serde's traits for an enum of integers.
#[doc(hidden)]
#[macro_export]
macro_rules! __int_enum {
    ($ty:ident) => {
        impl $crate::schema::ErrorCorrection for $ty {
            fn corrected() -> Self {
                Self::from(0)
            }
        }

        /// Parses the decimal value of a known variant. Unlike `From`, this rejects unknown values.
        impl ::std::str::FromStr for $ty {
            type Err = $crate::error::UnknownVariantError;

            #[inline]
            fn from_str(value: &str) -> ::std::result::Result<Self, $crate::error::UnknownVariantError> {
                match value.parse::<i32>().map(Self::from) {
                    ::std::result::Result::Ok(Self::Unknown(_)) | ::std::result::Result::Err(_) => {
                        ::std::result::Result::Err($crate::error::UnknownVariantError::of_integers(Self::VALUES))
                    }
                    ::std::result::Result::Ok(known) => ::std::result::Result::Ok(known),
                }
            }
        }

        impl ::std::convert::From<$ty> for i32 {
            fn from(value: $ty) -> Self {
                value.as_i32()
            }
        }

        impl ::std::fmt::Display for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.as_i32(), f)
            }
        }

        $crate::__serde!($ty, "an integer");

        impl $crate::schema::SerializableShape for $ty {
            fn as_value(&self) -> $crate::schema::ValueRef<'_> {
                $crate::schema::ValueRef::Integer(::std::convert::From::from(self.as_i32()))
            }
        }

        impl $crate::schema::DeserializableShape for $ty {
            fn deserialize(
                &mut self,
                schema: &$crate::schema::MemberSchema,
                deserializer: &mut dyn $crate::schema::ShapeDeserializer,
            ) -> ::std::result::Result<bool, $crate::schema::SerdeError> {
                let mut value = self.as_i32();
                let found = $crate::schema::DeserializableShape::deserialize(&mut value, schema, deserializer)?;
                *self = Self::from(value);
                ::std::result::Result::Ok(found)
            }
        }
    };
}

/// A field of a structure. Its `value_mut` method returns the variant of `ValueMut` for the field's type. If the type
/// has no variant of its own, the method of [`AnyField`] is called instead.
pub struct Field<'a, T>(pub &'a mut T);

/// A field whose type has no variant of its own in `ValueMut`.
pub trait AnyField<'a> {
    /// Returns the field as [`ValueMut::Shape`].
    fn value_mut(self) -> ValueMut<'a>;
}

impl<'a, T: DeserializableShape> AnyField<'a> for Field<'a, T> {
    #[inline]
    fn value_mut(self) -> ValueMut<'a> {
        ValueMut::Shape(self.0)
    }
}

macro_rules! fields {
    ($($ty:ty: $variant:ident;)*) => {
        $(impl<'a> Field<'a, $ty> {
            /// Returns the field as the variant for its type.
            #[inline]
            pub fn value_mut(self) -> ValueMut<'a> {
                ValueMut::$variant(self.0)
            }
        })*
    };
}

fields! {
    String: String;
    Option<String>: OptionalString;
    Option<i32>: OptionalInteger;
    Option<bool>: OptionalBoolean;
}
