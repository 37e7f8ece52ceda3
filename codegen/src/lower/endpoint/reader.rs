//! Reads JSON values, and collects problems with their locations.

use serde_json::{Map, Value as Json};

use crate::{ir::endpoint::Value, number};

/// A reader of a JSON document.
///
/// Each method reads the value at a location. If the value is malformed, the method adds a problem and returns `None`.
#[derive(Default)]
pub(super) struct Reader {
    /// The problems that have been found so far.
    pub(super) problems: Vec<String>,
}

impl Reader {
    /// Adds a problem.
    pub(super) fn problem<T>(&mut self, at: &str, message: &str) -> Option<T> {
        let colon = if at.is_empty() { "" } else { ": " };
        self.problems.push(format!("{at}{colon}{message}"));
        None
    }

    pub(super) fn object<'a>(&mut self, at: &str, json: &'a Json) -> Option<&'a Map<String, Json>> {
        json.as_object().or_else(|| self.expected(at, "an object", json))
    }

    pub(super) fn array<'a>(&mut self, at: &str, json: &'a Json) -> Option<&'a [Json]> {
        json.as_array().map(Vec::as_slice).or_else(|| self.expected(at, "a list", json))
    }

    pub(super) fn string<'a>(&mut self, at: &str, json: &'a Json) -> Option<&'a str> {
        json.as_str().or_else(|| self.expected(at, "a string", json))
    }

    pub(super) fn bool(&mut self, at: &str, json: &Json) -> Option<bool> {
        json.as_bool().or_else(|| self.expected(at, "a boolean", json))
    }

    pub(super) fn integer(&mut self, at: &str, json: &Json) -> Option<i64> {
        json.as_i64().or_else(|| self.expected(at, "an integer", json))
    }

    /// Reads the value of a parameter: a string, a boolean or a list of strings.
    pub(super) fn value(&mut self, at: &str, json: &Json) -> Option<Value> {
        match json {
            Json::String(string) => Some(Value::Str(string.clone())),
            Json::Bool(bool) => Some(Value::Bool(*bool)),
            Json::Array(_) => {
                let items = self.items(at, json)?;
                let strings = items.into_iter().map(|(at, item)| self.string(&at, item).map(str::to_owned));
                strings.collect::<Option<_>>().map(Value::StrArray)
            }
            Json::Null | Json::Number(_) | Json::Object(_) => {
                self.expected(at, "a string, a boolean or a list of strings", json)
            }
        }
    }

    /// Returns the elements of a list with their locations.
    pub(super) fn items<'a>(&mut self, at: &str, json: &'a Json) -> Option<Vec<(String, &'a Json)>> {
        let array = self.array(at, json)?;
        Some(array.iter().enumerate().map(|(index, item)| (format!("{at}[{index}]"), item)).collect())
    }

    /// Returns the members of an object with their locations, in the order of the file.
    pub(super) fn members<'a>(&mut self, at: &str, json: &'a Json) -> Option<Vec<(String, &'a str, &'a Json)>> {
        let object = self.object(at, json)?;
        Some(object.iter().map(|(key, value)| (join(at, key), key.as_str(), value)).collect())
    }

    /// Reads the member `key`, which must be present.
    pub(super) fn required<'a, T>(
        &mut self,
        at: &str,
        object: &'a Map<String, Json>,
        key: &str,
        read: impl FnOnce(&mut Self, &str, &'a Json) -> Option<T>,
    ) -> Option<T> {
        match object.get(key) {
            Some(json) => read(self, &join(at, key), json),
            None => self.problem(at, &format!("missing `{key}`")),
        }
    }

    /// Reads the member `key`. Returns `Some(None)` if it is absent.
    pub(super) fn optional<'a, T>(
        &mut self,
        at: &str,
        object: &'a Map<String, Json>,
        key: &str,
        read: impl FnOnce(&mut Self, &str, &'a Json) -> Option<T>,
    ) -> Option<Option<T>> {
        match object.get(key) {
            Some(json) => read(self, &join(at, key), json).map(Some),
            None => Some(None),
        }
    }

    /// Reports all members that are not in `known`, so that they are not ignored silently.
    pub(super) fn only(&mut self, at: &str, object: &Map<String, Json>, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = format!("unknown member; expected one of `{}`", known.join("`, `"));
            self.problem::<()>(&join(at, key), &message);
        }
    }

    pub(super) fn expected<T>(&mut self, at: &str, expected: &str, found: &Json) -> Option<T> {
        self.problem(at, &format!("expected {expected}, found {}", number::describe(found)))
    }
}

/// Returns the location of the member `key` in the value at `at`.
pub(super) fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}
