//! The serde implementations of generated types: the same few lines for each, written once as macros.

use serde_core::{
    de::{Deserializer, Error, Unexpected},
    ser::{SerializeMap, Serializer},
};

use super::{Decode, Object, Structure, Union, decode_union};

/// Reads a value that has to be there.
#[doc(hidden)]
pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D, name: &'static str) -> Result<T, D::Error> {
    T::decode(deserializer)?.ok_or_else(|| D::Error::invalid_type(Unexpected::Other("something else"), &name))
}

/// Reads a union that has to be there.
#[doc(hidden)]
pub fn deserialize_union<'de, T: Union, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    decode_union(deserializer)?.ok_or_else(|| D::Error::custom(format_args!("the union {} has no member", T::NAME)))
}

/// Writes a structure.
#[doc(hidden)]
pub fn serialize_structure<T: Structure, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut object = Object { map: serializer.serialize_map(None)? };
    value.write(&mut object)?;
    object.map.end()
}

/// Writes a union.
#[doc(hidden)]
pub fn serialize_union<T: Union, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut object = Object { map: serializer.serialize_map(Some(1))? };
    value.write(&mut object)?;
    object.map.end()
}

/// Gives a structure the methods that set its members: by value, so that they can be chained.
///
/// ```ignore
/// wire::setters! {
///     CreateBackupRequest;
///     volume_id(value: impl Into<String>) = Some(value.into());
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __setters {
    ($ty:ident; $($(#[$attribute:meta])* $field:ident($value:ident: $from:ty) = $stored:expr;)*) => {
        #[allow(deprecated, reason = "A type's own code handles its deprecated members.")]
        impl $ty {
            $(
                #[doc = ::std::concat!(
                    "Sets [`", ::std::stringify!($field), "`](field@", ::std::stringify!($ty), "::",
                    ::std::stringify!($field), ")."
                )]
                $(#[$attribute])*
                #[must_use]
                pub fn $field(mut self, $value: $from) -> Self {
                    self.$field = $stored;
                    self
                }
            )*
        }
    };
}

/// Implements [`Structure`] and serde for a structure, from the table of its members: place, whether it may be absent,
/// name on the wire, name of the field.
///
/// `required` members are always there; an `option` may be absent; a `list` is left out while it is empty; a
/// `default` has a value even if nobody gives one. A codec in brackets says that the member is not written in its
/// type's own form.
///
/// ```ignore
/// wire::structure! {
///     Tag { 0 required "Key" key, 1 option "Value" value, 2 default(5) "Weight" weight, 3 option[wire::DateTime] "At" at }
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __structure {
    ($ty:ident as $name:literal; $($place:literal $kind:ident $(($default:expr))? $([$codec:ty])? $wire:literal $field:ident;)*) => {
        #[allow(deprecated, reason = "A structure reads and writes its deprecated members too.")]
        const _: () = {
            impl $crate::wire::Empty for $ty {
                fn empty() -> Self {
                    Self { $($field: $crate::__empty!($($default)?)),* }
                }
            }

            impl $crate::wire::Structure for $ty {
                const NAME: &'static str = $name;
                const MEMBERS: &'static [&'static str] = &[$($wire),*];

                fn read<'de, A: $crate::wire::MapAccess<'de>>(
                    &mut self,
                    member: usize,
                    map: &mut A,
                ) -> ::std::result::Result<(), A::Error> {
                    match member {
                        $($place => $crate::__read!($kind, map, &mut self.$field),)*
                        _ => $crate::wire::skip(map),
                    }
                }

                #[allow(unused_variables, reason = "A structure may have no members.")]
                fn write<S: $crate::wire::SerializeMap>(
                    &self,
                    object: &mut $crate::wire::Object<S>,
                ) -> ::std::result::Result<(), S::Error> {
                    $($crate::__write!($kind, object, $wire, &self.$field $(, $codec)?)?;)*
                    ::std::result::Result::Ok(())
                }
            }

            impl $crate::wire::serde_core::Serialize for $ty {
                fn serialize<S: $crate::wire::serde_core::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    $crate::wire::serialize_structure(self, serializer)
                }
            }

            impl<'de> $crate::wire::serde_core::Deserialize<'de> for $ty {
                fn deserialize<D: $crate::wire::serde_core::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    $crate::wire::deserialize(deserializer, $name)
                }
            }

            impl $crate::wire::Decode for $ty {
                fn decode<'de, D: $crate::wire::serde_core::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<::std::option::Option<Self>, D::Error> {
                    $crate::wire::decode_structure(deserializer)
                }
            }
        };
    };
}

