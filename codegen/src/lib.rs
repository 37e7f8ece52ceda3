//! Reads a Smithy service model and emits a Rust client crate: a pure library, no I/O.
//!
//! The data's way is one direction, no way back:
//! texts → [`model`] → [`lower`] → [`ir`] → [`emit`] → [`render`] → [`Files`].

mod diagnostic;
mod emit;
pub mod import;
mod ir;
mod lower;
mod markdown;
mod model;
mod render;

pub use diagnostic::{Diagnostic, Report, Severity};
pub use render::{Files, HEADER};

/// A file of a model: JSON AST as text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name, as problems cite it.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// What the model does not say.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the crate; by default it comes from the service's id.
    pub crate_name: Option<String>,
    /// The operations to keep, by name, with all that they reach; by default all of them.
    pub operations: Option<Vec<String>>,
    /// The dependency on the runtime, as TOML: a version in quotes, or a table in braces.
    pub runtime: String,
    /// Whether the crate is a member of the workspace that generates it.
    pub member: bool,
    /// AWS's partitions, as `models/partitions.json` has them: endpoint rules may ask for them.
    pub partitions: String,
}

/// A generated crate.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Its files, by path inside the crate.
    pub files: Files,
    /// The crate's name.
    pub crate_name: String,
    /// How many operations it has.
    pub operations: usize,
    /// How many structures, unions and enumerations it has, errors and requests included.
    pub types: usize,
    /// What the reader should know: parts that were left out, and why.
    pub warnings: Report,
}

/// Generates a crate from the files of a model.
///
/// # Errors
///
/// All problems of the model that forbid to generate, found in one run.
pub fn generate(sources: &[Source], options: &Options) -> Result<Generated, Report> {
    let mut report = Report::default();
    let model = model::load(sources, &mut report);
    if report.has_errors() {
        return Err(report);
    }
    let Some(service) = lower::lower(&model, options, &mut report) else { return Err(report) };
    let manifest = emit::Manifest { runtime: &options.runtime, member: options.member };
    let mut files = Files::from([("Cargo.toml".to_owned(), manifest.text(&service))]);
    for (path, tokens) in emit::rust_files(&service) {
        match render::rust(&path, tokens) {
            Ok(text) => {
                files.insert(path, text);
            }
            Err(problem) => {
                report.error(problem).help("please report this model");
            }
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    Ok(Generated {
        files,
        operations: service.operations.len(),
        types: service.types.len() + service.errors.len() + 2 * service.operations.len(),
        crate_name: service.crate_name,
        warnings: report,
    })
}
