//! Checks values of a model, such as defaults, examples and the values of custom traits, against shapes.

use std::{borrow::Cow, collections::BTreeSet};

use regex::Regex;
use serde_json::Value;

use crate::{
    model::{Member, Model, Shape, ShapeId, ShapeKind, Simple, Traits},
    number::{self, Decimal},
};

/// Returns the first problem of a value that should have the type of a shape, with its path, such as `a.b[0]`.
///
/// `member` contains the traits of the member that has the value, if there is one.
pub(super) fn problem(model: &Model, target: &ShapeId, member: Option<&Traits>, value: &Value) -> Option<String> {
    // Undefined targets are reported elsewhere.
    let shape = model.get(target)?;
    check(model, shape, member, value, "").err()
}

fn check(model: &Model, shape: &Shape, member: Option<&Traits>, value: &Value, path: &str) -> Result<(), String> {
    let mismatch = |expected: &str| {
        let found = match value {
            Value::Array(_) | Value::Object(_) if number::written(value).is_none() => {
                number::describe(value).to_owned()
            }
            simple => format!("`{}`", number::text(simple)),
        };
        Err(at(path, &format!("expected {expected}, found {found}")))
    };
    let text = value.as_str();
    match &shape.kind {
        ShapeKind::Simple(Simple::Boolean) if !value.is_boolean() => return mismatch("a boolean"),
        ShapeKind::Simple(Simple::Byte) if !is_integer(value, i8::MIN.into(), i8::MAX.into()) => {
            return mismatch("an 8-bit integer");
        }
        ShapeKind::Simple(Simple::Short) if !is_integer(value, i16::MIN.into(), i16::MAX.into()) => {
            return mismatch("a 16-bit integer");
        }
        ShapeKind::Simple(Simple::Integer) if !is_integer(value, i32::MIN.into(), i32::MAX.into()) => {
            return mismatch("a 32-bit integer");
        }
        ShapeKind::Simple(Simple::Long) if !is_integer(value, i64::MIN, i64::MAX) => {
            return mismatch("a 64-bit integer");
        }
        ShapeKind::Simple(Simple::Float | Simple::Double)
            if number::written(value).is_none() && !matches!(text, Some("NaN" | "Infinity" | "-Infinity")) =>
        {
            return mismatch("a number");
        }
        ShapeKind::Simple(Simple::BigInteger) if decimal(value).and_then(|number| number.integer()).is_none() => {
            return mismatch("an integer");
        }
        ShapeKind::Simple(Simple::BigDecimal) if decimal(value).is_none() => return mismatch("a number"),
        ShapeKind::Simple(Simple::String | Simple::Blob) if text.is_none() => return mismatch("a string"),
        ShapeKind::Simple(Simple::Timestamp) => {
            let own = member.and_then(|traits| traits.string(TIMESTAMP_FORMAT));
            let expected = match own.or_else(|| shape.traits.string(TIMESTAMP_FORMAT)) {
                Some("epoch-seconds") if number::written(value).is_none() => "a number of seconds",
                Some("date-time") if text.is_none() => "a date and time, such as `2020-01-31T12:00:00Z`",
                Some("http-date") if text.is_none() => "a date and time, such as `Fri, 31 Jan 2020 12:00:00 GMT`",
                _ if text.is_none() && number::written(value).is_none() => "a timestamp",
                _ => return Ok(()),
            };
            return mismatch(expected);
        }
        ShapeKind::Enum(members) => {
            let is_value = |one: &Member| one.traits.string(ENUM_VALUE) == text;
            if text.is_none() || !members.iter().any(is_value) {
                return mismatch(&format!("a value of `{}`", shape.id));
            }
        }
        ShapeKind::IntEnum(members) => {
            if !members.iter().any(|one| one.traits.get(ENUM_VALUE) == Some(value)) {
                return mismatch(&format!("a value of `{}`", shape.id));
            }
        }
        ShapeKind::List(element) => {
            let Some(items) = value.as_array() else { return mismatch("a list") };
            list(model, shape, element, items, path)?;
        }
        ShapeKind::Map { key, value: of_map } => {
            let Some(entries) = value.as_object().filter(|_| number::is_object(value)) else {
                return mismatch("an object");
            };
            for (name, item) in entries {
                let path = format!("{path}.{name}");
                if let Some(target) = model.get(&key.target) {
                    check(model, target, Some(&key.traits), &Value::from(name.as_str()), &path)?;
                }
                of_collection(model, shape, of_map, item, &path)?;
            }
        }
        ShapeKind::Structure(members) => {
            let Some(entries) = value.as_object().filter(|_| number::is_object(value)) else {
                return mismatch("an object");
            };
            for one in members {
                match entries.get(&one.name).filter(|value| !value.is_null()) {
                    Some(value) => of_member(model, one, value, &format!("{path}.{}", one.name))?,
                    None if one.traits.has(REQUIRED) && !one.traits.has(DEFAULT) => {
                        return Err(at(path, &format!("missing required member `{}`", one.name)));
                    }
                    None => {}
                }
            }
        }
        ShapeKind::Union(members) => {
            let Some(entries) = value.as_object().filter(|_| number::is_object(value)) else {
                return mismatch("an object");
            };
            let mut entries = entries.iter();
            let (Some((name, value)), None) = (entries.next(), entries.next()) else {
                return Err(at(path, &format!("expected one member of the union `{}`", shape.id)));
            };
            let Some(one) = members.iter().find(|one| one.name == *name) else {
                return Err(at(path, &format!("the union `{}` has no member `{name}`", shape.id)));
            };
            of_member(model, one, value, &format!("{path}.{name}"))?;
        }
        ShapeKind::Simple(_) | ShapeKind::Operation(_) | ShapeKind::Resource(_) | ShapeKind::Service(_) => {}
    }
    [member, Some(&shape.traits)]
        .into_iter()
        .flatten()
        .try_for_each(|traits| constraint(traits, &shape.kind, value).map_or(Ok(()), |problem| Err(at(path, &problem))))
}

