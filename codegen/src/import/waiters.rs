//! Converts `waiters-2.json` to `@waitable`.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::traits::Names;
use super::{Log, Model};

/// Smithy's default of `maxDelay`, in seconds.
const DEFAULT_MAX_DELAY: u64 = 120;

/// Adds the waiters to the operations that they poll.
pub(super) fn apply(file: Option<&Value>, names: &Names, model: &mut Model, log: &mut Log) {
    let Some(mut root) = file.and_then(|file| Fields::open("waiters", file, log)) else {
        return;
    };
    root.skip(&["version"]);
    if let Some(mut entries) = root.fields("waiters", log) {
        for name in entries.keys() {
            let Some(mut fields) = entries.fields(name, log) else {
                continue;
            };
            let operation = fields.str("operation", log);
            let operation = fields.required("operation", operation, log);
            let waiter = waiter(&mut fields, log);
            let place = fields.place().to_owned();
            fields.finish(log);
            let Some(operation) = operation else { continue };
            let id = names.id(operation);
            if model.shape(&id).is_none() {
                log.problem(place, format!("unknown operation `{operation}`"));
            } else if let Some(waiter) = waiter {
                add(model, &id, name, waiter);
            }
        }
    }
    root.finish(log);
}

/// Adds a waiter to an operation.
fn add(model: &mut Model, id: &str, name: &str, waiter: Value) {
    let existing = model
        .shape(id)
        .and_then(|shape| shape.get("traits")?.get("smithy.waiters#waitable"))
        .and_then(Value::as_object);
    let mut waiters = existing.cloned().unwrap_or_default();
    waiters.insert(name.to_owned(), waiter);
    waiters.sort_keys();
    model.add_trait(id, "smithy.waiters#waitable", Value::Object(waiters));
}

/// Converts a waiter. Adds a note and returns `None` if Smithy cannot express one of its acceptors.
fn waiter(fields: &mut Fields<'_>, log: &mut Log) -> Option<Value> {
    fields.skip(&["description"]);
    // Smithy's waiters are limited by the maximum wait time that the caller passes.
    fields.skip(&["maxAttempts"]);
    let delay = fields.number("delay", log).and_then(Value::as_u64);
    let acceptors = fields.list("acceptors", log);
    let acceptors = fields.required("acceptors", acceptors, log)?;
    let mut converted = Vec::new();
    for (index, acceptor) in acceptors.iter().enumerate() {
        let place = format!("{}.{index}", fields.at("acceptors"));
        let mut acceptor = Fields::open(place, acceptor, log)?;
        let value = self::acceptor(&mut acceptor, log);
        acceptor.finish(log);
        converted.push(value?);
    }
    let mut waiter = Map::new();
    waiter.insert("acceptors".to_owned(), Value::Array(converted));
    if let Some(delay) = delay {
        waiter.insert("minDelay".to_owned(), Value::from(delay));
        if delay > DEFAULT_MAX_DELAY {
            waiter.insert("maxDelay".to_owned(), Value::from(delay));
        }
    }
    Some(Value::Object(waiter))
}

fn acceptor(fields: &mut Fields<'_>, log: &mut Log) -> Option<Value> {
    let state = fields.str("state", log);
    let state = fields.required("state", state, log)?;
    if !matches!(state, "success" | "failure" | "retry") {
        log.problem(fields.at("state"), format!("unknown state `{state}`; expected `success`, `failure` or `retry`"));
        return None;
    }
    let kind = fields.str("matcher", log);
    let kind = fields.required("matcher", kind, log)?;
    let argument = fields.str("argument", log);
    let expected = fields.value("expected");
    let expected = fields.required("expected", expected, log)?;
    let matcher = match (kind, expected) {
        ("error", Value::String(error)) => json!({ "errorType": error }),
        ("error", Value::Bool(is_error)) => json!({ "success": !is_error }),
        ("status", Value::Number(status)) if status.as_u64() == Some(200) => {
            json!({ "success": true })
        }
        ("status", _) => {
            log.note(
                fields.place(),
                "Smithy does not support matching an HTTP status other than 200; the waiter is left out",
            );
            return None;
        }
        ("path" | "pathAll" | "pathAny", expected) => {
            let path = fields.required("argument", argument, log)?;
            output_matcher(kind, path, expected, fields, log)?
        }
        ("error", _) => {
            log.problem(fields.at("expected"), "expected a string or a boolean");
            return None;
        }
        (other, _) => {
            let known = "`error`, `status`, `path`, `pathAll` or `pathAny`";
            log.problem(fields.at("matcher"), format!("unknown matcher `{other}`; expected {known}"));
            return None;
        }
    };
    Some(json!({ "state": state, "matcher": matcher }))
}

fn output_matcher(kind: &str, path: &str, expected: &Value, fields: &Fields<'_>, log: &mut Log) -> Option<Value> {
    let (path, comparator, expected) = match (kind, expected) {
        ("path", Value::String(text)) => (path.to_owned(), "stringEquals", text.clone()),
        ("path", Value::Bool(flag)) => (path.to_owned(), "booleanEquals", flag.to_string()),
        // Smithy compares only strings and booleans, JMESPath any values.
        ("path", Value::Number(number)) => (format!("({path}) == `{number}`"), "booleanEquals", "true".to_owned()),
        ("pathAll", Value::String(text)) => (path.to_owned(), "allStringEquals", text.clone()),
        ("pathAny", Value::String(text)) => (path.to_owned(), "anyStringEquals", text.clone()),
        _ => {
            log.note(fields.place(), "Smithy does not support comparing with this value; the waiter is left out");
            return None;
        }
    };
    Some(json!({ "output": { "path": path, "expected": expected, "comparator": comparator } }))
}
