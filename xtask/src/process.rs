//! Other programs, and what is said when they fail.

use std::{
    env,
    process::{Command, Stdio},
};

/// Runs a program that says itself what is wrong.
///
/// # Errors
///
/// One sentence that names the program and its arguments.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy());
    let shown = words.collect::<Vec<_>>().join(" ");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed: {status}")),
        Err(error) => Err(format!("`{shown}` does not start: {error}")),
    }
}

/// The cargo that runs this program, told as little as the user's shell would tell it.
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
