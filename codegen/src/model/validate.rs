//! Checks that every target exists and has a valid type, since later phases rely on this, and reports unknown traits.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    BOXED, ENDPOINT_MEMBER, KNOWN_TRAITS, Member, Model, Shape, ShapeId, ShapeKind, Simple, Traits, is_known_trait,
};
use crate::{
    diagnostic::{Part, Report},
    number,
};

/// The maximum depth of nested lists and maps, if no structure or union is between them.
const DEEPEST: usize = 32;

/// Reports references to undefined shapes, unknown traits, and infinitely nested types.
pub(super) fn check(model: &mut Model, report: &mut Report) {
    endless(model, report);
    let model = &*model;
    for shape in model.shapes.values() {
        traits(model, shape, &shape.id, &shape.traits, report);
        enum_values(shape, report);
        for member in shape.kind.members() {
            let location = shape.id.member(&member.name);
            traits(model, shape, &location, &member.traits, report);
            target(model, shape, &location, "target", &member.target, report, is_data);
            let holds = matches!(shape.kind, ShapeKind::Structure(_) | ShapeKind::List(_) | ShapeKind::Map { .. });
            if holds && member.target.is_prelude("Unit") {
                let help = "only members of unions and enums can target `smithy.api#Unit`; target a structure";
                let problem = report.error("invalid target `smithy.api#Unit`");
                problem.in_file(&shape.file).at(&location).help(help).part(Part::Target);
            }
            misplaced(model, shape, member, report);
            if member.traits.has(BOXED) && !(is_compound(shape) && model.get(&member.target).is_some_and(is_compound)) {
                let problem = report.error(format!("the trait `{BOXED}` has no effect here"));
                let help = "it applies to members of structures and unions that target a structure or union";
                problem.in_file(&shape.file).at(location).help(help).part(Part::Trait(BOXED.to_owned()));
            }
            if member.traits.has(ENDPOINT_MEMBER) && !is_input(model, &shape.id) {
                let problem = report.error(format!("the trait `{ENDPOINT_MEMBER}` has no effect here"));
                let help = "it applies only to members of operation inputs";
                let location = shape.id.member(&member.name);
                problem.in_file(&shape.file).at(location).help(help).part(Part::Trait(ENDPOINT_MEMBER.to_owned()));
            }
        }
        references(model, shape, report);
    }
}

/// Returns whether a structure is the input of an operation.
fn is_input(model: &Model, id: &ShapeId) -> bool {
    let input = |shape: &Shape| matches!(&shape.kind, ShapeKind::Operation(operation) if operation.input == *id);
    model.shapes.values().any(input)
}

/// Reports members of enumerations that have a target other than `smithy.api#Unit`, or whose value is absent or has the
/// wrong type.
fn enum_values(shape: &Shape, report: &mut Report) {
    let members = match &shape.kind {
        ShapeKind::Enum(members) | ShapeKind::IntEnum(members) => members.as_slice(),
        _ => return,
    };
    for member in members.iter().filter(|member| !member.target.is_prelude("Unit")) {
        let problem = report.error(format!("invalid target `{}` of an enum member", member.target));
        let help = "expected `smithy.api#Unit` (the trait `smithy.api#enumValue` sets the value)";
        problem.in_file(&shape.file).at(shape.id.member(&member.name)).help(help).part(Part::Target);
    }
    let value = |member: &Member| member.traits.get("smithy.api#enumValue").cloned().unwrap_or_default();
    let wrong = |member: &Member| match &shape.kind {
        ShapeKind::Enum(_) if !value(member).is_string() => Some("a string"),
        ShapeKind::IntEnum(_) if number::integer(&value(member)).is_none_or(|value| i32::try_from(value).is_err()) => {
            Some("a 32-bit integer")
        }
        _ => None,
    };
    for member in members {
        let Some(expected) = wrong(member) else { continue };
        let message = match value(member) {
            Value::Null => "the member has no value".to_owned(),
            other => format!("invalid enum value {}", number::text(&other)),
        };
        let help = if super::idl::is_idl(&shape.file) {
            let example = if matches!(shape.kind, ShapeKind::IntEnum(_)) { "1" } else { "\"value\"" };
            format!("assign {expected}, as in `{} = {example}`", member.name)
        } else {
            format!("add the trait `smithy.api#enumValue` with {expected}")
        };
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
        problem.part(Part::Value("smithy.api#enumValue".to_owned()));
    }
}

