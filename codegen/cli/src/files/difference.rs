//! Compares the folder of a crate with the files that are generated for it, and updates it.

use std::{collections::BTreeSet, fs, io::Read as _, path::Path};

use simba_codegen::Files;

use super::{count, listing};

/// A generated file that the user may replace.
const README: &str = "README.md";

/// The differences between a folder and the files that are generated for it. Only generated files are compared,
/// written and deleted; all others belong to the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Generated files whose contents differ, which will be written.
    pub stale: Vec<String>,
    /// Files that do not exist, which will be written.
    pub missing: Vec<String>,
    /// Generated files that are no longer generated, which will be deleted.
    pub orphans: Vec<String>,
    /// Files and folders of the user, which are left unchanged.
    pub left: Vec<String>,
}

impl Difference {
    /// Compares a folder with the files that are generated for it.
    ///
    /// # Errors
    ///
    /// Returns an error if a file of the user has the path of a generated file, or something cannot be read.
    pub fn of(folder: &Path, files: &Files) -> Result<Self, String> {
        if fs::symlink_metadata(folder).is_ok() && !folder.is_dir() {
            return Err(format!("{} is not a folder", folder.display()));
        }
        let mut difference = Self::default();
        let mut obstacles = BTreeSet::new();
        for (path, content) in files {
            match state(folder, path) {
                State::Absent => difference.missing.push(path.clone()),
                State::Generated(found) if found == content.as_bytes() => {}
                State::Generated(_) => difference.stale.push(path.clone()),
                // The user's own file replaces the generated one.
                State::OfTheUser(found) if found == README => {}
                State::OfTheUser(path) => {
                    obstacles.insert(path);
                }
            }
        }
        if !obstacles.is_empty() {
            return Err(format!(
                "found {} in {} that would be overwritten, but were not generated; move or delete them:\n{}",
                count(obstacles.len(), "file"),
                folder.display(),
                listing(obstacles)
            ));
        }
        let mut generated = Vec::new();
        walk(folder, "", &mut generated, &mut difference.left)?;
        difference.orphans.extend(generated.into_iter().filter(|path| !files.contains_key(path)));
        Ok(difference)
    }

    /// Returns the files that differ, each with the kind of difference.
    #[must_use]
    pub fn listed(&self) -> Vec<String> {
        let kinds = [("stale", &self.stale), ("missing", &self.missing), ("orphan", &self.orphans)];
        let named = kinds.iter().flat_map(|(kind, paths)| paths.iter().map(move |path| format!("{kind}: {path}")));
        named.collect()
    }

    /// Updates the generated files in the folder.
    pub fn apply(&self, folder: &Path, files: &Files) -> Result<(), String> {
        for path in self.stale.iter().chain(&self.missing) {
            let file = folder.join(path);
            write(&file, &files[path]).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        for path in &self.orphans {
            let file = folder.join(path);
            fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            // Folders that are now empty are removed as well.
            let mut parent = file.parent();
            while let Some(empty) = parent.filter(|parent| *parent != folder && fs::remove_dir(parent).is_ok()) {
                parent = empty.parent();
            }
        }
        Ok(())
    }
}

/// Writes a file as a whole: an interrupted run leaves the old contents or the new ones.
fn write(file: &Path, contents: &str) -> std::io::Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    let beside = file.with_extension("simba-new");
    let written = fs::write(&beside, contents).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The state of a path that will be written.
enum State {
    /// It does not exist.
    Absent,
    /// A generated file, with its contents.
    Generated(Vec<u8>),
    /// A file or folder of the user, or the ancestor at this path is not a folder.
    OfTheUser(String),
}

fn state(folder: &Path, path: &str) -> State {
    // Links are not followed, since they could lead out of the folder.
    for (end, _) in path.match_indices('/') {
        match fs::symlink_metadata(folder.join(&path[..end])) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return State::OfTheUser(path[..end].to_owned()),
            Err(_) => return State::Absent,
        }
    }
    let file = folder.join(path);
    if fs::symlink_metadata(&file).is_err() {
        return State::Absent;
    }
    match fs::read(&file) {
        Ok(content) if is_generated(&file) => State::Generated(content),
        _ => State::OfTheUser(path.to_owned()),
    }
}

/// Returns whether a path is a regular file with the header of generated files.
fn is_generated(file: &Path) -> bool {
    let mut start = [0; 64];
    // Other files are not opened, since reading a pipe would block.
    let is_regular = fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file());
    is_regular
        && fs::File::open(file)
            .and_then(|mut file| file.read(&mut start))
            .is_ok_and(|length| simba_codegen::is_generated(&start[..length]))
}

/// Collects the generated files in the folder of a crate, and the files and folders that belong to the user. Returns
/// whether there are generated files.
///
/// Does not enter links, folders whose names start with a dot, and other crates.
fn walk(at: &Path, inside: &str, generated: &mut Vec<String>, left: &mut Vec<String>) -> Result<bool, String> {
    let Ok(entries) = fs::read_dir(at) else { return Ok(false) };
    let entries: Result<Vec<_>, _> = entries.collect();
    let mut entries = entries.map_err(|error| format!("{}: {error}", at.display()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = false;
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let is_folder = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
        if inside.is_empty() && (name == "target" || name == "Cargo.lock") {
            continue;
        }
        let shown = format!("{inside}{name}");
        if !is_folder && is_generated(&path) {
            generated.push(shown);
            found = true;
        } else if !is_folder {
            left.push(shown);
        } else {
            let shown = format!("{shown}/");
            let before = left.len();
            let is_other = name.starts_with('.') || path.join("Cargo.toml").exists();
            if !is_other && walk(&path, &shown, generated, left)? {
                found = true;
            } else {
                left.truncate(before);
                left.push(shown);
            }
        }
    }
    Ok(found)
}
