//! The rules of our prose that can be checked: how doc comments begin, and words that the field does not use.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_tests::{text, workspace};

/// Words that have a standard term, and that term.
const RETIRED: [(&str, &str); 5] = [
    ("reply", "response"),
    ("replies", "responses"),
    ("mend", "fix"),
    ("truth value", "boolean"),
    ("whole number", "integer"),
];

/// The folders with code and documentation.
const FOLDERS: [&str; 6] = ["codegen", "docs", "generated", "models", "tests", "xtask"];

/// Returns the files with these extensions in a folder, without those of other projects.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_symlink() || name == "target" || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
            found.push(path);
        }
    }
    found
}

/// Returns the doc comments of a file, each with the number of its first line.
fn doc_comments(code: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut previous = 0;
    for (number, line) in (1..).zip(code.lines()) {
        let line = line.trim_start();
        let Some(line) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else { continue };
        match comments.last_mut().filter(|_| previous + 1 == number) {
            Some((_, comment)) => comment.push_str(line),
            None => comments.push((number, line.to_owned())),
        }
        previous = number;
    }
    comments
}

/// Returns the problem of a text, if it has one.
fn problem(text: &str) -> Option<String> {
    let words = format!(" {} ", text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), " "));
    let retired = RETIRED.iter().find(|(word, _)| words.contains(&format!(" {word} ")));
    retired.map(|(word, term)| format!("\"{word}\"; the term is \"{term}\""))
}

/// Returns the problem of a doc comment, if it has one.
fn doc_problem(comment: &str) -> Option<String> {
    let comment = comment.trim_start();
    if comment.starts_with("What ") {
        return Some("it begins with \"What\"; begin with a noun or a verb".to_owned());
    }
    if comment.contains("In: ") && comment.contains("Out: ") {
        return Some(
            "it has headers \"In:\" and \"Out:\"; describe what is read and returned in a sentence".to_owned(),
        );
    }
    problem(comment)
}

#[test]
fn doc_comments_and_pages_use_the_terms_of_the_field() {
    let mut problems = Vec::new();
    for folder in FOLDERS {
        for path in files(&workspace().join(folder), &["rs", "md"]) {
            let shown = path.strip_prefix(workspace()).expect("it is below").display().to_string();
            let content = text(&path);
            if shown.ends_with(".md") {
                problems.extend(problem(&content).map(|problem| format!("{shown}: {problem}")));
                continue;
            }
            for (line, comment) in doc_comments(&content) {
                problems.extend(doc_problem(&comment).map(|problem| format!("{shown}:{line}: {problem}")));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_refused_is_found() {
    let code = "/// Returns a value.\n/// What it is.\nfn a() {}\n    /// What b is.\nfn b() {}\n//! Sends a reply.\n";
    let comments = doc_comments(code);
    let found: Vec<_> = comments.iter().map(|(line, comment)| (*line, doc_problem(comment).is_some())).collect();
    assert_eq!(found, [(1, false), (4, true), (6, true)]);
}
