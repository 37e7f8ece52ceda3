//! Checks traits that constrain values: bounds, patterns, defaults, JSON names and enum values.

use std::{borrow::Cow, collections::BTreeMap};

use serde_json::Value;

use super::node_validation::{DEFAULT, ENUM_VALUE, LENGTH, PATTERN, RANGE, Validator};
use super::{is_written, trait_targets::NUMBERS};
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Shape, ShapeId, ShapeKind, Traits, Version},
    number::{self, Decimal},
};

const LEGACY_ENUM: &str = "smithy.api#enum";

/// Reports invalid constraints on a shape and its members.
pub(super) fn check(model: &Model, validator: &Validator<'_>, shape: &Shape, report: &mut Report) {
    traits(shape, &shape.id, &shape.traits, &shape.kind, report);
    for member in shape.kind.members() {
        let Some(target) = model.get(&member.target) else { continue };
        traits(shape, &shape.id.member(&member.name), &member.traits, &target.kind, report);
        match &shape.kind {
            ShapeKind::Structure(_) => default_of_member(validator, shape, member, target, report),
            other if member.traits.has(DEFAULT) && is_written(shape) => {
                let problem = report.error(format!("a member of a {} cannot have a default", other.type_name()));
                let location = shape.id.member(&member.name);
                problem.in_file(&shape.file).at(location).help("remove it").part(Part::Value(DEFAULT.to_owned()));
            }
            _ => {}
        }
    }
    default_of_shape(validator, shape, report);
    if is_written(shape) {
        json_names(shape, report);
        enum_values(shape, report);
        legacy_enum(shape, report);
    }
}

/// Reports constraints that no value can satisfy, and constraints with invalid values.
fn traits(shape: &Shape, location: &ShapeId, traits: &Traits, kind: &ShapeKind, report: &mut Report) {
    let problems = [
        (LENGTH, traits.get(LENGTH).and_then(|value| bounds(value, Some("0"), true))),
        (RANGE, traits.get(RANGE).and_then(|value| bounds(value, None, is_integer(kind)))),
        (PATTERN, traits.string(PATTERN).and_then(pattern)),
    ];
    for (id, problem) in problems {
        let Some((message, help)) = problem else { continue };
        let problem = report.error(message).in_file(&shape.file).at(location).help(help);
        problem.part(Part::Value(id.to_owned()));
    }
}

fn is_integer(kind: &ShapeKind) -> bool {
    let name = kind.type_name();
    matches!(name, "byte" | "short" | "integer" | "long" | "bigInteger" | "intEnum")
}

/// Returns the problem with the bounds of a length or range, if any.
fn bounds(value: &Value, least: Option<&str>, integers: bool) -> Option<(String, &'static str)> {
    let bound = |key: &str| value.get(key).filter(|bound| !bound.is_null());
    let mut numbers = Vec::new();
    for key in ["min", "max"] {
        let Some(found) = bound(key) else { continue };
        let written = number::written(found).or_else(|| found.as_str().map(Cow::Borrowed));
        // A bound of the wrong type is reported elsewhere.
        let written = written.unwrap_or_default();
        let decimal = Decimal::parse(&written)?;
        if integers && decimal.integer().is_none() {
            return Some((format!("`{key}` is {written}"), "expected an integer"));
        }
        if least.is_some() && written.starts_with('-') {
            return Some((format!("`{key}` is {written}"), "expected a non-negative integer"));
        }
        numbers.push((decimal, written));
    }
    match numbers.as_slice() {
        _ if !number::is_object(value) => None,
        [] => Some(("neither `min` nor `max` is set".to_owned(), "set at least one of them")),
        [(least, min), (most, max)] if least > most => {
            Some((format!("`min` ({min}) is greater than `max` ({max})"), "swap them"))
        }
        _ => None,
    }
}

/// Returns the problem with a pattern that is invalid in every dialect of regular expressions, and how to fix it.
fn pattern(pattern: &str) -> Option<(String, &'static str)> {
    use regex_syntax::ast::{ErrorKind, parse::Parser};
    let problem = match Parser::new().parse(pattern).err()?.kind() {
        ErrorKind::GroupUnclosed => "a group is not closed",
        ErrorKind::GroupUnopened => "unmatched `)`",
        ErrorKind::ClassUnclosed => "a character class is not closed",
        ErrorKind::ClassRangeInvalid => "a character range ends before it starts",
        ErrorKind::RepetitionMissing => "a repetition has nothing to repeat",
        ErrorKind::RepetitionCountInvalid => "the maximum of a repetition is less than its minimum",
        ErrorKind::EscapeUnexpectedEof => "the pattern ends with a `\\`",
        _ => return None,
    };
    Some((format!("invalid pattern `{}`: {problem}", pattern.escape_debug()), "expected a regular expression"))
}

/// Reports the default of a shape if it does not have the shape's type, or if the shape cannot have a default.
fn default_of_shape(validator: &Validator<'_>, shape: &Shape, report: &mut Report) {
    let Some(value) = shape.traits.get(DEFAULT) else { return };
    // The defaults of Smithy 1.0 are implicit, so they cannot be invalid.
    if shape.version == Version::V1 || shape.id.namespace() == "smithy.api" {
        return;
    }
    let (message, help) = match value {
        Value::Null => ("only the default of a member can be null".to_owned(), "remove the trait"),
        _ => match invalid_default(validator, &shape.id, None, &shape.kind, value) {
            Some(problem) => problem,
            None => return,
        },
    };
    let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
    problem.part(Part::Value(DEFAULT.to_owned()));
}

