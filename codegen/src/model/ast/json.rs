//! Parses JSON into values, and finds keys that an object contains twice.

use std::{
    borrow::Cow,
    cell::Cell,
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::{
    diagnostic::Span,
    model::locate::{string, string_end},
};

/// Parses JSON. Also returns whether an object contains a key twice, in which case the last value is kept.
pub(super) fn parse(json: &str) -> Result<(Value, bool), serde_json::Error> {
    let has_duplicates = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = Document { has_duplicates: &has_duplicates }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, has_duplicates.get()))
}

/// The positions of keys in a JSON file.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    /// The keys of the top-level object.
    pub(super) top_level: Positions<'a>,
    /// The keys of the metadata.
    pub(super) metadata: Positions<'a>,
    /// The keys that an object contains twice, with the positions of the first and of the later one.
    pub(super) duplicates: Vec<(Cow<'a, str>, Span, Span)>,
}

type Positions<'a> = BTreeMap<Cow<'a, str>, Span>;

/// Finds keys in a JSON file.
pub(super) fn keys(json: &str) -> Keys<'_> {
    let (mut found, mut at) = (Keys::default(), 0);
    // The objects that have not been closed, with the key of each, and the last key.
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

/// Deserializes any JSON value, and notes whether an object contains a key twice.
#[derive(Clone, Copy)]
struct Document<'a> {
    has_duplicates: &'a Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.insert(key, entries.next_value_seed(self)?).is_some() {
                self.has_duplicates.set(true);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_serde_json() {
        for json in [r#"{"a": [1, -2, 0.5, 1e3, 18446744073709551615, true, null, "\u00e9\n"], "b": {"c": {}}}"#, "[]"]
        {
            let (value, has_duplicates) = parse(json).expect("it is JSON");
            assert_eq!(value, serde_json::from_str::<Value>(json).expect("it is JSON"));
            assert!(!has_duplicates);
        }
        for wrong in ["", "{", "[1,]", "{} x", "{\"a\": 1,}", &"[".repeat(200)] {
            let expected = serde_json::from_str::<Value>(wrong).expect_err("it is not JSON").to_string();
            assert_eq!(parse(wrong).expect_err("it is not JSON").to_string(), expected);
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
