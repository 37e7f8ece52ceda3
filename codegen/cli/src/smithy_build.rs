//! Finds the files of a model: the files at a path, and those that are listed in a `smithy-build.json`.
//!
//! In `smithy-build.json`, `sources`, `imports` and the `imports` of projections are read. Dependencies are ignored,
//! since the traits of commonly used packages are built in. Comments are allowed. Environment variables such as
//! `${HOME}` are replaced with their values, as in Smithy's own tools.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use crate::{Error, files};

/// The name of the configuration file.
const NAME: &str = "smithy-build.json";

/// The extensions of a model's files.
const EXTENSIONS: [&str; 2] = ["json", "smithy"];

/// The directories of the sources if the configuration does not list any.
const DEFAULT_SOURCES: [&str; 2] = ["model", "src/main/smithy"];

/// Returns the files at a path of a model.
///
/// If the path is a directory that contains a `smithy-build.json`, returns the files that the configuration lists. If
/// there is a `smithy-build.json` next to the path instead, its imports are added.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let metadata = fs::metadata(path).map_err(|error| files::in_file(path, &error))?;
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
            files.extend(in_directory(path)?);
            for default in DEFAULT_SOURCES {
                collect(&path.join(default), &mut files)?;
            }
        }
        files.extend(read.files(&read.imports)?);
        return Ok(files);
    }
    let mut files = Vec::new();
    collect(path, &mut files)?;
    if !files.is_empty() {
        files.extend(imports_beside(path)?);
    }
    Ok(files)
}

/// The files, directories and environment variables on which a model depends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// The files and directories.
    pub paths: BTreeSet<PathBuf>,
    /// The environment variables that occur in paths in `smithy-build.json` files.
    pub variables: BTreeSet<String>,
}

impl Dependencies {
    /// Adds the dependencies for one path of a model.
    pub(crate) fn add(&mut self, path: &Path) -> Result<(), Error> {
        self.paths.insert(path.to_path_buf());
        self.paths.extend(files(path)?);
        if let Some(config) = configuration(path) {
            let read = Config::read(&config)?;
            // A directory is a dependency, since files may be added to it. Paths that do not exist are skipped.
            let named = read.sources.iter().chain(&read.imports).map(|path| read.directory.join(path));
            self.paths.extend(named.filter(|path| path.exists()));
            self.paths.insert(config);
            self.variables.extend(read.variables);
        }
        Ok(())
    }
}

/// Returns the configuration file in or next to a path.
fn configuration(path: &Path) -> Option<PathBuf> {
    let inside = path.join(NAME);
    if inside.is_file() { Some(inside) } else { beside(path) }
}

fn beside(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    absolute.parent().map(|directory| directory.join(NAME)).filter(|config| config.is_file())
}

/// Returns the files that the configuration file next to a path imports.
fn imports_beside(path: &Path) -> Result<Vec<PathBuf>, Error> {
    match beside(path) {
        Some(config) => {
            let read = Config::read(&config)?;
            read.files(&read.imports)
        }
        None => Ok(Vec::new()),
    }
}

/// The contents of a `smithy-build.json`.
#[derive(Debug, PartialEq, Eq)]
struct Config {
    /// The directory to which paths are relative.
    directory: PathBuf,
    sources: Vec<String>,
    imports: Vec<String>,
    /// The environment variables that occur in the paths of sources and imports.
    variables: BTreeSet<String>,
}

impl Config {
    fn read(file: &Path) -> Result<Self, Error> {
        let problem = |problem: String| format!("{}: {problem}", files::shown(file));
        let text = files::read(file)?;
        let directory = file.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok(Self::parse(directory, &text).map_err(problem)?)
    }

    fn parse(directory: PathBuf, text: &str) -> Result<Self, String> {
        let config = serde_json::from_str(&without_comments(text)).map_err(|error| format!("invalid JSON: {error}"))?;
        let Value::Object(config) = config else { return Err("expected an object".to_owned()) };
        let mut variables = BTreeSet::new();
        let mut paths = |config: &Map<String, Value>, key| paths(config, key, &mut variables);
        let mut imports = paths(&config, "imports")?;
        let projections = config.get("projections").and_then(Value::as_object).into_iter().flatten();
        for projection in projections.filter_map(|(_, projection)| projection.as_object()) {
            imports.extend(paths(projection, "imports")?);
        }
        let sources = paths(&config, "sources")?;
        Ok(Self { directory, sources, imports, variables })
    }

    /// Returns the files at the given paths, which may be directories.
    fn files(&self, paths: &[String]) -> Result<Vec<PathBuf>, Error> {
        let mut files = Vec::new();
        for path in paths {
            let path = self.directory.join(path);
            if path.is_dir() {
                collect(&path, &mut files)?;
            } else if path.is_file() {
                files.push(path);
            } else {
                let config = self.directory.join(NAME);
                return Err(format!("{}: `{}` does not exist", files::shown(&config), files::shown(&path)).into());
            }
        }
        Ok(files)
    }
}

/// Removes comments, which start with `//` and extend to the end of the line.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut is_string) = (text.trim_start_matches('\u{feff}'), false);
    while let Some(character) = rest.chars().next() {
        if !is_string && rest.starts_with("//") {
            rest = rest.get(rest.find('\n').unwrap_or(rest.len())..).unwrap_or_default();
            continue;
        }
        // The character after a backslash does not end a string.
        let characters = if is_string && character == '\\' { 2 } else { 1 };
        let length = rest.chars().take(characters).map(char::len_utf8).sum();
        is_string ^= character == '"';
        let (taken, after) = rest.split_at(length);
        out.push_str(taken);
        rest = after;
    }
    out
}

