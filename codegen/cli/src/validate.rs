//! Validates the values of command-line options and of keys in `simba.toml`.
//!
//! The checks depend only on the value, not on the model or other files.

mod license;

use semver::Version;
use simba_codegen::Publish;

use crate::Problem;

pub use license::license;

/// Validates the name of a crate, which becomes part of Rust paths.
///
/// # Errors
///
/// Returns an error if the name is invalid.
pub fn crate_name(name: &str) -> Result<String, Problem> {
    match self::name("crate", name)? {
        name if simba_codegen::is_crate_name(&name) => Ok(name),
        name => Err(Problem::with_help(
            format!("reserved crate name `{name}`"),
            "choose a name other than a keyword or a crate such as `std`",
        )),
    }
}

/// Validates the name of a package.
///
/// # Errors
///
/// Returns an error if the name is invalid.
pub fn package_name(name: &str) -> Result<String, Problem> {
    self::name("package", name)
}

/// Validates a name that becomes part of a path.
///
/// # Errors
///
/// Returns an error if the name is invalid.
pub fn name(kind: &str, name: &str) -> Result<String, Problem> {
    let valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    match valid {
        true => Ok(name.to_owned()),
        false => Err(Problem::with_help(
            format!("invalid {kind} name `{name}`"),
            "expected ASCII letters, digits, `-` and `_`, starting with a letter",
        )),
    }
}

/// Validates the name of an operation.
///
/// # Errors
///
/// Returns an error if a model cannot have an operation with this name.
pub fn operation(name: &str) -> Result<String, Problem> {
    let name = name.trim();
    match is_identifier(name) {
        true => Ok(name.to_owned()),
        false => {
            Err(Problem::with_help(format!("invalid operation name `{name}`"), "expected a name such as `GetCity`"))
        }
    }
}

/// Validates the name or ID of a service.
///
/// # Errors
///
/// Returns an error if a model cannot have a service with this name.
pub fn service(name: &str) -> Result<String, Problem> {
    let valid = match name.split_once('#') {
        Some((namespace, name)) => namespace.split('.').all(is_identifier) && is_identifier(name),
        None => is_identifier(name),
    };
    match valid {
        true => Ok(name.to_owned()),
        false => Err(Problem::with_help(
            format!("invalid service name `{name}`"),
            "expected a name such as `Weather`, or an ID such as `example#Weather`",
        )),
    }
}

/// Returns whether a string is a Smithy identifier.
fn is_identifier(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.trim_start_matches('_').starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Validates the version of a package.
///
/// # Errors
///
/// Returns an error if the version does not follow semantic versioning.
pub fn version(version: &str) -> Result<String, Problem> {
    match Version::parse(version) {
        Ok(_) => Ok(version.to_owned()),
        Err(_) => {
            Err(Problem::with_help(format!("invalid version `{version}`"), "expected three numbers, such as `1.0.0`"))
        }
    }
}

/// Validates a string that must not be empty.
///
/// # Errors
///
/// Returns an error if the string is empty.
pub fn not_empty(flag: &str, value: &str) -> Result<String, Problem> {
    if value.trim().is_empty() { Err(format!("empty value for `{flag}`").into()) } else { Ok(value.to_owned()) }
}

/// Parses `true`, `false`, or the names of registries, which are separated by commas.
///
/// # Errors
///
/// Returns an error if a name is empty.
pub fn publish(flag: &str, value: &str) -> Result<Publish, Problem> {
    let names = value.split(',').map(|name| not_empty(flag, name.trim()));
    Ok(match value {
        "true" => Publish::Anywhere,
        "false" => Publish::Never,
        _ => Publish::Registries(names.collect::<Result<_, _>>()?),
    })
}

pub(crate) fn boolean(flag: &str, value: &str) -> Result<bool, Problem> {
    value
        .parse()
        .map_err(|_| Problem::with_help(format!("invalid value `{value}` for `{flag}`"), "expected `true` or `false`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_must_be_accepted_by_cargo() {
        for valid in ["1.0.0", "0.0.0", "1.2.3-alpha.1", "1.2.3-0a.x-y+01.b"] {
            assert_eq!(version(valid), Ok(valid.to_owned()));
        }
        for invalid in
            ["", "1", "1.0", "1.0.0.0", "01.0.0", "+1.0.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+ä", "1.0.0 "]
        {
            assert!(version(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn names_of_crates_must_be_valid_in_paths() {
        for name in ["weather", "acme-weather_2"] {
            assert_eq!(crate_name(name), Ok(name.to_owned()));
        }
        let message = |name| crate_name(name).expect_err("it is invalid").to_string();
        let expected = "reserved crate name `fn`; choose a name other than a keyword or a crate such as `std`";
        assert_eq!(message("fn"), expected);
        assert_eq!(package_name("fn"), Ok("fn".to_owned()));
        let expected = "invalid crate name `a/b`; expected ASCII letters, digits, `-` and `_`, starting with a letter";
        assert_eq!(message("a/b"), expected);
    }

    #[test]
    fn names_must_be_possible_in_a_model() {
        for valid in ["Weather", "_w1", "a.b_c#Weather"] {
            assert_eq!(service(valid), Ok(valid.to_owned()));
        }
        for invalid in ["", "1", "_", "_1", "a b", "a#", "#a", "a#b#c", "a..b#c", "a.b", "é", "a-b"] {
            assert!(service(invalid).is_err(), "{invalid}");
            assert!(operation(invalid).is_err(), "{invalid}");
        }
        let expected =
            "invalid service name `a b`; expected a name such as `Weather`, or an ID such as `example#Weather`";
        assert_eq!(service("a b").expect_err("it is invalid").to_string(), expected);
        assert_eq!(operation(" GetCity "), Ok("GetCity".to_owned()));
        assert!(operation("example#GetCity").is_err());
    }
}
