//! The error returned when the value of an enum is unknown.

use std::fmt;

/// The error returned when a parsed string is not a known value of an enum.
///
/// The enums of a service are open: `From` keeps an unknown value, since a response may contain one. `FromStr` is meant
/// for user input, where an unknown value is most likely a mistake:
///
/// ```
/// # mod fsx { pub mod runtime { pub use simba_runtime::*; } }
/// use fsx::runtime::error::UnknownVariantError;
/// # use fsx::runtime::schema;
/// # #[derive(Clone, Debug, PartialEq)]
/// # enum StorageType { Hdd, Ssd, Unknown(String) }
/// # impl StorageType {
/// #     const VALUES: &'static [&'static str] = &["HDD", "SSD"];
/// #     fn as_str(&self) -> &str { match self { Self::Hdd => "HDD", Self::Ssd => "SSD", Self::Unknown(value) => value } }
/// # }
/// # impl From<&str> for StorageType {
/// #     fn from(value: &str) -> Self {
/// #         match value { "HDD" => Self::Hdd, "SSD" => Self::Ssd, other => Self::Unknown(other.to_owned()) }
/// #     }
/// # }
/// # schema::string_enum!(StorageType);
///
/// assert_eq!("SSD".parse(), Ok(StorageType::Ssd));
/// let error: UnknownVariantError = "SDD".parse::<StorageType>().unwrap_err();
/// assert_eq!(error.to_string(), "unknown value; expected `HDD` or `SSD`");
/// ```
///
/// With clap, which prefers `From` to `FromStr`, use `#[arg(value_parser = str::parse::<StorageType>)]`.
///
/// The error does not contain the value, which may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownVariantError {
    expected: Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    Strings(&'static [&'static str]),
    Integers(&'static [i32]),
}

impl UnknownVariantError {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(expected: &'static [&'static str]) -> Self {
        Self { expected: Values::Strings(expected) }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn of_integers(expected: &'static [i32]) -> Self {
        Self { expected: Values::Integers(expected) }
    }
}

impl fmt::Display for UnknownVariantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expected {
            Values::Strings(values) => list(f, values),
            Values::Integers(values) => list(f, values),
        }
    }
}

/// Writes the expected values: `` `A`, `B` or `C` ``.
fn list(f: &mut fmt::Formatter<'_>, values: &[impl fmt::Display]) -> fmt::Result {
    f.write_str("unknown value")?;
    for (index, value) in values.iter().enumerate() {
        let before = match index {
            0 => "; expected ",
            _ if index + 1 == values.len() => " or ",
            _ => ", ",
        };
        write!(f, "{before}`{value}`")?;
    }
    Ok(())
}

debug_as_display!(UnknownVariantError);

impl std::error::Error for UnknownVariantError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Level {
        Low,
        Unknown(i32),
    }

    impl Level {
        const VALUES: &'static [i32] = &[-1];

        fn as_i32(self) -> i32 {
            match self {
                Self::Low => -1,
                Self::Unknown(value) => value,
            }
        }
    }

    impl From<i32> for Level {
        fn from(value: i32) -> Self {
            if value == -1 { Self::Low } else { Self::Unknown(value) }
        }
    }

    crate::schema::int_enum!(Level);

    #[test]
    fn integers_are_read_as_they_are_displayed() {
        assert_eq!(Level::Low.to_string().parse(), Ok(Level::Low));
        for unknown in ["0", "", "Low", "99999999999"] {
            assert_eq!(unknown.parse::<Level>(), Err(UnknownVariantError::of_integers(&[-1])));
        }
    }

    #[test]
    fn the_error_lists_the_expected_values() {
        for (values, message) in [
            (&[][..], "unknown value"),
            (&["A"], "unknown value; expected `A`"),
            (&["A", "B", "C"], "unknown value; expected `A`, `B` or `C`"),
        ] {
            assert_eq!(UnknownVariantError::new(values).to_string(), message);
        }
        assert_eq!(UnknownVariantError::of_integers(&[1, 2]).to_string(), "unknown value; expected `1` or `2`");
    }
}
