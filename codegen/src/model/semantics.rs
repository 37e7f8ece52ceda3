//! Checks the rules that Smithy's own loader enforces for complete shapes and models.

mod applied_traits;
mod companions;
mod compiled_pattern;
mod constraints;
mod http;
mod id_refs;
mod names;
mod node_validation;
mod operations;
mod path_types;
mod resources;
mod selector;
pub(super) mod suppressions;
mod trait_targets;

use std::collections::{BTreeMap, BTreeSet};

use super::{KNOWN_TRAITS, Member, Model, Origin, Shape, ShapeId, ShapeKind, Traits, http as http_traits};
use crate::{
    diagnostic::{Part, Report},
    parallel,
};

use trait_targets::TRAIT_TARGETS;

/// Groups of mutually exclusive traits. A shape or member can have at most one trait from each group.
const EXCLUSIVE: &[&[&str]] = &[
    http_traits::BINDINGS,
    &["smithy.api#eventHeader", "smithy.api#eventPayload"],
    &["smithy.api#idempotent", "smithy.api#readonly"],
    &["smithy.api#error", "smithy.api#input", "smithy.api#output"],
    &["aws.api#controlPlane", "aws.api#dataPlane"],
    &["aws.endpoints#standardPartitionalEndpoints", "aws.endpoints#standardRegionalEndpoints"],
    &["smithy.api#error", "smithy.api#trait"],
    &["smithy.api#property", "smithy.api#resourceIdentifier"],
    &["smithy.api#recommended", "smithy.api#required"],
    &["smithy.api#sparse", "smithy.api#uniqueItems"],
    &["smithy.api#xmlAttribute", "smithy.api#xmlNamespace"],
    &["simba.api#treeHash", "smithy.api#httpChecksumRequired"],
    &["simba.api#treeHash", "smithy.api#requestCompression"],
    &["simba.api#treeHash", "aws.auth#unsignedPayload"],
];

/// Traits that at most one member of a structure can have.
const ONCE: &[&str] = &[
    "simba.api#endpointMember",
    "simba.api#errorMessage",
    "smithy.api#eventPayload",
    http_traits::PAYLOAD,
    http_traits::PREFIX_HEADERS,
    http_traits::QUERY_PARAMS,
    http_traits::RESPONSE_CODE,
    "smithy.api#idempotencyToken",
    "smithy.api#nestedProperties",
];

/// Reports shapes that break one of Smithy's rules.
pub(super) fn check(model: &Model, report: &mut Report) {
    let finite = finite(model);
    let validator = node_validation::Validator::new(model);
    http::operations(model, report);
    resources::check(model, report);
    operations::check(model, report);
    names::check(model, report);
    applied_traits::check(model, report);
    parallel::map_reporting(model.shapes.values(), report, |shape, report| {
        check_shape(model, shape, &validator, &finite, report);
    });
}

fn check_shape(
    model: &Model,
    shape: &Shape,
    validator: &node_validation::Validator<'_>,
    finite: &BTreeSet<&ShapeId>,
    report: &mut Report,
) {
    traits(model, shape, None, report);
    for member in shape.kind.members() {
        traits(model, shape, Some(member), report);
    }
    once(shape, report);
    companions::check(model, shape, report);
    constraints::check(model, validator, shape, report);
    http::members(shape, report);
    references(model, shape, report);
    required_recursion(model, shape, finite, report);
    if let ShapeKind::Enum(members) | ShapeKind::IntEnum(members) = &shape.kind
        && members.is_empty()
        && is_written(shape)
    {
        report.error("the enum has no members").in_file(&shape.file).at(&shape.id).help("add at least one");
    }
    let ShapeKind::Union(members) = &shape.kind else { return };
    if members.is_empty() {
        report.error("the union has no members").in_file(&shape.file).at(&shape.id).help("add at least one");
    } else if !finite.contains(&shape.id) {
        let help = "add a member that does not contain the union, or use a list or map in between";
        let problem = report.error("the union has no finite value, since each of its members contains the union");
        problem.in_file(&shape.file).at(&shape.id).help(help);
    }
}

/// Returns whether a shape was written in Smithy rather than converted from botocore's format.
///
/// Some rules apply only to shapes that were written in Smithy. Converted models break these rules, but the generator
/// can still create clients from such models.
fn is_written(shape: &Shape) -> bool {
    shape.origin == Origin::Model
}

/// Reports traits that do not apply to a shape or member, or that cannot be combined.
fn traits(model: &Model, shape: &Shape, member: Option<&Member>, report: &mut Report) {
    let (id, traits) = match member {
        Some(member) => (shape.id.member(&member.name), &member.traits),
        None => (shape.id.clone(), &shape.traits),
    };
    for (name, _) in traits.iter() {
        let defined = model.find(name);
        if defined.is_some_and(|found| found.id.namespace() != "smithy.api" && !found.traits.has("smithy.api#trait")) {
            let problem = report.error(format!("the shape `{name}` is not a trait"));
            let simple = defined.map_or("", |found| found.id.name());
            let prelude = KNOWN_TRAITS.iter().find(|(id, _)| id.strip_prefix("smithy.api#") == Some(simple));
            let help = match prelude {
                Some((id, _)) => format!("write `@{id}` to apply Smithy's trait"),
                None => "add the trait `smithy.api#trait` to its definition, or remove it here".to_owned(),
            };
            problem.in_file(&shape.file).at(&id).help(help).part(Part::Trait(name.to_owned()));
        }
        let Ok(row) = TRAIT_TARGETS.binary_search_by(|(known, _)| (*known).cmp(name)) else { continue };
        let Some((_, applies_to)) = TRAIT_TARGETS.get(row) else { continue };
        if !applies_to.contains(model, shape, member) {
            let found = member.map_or_else(|| shape.kind.type_name().to_owned(), |_| found(model, shape, member));
            let problem = report.error(format!("the trait `{name}` does not apply to this {found}"));
            problem.in_file(&shape.file).at(&id).help(applies_to.describe()).part(Part::Trait(name.to_owned()));
        }
    }
    if traits.iter().nth(1).is_none() {
        return;
    }
    for group in EXCLUSIVE {
        let mut present = group.iter().filter(|name| traits.has(name));
        if let (Some(first), Some(second)) = (present.next(), present.next()) {
            let problem = report.error(format!("the traits `{first}` and `{second}` cannot be combined"));
            problem.in_file(&shape.file).at(&id).help("remove one of them").part(Part::Trait((*second).to_owned()));
        }
    }
}

