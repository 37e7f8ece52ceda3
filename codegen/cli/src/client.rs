//! Generates a crate, and compares it with the directory to which it is written.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    time::Instant,
};

use simba_codegen::{Generated, Options, Source, diff::Diff};

#[cfg(feature = "cli")]
use crate::progress::Spinner;
use crate::{
    Error, Problem, data,
    files::{self, Difference},
    package,
};

/// A crate to generate.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The files and directories of the model.
    pub model: Vec<PathBuf>,
    /// The directory of the crate.
    pub out: PathBuf,
    /// The options for the generator.
    pub options: Options,
}

impl Client {
    /// Generates the crate, and compares it with its directory without writing anything.
    ///
    /// # Errors
    ///
    /// Returns an error if the model cannot be read or has errors, or if the user's files would be overwritten.
    pub fn generate(&self) -> Result<Outcome, Error> {
        let started = Instant::now();
        let (generated, sources) = generate(&self.model, &self.options)?;
        match Difference::of(&self.out, &generated.files) {
            Ok(difference) => Ok(Outcome { out: self.out.clone(), generated, sources, difference, started }),
            Err(error) => Err(Error { report: generated.warnings, sources, ..error }),
        }
    }
}

/// A generated crate that has not been written yet, and how it differs from its directory.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The directory of the crate.
    pub out: PathBuf,
    /// The generated crate.
    pub generated: Generated,
    /// The files of the model, to which the warnings in `generated` refer.
    pub sources: Vec<Source>,
    /// The differences between the directory and the crate.
    pub difference: Difference,
    /// The time at which generation started.
    started: Instant,
}

impl Outcome {
    /// Updates the directory of the crate.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written or deleted.
    pub fn write(&self) -> Result<(), Error> {
        self.difference.apply(&self.out, &self.generated.files)
    }

    /// Returns warnings about a crate that has been written. There is a warning if Cargo would refuse to build the
    /// crate because of the workspace that contains it, and if a dependency of the crate is invalid or prevents
    /// publishing.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let manifest = self.generated.files.get("Cargo.toml").map(String::as_str).unwrap_or_default();
        let directory = files::shown(&self.out);
        let dependencies = package::dependency_warnings(manifest, &self.out).into_iter();
        let dependencies = dependencies.map(|warning| format!("{directory}: {warning}"));
        package::foreign_workspace(manifest, &self.out).into_iter().chain(dependencies).collect()
    }

    /// Returns a one-line summary of the generated crate.
    #[must_use]
    pub fn summary(&self, directory: &str) -> String {
        let (generated, difference) = (&self.generated, &self.difference);
        let lines: usize = generated.files.values().map(|text| text.lines().count()).sum();
        let written = difference.stale.len() + difference.missing.len();
        let changes = match (written, difference.orphans.len()) {
            (0, 0) => "unchanged".to_owned(),
            (written, 0) => format!("{written} written"),
            (written, deleted) => format!("{written} written, {deleted} deleted"),
        };
        format!(
            "{}: {}, {} types, {} files, {lines} lines in {directory}: {changes} ({} ms)",
            generated.crate_name,
            files::count(generated.operations, "operation"),
            generated.types,
            generated.files.len(),
            self.started.elapsed().as_millis()
        )
    }
}

/// Generates a crate from the files of a model. Returns the crate, and the files to which its warnings refer.
///
/// # Errors
///
/// Returns an error if a file cannot be read, or if the model has errors.
pub fn generate(model: &[PathBuf], options: &Options) -> Result<(Generated, Vec<Source>), Error> {
    let sources = files::read_model(model)?;
    #[cfg(feature = "cli")]
    let spinner = Spinner::start(model);
    let generated = simba_codegen::generate(&sources, options);
    #[cfg(feature = "cli")]
    drop(spinner);
    match generated {
        Ok(generated) => Ok((generated, sources)),
        Err(report) => Err(Error::of_model(report, sources)),
    }
}

/// Compares the crates that are generated from two models. Each model consists of files and directories.
///
/// # Errors
///
/// Returns an error if a model cannot be read or has errors.
pub fn diff(old: &[PathBuf], new: &[PathBuf], service: Option<String>) -> Result<Diff, Error> {
    let (old, new) = (files::read_model(old)?, files::read_model(new)?);
    let options = Options { service, ..options() };
    simba_codegen::diff::diff(&old, &new, &options).map_err(|report| Error::of_model(report, [old, new].concat()))
}

/// Returns the default options for generating a crate. The options contain facts about AWS services that are not in the
/// models.
#[must_use]
pub fn options() -> Options {
    Options {
        partitions: Some(data::PARTITIONS.to_owned()),
        read_timeouts: Some(data::READ_TIMEOUTS.to_owned()),
        ..Options::default()
    }
}

/// Returns the dependency of the crate in the directory `out` on the crate in the directory `target`, as TOML. The path
/// is relative if possible.
///
/// # Errors
///
/// Returns an error if the current directory cannot be determined, or if the path is not valid UTF-8.
pub fn path_dependency(target: &Path, out: &Path) -> Result<String, Problem> {
    // TOML basic strings use the same escapes as JSON strings.
    Ok(format!("{{ path = {} }}", serde_json::Value::String(path_in_manifest(target, out)?)))
}

/// Returns the path of a file, for the manifest of the crate in the directory `out`. Returns an error if there is no
/// file at the path.
pub(crate) fn path_of_file(file: &Path, out: &Path) -> Result<String, Problem> {
    if !file.is_file() {
        return Err(format!("`{}` does not exist, or is not a file", files::shown(file)).into());
    }
    path_in_manifest(file, out)
}

/// Returns the path of a file or directory, for the manifest of the crate in the directory `out`.
pub(crate) fn path_in_manifest(target: &Path, out: &Path) -> Result<String, Problem> {
    let path = relative(target, out)?;
    let text = path
        .to_str()
        .ok_or_else(|| Problem::with_help(format!("`{}` is not valid UTF-8", path.display()), "rename it"))?;
    Ok(text.replace('\\', "/"))
}

/// Returns the relative path from the directory `from` to `target`. The paths do not have to exist.
fn relative(target: &Path, from: &Path) -> Result<PathBuf, String> {
    let absolute = |path: &Path| std::path::absolute(path).map_err(|error| files::in_file(path, &error));
    let (from, target) = (resolved(&absolute(from)?), resolved(&absolute(target)?));
    let common = from.components().zip(target.components()).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return Ok(target);
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir.as_os_str().to_owned());
    let down = target.components().skip(common).map(|component| component.as_os_str().to_owned());
    Ok(up.chain(down).collect())
}

/// Resolves symbolic links and `..` in a path that does not have to exist.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            // The path before `..` contains no links, since it has been resolved or does not exist.
            Component::ParentDir => {
                resolved.pop();
            }
            component => resolved.push(component),
        }
        resolved = fs::canonicalize(&resolved).unwrap_or(resolved);
    }
    resolved
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn a_path_in_a_manifest_must_be_utf_8() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

        use super::*;

        let path = Path::new(OsStr::from_bytes(b"a\xff"));
        let expected = Problem::with_help("`../a\u{fffd}` is not valid UTF-8", "rename it");
        assert_eq!(path_in_manifest(path, Path::new("client")), Err(expected));
        assert_eq!(path_in_manifest(Path::new("a"), Path::new("client")).as_deref(), Ok("../a"));
    }
}
