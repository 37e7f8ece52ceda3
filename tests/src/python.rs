//! The Python that some tests need: for a server to talk to, or for AWS's own code to compare with.
//!
//! In: the variable SIMBA_PYTHON, which `cargo xtask test` sets to the interpreter of a virtual environment with
//! `requirements.txt` installed. Out: that interpreter, or a word on standard error that the test is left out.

use std::{env, io::Write as _, path::PathBuf, thread};

/// The Python to run, with the packages of `requirements.txt`; without one the test that asks is to be left out.
///
/// # Panics
///
/// If there is none and CI=true: there, no test may be left out.
#[must_use]
pub fn python() -> Option<PathBuf> {
    if let Some(python) = env::var_os("SIMBA_PYTHON") {
        return Some(python.into());
    }
    let reason = env::var("SIMBA_PYTHON_MISSING")
        .unwrap_or_else(|_| "it needs Python and packages, which `cargo xtask test` installs".to_owned());
    assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "with CI=true no test is left out, but {reason}");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // Not with `eprintln!`, which nobody sees unless the test fails. If this fails too, there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "left out: {test}: {reason}");
    None
}
