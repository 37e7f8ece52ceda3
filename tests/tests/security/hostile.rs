//! Tests that a model cannot inject code. Each string in each fixture is replaced with a hostile string, one at a time.
//!
//! The result is a diagnostic, or a crate whose files contain the string only as text.

use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use simba_codegen::{Files, Options, Source, Tests, generate};
use simba_tests::{fixture, model, options, text};

/// A string that ends every kind of literal, comment and block, and then contains an item.
const HOSTILE: &str = "x\\\" \"# \"## '*/ ) ] } ; pub fn planted() { planted!() } \n pub fn planted() {}\r\n//! planted\n\
    #![planted]\n```\nplanted();\n```\n~~~rust\nplanted();\n~~~\n\n    planted();\n\n<pre><code>planted();</code></pre>\n\
    {planted} {{planted}} $planted #planted \\u{22} \u{202e}planted\u{2028} [planted](javascript:planted)";

/// A name that would escape from a directory or a manifest.
const HOSTILE_NAME: &str = "../../planted\"\n[package]\nbuild = \"planted.rs";

/// Locations where injection was possible in the past.
const FOUND: [&str; 2] = ["/matcher/output/expected", "/matcher/errorType"];

#[test]
fn strings_in_a_model_do_not_become_code() {
    // Testing all locations in every run would take too long. By default, only a sample is tested.
    let step = if std::env::var_os("SIMBA_MUTATIONS").is_some() { 1 } else { 67 };
    let mut tried = 0;
    let mut accepted = 0;
    for (name, sources, options) in models() {
        let parsed: Vec<Value> = sources.iter().map(|source| serde_json::from_str(&source.text).unwrap()).collect();
        for (index, whole) in parsed.iter().enumerate() {
            let is_due =
                |at: usize, pointer: &str| at % step == index % step || FOUND.iter().any(|end| pointer.ends_with(end));
            for (_, pointer) in texts(whole).into_iter().enumerate().filter(|(at, pointer)| is_due(*at, pointer)) {
                for hostile in [HOSTILE, HOSTILE_NAME] {
                    let mut changed = whole.clone();
                    replace(&mut changed, &pointer, hostile);
                    let mut sources = sources.clone();
                    sources[index].text = changed.to_string();
                    tried += 1;
                    if let Ok(generated) = generate(&sources, &options) {
                        accepted += 1;
                        check(&generated.files, &format!("{name}: {pointer}"));
                    }
                }
            }
        }
    }
    assert!(tried > 100 && accepted > 10, "{accepted} of {tried} were accepted");
}

/// Returns every fixture, and a part of the FSx model with its documentation, endpoint rules and waiters.
fn models() -> Vec<(String, Vec<Source>, Options)> {
    let mut models = Vec::new();
    for (directory, tests) in [("constructs", Tests::Omit), ("conformance", Tests::Emit)] {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(fixture(directory)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        for path in paths {
            let source = |path: &PathBuf| Source { name: path.display().to_string(), text: text(path) };
            let mut sources = vec![source(&path)];
            if !sources[0].text.contains("\"service\"") {
                sources.push(source(&fixture("constructs/service.json")));
            }
            models.push((path.display().to_string(), sources, Options { tests, ..options() }));
        }
    }
    models
}

/// Returns the locations of all strings in a document. The locations of member names end with a slash.
fn texts(value: &Value) -> Vec<String> {
    fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::String(_) => found.push(at.to_owned()),
            Value::Array(elements) => {
                elements
                    .iter()
                    .enumerate()
                    .for_each(|(index, element)| collect(element, &format!("{at}/{index}"), found));
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                    found.push(format!("{at}/"));
                    collect(member, &at, found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found
}

fn replace(document: &mut Value, pointer: &str, hostile: &str) {
    if let Some(name) = pointer.strip_suffix('/') {
        let (parent, name) = name.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        let members = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        let member = members.remove(&name).unwrap();
        members.insert(hostile.to_owned(), member);
    } else {
        *document.pointer_mut(pointer).unwrap() = Value::String(hostile.to_owned());
    }
}

fn check(files: &Files, context: &str) {
    for (path, text) in files {
        let plain = path.split('/').all(|part| {
            !part.is_empty()
                && part != ".."
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        });
        assert!(plain && !path.starts_with('/'), "{context}: a file would be written to {path:?}");
        if path.ends_with(".rs") {
            let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{context}: {path}: {error}"));
            names(tokens, &mut |name| assert!(name != "planted", "{context}: {path} has the name {name}:\n{text}"));
            fences(text, &format!("{context}: {path}"));
        } else if path.ends_with(".toml") {
            for line in text.lines().filter(|line| line.contains("planted")) {
                let value = line.split_once(" = ").unwrap_or_else(|| panic!("{context}: {line}")).1;
                serde_json::from_str::<String>(value).unwrap_or_else(|error| panic!("{context}: {line}: {error}"));
            }
        }
    }
}

/// Visits all identifiers in a file. Documentation is not visited, since it is a literal in an attribute.
fn names(tokens: TokenStream, see: &mut dyn FnMut(&str)) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => see(&name.to_string()),
            TokenTree::Group(group) => names(group.stream(), see),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Panics if rustdoc would compile and run code in documentation. rustdoc does so for indented blocks, and for fenced
/// blocks that are not in another language.
fn fences(text: &str, context: &str) {
    let mut fence: Option<(String, bool)> = None;
    let mut code = String::new();
    for line in text.lines() {
        let Some(line) = line.trim_start().strip_prefix("///").or_else(|| line.trim_start().strip_prefix("//!")) else {
            fence = None;
            continue;
        };
        let line = line.strip_prefix(' ').unwrap_or(line);
        let mark: String = line.trim_start().chars().take_while(|c| "`~".contains(*c)).collect();
        match &fence {
            Some((open, _)) if mark.starts_with(open.as_str()) && line.trim() == mark => fence = None,
            Some((_, runs)) if *runs => code.extend([line.strip_prefix("# ").unwrap_or(line), "\n"]),
            Some(_) => {}
            None if mark.len() >= 3 => {
                let language = line.trim_start()[mark.len()..].trim();
                let rust = |word| ["", "rust", "no_run", "should_panic"].contains(&word);
                fence = Some((mark, language.split([',', ' ']).any(rust)));
            }
            None if line.starts_with("    ") => code.extend([line, "\n"]),
            None => {}
        }
    }
    let tokens: TokenStream = code.parse().unwrap_or_else(|error| panic!("{context}: {error}: {code}"));
    names(tokens, &mut |name| assert!(name != "planted", "{context}: a doc test would run {name}:\n{text}"));
}

#[test]
fn names_cannot_be_paths() {
    for name in ["../evil", "a/b", "a\\b", "..", "", "evil\0", "C:evil", "evil#$", "évil"] {
        let act =
            text(&fixture("constructs/service.json")).replace("toy#Act\"", &format!("toy#{}\"", name.escape_default()));
        let source = Source { name: "model.json".to_owned(), text: act };
        if let Ok(generated) = generate(&[source], &options()) {
            check(&generated.files, name);
            panic!("an operation is named {name:?}");
        }
    }
    assert!(generate(&model("fsx"), &options()).is_ok());
}