fn of_member(model: &Model, member: &Member, value: &Value, path: &str) -> Result<(), String> {
    let target = model.get(&member.target);
    target.map_or(Ok(()), |target| check(model, target, Some(&member.traits), value, path))
}

fn of_collection(model: &Model, shape: &Shape, member: &Member, value: &Value, path: &str) -> Result<(), String> {
    if value.is_null() && shape.traits.has("smithy.api#sparse") {
        return Ok(());
    }
    of_member(model, member, value, path)
}

fn list(model: &Model, shape: &Shape, element: &Member, items: &[Value], path: &str) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("{path}[{index}]");
        of_collection(model, shape, element, item, &path)?;
        if shape.traits.has("smithy.api#uniqueItems") && !seen.insert(number::text(item)) {
            return Err(at(&path, "the element is not unique"));
        }
    }
    Ok(())
}

/// Prefixes a problem with the path of the value.
fn at(path: &str, problem: &str) -> String {
    let path = path.trim_start_matches('.');
    if path.is_empty() { problem.to_owned() } else { format!("`{path}`: {problem}") }
}

fn is_integer(value: &Value, least: i64, most: i64) -> bool {
    let written = number::written(value).and_then(|written| Decimal::parse(&written)?.integer());
    written.and_then(|integer| integer.parse().ok()).is_some_and(|integer: i64| (least..=most).contains(&integer))
}

/// Returns a number of any size, which may be written as a string.
fn decimal(value: &Value) -> Option<Decimal> {
    let written = number::written(value).or_else(|| value.as_str().map(Cow::Borrowed))?;
    Decimal::parse(&written)
}

/// Returns the constraint that a value does not fulfill.
fn constraint(traits: &Traits, kind: &ShapeKind, value: &Value) -> Option<String> {
    let bound = |id: &str, key: &str| number::written(traits.get(id)?.get(key)?)?.parse::<f64>().ok();
    let length = match (kind, value) {
        // The length of a blob is that of its bytes, which a model contains encoded.
        (ShapeKind::Simple(Simple::Blob), _) => None,
        (_, Value::String(text)) => Some(text.chars().count()),
        (_, Value::Array(items)) => Some(items.len()),
        (_, Value::Object(entries)) if number::is_object(value) => Some(entries.len()),
        _ => None,
    };
    #[expect(clippy::cast_precision_loss, reason = "No value of a model is that long.")]
    let length = length.map(|length| length as f64);
    let number = number::written(value).and_then(|written| written.parse::<f64>().ok());
    for (id, what, found) in [(LENGTH, "length", length), (RANGE, "value", number)] {
        let Some(found) = found else { continue };
        if let Some(min) = bound(id, "min").filter(|min| found < *min) {
            return Some(format!("the {what} is {found}; expected at least {min}"));
        }
        if let Some(max) = bound(id, "max").filter(|max| found > *max) {
            return Some(format!("the {what} is {found}; expected at most {max}"));
        }
    }
    let (pattern, text) = (traits.string(PATTERN)?, value.as_str()?);
    // Patterns that this library does not support are not checked.
    let matches = Regex::new(pattern).map_or(true, |regex| regex.is_match(text));
    (!matches).then(|| format!("`{}` does not match the pattern `{pattern}`", text.escape_debug()))
}

pub(super) const DEFAULT: &str = "smithy.api#default";
pub(super) const ENUM_VALUE: &str = "smithy.api#enumValue";
pub(super) const LENGTH: &str = "smithy.api#length";
pub(super) const PATTERN: &str = "smithy.api#pattern";
pub(super) const RANGE: &str = "smithy.api#range";
const REQUIRED: &str = "smithy.api#required";
const TIMESTAMP_FORMAT: &str = "smithy.api#timestampFormat";