/// Returns a description of a member that completes the message "does not apply to this …".
fn found(model: &Model, shape: &Shape, member: Option<&Member>) -> String {
    let target =
        member.and_then(|member| model.get(&member.target)).map_or("undefined", |target| target.kind.type_name());
    format!("{} member of type {target}", shape.kind.type_name())
}

/// Reports the traits in [`ONCE`] that more than one member of a structure has.
fn once(shape: &Shape, report: &mut Report) {
    let ShapeKind::Structure(members) = &shape.kind else { return };
    for name in ONCE {
        let mut having = members.iter().filter(|member| member.traits.has(name));
        let (Some(first), Some(second)) = (having.next(), having.next()) else { continue };
        let message = format!("the member `{}` already has the trait `{name}`", first.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&second.name));
        problem.help("only one member of a structure can have it").part(Part::Trait((*name).to_owned()));
    }
}

/// Reports references to mixins and traits, which cannot be the types of values.
fn references(model: &Model, shape: &Shape, report: &mut Report) {
    let role = |id: &ShapeId| {
        let traits = &model.get(id)?.traits;
        if traits.has("smithy.api#mixin") {
            Some(("mixin", "define a shape that uses the mixin, and refer to that shape"))
        } else if traits.has("smithy.api#trait") {
            Some((
                "trait",
                "define a separate shape and refer to it (a trait can be applied, but it cannot be a target)",
            ))
        } else {
            None
        }
    };
    let targets = shape.kind.members().into_iter().map(|member| (shape.id.member(&member.name), &member.target));
    let references = shape.kind.references().into_iter().map(|id| (shape.id.clone(), id));
    for (location, id) in targets.chain(references) {
        let Some((role, help)) = role(id) else { continue };
        let problem = report.error(format!("invalid reference to the {role} `{id}`"));
        problem.in_file(&shape.file).at(location).help(help).part(Part::Target);
    }
}

/// Reports required members that target a structure without a finite value.
///
/// In converted models, these members are reported later, when their Rust types are determined.
fn required_recursion(model: &Model, shape: &Shape, finite: &BTreeSet<&ShapeId>, report: &mut Report) {
    let ShapeKind::Structure(members) = &shape.kind else { return };
    let is_endless = |member: &&Member| {
        let target = model.get(&member.target).filter(|target| matches!(target.kind, ShapeKind::Structure(_)));
        member.traits.has("smithy.api#required") && target.is_some_and(|target| !finite.contains(&target.id))
    };
    for member in members.iter().filter(|_| is_written(shape)).filter(is_endless) {
        let help = "make a required member optional, or wrap its target in a list, map or union";
        let problem = report.error(format!("the target `{}` contains itself through required members", member.target));
        problem.in_file(&shape.file).at(shape.id.member(&member.name)).help(help).part(Part::Target);
    }
}

/// Returns the shapes that have a finite value: those that are not required to contain themselves.
fn finite(model: &Model) -> BTreeSet<&ShapeId> {
    let is_required = |traits: &Traits| traits.has("smithy.api#required");
    let mut waiting: BTreeMap<&ShapeId, Vec<&Shape>> = BTreeMap::new();
    let mut missing: BTreeMap<&ShapeId, usize> = BTreeMap::new();
    let mut done: Vec<&ShapeId> = Vec::new();
    for shape in model.shapes.values() {
        // An undefined target is reported elsewhere.
        let members = shape.kind.members().into_iter().filter(|member| model.get(&member.target).is_some());
        let needed: Vec<&Member> = match &shape.kind {
            ShapeKind::Structure(_) => members.filter(|member| is_required(&member.traits)).collect(),
            ShapeKind::Union(_) => members.collect(),
            ShapeKind::Simple(_)
            | ShapeKind::Enum(_)
            | ShapeKind::IntEnum(_)
            | ShapeKind::List(_)
            | ShapeKind::Map { .. }
            | ShapeKind::Operation(_)
            | ShapeKind::Resource(_)
            | ShapeKind::Service(_) => Vec::new(),
        };
        let is_union = matches!(shape.kind, ShapeKind::Union(_));
        match (is_union, needed.len()) {
            (_, 0) => done.push(&shape.id),
            // A union has a finite value if one of its members has one.
            (true, _) => _ = missing.insert(&shape.id, 1),
            (false, count) => _ = missing.insert(&shape.id, count),
        }
        needed.iter().for_each(|member| waiting.entry(&member.target).or_default().push(shape));
    }
    let mut finite = BTreeSet::new();
    while let Some(id) = done.pop() {
        if !finite.insert(id) {
            continue;
        }
        for shape in waiting.remove(id).unwrap_or_default() {
            let Some(count) = missing.get_mut(&shape.id) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                done.push(&shape.id);
            }
        }
    }
    finite
}
