//! Compares a snapshot with all messages that the generator, its commands, and a client can print.
//!
//! A message is a string literal with at least three words, in code that is not a test. In the snapshot, each message
//! is followed by an example, which is a matching string in a test or a matching line in a snapshot. The test fails if
//! a message has no example.

use std::{fs, sync::LazyLock};

use proc_macro2::{Literal, TokenStream, TokenTree};
use simba_tests::{text, workspace};

/// The directories that contain messages, and the files in them that do not contain any.
const SOURCES: [(&str, &[&str]); 6] = [
    ("codegen/src", &["emit/", "lower/docs", "lower/example", "markdown", "ir/"]),
    ("codegen/runtime/src", &["testing/protocol", "schema/macros.rs", "sigv4"]),
    ("codegen/aws-config/src", &[]),
    ("codegen/build/src", &[]),
    ("codegen/cli/src", &[]),
    ("xtask/src", &["bench"]),
];

/// Macros and functions whose strings are code, parts of other libraries' messages, or meant for developers of the
/// generator.
const NOT_MESSAGES: [&str; 9] =
    ["assert", "assert_eq", "contains", "debug_assert", "expect", "quote", "unreachable", "ident", "matches"];

/// A message in the code.
struct Template {
    file: String,
    text: String,
}

/// Returns the files in a directory whose names end with `ending`, with their paths in the workspace.
fn files(directory: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut queue = vec![directory.to_owned()];
    while let Some(path) = queue.pop() {
        let absolute = workspace().join(&path);
        if absolute.is_dir() {
            let entries = fs::read_dir(&absolute).expect("a directory");
            let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
            queue.extend(names.filter(|name| name != "target").map(|name| format!("{path}/{name}")));
        } else if path.ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Splits a file into its code and its tests.
fn split(path: &str) -> (TokenStream, TokenStream) {
    let source = text(&workspace().join(path));
    let starts_line = |at: &usize| {
        let before = source[..*at].rsplit('\n').next().unwrap_or_default();
        before.is_empty() || before.starts_with("pub")
    };
    let start = source.match_indices("mod tests {").map(|(at, _)| at).find(starts_line);
    let (code, tests) = start.map_or((source.as_str(), "mod tests {}"), |at| source.split_at(at));
    let parse = |code: &str| code.parse().expect("it is Rust");
    if path.split(['/', '.']).any(|part| part == "tests") {
        return (TokenStream::new(), parse(&source));
    }
    (parse(code), parse(tests))
}

/// Returns the value of a string literal.
fn string(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|string| string.value())
}

/// Collects the string literals in code, except those in attributes, and those in the arguments of the
/// functions and macros that `skipped` lists.
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

/// Returns whether a string is a message, which has at least three words.
fn is_message(text: &str) -> bool {
    let words = text
        .split(' ')
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || ",;:.`'".contains(c)));
    words.count() > 2
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(templates);

fn templates() -> Vec<Template> {
    let mut templates = Vec::new();
    for (directory, excluded) in SOURCES {
        for file in files(directory, ".rs") {
            let inner = &file[directory.len() + 1..];
            if excluded.iter().any(|excluded| inner.starts_with(excluded)) {
                continue;
            }
            let mut found = Vec::new();
            strings(split(&file).0, &NOT_MESSAGES, &mut found);
            found.retain(|text| is_message(text) && !text.contains("@generated"));
            templates.extend(found.into_iter().map(|text| Template { file: file.clone(), text }));
        }
    }
    templates
}

