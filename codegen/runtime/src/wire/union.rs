//! Unions: exactly one of their members.

use super::{
    Decode, Error, Members, Object, Out, Sink, Source,
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

    /// Writes the member.
    ///
    /// # Errors
    ///
    /// Those of the serializer, and if the member is not known.
    fn write(&self, object: &mut Object<'_>) -> Result<(), Error>;
}

/// Reads the value of a union's member; null is `None`.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn variant<T: Decode, U>(members: &mut dyn Members, wrap: fn(T) -> U) -> Result<Option<U>, Error> {
    let mut value = None;
    members.value(&mut |source| {
        value = T::decode(source)?;
        Ok(())
    })?;
    Ok(value.map(wrap))
}

/// Reads a union's member that has no value; null is `None`.
///
/// # Errors
///
/// If there is nothing.
pub fn unit_variant<U>(members: &mut dyn Members, variant: U) -> Result<Option<U>, Error> {
    Ok(is_present(members)?.then_some(variant))
}

/// Passes over a member of a union that is not there in the table.
///
/// # Errors
///
/// If the value is not well formed.
pub fn no_variant<U>(members: &mut dyn Members) -> Result<Option<U>, Error> {
    members.skip().map(|()| None)
}

/// The error of a union whose member cannot be sent, because it is not known.
///
/// # Errors
///
/// Always.
#[cold]
pub fn unknown_member(union: &str, member: &str) -> Result<(), Error> {
    Err(Error::new(format_args!("the union {union} holds `{member}`, which is not known and cannot be sent")))
}

/// Reads a union; null, and an object without a member, is `None`.
///
/// # Errors
///
/// If what stands there is no object, its member's value is of another kind than the model says, or structures are
/// nested without end.
pub fn decode_union<T: Union>(source: &mut dyn Source) -> Result<Option<T>, Error> {
    let _level = Level::enter()?;
    let mut walk = Walk::<T>(None);
    source.read(&mut walk)?;
    Ok(walk.0)
}

/// Writes a union.
#[doc(hidden)]
pub fn encode_union<T: Union>(value: &T, out: &mut dyn Out) -> Result<(), Error> {
    out.object(&mut |object| value.write(&mut Object(object)))
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
            } else if is_present(members)? && name != "__type" {
                unknown = Some(T::unknown(&name));
            }
        }
        self.0 = self.0.take().or(unknown);
        Ok(())
    }
}

/// Passes over a value, and tells whether it was anything but null.
fn is_present(members: &mut dyn Members) -> Result<bool, Error> {
    let mut anything = Anything::default();
    members.value(&mut |source| source.read(&mut anything))?;
    Ok(!anything.null)
}
