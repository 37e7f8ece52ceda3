//! Dependencies of a generated crate on Simba's crates.

use std::{path::Path, str::FromStr};

use semver::VersionReq;
use toml::{Table, Value};

use crate::client;

/// The keys that a dependency can have.
pub(crate) const KEYS: &[&str] = &["branch", "git", "path", "registry", "rev", "tag", "version"];

/// A dependency: a version, a path, or a Git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency(Vec<(String, String)>);

impl FromStr for Dependency {
    type Err = String;

    /// Reads a version, or a TOML table in braces. A version does not need quotes.
    fn from_str(value: &str) -> Result<Self, String> {
        if VersionReq::parse(value).is_ok() {
            return Ok(Self(vec![("version".to_owned(), value.to_owned())]));
        }
        let problem =
            || format!("invalid dependency `{value}`; expected a version such as `0.1`, or a table in braces");
        let document: Table = format!("dependency = {value}").parse().map_err(|_| problem())?;
        let keys = match document.get("dependency").filter(|_| document.len() == 1) {
            Some(Value::String(version)) => vec![("version".to_owned(), version.clone())],
            Some(Value::Table(table)) => {
                let string = |(key, value): (&String, &Value)| match value {
                    Value::String(value) => Ok((key.clone(), value.clone())),
                    _ => Err(format!("invalid value for `{key}` in the dependency; expected a string")),
                };
                table.iter().map(string).collect::<Result<_, _>>()?
            }
            _ => return Err(problem()),
        };
        Self::of(keys)
    }
}

impl Dependency {
    /// Creates a dependency from Cargo's keys and their values.
    ///
    /// # Errors
    ///
    /// Returns an error if Cargo does not accept the keys or their values.
    pub(crate) fn of(keys: Vec<(String, String)>) -> Result<Self, String> {
        let value = |name: &str| keys.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        for (key, value) in &keys {
            if !KEYS.contains(&key.as_str()) {
                let keys = KEYS.join("`, `");
                return Err(format!("unknown key `{key}` in the dependency; expected one of `{keys}`"));
            }
            if value.trim().is_empty() {
                return Err(format!("empty value for `{key}`"));
            }
        }
        if let Some(version) = value("version")
            && VersionReq::parse(version).is_err()
        {
            return Err(format!("invalid version `{version}` in the dependency; expected a version such as `0.1`"));
        }
        let are_set = |names: &[&str]| names.iter().filter(|name| value(name).is_some()).count();
        if are_set(&["git", "path", "version"]) == 0 {
            return Err("the dependency has no source; set `version`, `path` or `git`".to_owned());
        }
        for exclusive in [&["git", "path"][..], &["git", "registry"], &["branch", "rev", "tag"]] {
            if are_set(exclusive) > 1 {
                return Err(format!("ambiguous dependency; set only one of `{}`", exclusive.join("`, `")));
            }
        }
        if value("git").is_none() && are_set(&["branch", "rev", "tag"]) > 0 {
            return Err("`branch`, `rev` and `tag` require `git`; set the URL of a repository".to_owned());
        }
        Ok(Self(keys))
    }

    /// Returns the dependency as TOML, for the manifest of a crate in the folder `out`. Paths in the dependency are
    /// relative to `folder`.
    ///
    /// # Errors
    ///
    /// Returns an error if a path does not lead to a package.
    pub fn in_manifest(&self, folder: &Path, out: &Path) -> Result<String, String> {
        // TOML basic strings use the same escapes as JSON strings.
        let string = |value: &str| serde_json::Value::String(value.to_owned()).to_string();
        if let [(key, version)] = &self.0[..]
            && key == "version"
        {
            return Ok(string(version));
        }
        let mut keys = Vec::new();
        for (key, value) in &self.0 {
            let value = match key.as_str() {
                "path" => string(&client::path_of_package(&folder.join(value), out)?),
                _ => string(value),
            };
            keys.push(format!("{key} = {value}"));
        }
        Ok(format!("{{ {} }}", keys.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> Result<String, String> {
        value.parse::<Dependency>()?.in_manifest(Path::new(""), Path::new("client"))
    }

    #[test]
    fn dependencies_are_written_as_toml() {
        for (value, expected) in [
            ("0.1", "\"0.1\""),
            ("'0.1'", "\"0.1\""),
            ("^0.1.2", "\"^0.1.2\""),
            (">=0.1, <0.3", "\">=0.1, <0.3\""),
            ("{ path = '.', } # here", "{ path = \"..\" }"),
            ("{ version = \"0.1\", path = \"src/..\" }", "{ path = \"..\", version = \"0.1\" }"),
            ("{ git = \"https://example.com\", tag = \"v1\" }", "{ git = \"https://example.com\", tag = \"v1\" }"),
        ] {
            assert_eq!(written(value).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn dependencies_that_cargo_does_not_accept_are_errors() {
        for (value, expected) in [
            ("abc", "invalid dependency `abc`; expected a version such as `0.1`, or a table in braces"),
            ("1.2.3.4", "invalid dependency `1.2.3.4`; expected a version such as `0.1`, or a table in braces"),
            (
                "\"0.1\"\nother = 1",
                "invalid dependency `\"0.1\"\nother = 1`; expected a version such as `0.1`, or a \
                table in braces",
            ),
            ("'x y'", "invalid version `x y` in the dependency; expected a version such as `0.1`"),
            ("{}", "the dependency has no source; set `version`, `path` or `git`"),
            ("{ path = 3 }", "invalid value for `path` in the dependency; expected a string"),
            ("{ path = \" \" }", "empty value for `path`"),
            ("{ path = \"x\", git = \"y\" }", "ambiguous dependency; set only one of `git`, `path`"),
            (
                "{ git = \"y\", tag = \"a\", rev = \"b\" }",
                "ambiguous dependency; set only one of `branch`, `rev`, `tag`",
            ),
            (
                "{ version = \"1\", tag = \"a\" }",
                "`branch`, `rev` and `tag` require `git`; set the URL of a repository",
            ),
            ("{ path = \"nowhere\" }", "`nowhere` is not a package folder; it contains no Cargo.toml"),
            (
                "{ pth = \"x\" }",
                "unknown key `pth` in the dependency; expected one of `branch`, `git`, `path`, `registry`, `rev`, `tag`, \
                 `version`",
            ),
        ] {
            assert_eq!(written(value), Err(expected.to_owned()), "{value}");
        }
    }
}