/// Reports the traits of a member that cannot be applied to members of its type.
fn misplaced(model: &Model, shape: &Shape, member: &Member, report: &mut Report) {
    let Some(target) = model.get(&member.target) else { return };
    let (string, parameter) = ("a string or an enum", "a string, an enum, a boolean or a list");
    for (id, fits, expected) in [
        ("smithy.api#idempotencyToken", is_string(target), string),
        ("smithy.api#hostLabel", is_string(target), string),
        ("smithy.rules#contextParam", is_parameter(target), parameter),
    ] {
        if member.traits.has(id) && !fits {
            let message = format!("the trait `{id}` does not apply to members of type {}", target.kind.type_name());
            let help = format!("expected {expected}; change the target `{}`, or remove the trait", member.target);
            let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
            problem.part(Part::Trait(id.to_owned()));
        }
    }
}

/// Reports lists and maps that are nested too deeply, or that contain themselves without a structure or union in
/// between.
///
/// Their elements become strings, so that later phases can follow types without a limit.
fn endless(model: &mut Model, report: &mut Report) {
    let elements = |id: &ShapeId| match model.get(id).map(|shape| &shape.kind) {
        Some(ShapeKind::List(member)) => vec![&member.target],
        Some(ShapeKind::Map { key, value }) => vec![&key.target, &value.target],
        _ => Vec::new(),
    };
    // Each iteration removes the innermost of the remaining lists and maps.
    let mut deeper: BTreeSet<&ShapeId> = model.shapes.keys().filter(|id| !elements(id).is_empty()).collect();
    for _ in 0..DEEPEST {
        deeper = deeper.iter().copied().filter(|id| elements(id).iter().any(|id| deeper.contains(id))).collect();
    }
    for id in deeper.into_iter().cloned().collect::<Vec<_>>() {
        let Some(shape) = model.shapes.get_mut(&id) else { continue };
        let message = format!("lists and maps are nested infinitely, or more than {DEEPEST} levels deep");
        let help = "use a structure or union in between";
        report.error(message).in_file(&shape.file).at(&id).help(help);
        shape.kind.members_mut().into_iter().for_each(|member| member.target = ShapeId::prelude("String"));
    }
}

fn references(model: &Model, shape: &Shape, report: &mut Report) {
    if let ShapeKind::Service(service) = &shape.kind {
        for renamed in service.rename.keys().filter(|renamed| model.get(renamed).is_none()) {
            let message = format!("`rename` contains the shape `{renamed}`, which is not defined");
            let problem = report.error(message).in_file(&shape.file).at(&shape.id);
            problem.part(Part::Reference(renamed.as_str().to_owned()));
        }
    }
    let mut check = |role: &str, ids: &mut dyn Iterator<Item = &ShapeId>, fits: fn(&Shape) -> bool| {
        for id in ids {
            target(model, shape, &shape.id, role, id, report, fits);
        }
    };
    match &shape.kind {
        ShapeKind::Operation(operation) => {
            check("input", &mut std::iter::once(&operation.input), is_structure);
            check("output", &mut std::iter::once(&operation.output), is_structure);
            check("error", &mut operation.errors.iter(), is_error);
        }
        ShapeKind::Resource(resource) => {
            check("operation", &mut resource.all_operations(), is_operation);
            check("resource", &mut resource.resources.iter(), is_resource);
            check("identifier", &mut resource.identifiers.values(), is_string);
            check("property", &mut resource.properties.values(), is_data);
        }
        ShapeKind::Service(service) => {
            check("operation", &mut service.operations.iter(), is_operation);
            check("resource", &mut service.resources.iter(), is_resource);
            check("error", &mut service.errors.iter(), is_error);
        }
        ShapeKind::Map { key, .. } => check("key", &mut std::iter::once(&key.target), is_string),
        ShapeKind::Simple(_)
        | ShapeKind::Enum(_)
        | ShapeKind::IntEnum(_)
        | ShapeKind::List(_)
        | ShapeKind::Structure(_)
        | ShapeKind::Union(_) => {}
    }
}

