//! Runs Cargo for tests that build or run generated code.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value;
use simba_codegen::{Files, Options};

use crate::{options, text, workspace};

/// Returns a Cargo command that does not use the network. The first call downloads all packages in the workspace's
/// `Cargo.lock`, since a test that builds a crate may need packages that the tests themselves do not need.
///
/// # Panics
///
/// Panics if a package is missing and cannot be downloaded.
#[must_use]
pub fn cargo() -> Command {
    static FETCHED: OnceLock<()> = OnceLock::new();
    FETCHED.get_or_init(fetch);
    let mut cargo = program(cargo_path());
    // Tests read the output, so it must not contain colors.
    cargo.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never");
    cargo
}

/// Returns a command without some of the user's environment variables: those that determine the servers or credentials
/// that a client uses, the repository that Git uses, or the packages that Python imports.
///
/// The variables that Cargo sets for the package of a test are also removed. Build scripts such as ring's depend on
/// these variables and would run again. Everything that depends on these scripts would then be rebuilt, even in the
/// next ordinary build.
#[must_use]
pub fn program(path: impl AsRef<OsStr>) -> Command {
    without(path, &["AWS_", "CARGO_MANIFEST_", "CARGO_PKG_", "GIT_", "PYTHON", "SSL_CERT_"], &["_PROXY"])
}

/// Returns a command without the variables whose names have one of these prefixes or suffixes, regardless of case.
fn without(path: impl AsRef<OsStr>, starts: &[&str], ends: &[&str]) -> Command {
    let mut command = Command::new(path);
    for (name, _) in env::vars_os() {
        let upper = name.to_string_lossy().to_uppercase();
        if starts.iter().any(|start| upper.starts_with(start)) || ends.iter().any(|end| upper.ends_with(end)) {
            command.env_remove(name);
        }
    }
    command
}

/// Builds a program in the target directory of the tests. Returns the program's path, which depends on Cargo's
/// configuration, such as the target platform. `temporary` is the value of `CARGO_TARGET_TMPDIR`.
///
/// # Panics
///
/// Panics if Cargo fails.
#[must_use]
pub fn build(temporary: &str, directory: &Path, arguments: &[&str]) -> PathBuf {
    let mut cargo = cargo();
    cargo.args(["build", "--quiet", MESSAGES, "--target-dir"]).arg(target(temporary)).args(arguments);
    let output = cargo.current_dir(directory).stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("cargo does not start: {error}"));
    assert!(output.status.success(), "cargo build {} fails", arguments.join(" "));
    executable(&output.stdout)
}

/// The option that makes Cargo print the paths of the files that it builds.
const MESSAGES: &str = "--message-format=json-render-diagnostics";

/// Returns the path of the last program that Cargo built, according to its messages.
fn executable(messages: &[u8]) -> PathBuf {
    let messages = messages.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut paths = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    paths.next_back().unwrap_or_else(|| panic!("cargo has built no program"))
}

/// Returns the target directory in which the tests were built. Tests also build in this directory, so that dependencies
/// are built only once. `temporary` is the value of `CARGO_TARGET_TMPDIR`.
#[must_use]
pub fn target(temporary: &str) -> &Path {
    let temporary = Path::new(temporary);
    let directory = temporary.parent().unwrap_or(temporary);
    // If a target platform is configured, Cargo inserts a directory for it.
    let platform = format!("{}-", env::consts::ARCH);
    let is_platform = directory.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&platform));
    directory.parent().filter(|_| is_platform).unwrap_or(directory)
}

/// Escapes a path for a quoted string in a manifest. The result does not include the quotes.
#[must_use]
pub fn in_toml(path: &Path) -> String {
    // A JSON string is also a valid TOML string, unlike Rust's debug output.
    let quoted = Value::from(path.display().to_string()).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}

fn cargo_path() -> PathBuf {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into()
}

