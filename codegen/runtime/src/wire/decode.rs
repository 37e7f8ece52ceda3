//! Reading values, leniently.

use std::collections::BTreeMap;

use super::{Elements, Empty, Error, Members, Sink, Source, memory};

/// A place that a value can be read into.
pub trait Decode {
    /// Reads a value into the place: whether there was more than null, which leaves what is there.
    ///
    /// # Errors
    ///
    /// If what stands there is of another kind.
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error>;
}

/// Null takes what was there away. It counts as a value, so that an element that may be null keeps its place in a list.
impl<T: Decode + Empty> Decode for Option<T> {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        read_option(self, source)
    }
}

/// An `Option`, whatever of.
trait MayBe {
    /// Puts an empty value there, and gives its place: values are large, and are best read where they stay.
    fn fill(&mut self) -> &mut dyn Decode;
    /// Takes it away.
    fn clear(&mut self);
}

impl<T: Decode + Empty> MayBe for Option<T> {
    fn fill(&mut self) -> &mut dyn Decode {
        self.insert(T::empty())
    }

    fn clear(&mut self) {
        *self = None;
    }
}

fn read_option(option: &mut dyn MayBe, source: &mut dyn Source) -> Result<bool, Error> {
    if !option.fill().read(source)? {
        option.clear();
    }
    Ok(true)
}

impl<T: Decode> Decode for Box<T> {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        let found = (**self).read(source)?;
        if found {
            memory::claim(size_of::<T>())?;
        }
        Ok(found)
    }
}

/// Elements that are null are left out: a list without `@sparse` has none. In a sparse list, of `Option`s, they stay.
impl<T: Decode + Empty> Decode for Vec<T> {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        read_list(self, source)
    }
}

/// A `Vec`, whatever of.
trait Growing {
    /// Takes all elements away.
    fn clear(&mut self);
    /// Adds an empty element, and gives its place.
    fn grow(&mut self) -> Result<Option<&mut dyn Decode>, Error>;
    /// Takes the last element away.
    fn shrink(&mut self);
}

impl<T: Decode + Empty> Growing for Vec<T> {
    fn clear(&mut self) {
        self.clear();
    }

    fn grow(&mut self) -> Result<Option<&mut dyn Decode>, Error> {
        if self.len() == self.capacity() {
            self.reserve_exact(memory::claim_elements(self.len(), size_of::<T>())?);
        }
        self.push(T::empty());
        Ok(self.last_mut().map(|element| element as _))
    }

    fn shrink(&mut self) {
        self.pop();
    }
}

fn read_list(list: &mut dyn Growing, source: &mut dyn Source) -> Result<bool, Error> {
    let mut list = List { list, found: false };
    source.read(&mut list)?;
    Ok(list.found)
}

struct List<'a> {
    list: &'a mut dyn Growing,
    found: bool,
}

/// The place behind a list's last element, which is there only if there is something to read.
struct NextElement<'a>(&'a mut dyn Growing);

impl Decode for NextElement<'_> {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        let Some(element) = self.0.grow()? else { return Ok(false) };
        let found = element.read(source)?;
        if !found {
            self.0.shrink();
        }
        Ok(found)
    }
}

impl Sink for List<'_> {
    fn expected(&self) -> &'static str {
        "a list"
    }

    fn list(&mut self, elements: &mut dyn Elements) -> Result<(), Error> {
        self.found = true;
        self.list.clear();
        while elements.next(&mut NextElement(self.list))?.is_some() {}
        Ok(())
    }
}

/// Values that are null are left out, with their keys: a map without `@sparse` has none. In a sparse map, to `Option`s,
/// they stay. A later value of the same key replaces an earlier one.
impl<K: for<'a> From<&'a str> + Ord, T: Decode + Empty> Decode for BTreeMap<K, T> {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        let mut map = Map { map: self, found: false };
        source.read(&mut map)?;
        Ok(map.found)
    }
}

struct Map<'a, K, T> {
    map: &'a mut BTreeMap<K, T>,
    found: bool,
}

impl<K: for<'a> From<&'a str> + Ord, T: Decode + Empty> Sink for Map<'_, K, T> {
    fn expected(&self) -> &'static str {
        "a map"
    }

    fn object(&mut self, members: &mut dyn Members) -> Result<(), Error> {
        self.found = true;
        self.map.clear();
        let mut key = None;
        while members.name(&mut |name| key = Some(K::from(name)))? {
            memory::claim_entry(self.map.len(), size_of::<(K, T)>())?;
            let mut value = T::empty();
            if let (true, Some(key)) = (members.value(&mut value)?, key.take()) {
                self.map.insert(key, value);
            }
        }
        Ok(())
    }
}

/// A value that is made of a text.
#[doc(hidden)]
pub trait SetText {
    /// Makes the value of the text.
    fn set_text(&mut self, text: &str);
}

impl SetText for String {
    fn set_text(&mut self, text: &str) {
        *self = text.to_owned();
    }
}

/// Reads a text and makes a value of it.
///
/// # Errors
///
/// If what stands there is no text.
#[doc(hidden)]
pub fn read_text(source: &mut dyn Source, value: &mut dyn SetText) -> Result<bool, Error> {
    let mut text = Text { value, found: false };
    source.read(&mut text)?;
    Ok(text.found)
}

struct Text<'a> {
    value: &'a mut dyn SetText,
    found: bool,
}

impl Sink for Text<'_> {
    fn expected(&self) -> &'static str {
        "a string"
    }

    fn text(&mut self, value: &str) -> Result<(), Error> {
        self.found = true;
        self.value.set_text(value);
        Ok(())
    }
}

impl Decode for String {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        read_text(source, self)
    }
}

impl Decode for bool {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
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
        Ok(fill(self, flag.0))
    }
}

/// Puts a value into its place, if there is one, and tells whether there is.
pub(super) fn fill<T>(place: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *place = value;
            true
        }
        None => false,
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
        self.refuse("a number with a fraction or exponent")
    }
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(impl Decode for $ty {
            fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
                let mut number = Integer(None);
                source.read(&mut number)?;
                let Some(number) = number.0 else { return Ok(false) };
                *self = <$ty>::try_from(number)
                    .map_err(|_| Error::unexpected("a larger integer", concat!("one that fits ", stringify!($ty))))?;
                Ok(true)
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
            _ => self.refuse("another string"),
        }
    }
}

impl Decode for f64 {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        let mut number = Number(None);
        source.read(&mut number)?;
        Ok(fill(self, number.0))
    }
}

impl Decode for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "The nearest float is what is asked for.")]
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        let mut number = f64::from(*self);
        let found = number.read(source)?;
        *self = number as f32;
        Ok(found)
    }
}