/// Reads a list of paths. Adds the environment variables in these paths to `variables`.
fn paths(config: &Map<String, Value>, key: &str, variables: &mut BTreeSet<String>) -> Result<Vec<String>, String> {
    let Some(value) = config.get(key) else { return Ok(Vec::new()) };
    let paths: Option<Vec<&str>> = value.as_array().and_then(|paths| paths.iter().map(Value::as_str).collect());
    let paths = paths.ok_or_else(|| format!("invalid value for `{key}`; expected a list of paths"))?;
    let mut variable = |name: &str| {
        variables.insert(name.to_owned());
        env::var(name).ok()
    };
    paths.into_iter().map(|path| expanded(path, &mut variable)).collect()
}

/// Replaces environment variables, which are written as `${NAME}`. `\${NAME}` is not replaced.
fn expanded(path: &str, mut variable: impl FnMut(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('\\') {
            out.extend([before, "${"]);
            rest = after;
            continue;
        }
        let (name, after) = after.split_once('}').ok_or_else(|| format!("unclosed brace in the path `{path}`"))?;
        let value = variable(name);
        let value =
            value.ok_or_else(|| format!("the environment variable `{name}` in the path `{path}` is not set"))?;
        out.extend([before, &value]);
        rest = after;
    }
    Ok(out + rest)
}

/// Collects the files in a directory and its subdirectories, if the directory exists. Directories whose names start
/// with a dot and caches such as Cargo's `target` are skipped.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    // A symbolic link may refer to a directory that contains the link.
    let mut seen = BTreeSet::new();
    let mut directories = vec![directory.to_path_buf()];
    while let Some(directory) = directories.pop() {
        if !directory.is_dir() || !seen.insert(fs::canonicalize(&directory).unwrap_or_else(|_| directory.clone())) {
            continue;
        }
        files.extend(in_directory(&directory)?);
        let problem = |error| files::in_file(&directory, &error);
        let entries: Result<Vec<_>, _> = fs::read_dir(&directory).map_err(problem)?.collect();
        let mut inside = entries.map_err(problem)?;
        inside.retain(|entry| {
            !entry.file_name().to_string_lossy().starts_with('.') && !entry.path().join("CACHEDIR.TAG").exists()
        });
        inside.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
        directories.extend(inside.iter().map(fs::DirEntry::path));
    }
    Ok(())
}

fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = files::files_in(directory, &EXTENSIONS)?;
    // Pipes are skipped, since reading one would block. A broken link is kept, and results in an error when it is read.
    let is_readable = |file: &Path| fs::metadata(file).map_or(true, |metadata| metadata.is_file());
    files.retain(|file| file.file_name().is_none_or(|name| name != NAME) && is_readable(file));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_lists_sources_and_imports() {
        let text = r#"{
            // A comment
            "version": "1.0", "sources": ["model"], "imports": ["a.json"], // Another one
            "outputDirectory": "build\\", // The string ends with an escaped backslash
            "maven": {"repositories": [{"url": "https://example.com/\"//"}]},
            "projections": {"one": {"imports": ["b.smithy"]}, "two": {}}
        }"#;
        let expected = Config {
            directory: "x".into(),
            sources: vec!["model".to_owned()],
            imports: vec!["a.json".to_owned(), "b.smithy".to_owned()],
            variables: BTreeSet::new(),
        };
        assert_eq!(Config::parse("x".into(), text), Ok(expected));
        let wrong = Config::parse("x".into(), r#"{"sources": "model"}"#);
        assert_eq!(wrong, Err("invalid value for `sources`; expected a list of paths".to_owned()));
        assert_eq!(Config::parse("x".into(), "[]"), Err("expected an object".to_owned()));
    }

    #[test]
    fn a_path_that_does_not_exist_is_an_error() {
        let config = Config::parse("nowhere".into(), r#"{"imports": ["a.json"]}"#).expect("it is valid");
        let expected = format!("nowhere/{NAME}: `nowhere/a.json` does not exist");
        assert_eq!(config.files(&config.imports).map_err(|error| error.to_string().replace('\\', "/")), Err(expected));
    }

    #[test]
    fn directories_are_read_with_those_inside_once() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let directory = temporary.path();
        for file in ["a.smithy", "b/c/d.json", "b/e.txt", "b/.hidden/f.smithy", "target/CACHEDIR.TAG", "target/g.json"]
        {
            let file = directory.join(file);
            fs::create_dir_all(file.parent().expect("a directory")).expect("the directory can be written");
            fs::write(file, "").expect("the file can be written");
        }
        #[cfg(unix)]
        for link in ["b/c/first", "b/c/second"] {
            std::os::unix::fs::symlink(directory, directory.join(link)).expect("the link can be written");
        }
        // A directory is not read as a file, even if its name has one of the extensions.
        fs::create_dir_all(directory.join("b/directory.smithy")).expect("the directory can be written");
        let found = super::files(directory).expect("the files are found");
        let found: Vec<_> = found.iter().filter_map(|file| file.strip_prefix(directory).ok()).collect();
        assert_eq!(found, [Path::new("a.smithy"), Path::new("b/c/d.json")]);
    }

    #[test]
    fn paths_contain_environment_variables() {
        let of = |path| expanded(path, |name| (name == "A").then(|| "b".to_owned()));
        assert_eq!(of("${A}/x${A}"), Ok("b/xb".to_owned()));
        assert_eq!(of("\\${A}$A"), Ok("${A}$A".to_owned()));
        assert_eq!(of("${B}"), Err("the environment variable `B` in the path `${B}` is not set".to_owned()));
        assert_eq!(of("${A"), Err("unclosed brace in the path `${A`".to_owned()));
    }
}
