//! Runs other programs, and reports failures.

use std::{
    env,
    process::{Command, ExitStatus, Output, Stdio},
};

/// Runs a program that prints its own error messages.
///
/// # Errors
///
/// Returns an error if the program fails. The message contains the program and its arguments.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(command, status)),
        Err(error) => Err(not_run(command, &error)),
    }
}

/// Runs a program and returns its output, even if it fails.
///
/// # Errors
///
/// Returns an error if the program cannot be run. The message contains the program and its arguments.
pub(crate) fn output(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|error| not_run(command, &error))
}

/// Describes the failure of a program.
pub(crate) fn failed(command: &Command, status: ExitStatus) -> String {
    format!("`{}` failed: {status}", shown(command))
}

fn not_run(command: &Command, error: &std::io::Error) -> String {
    format!("cannot run `{}`: {error}", shown(command))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

/// Returns a command for the Cargo that started this program, without the variables that Cargo sets for this package.
///
/// Build scripts such as ring's depend on these variables, and would run again if the variables were set. Everything
/// that depends on the build scripts would then be rebuilt.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.to_string_lossy().starts_with(start)) {
            cargo.env_remove(name);
        }
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_contain_the_program() {
        let problem = run(Command::new("no-such-program").arg("--now")).unwrap_err();
        assert!(problem.starts_with("cannot run `no-such-program --now`: "), "{problem}");
        assert_eq!(output(Command::new("no-such-program").arg("--now")).unwrap_err(), problem);
        let problem = run(cargo().arg("--no-such-flag").stderr(Stdio::null())).unwrap_err();
        assert!(problem.contains("cargo --no-such-flag` failed: exit status: 1"), "{problem}");
    }
}
