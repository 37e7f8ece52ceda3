//! Writing the members of a structure or union.

use serde_core::ser::{Serialize, SerializeMap};

use super::codec::{Codec, Encoded};

/// An object that is being written.
#[derive(Debug)]
pub struct Object<S> {
    pub(super) map: S,
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

impl<K, T> IsEmpty for std::collections::BTreeMap<K, T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

#[allow(clippy::missing_errors_doc, reason = "All errors are the serializer's.")]
impl<S: SerializeMap> Object<S> {
    /// Writes a member.
    pub fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        self.map.serialize_entry(name, value)
    }

    /// Writes a member if it is there.
    pub fn option<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) -> Result<(), S::Error> {
        match value {
            Some(value) => self.map.serialize_entry(name, value),
            None => Ok(()),
        }
    }

    /// Writes a collection if it has elements.
    pub fn unless_empty<T: Serialize + IsEmpty>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        if value.is_empty() { Ok(()) } else { self.map.serialize_entry(name, value) }
    }

    /// Writes a member in the form `C`.
    pub fn member_as<C: Codec<T>, T>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        self.map.serialize_entry(name, &Encoded::<C, T>::new(value))
    }

    /// Writes a member in the form `C` if it is there.
    pub fn option_as<C: Codec<T>, T>(&mut self, name: &'static str, value: &Option<T>) -> Result<(), S::Error> {
        match value {
            Some(value) => self.member_as::<C, T>(name, value),
            None => Ok(()),
        }
    }

    /// Writes a collection in the form `C` if it has elements.
    pub fn unless_empty_as<C: Codec<T>, T: IsEmpty>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        if value.is_empty() { Ok(()) } else { self.member_as::<C, T>(name, value) }
    }

    /// Writes a union's member that has no value.
    pub fn unit(&mut self, name: &'static str) -> Result<(), S::Error> {
        self.map.serialize_entry(name, &Empty)
    }
}

/// `{}`.
struct Empty;

impl Serialize for Empty {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_map(Some(0))?.end()
    }
}
