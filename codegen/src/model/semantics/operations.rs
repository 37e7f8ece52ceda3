//! Checks operations: their inputs, outputs and errors, and the traits that refer to members of these structures.

mod auth;
mod context_params;
mod encodings;
mod pagination;
mod streams;
mod waiters;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{is_written, node_validation::Validator};
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Operation, Shape, ShapeId, ShapeKind},
};

const ENDPOINT: &str = "smithy.api#endpoint";
const ERROR: &str = "smithy.api#error";
const EXAMPLES: &str = "smithy.api#examples";
const HOST_LABEL: &str = "smithy.api#hostLabel";

/// Reports operations that break a rule.
pub(super) fn check(model: &Model, report: &mut Report) {
    let validator = Validator::new(model);
    for (shape, operation) in all(model) {
        errors(model, shape, operation, report);
        host_labels(model, shape, operation, report);
        examples(model, &validator, shape, operation, report);
        encodings::check(model, shape, operation, report);
        waiters::check(model, shape, operation, report);
        context_params::check(model, shape, operation, report);
    }
    messages(model, report);
    auth::check(model, report);
    pagination::check(model, report);
    streams::check(model, report);
    for (_, service) in model.services() {
        waiters::names(&model.operations_of(service), report);
    }
}

/// Returns all operations of a model.
fn all(model: &Model) -> impl Iterator<Item = (&Shape, &Operation)> {
    model.shapes.values().filter_map(|shape| match &shape.kind {
        ShapeKind::Operation(operation) => Some((shape, operation)),
        _ => None,
    })
}

/// Reports inputs and outputs that are errors.
fn errors(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    for (role, id) in [("input", &operation.input), ("output", &operation.output)] {
        if model.get(id).is_some_and(|found| found.traits.has(ERROR)) {
            let problem = report.error(format!("the {role} `{id}` has the trait `{ERROR}`"));
            let help = "use a structure without the trait";
            problem.in_file(&shape.file).at(&shape.id).help(help).part(Part::Reference(id.as_str().to_owned()));
        }
    }
}

/// Reports structures with the `input` or `output` trait that are used in another role, or that more than one operation
/// uses.
fn messages(model: &Model, report: &mut Report) {
    let mut users: BTreeMap<(&ShapeId, &str), &Shape> = BTreeMap::new();
    let is_message = |id: &ShapeId, name| model.get(id).is_some_and(|found| found.traits.has(name));
    for (shape, operation) in all(model) {
        let roles = [("smithy.api#input", &operation.input), ("smithy.api#output", &operation.output)];
        let errors = operation.errors.iter().map(|id| ("error", id));
        for (role, id) in roles.into_iter().chain(errors) {
            for name in ["smithy.api#input", "smithy.api#output"].into_iter().filter(|name| is_message(id, name)) {
                let first = users.insert((id, name), shape).filter(|_| name == role);
                let message = match first {
                    _ if name != role => {
                        format!("the shape `{id}` has the trait `{name}`, but is used in another role")
                    }
                    Some(first) => {
                        let role = role.trim_start_matches("smithy.api#");
                        format!("the shape `{id}` is already the {role} of `{}`", first.id)
                    }
                    None => continue,
                };
                let problem = report.error(message).in_file(&shape.file).at(&shape.id);
                let part = Part::Reference(id.as_str().to_owned());
                problem.help("define another structure, or remove the trait").part(part);
            }
        }
    }
    for shape in model.shapes.values() {
        for member in shape.kind.members() {
            for name in ["smithy.api#input", "smithy.api#output"] {
                if is_message(&member.target, name) {
                    let problem = report.error(format!("the target `{}` has the trait `{name}`", member.target));
                    let help =
                        "target a structure without the trait (only operations can refer to structures that have it)";
                    let location = shape.id.member(&member.name);
                    problem.in_file(&shape.file).at(location).help(help).part(Part::Target);
                }
            }
        }
    }
}

