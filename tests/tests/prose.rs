//! Checks our prose: how doc comments start, which words are not used, and how wide lines are.
//!
//! The rules for words apply to comments, string literals, and Markdown.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use simba_tests::{text, workspace};

/// Words that must not be used, each with the standard term for it.
const RETIRED: [(&str, &str); 31] = [
    ("answer", "response"),
    ("answers", "responds"),
    ("answered", "responded"),
    ("answering", "responding"),
    ("reply", "response"),
    ("replies", "responses"),
    ("replied", "responded"),
    ("folder", "directory"),
    ("folders", "directories"),
    ("mend", "fix"),
    ("mends", "fixes"),
    ("mended", "fixed"),
    ("mending", "fixing"),
    ("stand", "be"),
    ("stands", "is"),
    ("stands for", "means"),
    ("truth value", "boolean"),
    ("truth values", "booleans"),
    ("whole number", "integer"),
    ("whole numbers", "integers"),
    ("came before", "was already used"),
    ("left out of account", "ignored"),
    ("such a one", "one"),
    ("cannot be had", "is not available"),
    ("so it is unless", "unless"),
    ("forbids to", "prevents"),
    ("makes a call", "sends a request"),
    ("makes a request", "sends a request"),
    ("make a request", "send a request"),
    ("behaviour", "behavior"),
    ("misspelt", "misspelled"),
];

/// Words that must not be used in comments, each with the standard term for it. Names in code and in models contain
/// some of these words.
const RETIRED_IN_COMMENTS: [(&str, &str); 10] = [
    ("anybody", "anyone"),
    ("one after the other", "one after another"),
    ("very many", "many, or too many"),
    ("a text", "a string"),
    ("texts", "strings"),
    ("flag", "boolean, or option"),
    ("flags", "booleans, or options"),
    ("inside of", "inside"),
    ("outside of", "outside"),
    ("seldom", "rarely"),
];

/// Verbs that personify programs, each with the term to use instead.
const PERSONIFYING: [(&str, &str); 7] = [
    ("asks", "requests"),
    ("asked", "requested"),
    ("tells", "returns or prints"),
    ("told", "passed or printed"),
    ("says", "describes or contains"),
    ("wants", "requires"),
    ("knows", "supports or contains"),
];

/// Terms that contain a retired word: text blocks are strings in the IDL, and HTTP/2 frames have flags.
const TERMS: [&str; 3] = ["text block", "text blocks", "the type the flags and the stream"];

/// Words that may follow "is no", as in "is no longer". "there is no …" is also allowed. Everything else is written as
/// "is not a …".
const AFTER_IS_NO: [&str; 4] = ["longer", "larger", "more", "less"];

/// Nouns that follow the name of an item: "the `testing` feature", not "the feature `testing`".
const AFTER_NAMES: [&str; 4] = ["command", "crate", "feature", "module"];

/// The directories with code and documentation.
const DIRECTORIES: [&str; 6] = ["codegen", "docs", "generated", "models", "tests", "xtask"];

/// The documents in the root directory.
const DOCUMENTS: [&str; 4] = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"];

/// The path of this file, which is not checked, since it contains the words themselves.
const THIS_FILE: &str = "tests/tests/prose.rs";

