//! What some tests need besides Rust: Python, for a server to talk to or for AWS's own code to compare with, and the
//! source distribution of botocore, which carries tests that AWS wrote.
//!
//! In: variables that `cargo xtask test` sets. Out: where the thing is, or a word on standard error that the test is
//! left out.

use std::{env, io::Write as _, path::PathBuf, thread};

/// The Python to run, with the packages of `requirements.txt`; without one the test that asks is to be left out.
///
/// # Panics
///
/// If there is none and CI=true: there, no test may be left out.
#[must_use]
pub fn python() -> Option<PathBuf> {
    find("SIMBA_PYTHON", "it needs Python and packages, which `cargo xtask test` installs")
}

/// The folder of botocore's source distribution; without one the test that asks is to be left out.
///
/// # Panics
///
/// If there is none and CI=true: there, no test may be left out.
#[must_use]
pub fn botocore() -> Option<PathBuf> {
    find("SIMBA_BOTOCORE", "it needs the source distribution of botocore, which `cargo xtask test` downloads")
}

/// What a variable names; without it, says why the test is left out, which another variable may know better.
fn find(variable: &str, why: &str) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let reason = env::var(format!("{variable}_MISSING")).unwrap_or_else(|_| why.to_owned());
    assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "with CI=true no test is left out, but {reason}");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // Not with `eprintln!`, which nobody sees unless the test fails. If this fails too, there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "left out: {test}: {reason}");
    None
}
