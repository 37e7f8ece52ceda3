//! The external requirements of some tests: Python, which runs a mock server and AWS's own code, and the source
//! distribution of botocore, which contains AWS's tests.
//!
//! `cargo xtask test` sets environment variables to the locations of the requirements. If a requirement of a test is
//! missing, the test is skipped with a message on standard error.

use std::{env, io::Write as _, path::PathBuf, thread};

/// Returns the path of a Python interpreter with the packages in `requirements.txt`. If it is missing, the test must be
/// skipped.
///
/// # Panics
///
/// Panics if the interpreter is missing and `CI=true` is set, since no test may be skipped in CI.
#[must_use]
pub fn python() -> Option<PathBuf> {
    find("SIMBA_PYTHON", "it needs Python and packages, which `cargo xtask test` installs")
}

/// Returns the directory with botocore's source distribution. If it is missing, the test must be skipped.
///
/// # Panics
///
/// Panics if the directory is missing and `CI=true` is set, since no test may be skipped in CI.
#[must_use]
pub fn botocore() -> Option<PathBuf> {
    find("SIMBA_BOTOCORE", "it needs the source distribution of botocore, which `cargo xtask test` downloads")
}

/// Returns the path in an environment variable. If the variable is not set, prints why the test is skipped. The
/// variable with the suffix `_MISSING` may contain a more precise reason.
fn find(variable: &str, why: &str) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let reason = env::var(format!("{variable}_MISSING")).unwrap_or_else(|_| why.to_owned());
    assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "no test may be skipped with CI=true: {reason}");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // `eprintln!` cannot be used, since its output is displayed only if the test fails. An error cannot be reported, so
    // it is ignored.
    let _ = writeln!(std::io::stderr(), "skipped {test}: {reason}");
    None
}