/// Reports host prefixes with labels that are not members of the input, and members with the `hostLabel` trait that the
/// host prefix does not contain.
fn host_labels(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    let prefix = shape.traits.get(ENDPOINT).and_then(|value| value.get("hostPrefix"));
    let mut error = |message: String, help: &str| {
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Value(ENDPOINT.to_owned()));
    };
    let Some(prefix) = prefix.and_then(Value::as_str) else { return };
    let Some(labels) = labels(prefix) else {
        let message = format!("invalid host prefix `{}`", prefix.escape_debug());
        return error(message, "expected letters, digits, `-` and `.`, with labels in braces, such as `{account}.`");
    };
    let members = model.get(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let of_host: BTreeSet<&str> =
        members.iter().filter(|member| member.traits.has(HOST_LABEL)).map(|member| &*member.name).collect();
    if let Some(label) = labels.difference(&of_host).next() {
        let message =
            format!("the label `{label}` in the host prefix does not match a member with the trait `{HOST_LABEL}`");
        error(message, "add the trait to the member, or correct the name");
    }
    if let Some(name) = of_host.difference(&labels).next() {
        let message = format!("the member `{name}` with the trait `{HOST_LABEL}` is not in the host prefix `{prefix}`");
        error(message, "add the name in braces, or remove the trait");
    }
}

/// Returns the labels in a host prefix, or `None` if the prefix is invalid.
fn labels(prefix: &str) -> Option<BTreeSet<&str>> {
    let is_literal = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    let (first, rest) = prefix.split_once('{').unwrap_or((prefix, ""));
    let mut labels = BTreeSet::new();
    let parts = rest.split('{').filter(|_| !rest.is_empty() || prefix.contains('{'));
    let mut is_valid = is_literal(first) && !prefix.is_empty();
    for part in parts {
        let (label, literal) = part.split_once('}')?;
        is_valid &= !label.is_empty() && is_literal(literal) && labels.insert(label);
    }
    is_valid.then_some(labels)
}

/// Reports examples that do not match the shapes of the operation.
fn examples(model: &Model, validator: &Validator<'_>, shape: &Shape, operation: &Operation, report: &mut Report) {
    // Examples that were converted from botocore's format are not validated.
    let examples = shape.traits.get(EXAMPLES).filter(|_| is_written(shape)).and_then(Value::as_array);
    for (index, example) in examples.into_iter().flatten().enumerate() {
        let Some((message, help)) = example_problem(model, validator, operation, example) else { continue };
        let message = format!("example {}: {message}", index + 1);
        let problem = report.error(message);
        problem.in_file(&shape.file).at(&shape.id).help(help).part(Part::Value(EXAMPLES.to_owned()));
    }
}

fn example_problem(
    model: &Model,
    validator: &Validator<'_>,
    operation: &Operation,
    example: &Value,
) -> Option<(String, &'static str)> {
    let value = |key: &str| example.get(key).filter(|value| !value.is_null());
    let matches = "use values that are valid for the shapes";
    let check = |key: &str, id: &ShapeId| {
        let problem = validator.problem(id, None, value(key)?)?;
        Some((format!("`{key}`: {problem}"), matches))
    };
    let of_error = || {
        let error = value("error")?;
        let Some(id) = error.get("shapeId").and_then(Value::as_str).and_then(ShapeId::parse) else {
            return Some(("missing error ID".to_owned(), "set `shapeId` to the ID of an error"));
        };
        let is_of_service = || model.services().any(|(_, service)| service.errors.contains(&id));
        if !operation.errors.contains(&id) && !is_of_service() {
            return Some((format!("the operation has no error `{id}`"), "add it to the errors of the operation"));
        }
        let problem = validator.problem(&id, None, error.get("content")?)?;
        Some((format!("`error.content`: {problem}"), matches))
    };
    if value("error").is_some() && value("output").is_some() {
        return Some(("both `output` and `error` are set".to_owned(), "remove one of them"));
    }
    if value("allowConstraintErrors") == Some(&Value::Bool(true)) && value("error").is_none() {
        return Some((
            "`allowConstraintErrors` is set, but `error` is not".to_owned(),
            "add the error, or remove `allowConstraintErrors`",
        ));
    }
    // An example of an error may have an input that violates the constraints.
    let allows_errors = value("error").is_some() && value("allowConstraintErrors") == Some(&Value::Bool(true));
    let of_input = if allows_errors { None } else { check("input", &operation.input) };
    of_input.or_else(|| check("output", &operation.output)).or_else(of_error)
}

/// Returns the structure member with the given name.
fn member<'m>(shape: &'m Shape, name: &str) -> Option<&'m Member> {
    shape.kind.members().into_iter().find(|member| member.name == name)
}
