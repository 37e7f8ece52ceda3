//! Writing values, and the members of a structure or union.

use std::collections::BTreeMap;

use super::{
    EncodeList, EncodeMembers, Error, ListOut, ObjectOut, Out,
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

/// An object that is being written. The first error stops it; what is written after that is left out.
pub struct Object<'a> {
    out: &'a mut dyn ObjectOut,
    result: Result<(), Error>,
}

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

impl<'a> Object<'a> {
    pub(super) fn new(out: &'a mut dyn ObjectOut) -> Self {
        Self { out, result: Ok(()) }
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        self.result
    }

    /// Writes a member.
    pub fn member(&mut self, name: &'static str, value: &dyn Encode) {
        if self.result.is_ok() {
            self.result = self.out.member(name, value);
        }
    }

    /// Writes an entry of a map.
    pub fn entry(&mut self, key: &str, value: &dyn Encode) {
        if self.result.is_ok() {
            self.result = self.out.entry(key, value);
        }
    }

    /// Writes a member if it is there.
    pub fn option<T: Encode>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// Writes a collection if it has elements.
    pub fn unless_empty<T: Encode + IsEmpty>(&mut self, name: &'static str, value: &T) {
        if !value.is_empty() {
            self.member(name, value);
        }
    }

    /// Writes a member in the form `C`.
    pub fn member_as<C: Codec<T>, T>(&mut self, name: &'static str, value: &T) {
        self.member(name, &As::<C, T>::new(value));
    }

    /// Writes a member in the form `C` if it is there.
    pub fn option_as<C: Codec<T>, T>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.member_as::<C, T>(name, value);
        }
    }

    /// Writes a collection in the form `C` if it has elements.
    pub fn unless_empty_as<C: Codec<T>, T: IsEmpty>(&mut self, name: &'static str, value: &T) {
        if !value.is_empty() {
            self.member_as::<C, T>(name, value);
        }
    }

    /// Writes a union's member that has no value.
    pub fn unit(&mut self, name: &'static str) {
        self.member(name, &Unit);
    }

    /// Stops with an error: there is something that has no form on the wire.
    #[cold]
    pub fn fail(&mut self, error: Error) {
        if self.result.is_ok() {
            self.result = Err(error);
        }
    }
}

/// `{}`.
struct Unit;

impl Encode for Unit {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.object(self)
    }
}

impl EncodeMembers for Unit {
    fn encode_members(&self, _: &mut Object<'_>) {}
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
        out.list(self)
    }
}

impl<T: Encode> EncodeList for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }

    fn encode_elements(&self, list: &mut dyn ListOut) -> Result<(), Error> {
        for element in self {
            list.element(element)?;
        }
        Ok(())
    }
}

impl<K: AsRef<str>, T: Encode> Encode for BTreeMap<K, T> {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.object(self)
    }
}

impl<K: AsRef<str>, T: Encode> EncodeMembers for BTreeMap<K, T> {
    fn encode_members(&self, object: &mut Object<'_>) {
        for (key, value) in self {
            object.entry(key.as_ref(), value);
        }
    }
}
