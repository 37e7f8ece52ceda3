//! The files of a model: those of a path, and those that a `smithy-build.json` names.
//!
//! Of `smithy-build.json`, `sources`, `imports` and the `imports` of projections are read. Dependencies are
//! ignored, since the traits of the usual packages are built in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::files;

/// The name of the configuration.
const NAME: &str = "smithy-build.json";

/// The extensions of files of a model.
const EXTENSIONS: [&str; 2] = ["json", "smithy"];

/// Returns the files of a model.
///
/// A folder that contains a `smithy-build.json` has the files that it names. Another path may have one beside it, whose
/// imports are added.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if !metadata.is_dir() {
        let mut files = vec![path.to_path_buf()];
        files.extend(imports_beside(path)?);
        return Ok(files);
    }
    let config = path.join(NAME);
    if config.is_file() {
        let read = Config::read(&config)?;
        let mut files = read.files(&read.sources)?;
        if read.sources.is_empty() {
            files.extend(in_folder(path)?);
        }
        files.extend(read.files(&read.imports)?);
        return Ok(files);
    }
    let mut files = in_folder(path)?;
    if !files.is_empty() {
        files.extend(imports_beside(path)?);
    }
    Ok(files)
}

/// Returns the configuration in or beside a path.
pub(crate) fn configuration(path: &Path) -> Option<PathBuf> {
    let inside = path.join(NAME);
    if inside.is_file() { Some(inside) } else { beside(path) }
}

fn beside(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    absolute.parent().map(|folder| folder.join(NAME)).filter(|config| config.is_file())
}

/// Returns the files that the configuration beside a path imports.
fn imports_beside(path: &Path) -> Result<Vec<PathBuf>, String> {
    match beside(path) {
        Some(config) => {
            let read = Config::read(&config)?;
            read.files(&read.imports)
        }
        None => Ok(Vec::new()),
    }
}

/// A `smithy-build.json`.
#[derive(Debug, PartialEq, Eq)]
struct Config {
    /// The folder that paths are relative to.
    folder: PathBuf,
    sources: Vec<String>,
    imports: Vec<String>,
}

impl Config {
    fn read(file: &Path) -> Result<Self, String> {
        let problem = |problem: String| format!("{}: {problem}", file.display());
        let text = fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
        let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
        Self::parse(folder, &text).map_err(problem)
    }

    fn parse(folder: PathBuf, text: &str) -> Result<Self, String> {
        // Lines that are comments are allowed.
        let lines: Vec<&str> = text.lines().map(|line| if line.trim().starts_with("//") { "" } else { line }).collect();
        let config: Value = serde_json::from_str(&lines.join("\n")).map_err(|error| format!("not JSON: {error}"))?;
        let mut imports = paths(&config, "imports")?;
        for projection in config["projections"].as_object().into_iter().flatten().map(|(_, projection)| projection) {
            imports.extend(paths(projection, "imports")?);
        }
        Ok(Self { folder, sources: paths(&config, "sources")?, imports })
    }

    /// Returns the files of paths, of which some are folders.
    fn files(&self, paths: &[String]) -> Result<Vec<PathBuf>, String> {
        let mut files = Vec::new();
        for path in paths {
            let path = self.folder.join(path);
            if path.is_dir() {
                walk(&path, &mut files)?;
            } else {
                files.push(path);
            }
        }
        Ok(files)
    }
}

fn paths(config: &Value, key: &str) -> Result<Vec<String>, String> {
    let Some(value) = config.get(key) else { return Ok(Vec::new()) };
    let paths = value.as_array().and_then(|paths| paths.iter().map(|path| path.as_str().map(str::to_owned)).collect());
    paths.ok_or_else(|| format!("invalid value of `{key}`; expected a list of paths"))
}

/// Collects the files of a folder and the folders in it.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    files.extend(in_folder(folder)?);
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(problem)?.collect();
    let mut folders: Vec<PathBuf> = entries.map_err(problem)?.iter().map(fs::DirEntry::path).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.iter().try_for_each(|folder| walk(folder, files))
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = files::files_in(folder, &EXTENSIONS)?;
    files.retain(|file| file.file_name().is_none_or(|name| name != NAME));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_sources_and_imports() {
        let text = r#"{
            // A comment
            "version": "1.0", "sources": ["model"], "imports": ["a.json"],
            "projections": {"one": {"imports": ["b.smithy"]}, "two": {}}
        }"#;
        let expected = Config {
            folder: "x".into(),
            sources: vec!["model".to_owned()],
            imports: vec!["a.json".to_owned(), "b.smithy".to_owned()],
        };
        assert_eq!(Config::parse("x".into(), text), Ok(expected));
        let wrong = Config::parse("x".into(), r#"{"sources": "model"}"#);
        assert_eq!(wrong, Err("invalid value of `sources`; expected a list of paths".to_owned()));
    }
}
