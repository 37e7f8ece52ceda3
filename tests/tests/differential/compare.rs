//! When the values of both sides are the same.
//!
//! Both read the same reply. Where they differ on purpose, botocore's value is turned into the one that ours has to
//! be, exactly; nothing else is overlooked. The differences are:
//!
//! - A required member that is absent or null is absent in Python. Ours is Smithy's error correction of it: false, 0,
//!   the start of 1970, the empty text, list or structure.
//! - A null in a list is `None` in Python. Ours leaves it out, since no list of FSx is sparse.
//! - A whole number that is written with a fraction is a float in Python.

use serde_json::{Map, Value, json};

use super::model::{Kind, Model};

/// What ours has to be, given what botocore parsed. Times are in microseconds.
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

/// What stands for a required value that is absent.
fn corrected(model: &Model, shape: &str) -> Value {
    match model.kind(shape) {
        Kind::Structure(_) => expected(model, shape, &json!({})),
        Kind::List(_) => json!([]),
        Kind::Enum(_) | Kind::String => json!(""),
        Kind::Boolean => json!(false),
        Kind::Integer | Kind::Long | Kind::Timestamp => json!(0),
    }
}

/// Our value with its times in microseconds.
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

/// The first difference of two values: where, ours and theirs.
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
