//! The root folder of the workspace, and the file functions of `simba-cli`.

use std::path::{Path, PathBuf};

pub(crate) use simba_cli::files::*;

/// Returns the root folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}
