//! Converts `examples-1.json` to `@examples`. The titles and descriptions of the examples are not converted.
//!
//! The examples are written by hand, and AWS does not validate them. An example that does not match its shapes is
//! omitted with a note, so that tests and documentation can rely on the remaining ones.

use serde_json::{Map, Value, json};

use super::object_reader::{ObjectReader, join};
use super::traits::Names;
use super::{Log, Model};
use crate::number;

/// Adds the examples to their operations.
pub(super) fn apply(file: Option<&Value>, names: &Names, model: &mut Model, log: &mut Log) {
    let Some(mut root) = file.and_then(|file| ObjectReader::open("examples", file, log)) else {
        return;
    };
    root.skip(&["version"]);
    if let Some(mut operations) = root.nested("examples", log) {
        for name in operations.keys() {
            let location = operations.at(name);
            let Some(list) = operations.list(name, log) else {
                continue;
            };
            let id = names.id(name);
            if model.shape(&id).is_none() {
                log.problem(location, format!("unknown operation `{name}`"));
                continue;
            }
            let mut examples = Vec::new();
            for (index, example) in list.iter().enumerate() {
                let location = format!("{location}.{index}");
                if let Some((input, output)) = one(&location, &id, example, model, log) {
                    examples.push(with_title(name, examples.len(), input, output));
                }
            }
            if !examples.is_empty() {
                model.add_trait(&id, "smithy.api#examples", Value::Array(examples));
            }
        }
    }
    root.finish(log);
}

/// Returns the input and output of an example, or `None` if one of them does not match its shape.
fn one(
    location: &str,
    operation: &str,
    example: &Value,
    model: &Model,
    log: &mut Log,
) -> Option<(Value, Option<Value>)> {
    let mut object = ObjectReader::open(location, example, log)?;
    object.skip(&["comments", "description", "id", "title"]);
    let empty = json!({});
    let input = object.value("input").unwrap_or(&empty);
    let output = object.value("output");
    let mut fit = |key: &str, value: &Value| {
        let body = model.shape(operation)?.get(key)?.get("target")?.as_str()?;
        fit(model, body, value, &object.at(key))
            .map_err(|misfit| {
                log.note(misfit.0, format!("{}; the example is omitted", misfit.1));
            })
            .ok()
    };
    let input = fit("input", input)?;
    let output = match output {
        Some(output) => Some(fit("output", output)?),
        None => None,
    };
    object.finish(log);
    Some((input, output))
}

/// Returns an entry of the `@examples` trait. Its title is the name of the operation, followed by a number for every
/// example after the first.
fn with_title(name: &str, index: usize, input: Value, output: Option<Value>) -> Value {
    let title = match index {
        0 => name.to_owned(),
        _ => format!("{name} {}", index + 1),
    };
    let mut value = Map::new();
    value.insert("title".to_owned(), Value::from(title));
    value.insert("input".to_owned(), input);
    if let Some(output) = output {
        value.insert("output".to_owned(), output);
    }
    Value::Object(value)
}

/// The location and description of the first mismatch in an example.
struct Misfit(String, String);

/// Converts `value` to a value of the shape `id`. Removes members that are null, and converts timestamps to the format
/// of Smithy's examples.
fn fit(model: &Model, id: &str, value: &Value, location: &str) -> Result<Value, Misfit> {
    let shape = model.shape(id);
    let shape_kind = shape.and_then(|shape| shape.get("type")?.as_str());
    let target = |key: &str| {
        let member = shape.and_then(|shape| shape.get(key)?.get("target")?.as_str());
        member.unwrap_or_default()
    };
    match (shape_kind, value) {
        (Some("structure" | "union"), Value::Object(members)) => members_fit(model, id, members, location),
        // The model does not contain the unit type.
        (None, Value::Object(members)) if members.is_empty() => Ok(value.clone()),
        (Some("list"), Value::Array(elements)) => {
            let each = elements.iter().enumerate();
            let fitted =
                each.map(|(index, element)| fit(model, target("member"), element, &join(location, &index.to_string())));
            Ok(Value::Array(fitted.collect::<Result<_, _>>()?))
        }
        (Some("map"), Value::Object(entries)) => {
            let fitted = entries.iter().map(|(key, value)| {
                let value = fit(model, target("value"), value, &join(location, key))?;
                Ok((key.clone(), value))
            });
            Ok(Value::Object(fitted.collect::<Result<_, _>>()?))
        }
        (Some("timestamp"), value) => timestamp(value, location),
        (Some("string" | "enum" | "blob"), Value::String(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("float" | "double" | "bigDecimal"), Value::Number(_))
        | (Some("document"), _) => Ok(value.clone()),
        (Some("byte" | "short" | "integer" | "long" | "bigInteger"), Value::Number(number)) if !number.is_f64() => {
            Ok(value.clone())
        }
        (expected, found) => {
            let expected = expected.unwrap_or("Unit");
            let message = format!("expected a value of type `{expected}`, found {}", number::describe(found));
            Err(Misfit(location.to_owned(), message))
        }
    }
}

fn members_fit(model: &Model, id: &str, members: &Map<String, Value>, location: &str) -> Result<Value, Misfit> {
    let mut fitted = Map::new();
    for (name, value) in members {
        let location = join(location, name);
        let Some(target) = model.member_target(id, name) else {
            return Err(Misfit(location, format!("unknown member of `{id}`")));
        };
        if !value.is_null() {
            fitted.insert(name.clone(), fit(model, target, value, &location)?);
        }
    }
    Ok(Value::Object(fitted))
}

/// Converts a timestamp. In Smithy's examples, a timestamp is a number of seconds or an RFC 3339 string. In botocore's
/// examples, the number of seconds may also be a string.
fn timestamp(value: &Value, location: &str) -> Result<Value, Misfit> {
    match value {
        Value::Number(_) => Ok(value.clone()),
        Value::String(text) if is_date_time(text) => Ok(value.clone()),
        Value::String(text) => {
            let whole = text.strip_suffix(".0").unwrap_or(text);
            let number = match whole.parse::<i64>() {
                Ok(whole) => Some(Value::from(whole)),
                Err(_) => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from),
            };
            let message = format!("invalid timestamp `{text}`; expected seconds or an RFC 3339 date and time");
            number.ok_or_else(|| Misfit(location.to_owned(), message))
        }
        other => {
            let message = format!("expected a value of type `timestamp`, found {}", number::describe(other));
            Err(Misfit(location.to_owned(), message))
        }
    }
}

/// Returns whether a string has the form `2014-12-05T10:11:12`, followed by an optional fraction of a second, and by an
/// offset or `Z`.
fn is_date_time(text: &str) -> bool {
    let form = b"0000-00-00T00:00:00";
    let bytes = text.as_bytes();
    let fits = |(found, form): (&u8, &u8)| match form {
        b'0' => found.is_ascii_digit(),
        other => found == other,
    };
    let zone = text.get(form.len()..).unwrap_or_default();
    let zone =
        zone.strip_prefix('.').map_or(zone, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    let has_zone = zone == "Z" || (zone.len() == 6 && zone.starts_with(['+', '-']));
    bytes.len() > form.len() && bytes.iter().zip(form).all(fits) && has_zone
}
