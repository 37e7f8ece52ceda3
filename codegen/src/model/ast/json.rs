//! Parses JSON into values, and finds keys that an object contains twice.

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

use serde_json::Value;

use crate::{
    diagnostic::Span,
    model::locate::{string, string_end},
};

/// Parses JSON. Also returns whether an object contains a key twice, in which case the last value is kept.
pub(super) fn parse(json: &str) -> Result<(Value, bool), serde_json::Error> {
    let value = serde_json::from_str(json)?;
    let has_duplicates = count_keys(json.as_bytes()) > count_entries(&value);
    Ok((value, has_duplicates))
}

/// The positions of keys in a JSON file.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    /// The keys of the top-level object.
    pub(super) top_level: Positions<'a>,
    /// The keys of the metadata.
    pub(super) metadata: Positions<'a>,
    /// The keys that occur twice in an object, each with the positions of both occurrences.
    pub(super) duplicates: Vec<(Cow<'a, str>, Span, Span)>,
}

type Positions<'a> = BTreeMap<Cow<'a, str>, Span>;

/// Finds keys in a JSON file.
pub(super) fn keys(json: &str) -> Keys<'_> {
    let (mut found, mut at) = (Keys::default(), 0);
    // `open` contains the objects that have not been closed, each with its own key and the positions of the keys in it.
    // `last` is the key that was read last.
    let (mut open, mut last): (Vec<(Cow<'_, str>, Positions<'_>)>, _) = (Vec::new(), Cow::Borrowed(""));
    while let Some(byte) = json.as_bytes().get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' => open.push((std::mem::take(&mut last), Positions::new())),
            b'}' => match (open.pop(), open.len()) {
                (Some((_, keys)), 0) => found.top_level = keys,
                (Some((key, keys)), 1) if key == "metadata" => found.metadata = keys,
                _ => {}
            },
            b'"' => {
                at = string_end(json.as_bytes(), at);
                let (text, after) = json.split_at_checked(at).unwrap_or((json, ""));
                let keys = open.last_mut().filter(|_| after.trim_start().starts_with(':'));
                let Some((_, keys)) = keys else { continue };
                let span = Span { start, end: at };
                last = string(text.get(start..).unwrap_or_default());
                match keys.entry(last.clone()) {
                    Entry::Occupied(first) => found.duplicates.push((first.key().clone(), *first.get(), span)),
                    Entry::Vacant(new) => _ = new.insert(span),
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the number of keys in JSON, including those that an object contains twice.
fn count_keys(json: &[u8]) -> usize {
    let (mut count, mut at) = (0, 0);
    while let Some(quote) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'"')) {
        at = string_end(json, at + quote + 1);
        let after = json.get(at..).unwrap_or_default().trim_ascii_start();
        count += usize::from(after.starts_with(b":"));
    }
    count
}

/// Returns the number of entries in the objects of a value.
fn count_entries(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count_entries).sum(),
        Value::Object(object) => object.len() + object.values().map(count_entries).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_that_appear_twice_in_an_object_are_duplicates() {
        for (json, expected) in [
            (r#"{"a": [1, 0.5, 1e3, "b", ":", "\\", "a\":"], "b": {"c": {}, "a": ": "}}"#, false),
            ("[]", false),
            (r#"[{"a": 1}, {"a": 2}]"#, false),
            ("{\"a\" \n : 1, \"\\u0061\": 2}", true),
            (r#"{"a": {"b": [{"c": 1, "d": 2, "c": 3}]}}"#, true),
        ] {
            assert_eq!(parse(json).expect("it is JSON").1, expected, "{json}");
        }
    }

    #[test]
    fn keys_of_the_metadata_are_found() {
        let found = keys(r#"{"shapes": {"metadata": {"a": 1}}, "metadata": {"b": {"c": 1}, "d": []}}"#).metadata;
        assert_eq!(found.keys().collect::<Vec<_>>(), ["b", "d"]);
    }

    #[test]
    fn duplicates_are_keys_of_the_same_object() {
        let json = r#"{"a": {"b": "a", "c": ["b", {"b": 1}, {"b": 2}], "\u0062": 3}, "d": "d", "a" : 1, "a": 2}"#;
        assert!(parse(json).expect("it is JSON").1);
        let Keys { top_level, duplicates, .. } = keys(json);
        assert_eq!(top_level.keys().collect::<Vec<_>>(), ["a", "d"]);
        let found: Vec<(String, &str, usize)> = duplicates
            .into_iter()
            .map(|(key, first, second)| (key.into_owned(), &json[second.start..second.end], first.start))
            .collect();
        let of = |key: &str, second, first| (key.to_owned(), second, first);
        assert_eq!(found, [of("b", r#""\u0062""#, 7), of("a", "\"a\"", 1), of("a", "\"a\"", 1)]);
    }
}
