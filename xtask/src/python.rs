//! The Python virtual environment in target/ that some tests use.
//!
//! It is created with the Python on the PATH and the packages pinned in tests/requirements.txt. An existing environment
//! is reused if it was created from the same version and packages.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process;

/// Returns the interpreter of the virtual environment. Creates or recreates the environment if necessary.
///
/// # Errors
///
/// Returns an error if something is missing, or if a step fails.
pub(crate) fn interpreter(root: &Path) -> Result<PathBuf, String> {
    let version = version()?;
    let requirements = root.join("tests/requirements.txt");
    let pinned = fs::read_to_string(&requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    let folder = root.join("target/venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });

    // This file is written last, so that an incomplete environment is not reused.
    let stamp = folder.join("made-from.txt");
    let made_from = format!("{version}\n{pinned}");
    if fs::read_to_string(&stamp).is_ok_and(|before| before == made_from) {
        return Ok(python);
    }
    println!("creating target/venv");
    process::run(Command::new(NAME).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
    process::run(&mut pip)?;
    fs::write(&stamp, made_from).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

/// The name of Python on the PATH.
pub(crate) const NAME: &str = if cfg!(windows) { "python" } else { "python3" };

/// Returns the version that the Python on the PATH prints.
fn version() -> Result<String, String> {
    let mut python = Command::new(NAME);
    let output = process::output(python.arg("--version"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(process::failed(&python, output.status)),
    }
}
