//! Every message that the generator, its commands and a client can print, as a snapshot.
//!
//! A message is a string literal of three words or more in code that is not a test: its template. Below it is an example: a
//! string of a test, or a line of a snapshot, that the template matches. A message that no test provokes has none.

use std::fs;

use proc_macro2::{Literal, TokenStream, TokenTree};
use simba_tests::{text, workspace};

/// The number of messages without an example. It may only fall: a new message comes with a test that provokes it.
const WITHOUT_EXAMPLE: usize = 297;

/// Where messages are, and what is in there that prints none.
const SOURCES: [(&str, &[&str]); 4] = [
    ("codegen/src", &["emit/", "lower/docs", "lower/example", "markdown", "ir/"]),
    ("codegen/runtime/src", &["testing/protocol.rs", "schema/macros.rs", "sigv4"]),
    ("codegen/aws-config/src", &[]),
    ("xtask/src", &["bench"]),
];

/// Macros and functions whose strings are for developers of the generator, or are code.
const NOT_MESSAGES: [&str; 8] =
    ["assert", "assert_eq", "debug_assert", "expect", "quote", "unreachable", "ident", "matches"];

/// One message of the code.
struct Template {
    file: String,
    text: String,
}

/// The files below a folder whose name ends like this, with their path from the workspace.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut queue = vec![folder.to_owned()];
    while let Some(path) = queue.pop() {
        let absolute = workspace().join(&path);
        if absolute.is_dir() {
            let entries = fs::read_dir(&absolute).expect("a folder");
            let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
            queue.extend(names.filter(|name| name != "target").map(|name| format!("{path}/{name}")));
        } else if path.ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file, and that of its own tests.
fn split(path: &str) -> (TokenStream, TokenStream) {
    let source = text(&workspace().join(path));
    let (code, tests) = source.split_once("\nmod tests {").unwrap_or((&source, "}"));
    let parse = |code: &str| code.parse().expect("it is Rust");
    if path.split(['/', '.']).any(|part| part == "tests") {
        return (TokenStream::new(), parse(&source));
    }
    (parse(code), parse(&format!("mod tests {{{tests}")))
}

/// The value of a string literal.
fn string(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|string| string.value())
}

/// The string literals of code, without those of attributes and of what is listed.
fn strings(stream: TokenStream, skipped: &[&str], found: &mut Vec<String>) {
    let mut before = [String::new(), String::new()];
    for tree in stream {
        let shown = match &tree {
            TokenTree::Group(group) => {
                let [outer, inner] = &before;
                let name = if inner == "!" { outer } else { inner };
                let attribute = inner == "#" || (inner == "!" && outer == "#");
                if !attribute && !skipped.contains(&name.as_str()) {
                    strings(group.stream(), skipped, found);
                }
                String::new()
            }
            TokenTree::Literal(literal) => {
                found.extend(string(literal));
                String::new()
            }
            other => other.to_string(),
        };
        let [_, inner] = before;
        before = [inner, shown];
    }
}

/// Whether a string is a message: three words or more.
fn is_message(text: &str) -> bool {
    let words = text
        .split(' ')
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || ",;:.`'".contains(c)));
    words.count() > 2
}

fn templates() -> Vec<Template> {
    let mut templates = Vec::new();
    for (folder, excluded) in SOURCES {
        for file in files(folder, ".rs") {
            let inner = &file[folder.len() + 1..];
            if excluded.iter().any(|excluded| inner.starts_with(excluded)) {
                continue;
            }
            let mut found = Vec::new();
            strings(split(&file).0, &NOT_MESSAGES, &mut found);
            found.retain(|text| is_message(text));
            templates.extend(found.into_iter().map(|text| Template { file: file.clone(), text }));
        }
    }
    templates
}

/// The lines that tests expect: their strings, and the snapshots.
fn expected() -> Vec<String> {
    let mut lines = Vec::new();
    for folder in ["codegen", "xtask", "tests/tests"] {
        for file in files(folder, ".rs").iter().filter(|file| !file.ends_with("tests/messages.rs")) {
            strings(split(file).1, &[], &mut lines);
        }
    }
    for snapshot in files("tests/tests/snapshots", ".snap").iter().filter(|file| !file.contains("messages__")) {
        lines.push(text(&workspace().join(snapshot)));
    }
    lines.push(text(&workspace().join("tests/FAULTS.md")));
    let lines = lines.iter().flat_map(|text| text.lines());
    lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The fixed parts of a template, between its placeholders.
fn parts(template: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (fixed, placeholder) = rest.split_at(at);
        parts.last_mut().expect("there is one").push_str(fixed);
        if placeholder.starts_with("{{") || placeholder.starts_with("}}") {
            parts.last_mut().expect("there is one").push_str(&placeholder[..1]);
            rest = &placeholder[2..];
        } else {
            parts.push(String::new());
            rest = placeholder.split_once('}').map_or("", |(_, rest)| rest);
        }
    }
    parts.last_mut().expect("there is one").push_str(rest);
    parts
}

/// Whether a line has all parts, in this order.
fn matches(line: &str, parts: &[String]) -> bool {
    let mut rest = line;
    parts.iter().all(|part| match rest.split_once(part.as_str()) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

/// The shortest line that shows a template.
fn example<'a>(template: &str, lines: &'a [String]) -> Option<&'a str> {
    // A template of several lines is shown by its first.
    let parts = parts(template.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
    lines.iter().filter(|line| matches(line, &parts)).min_by_key(|line| (line.len(), line.as_str())).map(String::as_str)
}

#[test]
fn every_message_is_listed_with_an_example() {
    let lines = expected();
    let (mut listed, mut file) = (String::new(), String::new());
    let mut without = Vec::new();
    for template in templates() {
        if template.file != file {
            file.clone_from(&template.file);
            listed += &format!("\n{file}\n");
        }
        listed += &format!("  {}\n", template.text.trim_end().replace('\n', "\n  "));
        match example(&template.text, &lines) {
            Some(line) if line == template.text => {}
            Some(line) => listed += &format!("    such as: {line}\n"),
            None => without.push(format!("{file}: {}", template.text)),
        }
    }
    insta::assert_snapshot!("templates", listed);
    let count = without.len();
    assert!(
        count <= WITHOUT_EXAMPLE,
        "{count} messages have no example in any test, {WITHOUT_EXAMPLE} had none before:\n{}",
        without.join("\n")
    );
    assert!(count == WITHOUT_EXAMPLE, "only {count} messages have no example now: lower WITHOUT_EXAMPLE");
}
