//! Forms on the wire that differ from a type's own: floats, timestamps in other formats, and collections of them.

use std::{collections::BTreeMap, marker::PhantomData};

use super::{Encode, EncodeList, EncodeMembers, Error, ListOut, Object, Out, Timestamp};

/// A form that values of a type are written in.
///
/// There is none for reading: a timestamp is read in whichever format it comes, and a float as number or text.
pub trait Codec<T> {
    /// Writes a value.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn encode(value: &T, out: &mut dyn Out) -> Result<(), Error>;
}

/// A number, or a text for those that JSON has no form for.
#[derive(Debug)]
pub enum Float {}

/// A timestamp as RFC 3339 has it.
#[derive(Debug)]
pub enum DateTime {}

/// A timestamp as HTTP headers have it.
#[derive(Debug)]
pub enum HttpDate {}

/// A list of elements in the form `C`.
#[derive(Debug)]
pub struct Many<C>(PhantomData<C>);

/// A map to values in the form `C`.
#[derive(Debug)]
pub struct Values<C>(PhantomData<C>);

/// An element in the form `C` that may be null.
#[derive(Debug)]
pub struct Nullable<C>(PhantomData<C>);

/// A value that is written in the form `C`.
pub(super) struct As<'a, C, T>(&'a T, PhantomData<C>);

impl<'a, C, T> As<'a, C, T> {
    pub(super) fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<C: Codec<T>, T> Encode for As<'_, C, T> {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        C::encode(self.0, out)
    }
}

impl Codec<f64> for Float {
    fn encode(value: &f64, out: &mut dyn Out) -> Result<(), Error> {
        match no_json_form(*value) {
            Some(text) => out.text(text),
            None => out.float(*value),
        }
    }
}

impl Codec<f32> for Float {
    fn encode(value: &f32, out: &mut dyn Out) -> Result<(), Error> {
        match no_json_form(f64::from(*value)) {
            Some(text) => out.text(text),
            None => out.single(*value),
        }
    }
}

fn no_json_form(value: f64) -> Option<&'static str> {
    match value {
        value if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

impl Codec<Timestamp> for DateTime {
    fn encode(value: &Timestamp, out: &mut dyn Out) -> Result<(), Error> {
        out.text(&value.to_string())
    }
}

impl Codec<Timestamp> for HttpDate {
    fn encode(value: &Timestamp, out: &mut dyn Out) -> Result<(), Error> {
        out.text(&value.to_http_date())
    }
}

impl<C: Codec<T>, T> Codec<Option<T>> for Nullable<C> {
    fn encode(value: &Option<T>, out: &mut dyn Out) -> Result<(), Error> {
        match value {
            Some(value) => C::encode(value, out),
            None => out.null(),
        }
    }
}

impl<C: Codec<T>, T> Codec<Vec<T>> for Many<C> {
    fn encode(value: &Vec<T>, out: &mut dyn Out) -> Result<(), Error> {
        out.list(&As::<C, Vec<T>>::new(value))
    }
}

impl<C: Codec<T>, T> EncodeList for As<'_, C, Vec<T>> {
    fn length(&self) -> usize {
        self.0.len()
    }

    fn encode_elements(&self, list: &mut dyn ListOut) -> Result<(), Error> {
        for element in self.0 {
            list.element(&As::<C, T>::new(element))?;
        }
        Ok(())
    }
}

impl<C: Codec<T>, K: AsRef<str>, T> Codec<BTreeMap<K, T>> for Values<C> {
    fn encode(value: &BTreeMap<K, T>, out: &mut dyn Out) -> Result<(), Error> {
        out.object(&As::<C, BTreeMap<K, T>>::new(value))
    }
}

impl<C: Codec<T>, K: AsRef<str>, T> EncodeMembers for As<'_, C, BTreeMap<K, T>> {
    fn encode_members(&self, object: &mut Object<'_>) {
        for (key, value) in self.0 {
            object.entry(key.as_ref(), &As::<C, T>::new(value));
        }
    }
}
