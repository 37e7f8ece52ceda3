//! Structures: what generated code says of one, and how one is read.

use std::fmt;

use serde_core::{
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use super::{Object, depth::Level};
use crate::error::MissingMember;

/// How much may be said of an error before where it happened is no longer added.
const LONGEST_PATH: usize = 160;

/// What an absent value is where there has to be one: Smithy's error correction.
pub trait Empty {
    /// The empty value.
    fn empty() -> Self;
}

macro_rules! empty_is_default {
    ($($ty:ty),*) => {
        $(impl Empty for $ty {
            fn empty() -> Self {
                Self::default()
            }
        })*
    };
}

empty_is_default!(bool, i8, i16, i32, i64, f32, f64, String, super::Blob, super::Document, super::Timestamp);
empty_is_default!(super::BigInteger, super::BigDecimal);

impl<T> Empty for Option<T> {
    fn empty() -> Self {
        None
    }
}

impl<T> Empty for Vec<T> {
    fn empty() -> Self {
        Self::new()
    }
}

impl<K, T> Empty for std::collections::BTreeMap<K, T> {
    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Empty> Empty for Box<T> {
    fn empty() -> Self {
        Self::new(T::empty())
    }
}

/// A structure, as reading and writing see it. The macro `structure!` implements it.
pub trait Structure: Empty + Sized {
    /// The structure's name in the model.
    const NAME: &'static str;

    /// The members' names on the wire, in the model's order.
    const MEMBERS: &'static [&'static str];

    /// Reads the value of the member at this place in [`MEMBERS`](Self::MEMBERS); any other place is passed over.
    ///
    /// # Errors
    ///
    /// If what stands there is of another kind.
    fn read<'de, A: MapAccess<'de>>(&mut self, member: usize, map: &mut A) -> Result<(), A::Error>;

    /// Writes the members that are present.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write<S: SerializeMap>(&self, object: &mut Object<S>) -> Result<(), S::Error>;
}

/// Reads a structure; null, and whatever is no structure, is `None`.
///
/// Servers exist that answer with an id where the model has the structure of that id; the rest of their answer is
/// worth more than an error about it.
///
/// # Errors
///
/// If a member's value is of another kind than the model says, or structures are nested without end.
pub fn decode_structure<'de, T: Structure, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let _level = Level::enter()?;
    // It is filled in its place: each time it were handed on, the stack would hold it once more.
    let mut value = T::empty();
    let present = deserializer.deserialize_any(StructureVisitor(&mut value))?;
    Ok(present.then_some(value))
}

/// The error that says that the response `T` has no member of this name.
#[must_use]
pub fn missing<T: Structure>(member: &'static str) -> MissingMember {
    MissingMember { structure: T::NAME, member }
}

/// Says whether there was a structure.
struct StructureVisitor<'a, T>(&'a mut T);

impl<'de, T: Structure> Visitor<'de> for StructureVisitor<'_, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the structure {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut expected = 0;
        while let Some(member) = map.next_key_seed(MemberName { names: T::MEMBERS, expected })? {
            self.0.read(member, &mut map).map_err(|error| within(T::NAME, T::MEMBERS, member, error))?;
            expected = member.wrapping_add(1);
        }
        Ok(true)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(false)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(false)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(false)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(false)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(false)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }
}

/// Says in which member an error happened; the one of the innermost structure comes last. Structures may be nested
/// deeper than a line can tell.
#[cold]
pub(super) fn within<E: Error>(structure: &str, members: &[&str], member: usize, error: E) -> E {
    let member = members.get(member).unwrap_or(&"an unknown member");
    let text = error.to_string();
    if text.len() > LONGEST_PATH { error } else { E::custom(format_args!("{structure}.{member}: {text}")) }
}

/// Finds a member's place by its name. Members mostly come in the model's order, so the next one is tried first.
pub(super) struct MemberName {
    pub(super) names: &'static [&'static str],
    pub(super) expected: usize,
}

impl MemberName {
    /// The place of a name, or a place behind all members.
    pub(super) fn place(&self, name: &str) -> usize {
        let (before, after) = self.names.split_at(self.expected.min(self.names.len()));
        let found = after.iter().position(|known| *known == name).map(|place| before.len() + place);
        found.or_else(|| before.iter().position(|known| *known == name)).unwrap_or(usize::MAX)
    }
}

impl<'de> DeserializeSeed<'de> for MemberName {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for MemberName {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        Ok(self.place(name))
    }
}
