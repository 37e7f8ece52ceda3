//! Structures: what generated code says of one, and how one is read and written.

use super::{Error, Members, Object, Out, Sink, Source, depth::Level};
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
    fn read(&mut self, member: usize, members: &mut dyn Members) -> Result<(), Error>;

    /// Writes the members that are present.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write(&self, object: &mut Object<'_>) -> Result<(), Error>;
}

/// A structure without its type, so that the code that walks through it is there once.
trait AnyStructure {
    fn name(&self) -> &'static str;
    fn members(&self) -> &'static [&'static str];
    fn read(&mut self, member: usize, members: &mut dyn Members) -> Result<(), Error>;
}

impl<T: Structure> AnyStructure for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn members(&self) -> &'static [&'static str] {
        T::MEMBERS
    }

    fn read(&mut self, member: usize, members: &mut dyn Members) -> Result<(), Error> {
        Structure::read(self, member, members)
    }
}

/// Reads a structure; null, and whatever is no structure, is `None`.
///
/// Servers exist that answer with an id where the model has the structure of that id; the rest of their answer is
/// worth more than an error about it.
///
/// # Errors
///
/// If a member's value is of another kind than the model says, or structures are nested without end.
pub fn decode_structure<T: Structure>(source: &mut dyn Source) -> Result<Option<T>, Error> {
    let _level = Level::enter()?;
    let mut value = T::empty();
    let found = read_into(source, &mut value)?;
    Ok(found.then_some(value))
}

/// Reads a structure into one that is empty; `false` if there is none.
fn read_into(source: &mut dyn Source, structure: &mut dyn AnyStructure) -> Result<bool, Error> {
    let mut walk = Walk { structure, found: false };
    source.read(&mut walk)?;
    Ok(walk.found)
}

/// Writes a structure.
#[doc(hidden)]
pub fn encode_structure<T: Structure>(value: &T, out: &mut dyn Out) -> Result<(), Error> {
    out.object(&mut |object| value.write(&mut Object(object)))
}

/// The error that says that the response `T` has no member of this name.
#[must_use]
pub fn missing<T: Structure>(member: &'static str) -> MissingMember {
    MissingMember { structure: T::NAME, member }
}

/// Goes through the members of an object that is a structure.
struct Walk<'a> {
    structure: &'a mut dyn AnyStructure,
    found: bool,
}

impl Sink for Walk<'_> {
    fn expected(&self) -> &'static str {
        "a structure"
    }

    fn object(&mut self, members: &mut dyn Members) -> Result<(), Error> {
        self.found = true;
        let names = self.structure.members();
        let mut place = usize::MAX;
        loop {
            let expected = place.wrapping_add(1);
            if !members.name(&mut |name| place = find(names, expected, name))? {
                return Ok(());
            }
            if place >= names.len() {
                members.skip()?;
                continue;
            }
            let read = self.structure.read(place, members);
            read.map_err(|error| within(self.structure.name(), names, place, &error))?;
        }
    }

    fn refuse(&mut self, _: &dyn std::fmt::Display) -> Result<(), Error> {
        Ok(())
    }
}

/// The place of a name, or a place behind all of them. Members mostly come in the model's order, so the search starts
/// at the one behind the last.
pub(super) fn find(names: &[&str], expected: usize, name: &str) -> usize {
    let (before, after) = names.split_at(expected.min(names.len()));
    let found = after.iter().position(|known| *known == name).map(|place| before.len() + place);
    found.or_else(|| before.iter().position(|known| *known == name)).unwrap_or(usize::MAX - 1)
}

/// Says in which member an error happened; the one of the innermost structure comes last. Structures may be nested
/// deeper than a line can tell.
#[cold]
pub(super) fn within(structure: &str, members: &[&str], place: usize, error: &Error) -> Error {
    let member = members.get(place).unwrap_or(&"an unknown member");
    let text = error.to_string();
    if text.len() > LONGEST_PATH { error.clone() } else { Error::new(format_args!("{structure}.{member}: {text}")) }
}
