//! Checks that traits are applied together with the traits that they depend on.

use std::collections::BTreeSet;

use super::is_written;
use crate::{
    diagnostic::{Part, Report},
    model::{
        Member, Model, Shape, ShapeId, ShapeKind, Traits, Version,
        http::{PREFIX_HEADERS, RESPONSE_CODE},
    },
};

/// Traits that require another trait on the same shape or member.
const COMPANIONS: &[(&str, &str)] = &[
    ("aws.auth#sigv4a", "aws.auth#sigv4"),
    ("aws.protocols#awsQueryError", "smithy.api#error"),
    ("smithy.api#addedDefault", "smithy.api#default"),
    ("smithy.api#authDefinition", "smithy.api#trait"),
    ("smithy.api#hostLabel", "smithy.api#required"),
    ("smithy.api#httpError", "smithy.api#error"),
    ("smithy.api#protocolDefinition", "smithy.api#trait"),
    ("smithy.api#requiresLength", "smithy.api#streaming"),
    ("smithy.api#resourceIdentifier", "smithy.api#required"),
    ("smithy.api#retryable", "smithy.api#error"),
    ("smithy.api#traitValidators", "smithy.api#trait"),
];

const UNIQUE_ITEMS: &str = "smithy.api#uniqueItems";

/// Traits that can be applied to shapes, but not to members.
const ONLY_ON_SHAPES: &[&str] = &["smithy.api#mediaType", "smithy.api#sensitive"];

/// Reports traits whose required companions are missing, and traits that conflict with another trait or with the type
/// of the shape.
pub(super) fn check(model: &Model, shape: &Shape, report: &mut Report) {
    missing(shape, &shape.id, &shape.traits, report);
    for member in shape.kind.members() {
        missing(shape, &shape.id.member(&member.name), &member.traits, report);
        excluded(model, shape, member, report);
        only_on_shapes(shape, member, report);
    }
    if let Some(found) = incomparable(model, shape).filter(|_| is_written(shape)) {
        let message = format!("the elements of a list with the trait `{UNIQUE_ITEMS}` contain a {found}");
        let help = "remove the trait, since values of this type cannot be compared";
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Trait(UNIQUE_ITEMS.to_owned()));
    }
}

fn missing(shape: &Shape, location: &ShapeId, traits: &Traits, report: &mut Report) {
    let lacks = |(name, needed): &&(&str, &str)| traits.has(name) && !traits.has(needed);
    for (name, needed) in COMPANIONS.iter().filter(|_| is_written(shape)).filter(lacks) {
        let problem = report.error(format!("the trait `{name}` requires the trait `{needed}`"));
        problem.in_file(&shape.file).at(location).help(format!("add `{needed}`")).part(Part::Trait((*name).to_owned()));
    }
}

fn only_on_shapes(shape: &Shape, member: &Member, report: &mut Report) {
    // Smithy 1.0 allows the traits in `ONLY_ON_SHAPES` on members.
    let is_strict = is_written(shape) && shape.version == Version::V2;
    for name in ONLY_ON_SHAPES.iter().filter(|name| is_strict && member.traits.has(name)) {
        let problem = report.error(format!("the trait `{name}` does not apply to members"));
        let help = "define a shape with the trait, and target it";
        problem.in_file(&shape.file).at(shape.id.member(&member.name)).help(help).part(Part::Trait((*name).to_owned()));
    }
}

fn excluded(model: &Model, shape: &Shape, member: &Member, report: &mut Report) {
    let is_sparse = || model.get(&member.target).is_some_and(|target| target.traits.has("smithy.api#sparse"));
    let (name, message, help) = if member.traits.has(PREFIX_HEADERS) && is_sparse() {
        (
            PREFIX_HEADERS,
            "headers cannot be null, but the map is sparse",
            "target a map without the trait `smithy.api#sparse`",
        )
    } else if member.traits.has(RESPONSE_CODE) && shape.traits.has("smithy.api#input") {
        (RESPONSE_CODE, "an input cannot have a status code", "remove the trait")
    } else {
        return;
    };
    let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
    problem.part(Part::Trait(name.to_owned()));
}

/// Returns a type whose values cannot be compared, if the elements of a list with unique items contain values of this
/// type.
fn incomparable(model: &Model, list: &Shape) -> Option<&'static str> {
    let mut seen = BTreeSet::new();
    let mut queue = match &list.kind {
        ShapeKind::List(element) if list.traits.has(UNIQUE_ITEMS) => vec![&element.target],
        _ => return None,
    };
    while let Some(id) = queue.pop() {
        let Some(shape) = model.get(id).filter(|_| seen.insert(id)) else { continue };
        let name = shape.kind.type_name();
        if matches!(name, "float" | "double" | "document") {
            return Some(name);
        }
        queue.extend(shape.kind.members().into_iter().map(|member| &member.target));
    }
    None
}
