//! External requirements of some tests: Python, which runs a server or AWS's code to compare with, and the source
//! distribution of botocore, which contains AWS's tests.
//!
//! `cargo xtask test` sets the variables that locate them. A test whose requirement is missing is skipped with a
//! message on the standard error.

use std::{env, io::Write as _, path::PathBuf, thread};

/// Returns the Python interpreter with the packages of `requirements.txt`. Without it, the test has to be skipped.
///
/// # Panics
///
/// Panics if it is missing and CI=true, since no test may be skipped in CI.
#[must_use]
pub fn python() -> Option<PathBuf> {
    find("SIMBA_PYTHON", "it needs Python and packages, which `cargo xtask test` installs")
}

/// Returns the folder of botocore's source distribution. Without it, the test has to be skipped.
///
/// # Panics
///
/// Panics if it is missing and CI=true, since no test may be skipped in CI.
#[must_use]
pub fn botocore() -> Option<PathBuf> {
    find("SIMBA_BOTOCORE", "it needs the source distribution of botocore, which `cargo xtask test` downloads")
}

/// Returns the path in a variable. If it is not set, prints why the test is skipped; another variable may contain a
/// more precise reason.
fn find(variable: &str, why: &str) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let reason = env::var(format!("{variable}_MISSING")).unwrap_or_else(|_| why.to_owned());
    assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "with CI=true no test is left out, but {reason}");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // `eprintln!` is only shown if the test fails. A failed write cannot be reported.
    let _ = writeln!(std::io::stderr(), "left out: {test}: {reason}");
    None
}
