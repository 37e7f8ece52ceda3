//! Reading and writing through objects instead of type parameters.
//!
//! Generated types know only the traits of this module. Each is implemented once for all serializers and deserializers
//! (in [`serde`](super::serde), and for writing JSON in [`json`](super::json)), so that a service's types are compiled
//! once, and not anew for every combination with serde's generic machinery: for a service of 300 types that is four
//! fifths of the code.

use std::fmt;

use serde_json::value::RawValue;

use super::{Decode, Document, Empty, Encode, Object};

/// Why a value cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: Box<str>,
}

impl Error {
    /// An error with this message.
    #[cold]
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string().into() }
    }

    /// The error of a value that is of another kind than the model says.
    ///
    /// `found` is the kind of what was found and never the value, which may be sensitive.
    #[cold]
    pub fn unexpected(found: &str, expected: &str) -> Self {
        Self::new(format_args!("found {found} instead of {expected}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A value that stands to be read.
pub trait Source {
    /// Reads it into a sink.
    ///
    /// # Errors
    ///
    /// If it is not well formed, or the sink refuses its kind.
    fn read(&mut self, sink: &mut dyn Sink) -> Result<(), Error>;

    /// Takes it as it is written; only JSON can.
    ///
    /// # Errors
    ///
    /// If it is not well formed.
    fn raw(&mut self) -> Result<Box<RawValue>, Error>;

    /// Takes it as a document.
    ///
    /// # Errors
    ///
    /// If it is not well formed.
    fn document(&mut self) -> Result<Document, Error>;
}

/// Takes a value of some kinds, and refuses the others.
#[allow(clippy::missing_errors_doc, reason = "A sink's error is that it refuses the value.")]
pub trait Sink {
    /// What it takes, in words: `a string`.
    fn expected(&self) -> &'static str;

    /// What becomes of a value of a kind that it does not take.
    fn refuse(&mut self, found: &'static str) -> Result<(), Error> {
        Err(Error::unexpected(found, self.expected()))
    }

    /// Takes null, which for nearly all is absence.
    fn null(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Takes a truth value.
    fn bool(&mut self, _: bool) -> Result<(), Error> {
        self.refuse("a boolean")
    }

    /// Takes a whole number.
    fn integer(&mut self, _: i64) -> Result<(), Error> {
        self.refuse("an integer")
    }

    /// Takes a whole number that is too large for a signed one.
    fn unsigned(&mut self, _: u64) -> Result<(), Error> {
        self.refuse("an integer that fits no i64")
    }

    /// Takes a number with a fraction.
    fn float(&mut self, _: f64) -> Result<(), Error> {
        self.refuse("a number with a fraction or exponent")
    }

    /// Takes a text.
    fn text(&mut self, _: &str) -> Result<(), Error> {
        self.refuse("a string")
    }

    /// Takes a list.
    fn list(&mut self, elements: &mut dyn Elements) -> Result<(), Error> {
        self.refuse("a list")?;
        while elements.next(&mut Anything::default())?.is_some() {}
        Ok(())
    }

    /// Takes an object.
    fn object(&mut self, members: &mut dyn Members) -> Result<(), Error> {
        self.refuse("an object")?;
        while members.name(&mut |_| ())? {
            members.skip()?;
        }
        Ok(())
    }
}

/// Takes whatever stands there, and remembers only whether it was null.
#[derive(Default)]
pub(super) struct Anything {
    pub(super) null: bool,
}

impl Empty for Anything {
    fn empty() -> Self {
        Self::default()
    }
}

impl Decode for Anything {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        source.read(self)?;
        Ok(!self.null)
    }
}

impl Sink for Anything {
    fn expected(&self) -> &'static str {
        "anything"
    }

    fn refuse(&mut self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn null(&mut self) -> Result<(), Error> {
        self.null = true;
        Ok(())
    }
}

/// The elements of a list that is being read.
pub trait Elements {
    /// Reads the next element into a slot: whether there was more than null, or `None` at the end.
    ///
    /// # Errors
    ///
    /// If the list is not well formed, or the element is of another kind than the slot's.
    fn next(&mut self, slot: &mut dyn Decode) -> Result<Option<bool>, Error>;
}

/// The members of an object that is being read: a name, then its value, and so on.
pub trait Members {
    /// Reads the next name; `false` at the end.
    ///
    /// # Errors
    ///
    /// If the object is not well formed.
    fn name(&mut self, reader: &mut dyn FnMut(&str)) -> Result<bool, Error>;

    /// Reads the value behind a name into a slot: whether there was more than null.
    ///
    /// # Errors
    ///
    /// If the value is not well formed, or of another kind than the slot's.
    fn value(&mut self, slot: &mut dyn Decode) -> Result<bool, Error>;

    /// Passes over the value behind a name.
    ///
    /// # Errors
    ///
    /// If the value is not well formed.
    fn skip(&mut self) -> Result<(), Error>;
}

/// What a value is written to.
#[allow(clippy::missing_errors_doc, reason = "All errors are the serializer's.")]
pub trait Out {
    /// Writes null.
    fn null(&mut self) -> Result<(), Error>;
    /// Writes a truth value.
    fn bool(&mut self, value: bool) -> Result<(), Error>;
    /// Writes a whole number.
    fn integer(&mut self, value: i64) -> Result<(), Error>;
    /// Writes a number with a fraction.
    fn float(&mut self, value: f64) -> Result<(), Error>;
    /// Writes a number with a fraction of single precision.
    fn single(&mut self, value: f32) -> Result<(), Error>;
    /// Writes a text.
    fn text(&mut self, value: &str) -> Result<(), Error>;
    /// Writes a document.
    fn document(&mut self, value: &Document) -> Result<(), Error>;
    /// Writes a number as it stands; only JSON can.
    fn raw(&mut self, number: &RawValue) -> Result<(), Error>;
    /// Writes a list.
    fn list(&mut self, elements: &dyn EncodeList) -> Result<(), Error>;
    /// Writes an object.
    fn object(&mut self, members: &dyn EncodeMembers) -> Result<(), Error>;
}

/// A list as an output sees it.
pub trait EncodeList {
    /// How many elements there are.
    fn length(&self) -> usize;

    /// Writes all elements.
    ///
    /// # Errors
    ///
    /// The serializer's.
    fn encode_elements(&self, list: &mut dyn ListOut) -> Result<(), Error>;
}

/// A structure, union or map as an output sees it.
pub trait EncodeMembers {
    /// Writes all members that are present.
    fn encode_members(&self, object: &mut Object<'_>);
}

/// The inside of a list that is being written.
pub trait ListOut {
    /// Writes the next element.
    ///
    /// # Errors
    ///
    /// The serializer's.
    fn element(&mut self, value: &dyn Encode) -> Result<(), Error>;
}

/// The inside of an object that is being written.
pub trait ObjectOut {
    /// Writes the next member of a structure or union, whose name in the model needs no escaping.
    ///
    /// # Errors
    ///
    /// The serializer's.
    fn member(&mut self, name: &'static str, value: &dyn Encode) -> Result<(), Error>;

    /// Writes the next entry of a map.
    ///
    /// # Errors
    ///
    /// The serializer's.
    fn entry(&mut self, key: &str, value: &dyn Encode) -> Result<(), Error>;
}
