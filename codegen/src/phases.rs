//! The individual phases of [`generate`](crate::generate), for benchmarks.
//!
//! The inputs and outputs of phases have opaque types. All phases use a single thread.

use std::collections::BTreeMap;

use crate::{
    Files, Options, Report, Source, Tests,
    emit::{self, FileTokens},
    ir, lower, model, parallel, render,
};

/// A loaded model.
pub struct Loaded(model::Model);

/// A lowered service.
pub struct Lowered(ir::Service);

/// The tokens of a crate's files.
#[derive(Clone)]
pub struct Emitted(BTreeMap<String, FileTokens>);

/// Loads the files of a model.
///
/// # Errors
///
/// Returns all problems with the files.
pub fn load(sources: &[Source]) -> Result<Loaded, Report> {
    parallel::alone(|| crate::load(sources)).map(|(model, _)| Loaded(model))
}

/// Lowers the service in a model to the intermediate representation.
///
/// # Errors
///
/// Returns all problems with the model.
pub fn lower(model: &Loaded, options: &Options) -> Result<Lowered, Report> {
    let mut report = Report::default();
    parallel::alone(|| lower::lower(&model.0, options, &mut report)).map(Lowered).ok_or(report)
}

/// Emits the files of the crate as tokens.
#[must_use]
pub fn emit(service: &Lowered) -> Emitted {
    let examples = emit::Examples::of(&service.0);
    let files = emit::rust_files(&examples, Tests::Omit);
    Emitted(files.into_iter().filter_map(|file| Some((file.path, (file.emit)()?))).collect())
}

/// Formats the tokens.
///
/// # Errors
///
/// Returns an error if the tokens are not valid Rust, which is a bug in the generator.
pub fn render(files: Emitted) -> Result<Files, String> {
    files.0.into_iter().map(|(path, file)| render::rust(&path, file).map(|text| (path, text))).collect()
}

/// Returns the IDs of all known traits that do not affect clients, and the reason for each.
pub fn ignored_traits() -> impl Iterator<Item = (&'static str, &'static str)> {
    model::KNOWN_TRAITS.iter().filter_map(|(id, treatment)| match treatment {
        model::Treatment::Ignored(reason) => Some((*id, *reason)),
        model::Treatment::Read | model::Treatment::Protocol => None,
    })
}

/// Returns the IDs of all traits that the generator reads. There may be duplicates.
pub fn traits_that_are_read() -> impl Iterator<Item = &'static str> {
    let read = model::KNOWN_TRAITS.iter().filter(|(_, treatment)| matches!(treatment, model::Treatment::Read));
    read.map(|(id, _)| *id).chain(lower::traits_of_protocols())
}