/// Returns the lines that tests expect: the strings in tests, and the lines of snapshots.
fn expected() -> Vec<String> {
    let mut lines = Vec::new();
    for directory in ["codegen", "xtask", "tests/tests"] {
        for file in files(directory, ".rs").iter().filter(|file| !file.ends_with("tests/messages.rs")) {
            strings(split(file).1, &[], &mut lines);
        }
    }
    for snapshot in files("tests/tests", ".snap").iter().filter(|file| !file.contains("messages__")) {
        lines.push(unwrapped(&text(&workspace().join(snapshot))));
    }
    lines.push(text(&workspace().join("tests/FAULTS.md")));
    let lines = lines.iter().flat_map(|text| text.lines());
    lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Joins the lines of each paragraph in doc comments.
fn unwrapped(code: &str) -> String {
    let mut joined = String::new();
    let mut in_paragraph = false;
    for line in code.lines().map(str::trim_start) {
        let words = line.strip_prefix("/// ");
        match words.filter(|_| in_paragraph) {
            Some(words) => joined += &format!(" {}", words.trim_start()),
            None => joined += &format!("\n{line}"),
        }
        in_paragraph = words.is_some();
    }
    joined
}

/// Returns the literal parts of a template, between its placeholders.
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

/// Returns whether a line contains all parts in this order.
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

/// Returns the shortest line that matches a template.
fn example<'a>(template: &str, lines: &'a [String]) -> Option<&'a str> {
    // A template with several lines is compared by its first line.
    let parts = parts(template.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
    // A line that ends with a colon may be only the start of a message.
    let is_start = |line: &String| line.ends_with(':') && !template.ends_with(':');
    let matching = lines.iter().filter(|line| matches(line, &parts));
    matching.min_by_key(|line| (is_start(line), line.len(), line.as_str())).map(String::as_str)
}

/// Verbs that begin a fix.
const FIXES: [&str; 12] =
    ["add", "allow", "change", "convert", "enable", "pass", "remove", "run", "select", "set", "use", "write"];

/// Returns whether the expectation or the fix in a message follows something other than a semicolon.
///
/// A message has the form `place: problem: cause; fix`. `expected X, found Y` is a problem, which may follow a place.
fn is_divided_wrongly(template: &str) -> bool {
    let expected = |(at, _): (usize, &str)| {
        let (before, after) = template.split_at(at);
        !before.ends_with('}') && !after.contains(", found ")
    };
    template.contains(", expected ")
        || template.match_indices(": expected ").any(expected)
        || FIXES.iter().any(|verb| template.contains(&format!(": {verb} ")))
}

/// Returns whether a message ends with a period. Help messages and generated documentation, which start with a capital
/// letter, consist of sentences.
fn ends_with_full_stop(template: &str) -> bool {
    !template.trim_start().starts_with(char::is_uppercase) && template.ends_with('.')
}

#[test]
fn messages_do_not_end_with_a_period() {
    let wrong = TEMPLATES.iter().filter(|template| ends_with_full_stop(&template.text));
    let wrong: Vec<String> = wrong.map(|template| format!("{}: {}", template.file, template.text)).collect();
    assert!(wrong.is_empty(), "messages must not end with a period:\n{}", wrong.join("\n"));
    assert!(ends_with_full_stop("the file is empty.") && !ends_with_full_stop("The values of `{}`."));
}

#[test]
fn expectations_and_fixes_follow_a_semicolon() {
    let wrong = TEMPLATES.iter().filter(|template| {
        let is_help = template.text.contains("Usage: ");
        !is_help && is_divided_wrongly(&template.text)
    });
    let mut wrong: Vec<String> = wrong.map(|template| format!("{}: {}", template.file, template.text)).collect();
    // Messages that are composed of several strings are checked as they are printed.
    let is_message = |line: &String| line.starts_with("error: ") || line.starts_with("warning: ");
    wrong.extend(expected().into_iter().filter(is_message).filter(|line| line.contains(", expected ")));
    assert!(wrong.is_empty(), "write `problem; expected X` or `expected X, found Y`:\n{}", wrong.join("\n"));
    for wrong in ["invalid port `{}`: expected 1 to 9", "unknown type `{}`, expected `a`", "no region: set one"] {
        assert!(is_divided_wrongly(wrong), "{wrong}");
    }
    for right in ["{file}:{line}: expected `]`", "arguments of `{}`: expected 1, found 2", "no region; set one"] {
        assert!(!is_divided_wrongly(right), "{right}");
    }
}

#[test]
fn every_message_is_listed_with_an_example() {
    let lines = expected();
    let (mut listed, mut file) = (String::new(), String::new());
    let mut without = Vec::new();
    for template in TEMPLATES.iter() {
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
    assert!(without.is_empty(), "no test contains an example of these messages:\n{}", without.join("\n"));
}
