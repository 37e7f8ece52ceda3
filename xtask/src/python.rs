//! The virtual environment that some tests need, under target/.
//!
//! In: the Python on the PATH and tests/requirements.txt, which pins every package. Out: an interpreter that has them;
//! an environment that was made from the same of both is taken as it is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process;

/// The interpreter of the workspace's virtual environment, which is made or renewed if need be.
///
/// # Errors
///
/// One sentence about what is missing, or which step did not work.
pub(crate) fn interpreter(root: &Path) -> Result<PathBuf, String> {
    let version = version()?;
    let requirements = root.join("tests/requirements.txt");
    let pinned = fs::read_to_string(&requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    let folder = root.join("target/venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });

    // It is written last, so that an environment that was not completed is not taken for one.
    let stamp = folder.join("made-from.txt");
    let made_from = format!("{version}\n{pinned}");
    if fs::read_to_string(&stamp).is_ok_and(|before| before == made_from) {
        return Ok(python);
    }
    println!("making target/venv from tests/requirements.txt");
    process::run(Command::new(NAME).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
    process::run(&mut pip)?;
    fs::write(&stamp, made_from).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

/// What Python is called on the PATH.
pub(crate) const NAME: &str = if cfg!(windows) { "python" } else { "python3" };

/// What the Python on the PATH calls itself.
fn version() -> Result<String, String> {
    let output = Command::new(NAME).arg("--version").output();
    let output = output.map_err(|error| format!("there is no {NAME} on the PATH ({error})"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(format!("`{NAME} --version` does not work")),
    }
}
