//! Compares the directory of a crate with the files that are generated for it, and updates the directory.

use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Read as _},
    path::Path,
};

use simba_codegen::Files;

use super::{
    count, in_file, listing, shown,
    staged::{Staged, is_staged},
};
use crate::{Error, Problem};

/// The generated file that the user may replace.
const README: &str = "README.md";

/// The directories of a crate that may contain generated files.
pub(crate) const DIRECTORIES: [&str; 2] = ["src", "tests"];

/// The differences between a directory and the files that are generated for it. Only generated files are compared,
/// written and deleted. All other files belong to the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Generated files whose contents differ, and which will be overwritten.
    pub stale: Vec<String>,
    /// Files that do not exist, which will be written.
    pub missing: Vec<String>,
    /// Generated files that are no longer generated, which will be deleted.
    pub orphans: Vec<String>,
    /// The user's files and directories, which will not be changed.
    pub left: Vec<String>,
}

impl Difference {
    /// Compares a directory with the files that are generated for it.
    ///
    /// # Errors
    ///
    /// Returns an error if a generated file would overwrite one of the user's files, or if a file cannot be read.
    pub fn of(directory: &Path, files: &Files) -> Result<Self, Error> {
        if fs::symlink_metadata(directory).is_ok() && !directory.is_dir() {
            return Err(format!("{} is not a directory", shown(directory)).into());
        }
        let mut difference = Self::default();
        let mut obstacles = BTreeSet::new();
        for (path, content) in files {
            match state(directory, path)? {
                State::Absent => difference.missing.push(path.clone()),
                State::Generated(found) if is_same(&found, content) => {}
                State::Generated(_) => difference.stale.push(path.clone()),
                // The user has replaced the generated file.
                State::OfTheUser(found) if found == README => {}
                State::OfTheUser(path) => {
                    obstacles.insert(path);
                }
            }
        }
        if !obstacles.is_empty() {
            let count = count(obstacles.len(), "file");
            return Err(Problem::with_help(
                format!("found {count} in {} that Simba did not generate and would overwrite", shown(directory)),
                format!("move or delete them:\n{}", listing(obstacles)),
            )
            .into());
        }
        let mut generated = Vec::new();
        walk(directory, "", files, &mut generated, &mut difference.left)?;
        difference.orphans.extend(generated.into_iter().filter(|path| !files.contains_key(path)));
        Ok(difference)
    }

    /// Returns the files that differ, with the kind of each difference.
    #[must_use]
    pub fn listed(&self) -> Vec<String> {
        let kinds = [("stale", &self.stale), ("missing", &self.missing), ("orphan", &self.orphans)];
        let named = kinds.iter().flat_map(|(kind, paths)| paths.iter().map(move |path| format!("{kind}: {path}")));
        named.collect()
    }

    /// Updates the generated files in the directory.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written or deleted. If a new file cannot be written, for example because
    /// the disk is full, the directory is not changed.
    pub fn apply(&self, directory: &Path, files: &Files) -> Result<(), Error> {
        let mut staged = Staged::default();
        for path in self.stale.iter().chain(&self.missing) {
            staged.add(directory.join(path), files[path].as_bytes())?;
        }
        staged.replace()?;
        for path in &self.orphans {
            let file = directory.join(path);
            match fs::remove_file(&file) {
                // Another process may have deleted the file.
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(in_file(&file, &error).into()),
                _ => {}
            }
            // Directories that are now empty are deleted as well.
            let mut parent = file.parent();
            while let Some(empty) = parent.filter(|parent| *parent != directory && fs::remove_dir(parent).is_ok()) {
                parent = empty.parent();
            }
        }
        Ok(())
    }
}

/// Returns whether the contents of a file are equal to `text`. The file may have Windows line breaks, since Git can be
/// configured to write them.
fn is_same(found: &[u8], text: &str) -> bool {
    found == text.as_bytes() || String::from_utf8_lossy(found).replace("\r\n", "\n") == text
}

/// The state of a path that will be written.
enum State {
    /// The path does not exist.
    Absent,
    /// A generated file, with its contents.
    Generated(Vec<u8>),
    /// A file or directory that belongs to the user. If an ancestor of the path is not a directory, this is the path of
    /// that ancestor.
    OfTheUser(String),
}

