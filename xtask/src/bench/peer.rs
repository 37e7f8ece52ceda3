//! The workspaces with programs that use this project's clients and AWS's clients.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{files, process};

/// A separate workspace, which contains the programs that are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workspace(&'static str);

/// The workspace with the programs for FSx.
pub(crate) const PEER: Workspace = Workspace("tests/bench/peer");

/// The workspace with the programs for other services. Its clients must be generated before it can be used.
pub(crate) const SERVICES: Workspace = Workspace("tests/bench/services");

/// A client and the packages in the workspace that use it.
pub(crate) struct Client {
    /// The name of the client's package.
    pub package: &'static str,
    /// The package of the program that makes one call with the client's default features.
    pub program: &'static str,
    /// The package of the program that makes one call without any features of the client.
    pub bare: Option<&'static str>,
}

/// Two clients for the same service.
pub(crate) struct Pair {
    /// The prefix for the names of this pair's figures.
    pub prefix: &'static str,
    pub workspace: Workspace,
    /// This project's client and AWS's client.
    pub clients: [Client; 2],
}

/// The clients for FSx.
pub(crate) const FSX: Pair = Pair {
    prefix: "",
    workspace: PEER,
    clients: [
        Client { package: "simba-fsx", program: "call-fsx", bare: Some("call-fsx-bare") },
        Client { package: "aws-sdk-fsx", program: "call-aws", bare: Some("call-aws-bare") },
    ],
};

/// The clients for Lambda.
pub(crate) const LAMBDA: Pair = Pair {
    prefix: "Lambda: ",
    workspace: SERVICES,
    clients: [
        Client { package: "lambda", program: "call-lambda", bare: None },
        Client { package: "aws-sdk-lambda", program: "call-aws-lambda", bare: None },
    ],
};

/// The clients for DynamoDB.
pub(crate) const DYNAMODB: Pair = Pair {
    prefix: "DynamoDB: ",
    workspace: SERVICES,
    clients: [
        Client { package: "dynamodb", program: "call-dynamodb", bare: None },
        Client { package: "aws-sdk-dynamodb", program: "call-aws-dynamodb", bare: None },
    ],
};

/// Returns the path of the directory with this name in `target/bench`.
pub(crate) fn target(name: &str) -> PathBuf {
    files::root().join("target/bench").join(name)
}

impl Workspace {
    /// Returns the directory of the workspace.
    pub(crate) fn directory(self) -> PathBuf {
        files::root().join(self.0)
    }

    /// Returns a Cargo command that runs in the workspace, without the user's environment variables that affect builds.
    pub(crate) fn cargo(self, subcommand: &str) -> Command {
        let mut cargo = process::cargo();
        cargo.current_dir(self.directory()).args([subcommand, "--locked"]);
        for (name, _) in std::env::vars_os() {
            if affects_builds(&name.to_string_lossy()) {
                cargo.env_remove(name);
            }
        }
        cargo
    }

    /// Builds the programs of a package in release mode, and returns their directory. The directory depends on the
    /// user's Cargo configuration.
    pub(crate) fn build(self, package: &str) -> Result<PathBuf, String> {
        let mut build = self.cargo("build");
        build.args(["--release", "--quiet", "--message-format=json-render-diagnostics"]);
        let messages = output(build.args(["--package", package, "--target-dir"]).arg(target(package)))?;
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut programs = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
        let program = programs.next_back().ok_or_else(|| format!("the package {package} has no program"))?;
        Ok(program.parent().map(Path::to_path_buf).unwrap_or_default())
    }

    /// Returns the dependencies of a program as sorted strings, each with a name and a version.
    pub(crate) fn crates(self, program: &str) -> Result<Vec<String>, String> {
        let mut tree = self.cargo("tree");
        tree.args(["--quiet", "--package", program, "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
        let mut crates: Vec<String> = output(tree.env("CARGO_TERM_COLOR", "never"))?
            .lines()
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .filter(|line| line.split(' ').next() != Some(program))
            .collect();
        crates.sort();
        crates.dedup();
        Ok(crates)
    }

    /// Returns the directory that contains the source of a package.
    pub(crate) fn source(self, package: &str) -> Result<PathBuf, String> {
        let metadata = output(self.cargo("metadata").args(["--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("`cargo metadata`: {error}"))?;
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let manifest =
            packages.filter(|found| found["name"] == package).find_map(|found| found["manifest_path"].as_str());
        let directory = manifest.and_then(|manifest| Path::new(manifest).parent());
        directory
            .map(|directory| directory.join("src"))
            .ok_or_else(|| format!("{package} not found by `cargo metadata`"))
    }
}

/// Returns whether an environment variable changes how Cargo builds crates, and therefore how long builds take.
fn affects_builds(name: &str) -> bool {
    let exact = ["CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL", "CARGO_TARGET_DIR", "RUSTFLAGS"];
    let starts = ["CARGO_BUILD_", "CARGO_PROFILE_", "RUSTC_W"];
    exact.contains(&name) || starts.iter().any(|start| name.starts_with(start))
}

/// Runs a command, and returns its standard output.
///
/// # Errors
///
/// Returns an error if the command fails.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cannot run `{name}`: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("`{name}` failed: {}", output.status)),
    }
}

/// Returns how many of these crates are only a different version of another crate.
pub(crate) fn in_several_versions(crates: &[String]) -> usize {
    let name = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    let mut names: Vec<String> = crates.iter().map(name).collect();
    let all = names.len();
    names.dedup();
    all - names.len()
}

/// Returns the numbers of lines and bytes in the Rust files in a directory and its subdirectories.
pub(crate) fn size(directory: &Path) -> Result<(usize, usize), String> {
    let (mut lines, mut bytes) = (0, 0);
    for file in rust_files(directory)? {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        (lines, bytes) = (lines + text.lines().count(), bytes + text.len());
    }
    Ok((lines, bytes))
}

/// Returns the Rust files in a directory and its subdirectories.
pub(crate) fn rust_files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