/// The value of a member before it is read.
#[doc(hidden)]
#[macro_export]
macro_rules! __empty {
    () => {
        $crate::wire::Empty::empty()
    };
    ($default:expr) => {
        $default
    };
}

/// Reads a member, by whether it may be absent.
#[doc(hidden)]
#[macro_export]
macro_rules! __read {
    (option, $map:expr, $slot:expr) => {
        $crate::wire::read_option($map, $slot)
    };
    ($kind:ident, $map:expr, $slot:expr) => {
        $crate::wire::read($map, $slot)
    };
}

/// Writes a member, by whether it may be absent and by its codec.
#[doc(hidden)]
#[macro_export]
macro_rules! __write {
    (option, $object:expr, $wire:literal, $value:expr) => {
        $object.option($wire, $value)
    };
    (option, $object:expr, $wire:literal, $value:expr, $codec:ty) => {
        $object.option_as::<$codec, _>($wire, $value)
    };
    (list, $object:expr, $wire:literal, $value:expr) => {
        $object.unless_empty($wire, $value)
    };
    (list, $object:expr, $wire:literal, $value:expr, $codec:ty) => {
        $object.unless_empty_as::<$codec, _>($wire, $value)
    };
    ($kind:ident, $object:expr, $wire:literal, $value:expr) => {
        $object.member($wire, $value)
    };
    ($kind:ident, $object:expr, $wire:literal, $value:expr, $codec:ty) => {
        $object.member_as::<$codec, _>($wire, $value)
    };
}

/// Implements `Serialize`, `Deserialize` and [`Decode`] for a [`Union`].
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    ($ty:ident) => {
        impl $crate::wire::Empty for $ty {
            fn empty() -> Self {
                <Self as $crate::wire::Union>::unknown("")
            }
        }

        impl $crate::wire::serde_core::Serialize for $ty {
            fn serialize<S: $crate::wire::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize_union(self, serializer)
            }
        }

        impl<'de> $crate::wire::serde_core::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::wire::deserialize_union(deserializer)
            }
        }

        impl $crate::wire::Decode for $ty {
            fn decode<'de, D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<::std::option::Option<Self>, D::Error> {
                $crate::wire::decode_union(deserializer)
            }
        }
    };
}

/// Implements the conversions, `Display` and serde for an enumeration of texts.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enum {
    ($ty:ident) => {
        impl $crate::wire::Empty for $ty {
            fn empty() -> Self {
                Self::from("")
            }
        }

        impl ::std::convert::From<::std::string::String> for $ty {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::convert::AsRef<str> for $ty {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::wire::serde_core::Serialize for $ty {
            fn serialize<S: $crate::wire::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::wire::serde_core::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer, "a string")
            }
        }

        impl $crate::wire::Decode for $ty {
            fn decode<'de, D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<::std::option::Option<Self>, D::Error> {
                $crate::wire::decode_text(deserializer, |text| Self::from(text))
            }
        }
    };
}

/// Implements the conversions and serde for an enumeration of numbers.
#[doc(hidden)]
#[macro_export]
macro_rules! __int_enum {
    ($ty:ident) => {
        impl $crate::wire::Empty for $ty {
            fn empty() -> Self {
                Self::from(0)
            }
        }

        impl ::std::convert::From<$ty> for i32 {
            fn from(value: $ty) -> Self {
                value.as_i32()
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.as_i32(), f)
            }
        }

        impl $crate::wire::serde_core::Serialize for $ty {
            fn serialize<S: $crate::wire::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_i32(self.as_i32())
            }
        }

        impl<'de> $crate::wire::serde_core::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer, "a whole number")
            }
        }

        impl $crate::wire::Decode for $ty {
            fn decode<'de, D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<::std::option::Option<Self>, D::Error> {
                ::std::result::Result::Ok(<i32 as $crate::wire::Decode>::decode(deserializer)?.map(Self::from))
            }
        }
    };
}
