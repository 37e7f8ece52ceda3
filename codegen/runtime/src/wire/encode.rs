//! Writing values, and the members of a structure or union.

use std::collections::BTreeMap;

use super::{
    Error, ObjectOut, Out,
    codec::{As, Codec},
};

/// A value that can be written.
pub trait Encode {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// Those of the serializer, and if the value has no form on the wire.
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error>;
}

/// An object that is being written.
pub struct Object<'a>(pub(super) &'a mut dyn ObjectOut);

/// Collections that an answer may leave out when they are empty.
pub trait IsEmpty {
    /// Whether there is no element.
    fn is_empty(&self) -> bool;
}

impl<T> IsEmpty for Vec<T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl<K, T> IsEmpty for BTreeMap<K, T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

#[allow(clippy::missing_errors_doc, reason = "All errors are the serializer's.")]
impl Object<'_> {
    /// Writes a member.
    pub fn member<T: Encode>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.0.member(name, value)
    }

    /// Writes a member if it is there.
    pub fn option<T: Encode>(&mut self, name: &str, value: &Option<T>) -> Result<(), Error> {
        match value {
            Some(value) => self.0.member(name, value),
            None => Ok(()),
        }
    }

    /// Writes a collection if it has elements.
    pub fn unless_empty<T: Encode + IsEmpty>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        if value.is_empty() { Ok(()) } else { self.0.member(name, value) }
    }

    /// Writes a member in the form `C`.
    pub fn member_as<C: Codec<T>, T>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.0.member(name, &As::<C, T>::new(value))
    }

    /// Writes a member in the form `C` if it is there.
    pub fn option_as<C: Codec<T>, T>(&mut self, name: &str, value: &Option<T>) -> Result<(), Error> {
        match value {
            Some(value) => self.member_as::<C, T>(name, value),
            None => Ok(()),
        }
    }

    /// Writes a collection in the form `C` if it has elements.
    pub fn unless_empty_as<C: Codec<T>, T: IsEmpty>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        if value.is_empty() { Ok(()) } else { self.member_as::<C, T>(name, value) }
    }

    /// Writes a union's member that has no value.
    pub fn unit(&mut self, name: &str) -> Result<(), Error> {
        self.0.member(name, &Unit)
    }
}

/// `{}`.
struct Unit;

impl Encode for Unit {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.object(&mut |_| Ok(()))
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.bool(*self)
    }
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(impl Encode for $ty {
            fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
                out.integer(i64::from(*self))
            }
        })*
    };
}

integers!(i8, i16, i32, i64);

impl Encode for str {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.text(self)
    }
}

impl Encode for String {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.text(self)
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        match self {
            Some(value) => value.encode(out),
            None => out.null(),
        }
    }
}

impl<T: Encode> Encode for Box<T> {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        (**self).encode(out)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.list(self.len(), &mut |list| self.iter().try_for_each(|element| list.element(element)))
    }
}

impl<K: AsRef<str>, T: Encode> Encode for BTreeMap<K, T> {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.object(&mut |object| self.iter().try_for_each(|(key, value)| object.member(key.as_ref(), value)))
    }
}
