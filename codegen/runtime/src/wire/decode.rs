//! Reading values, leniently.

use std::collections::BTreeMap;

use super::{Elements, Error, Members, Sink, Source};

/// A value that can be read; null is `None`.
pub trait Decode: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If what stands there is of another kind.
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error>;
}

/// Reads a member that is always there; null leaves what it is.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn read<T: Decode>(members: &mut dyn Members, slot: &mut T) -> Result<(), Error> {
    members.value(&mut |source| {
        if let Some(value) = T::decode(source)? {
            *slot = value;
        }
        Ok(())
    })
}

/// Reads a member that may be absent; null is absent.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn read_option<T: Decode>(members: &mut dyn Members, slot: &mut Option<T>) -> Result<(), Error> {
    members.value(&mut |source| {
        *slot = T::decode(source)?;
        Ok(())
    })
}

/// Null for an element that may be null: always a value, so that the element keeps its place.
impl<T: Decode> Decode for Option<T> {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        T::decode(source).map(Some)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        Ok(T::decode(source)?.map(Box::new))
    }
}

/// Elements that are null are left out.
impl<T: Decode> Decode for Vec<T> {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        let mut list = List(None);
        source.read(&mut list)?;
        Ok(list.0)
    }
}

struct List<T>(Option<Vec<T>>);

impl<T: Decode> Sink for List<T> {
    fn expected(&self) -> &'static str {
        "a list"
    }

    fn list(&mut self, elements: &mut dyn Elements) -> Result<(), Error> {
        let list = self.0.insert(Vec::new());
        while elements.next(&mut |source| {
            list.extend(T::decode(source)?);
            Ok(())
        })? {}
        Ok(())
    }
}

/// Values that are null are left out.
impl<K: for<'a> From<&'a str> + Ord, T: Decode> Decode for BTreeMap<K, T> {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        let mut map = Map(None);
        source.read(&mut map)?;
        Ok(map.0)
    }
}

struct Map<K, T>(Option<BTreeMap<K, T>>);

impl<K: for<'a> From<&'a str> + Ord, T: Decode> Sink for Map<K, T> {
    fn expected(&self) -> &'static str {
        "a map"
    }

    fn object(&mut self, members: &mut dyn Members) -> Result<(), Error> {
        let map = self.0.insert(BTreeMap::new());
        let mut key = None;
        while members.name(&mut |name| key = Some(K::from(name)))? {
            members.value(&mut |source| {
                if let (Some(key), Some(value)) = (key.take(), T::decode(source)?) {
                    map.insert(key, value);
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Reads a text and makes a value of it.
///
/// # Errors
///
/// If what stands there is no text.
#[doc(hidden)]
pub fn decode_text<T>(source: &mut dyn Source, make: fn(&str) -> T) -> Result<Option<T>, Error> {
    let mut value = None;
    source.read(&mut Text(&mut |text| value = Some(make(text))))?;
    Ok(value)
}

struct Text<'a>(&'a mut dyn FnMut(&str));

impl Sink for Text<'_> {
    fn expected(&self) -> &'static str {
        "a string"
    }

    fn text(&mut self, value: &str) -> Result<(), Error> {
        (self.0)(value);
        Ok(())
    }
}

impl Decode for String {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        decode_text(source, str::to_owned)
    }
}

impl Decode for bool {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        struct Flag(Option<bool>);
        impl Sink for Flag {
            fn expected(&self) -> &'static str {
                "true or false"
            }

            fn bool(&mut self, value: bool) -> Result<(), Error> {
                self.0 = Some(value);
                Ok(())
            }
        }
        let mut flag = Flag(None);
        source.read(&mut flag)?;
        Ok(flag.0)
    }
}

/// Takes a whole number, which may come with a fraction of zero.
struct Integer(Option<i64>);

impl Sink for Integer {
    fn expected(&self) -> &'static str {
        "a whole number"
    }

    fn integer(&mut self, value: i64) -> Result<(), Error> {
        self.0 = Some(value);
        Ok(())
    }

    fn float(&mut self, value: f64) -> Result<(), Error> {
        // Two to the power of 63 is exact as a float, and the first number that is too large.
        if value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
            #[allow(clippy::cast_possible_truncation, reason = "It is whole and within bounds.")]
            return self.integer(value as i64);
        }
        self.refuse(&value)
    }
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(impl Decode for $ty {
            fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
                let mut number = Integer(None);
                source.read(&mut number)?;
                let Some(number) = number.0 else { return Ok(None) };
                let narrow = <$ty>::try_from(number);
                narrow.map(Some).map_err(|_| Error::unexpected(number, concat!("a number that fits ", stringify!($ty))))
            }
        })*
    };
}

integers!(i8, i16, i32, i64);

/// Takes a number; those that JSON has no form for come as texts.
struct Number(Option<f64>);

impl Sink for Number {
    fn expected(&self) -> &'static str {
        "a number, \"NaN\", \"Infinity\" or \"-Infinity\""
    }

    fn float(&mut self, value: f64) -> Result<(), Error> {
        self.0 = Some(value);
        Ok(())
    }

    #[allow(clippy::cast_precision_loss, reason = "The nearest float is what is asked for.")]
    fn integer(&mut self, value: i64) -> Result<(), Error> {
        self.float(value as f64)
    }

    #[allow(clippy::cast_precision_loss, reason = "The nearest float is what is asked for.")]
    fn unsigned(&mut self, value: u64) -> Result<(), Error> {
        self.float(value as f64)
    }

    fn text(&mut self, value: &str) -> Result<(), Error> {
        match value {
            "NaN" => self.float(f64::NAN),
            "Infinity" => self.float(f64::INFINITY),
            "-Infinity" => self.float(f64::NEG_INFINITY),
            other => self.refuse(&format_args!("the string {other:?}")),
        }
    }
}

impl Decode for f64 {
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        let mut number = Number(None);
        source.read(&mut number)?;
        Ok(number.0)
    }
}

impl Decode for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "The nearest float is what is asked for.")]
    fn decode(source: &mut dyn Source) -> Result<Option<Self>, Error> {
        Ok(f64::decode(source)?.map(|number| number as f32))
    }
}
