//! Reads models and writes crates. Files that were not generated are never changed or deleted.

use std::{
    collections::BTreeSet,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use serde_json::Value;
use simba_codegen::{Files, Source};

use crate::{data, smithy_build};

/// Reads the files of a model. Each path is a file, or a folder whose `*.smithy` and `*.json` files are read, including
/// those in folders inside it. A `smithy-build.json` in or beside it adds files. `-` is standard input.
///
/// # Errors
///
/// Returns an error if a file cannot be read, or there are none.
pub fn read_model(paths: &[PathBuf]) -> Result<Vec<Source>, String> {
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            match standard_input() {
                Ok(source) => sources.push(source),
                Err(problem) => problems.push(problem),
            }
            continue;
        }
        match smithy_build::files(path) {
            Ok(found) if found.is_empty() => {
                problems.push(format!("{}: the folder contains no *.smithy or *.json files", path.display()));
            }
            Ok(found) => files.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    let mut seen = BTreeSet::new();
    for file in files.iter().filter(|file| seen.insert(fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf()))) {
        match read(file) {
            Ok(text) => sources.push(Source { name: shown(file), text }),
            Err(problem) => problems.push(problem),
        }
    }
    match overlays(&sources) {
        Ok(overlays) => sources.extend(overlays),
        Err(problem) => problems.push(problem),
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems.join("\nerror: ")) }
}

/// Reads a file, which has to be in UTF-8.
pub(crate) fn read(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    decoded(&file.display().to_string(), bytes)
}

fn decoded(name: &str, bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(valid);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("{name}:{line}:{column}: the file is not in UTF-8; save it in this encoding")
    })
}

/// Returns the files and folders whose changes change a model: those that are given, and those that
/// `smithy-build.json` files name.
///
/// # Errors
///
/// Returns an error if a path does not exist.
pub fn dependencies(paths: &[PathBuf]) -> Result<BTreeSet<PathBuf>, String> {
    let mut dependencies = BTreeSet::new();
    for path in paths {
        dependencies.insert(path.clone());
        dependencies.extend(smithy_build::configuration(path));
        dependencies.extend(smithy_build::files(path)?);
    }
    Ok(dependencies)
}

/// Reads a model from standard input. JSON starts with a brace, unlike the IDL.
fn standard_input() -> Result<Source, String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| format!("stdin: {error}"))?;
    let text = decoded("stdin", bytes)?;
    let extension = if text.trim_start().starts_with('{') { "json" } else { "smithy" };
    Ok(Source { name: format!("stdin.{extension}"), text })
}

/// Returns the overlays of the services that a model has: facts that AWS's own models lack.
///
/// # Errors
///
/// Returns an error if an overlay is not valid.
pub fn overlays(model: &[Source]) -> Result<Vec<Source>, String> {
    let mut overlays = Vec::new();
    for (name, text) in data::OVERLAYS {
        let in_overlay = |problem| format!("{name}: {problem}");
        let mut overlay: Value = serde_json::from_str(text).map_err(|error| in_overlay(error.to_string()))?;
        let services = overlaid(&overlay).map_err(in_overlay)?;
        // The overlay itself may be part of the model.
        let mentioned = |id: &str| model.iter().any(|source| mentions(source, id));
        if !services.iter().any(|id| mentioned(id)) || model.iter().any(|source| source.text == text) {
            continue;
        }
        // An older model of the service may lack some of the operations.
        if let Some(shapes) = overlay["shapes"].as_object_mut() {
            shapes.retain(|id, _| mentioned(id));
        }
        overlays.push(Source { name: name.to_owned(), text: overlay.to_string() });
    }
    Ok(overlays)
}

/// Returns whether a file of a model may define this service, operation or structure, or the structure of this member.
fn mentions(source: &Source, id: &str) -> bool {
    let id = id.split('$').next().unwrap_or_default();
    let (namespace, name) = id.split_once('#').unwrap_or_default();
    match source.name.ends_with(".smithy") {
        true => {
            let is_defined = |kind| source.text.contains(&format!("{kind} {name}"));
            source.text.contains(&format!("namespace {namespace}"))
                && ["service", "operation", "structure"].into_iter().any(is_defined)
        }
        false => source.text.contains(&format!("\"{id}\"")),
    }
}

/// Returns the services that an overlay belongs to. These are several if a service has another name in models that are
/// imported from botocore.
fn overlaid(overlay: &Value) -> Result<Vec<String>, String> {
    let owned = |id: &Value| id.as_str().map(str::to_owned);
    let services = match &overlay["metadata"]["simba.overlay"] {
        Value::Array(ids) => ids.iter().map(owned).collect(),
        id => owned(id).map(|id| vec![id]),
    };
    services.ok_or_else(|| "missing `simba.overlay` in `metadata`".to_owned())
}

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

/// Lists names, one on each line. Only the first twenty are shown.
pub fn listing(names: impl IntoIterator<Item = String>) -> String {
    const SHOWN: usize = 20;
    let names: Vec<String> = names.into_iter().collect();
    let mut lines: Vec<String> = names.iter().take(SHOWN).map(|name| format!("  {name}")).collect();
    if names.len() > SHOWN {
        lines.push(format!("  and {} more", names.len() - SHOWN));
    }
    lines.join("\n")
}

/// Formats a number of items, such as `1 file` or `2 files`.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Formats a path, relative to the current folder if it is inside.
#[must_use]
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let text = path.strip_prefix(current).unwrap_or(path).display().to_string();
    if text.is_empty() { ".".to_owned() } else { text.replace('\\', "/") }
}

/// Returns the files of a folder with one of the extensions, in the order of their names.
pub fn files_in(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, String> {
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        let file = entry.map_err(problem)?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|found| extensions.contains(&found)) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_utf_8_is_reported_where_it_is() {
        assert_eq!(decoded("a.smithy", "é\n".into()), Ok("é\n".to_owned()));
        let expected = "a.smithy:2:3: the file is not in UTF-8; save it in this encoding";
        assert_eq!(decoded("a.smithy", b"a\n\xc3\xa9b\xff".to_vec()), Err(expected.to_owned()));
    }

    #[test]
    fn an_overlay_names_its_service() {
        let overlay = serde_json::json!({ "metadata": { "simba.overlay": "toy#Toy" } });
        assert_eq!(overlaid(&overlay), Ok(vec!["toy#Toy".to_owned()]));
        let overlay = serde_json::json!({ "metadata": { "simba.overlay": ["toy#Toy", "toy#ToyBox"] } });
        assert_eq!(overlaid(&overlay), Ok(vec!["toy#Toy".to_owned(), "toy#ToyBox".to_owned()]));
        assert_eq!(overlaid(&Value::Null), Err("missing `simba.overlay` in `metadata`".to_owned()));
    }
}
