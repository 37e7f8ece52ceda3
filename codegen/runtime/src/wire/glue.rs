//! The serde implementations of generated types: the same few lines for each, written once as macros.

use serde_core::{
    de::{Deserializer, Error as _},
    ser::{Error as _, Serializer},
};

use super::{
    Decode, Empty, Encode,
    serde::{From, To},
};

/// Reads a value that has to be there.
#[doc(hidden)]
pub fn deserialize<'de, T: Decode + Empty, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
) -> Result<T, D::Error> {
    let mut value = T::empty();
    let found = value.read(&mut From::new(deserializer)).map_err(D::Error::custom)?;
    if found { Ok(value) } else { Err(D::Error::custom(format_args!("there is no {name}"))) }
}

/// Writes a value.
#[doc(hidden)]
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = To::Ready(serializer);
    value.encode(&mut out).map_err(S::Error::custom)?;
    out.finish().ok_or_else(|| S::Error::custom("a value wrote nothing"))
}

/// Gives a structure the methods that set its members: by value, so that they can be chained.
///
/// `=` replaces the value; `+=` adds to a list or map, as `Vec::extend` does.
///
/// ```ignore
/// wire::setters! {
///     CreateBackupRequest;
///     volume_id(value: impl Into<String>) = Some(value.into());
///     tags(value: impl IntoIterator<Item = impl Into<Tag>>) += Some(value.into_iter().map(Into::into).collect());
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __setters {
    ($ty:ident; $($(#[$attribute:meta])* $field:ident($value:ident: $from:ty) $sign:tt $stored:expr;)*) => {
        #[allow(deprecated, reason = "A type's own code handles its deprecated members.")]
        impl $ty {
            $(
                #[doc = $crate::__setter_doc!(
                    $sign, ::std::stringify!($field), "field@", ::std::stringify!($ty), "::", ::std::stringify!($field)
                )]
                $(#[$attribute])*
                #[must_use]
                pub fn $field(mut self, $value: $from) -> Self {
                    $crate::__set!($sign, self.$field, $stored);
                    self
                }
            )*
        }
    };
}

/// The documentation of a setter: what it does, the member's name, and the parts of a link to the field.
#[doc(hidden)]
#[macro_export]
macro_rules! __setter_doc {
    (=, $name:expr, $($link:expr),*) => {
        ::std::concat!("Sets [`", $name, "`](", $($link,)* ").")
    };
    (+=, $name:expr, $($link:expr),*) => {
        ::std::concat!(
            "Adds to [`", $name, "`](", $($link,)* "), behind what is there; a map's later value of a key replaces the \
             earlier one. Assigning the field replaces the whole."
        )
    };
}

/// Sets a member, or adds to it.
#[doc(hidden)]
#[macro_export]
macro_rules! __set {
    (=, $member:expr, $value:expr) => {
        $member = $value
    };
    (+=, $member:expr, $value:expr) => {
        $crate::wire::Append::append(&mut $member, $value)
    };
}

/// Implements `Structure` and serde for a structure, from the table of its members: place, whether it may be absent,
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

                fn slot(&mut self, member: usize) -> ::std::option::Option<&mut dyn $crate::wire::Decode> {
                    match member {
                        $($place => ::std::option::Option::Some(&mut self.$field),)*
                        _ => ::std::option::Option::None,
                    }
                }

                #[allow(unused_variables, reason = "A structure may have no members.")]
                fn write(&self, object: &mut $crate::wire::Object<'_>) {
                    $($crate::__write!($kind, object, $wire, &self.$field $(, $codec)?);)*
                }
            }

            $crate::__serde!($ty, $name);

            impl $crate::wire::EncodeMembers for $ty {
                fn encode_members(&self, object: &mut $crate::wire::Object<'_>) {
                    $crate::wire::Structure::write(self, object);
                }
            }

            impl $crate::wire::Encode for $ty {
                fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                    out.object(self)
                }
            }

            impl $crate::wire::Decode for $ty {
                fn read(
                    &mut self,
                    source: &mut dyn $crate::wire::Source,
                ) -> ::std::result::Result<bool, $crate::wire::Error> {
                    $crate::wire::read_structure(source, self)
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

/// Implements `Serialize`, `Deserialize` and `Decode` for a `Union`.
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

        impl $crate::wire::EncodeMembers for $ty {
            fn encode_members(&self, object: &mut $crate::wire::Object<'_>) {
                $crate::wire::Union::write(self, object);
            }
        }

        impl $crate::wire::Encode for $ty {
            fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                out.object(self)
            }
        }

        impl $crate::wire::Decode for $ty {
            fn read(
                &mut self,
                source: &mut dyn $crate::wire::Source,
            ) -> ::std::result::Result<bool, $crate::wire::Error> {
                $crate::wire::read_union(source, self)
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

        /// Refuses values that this version of the crate does not know, which `From` keeps as they are.
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

        impl $crate::wire::SetText for $ty {
            fn set_text(&mut self, text: &str) {
                *self = Self::from(text);
            }
        }

        impl $crate::wire::Encode for $ty {
            fn encode(&self, out: &mut dyn $crate::wire::Out) -> ::std::result::Result<(), $crate::wire::Error> {
                out.text(self.as_str())
            }
        }

        impl $crate::wire::Decode for $ty {
            fn read(
                &mut self,
                source: &mut dyn $crate::wire::Source,
            ) -> ::std::result::Result<bool, $crate::wire::Error> {
                $crate::wire::read_text(source, self)
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

        /// Reads a number in decimal, and refuses values that this version of the crate does not know.
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
            fn read(
                &mut self,
                source: &mut dyn $crate::wire::Source,
            ) -> ::std::result::Result<bool, $crate::wire::Error> {
                let mut number = self.as_i32();
                let found = $crate::wire::Decode::read(&mut number, source)?;
                *self = Self::from(number);
                ::std::result::Result::Ok(found)
            }
        }
    };
}
