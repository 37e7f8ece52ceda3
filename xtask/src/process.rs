//! Runs other programs, and reports failures.

use std::{
    env,
    process::{Command, Stdio},
};

/// Runs a program that prints its own error messages.
///
/// # Errors
///
/// If the program fails. The message contains the program and its arguments.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy());
    let shown = words.collect::<Vec<_>>().join(" ");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed: {status}")),
        Err(error) => Err(format!("`{shown}` does not start: {error}")),
    }
}

/// Returns a command for the cargo that runs this program, without the variables that it sets for this package.
///
/// Build scripts such as ring's depend on these variables, and would run again, as would everything that depends on
/// them.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.to_string_lossy().starts_with(start)) {
            cargo.env_remove(name);
        }
    }
    cargo
}
