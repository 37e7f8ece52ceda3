//! Temporary workspaces of generated crates in `target/`. The crates in a workspace share the builds of their
//! dependencies.

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

/// A temporary workspace of generated crates.
pub(crate) struct Crates {
    directory: PathBuf,
    members: BTreeSet<String>,
}

impl Crates {
    /// Creates an empty workspace in `target/<name>`.
    pub(crate) fn new(name: &str) -> Self {
        Self { directory: files::root().join("target").join(name), members: BTreeSet::new() }
    }

    /// Returns the directory of the workspace.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the dependency specification for the runtime in this repository, for the manifest of a member.
    pub(crate) fn runtime(&self) -> Result<String, String> {
        crate::codegen::path_to("runtime", &self.directory.join("crates/member"))
    }

    /// Returns the dependency specification for `simba-aws-config` in this repository, for the manifest of a member.
    pub(crate) fn aws_config(&self) -> Result<String, String> {
        crate::codegen::path_to("aws-config", &self.directory.join("crates/member"))
    }

    /// Adds a member. Files from an earlier run are replaced if they differ.
    pub(crate) fn add(&mut self, name: &str, files: &Files) -> Result<(), String> {
        let directory = self.directory.join("crates").join(name);
        let written = Difference::of(&directory, files).and_then(|difference| difference.apply(&directory, files));
        written.map_err(files::reported)?;
        self.members.insert(name.to_owned());
        Ok(())
    }

    /// Writes the manifest and the lock file of the workspace. Dependencies have the same versions as in this
    /// repository.
    pub(crate) fn finish(&self) -> Result<(), String> {
        let mut manifest = String::from("[workspace]\nresolver = \"3\"\nmembers = [\n");
        for member in &self.members {
            let _ = writeln!(manifest, "    \"crates/{member}\",");
        }
        // Debug information is not needed.
        manifest.push_str("]\n\n[profile.dev]\ndebug = false\nincremental = false\n");
        let failed = |error: std::io::Error| format!("{}: {error}", self.directory.display());
        fs::create_dir_all(&self.directory).map_err(failed)?;
        fs::write(self.directory.join("Cargo.toml"), manifest).map_err(failed)?;
        let lock = files::root().join("Cargo.lock");
        if lock.is_file() {
            fs::copy(lock, self.directory.join("Cargo.lock")).map_err(failed)?;
        }
        Ok(())
    }

    /// Deletes members and their build artifacts. The artifacts of their dependencies are kept.
    pub(crate) fn remove<'a>(&self, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), String> {
        if names.clone().next().is_none() {
            return Ok(());
        }
        let mut clean = self.cargo("clean");
        process::run(clean.arg("--quiet").args(names.clone().flat_map(|name| ["--package", name])))?;
        for name in names {
            let directory = self.directory.join("crates").join(name);
            fs::remove_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        }
        Ok(())
    }

    /// Returns a Cargo command for the workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = process::cargo();
        command.current_dir(&self.directory).arg(subcommand).arg("--target-dir").arg(self.directory.join("build"));
        command
    }
}
