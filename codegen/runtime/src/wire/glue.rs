//! The serde implementations of generated types: the same few lines for each, written once as macros.

use serde_core::{
    de::{Deserializer, Error as _},
    ser::{Error as _, Serializer},
};

use super::{
    Decode, Encode,
    erased::{From, To},
};

/// Reads a value that has to be there.
#[doc(hidden)]
pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D, name: &'static str) -> Result<T, D::Error> {
    let value = T::decode(&mut From::new(deserializer)).map_err(D::Error::custom)?;
    value.ok_or_else(|| D::Error::custom(format_args!("there is no {name}")))
}

/// Writes a value.
#[doc(hidden)]
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = To::Ready(serializer);
    value.encode(&mut out).map_err(S::Error::custom)?;
    out.finish().ok_or_else(|| S::Error::custom("a value wrote nothing"))
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

                fn read(
                    &mut self,
                    member: usize,
                    members: &mut dyn $crate::wire::Members,
                ) -> ::std::result::Result<(), $crate::wire::Error> {
                    match member {
                        $($place => $crate::__read!($kind, members, &mut self.$field),)*
                        _ => members.skip(),
                    }
                }

                #[allow(unused_variables, reason = "A structure may have no members.")]
                fn write(
                    &self,
                    object: &mut $crate::wire::Object<'_>,
                ) -> ::std::result::Result<(), $crate::wire::Error> {
                    $($crate::__write!($kind, object, $wire, &self.$field $(, $codec)?)?;)*
                    ::std::result::Result::Ok(())
                }
            }

            $crate::__serde!($ty, $name);

            impl $crate::wire::Encode for $ty {
                fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                    $crate::wire::encode_structure(self, out)
                }
            }

            impl $crate::wire::Decode for $ty {
                fn decode(
                    source: &mut dyn $crate::wire::Source,
                ) -> ::std::result::Result<::std::option::Option<Self>, $crate::wire::Error> {
                    $crate::wire::decode_structure(source)
                }
            }
        };
    };
}

/// Implements `Serialize` and `Deserialize` for a type that can be encoded and decoded.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($ty:ident, $name:expr) => {
        impl $crate::wire::serde_core::Serialize for $ty {
            fn serialize<S: $crate::wire::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }

        impl<'de> $crate::wire::serde_core::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer, $name)
            }
        }
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

        $crate::__serde!($ty, "a union");

        impl $crate::wire::Encode for $ty {
            fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                $crate::wire::encode_union(self, out)
            }
        }

        impl $crate::wire::Decode for $ty {
            fn decode(
                source: &mut dyn $crate::wire::Source,
            ) -> ::std::result::Result<::std::option::Option<Self>, $crate::wire::Error> {
                $crate::wire::decode_union(source)
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

        $crate::__serde!($ty, "a string");

        impl $crate::wire::Encode for $ty {
            fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                out.text(self.as_str())
            }
        }

        impl $crate::wire::Decode for $ty {
            fn decode(
                source: &mut dyn $crate::wire::Source,
            ) -> ::std::result::Result<::std::option::Option<Self>, $crate::wire::Error> {
                $crate::wire::decode_text(source, |text| Self::from(text))
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

        $crate::__serde!($ty, "a whole number");

        impl $crate::wire::Encode for $ty {
            fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                $crate::wire::Encode::encode(&self.as_i32(), out)
            }
        }

        impl $crate::wire::Decode for $ty {
            fn decode(
                source: &mut dyn $crate::wire::Source,
            ) -> ::std::result::Result<::std::option::Option<Self>, $crate::wire::Error> {
                ::std::result::Result::Ok(<i32 as $crate::wire::Decode>::decode(source)?.map(Self::from))
            }
        }
    };
}
