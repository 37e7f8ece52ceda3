//! Compares the values that our client and botocore return.
//!
//! Both clients read the same response. Where they differ on purpose, botocore's value is converted to the value that
//! our client is expected to return. Everything else must be equal. The intended differences are:
//!
//! - A required member that is missing or null is missing in Python. Our client applies error correction, as Smithy
//!   specifies. The member becomes false, 0, the Unix epoch, or an empty string, list or structure.
//! - A null in a list is `None` in Python. Our client removes it, since no list in FSx is sparse.
//! - An integer that is written with a fraction is a float in Python.

use serde_json::{Map, Value, json};

use super::model::{Kind, Model};

/// Returns the value that our client should return for a value that botocore parsed. Timestamps are in microseconds.
pub(crate) fn expected(model: &Model, shape: &str, parsed: &Value) -> Value {
    match (model.kind(shape), parsed) {
        (Kind::Structure(members), Value::Object(object)) => {
            let mut out = Map::new();
            for member in members {
                let value = match object.get(member.name) {
                    Some(value) => expected(model, member.target, value),
                    None if member.required => corrected(model, member.target),
                    None => continue,
                };
                out.insert(member.name.to_owned(), value);
            }
            Value::Object(out)
        }
        (Kind::List(element), Value::Array(elements)) => {
            let elements = elements.iter().filter(|element| !element.is_null());
            elements.map(|value| expected(model, element, value)).collect()
        }
        (Kind::Integer | Kind::Long, Value::Number(number)) if number.is_f64() => {
            json!(number.as_f64().unwrap() as i64)
        }
        _ => parsed.clone(),
    }
}

/// Returns the value of a required member that is missing.
fn corrected(model: &Model, shape: &str) -> Value {
    match model.kind(shape) {
        Kind::Structure(_) => expected(model, shape, &json!({})),
        Kind::List(_) => json!([]),
        Kind::Enum(_) | Kind::String => json!(""),
        Kind::Boolean => json!(false),
        Kind::Integer | Kind::Long | Kind::Timestamp => json!(0),
    }
}

/// Converts the timestamps in our client's value to microseconds.
pub(crate) fn in_microseconds(model: &Model, shape: &str, value: &Value) -> Value {
    match (model.kind(shape), value) {
        (Kind::Structure(members), Value::Object(object)) => {
            let member = |(name, value): (&String, &Value)| {
                let target = members.iter().find(|member| member.name == name).map(|member| member.target);
                let value = target.map_or_else(|| value.clone(), |target| in_microseconds(model, target, value));
                (name.clone(), value)
            };
            object.iter().map(member).collect()
        }
        (Kind::List(element), Value::Array(elements)) => {
            elements.iter().map(|value| in_microseconds(model, element, value)).collect()
        }
        (Kind::Timestamp, Value::Number(number)) => json!((number.as_f64().unwrap() * 1e6).round() as i64),
        _ => value.clone(),
    }
}

/// Returns the first difference between two values: its location, our value and botocore's.
pub(crate) fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    differs("", ours, theirs)
}

fn differs(path: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let names = ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name)));
            let absent = json!("(absent)");
            names.into_iter().find_map(|name| {
                let value = |object: &Map<String, Value>| object.get(name).unwrap_or(&absent).clone();
                differs(&format!("{path}.{name}"), &value(ours), &value(theirs))
            })
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.find_map(|(index, (ours, theirs))| differs(&format!("{path}[{index}]"), ours, theirs))
        }
        _ => (ours != theirs).then(|| format!("{path}: ours is {ours}, botocore's is {theirs}")),
    }
}
