//! Numbers of arbitrary size.

use std::{fmt, str::FromStr};

/// An integer of arbitrary size, stored as its decimal digits.
///
/// serde uses a number if it fits into 64 bits, and a string otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigInteger(String);

/// A decimal number of arbitrary precision, stored as its decimal digits.
///
/// serde uses a number if a float preserves all digits, and a string otherwise.
///
/// ```
/// use simba_runtime::primitives::BigDecimal;
///
/// let price: BigDecimal = "0.10000000000000000000001".parse()?;
/// assert_eq!(price.as_str(), "0.10000000000000000000001");
/// # Ok::<(), simba_runtime::primitives::ParseNumberError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigDecimal(String);

/// The error of parsing a string that is not a number.
#[derive(Clone, PartialEq, Eq)]
pub struct ParseNumberError(String);

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a JSON number", self.0)
    }
}

debug_as_display!(ParseNumberError);

impl std::error::Error for ParseNumberError {}

macro_rules! number {
    ($ty:ident, $fits:expr) => {
        impl $ty {
            /// Returns the number as a string.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Parses a default value of the model. Returns zero if it is invalid.
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
    };
}

number!(BigInteger, |text| !text.contains(['.', 'e', 'E']));
number!(BigDecimal, |_| true);

/// Returns whether a string is a number according to JSON's grammar.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_strings_are_shown() {
        let error = "0x10".parse::<BigInteger>().unwrap_err();
        assert_eq!(error.to_string(), "\"0x10\" is not a JSON number");
    }
}
