//! `cargo xtask test`: runs all tests, and provides the external tools that some of them need.

use std::{env, path::PathBuf, process::Command};

use crate::{botocore, files, process, python};

pub(crate) const HELP: &str = "\
Runs every test. Some need Python, with a server to talk to and AWS's own client to compare with: it is installed into
target/venv at first. Some are AWS's own: the source distribution of botocore is downloaded into target/botocore.

cargo xtask test [ARGUMENTS...]

    ARGUMENTS    go to `cargo test` in place of `--workspace --no-fail-fast`, such as `-p simba-tests --test moto`

Without Python, or without a network to install from, the tests that need them say that they are left out, and why.
With CI=true that is a failure.
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
    process::run(&mut test).map_err(|_| "tests failed; see above".to_owned())
}

/// Sets a variable to the path of a tool that tests need, or to the reason why it is missing.
fn provide(test: &mut Command, variable: &str, found: Result<PathBuf, String>) -> Result<(), String> {
    match found {
        Ok(path) => {
            test.env(variable, path);
        }
        Err(problem) if env::var_os("CI").is_some_and(|ci| ci == "true") => {
            return Err(format!("with CI=true no test is left out, but some would be: {problem}"));
        }
        Err(problem) => {
            println!("note: some tests are left out, each of which says so below: {problem}");
            test.env_remove(variable).env(format!("{variable}_MISSING"), problem);
        }
    }
    Ok(())
}
