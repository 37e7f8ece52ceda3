//! The settings of a generated crate's manifest, from the command line and from the existing manifest.

use std::{env, fs, path::Path, process::Command};

use simba_codegen::{Package, Publish};
use toml::{Table, Value};

/// Sets the field for a flag. Returns false if the flag does not exist.
///
/// # Errors
///
/// Returns an error if the value is invalid.
pub fn set(package: &mut Package, flag: &str, value: impl FnOnce() -> Result<String, String>) -> Result<bool, String> {
    match flag {
        "--package-name" => package.name = Some(name(&value()?)?),
        "--version" => package.version = Some(version(&value()?)?),
        "--license" => package.license = Some(not_empty(flag, &value()?)?),
        "--description" => package.description = Some(not_empty(flag, &value()?)?),
        "--repository" => package.repository = Some(not_empty(flag, &value()?)?),
        "--publish" => package.publish = Some(publish(flag, &value()?)?),
        "--workspace-root" => package.workspace_root = Some(boolean(flag, &value()?)?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Validates the name of a crate or package, which becomes part of paths and of the manifest.
///
/// # Errors
///
/// Returns an error if it is not a valid name.
pub fn name(name: &str) -> Result<String, String> {
    let valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    match valid {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "invalid crate name `{name}`; expected ASCII letters, digits, `-` and `_`, starting with a letter"
        )),
    }
}

/// The keys of a dependency that can be set.
pub(crate) const DEPENDENCY: &[&str] = &["branch", "git", "path", "registry", "rev", "tag", "version"];

/// Returns a dependency as it is written in the manifest. A version does not need quotes.
///
/// # Errors
///
/// Returns an error if it is neither a version nor a table, or the table has other keys.
pub fn dependency(value: &str) -> Result<String, String> {
    if value.starts_with(|c: char| c.is_ascii_digit()) && version_requirement(value) {
        return Ok(format!("\"{value}\""));
    }
    match format!("dependency = {value}").parse::<Table>().as_ref().map(|table| &table["dependency"]) {
        Ok(Value::String(_)) => Ok(value.to_owned()),
        Ok(Value::Table(table)) => match table.keys().find(|key| !DEPENDENCY.contains(&key.as_str())) {
            Some(key) => {
                Err(format!("unknown key `{key}` of a dependency; expected one of `{}`", DEPENDENCY.join("`, `")))
            }
            None => Ok(value.to_owned()),
        },
        _ => Err(format!("invalid dependency `{value}`; expected a version such as `0.1`, or a table in braces")),
    }
}

/// Returns whether a value is a version such as `0.1`, without characters that TOML would interpret.
fn version_requirement(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c))
}

/// Validates the version of a package.
///
/// # Errors
///
/// Returns an error if it is not a version of semver.
pub fn version(version: &str) -> Result<String, String> {
    let (rest, build) = version.split_once('+').map_or((version, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    let is_number = |text: &str| text.parse::<u64>().is_ok_and(|number| number.to_string() == text);
    let is_part = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_numeric = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let valid = core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(|pre| pre.split('.').all(|part| is_part(part) && (!is_numeric(part) || is_number(part))))
        && build.is_none_or(|build| build.split('.').all(is_part));
    match valid {
        true => Ok(version.to_owned()),
        false => Err(format!("invalid version `{version}`; expected three numbers, such as `1.0.0`")),
    }
}

fn not_empty(flag: &str, value: &str) -> Result<String, String> {
    if value.trim().is_empty() { Err(format!("empty value for `{flag}`")) } else { Ok(value.to_owned()) }
}

/// Reads `true`, `false`, or names of registries.
///
/// # Errors
///
/// Returns an error if a name is empty.
pub fn publish(flag: &str, value: &str) -> Result<Publish, String> {
    let names = value.split(',').map(|name| not_empty(flag, name.trim()));
    Ok(match value {
        "true" => Publish::Anywhere,
        "false" => Publish::Never,
        _ => Publish::Registries(names.collect::<Result<_, _>>()?),
    })
}

fn boolean(flag: &str, value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| format!("invalid value `{value}` for `{flag}`; expected `true` or `false`"))
}

/// Returns a warning if the folder of a crate is in the folder of a workspace that does not contain the crate, so that
/// Cargo does not build it.
pub fn foreign_workspace(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let is_workspace = |folder: &Path| {
        fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|manifest| manifest.contains("[workspace"))
    };
    let root = folder.ancestors().skip(1).find(|ancestor| is_workspace(ancestor))?;
    // Cargo itself decides, since its rules include globs and path dependencies.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    let output = command.output().ok()?;
    // "current package believes it's in a workspace when it's not"
    let refused = String::from_utf8_lossy(&output.stderr).contains("package believes");
    refused.then(|| {
        format!(
            "warning: {} is in the folder of a workspace that does not contain it; add it to `members` or `exclude` in \
             {}, or pass `--workspace-root true`",
            folder.display(),
            root.join("Cargo.toml").display()
        )
    })
}

