//! Reading models and writing crates: what changed is written, what is no longer generated is deleted.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use simba_codegen::{Files, Source};

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// Reads the files of a model: each path is a file, or a folder whose `*.json` are read in the order of their names.
pub(crate) fn read_model(paths: &[PathBuf]) -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match model_files(path) {
            Ok(files) if files.is_empty() => {
                problems.push(format!("{}: the folder holds no .json file", path.display()))
            }
            Ok(files) => {
                for file in files {
                    match fs::read_to_string(&file) {
                        Ok(text) => sources.push(Source { name: shown(&file), text }),
                        Err(error) => problems.push(format!("{}: {error}", file.display())),
                    }
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems.join("\nerror: ")) }
}

/// Reads the examples of a model's crate.
pub(crate) fn read_examples(model: &Path) -> Result<Vec<Source>, String> {
    let named = |file: PathBuf| {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Source { name, text })
    };
    example_paths(model)?.into_iter().map(named).collect()
}

/// The examples of a model's crate: the Rust files in the folder `examples` beside the model, if it is there.
pub(crate) fn example_paths(model: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = model.join("examples");
    if folder.is_dir() { files_in(&folder, "rs") } else { Ok(Vec::new()) }
}

/// How a folder differs from what is generated for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Files that are to be written anew, because their text differs.
    pub(crate) stale: Vec<String>,
    /// Files that are to be written, because they are not there.
    pub(crate) missing: Vec<String>,
    /// Files that are to be deleted, because they are no longer generated.
    pub(crate) orphans: Vec<String>,
}

impl Difference {
    /// Compares a folder with what is generated for it.
    pub(crate) fn of(folder: &Path, files: &Files) -> Result<Self, String> {
        let present = present_files(folder)?;
        let mut difference = Self::default();
        for (path, text) in files {
            match present.get(path) {
                // What a link leads to is not what is in the folder, even if it is the same.
                Some(file) if is_link(file) => difference.stale.push(path.clone()),
                Some(file) => {
                    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
                    if bytes != text.as_bytes() {
                        difference.stale.push(path.clone());
                    }
                }
                None => difference.missing.push(path.clone()),
            }
        }
        difference.orphans.extend(present.into_keys().filter(|path| !files.contains_key(path)));
        Ok(difference)
    }

    /// Makes the folder equal to what is generated for it.
    pub(crate) fn apply(&self, folder: &Path, files: &Files) -> Result<(), String> {
        // A link to a folder is an orphan too. It has to be gone before anything is written where it led.
        for path in &self.orphans {
            let file = folder.join(path);
            fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            // A folder that has become empty goes as well; one that has not stays.
            let mut parent = file.parent();
            while let Some(empty) = parent.filter(|parent| *parent != folder && fs::remove_dir(parent).is_ok()) {
                parent = empty.parent();
            }
        }
        for path in self.stale.iter().chain(&self.missing) {
            let (file, text) = (folder.join(path), &files[path]);
            write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        Ok(())
    }
}

/// Writes a file, and not the one that a link in its place leads to.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    if is_link(file) {
        fs::remove_file(file)?;
    }
    fs::write(file, text)
}

fn is_link(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_symlink())
}

/// Refuses a folder that holds anything but a crate that was generated before.
pub(crate) fn check_is_ours(folder: &Path) -> Result<(), String> {
    let Ok(mut entries) = fs::read_dir(folder) else {
        return match folder.exists() {
            true => Err(format!("{} is not a folder", folder.display())),
            false => Ok(()),
        };
    };
    if entries.next().is_none() {
        return Ok(());
    }
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    if manifest.starts_with("# @generated by Simba") {
        return Ok(());
    }
    Err(format!(
        "{} holds files that were not generated; give an empty folder, a new one, or one that was generated before",
        folder.display()
    ))
}

/// A path as people read it: relative to the workspace if it is inside.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    text.replace('\\', "/")
}

fn model_files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if metadata.is_dir() { files_in(path, "json") } else { Ok(vec![path.to_path_buf()]) }
}

/// The files of a folder whose names end so, in the order of their names.
fn files_in(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        let file = entry.map_err(problem)?.path();
        if file.extension().is_some_and(|found| found == extension) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// The files of a crate's folder by their path inside it. What cargo puts there is left out.
fn present_files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut files = BTreeMap::new();
    let mut queue = vec![folder.to_path_buf()];
    while let Some(at) = queue.pop() {
        let Ok(entries) = fs::read_dir(&at) else { continue };
        for entry in entries {
            let path = entry.map_err(|error| format!("{}: {error}", at.display()))?.path();
            let inside = path.strip_prefix(folder).unwrap_or(&path).display().to_string().replace('\\', "/");
            if inside == "target" || inside == "Cargo.lock" {
                continue;
            }
            // A link is a file of its own: what it leads to is not ours to delete.
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
            if is_folder {
                queue.push(path);
            } else {
                files.insert(inside, path);
            }
        }
    }
    Ok(files)
}
