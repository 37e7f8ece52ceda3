//! What the tests of the whole pipeline have in common; the tests themselves are in this package's `tests` folder.
//!
//! In go names of fixtures, that is of models under `tests/fixtures`; out come generated crates and reports.

mod cargo;
pub mod checks;
pub mod hostile;
pub mod models;
pub mod mutation;
mod needs;

/// The README, whose programs have to compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

pub use cargo::{Crates, cargo, program, target};
pub use needs::{botocore, python};

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_codegen::{Files, Generated, Options, Package, Report, Source, Tests};

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// The path of a fixture.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The text of a file of the workspace.
///
/// # Panics
///
/// If it cannot be read: a test without its input is a failed one.
#[must_use]
pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A fixture as a file of a model; problems cite it by its name without the folder.
#[must_use]
pub fn source(name: &str) -> Source {
    let path = fixture(name);
    let short = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Source { text: text(&path), name: short }
}

/// Fixtures as the files of one model.
#[must_use]
pub fn sources(names: &[&str]) -> Vec<Source> {
    names.iter().map(|name| source(name)).collect()
}

/// The files of a service's model under `models`, as `cargo xtask codegen` reads them.
#[must_use]
pub fn model(service: &str) -> Vec<Source> {
    let name = |path: &Path| path.strip_prefix(workspace()).unwrap_or(path).display().to_string();
    files(&workspace().join("models").join(service), "json", name)
}

/// The files of a folder with this ending, in the order of their names.
fn files(folder: &Path, ending: &str, name: impl Fn(&Path) -> String) -> Vec<Source> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    paths.sort();
    paths.iter().map(|path| Source { name: name(path), text: text(path) }).collect()
}

/// The options with which a crate outside the workspace is generated.
#[must_use]
pub fn options() -> Options {
    Options {
        service: None,
        tests: Tests::Omit,
        crate_name: None,
        operations: None,
        runtime: "\"0.1\"".to_owned(),
        aws_config: String::new(),
        package: Package::default(),
        partitions: Some(text(&workspace().join("models/partitions.json"))),
    }
}

/// The crate of a model that is right, and maybe warned about.
///
/// # Panics
///
/// If the model has errors; the message lists them.
#[must_use]
pub fn generate(sources: &[Source], options: &Options) -> Generated {
    simba_codegen::generate(sources, options).unwrap_or_else(|report| panic!("the model is refused:\n{report}"))
}

/// What is said of a model: its errors, or the warnings that its crate comes with.
#[must_use]
pub fn report(sources: &[Source], options: &Options) -> Report {
    match simba_codegen::generate(sources, options) {
        Ok(generated) => generated.warnings,
        Err(report) => report,
    }
}

/// Whole files of a generated crate, one after the other, each under its path.
///
/// # Panics
///
/// If a file was not generated; the message lists those that were.
#[must_use]
pub fn show(files: &Files, paths: &[&str]) -> String {
    let file = |path: &&str| {
        let text = files.get(*path).unwrap_or_else(|| panic!("{path} is not among {:?}", files.keys()));
        format!("=== {path} ===\n{text}")
    };
    paths.iter().map(file).collect::<Vec<_>>().join("\n")
}
