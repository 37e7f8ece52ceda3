//! Structures: what generated code says of one, and how one is read and written.

use super::{Decode, Error, Members, Object, Sink, Source, depth::Level};
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

    /// The place of the member at this index of [`MEMBERS`](Self::MEMBERS).
    fn slot(&mut self, member: usize) -> Option<&mut dyn Decode>;

    /// Writes the members that are present.
    fn write(&self, object: &mut Object<'_>);
}

/// A structure without its type, so that the code that walks through it is there once.
pub trait AnyStructure {
    /// The structure's name in the model.
    fn name(&self) -> &'static str;
    /// The members' names on the wire.
    fn members(&self) -> &'static [&'static str];
    /// The place of the member at this index of the names.
    fn slot(&mut self, member: usize) -> Option<&mut dyn Decode>;
}

impl<T: Structure> AnyStructure for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn members(&self) -> &'static [&'static str] {
        T::MEMBERS
    }

    fn slot(&mut self, member: usize) -> Option<&mut dyn Decode> {
        Structure::slot(self, member)
    }
}

/// Reads a structure into one that is empty; `false` for null, and for whatever is no structure.
///
/// Servers exist that answer with an id where the model has the structure of that id; the rest of their answer is
/// worth more than an error about it.
///
/// # Errors
///
/// If a member's value is of another kind than the model says, or structures are nested without end.
pub fn read_structure(source: &mut dyn Source, structure: &mut dyn AnyStructure) -> Result<bool, Error> {
    let _level = Level::enter()?;
    let mut walk = Walk { structure, found: false };
    source.read(&mut walk)?;
    Ok(walk.found)
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
            let Some(slot) = self.structure.slot(place) else {
                members.skip()?;
                continue;
            };
            if let Err(error) = members.value(slot) {
                return Err(within(self.structure.name(), names, place, &error));
            }
        }
    }

    fn refuse(&mut self, _: &'static str) -> Result<(), Error> {
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
