//! Converts `waiters-2.json` to `@waitable`.

use serde_json::{Map, Value, json};

use super::object_reader::ObjectReader;
use super::traits::Names;
use super::{Log, Model};

/// Smithy's default for `maxDelay`, in seconds.
const DEFAULT_MAX_DELAY: u64 = 120;

/// Adds the waiters to the operations that they poll.
pub(super) fn apply(file: Option<&Value>, names: &Names, model: &mut Model, log: &mut Log) {
    let Some(mut root) = file.and_then(|file| ObjectReader::open("waiters", file, log)) else {
        return;
    };
    root.skip(&["version"]);
    if let Some(mut entries) = root.nested("waiters", log) {
        for name in entries.keys() {
            let Some(mut object) = entries.nested(name, log) else {
                continue;
            };
            let operation = object.str("operation", log);
            let operation = object.required("operation", operation, log);
            let waiter = waiter(&mut object, log);
            let location = object.location().to_owned();
            object.finish(log);
            let Some(operation) = operation else { continue };
            let id = names.id(operation);
            if model.shape(&id).is_none() {
                log.problem(location, format!("unknown operation `{operation}`"));
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

/// Converts a waiter. If Smithy cannot express one of its acceptors, adds a note and returns `None`.
fn waiter(object: &mut ObjectReader<'_>, log: &mut Log) -> Option<Value> {
    object.skip(&["description"]);
    // In Smithy, waiters do not limit the number of attempts. The caller of a waiter limits the total time instead.
    object.skip(&["maxAttempts"]);
    let delay = object.number("delay", log).and_then(|delay| {
        let seconds = delay.as_u64();
        if seconds.is_none() {
            log.problem(object.at("delay"), format!("invalid delay {delay}; expected an integer, in seconds"));
        }
        seconds
    });
    let acceptors = object.list("acceptors", log);
    let acceptors = object.required("acceptors", acceptors, log)?;
    let mut converted = Vec::new();
    for (index, acceptor) in acceptors.iter().enumerate() {
        let location = format!("{}.{index}", object.at("acceptors"));
        let mut acceptor = ObjectReader::open(location, acceptor, log)?;
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

fn acceptor(object: &mut ObjectReader<'_>, log: &mut Log) -> Option<Value> {
    let state = object.str("state", log);
    let state = object.required("state", state, log)?;
    if !matches!(state, "success" | "failure" | "retry") {
        log.problem(object.at("state"), format!("unknown state `{state}`; expected `success`, `failure` or `retry`"));
        return None;
    }
    let kind = object.str("matcher", log);
    let kind = object.required("matcher", kind, log)?;
    let argument = object.str("argument", log);
    let expected = object.value("expected");
    let expected = object.required("expected", expected, log)?;
    let matcher = match (kind, expected) {
        ("error", Value::String(error)) => json!({ "errorType": error }),
        ("error", Value::Bool(is_error)) => json!({ "success": !is_error }),
        ("status", Value::Number(status)) if status.as_u64() == Some(200) => {
            json!({ "success": true })
        }
        ("status", _) => {
            log.note(
                object.location(),
                "Smithy does not support matching an HTTP status other than 200; the waiter is omitted",
            );
            return None;
        }
        ("path" | "pathAll" | "pathAny", expected) => {
            let path = object.required("argument", argument, log)?;
            output_matcher(kind, path, expected, object, log)?
        }
        ("error", _) => {
            log.problem(object.at("expected"), "expected a string or a boolean");
            return None;
        }
        (other, _) => {
            let known = "`error`, `status`, `path`, `pathAll` or `pathAny`";
            log.problem(object.at("matcher"), format!("unknown matcher `{other}`; expected {known}"));
            return None;
        }
    };
    Some(json!({ "state": state, "matcher": matcher }))
}

fn output_matcher(kind: &str, path: &str, expected: &Value, object: &ObjectReader<'_>, log: &mut Log) -> Option<Value> {
    let (path, comparator, expected) = match (kind, expected) {
        ("path", Value::String(text)) => (path.to_owned(), "stringEquals", text.clone()),
        ("path", Value::Bool(flag)) => (path.to_owned(), "booleanEquals", flag.to_string()),
        // Smithy's comparators support only strings and booleans, but JMESPath can compare any values.
        ("path", Value::Number(number)) => (format!("({path}) == `{number}`"), "booleanEquals", "true".to_owned()),
        ("pathAll", Value::String(text)) => (path.to_owned(), "allStringEquals", text.clone()),
        ("pathAny", Value::String(text)) => (path.to_owned(), "anyStringEquals", text.clone()),
        _ => {
            log.note(object.location(), "Smithy does not support comparing with this value; the waiter is omitted");
            return None;
        }
    };
    Some(json!({ "output": { "path": path, "expected": expected, "comparator": comparator } }))
}
