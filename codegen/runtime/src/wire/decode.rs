//! Reading values, leniently.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

/// A value that can be read; null is `None`.
pub trait Decode: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If what stands there is of another kind.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;
}

/// Reads a member that is always there; null leaves what it is.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn read<'de, T: Decode, A: MapAccess<'de>>(map: &mut A, slot: &mut T) -> Result<(), A::Error> {
    if let Some(value) = map.next_value_seed(Seed::new())? {
        *slot = value;
    }
    Ok(())
}

/// Reads a member that may be absent; null is absent.
///
/// # Errors
///
/// If what stands there is of another kind.
pub fn read_option<'de, T: Decode, A: MapAccess<'de>>(map: &mut A, slot: &mut Option<T>) -> Result<(), A::Error> {
    *slot = map.next_value_seed(Seed::new())?;
    Ok(())
}

/// Passes over the value of a member that is not known.
///
/// # Errors
///
/// If there is no value.
pub fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

/// Carries a type to where serde reads a value of it.
pub(super) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Decode> DeserializeSeed<'de> for Seed<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::decode(deserializer)
    }
}

/// Null for an element that may be null: always a value, so that the element keeps its place.
impl<T: Decode> Decode for Option<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        T::decode(deserializer).map(Some)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::decode(deserializer)?.map(Box::new))
    }
}

/// Elements that are null are left out.
impl<T: Decode> Decode for Vec<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        struct List<T>(PhantomData<T>);
        impl<'de, T: Decode> Visitor<'de> for List<T> {
            type Value = Option<Vec<T>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::with_capacity(elements.size_hint().unwrap_or_default().min(1024));
                while let Some(element) = elements.next_element_seed(Seed::<T>::new())? {
                    list.extend(element);
                }
                Ok(Some(list))
            }
        }
        deserializer.deserialize_any(List::<T>(PhantomData))
    }
}

/// Values that are null are left out.
impl<K: for<'a> From<&'a str> + Ord, T: Decode> Decode for BTreeMap<K, T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        struct Map<K, T>(PhantomData<(K, T)>);
        impl<'de, K: for<'a> From<&'a str> + Ord, T: Decode> Visitor<'de> for Map<K, T> {
            type Value = Option<BTreeMap<K, T>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut map = BTreeMap::new();
                while let Some(key) = entries.next_key_seed(Key(PhantomData))? {
                    if let Some(value) = entries.next_value_seed(Seed::<T>::new())? {
                        map.insert(key, value);
                    }
                }
                Ok(Some(map))
            }
        }
        deserializer.deserialize_any(Map::<K, T>(PhantomData))
    }
}

/// Reads the key of a map.
struct Key<K>(PhantomData<K>);

impl<'de, K: for<'a> From<&'a str>> DeserializeSeed<'de> for Key<K> {
    type Value = K;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<K: for<'a> From<&'a str>> Visitor<'_> for Key<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<K, E> {
        Ok(K::from(key))
    }
}

/// Reads a text and makes a value of it.
///
/// # Errors
///
/// If what stands there is no text.
#[doc(hidden)]
pub fn decode_text<'de, T, D: Deserializer<'de>>(deserializer: D, make: fn(&str) -> T) -> Result<Option<T>, D::Error> {
    struct Text<T>(fn(&str) -> T);
    impl<T> Visitor<'_> for Text<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some((self.0)(text)))
        }
    }
    deserializer.deserialize_any(Text(make))
}

impl Decode for String {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        decode_text(deserializer, str::to_owned)
    }
}

impl Decode for bool {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        struct Flag;
        impl Visitor<'_> for Flag {
            type Value = Option<bool>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Some(flag))
            }
        }
        deserializer.deserialize_any(Flag)
    }
}

/// Reads a whole number, which may come with a fraction of zero.
fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    struct Integer;
    impl Visitor<'_> for Integer {
        type Value = Option<i64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            i64::try_from(number).map(Some).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
            // Two to the power of 63 is exact as a float, and the first number that is too large.
            if number.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number) {
                #[allow(clippy::cast_possible_truncation, reason = "It is whole and within bounds.")]
                return Ok(Some(number as i64));
            }
            Err(E::invalid_value(Unexpected::Float(number), &self))
        }
    }
    deserializer.deserialize_any(Integer)
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(impl Decode for $ty {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                let Some(number) = integer(deserializer)? else { return Ok(None) };
                let narrow = <$ty>::try_from(number);
                narrow.map(Some).map_err(|_| D::Error::invalid_value(Unexpected::Signed(number), &stringify!($ty)))
            }
        })*
    };
}

integers!(i8, i16, i32, i64);

/// Reads a number; those that JSON has no form for come as texts.
fn float<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = Option<f64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
            Ok(Some(number))
        }

        #[allow(clippy::cast_precision_loss, reason = "The nearest float is what is asked for.")]
        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number as f64))
        }

        #[allow(clippy::cast_precision_loss, reason = "The nearest float is what is asked for.")]
        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Some(number as f64))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            match text {
                "NaN" => Ok(Some(f64::NAN)),
                "Infinity" => Ok(Some(f64::INFINITY)),
                "-Infinity" => Ok(Some(f64::NEG_INFINITY)),
                other => Err(E::invalid_value(Unexpected::Str(other), &self)),
            }
        }
    }
    deserializer.deserialize_any(Number)
}

impl Decode for f64 {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        float(deserializer)
    }
}

impl Decode for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "The nearest float is what is asked for.")]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(float(deserializer)?.map(|number| number as f32))
    }
}
