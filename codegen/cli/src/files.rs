//! Reads models and writes crates. Files that are not generated are never changed or deleted.

mod difference;
mod staged;

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::{Path, PathBuf},
    string::FromUtf8Error,
};

use serde_json::Value;
use simba_codegen::{Position, Report, Source, Span};

pub use crate::smithy_build::Dependencies;
use crate::{Error, Problem, data, smithy_build};
pub(crate) use difference::DIRECTORIES;
pub use difference::Difference;

/// Reads the files of a model. Each path is a file, or a directory whose `*.smithy` and `*.json` files are read,
/// including those in subdirectories. If a directory contains a `smithy-build.json`, the files that it lists are read
/// instead. The path `-` means standard input.
///
/// # Errors
///
/// Returns an error if a file cannot be read or is larger than 256 MiB, or if there are no files.
pub fn read_model(paths: &[PathBuf]) -> Result<Vec<Source>, Error> {
    let mut problems = Error::default();
    let mut sources = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            match standard_input() {
                Ok(source) => sources.push(source),
                Err(problem) => problems.extend(problem),
            }
            continue;
        }
        match smithy_build::files(path) {
            Ok(found) if found.is_empty() => {
                problems.extend(format!("{}: the directory contains no *.smithy or *.json files", shown(path)).into());
            }
            Ok(found) => files.extend(found),
            Err(problem) => problems.extend(problem),
        }
    }
    let mut seen = BTreeSet::new();
    for file in files.iter().filter(|file| seen.insert(fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf()))) {
        match read(file) {
            Ok(text) => sources.push(Source { name: name_of(file, &text), text }),
            Err(problem) => problems.extend(problem),
        }
    }
    match overlays(&sources) {
        Ok(overlays) => sources.extend(overlays),
        Err(problem) => problems.extend(problem),
    }
    if problems.problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// The maximum size of an input file, in bytes. The model of EC2, one of the largest, is a few megabytes in size.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// Reads a file, which must be valid UTF-8.
pub(crate) fn read(file: &Path) -> Result<String, Error> {
    let opened = fs::File::open(file).map_err(|error| in_file(file, &error))?;
    read_text(&shown(file), opened, LARGEST_FILE)
}

/// Reads at most `limit` bytes, which must be valid UTF-8. Without a limit, reading a device or pipe might never end.
fn read_text(name: &str, source: impl Read, limit: u64) -> Result<String, Error> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > limit {
        let message = format!("{name}: the file is larger than the maximum of {limit} bytes");
        return Err(Problem::with_help(message, "split it into several files").into());
    }
    decoded(name, bytes)
}

/// Describes an error that occurred while a file or directory was accessed.
pub(crate) fn in_file(file: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", shown(file))
}

/// Returns the text of a file. If it is not valid UTF-8, the error contains the position of the first invalid byte.
fn decoded(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|error| Error { report: not_utf_8(name, &error), ..format!("{name} has 1 error").into() })
}

/// Reports the first bytes of a file that are not valid UTF-8.
fn not_utf_8(name: &str, error: &FromUtf8Error) -> Report {
    let start = error.utf8_error().valid_up_to();
    // The file may also end in the middle of a character.
    let length = error.utf8_error().error_len().unwrap_or(error.as_bytes().len() - start);
    let before = String::from_utf8_lossy(error.as_bytes().get(..start).unwrap_or_default());
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let mut report = Report::default();
    let problem = report.error("the file is not valid UTF-8").in_file(name).help("save it as UTF-8");
    problem.span = Some(Span { start, end: start + length });
    problem.position = Some(Position { line, column });
    problem.end = Some(Position { line, column: column + 1 });
    report
}

/// Returns the files, directories and environment variables on which a model depends, including those in
/// `smithy-build.json` files.
///
/// # Errors
///
/// Returns an error if a path does not exist.
pub fn dependencies(paths: &[PathBuf]) -> Result<Dependencies, Error> {
    let mut dependencies = Dependencies::default();
    paths.iter().try_for_each(|path| dependencies.add(path))?;
    Ok(dependencies)
}

/// Reads a model from standard input. A model in JSON starts with a brace, and a model in the Smithy IDL does not.
fn standard_input() -> Result<Source, Error> {
    let text = read_text("stdin", std::io::stdin(), LARGEST_FILE)?;
    let extension = if is_json(&text) { "json" } else { "smithy" };
    Ok(Source { name: format!("stdin.{extension}"), text })
}

fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// Returns a name for a file of a model. The extension of the name determines the format. `/dev/stdin` and the paths of
/// process substitutions have no extension, so `.smithy` is added if the file contains IDL.
fn name_of(file: &Path, text: &str) -> String {
    let name = shown(file);
    if file.starts_with("/dev") && file.extension().is_none() && !is_json(text) { name + ".smithy" } else { name }
}

/// Returns the overlays for the services in a model. Overlays contain facts that AWS's own models do not contain.
///
/// # Errors
///
/// Returns an error if an overlay is invalid.
pub fn overlays(model: &[Source]) -> Result<Vec<Source>, Error> {
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
        // An older model of the service may not contain all shapes to which the overlay applies.
        if let Some(shapes) = overlay["shapes"].as_object_mut() {
            shapes.retain(|id, _| mentioned(id));
        }
        overlays.push(Source { name: name.to_owned(), text: overlay.to_string() });
    }
    Ok(overlays)
}

/// Returns whether a file may define the shape with this ID: a service, an operation or a structure. For the ID of a
/// member, returns whether the file may define the structure that contains the member.
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

/// Returns the services to which an overlay applies. An overlay lists several IDs if its service has a different name
/// in models that are imported from botocore's format.
fn overlaid(overlay: &Value) -> Result<Vec<String>, String> {
    let owned = |id: &Value| id.as_str().map(str::to_owned);
    let services = match &overlay["metadata"]["simba.overlay"] {
        Value::Array(ids) => ids.iter().map(owned).collect(),
        id => owned(id).map(|id| vec![id]),
    };
    services.ok_or_else(|| "missing `simba.overlay` in `metadata`".to_owned())
}

/// Formats a list of names, with one name on each line. If there are more than twenty names, only the first twenty are
/// listed, followed by the number of remaining names.
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

/// Formats a path. A path inside the current directory is displayed relative to that directory.
#[must_use]
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let text = path.strip_prefix(current).unwrap_or(path).display().to_string();
    if text.is_empty() { ".".to_owned() } else { text.replace('\\', "/") }
}

/// Returns the files in a directory that have one of the extensions, sorted by name.
pub fn files_in(directory: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let problem = |error| in_file(directory, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(problem)? {
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
        let error = decoded("a.smithy", b"\xff".to_vec()).expect_err("it is not valid");
        assert_eq!((error.to_string().as_str(), error.report.diagnostics.len()), ("a.smithy has 1 error", 1));
        let position = |line: usize, column: usize, offset: usize| serde_json::json!({ "line": line, "column": column, "offset": offset });
        for (bytes, start, end) in [
            (&b"a\n\xc3\xa9b\xffc"[..], position(2, 3, 5), position(2, 4, 6)),
            (b"a\xe2\x82", position(1, 2, 1), position(1, 3, 3)),
        ] {
            let error = String::from_utf8(bytes.to_vec()).expect_err("it is not valid");
            let expected = serde_json::json!({
                "level": "error",
                "message": "the file is not valid UTF-8",
                "help": "save it as UTF-8",
                "file": "a.smithy",
                "span": { "start": start, "end": end },
            });
            assert_eq!(not_utf_8("a.smithy", &error).diagnostics[0].to_json(), expected);
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read_to_its_end() {
        let expected = "/dev/zero: the file is larger than the maximum of 9 bytes; split it into several files";
        assert_eq!(read_text("/dev/zero", std::io::repeat(0), 9).unwrap_err().to_string(), expected);
        assert_eq!(read_text("model", &b"namespace"[..], 9).unwrap(), "namespace");
    }

    #[test]
    fn the_format_of_a_pipe_depends_on_its_contents() {
        assert_eq!(name_of(Path::new("/dev/stdin"), "namespace toy"), "/dev/stdin.smithy");
        assert_eq!(name_of(Path::new("/dev/fd/63"), " {}"), "/dev/fd/63");
        assert_eq!(name_of(Path::new("model"), "namespace toy"), "model");
    }

    #[test]
    fn an_overlay_contains_the_ids_of_its_services() {
        let overlay = serde_json::json!({ "metadata": { "simba.overlay": "toy#Toy" } });
        assert_eq!(overlaid(&overlay), Ok(vec!["toy#Toy".to_owned()]));
        let overlay = serde_json::json!({ "metadata": { "simba.overlay": ["toy#Toy", "toy#ToyBox"] } });
        assert_eq!(overlaid(&overlay), Ok(vec!["toy#Toy".to_owned(), "toy#ToyBox".to_owned()]));
        assert_eq!(overlaid(&Value::Null), Err("missing `simba.overlay` in `metadata`".to_owned()));
    }
}