/// Returns the files with these extensions in a directory, without links, hidden files, and build artifacts.
fn files(directory: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the directory can be read").path();
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

/// Returns the comments in a file, without their markers, each with the number of its first line.
fn comments(code: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut previous = 0;
    for (number, line) in (1..).zip(code.lines()) {
        let Some(line) = line.trim_start().strip_prefix("//") else { continue };
        let line = line.trim_start_matches(['/', '!']);
        match comments.last_mut().filter(|_| previous + 1 == number) {
            Some((_, comment)) => comment.push_str(line),
            None => comments.push((number, line.to_owned())),
        }
        previous = number;
    }
    comments
}

/// Collects the string literals in code, except those in attributes, such as doc comments.
fn strings(code: TokenStream, found: &mut Vec<String>) {
    let mut tokens = code.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                tokens.next_if(|next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'));
                tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
            }
            TokenTree::Group(group) => strings(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let Ok(string) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    found.push(string.value());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// Returns the words of a string in lower case, with a space before and after each.
fn words(text: &str) -> String {
    let spaced = text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), " ");
    format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the problem with a string, if it contains an entry of the list.
fn listed(words: &str, list: &[(&str, &str)]) -> Option<String> {
    let (word, term) = list.iter().find(|(word, _)| words.contains(&format!(" {word} ")))?;
    Some(format!("\"{word}\"; the term is \"{term}\""))
}

/// Returns the problem with a string, if it contains a noun before the name of an item.
fn noun_before_name(text: &str) -> Option<String> {
    let paragraphs =
        text.split("\n\n").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
    let paragraphs: Vec<String> = paragraphs.collect();
    let contains = |found: &str| paragraphs.iter().any(|text| text.contains(found));
    let is_before = |noun: &&&str| {
        let starts = ["the", "'s"].map(|start| ["`", "[`"].map(|name| format!("{start} {noun} {name}")));
        starts.as_flattened().iter().any(|start| contains(start))
    };
    AFTER_NAMES.iter().find(is_before).map(|noun| format!("\"the {noun} `…`\"; write \"the `…` {noun}\""))
}

/// Returns the problem with a string, if it contains the name of a variable or constant outside code.
fn plain_name(text: &str) -> Option<String> {
    let text = text.replace("```", "`");
    // A code span in double backticks can contain single backticks.
    let outside_code: String = text.split("``").step_by(2).flat_map(|text| text.split('`').step_by(2)).collect();
    let mut words = outside_code.split(|c: char| c.is_whitespace() || ",.;:".contains(c));
    let is_name = |word: &&str| {
        let is_upper = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_uppercase());
        word.contains('_') && word.split('_').all(is_upper)
    };
    words.find(is_name).map(|name| format!("\"{name}\" outside code; write \"`{name}`\""))
}

/// Returns the problem with a string, if it has one.
fn problem(text: &str) -> Option<String> {
    let words = words(text);
    let is_no = words.match_indices(" is no ").find_map(|(at, found)| {
        let next = words[at + found.len()..].split(' ').next().unwrap_or_default();
        let is_allowed = words[..at].ends_with(" there") || AFTER_IS_NO.contains(&next);
        (!is_allowed).then(|| format!("\"is no {next}\"; write \"is not a {next}\""))
    });
    is_no.or_else(|| noun_before_name(text)).or_else(|| listed(&words, &RETIRED))
}

/// Returns the problem with a comment, if it has one.
fn comment_problem(comment: &str) -> Option<String> {
    let comment = comment.trim_start();
    if comment.starts_with("What ") {
        return Some("it begins with \"What\"; begin with a noun or a verb".to_owned());
    }
    if comment.contains("In: ") && comment.contains("Out: ") {
        return Some(
            "it has headers \"In:\" and \"Out:\"; describe what is read and returned in a sentence".to_owned(),
        );
    }
    if ["# Errors If ", "# Errors Fails ", "# Panics If "].iter().any(|start| comment.contains(start)) {
        return Some(
            "a section begins with a fragment; begin with \"Returns an error if\" or \"Panics if\"".to_owned(),
        );
    }
    let words = TERMS.iter().fold(words(comment), |words, term| words.replace(&format!(" {term} "), " "));
    problem(comment)
        .or_else(|| plain_name(comment))
        .or_else(|| listed(&words, &RETIRED_IN_COMMENTS))
        .or_else(|| listed(&words, &PERSONIFYING))
}

#[test]
fn comments_strings_and_pages_use_the_terms_of_the_field() {
    let mut problems = Vec::new();
    let directories = DIRECTORIES.iter().flat_map(|directory| files(&workspace().join(directory), &["rs", "md"]));
    for path in directories.chain(DOCUMENTS.map(|name| workspace().join(name))) {
        let shown = path.strip_prefix(workspace()).expect("it is below").display().to_string();
        let content = text(&path);
        if shown.ends_with(".md") {
            let problem =
                problem(&content).or_else(|| plain_name(&content)).or_else(|| listed(&words(&content), &PERSONIFYING));
            problems.extend(problem.map(|problem| format!("{shown}: {problem}")));
            continue;
        }
        if shown == THIS_FILE {
            continue;
        }
        for (line, comment) in comments(&content) {
            problems.extend(comment_problem(&comment).map(|problem| format!("{shown}:{line}: {problem}")));
        }
        let mut found = Vec::new();
        strings(content.parse().unwrap_or_else(|error| panic!("{shown}: {error}")), &mut found);
        for string in found {
            problems.extend(problem(&string).map(|problem| format!("{shown}: {problem}, in {string:?}")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn violations_are_found() {
    let code = "/// Returns a value.\n/// What it is.\nfn a() {}\n    /// What b is.\nfn b() {}\n//! Sends a reply.\n\
                // There is no limit.\n\n// A name is no value.\n\n/// # Errors\n///\n/// If it fails.\nfn c() {}\n\n\
                // Enables the feature\n// `a`.\n\n// Enables the `a` feature.\n";
    let found: Vec<_> =
        comments(code).iter().map(|(line, comment)| (*line, comment_problem(comment).is_some())).collect();
    assert_eq!(found, [(1, false), (4, true), (6, true), (9, true), (11, true), (16, true), (19, false)]);

    for refused in [
        "Sets a flag.",
        "The value is a text.",
        "The message says why.",
        "Such values are whole numbers.",
        "Reads `AWS_PROFILE` and AWS_REGION.",
    ] {
        assert!(comment_problem(refused).is_some(), "{refused}");
    }
    for allowed in ["The string is a text block.", "The length, the type, the flags and the stream."] {
        assert_eq!(comment_problem(allowed), None, "{allowed}");
    }

    let code = r##"#[doc = "no string"] fn a() { f("a setting without a value is no longer listed"); g(r#"it stands here"#, "b is no number") }"##;
    let mut found = Vec::new();
    strings(code.parse().expect("it is Rust"), &mut found);
    let refused: Vec<_> = found.iter().map(|string| (string.as_str(), problem(string).is_some())).collect();
    assert_eq!(
        refused,
        [("a setting without a value is no longer listed", false), ("it stands here", true), ("b is no number", true)]
    );
}

/// The maximum number of characters in a line.
const LINE_WIDTH: usize = 120;

/// Returns the lines of prose that are too long, with their numbers. Prose consists of comments and of paragraphs in
/// Markdown. Tables, images, code, and lines that consist of a single word cannot be wrapped.
fn long_lines(content: &str, is_code: bool, is_template: bool) -> Vec<(usize, &str)> {
    let mut in_block = false;
    let mut long = Vec::new();
    for (number, line) in (1..).zip(content.lines()) {
        // Emitted code has less indentation than its template.
        let shown = if is_template { line.trim_start() } else { line };
        let prose = match line.trim_start().strip_prefix("//") {
            Some(comment) if is_code => comment.trim_start_matches(['/', '!']).trim_start(),
            None if is_code => {
                in_block = false;
                continue;
            }
            _ => line.trim_start(),
        };
        if prose.starts_with("```") {
            in_block = !in_block;
        }
        let ticks = &prose[..prose.len() - prose.trim_start_matches('`').len()];
        let code = prose.trim_end_matches('.').strip_prefix(ticks).and_then(|code| code.strip_suffix(ticks));
        let is_code_span = !ticks.is_empty() && code.is_some_and(|code| !code.contains(ticks));
        let is_whole = in_block || is_code_span || prose.starts_with(['|', '!']) || !prose.contains(' ');
        if shown.chars().count() > LINE_WIDTH && !is_whole {
            long.push((number, line));
        }
    }
    long
}

#[test]
fn prose_is_wrapped() {
    let mut problems = Vec::new();
    let directories = ["codegen", "docs", "generated", "models", "tests", "xtask"];
    let directories = directories.iter().flat_map(|directory| files(&workspace().join(directory), &["rs", "md"]));
    for path in directories.chain(DOCUMENTS.map(|name| workspace().join(name))) {
        let shown = path.strip_prefix(workspace()).expect("it is below").display().to_string();
        let content = text(&path);
        let long = long_lines(&content, shown.ends_with(".rs"), shown.starts_with("codegen/src/emit"));
        problems.extend(long.iter().map(|(number, line)| format!("{shown}:{number}: {line}")));
    }
    assert!(problems.is_empty(), "more than {LINE_WIDTH} characters:\n{}", problems.join("\n"));
}

#[test]
fn long_lines_are_found() {
    let (long, word) = (["word"; 25].join(" "), "x".repeat(LINE_WIDTH));
    let code = format!("/// {long}\n/// ```\n/// {long}\n/// ```\nlet a = \"{long}\";\n    // {long}\n// {word}\n");
    assert_eq!(long_lines(&code, true, false).iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 6]);
    let template = format!("        /// {}", "word ".repeat(23).trim_end());
    assert!(long_lines(&template, true, true).is_empty() && !long_lines(&template, true, false).is_empty());
    let page = format!("{long}\n\n| {long} |\n");
    assert_eq!(long_lines(&page, false, false).len(), 1);
}

/// The maximum number of characters in a line of code that rustdoc displays in a window with a width of 1,280 pixels.
const CODE_WIDTH: usize = 94;

/// Returns the lines of code in doc comments that are too wide for a page, each with its number.
fn wide_code(code: &str) -> Vec<(usize, &str)> {
    let mut in_block = false;
    let mut wide = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        let line = line.trim_start();
        let Some(line) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            in_block = false;
            continue;
        };
        let line = line.strip_prefix(' ').unwrap_or(line);
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block && !line.starts_with("# ") && line.chars().count() > CODE_WIDTH {
            wide.push((number, line));
        }
    }
    wide
}

#[test]
fn examples_of_the_runtime_fit_on_the_page() {
    let mut problems = Vec::new();
    for directory in ["codegen/runtime/src", "codegen/aws-config/src"] {
        for path in files(&workspace().join(directory), &["rs"]) {
            let code = text(&path);
            problems
                .extend(wide_code(&code).iter().map(|(number, line)| format!("{}:{number}: {line}", path.display())));
        }
    }
    assert!(problems.is_empty(), "more than {CODE_WIDTH} characters:\n{}", problems.join("\n"));
}

#[test]
fn wide_code_is_found() {
    let (wide, hidden) = ("x".repeat(CODE_WIDTH + 1), format!("# {}", "x".repeat(CODE_WIDTH)));
    let code = format!("/// {wide}\n/// ```\n/// {hidden}\n/// {wide}\n/// ```\nlet {wide};\n");
    assert_eq!(wide_code(&code), [(4, wide.as_str())]);
}
