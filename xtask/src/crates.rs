//! Generated crates that are built only to be tried: members of one workspace under target/, so that what they depend
//! on is built once.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use simba_codegen::Files;

use crate::{
    files::{self, Difference},
    process,
};

/// A workspace of crates that are thrown away.
pub(crate) struct Crates {
    folder: PathBuf,
    members: BTreeSet<String>,
}

impl Crates {
    /// An empty workspace in `target/<name>` of this one.
    pub(crate) fn new(name: &str) -> Self {
        Self { folder: files::root().join("target").join(name), members: BTreeSet::new() }
    }

    /// Where the workspace is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The dependency of a member on this workspace's runtime.
    pub(crate) fn runtime(&self) -> Result<String, String> {
        crate::codegen::path_to("runtime", &self.folder.join("crates/member"))
    }

    /// The dependency of a member on this workspace's `simba-aws-config`.
    pub(crate) fn aws_config(&self) -> Result<String, String> {
        crate::codegen::path_to("aws-config", &self.folder.join("crates/member"))
    }

    /// Adds a member; what it had before is replaced, and kept where it is the same.
    pub(crate) fn add(&mut self, name: &str, files: &Files) -> Result<(), String> {
        let folder = self.folder.join("crates").join(name);
        Difference::of(&folder, files)?.apply(&folder, files)?;
        self.members.insert(name.to_owned());
        Ok(())
    }

    /// Writes the workspace itself, with the versions of dependencies that this one has.
    pub(crate) fn finish(&self) -> Result<(), String> {
        let mut manifest = String::from("[workspace]\nresolver = \"3\"\nmembers = [\n");
        for member in &self.members {
            let _ = writeln!(manifest, "    \"crates/{member}\",");
        }
        // Nobody debugs these crates.
        manifest.push_str("]\n\n[profile.dev]\ndebug = false\nincremental = false\n");
        let failed = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        fs::create_dir_all(&self.folder).map_err(failed)?;
        fs::write(self.folder.join("Cargo.toml"), manifest).map_err(failed)?;
        let lock = files::root().join("Cargo.lock");
        if lock.is_file() {
            fs::copy(lock, self.folder.join("Cargo.lock")).map_err(failed)?;
        }
        Ok(())
    }

    /// Cargo in the workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = process::cargo();
        command.current_dir(&self.folder).arg(subcommand).arg("--target-dir").arg(self.folder.join("build"));
        command
    }
}