fn state(directory: &Path, path: &str) -> Result<State, String> {
    // Links are not followed, since they could lead out of the directory.
    for (end, _) in path.match_indices('/') {
        match metadata(&directory.join(&path[..end]))? {
            Some(metadata) if metadata.is_dir() => {}
            Some(_) => return Ok(State::OfTheUser(path[..end].to_owned())),
            None => return Ok(State::Absent),
        }
    }
    let file = directory.join(path);
    match metadata(&file)? {
        None => Ok(State::Absent),
        // Other files are not opened, since reading a pipe would block.
        Some(metadata) if metadata.is_file() => {
            let content = fs::read(&file).map_err(|error| in_file(&file, &error))?;
            let is_generated = simba_codegen::is_generated(&content);
            Ok(if is_generated { State::Generated(content) } else { State::OfTheUser(path.to_owned()) })
        }
        Some(_) => Ok(State::OfTheUser(path.to_owned())),
    }
}

/// Returns the metadata of a file or directory, or `None` if it does not exist. Returns an error if the user does not
/// have access, since the file may exist.
fn metadata(path: &Path) -> Result<Option<fs::Metadata>, String> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(in_file(path, &error)),
    }
}

/// Returns whether a path is a regular file with the header of generated files.
fn is_generated(file: &Path) -> bool {
    let mut start = [0; 64];
    let is_regular = fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file());
    is_regular
        && fs::File::open(file)
            .and_then(|mut file| file.read(&mut start))
            .is_ok_and(|length| simba_codegen::is_generated(&start[..length]))
}

