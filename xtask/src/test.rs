//! `cargo xtask test`: every test, with what some of them need besides Rust.

use std::{env, process::Command};

use crate::{files, python};

pub(crate) const HELP: &str = "\
Runs every test. Some need Python with a server to talk to: it is installed into target/venv at first.

cargo xtask test [ARGUMENTS...]

    ARGUMENTS    go to `cargo test` in place of `--workspace`, such as `-p simba-tests --test moto`

Without Python, or without a network to install from, the tests that need it say that they are left out, and why.
With CI=true that is a failure.
";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let root = files::root();
    let mut test = cargo();
    test.current_dir(&root).arg("test");
    match args {
        [] => test.arg("--workspace"),
        given => test.args(given),
    };
    match python::interpreter(&root) {
        Ok(python) => test.env("SIMBA_PYTHON", python),
        Err(problem) if env::var_os("CI").is_some_and(|ci| ci == "true") => {
            return Err(format!("with CI=true no test is left out, but those that need Python would be: {problem}"));
        }
        Err(problem) => {
            println!("note: tests that need Python are left out, each of which says so below: {problem}");
            test.env_remove("SIMBA_PYTHON").env("SIMBA_PYTHON_MISSING", problem)
        }
    };
    match test.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("tests failed; see above".to_owned()),
        Err(error) => Err(format!("cargo does not start: {error}")),
    }
}

/// The cargo that runs this command, told as little as the user's shell would tell it.
///
/// What `cargo run` tells this program about its package would be news to build scripts such as ring's: they would run
/// again, and everything after them.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.to_string_lossy().starts_with(start)) {
            cargo.env_remove(name);
        }
    }
    cargo
}