fn target(
    model: &Model,
    shape: &Shape,
    location: &ShapeId,
    role: &str,
    id: &ShapeId,
    report: &mut Report,
    fits: fn(&Shape) -> bool,
) {
    // Unnamed lists and maps have no position of their own in a file.
    let is_named = !shape.traits.has("smithy.api#synthetic");
    let part = if role == "target" && is_named { Part::Target } else { Part::Reference(id.as_str().to_owned()) };
    match model.get(id) {
        Some(found) if fits(found) => {}
        Some(found) => {
            let message = format!("invalid {role} `{id}` of type {}", found.kind.type_name());
            report.error(message).in_file(&shape.file).at(location).help(expected(role)).part(part);
        }
        None => {
            let fitting = || model.shapes.values().filter(|shape| fits(shape)).map(|shape| shape.id.as_str());
            // A name without a namespace may refer to a shape in the prelude.
            let prelude = ShapeId::prelude(id.name());
            let near = |id: &ShapeId| report.did_you_mean(id.as_str(), fitting());
            let help = near(id).or_else(|| near(&prelude));
            let help = help.unwrap_or_else(|| "define it, or add the file that defines it to the model".to_owned());
            let problem = report.error(format!("the {role} `{id}` is not defined"));
            problem.in_file(&shape.file).at(location).part(part).help(help);
        }
    }
}

/// Describes the shapes that are valid in a role.
fn expected(role: &str) -> &'static str {
    match role {
        "input" | "output" => "expected a structure",
        "error" => "expected a structure with the trait `smithy.api#error`",
        "operation" => "expected an operation",
        "resource" => "expected a resource",
        "key" | "identifier" => "expected a string or an enum",
        _ => "expected a simple or aggregate shape",
    }
}

fn traits(model: &Model, shape: &Shape, location: &ShapeId, traits: &Traits, report: &mut Report) {
    for (id, _) in traits.iter().filter(|(id, _)| !is_known_trait(id) && !is_own(model, shape, id)) {
        let help = report.did_you_mean(id, KNOWN_TRAITS.iter().map(|(known, _)| *known));
        let problem = report.warning(format!("unknown trait `{id}`, which is ignored"));
        problem.in_file(&shape.file).at(location).part(Part::Trait(id.to_owned())).event("Model.UnresolvedTrait");
        if let Some(help) = help {
            problem.help(help);
        }
    }
}

/// Returns whether a trait is custom rather than a misspelled Smithy trait. A custom trait is defined in the model or
/// is in the namespace of the shape.
fn is_own(model: &Model, shape: &Shape, id: &str) -> bool {
    let defined = model.find(id).is_some_and(|found| found.traits.has("smithy.api#trait"));
    defined || ShapeId::parse(id).is_some_and(|id| id.namespace() == shape.id.namespace())
}

fn is_data(shape: &Shape) -> bool {
    !matches!(shape.kind, ShapeKind::Operation(_) | ShapeKind::Resource(_) | ShapeKind::Service(_))
}

fn is_structure(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Structure(_))
}

fn is_compound(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Structure(_) | ShapeKind::Union(_))
}

fn is_error(shape: &Shape) -> bool {
    is_structure(shape) && shape.traits.has("smithy.api#error")
}

fn is_operation(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Operation(_))
}

fn is_resource(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Resource(_))
}

fn is_parameter(shape: &Shape) -> bool {
    is_string(shape) || matches!(shape.kind, ShapeKind::Simple(Simple::Boolean) | ShapeKind::List(_))
}

fn is_string(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Enum(_) | ShapeKind::Simple(Simple::String))
}
