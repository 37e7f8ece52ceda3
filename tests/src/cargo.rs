//! Cargo, for the tests that build or run what was generated.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use simba_codegen::{Files, Options};

use crate::{options, text, workspace};

/// The cargo that runs the tests, told as little as the user's shell would tell it.
///
/// What cargo tells a test about its package would be news to build scripts such as ring's: they would run again, and
/// everything after them, in the folder of the next build as well.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.to_string_lossy().starts_with(start)) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Generated crates that are members of one workspace under the target folder, so that one run of cargo does for all.
#[derive(Debug)]
pub struct Crates {
    folder: PathBuf,
    members: Vec<String>,
}

impl Crates {
    /// An empty workspace in the folder that cargo gives to tests.
    ///
    /// # Panics
    ///
    /// If it cannot be emptied.
    #[must_use]
    pub fn new(temporary: &str, name: &str) -> Self {
        let folder = Path::new(temporary).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self { folder, members: Vec::new() }
    }

    /// The options to generate a member with.
    #[must_use]
    pub fn options(name: &str) -> Options {
        let runtime = workspace().join("codegen/runtime");
        let runtime = format!("{{ path = {:?} }}", runtime.display().to_string());
        Options { crate_name: Some(name.to_owned()), runtime, member: true, ..options() }
    }

    /// Adds a crate; its warnings will be errors.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn add(&mut self, name: &str, files: &Files) {
        for (path, text) in files {
            let path = self.folder.join(name).join(path);
            let strict = text.replace("[lints.rust]\n", "[lints.rust]\nwarnings = \"deny\"\n");
            let text = if path.ends_with("Cargo.toml") { &strict } else { text };
            let written = fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| fs::write(&path, text));
            written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        self.members.push(name.to_owned());
    }

    /// Runs cargo over all of them, without the network and with the target folder of the tests. It has to succeed, and
    /// rustdoc to have no warning.
    ///
    /// # Panics
    ///
    /// If it fails; the message is what cargo says.
    pub fn run(&self, arguments: &[&str]) {
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {:?}\n", self.members);
        for (name, text) in [("Cargo.toml", &manifest), ("Cargo.lock", &text(&workspace().join("Cargo.lock")))] {
            let path = self.folder.join(name);
            fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        // The folder for tests is in the target folder.
        let target = self.folder.ancestors().nth(2).unwrap_or(&self.folder);
        let mut cargo = cargo();
        cargo.args(arguments).args(["--offline", "--quiet", "--no-default-features", "--target-dir"]).arg(target);
        let output = cargo.env("RUSTDOCFLAGS", "-D warnings").current_dir(&self.folder).output();
        let output = output.unwrap_or_else(|error| panic!("cargo does not start: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {}: {said}", arguments.join(" "));
    }
}