/// Reports the default of a member if it does not have the member's type, or if it differs from the target's default.
fn default_of_member(validator: &Validator<'_>, shape: &Shape, member: &Member, target: &Shape, report: &mut Report) {
    let location = shape.id.member(&member.name);
    let value = member.traits.get(DEFAULT);
    let inherited = target.traits.get(DEFAULT);
    let is_newer = shape.version == Version::V2 && target.version == Version::V2;
    let (message, help) = match (value, inherited) {
        (Some(Value::Null) | None, None) | (Some(Value::Null), Some(_)) => return,
        (None, Some(_)) if !is_newer || !is_written(shape) => return,
        (None, Some(inherited)) => {
            let message = format!("the target `{}` has a default, but the member has none", target.id);
            (message, format!("add `= {}`, or `= null`", number::text(inherited)))
        }
        (Some(value), Some(inherited)) if is_newer && value != inherited => {
            let message =
                format!("the default {} differs from that of the target `{}`", number::text(value), target.id);
            (message, format!("use {}, or null", number::text(inherited)))
        }
        (Some(value), _) => match invalid_default(validator, &target.id, Some(&member.traits), &target.kind, value) {
            Some((message, help)) => (message, help.to_owned()),
            None => return,
        },
    };
    let problem = report.error(message).in_file(&shape.file).at(location).help(help);
    problem.part(Part::Value(DEFAULT.to_owned()));
}

fn invalid_default(
    validator: &Validator<'_>,
    target: &ShapeId,
    member: Option<&Traits>,
    kind: &ShapeKind,
    value: &Value,
) -> Option<(String, &'static str)> {
    let is_empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) if number::is_object(value) => entries.is_empty(),
        _ => true,
    };
    let named = || format!("invalid default {}", number::text(value));
    match kind {
        ShapeKind::Structure(_) | ShapeKind::Union(_) => Some((named(), "structures and unions cannot have a default")),
        ShapeKind::List(_) if value.is_array() && !is_empty => Some((named(), "expected an empty list")),
        ShapeKind::Map { .. } if value.is_object() && !is_empty => Some((named(), "expected an empty object")),
        _ if is_zero(kind, value) => None,
        _ => {
            let problem = validator.problem(target, member, value)?;
            Some((format!("invalid default: {problem}"), "use a value that is valid for the member"))
        }
    }
}

/// Returns whether a value is a numeric zero. A default of zero may be out of range, since it may have been added for
/// Smithy 1.0.
fn is_zero(kind: &ShapeKind, value: &Value) -> bool {
    let is_number = NUMBERS.contains(&kind.type_name());
    is_number && number::written(value).is_some_and(|written| written.parse() == Ok(0.0))
}

/// Reports members that are serialized under the same name in JSON.
fn json_names(shape: &Shape, report: &mut Report) {
    let members = shape.kind.members();
    let name = |member: &Member| member.traits.string(JSON_NAME).unwrap_or(&member.name).to_owned();
    let mut seen: BTreeMap<String, &Member> = BTreeMap::new();
    if !members.iter().any(|member| member.traits.has(JSON_NAME)) {
        return;
    }
    for member in members {
        let Some(first) = seen.insert(name(member), member) else { continue };
        let message = format!("the member `{}` already has the JSON name `{}`", first.name, name(member));
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name));
        problem.help("use another name").part(Part::Value(JSON_NAME.to_owned()));
    }
}

/// Reports enum members whose values are empty or not unique.
fn enum_values(shape: &Shape, report: &mut Report) {
    let (ShapeKind::Enum(members) | ShapeKind::IntEnum(members)) = &shape.kind else { return };
    let mut seen: BTreeMap<String, &Member> = BTreeMap::new();
    for member in members {
        let Some(value) = member.traits.get(ENUM_VALUE) else { continue };
        let (message, help) = match seen.insert(number::text(value), member) {
            Some(first) => (
                format!("the member `{}` already has the value {}", first.name, number::text(value)),
                "use another value",
            ),
            None if value == "" => ("the value is empty".to_owned(), "expected a non-empty string"),
            None => continue,
        };
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
        problem.part(Part::Value(ENUM_VALUE.to_owned()));
    }
}

/// Reports entries of the deprecated `enum` trait whose name or value is not unique, and entries without a name if
/// other entries have one.
fn legacy_enum(shape: &Shape, report: &mut Report) {
    let entries = shape.traits.get(LEGACY_ENUM).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of = |key: &'static str| entries.iter().filter_map(move |entry| entry.get(key).and_then(Value::as_str));
    let mut error = |message: String, help: &str| {
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Value(LEGACY_ENUM.to_owned()));
    };
    if of("name").next().is_some() && of("name").count() < entries.len() {
        error("some entries of the enum have a name, and others do not".to_owned(), "name all of them");
    }
    for key in ["name", "value"] {
        let mut seen = BTreeMap::new();
        for (index, found) in of(key).enumerate() {
            if let Some(first) = seen.insert(found, index) {
                error(
                    format!("entries {} and {} have the same {key} `{found}`", first + 1, index + 1),
                    "remove one of them",
                );
            }
        }
    }
}

const JSON_NAME: &str = "smithy.api#jsonName";
