//! Mutations of JSON documents. The choices are determined by a seed or by a fuzzer.

#![allow(clippy::unwrap_used, reason = "All pointers refer to values of the document.")]

use std::path::PathBuf;

use serde_json::{Value, json};
use simba_codegen::Source;

use crate::hostile::{KEYWORDS, OWN, PRELUDE};

/// A source of choices.
pub trait Choose {
    /// Returns a number below the limit, or 0 if the limit is 0.
    fn below(&mut self, limit: usize) -> usize;
}

/// The choices of a fuzzer. Each choice uses two bytes. After the last byte, all choices are 0.
#[derive(Debug)]
pub struct Chosen<'a>(pub &'a [u8]);

impl Choose for Chosen<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let Some((next, rest)) = self.0.split_first_chunk() else { return 0 };
        self.0 = rest;
        usize::from(u16::from_be_bytes(*next)) % limit.max(1)
    }
}

/// Random choices, determined by a seed (SplitMix64).
#[derive(Debug)]
pub struct Random(pub u64);

impl Choose for Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap()
    }
}

/// Strings that are difficult to represent in Rust or in documentation, to use as patterns, or to parse as paths.
const NASTY: [&str; 16] = [
    "m\u{b2}",
    "\u{202e}\u{2066}",
    "e\u{301}",
    "crate",
    "Self",
    "std",
    "NaN",
    "1985-04-12T23:20:50.520Z",
    "javascript:alert(1)",
    r"(\w*,?){10000}",
    "((((((((((((((((((a{1000}){1000}){1000}",
    "a.b.c[*].d || !(!(!e))",
    "{{{}}{#}",
    "```\n\r\u{0}#[",
    "arn:aws:iam::1:role/*\\\"",
    "99999999999999999999999999",
];

/// Mutates the document: removes a value, replaces it with a copy of another value or with an unusual value, or renames
/// it.
pub fn mutate(document: &mut Value, choose: &mut impl Choose) {
    let places = places(document);
    let place = &places[choose.below(places.len())];
    let other = &places[choose.below(places.len())];
    let names = [KEYWORDS, PRELUDE, OWN][choose.below(3)];
    let replacement = match choose.below(16) {
        0 | 1 => None,
        2 | 3 => document.pointer(other).cloned(),
        4 => Some(Value::Null),
        5 => Some(json!(true)),
        6 => Some(json!(-1)),
        7 => Some(json!(1e300)),
        8 => Some(json!("")),
        9 => Some(json!([])),
        10 => Some(json!({})),
        11 | 12 => Some(json!(NASTY[choose.below(NASTY.len())])),
        13 => return rename(document, place, names[choose.below(names.len())]),
        14 => Some(json!(names[choose.below(names.len())])),
        // The value is replaced with the target of a member.
        _ => places.iter().rfind(|place| place.ends_with("/target")).and_then(|place| document.pointer(place).cloned()),
    };
    match replacement {
        Some(value) => *document.pointer_mut(place).unwrap() = value,
        None => remove(document, place),
    }
}

/// Renames a member of an object, or changes the name in a shape ID.
fn rename(document: &mut Value, place: &str, name: &str) {
    let Some((parent, old)) = place.rsplit_once('/') else { return };
    let old = old.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(members)) = document.pointer_mut(parent)
        && let Some(value) = members.remove(&old)
    {
        let namespace = old.split_once('#').map_or(String::new(), |(namespace, _)| format!("{namespace}#"));
        members.insert(format!("{namespace}{name}"), value);
    }
}

fn remove(document: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(elements) => {
            elements.remove(name.parse().unwrap());
        }
        other => panic!("{other} has no parts"),
    }
}

/// Returns the JSON pointers to all values of a document.
fn places(document: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let mut at = 0;
    while at < places.len() {
        let place = places[at].clone();
        match document.pointer(&place).unwrap() {
            Value::Object(members) => {
                places.extend(
                    members.keys().map(|name| format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"))),
                );
            }
            Value::Array(elements) => places.extend((0..elements.len()).map(|index| format!("{place}/{index}"))),
            _ => {}
        }
        at += 1;
    }
    places
}

/// Returns valid models to mutate: small models with every construct, and the models in the given directories.
/// Directories that do not exist are skipped.
#[must_use]
pub fn models(directories: &[PathBuf]) -> Vec<Value> {
    let parse = |source: &Source| -> Value { serde_json::from_str(&source.text).unwrap() };
    let service = parse(&crate::source("constructs/service.json"));
    let mut directories = directories.to_vec();
    directories.retain(|directory| directory.is_dir());
    directories.extend(["constructs", "conformance"].map(crate::fixture));
    let mut models = Vec::new();
    for source in
        directories.iter().flat_map(|directory| crate::files(directory, "json", |path| path.display().to_string()))
    {
        let mut model = parse(&source);
        if source.name.contains("constructs") && !source.text.contains("\"service\"") {
            let shapes = model["shapes"].as_object_mut().unwrap();
            for (id, shape) in service["shapes"].as_object().unwrap() {
                shapes.entry(id.clone()).or_insert_with(|| shape.clone());
            }
        }
        models.push(model);
    }
    models
}
