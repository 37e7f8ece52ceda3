//! Downloads the source distribution of botocore, with AWS's tests and models.
//!
//! A fixed version is downloaded once, verified, and unpacked to `target/`. No part of it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{files, process, python};

/// The version that tests use. Tests print the version, so that results can be reproduced.
pub(crate) const VERSION: &str = "1.44.5";

/// The SHA-256 checksum of the archive of [`VERSION`].
const SHA256: &str = "a988f39e3a4484def0b8010f41128f71157da0515a4804fccce4739aa8f216da";

/// Returns the directory that contains botocore's `botocore/` and `tests/` directories. Downloads botocore if
/// necessary.
///
/// # Errors
///
/// Returns an error if the archive cannot be downloaded, read, or unpacked, or if its checksum does not match.
pub(crate) fn source(root: &Path) -> Result<PathBuf, String> {
    let directory = root.join("target").join("botocore");
    let unpacked = directory.join(format!("botocore-{VERSION}"));
    // The directory is given its final name only when it is complete.
    if unpacked.is_dir() {
        return Ok(unpacked);
    }
    fs::create_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let archive = directory.join(format!("botocore-{VERSION}.tar.gz"));
    if !archive.is_file() {
        download(root, &directory)?;
    }
    check(&archive)?;

    let fresh = directory.join(format!("unpacking-{}", std::process::id()));
    let mut python = python::command(python::environment(root)?);
    process::run(python.args(["-m", "tarfile", "-e"]).args([&archive, &fresh]))?;
    let moved = fs::rename(fresh.join(format!("botocore-{VERSION}")), &unpacked);
    // Errors are ignored, since a temporary directory that remains in `target/` does no harm.
    drop(fs::remove_dir_all(&fresh));
    match moved {
        // Another process has already unpacked the archive.
        Err(_) if unpacked.is_dir() => Ok(unpacked),
        Err(error) => Err(format!("{}: {error}", unpacked.display())),
        Ok(()) => Ok(unpacked),
    }
}

/// Downloads the archive with pip, from the index that pip is configured to use.
fn download(root: &Path, directory: &Path) -> Result<(), String> {
    let mut pip = python::command(python::environment(root)?);
    print_line!("downloading {}", files::shown(&directory.join(format!("botocore-{VERSION}.tar.gz"))));
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    // Only botocore itself must be a source distribution. The packages that pip needs to read its metadata may be
    // wheels.
    pip.args(["--no-binary=botocore", "--dest"]).arg(directory).arg(format!("botocore=={VERSION}"));
    process::run(&mut pip)
}

/// Verifies the archive. If the checksum does not match, deletes the archive, so that the next run downloads it again.
fn check(archive: &Path) -> Result<(), String> {
    let bytes = fs::read(archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if sha256 == SHA256 {
        return Ok(());
    }
    drop(fs::remove_file(archive));
    Err(format!(
        "checksum mismatch in {}: expected SHA-256 {SHA256}, computed {sha256}; the file was deleted",
        archive.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_that_is_not_the_expected_one_is_refused_and_deleted() {
        let directory = tempfile::tempdir().unwrap();
        let archive = directory.path().join("target/botocore").join(format!("botocore-{VERSION}.tar.gz"));
        fs::create_dir_all(archive.parent().unwrap()).unwrap();
        fs::write(&archive, "no archive").unwrap();
        let problem = source(directory.path()).unwrap_err();
        let found = "7275b9d1e6c0314c52bfca6c77534b8eaa3a8454a5c74b20e3e5f983e32c6877";
        let archive_shown = archive.display();
        let expected = format!(
            "checksum mismatch in {archive_shown}: expected SHA-256 {SHA256}, computed {found}; the file was deleted"
        );
        assert_eq!(problem, expected);
        assert!(!archive.exists());
    }
}