/// Collects the generated files in the directory of a crate, and the files and directories that belong to the user.
/// Returns whether there are generated files. A directory into which files will be written belongs to the user only in
/// part.
///
/// Only the directory itself, `src` and `tests` are searched. In these, links, directories whose names start with a
/// dot, and other crates belong to the user, and are not searched.
fn walk(
    at: &Path,
    inside: &str,
    files: &Files,
    generated: &mut Vec<String>,
    left: &mut Vec<String>,
) -> Result<bool, String> {
    let mut entries = match fs::read_dir(at).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        // A nested directory that the user cannot read is assumed to contain no generated files.
        Err(error) if error.kind() == ErrorKind::NotFound || !inside.is_empty() => return Ok(false),
        Err(error) => return Err(in_file(at, &error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = files.keys().any(|path| path.starts_with(inside));
    for entry in entries {
        let path = entry.path();
        // The names of generated files are valid UTF-8.
        let (name, is_utf_8) = match entry.file_name().into_string() {
            Ok(name) => (name, true),
            Err(name) => (name.to_string_lossy().into_owned(), false),
        };
        let is_directory = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
        if inside.is_empty() && (name == "target" || name == "Cargo.lock") {
            continue;
        }
        let shown = format!("{inside}{name}");
        if !is_directory && is_utf_8 && (is_generated(&path) || is_staged(&name)) {
            generated.push(shown);
            found = true;
        } else if !is_directory {
            left.push(shown);
        } else {
            let shown = format!("{shown}/");
            let before = left.len();
            let may_be_generated = is_utf_8 && (!inside.is_empty() || DIRECTORIES.contains(&&*name));
            let is_other = name.starts_with('.') || path.join("Cargo.toml").exists();
            if may_be_generated && !is_other && walk(&path, &shown, files, generated, left)? {
                found = true;
            } else {
                left.truncate(before);
                left.push(shown);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use simba_codegen::HEADER;
    use tempfile::TempDir;

    use super::*;

    /// Creates a directory with two generated files. Only one of them is among the returned files to generate.
    fn generated() -> (TempDir, Files) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir_all(directory.path().join("src")).expect("the directory can be written");
        for file in ["src/a.rs", "src/old.rs"] {
            fs::write(directory.path().join(file), HEADER).expect("the directory can be written");
        }
        (directory, Files::from([("src/a.rs".to_owned(), HEADER.to_owned())]))
    }

    #[test]
    fn files_of_an_interrupted_run_are_deleted() {
        let (temporary, files) = generated();
        let directory = temporary.path();
        for (file, content) in [("src/.1-0.simba-new", ""), ("src/.1-1.simba-new", HEADER), ("src/b.simba-new", "mine")]
        {
            fs::write(directory.join(file), content).expect("the directory can be written");
        }
        let difference = Difference::of(directory, &files).expect("the directory can be read");
        assert_eq!(difference.orphans, ["src/.1-0.simba-new", "src/.1-1.simba-new", "src/old.rs"]);
        assert_eq!(difference.left, ["src/b.simba-new"]);
        // Another run may have already deleted one of these files.
        fs::remove_file(directory.join("src/.1-1.simba-new")).expect("the directory can be written");
        difference.apply(directory, &files).expect("the directory can be written");
        let difference = Difference::of(directory, &files).expect("the directory can be read");
        assert_eq!(difference.listed(), Vec::<String>::new());
    }

    #[test]
    fn generated_files_in_other_directories_belong_to_the_user() {
        let (temporary, files) = generated();
        let directory = temporary.path();
        for file in ["tests/protocol.rs", "vendor/weather/mod.rs"] {
            let file = directory.join(file);
            fs::create_dir_all(file.parent().expect("a directory")).expect("the directory can be written");
            fs::write(file, HEADER).expect("the directory can be written");
        }
        let difference = Difference::of(directory, &files).expect("the directory can be read");
        assert_eq!(difference.orphans, ["src/old.rs", "tests/protocol.rs"]);
        assert_eq!(difference.left, ["vendor/"]);
    }

    #[test]
    fn a_directory_into_which_files_are_written_is_not_left_unchanged() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let directory = temporary.path();
        let files = Files::from([("src/types/a.rs".to_owned(), HEADER.to_owned())]);
        for empty in ["src/types", "model"] {
            fs::create_dir_all(directory.join(empty)).expect("the directory can be written");
        }
        fs::write(directory.join("src/mine.rs"), "").expect("the directory can be written");
        for _ in 0..2 {
            let difference = Difference::of(directory, &files).expect("the directory can be read");
            assert_eq!(difference.left, ["model/", "src/mine.rs"]);
            difference.apply(directory, &files).expect("the directory can be written");
        }
    }

    #[test]
    fn windows_line_breaks_are_not_a_difference() {
        let (temporary, files) = generated();
        let directory = temporary.path();
        fs::write(directory.join("src/a.rs"), HEADER.replace('\n', "\r\n")).expect("the directory can be written");
        let found = || Difference::of(directory, &files).expect("the directory can be read").stale;
        assert_eq!(found(), Vec::<String>::new());
        fs::write(directory.join("src/a.rs"), HEADER.replace('\n', "\r\n\r\n")).expect("the directory can be written");
        assert_eq!(found(), ["src/a.rs"]);
    }

    /// Checks that a file that cannot be examined results in an error. The names in this test are too long for a file
    /// system, which prevents every user from examining the files. Missing permissions would not prevent root from
    /// doing so.
    #[test]
    fn a_file_that_cannot_be_examined_is_not_absent() {
        let (temporary, _) = generated();
        let long = "a".repeat(5000);
        for (directory, path) in [(temporary.path().join(&long), "a.rs"), (temporary.path().to_owned(), &*long)] {
            let files = Files::from([(path.to_owned(), HEADER.to_owned())]);
            let problem = Difference::of(&directory, &files).expect_err("the name is too long");
            let problem = problem.to_string();
            assert!(problem.contains("a: ") || problem.contains("a.rs: "), "{problem}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn files_whose_names_are_not_utf_8_belong_to_the_user() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

        let (temporary, files) = generated();
        let directory = temporary.path();
        let name = Path::new(OsStr::from_bytes(b"src/\xff.rs"));
        fs::write(directory.join(name), HEADER).expect("the directory can be written");
        let difference = Difference::of(directory, &files).expect("the directory can be read");
        assert_eq!((difference.orphans.len(), difference.left.len()), (1, 1));
        difference.apply(directory, &files).expect("the directory can be written");
        assert!(directory.join(name).is_file() && !directory.join("src/old.rs").exists());
    }
}
