//! Dependencies of a generated crate on Simba's crates.

use std::{fs, path::Path, str::FromStr};

use semver::VersionReq;
use toml::{Table, Value};

use crate::{Problem, client, files};

/// The keys that a dependency can have.
pub(crate) const KEYS: &[&str] = &["branch", "git", "path", "registry", "rev", "tag", "version"];

/// A dependency: a version, a path, or a Git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency(Vec<(String, String)>);

impl FromStr for Dependency {
    type Err = Problem;

    /// Reads a version, or a TOML table in braces. A version does not need quotes.
    fn from_str(value: &str) -> Result<Self, Problem> {
        if VersionReq::parse(value).is_ok() {
            return Ok(Self(vec![("version".to_owned(), value.to_owned())]));
        }
        let problem = || {
            let help = "expected a version such as `0.1`, or a table in braces";
            Problem::with_help(format!("invalid dependency `{value}`"), help)
        };
        let document: Table = format!("dependency = {value}").parse().map_err(|_| problem())?;
        let keys = match document.get("dependency").filter(|_| document.len() == 1) {
            Some(Value::String(version)) => vec![("version".to_owned(), version.clone())],
            Some(Value::Table(table)) => {
                let string = |(key, value): (&String, &Value)| match value {
                    Value::String(value) => Ok((key.clone(), value.clone())),
                    _ => {
                        let message = format!("invalid value for `{key}` in the dependency");
                        Err(Problem::with_help(message, "expected a string"))
                    }
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
    pub(crate) fn of(keys: Vec<(String, String)>) -> Result<Self, Problem> {
        let value = |name: &str| keys.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        for (key, value) in &keys {
            if !KEYS.contains(&key.as_str()) {
                let help = format!("expected one of `{}`", KEYS.join("`, `"));
                return Err(Problem::with_help(format!("unknown key `{key}` in the dependency"), help));
            }
            if value.trim().is_empty() {
                return Err(format!("empty value for `{key}`").into());
            }
        }
        if let Some(version) = value("version")
            && VersionReq::parse(version).is_err()
        {
            let message = format!("invalid version `{version}` in the dependency");
            return Err(Problem::with_help(message, "expected a version such as `0.1`"));
        }
        let are_set = |names: &[&str]| names.iter().filter(|name| value(name).is_some()).count();
        if are_set(&["git", "path", "version"]) == 0 {
            return Err(Problem::with_help("the dependency has no source", "set `version`, `path` or `git`"));
        }
        for exclusive in [&["git", "path"][..], &["git", "registry"], &["branch", "rev", "tag"]] {
            if are_set(exclusive) > 1 {
                let help = format!("set only one of `{}`", exclusive.join("`, `"));
                return Err(Problem::with_help("ambiguous dependency", help));
            }
        }
        if value("git").is_none() && are_set(&["branch", "rev", "tag"]) > 0 {
            return Err(Problem::with_help("`branch`, `rev` and `tag` require `git`", "set the URL of a repository"));
        }
        Ok(Self(keys))
    }

    /// Returns the dependency on the package `name` as TOML, for the manifest of a crate in the directory `out`. Paths
    /// in the dependency are relative to `directory`.
    ///
    /// # Errors
    ///
    /// Returns an error if a path does not lead to the package.
    pub fn in_manifest(&self, name: &str, directory: &Path, out: &Path) -> Result<String, Problem> {
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
                "path" => {
                    let path = directory.join(value);
                    check_package(&path, name)?;
                    string(&client::path_in_manifest(&path, out)?)
                }
                _ => string(value),
            };
            keys.push(format!("{key} = {value}"));
        }
        Ok(format!("{{ {} }}", keys.join(", ")))
    }
}

/// Checks that a directory contains the package `name`. Otherwise, returns an error that describes what was found.
pub(crate) fn check_package(directory: &Path, name: &str) -> Result<(), Problem> {
    let found = match package_in(directory) {
        Ok(found) if found == name => return Ok(()),
        Ok(found) => format!("the package `{found}`"),
        Err(found) => found.to_owned(),
    };
    // The directory may be a clone of Simba's repository.
    let in_clone = directory.join("codegen").join(name.trim_start_matches("simba-"));
    let fix = match package_in(&in_clone).is_ok_and(|found| found == name) {
        true => format!("set the path `{}`", files::shown(&in_clone)),
        false => "set the path of this package".to_owned(),
    };
    Err(Problem::with_help(
        format!("expected the package `{name}` in `{}`, found {found}", files::shown(directory)),
        fix,
    ))
}

/// Returns the name of the package in a directory. If there is none, returns what the directory contains as the error.
fn package_in(directory: &Path) -> Result<String, &'static str> {
    let manifest = fs::read_to_string(directory.join("Cargo.toml")).map_err(|_| "no Cargo.toml")?;
    let manifest: Table = manifest.parse().map_err(|_| "an invalid Cargo.toml")?;
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    let is_workspace = manifest.contains_key("workspace");
    name.map(str::to_owned).ok_or(if is_workspace { "a workspace without a package" } else { "no package" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> Result<String, String> {
        let dependency: Result<Dependency, Problem> = value.parse();
        let written = dependency.and_then(|it| it.in_manifest("simba-cli", Path::new(""), Path::new("client")));
        written.map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_path_must_lead_to_the_package() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let directory = temporary.path();
        for (path, manifest) in [
            ("codegen/runtime", "[package]\nname = 'simba-runtime'\n"),
            ("codegen/aws-config", "[package]\nname = 'other'\n"),
            ("", "[workspace]\n"),
            ("empty", ""),
            ("bad", "["),
        ] {
            fs::create_dir_all(directory.join(path)).expect("the directory can be written");
            fs::write(directory.join(path).join("Cargo.toml"), manifest).expect("the directory can be written");
        }
        assert_eq!(check_package(&directory.join("codegen/runtime"), "simba-runtime"), Ok(()));
        for (path, name, found, fix) in [
            ("", "simba-runtime", "a workspace without a package", "set the path `DIRECTORY/codegen/runtime`"),
            ("", "simba-aws-config", "a workspace without a package", "set the path of this package"),
            ("codegen/runtime", "simba-aws-config", "the package `simba-runtime`", "set the path of this package"),
            ("empty", "simba-runtime", "no package", "set the path of this package"),
            ("bad", "simba-runtime", "an invalid Cargo.toml", "set the path of this package"),
        ] {
            let problem = check_package(&directory.join(path), name).expect_err("the package is not there");
            let problem = problem.to_string().replace(&directory.display().to_string(), "DIRECTORY");
            let expected = format!("`{name}` in `DIRECTORY/{path}`, found {found}; {fix}");
            assert!(problem.ends_with(&expected), "expected {expected}\nfound {problem}");
        }
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
            (
                "{ path = \"nowhere\" }",
                "expected the package `simba-cli` in `nowhere`, found no Cargo.toml; set the path of this package",
            ),
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
