//! `cargo xtask conformance --idl`: checks that files in the Smithy IDL are parsed or rejected as expected.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_codegen::{Diagnostic, Severity, Source};

use crate::files;

/// The numbers of cases, and the numbers of those that passed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    pairs: usize,
    equal: usize,
    invalid: usize,
    refused: usize,
}

/// Runs the cases in a directory, and prints those that fail.
pub(super) fn run(directory: &Path) -> Result<(), String> {
    let mut paths = Vec::new();
    collect(directory, &mut paths)?;
    paths.sort();
    // A comment on the first line of a file describes an expected error. If there are directories named `invalid`, only
    // comments in the files of these directories have this meaning.
    let is_invalid = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "invalid");
    let sorts = paths.iter().any(is_invalid);
    let mut counts = Counts::default();
    for path in &paths {
        let text = read(path)?;
        let json = path.with_extension("json");
        let case = path.strip_prefix(directory).unwrap_or(path).display();
        let problem = if json.is_file() {
            counts.pairs += 1;
            let problem = pair(&source(path, text), &source(&json, read(&json)?)).err();
            counts.equal += usize::from(problem.is_none());
            problem
        } else if text.starts_with("//") && (!sorts || is_invalid(path)) {
            counts.invalid += 1;
            let problem = invalid(&source(path, text)).err();
            counts.refused += usize::from(problem.is_none());
            problem
        } else {
            continue;
        };
        if let Some(problem) = problem {
            print_line!("{case}: {problem}");
        }
    }
    let Counts { pairs, equal, invalid, refused } = counts;
    if pairs + invalid == 0 {
        return Err(format!("{}: the directory contains no cases", directory.display()));
    }
    print_line!("{equal} of {pairs} pairs equal, {refused} of {invalid} invalid files rejected on the expected line");
    if (equal, refused) == (pairs, invalid) { Ok(()) } else { Err(String::new()) }
}

/// Compares a file in the IDL with the same model in the JSON AST.
fn pair(idl: &Source, json: &Source) -> Result<(), String> {
    let left = simba_codegen::differences(std::slice::from_ref(idl), std::slice::from_ref(json));
    let differences = left.map_err(|report| report.to_string())?;
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n    ")) }
}

/// Checks that a file is rejected. If the comment at the start of the file specifies a line, the first error must be on
/// that line.
fn invalid(idl: &Source) -> Result<(), String> {
    let Err(report) = simba_codegen::services(std::slice::from_ref(idl)) else {
        return Err("the file was not rejected".to_owned());
    };
    let Some(expected) = expected_line(&idl.text) else { return Ok(()) };
    let errors = report.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
    let line = |problem: &Diagnostic| problem.position.map(|position| position.line);
    match errors.map(line).min().flatten() {
        Some(found) if found == expected => Ok(()),
        _ => Err(format!("expected an error on line {expected}, found: {report}")),
    }
}

/// Returns the line of the expected error. The comment on the first line contains its position in a form such as
/// `at line 7, column 1`.
fn expected_line(text: &str) -> Option<usize> {
    let comment = text.lines().next()?;
    let (_, rest) = comment.split_once(" at line ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn source(path: &Path, text: String) -> Source {
    Source { name: files::shown(path), text }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Collects the IDL files in a directory and its subdirectories.
fn collect(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let problem = |error: std::io::Error| format!("{}: {error}", directory.display());
    for entry in fs::read_dir(directory).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "smithy") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_contains_the_line_of_the_error() {
        assert_eq!(expected_line("// Syntax error at line 12, column 1: Expected\n"), Some(12));
        assert_eq!(expected_line("// Missing required member at line\n"), None);
        assert_eq!(expected_line("// Unknown property\n// at line 2"), None);
    }
}
