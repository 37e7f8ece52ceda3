//! Numbers of arbitrary size.

use std::{fmt, str::FromStr};

/// An integer of arbitrary size, stored as its decimal digits.
///
/// The serde implementations use a number if the integer fits into 64 bits, and a string otherwise. `Eq` and `Hash`
/// compare the digits, so `0` and `-0` are different.
///
/// ```
/// # use simba_runtime::primitives::BigInteger;
/// #
/// let number: BigInteger = "123456789012345678901234567890".parse()?;
/// assert_eq!(number.as_str(), "123456789012345678901234567890");
/// # Ok::<(), simba_runtime::primitives::ParseNumberError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigInteger(String);

/// A decimal number of arbitrary precision, stored as its decimal digits.
///
/// The serde implementations use a number if a float preserves all digits, and a string otherwise. `Eq` and `Hash`
/// compare the digits, not the value, so `1.0` and `1.00` are different.
///
/// ```
/// # use simba_runtime::primitives::BigDecimal;
/// #
/// let price: BigDecimal = "0.10000000000000000000001".parse()?;
/// assert_eq!(price.as_str(), "0.10000000000000000000001");
/// # Ok::<(), simba_runtime::primitives::ParseNumberError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigDecimal(String);

/// The error returned when a parsed string is not a number.
#[derive(Clone, PartialEq, Eq)]
pub struct ParseNumberError(String);

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a JSON number", self.0.escape_debug())
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

            /// Parses a default value from the model. Returns zero if the value is invalid.
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

/// Returns whether a float preserves all digits of a JSON number. This is the case if the number is the result of
/// rounding the float to the same number of digits, or of printing the float with the fewest digits that distinguish it
/// from other floats. The two results differ for some powers of two.
pub(crate) fn keeps_digits(float: f64, number: &str) -> bool {
    /// The maximum number of significant digits of a float.
    const MOST: usize = 767;
    // A normal float preserves any number with up to 15 digits.
    if float.is_normal() && number.len() <= 15 {
        return true;
    }
    let number = significant(number);
    let places = number.0.len().saturating_sub(1);
    let is_same = |printed: String| significant(&printed) == number;
    is_same(format!("{float:e}")) || places < MOST && is_same(format!("{float:.places$e}"))
}

/// Splits a number into its digits, without leading and trailing zeros, and the exponent of the power of ten by which
/// `0.<digits>` is multiplied. The sign is omitted.
fn significant(number: &str) -> (String, i64) {
    let unsigned = number.strip_prefix('-').unwrap_or(number);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return (String::new(), 0);
    }
    // The position of the decimal point, relative to the first nonzero digit.
    let leading_zeros = all.len() - digits.len();
    let point = whole.len() as i64 - leading_zeros as i64;
    let exponent = exponent.parse().unwrap_or(i64::MAX);
    (digits.trim_end_matches('0').to_owned(), point.saturating_add(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_keeps_the_digits_of_its_own_value() {
        for number in [
            "0",
            "-0.0",
            "0e9",
            "0.1",
            "-1.10",
            "1e3",
            "100.0",
            "5E-324",
            "0.30000000000000004",
            "1e22",
            "0.10000000000000001",
            "0.1000000000000000055511151231257827",
            "1.7976931348623157e308",
            "123456789012345670e2",
            // Rounding this float to 16 digits results in 7.120236347223044e-307, which is a different float.
            "7.120236347223045e-307",
        ] {
            assert!(keeps_digits(number.parse().unwrap(), number), "{number}");
        }
        for number in [
            "1e400",
            "-1e400",
            "1e-400",
            "0.1234567890123456789",
            "1e99999999999999999999",
            "123456789012345678.5",
            "3e-324",
        ] {
            assert!(!keeps_digits(number.parse().unwrap(), number), "{number}");
        }
        assert!(!keeps_digits(0.3, &format!("0.{}", "3".repeat(100_000))));
    }

    #[test]
    fn invalid_strings_are_shown() {
        let error = "0x10".parse::<BigInteger>().unwrap_err();
        assert_eq!(error.to_string(), "`0x10` is not a JSON number");
    }
}