/// Downloads missing packages. Does not use the network if none are missing.
fn fetch() {
    let run = |arguments: &[&str]| {
        // The user's proxy settings are kept, since downloads may need them.
        let output = without(cargo_path(), &["CARGO_MANIFEST_", "CARGO_PKG_"], &[])
            .args(arguments)
            .current_dir(workspace())
            .output();
        let output = output.unwrap_or_else(|error| panic!("cargo does not start: {error}"));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "the packages in Cargo.lock are missing and cannot be downloaded; run `cargo fetch --locked`\n{stderr}"
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    run(&["fetch", "--quiet", "--locked", "--target", host]);
}

/// A workspace of generated crates in the target directory. A single run of Cargo builds all of them.
#[derive(Debug)]
pub struct Crates {
    directory: PathBuf,
    target: PathBuf,
    members: Vec<String>,
}

impl Crates {
    /// Creates an empty workspace in the directory `name` of `temporary`, which is the value of `CARGO_TARGET_TMPDIR`.
    ///
    /// # Panics
    ///
    /// Panics if the directory cannot be emptied.
    #[must_use]
    pub fn new(temporary: &str, name: &str) -> Self {
        let directory = Path::new(temporary).join(name);
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        Self { directory, target: target(temporary).to_owned(), members: Vec::new() }
    }

    /// Returns the options for generating a member.
    #[must_use]
    pub fn options(name: &str) -> Options {
        let path = |name: &str| {
            let directory = workspace().join("codegen").join(name);
            format!("{{ path = \"{}\" }}", in_toml(&directory))
        };
        let (runtime, aws_config) = (path("runtime"), path("aws-config"));
        Options { crate_name: Some(name.to_owned()), runtime, aws_config, ..options() }
    }

    /// Adds a crate, whose compiler warnings are treated as errors.
    ///
    /// # Panics
    ///
    /// Panics if the crate cannot be written.
    pub fn add(&mut self, name: &str, files: &Files) {
        for (path, text) in files {
            let path = self.directory.join(name).join(path);
            let strict = format!("{text}\n[lints.rust]\nwarnings = \"deny\"\n");
            let text = if path.ends_with("Cargo.toml") { &strict } else { text };
            let written = fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| fs::write(&path, text));
            written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        self.members.push(name.to_owned());
    }

    /// Runs Cargo in the workspace, with the target directory of the tests. Warnings from rustdoc are treated as
    /// errors.
    ///
    /// # Panics
    ///
    /// Panics if Cargo fails. The message contains its output.
    pub fn run(&self, arguments: &[&str]) {
        self.output(arguments);
    }

    /// Builds the program of a member in the same way as [`run`](Self::run), and returns its path.
    ///
    /// # Panics
    ///
    /// Panics if Cargo fails.
    #[must_use]
    pub fn build(&self, name: &str) -> PathBuf {
        executable(&self.output(&["build", "--package", name, MESSAGES]).stdout)
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {:?}\n", self.members);
        for (name, text) in [("Cargo.toml", &manifest), ("Cargo.lock", &text(&workspace().join("Cargo.lock")))] {
            let path = self.directory.join(name);
            fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        let mut cargo = cargo();
        cargo.args(arguments).args(["--quiet", "--no-default-features", "--target-dir"]).arg(&self.target);
        let output = cargo.env("RUSTDOCFLAGS", "-D warnings").current_dir(&self.directory).output();
        let output = output.unwrap_or_else(|error| panic!("cargo does not start: {error}"));
        // Test failures are printed to standard output.
        let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
        assert!(output.status.success(), "cargo {}: {said}", arguments.join(" "));
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_directory_contains_those_of_platforms() {
        assert_eq!(target("/a/target/tmp"), Path::new("/a/target"));
        let platform = format!("/a/target/{}-unknown-linux-gnu/tmp", env::consts::ARCH);
        assert_eq!(target(&platform), Path::new("/a/target"));
    }
}
