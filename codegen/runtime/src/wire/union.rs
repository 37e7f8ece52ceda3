//! Unions: exactly one of their members.

use super::{
    Decode, Empty, Error, Members, Object, Sink, Source,
    decode::fill,
    depth::Level,
    erased::Anything,
    structure::{find, within},
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
    fn read(member: usize, members: &mut dyn Members) -> Result<Option<Self>, Error>;

    /// Writes the member; one that is not known is an error.
    fn write(&self, object: &mut Object<'_>);
}

/// Reads the value of a union's member; null is `None`.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn variant<T: Decode + Empty, U>(members: &mut dyn Members, wrap: fn(T) -> U) -> Result<Option<U>, Error> {
    let mut value = T::empty();
    Ok(if members.value(&mut value)? { Some(wrap(value)) } else { None })
}

/// Reads a union's member that has no value; null is `None`.
///
/// # Errors
///
/// If there is nothing.
pub fn unit_variant<U>(members: &mut dyn Members, variant: U) -> Result<Option<U>, Error> {
    Ok(members.value(&mut Anything::default())?.then_some(variant))
}

/// Passes over a member of a union that is not there in the table.
///
/// # Errors
///
/// If the value is not well formed.
pub fn no_variant<U>(members: &mut dyn Members) -> Result<Option<U>, Error> {
    members.skip().map(|()| None)
}

/// Stops the writing of a union whose member cannot be sent, because it is not known.
#[cold]
pub fn unknown_member(object: &mut Object<'_>, union: &str, member: &str) {
    object.fail(Error::new(format_args!("the union {union} holds `{member}`, which is not known and cannot be sent")));
}

/// Reads a union; `false` for null.
///
/// Members that are null are ignored, and so is `__type`. A union has exactly one member; an object that is left without
/// one becomes an unknown member without a name, as in Smithy's error correction: it keeps its place in a list and its
/// key in a map, and a member that holds it is present. Only null is absent.
///
/// # Errors
///
/// If what stands there is no object, its member's value is of another kind than the model says, or structures are
/// nested without end.
pub fn read_union<T: Union>(source: &mut dyn Source, union: &mut T) -> Result<bool, Error> {
    let _level = Level::enter()?;
    let mut walk = Walk::<T>(None);
    source.read(&mut walk)?;
    Ok(fill(union, walk.0))
}

/// Goes through the members of an object that is a union: one of them is its value.
struct Walk<T>(Option<T>);

impl<T: Union> Sink for Walk<T> {
    fn expected(&self) -> &'static str {
        "a union"
    }

    fn object(&mut self, members: &mut dyn Members) -> Result<(), Error> {
        let mut name = String::new();
        let mut unknown = None;
        while members.name(&mut |found| found.clone_into(&mut name))? {
            let place = find(T::MEMBERS, 0, &name);
            if place < T::MEMBERS.len() {
                let value = T::read(place, members).map_err(|error| within(T::NAME, T::MEMBERS, place, &error))?;
                self.0 = value.or(self.0.take());
            // Servers may add the name of the union's type.
            } else if members.value(&mut Anything::default())? && name != "__type" {
                unknown = Some(T::unknown(&name));
            }
        }
        self.0 = self.0.take().or(unknown).or_else(|| Some(T::unknown("")));
        Ok(())
    }
}
