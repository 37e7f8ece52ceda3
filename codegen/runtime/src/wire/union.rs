//! Unions: exactly one of their members.

use std::{fmt, marker::PhantomData};

use serde_core::{
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor},
    ser::SerializeMap,
};

use super::{
    Decode, Object,
    decode::Seed,
    depth::Level,
    structure::{MemberName, within},
};

/// A union, as reading and writing see it. The generator implements it.
pub trait Union: Sized {
    /// The union's name in the model.
    const NAME: &'static str;

    /// The members' names on the wire, in the model's order.
    const MEMBERS: &'static [&'static str];

    /// The value for a member that the model does not know.
    fn unknown(member: &str) -> Self;

    /// Reads the value of the member at this place in [`MEMBERS`](Self::MEMBERS); null is `None`.
    ///
    /// # Errors
    ///
    /// If what stands there is of another kind.
    fn read<'de, A: MapAccess<'de>>(member: usize, map: &mut A) -> Result<Option<Self>, A::Error>;

    /// Writes the member.
    ///
    /// # Errors
    ///
    /// Those of the serializer, and if the member is not known.
    fn write<S: SerializeMap>(&self, object: &mut Object<S>) -> Result<(), S::Error>;
}

/// Reads the value of a union's member; null is `None`.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn variant<'de, T: Decode, U, A: MapAccess<'de>>(map: &mut A, wrap: fn(T) -> U) -> Result<Option<U>, A::Error> {
    Ok(map.next_value_seed(Seed::new())?.map(wrap))
}

/// Reads a union's member that has no value; null is `None`.
///
/// # Errors
///
/// If there is nothing.
pub fn unit_variant<'de, U, A: MapAccess<'de>>(map: &mut A, variant: U) -> Result<Option<U>, A::Error> {
    Ok(map.next_value::<Option<IgnoredAny>>()?.map(|_| variant))
}

/// The error of a union whose member cannot be sent, because it is not known.
///
/// # Errors
///
/// Always.
#[cold]
pub fn unknown_member<E: serde_core::ser::Error>(union: &str, member: &str) -> Result<(), E> {
    Err(E::custom(format_args!("the union {union} holds `{member}`, which is not known and cannot be sent")))
}

/// Reads a union; null, and an object without a member, is `None`.
///
/// # Errors
///
/// If what stands there is no object, its member's value is of another kind than the model says, or structures are
/// nested without end.
pub fn decode_union<'de, T: Union, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let _level = Level::enter()?;
    deserializer.deserialize_any(UnionVisitor(PhantomData))
}

struct UnionVisitor<T>(PhantomData<T>);

impl<'de, T: Union> Visitor<'de> for UnionVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the union {}", T::NAME)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut known = None;
        let mut unknown = None;
        while let Some(name) = map.next_key_seed(UnionMemberName(T::MEMBERS))? {
            match name {
                Ok(member) => {
                    let value =
                        T::read(member, &mut map).map_err(|error| within(T::NAME, T::MEMBERS, member, error))?;
                    known = value.or(known);
                }
                Err(name) => {
                    let present = map.next_value::<Option<IgnoredAny>>()?.is_some();
                    // Servers may add the name of the union's type.
                    if present && name != "__type" {
                        unknown = Some(name);
                    }
                }
            }
        }
        Ok(known.or_else(|| unknown.map(|name| T::unknown(&name))))
    }
}

/// Reads the name of a union's member: its place if it is known, else the name itself.
struct UnionMemberName(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for UnionMemberName {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for UnionMemberName {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let place = MemberName { names: self.0, expected: 0 }.place(name);
        Ok(if place < self.0.len() { Ok(place) } else { Err(name.to_owned()) })
    }
}
