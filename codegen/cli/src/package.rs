//! The settings in the manifest of a generated crate, which come from the command line or from the existing manifest.

use std::{env, fs, path::Path, process::Command};

use simba_codegen::{Package, Publish};
use toml::{Table, Value};

use crate::validate::{boolean, license, not_empty, package_name, publish, version};
use crate::{Problem, dependency, files};

/// Sets the field for a command-line option. Returns `false` if there is no field for the option.
///
/// # Errors
///
/// Returns an error if the value is invalid.
pub fn set(
    package: &mut Package,
    flag: &str,
    value: impl FnOnce() -> Result<String, Problem>,
) -> Result<bool, Problem> {
    match flag {
        "--package-name" => package.name = Some(package_name(&value()?)?),
        "--version" => package.version = Some(version(&value()?)?),
        "--license" => package.license = Some(license(&not_empty(flag, &value()?)?)?),
        "--description" => package.description = Some(not_empty(flag, &value()?)?),
        "--repository" => package.repository = Some(not_empty(flag, &value()?)?),
        "--publish" => package.publish = Some(publish(flag, &value()?)?),
        "--workspace-root" => package.workspace_root = Some(boolean(flag, &value()?)?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Returns a warning if the directory of a crate is inside a workspace that does not contain the crate, in which case
/// Cargo does not build the crate. `manifest` is the manifest of the crate.
pub(crate) fn foreign_workspace(manifest: &str, directory: &Path) -> Option<String> {
    let defines_workspace = |manifest: &str| manifest.contains("[workspace");
    let directory = fs::canonicalize(directory).ok().filter(|_| !defines_workspace(manifest))?;
    let is_workspace = |directory: &Path| {
        fs::read_to_string(directory.join("Cargo.toml")).is_ok_and(|manifest| defines_workspace(&manifest))
    };
    let root = directory.ancestors().skip(1).find(|ancestor| is_workspace(ancestor))?;
    // The check is left to Cargo, whose rules for workspace members include globs and path dependencies.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
        .arg(directory.join("Cargo.toml"));
    let output = command.output().ok()?;
    // Cargo's message is "current package believes it's in a workspace when it's not".
    let refused = String::from_utf8_lossy(&output.stderr).contains("package believes");
    refused.then(|| {
        format!(
            "{} is in the directory of a workspace that it does not belong to; add it to `members` or `exclude` in \
             {}, or pass `--workspace-root true`",
            directory.display(),
            root.join("Cargo.toml").display()
        )
    })
}

/// Returns warnings about the dependencies in the manifest of a crate. There is a warning if a path does not lead to
/// the package, if Cargo would refuse to publish the crate because a dependency has no version, and if Cargo would
/// search crates.io for the runtime, which is not published yet.
pub(crate) fn dependency_warnings(manifest: &str, directory: &Path) -> Vec<String> {
    let manifest: Table = manifest.parse().unwrap_or_default();
    let field = |table: &str, key: &str| manifest.get(table).and_then(|table| table.get(key));
    let is_published = field("package", "publish").and_then(Value::as_bool) != Some(false);
    let mut warnings = Vec::new();
    for (name, dependency) in manifest.get("dependencies").and_then(Value::as_table).into_iter().flatten() {
        let Some(keys) = dependency.as_table() else { continue };
        if name == "simba-runtime" && !SOURCES.iter().any(|key| keys.contains_key(*key)) {
            warnings.push(
                "crates.io does not contain `simba-runtime` yet; set its path or Git repository, as in `--runtime '{ path = \
                 \"../simba/codegen/runtime\" }'`"
                    .to_owned(),
            );
        }
        if let Some(path) = keys.get("path").and_then(Value::as_str) {
            let problem = dependency::check_package(&directory.join(path), name).err();
            warnings.extend(problem.map(|problem| problem.to_string()));
        }
        if is_published && !keys.contains_key("version") {
            warnings.push(format!(
                "`cargo publish` rejects the crate, because its dependency on `{name}` has no version; add one, as in \
                 `{{ path = \"...\", version = \"{}\" }}`",
                env!("CARGO_PKG_VERSION")
            ));
        }
    }
    warnings
}

/// Returns the settings in the existing manifest of a directory, if there is one. The default description is not a
/// setting, since it contains the title of the service, which may change.
///
/// # Errors
///
/// Returns an error if the manifest is invalid, since its settings would otherwise be lost.
pub fn kept(directory: &Path) -> Result<Package, Problem> {
    let Some(bytes) = generated_manifest(directory) else { return Ok(Package::default()) };
    let text = String::from_utf8(bytes).map_err(|_| "the file is not valid UTF-8".to_owned());
    let package = text.and_then(|text| read(&text)).map_err(|problem| {
        Problem::with_help(
            format!("{}: {problem}", files::shown(&directory.join("Cargo.toml"))),
            "fix the file to keep its settings, or delete it to start with the defaults",
        )
    })?;
    // The documentation of the existing crate starts with the default description.
    let documentation = fs::read_to_string(directory.join("src/lib.rs")).unwrap_or_default();
    let default = documentation.lines().find_map(|line| line.strip_prefix("//! "));
    let description = package.description.filter(|description| Some(description.as_str()) != default);
    Ok(Package { description, ..package })
}

/// The keys of a dependency from another source than crates.io.
const SOURCES: [&str; 3] = ["path", "git", "registry"];

/// Returns a dependency in the existing manifest of a directory, as TOML. Returns `None` if the dependency has no path,
/// Git repository or registry, and therefore consists only of a version.
pub fn kept_dependency(directory: &Path, name: &str) -> Option<String> {
    let manifest: Table = String::from_utf8(generated_manifest(directory)?).ok()?.parse().ok()?;
    let dependency = manifest.get("dependencies")?.get(name)?.as_table()?;
    let is_kept = SOURCES.iter().any(|key| dependency.contains_key(*key));
    let keys = dependency.iter().filter(|(key, _)| !["default-features", "features"].contains(&key.as_str()));
    // Strings, booleans, and arrays of strings or booleans have the same syntax in JSON and TOML.
    let keys: Option<Vec<String>> =
        keys.map(|(key, value)| Some(format!("{key} = {}", serde_json::to_string(value).ok()?))).collect();
    let keys = keys?;
    is_kept.then(|| format!("{{ {} }}", keys.join(", ")))
}

/// Returns the manifest in a directory if Simba generated it.
fn generated_manifest(directory: &Path) -> Option<Vec<u8>> {
    let bytes = fs::read(directory.join("Cargo.toml")).ok()?;
    simba_codegen::is_generated(&bytes).then_some(bytes)
}

/// Describes the type of a value, for messages.
fn described(value: &Value) -> String {
    let name = value.type_str();
    let article = if matches!(value, Value::Integer(_) | Value::Array(_)) { "an" } else { "a" };
    format!("{article} {name}")
}

fn read(manifest: &str) -> Result<Package, String> {
    let manifest: Table = manifest.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    // A table such as `package.metadata` implicitly creates the `package` table, but without the name of the package.
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
        // Without a `lib` table, the package has the name of the crate, which may change.
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
