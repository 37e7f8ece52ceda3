//! Cargo, for the tests that build or run what was generated.

use std::{env, process::Command};

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
