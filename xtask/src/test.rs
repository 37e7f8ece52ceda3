//! `cargo xtask test`: runs all tests, and provides the external tools that some of them need.

use std::{env, path::PathBuf, process::Command};

use crate::{botocore, files, process, python};

pub(crate) const HELP: &str = "\
Run all tests. First, install the external tools that some of them use: the Python packages listed in
tests/requirements.txt, such as a mock server and AWS's client, into target/venv, and botocore into target/botocore.

Usage: cargo xtask test [ARGUMENTS...]

Arguments:
    ARGUMENTS...    arguments of `cargo test`, such as `-p simba-tests --test moto` (default: --workspace --no-fail-fast)

Tests that need Python or network access are skipped with a note if these are not available. If CI=true is set, they
fail instead.
";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let root = files::root();
    let mut test = process::cargo();
    test.current_dir(&root).arg("test");
    match args {
        [] => test.args(["--workspace", "--no-fail-fast"]),
        given => test.args(given),
    };
    provide(&mut test, "SIMBA_PYTHON", python::interpreter(&root))?;
    provide(&mut test, "SIMBA_BOTOCORE", botocore::source(&root))?;
    process::run(&mut test).map_err(|_| "tests failed".to_owned())
}

/// Sets an environment variable to the path of a tool that tests need. If the tool is missing, returns an error in CI.
/// Outside CI, sets a variable with the suffix `_MISSING` to the reason.
fn provide(test: &mut Command, variable: &str, found: Result<PathBuf, String>) -> Result<(), String> {
    match found {
        Ok(path) => {
            test.env(variable, path);
        }
        Err(problem) if env::var_os("CI").is_some_and(|ci| ci == "true") => return Err(problem),
        Err(problem) => {
            print_line!("tests skipped: {problem}");
            test.env_remove(variable).env(format!("{variable}_MISSING"), problem);
        }
    }
    Ok(())
}