/// Returns the settings in the existing manifest of a folder, if there is one.
///
/// # Errors
///
/// Returns an error if the manifest cannot be read, since its settings would be lost.
pub fn kept(folder: &Path) -> Result<Package, String> {
    let Some(text) = generated_manifest(folder) else { return Ok(Package::default()) };
    read(&text).map_err(|problem| {
        format!(
            "{}: {problem}; fix the file to keep its settings, or delete it to start with the defaults",
            folder.join("Cargo.toml").display()
        )
    })
}

/// Returns a dependency in the existing manifest of a folder, as TOML, if it is not only a version: a path, a Git
/// repository or another registry.
pub fn kept_dependency(folder: &Path, name: &str) -> Option<String> {
    let manifest: Table = generated_manifest(folder)?.parse().ok()?;
    let dependency = manifest.get("dependencies")?.get(name)?.as_table()?;
    let is_kept = ["path", "git", "registry"].iter().any(|key| dependency.contains_key(*key));
    let keys = dependency.iter().filter(|(key, _)| !["default-features", "features"].contains(&key.as_str()));
    // Strings, booleans and arrays of them are the same in JSON.
    let keys: Option<Vec<String>> =
        keys.map(|(key, value)| Some(format!("{key} = {}", serde_json::to_string(value).ok()?))).collect();
    let keys = keys?;
    is_kept.then(|| format!("{{ {} }}", keys.join(", ")))
}

/// Returns the manifest of a folder, if it is generated.
fn generated_manifest(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    simba_codegen::is_generated(text.as_bytes()).then_some(text)
}

/// Returns a description of the type of a value, for messages.
fn described(value: &Value) -> String {
    let name = value.type_str();
    let article = if matches!(value, Value::Integer(_) | Value::Array(_)) { "an" } else { "a" };
    format!("{article} {name}")
}

fn read(manifest: &str) -> Result<Package, String> {
    let manifest: Table = manifest.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    // A table such as `package.metadata` also makes a table `package`, without the package's name.
    let package = manifest.get("package").and_then(Value::as_table).filter(|package| package.contains_key("name"));
    let package = package.ok_or("missing table `package`")?;
    let string = |key: &str| match package.get(key) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(other) => Err(format!("expected a string for `package.{key}`, found {}", described(other))),
    };
    let publish = match package.get("publish") {
        None => None,
        Some(Value::Boolean(true)) => Some(Publish::Anywhere),
        Some(Value::Boolean(false)) => Some(Publish::Never),
        Some(Value::Array(names)) => {
            let names = names.iter().map(|name| name.as_str().map(str::to_owned));
            let names: Option<Vec<String>> = names.collect();
            Some(Publish::Registries(names.ok_or("expected an array of strings for `package.publish`")?))
        }
        Some(other) => {
            return Err(format!("expected a boolean or an array for `package.publish`, found {}", described(other)));
        }
    };
    Ok(Package {
        // Without a table `lib`, the package has the name of the crate, which may change.
        name: if manifest.contains_key("lib") { string("name")? } else { None },
        version: string("version")?,
        license: string("license")?,
        license_file: string("license-file")?,
        description: string("description")?,
        repository: string("repository")?,
        publish,
        workspace_root: manifest.contains_key("workspace").then_some(true),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_that_cargo_accepts() {
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
    fn dependencies_have_known_keys() {
        assert_eq!(dependency("0.1"), Ok("\"0.1\"".to_owned()));
        assert_eq!(dependency("{ path = \"x\" }"), Ok("{ path = \"x\" }".to_owned()));
        let expected = "invalid dependency `x`; expected a version such as `0.1`, or a table in braces";
        assert_eq!(dependency("x"), Err(expected.to_owned()));
        let expected = "unknown key `pth` of a dependency; expected one of `branch`, `git`, `path`, `registry`, `rev`, `tag`, \
                        `version`";
        assert_eq!(dependency("{ pth = \"x\" }"), Err(expected.to_owned()));
    }
}
