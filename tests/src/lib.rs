//! Helpers for tests that involve the whole pipeline. The tests are in the `tests` directory of this package.
//!
//! The helpers load models from `tests/fixtures`, and return generated crates and reports.

mod cargo;
pub mod checks;
pub mod hostile;
pub mod models;
pub mod mutation;
mod requirements;
mod server;

/// The README and the pages of the guide. Their examples must compile.
#[cfg(doctest)]
pub mod documents {
    macro_rules! documents {
        ($($path:literal $name:ident,)*) => {$(
            #[doc = include_str!($path)]
            pub struct $name;
        )*};
    }

    documents! {
        "../../README.md" Readme,
        "../../generated/fsx/README.md" ReadmeOfFsx,
        "../../codegen/README.md" ReadmeOfCodegen,
        "../../docs/guide/getting-started.md" GettingStarted,
        "../../docs/guide/requests.md" Requests,
        "../../docs/guide/configuration.md" Configuration,
        "../../docs/guide/credentials.md" Credentials,
        "../../docs/guide/errors.md" Errors,
        "../../docs/guide/pagination-and-waiters.md" PaginationAndWaiters,
        "../../docs/guide/retries-and-timeouts.md" RetriesAndTimeouts,
        "../../docs/guide/streaming.md" Streaming,
        "../../docs/guide/testing.md" Testing,
        "../../docs/guide/extending.md" Extending,
        "../../docs/guide/logging.md" Logging,
        "../../docs/guide/features.md" Features,
        "../../docs/guide/generating.md" Generating,
        "../../docs/guide/models.md" Models,
        "../../docs/guide/simba.md" Simba,
        "../../docs/guide/benchmarks.md" Benchmarks,
        "../../docs/guide/migrating.md" Migrating,
    }
}

pub use cargo::{Crates, build, cargo, in_toml, program, target};
pub use requirements::{botocore, python};
pub use server::Server;

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_codegen::{Files, Generated, Options, Package, Report, Source, Tests};

/// Returns the root directory of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Returns the path of a fixture.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Returns the contents of a file.
///
/// # Panics
///
/// Panics if the file cannot be read.
#[must_use]
pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a fixture as a model file. In diagnostics, its name does not include the directory.
#[must_use]
pub fn source(name: &str) -> Source {
    let path = fixture(name);
    let short = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Source { text: text(&path), name: short }
}

/// Returns fixtures as the files of one model.
#[must_use]
pub fn sources(names: &[&str]) -> Vec<Source> {
    names.iter().map(|name| source(name)).collect()
}

/// Returns the model files of a service in `models`, as `cargo xtask codegen` reads them.
#[must_use]
pub fn model(service: &str) -> Vec<Source> {
    let name = |path: &Path| path.strip_prefix(workspace()).unwrap_or(path).display().to_string();
    files(&workspace().join("models").join(service), "json", name)
}

/// Returns the files in a directory that have the given extension, sorted by name.
fn files(directory: &Path, ending: &str, name: impl Fn(&Path) -> String) -> Vec<Source> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    paths.sort();
    paths.iter().map(|path| Source { name: name(path), text: text(path) }).collect()
}

/// Returns the options for generating a crate outside the workspace.
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
        read_timeouts: Some(text(&workspace().join("models/read_timeouts.json"))),
    }
}

/// Generates the crate for a model without errors. The model may have warnings.
///
/// # Panics
///
/// Panics if the model has errors. The message contains the errors.
#[must_use]
pub fn generate(sources: &[Source], options: &Options) -> Generated {
    simba_codegen::generate(sources, options).unwrap_or_else(|report| panic!("the model is rejected:\n{report}"))
}

/// Returns the errors in a model, or its warnings if it has no errors.
#[must_use]
pub fn report(sources: &[Source], options: &Options) -> Report {
    match simba_codegen::generate(sources, options) {
        Ok(generated) => generated.warnings,
        Err(report) => report,
    }
}

/// Formats files of a generated crate one after another, each with its path.
///
/// # Panics
///
/// Panics if a file was not generated. The message lists the files that were generated.
#[must_use]
pub fn show(files: &Files, paths: &[&str]) -> String {
    let file = |path: &&str| {
        let text = files.get(*path).unwrap_or_else(|| panic!("{path} is not among {:?}", files.keys()));
        format!("=== {path} ===\n{text}")
    };
    paths.iter().map(file).collect::<Vec<_>>().join("\n")
}
