//! Forms on the wire that differ from a type's own: floats, timestamps in other formats, and collections of them.

use std::{collections::BTreeMap, marker::PhantomData};

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::Timestamp;

/// A form that values of a type are written in.
///
/// There is none for reading: a timestamp is read in whichever format it comes, and a float as number or text.
pub trait Codec<T> {
    /// Writes a value.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
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

/// A value that serializes in the form `C`.
pub(super) struct Encoded<'a, C, T>(pub(super) &'a T, PhantomData<C>);

impl<'a, C, T> Encoded<'a, C, T> {
    pub(super) fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<C: Codec<T>, T> Serialize for Encoded<'_, C, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        C::encode(self.0, serializer)
    }
}

impl Codec<f64> for Float {
    fn encode<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        match no_json_form(*value) {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_f64(*value),
        }
    }
}

impl Codec<f32> for Float {
    fn encode<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
        match no_json_form(f64::from(*value)) {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_f32(*value),
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
    fn encode<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }
}

impl Codec<Timestamp> for HttpDate {
    fn encode<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.to_http_date())
    }
}

impl<C: Codec<T>, T> Codec<Option<T>> for Nullable<C> {
    fn encode<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => C::encode(value, serializer),
            None => serializer.serialize_unit(),
        }
    }
}

impl<C: Codec<T>, T> Codec<Vec<T>> for Many<C> {
    fn encode<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(value.len()))?;
        for element in value {
            list.serialize_element(&Encoded::<C, T>::new(element))?;
        }
        list.end()
    }
}

impl<C: Codec<T>, K, T> Codec<BTreeMap<K, T>> for Values<C>
where
    K: Serialize,
{
    fn encode<S: Serializer>(value: &BTreeMap<K, T>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(value.len()))?;
        for (key, element) in value {
            map.serialize_entry(key, &Encoded::<C, T>::new(element))?;
        }
        map.end()
    }
}
