//! The Python virtual environment in `target/` that some tests use.
//!
//! The environment is created with a Python on the `PATH` and the packages pinned in `tests/requirements.txt`. An
//! existing environment is reused if it was created in the same directory, from the same Python version and packages.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process;

/// The names of Python programs on the `PATH`, in the order in which they are tried.
const NAMES: [&str; 2] = if cfg!(windows) { ["python", "py"] } else { ["python3", "python"] };

/// The oldest minor version of Python 3 that the pinned packages support.
const OLDEST: u32 = 11;

/// Returns the interpreter of the virtual environment, in which all packages are installed. Creates or recreates the
/// environment if necessary.
///
/// # Errors
///
/// Returns an error if there is no suitable Python, or if the environment or the packages cannot be installed.
pub(crate) fn interpreter(root: &Path) -> Result<PathBuf, String> {
    let python = environment(root)?;
    let requirements = root.join("tests/requirements.txt");
    let pinned = fs::read_to_string(&requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    once(root, "packages", &pinned, || {
        print_line!("installing tests/requirements.txt in target/venv");
        let mut pip = command(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        process::run(pip.arg(&requirements))
    })?;
    Ok(python)
}

/// Returns the interpreter of the virtual environment. It has pip, which the Python on the `PATH` may lack. The
/// packages may not be installed yet.
///
/// # Errors
///
/// Returns an error if there is no suitable Python, or if the environment cannot be created.
pub(crate) fn environment(root: &Path) -> Result<PathBuf, String> {
    let (name, version) = find(&NAMES)?;
    let directory = directory(root);
    // The programs in the environment contain its path, so it cannot be used after it has been moved or copied.
    once(root, "environment", &format!("{version}\n{}", directory.display()), || {
        print_line!("creating target/venv");
        process::run(command(name).args(["-m", "venv", "--clear"]).arg(&directory))
    })?;
    Ok(directory.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" }))
}

fn directory(root: &Path) -> PathBuf {
    root.join("target/venv")
}

/// Runs a step, unless an earlier run completed it with the same `made_from`.
fn once(root: &Path, step: &str, made_from: &str, run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    // This file is written last, so that the result of an interrupted run is not reused.
    let stamp = directory(root).join(format!("{step}-made-from.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|before| before == made_from) {
        return Ok(());
    }
    run()?;
    fs::write(&stamp, made_from).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Returns a command that runs Python without the user's settings that change which packages Python imports and where
/// pip installs them. The settings for the index from which pip downloads packages are kept.
pub(crate) fn command(python: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(python);
    for name in ["PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET"] {
        command.env_remove(name);
    }
    // The variables `PIP_USER` and `PIP_REQUIRE_VIRTUALENV` take precedence over pip's configuration files.
    command.env("PIP_USER", "0").env("PIP_REQUIRE_VIRTUALENV", "0");
    command
}

/// Returns the name and the version of the first suitable Python.
fn find<'n>(names: &[&'n str]) -> Result<(&'n str, String), String> {
    let mut problems = Vec::new();
    for name in names {
        match version(name) {
            Ok(version) if is_supported(&version) => return Ok((name, version)),
            Ok(version) => problems.push(format!("`{name}` is {version}")),
            Err(problem) => problems.push(problem),
        }
    }
    Err(format!("Python 3.{OLDEST} or later not found: {}", problems.join(", ")))
}

/// Returns the version that Python prints, such as `Python 3.13.0`.
fn version(name: &str) -> Result<String, String> {
    let mut python = command(name);
    let output = process::output(python.arg("--version"))?;
    match output.status.success() {
        // Python 2 prints its version to standard error.
        true => Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned()),
        false => Err(process::failed(&python, output.status)),
    }
}

fn is_supported(version: &str) -> bool {
    let minor = version.strip_prefix("Python 3.").and_then(|rest| rest.split('.').next());
    minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor >= OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suitable_python_is_found_by_its_version() {
        for (version, expected) in [
            ("Python 3.9.18", false),
            ("Python 3.10.13", false),
            ("Python 3.11.2", true),
            ("Python 3.13.0rc1", true),
            ("Python 2.7.18", false),
            ("", false),
        ] {
            assert_eq!(is_supported(version), expected, "{version}");
        }
        let problem = find(&["no-such-python"]).unwrap_err();
        let expected = "Python 3.11 or later not found: cannot run `no-such-python --version`: ";
        assert!(problem.starts_with(expected), "{problem}");
    }

    #[test]
    fn a_step_is_repeated_if_its_source_changes_or_it_failed() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory(root.path())).unwrap();
        let run = |made_from, result: Result<(), String>| {
            let mut is_run = false;
            let step = || {
                is_run = true;
                result
            };
            let _ = once(root.path(), "step", made_from, step);
            is_run
        };
        assert!(run("a", Err("failed".to_owned())) && run("a", Ok(())) && !run("a", Ok(())));
        assert!(run("b", Ok(())) && !run("b", Ok(())));
    }

    #[test]
    fn settings_of_the_user_are_removed() {
        let command = command("python3");
        let variables: Vec<_> = command.get_envs().collect();
        for removed in ["PYTHONHOME", "PYTHONPATH", "PIP_TARGET"] {
            assert!(variables.contains(&(OsStr::new(removed), None)), "{removed}");
        }
        for disabled in ["PIP_USER", "PIP_REQUIRE_VIRTUALENV"] {
            assert!(variables.contains(&(OsStr::new(disabled), Some(OsStr::new("0")))), "{disabled}");
        }
    }
}
