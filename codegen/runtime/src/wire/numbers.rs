//! Numbers of any size, kept as they are written.

use std::{fmt, str::FromStr};

use serde_core::{
    de::{Deserialize, Deserializer},
    ser::{Serialize, Serializer},
};
use serde_json::value::RawValue;

use super::{Decode, Encode, Error, Out, Source};

/// An integer of any size, kept as it is written. Its serde form is a number of JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BigInteger(String);

/// A decimal number of any precision, kept as it is written. Its serde form is a number of JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BigDecimal(String);

/// A text that is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseNumberError(String);

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a number as JSON writes them", self.0)
    }
}

impl std::error::Error for ParseNumberError {}

macro_rules! number {
    ($ty:ident, $fits:expr) => {
        impl $ty {
            /// The number as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The number that the model gives as a default; zero if it is none.
            #[doc(hidden)]
            #[must_use]
            pub fn from_literal(text: &str) -> Self {
                text.parse().unwrap_or_default()
            }
        }

        impl Default for $ty {
            fn default() -> Self {
                Self("0".to_owned())
            }
        }

        impl FromStr for $ty {
            type Err = ParseNumberError;

            fn from_str(text: &str) -> Result<Self, ParseNumberError> {
                let fits: fn(&str) -> bool = $fits;
                let valid = is_json_number(text) && fits(text);
                if valid { Ok(Self(text.to_owned())) } else { Err(ParseNumberError(text.to_owned())) }
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<i64> for $ty {
            fn from(number: i64) -> Self {
                Self(number.to_string())
            }
        }

        impl From<i32> for $ty {
            fn from(number: i32) -> Self {
                Self(number.to_string())
            }
        }

        impl Encode for $ty {
            fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
                out.raw(&*RawValue::from_string(self.0.clone()).map_err(Error::new)?)
            }
        }

        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                super::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                super::deserialize(deserializer, "a number")
            }
        }

        impl Decode for $ty {
            fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
                let raw = source.raw()?;
                if raw.get() == "null" {
                    return Ok(false);
                }
                *self = raw.get().parse().map_err(|_| Error::unexpected("something else", "a number of this kind"))?;
                Ok(true)
            }
        }
    };
}

number!(BigInteger, |text| !text.contains(['.', 'e', 'E']));
number!(BigDecimal, |_| true);

/// Whether a text is a number of JSON's grammar.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
