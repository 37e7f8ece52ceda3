//! Reads a JSON object in the source key by key, and detects keys that have not been read.

use serde_json::{Map, Value};

use super::Log;
use crate::number;

/// An object in the source. Every accessor marks its key as read, and [`ObjectReader::finish`] reports the other keys.
#[derive(Debug)]
pub(super) struct ObjectReader<'a> {
    location: String,
    map: &'a Map<String, Value>,
    read: Vec<&'a str>,
}

impl<'a> ObjectReader<'a> {
    /// Opens `value`, at `location`. If it is not an object, reports a problem and returns `None`.
    pub(super) fn open(location: impl Into<String>, value: &'a Value, log: &mut Log) -> Option<Self> {
        let location = location.into();
        match value {
            Value::Object(map) => Some(Self::of(location, map)),
            other => {
                log.problem(location, format!("expected an object, found {}", number::describe(other)));
                None
            }
        }
    }

    /// Opens an object at `location`.
    pub(super) fn of(location: impl Into<String>, map: &'a Map<String, Value>) -> Self {
        Self { location: location.into(), map, read: Vec::new() }
    }

    pub(super) fn location(&self) -> &str {
        &self.location
    }

    /// Returns the location of a key.
    pub(super) fn at(&self, key: &str) -> String {
        join(&self.location, key)
    }

    /// Returns all keys, in the order of the source.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.map.keys().map(String::as_str)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Returns a value without marking its key as read.
    pub(super) fn peek(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    /// Reads a value of any type.
    pub(super) fn value(&mut self, key: &str) -> Option<&'a Value> {
        let (key, value) = self.map.get_key_value(key)?;
        self.read.push(key);
        Some(value)
    }

    /// Reads an optional string.
    pub(super) fn str(&mut self, key: &str, log: &mut Log) -> Option<&'a str> {
        let value = self.value(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.complain(key, "a string", value, log);
        }
        text
    }

    /// Reads an optional boolean, which is false by default.
    pub(super) fn flag(&mut self, key: &str, log: &mut Log) -> bool {
        let Some(value) = self.value(key) else {
            return false;
        };
        value.as_bool().unwrap_or_else(|| {
            self.complain(key, "a boolean", value, log);
            false
        })
    }

    /// Reads an optional number.
    pub(super) fn number(&mut self, key: &str, log: &mut Log) -> Option<&'a Value> {
        let value = self.value(key)?;
        if value.is_number() {
            return Some(value);
        }
        self.complain(key, "a number", value, log);
        None
    }

    /// Reads an optional list.
    pub(super) fn list(&mut self, key: &str, log: &mut Log) -> Option<&'a [Value]> {
        let value = self.value(key)?;
        let list = value.as_array();
        if list.is_none() {
            self.complain(key, "a list", value, log);
        }
        list.map(Vec::as_slice)
    }

    /// Reads an optional list of strings.
    pub(super) fn strings(&mut self, key: &str, log: &mut Log) -> Vec<&'a str> {
        let mut strings = Vec::new();
        for value in self.list(key, log).unwrap_or_default() {
            match value.as_str() {
                Some(text) => strings.push(text),
                None => self.complain(key, "a list of strings", value, log),
            }
        }
        strings
    }

    /// Reads an optional object.
    pub(super) fn object(&mut self, key: &str, log: &mut Log) -> Option<&'a Map<String, Value>> {
        let value = self.value(key)?;
        let object = value.as_object();
        if object.is_none() {
            self.complain(key, "an object", value, log);
        }
        object
    }

    /// Reads and opens an optional object.
    pub(super) fn nested(&mut self, key: &str, log: &mut Log) -> Option<ObjectReader<'a>> {
        let location = self.at(key);
        self.object(key, log).map(|map| ObjectReader::of(location, map))
    }

    /// Returns `value`, which has been read from `key`. Reports a problem if the key is missing. A value of the wrong
    /// type has already been reported.
    pub(super) fn required<T>(&self, key: &str, value: Option<T>, log: &mut Log) -> Option<T> {
        if value.is_none() && !self.map.contains_key(key) {
            log.problem(self.location.clone(), format!("missing `{key}`"));
        }
        value
    }

    /// Marks keys that are intentionally not converted as read.
    pub(super) fn skip(&mut self, keys: &[&str]) {
        for key in keys {
            self.value(key);
        }
    }

    /// Reports all keys that were neither read nor skipped.
    pub(super) fn finish(self, log: &mut Log) {
        for (key, value) in self.map {
            if !self.read.contains(&key.as_str()) {
                log.problem(self.at(key), format!("unknown key ({})", number::describe(value)));
            }
        }
    }

    fn complain(&self, key: &str, expected: &str, found: &Value, log: &mut Log) {
        log.problem(self.at(key), format!("expected {expected}, found {}", number::describe(found)));
    }
}

/// Returns the location of `key` in the object at the location `outer`.
pub(super) fn join(outer: &str, key: &str) -> String {
    if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") }
}
