//! The root directory of the workspace, and the file functions of `simba-cli`.

use std::path::{Path, PathBuf};

pub(crate) use simba_cli::files::*;
use simba_cli::{Error, report::Format};
use simba_codegen::{Report, Source};

/// Returns the root directory of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// Prints the problems with a model, and returns the other problems as a message.
pub(crate) fn reported(error: Error) -> String {
    Format::Human.print_report(&error.report, &error.sources);
    error.to_string()
}

/// Prints the problems with a model that was rejected, and returns a summary.
pub(crate) fn rejected(report: Report, sources: &[Source]) -> String {
    reported(Error::of_model(report, sources.to_vec()))
}
