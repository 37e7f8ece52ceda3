//! Reading JSON with a place for every problem.

use serde_json::{Map, Value as Json};

use super::Value;

/// The problems found so far.
///
/// Its methods read one thing at a place; a problem is noted, and the thing is `None`.
#[derive(Default)]
pub(super) struct Reader {
    problems: Vec<String>,
}

impl Reader {
    /// Ends a reading: the value, if there was no problem at all.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<String>> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(self.problems),
        }
    }

    /// Notes a problem.
    pub(super) fn problem<T>(&mut self, at: &str, message: &str) -> Option<T> {
        let colon = if at.is_empty() { "" } else { ": " };
        self.problems.push(format!("{at}{colon}{message}"));
        None
    }

    pub(super) fn object<'a>(&mut self, at: &str, json: &'a Json) -> Option<&'a Map<String, Json>> {
        match json {
            Json::Object(object) => Some(object),
            other => self.problem(at, &format!("expected an object, found {}", name(other))),
        }
    }

    pub(super) fn array<'a>(&mut self, at: &str, json: &'a Json) -> Option<&'a [Json]> {
        match json {
            Json::Array(array) => Some(array),
            other => self.problem(at, &format!("expected a list, found {}", name(other))),
        }
    }

    pub(super) fn string(&mut self, at: &str, json: &Json) -> Option<String> {
        match json {
            Json::String(string) => Some(string.clone()),
            other => self.problem(at, &format!("expected a string, found {}", name(other))),
        }
    }

    pub(super) fn bool(&mut self, at: &str, json: &Json) -> Option<bool> {
        match json {
            Json::Bool(bool) => Some(*bool),
            other => self.problem(at, &format!("expected true or false, found {}", name(other))),
        }
    }

    pub(super) fn integer(&mut self, at: &str, json: &Json) -> Option<i64> {
        match json.as_i64() {
            Some(integer) => Some(integer),
            None => self.problem(at, &format!("expected an integer, found {}", name(json))),
        }
    }

    /// A parameter's value: a string, a boolean or a list of strings.
    pub(super) fn value(&mut self, at: &str, json: &Json) -> Option<Value> {
        match json {
            Json::String(string) => Some(Value::Str(string.clone())),
            Json::Bool(bool) => Some(Value::Bool(*bool)),
            Json::Array(array) => self.each(at, array, |reader, at, item| reader.string(at, item)).map(Value::StrArray),
            other => {
                self.problem(at, &format!("expected a string, a boolean or a list of strings, found {}", name(other)))
            }
        }
    }

    /// The member `key`, which must be there.
    pub(super) fn member<'a>(&mut self, at: &str, object: &'a Map<String, Json>, key: &str) -> Option<&'a Json> {
        match object.get(key) {
            Some(json) => Some(json),
            None => self.problem(at, &format!("\"{key}\" is missing")),
        }
    }

    /// Notes every member that is not `known`: what it says would be lost.
    pub(super) fn only(&mut self, at: &str, object: &Map<String, Json>, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = format!("unknown member; known ones are {}", known.join(", "));
            self.problem::<()>(&join(at, key), &message);
        }
    }

    /// Reads every item, so that the problems of all of them are noted.
    pub(super) fn each<T>(
        &mut self,
        at: &str,
        array: &[Json],
        mut read: impl FnMut(&mut Self, &str, &Json) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items: Vec<_> =
            array.iter().enumerate().map(|(index, item)| read(self, &format!("{at}[{index}]"), item)).collect();
        items.into_iter().collect()
    }

    /// Reads every member of an object, in the file's order.
    pub(super) fn each_member<T>(
        &mut self,
        at: &str,
        object: &Map<String, Json>,
        mut read: impl FnMut(&mut Self, &str, &str, &Json) -> Option<T>,
    ) -> Option<Vec<T>> {
        let members: Vec<_> = object.iter().map(|(key, value)| read(self, &join(at, key), key, value)).collect();
        members.into_iter().collect()
    }
}

/// The place of the member `key` of what is at `at`.
pub(super) fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

fn name(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
