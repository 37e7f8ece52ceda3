//! Reads a JSON object of the older form key by key, so that a key that nobody read is noticed.

use serde_json::{Map, Value};

use super::Log;

/// One object of the source. Every accessor marks its key as read; [`Fields::finish`] reports the others.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    place: String,
    map: &'a Map<String, Value>,
    read: Vec<&'a str>,
}

impl<'a> Fields<'a> {
    /// Opens `value`, which is at `place`; reports it when it is no object.
    pub(super) fn open(place: impl Into<String>, value: &'a Value, log: &mut Log) -> Option<Self> {
        let place = place.into();
        match value {
            Value::Object(map) => Some(Self::of(place, map)),
            other => {
                log.problem(place, format!("expected an object, found {}", kind(other)));
                None
            }
        }
    }

    /// Opens an object that is at `place`.
    pub(super) fn of(place: impl Into<String>, map: &'a Map<String, Value>) -> Self {
        Self { place: place.into(), map, read: Vec::new() }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The place of one of its keys.
    pub(super) fn at(&self, key: &str) -> String {
        join(&self.place, key)
    }

    /// All keys, in the order of the source.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.map.keys().map(String::as_str)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// The value of a key as it stands.
    pub(super) fn value(&mut self, key: &str) -> Option<&'a Value> {
        let (key, value) = self.map.get_key_value(key)?;
        self.read.push(key);
        Some(value)
    }

    /// A key whose value must be a string if present.
    pub(super) fn str(&mut self, key: &str, log: &mut Log) -> Option<&'a str> {
        let value = self.value(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.complain(key, "a string", value, log);
        }
        text
    }

    /// A key whose value must be a boolean if present; absent is false.
    pub(super) fn flag(&mut self, key: &str, log: &mut Log) -> bool {
        let Some(value) = self.value(key) else {
            return false;
        };
        value.as_bool().unwrap_or_else(|| {
            self.complain(key, "true or false", value, log);
            false
        })
    }

    /// A key whose value must be a number if present.
    pub(super) fn number(&mut self, key: &str, log: &mut Log) -> Option<&'a Value> {
        let value = self.value(key)?;
        if value.is_number() {
            return Some(value);
        }
        self.complain(key, "a number", value, log);
        None
    }

    /// A key whose value must be a list if present.
    pub(super) fn list(&mut self, key: &str, log: &mut Log) -> Option<&'a [Value]> {
        let value = self.value(key)?;
        let list = value.as_array();
        if list.is_none() {
            self.complain(key, "a list", value, log);
        }
        list.map(Vec::as_slice)
    }

    /// A key whose value must be a list of strings if present.
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

    /// A key whose value must be an object if present.
    pub(super) fn object(&mut self, key: &str, log: &mut Log) -> Option<&'a Map<String, Value>> {
        let value = self.value(key)?;
        let object = value.as_object();
        if object.is_none() {
            self.complain(key, "an object", value, log);
        }
        object
    }

    /// A key whose value must be an object if present, opened.
    pub(super) fn fields(&mut self, key: &str, log: &mut Log) -> Option<Fields<'a>> {
        let place = self.at(key);
        self.object(key, log).map(|map| Fields::of(place, map))
    }

    /// A key that must be there, or else is reported.
    pub(super) fn required<T>(&self, key: &str, value: Option<T>, log: &mut Log) -> Option<T> {
        if value.is_none() && !self.map.contains_key(key) {
            log.problem(self.place.clone(), format!("`{key}` is missing"));
        }
        value
    }

    /// Keys that are known and deliberately left out.
    pub(super) fn skip(&mut self, keys: &[&str]) {
        for key in keys {
            self.value(key);
        }
    }

    /// Reports every key that was neither read nor skipped.
    pub(super) fn finish(self, log: &mut Log) {
        for (key, value) in self.map {
            if !self.read.contains(&key.as_str()) {
                log.problem(self.at(key), format!("the importer does not know this key ({})", kind(value)));
            }
        }
    }

    fn complain(&self, key: &str, expected: &str, found: &Value, log: &mut Log) {
        log.problem(self.at(key), format!("expected {expected}, found {}", kind(found)));
    }
}

/// The place `key` inside the place `outer`.
pub(super) fn join(outer: &str, key: &str) -> String {
    if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") }
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
