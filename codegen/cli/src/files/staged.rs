//! Writes several files, and changes none of them if the contents of one cannot be written.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::in_file;

/// The extension of files that will replace others.
const EXTENSION: &str = ".simba-new";

/// Files with new contents, next to the files that they will replace. If a run is interrupted or fails, each file has
/// either its old or its new contents, but never only a part of them.
///
/// When this value is dropped, the files that have not replaced others are deleted, and so are the directories that
/// were created for them.
#[derive(Debug, Default)]
pub(super) struct Staged<'c> {
    files: Vec<StagedFile<'c>>,
    /// The directories that did not exist, from the outermost to the innermost.
    directories: Vec<PathBuf>,
}

#[derive(Debug)]
struct StagedFile<'c> {
    path: PathBuf,
    target: PathBuf,
    contents: &'c [u8],
}

impl<'c> Staged<'c> {
    /// Writes the new contents of a file to a new file with the same permissions, without changing the existing file.
    pub(super) fn add(&mut self, target: PathBuf, contents: &'c [u8]) -> Result<(), String> {
        // The name contains the process ID, since other processes may write into the same directory.
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = target.with_file_name(format!(".{}-{number}{EXTENSION}", process::id()));
        let directory = target.parent().unwrap_or(Path::new(""));
        let missing = directory.ancestors().take_while(|directory| fs::symlink_metadata(directory).is_err());
        let missing: Vec<&Path> = missing.filter(|directory| !directory.as_os_str().is_empty()).collect();
        self.directories.extend(missing.into_iter().rev().map(Path::to_owned));
        let written = fs::create_dir_all(directory).and_then(|()| fs::File::create_new(&path)).and_then(|mut file| {
            self.files.push(StagedFile { path, target: target.clone(), contents });
            file.write_all(contents)?;
            match fs::metadata(&target) {
                Ok(metadata) => file.set_permissions(metadata.permissions()),
                Err(_) => Ok(()),
            }
        });
        written.map_err(|error| in_file(&target, &error))
    }

    /// Replaces the existing files with the staged ones.
    pub(super) fn replace(self) -> Result<(), String> {
        for StagedFile { path, target, contents } in &self.files {
            if let Err(error) = fs::rename(path, target)
                // Another process may have written the same contents and deleted the staged file.
                && fs::read(target).ok().as_deref() != Some(contents)
            {
                return Err(in_file(target, &error));
            }
        }
        Ok(())
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(&file.path);
        }
        // `remove_dir` does not remove directories that contain files.
        for directory in self.directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
    }
}

/// Returns whether a file name is that of a staged file, which an interrupted run may have left behind.
pub(super) fn is_staged(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(EXTENSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_or_none() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let directory = temporary.path();
        fs::create_dir_all(directory.join("full")).expect("the directory can be written");
        fs::write(directory.join("a"), "old").expect("the directory can be written");
        let mut staged = Staged::default();
        staged.add(directory.join("a"), b"new").expect("the file is written");
        staged.add(directory.join("b/c/d"), b"new").expect("the file is written");
        staged.add(directory.join("a/e"), b"new").expect_err("the parent is a file");
        drop(staged);
        assert_eq!(fs::read(directory.join("a")).expect("it is there"), b"old");
        let left = fs::read_dir(directory).expect("it is there").map(|entry| entry.expect("an entry").file_name());
        let mut left: Vec<_> = left.collect();
        left.sort();
        assert_eq!(left, ["a", "full"]);

        let mut staged = Staged::default();
        staged.add(directory.join("a"), b"new").expect("the file is written");
        staged.add(directory.join("b/c/d"), b"new").expect("the file is written");
        staged.replace().expect("the files are replaced");
        for file in ["a", "b/c/d"] {
            assert_eq!(fs::read(directory.join(file)).expect("it is there"), b"new");
        }
        assert_eq!(fs::read_dir(directory.join("b/c")).expect("it is there").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;

        let temporary = tempfile::tempdir().expect("a temporary directory");
        let directory = temporary.path();
        fs::write(directory.join("a"), "old").expect("the directory can be written");
        for mode in [0o600, 0o666] {
            fs::set_permissions(directory.join("a"), fs::Permissions::from_mode(mode)).expect("the file is ours");
            let mut staged = Staged::default();
            staged.add(directory.join("a"), b"new").expect("the file is written");
            staged.replace().expect("the file is replaced");
            let found = fs::metadata(directory.join("a")).expect("it is there").permissions().mode();
            assert_eq!(found & 0o777, mode);
        }
    }

    #[test]
    fn two_runs_may_write_the_same_file() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let directory = temporary.path();
        let (mut first, mut second) = (Staged::default(), Staged::default());
        first.add(directory.join("a"), b"new").expect("the file is written");
        second.add(directory.join("a"), b"new").expect("the file is written");
        let staged = first.files[0].path.clone();
        assert!(is_staged(&staged.file_name().expect("a name").to_string_lossy()));
        second.replace().expect("the file is replaced");
        fs::remove_file(staged).expect("the directory can be written");
        first.replace().expect("the contents are the same");

        let mut third = Staged::default();
        third.add(directory.join("a"), b"other").expect("the file is written");
        fs::remove_file(&third.files[0].path).expect("the directory can be written");
        assert!(third.replace().expect_err("the contents differ").contains("/a: "));
    }
}
