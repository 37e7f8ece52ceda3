//! Checks resources: their identifiers, their operations and their parents.

mod properties;
mod references;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::{Part, Report},
    model::{Lifecycle, Member, Model, Operation, Resource, Service, Shape, ShapeId, ShapeKind},
};

const IDENTIFIER: &str = "smithy.api#resourceIdentifier";
const IDEMPOTENT: &str = "smithy.api#idempotent";
const READ_ONLY: &str = "smithy.api#readonly";

/// Reports resources whose operations or identifiers break a rule.
pub(super) fn check(model: &Model, report: &mut Report) {
    for shape in model.shapes.values() {
        let is_mixin = shape.traits.has("smithy.api#mixin");
        if let (ShapeKind::Resource(resource), false) = (&shape.kind, is_mixin) {
            identifiers(model, shape, resource, report);
            lifecycle(model, shape, resource, report);
            bindings(model, shape, resource, report);
            properties::check(model, shape, resource, report);
            no_replace(shape, resource, report);
        }
        explicit(shape, report);
        references::check(model, shape, report);
    }
    for (shape, service) in model.services() {
        bound_once(model, shape, service, report);
    }
    cycles(model, report);
}

/// Returns the resources that are bound to a resource, with their IDs. Undefined resources are reported elsewhere.
fn children<'m>(model: &'m Model, resource: &'m Resource) -> impl Iterator<Item = (&'m Shape, &'m Resource)> {
    resource.resources.iter().filter_map(|id| as_resource(model, id))
}

fn as_resource<'m>(model: &'m Model, id: &ShapeId) -> Option<(&'m Shape, &'m Resource)> {
    let shape = model.get(id)?;
    match &shape.kind {
        ShapeKind::Resource(resource) => Some((shape, resource)),
        _ => None,
    }
}

fn as_operation<'m>(model: &'m Model, id: &ShapeId) -> Option<(&'m Shape, &'m Operation)> {
    let shape = model.get(id)?;
    match &shape.kind {
        ShapeKind::Operation(operation) => Some((shape, operation)),
        _ => None,
    }
}

/// Reports nested resources whose identifiers do not include all identifiers of their parent.
fn identifiers(model: &Model, parent: &Shape, resource: &Resource, report: &mut Report) {
    for (child, nested) in children(model, resource) {
        for (name, target) in &resource.identifiers {
            let (message, verb) = match nested.identifiers.get(name) {
                Some(own) if own == target => continue,
                Some(own) => (format!("the identifier `{name}` has the type `{own}`"), "use"),
                None => (format!("missing identifier `{name}`"), "add"),
            };
            let help = format!("{verb} `{name}: {target}`, as in the parent `{}`", parent.id);
            report.error(message).in_file(&child.file).at(&child.id).help(help);
        }
    }
}

/// Reports lifecycle operations whose `readonly` or `idempotent` traits contradict their purpose.
fn lifecycle(model: &Model, shape: &Shape, resource: &Resource, report: &mut Report) {
    for (lifecycle, id) in &resource.lifecycle {
        let Some((operation, _)) = as_operation(model, id) else { continue };
        let rules: &[(&str, bool)] = match lifecycle {
            Lifecycle::Create | Lifecycle::Update => &[(READ_ONLY, false)],
            Lifecycle::Put | Lifecycle::Delete => &[(READ_ONLY, false), (IDEMPOTENT, true)],
            Lifecycle::Read | Lifecycle::List => &[(READ_ONLY, true)],
        };
        for (name, expected) in rules {
            if operation.traits.has(name) == *expected {
                continue;
            }
            let property = lifecycle.property();
            let (found, help) = match expected {
                true => ("lacks", "add the trait, or bind the operation with another key of the resource"),
                false => ("has", "remove the trait, or bind the operation with another key of the resource"),
            };
            let message = format!(
                "the operation is the `{property}` operation of the resource `{}`, but {found} the trait `{name}`",
                shape.id
            );
            let problem = report.error(message).in_file(&operation.file).at(&operation.id).help(help);
            problem.part(Part::Trait((*name).to_owned()));
        }
    }
}

/// Reports operations on an instance whose input lacks an identifier. Also reports operations on a collection whose
/// input contains all identifiers, or lacks an identifier of the parent.
fn bindings(model: &Model, shape: &Shape, resource: &Resource, report: &mut Report) {
    let of_lifecycle = |one: &Lifecycle| resource.lifecycle.get(one);
    let of_collection: BTreeSet<&ShapeId> = [Lifecycle::Create, Lifecycle::List]
        .iter()
        .filter_map(of_lifecycle)
        .chain(&resource.collection_operations)
        .collect();
    let all: BTreeSet<&ShapeId> = resource.all_operations().collect();
    for (operation, references) in all.iter().filter_map(|id| as_operation(model, id)) {
        let Some(input) = model.get(&references.input) else { continue };
        let bound = bound_identifiers(input, resource);
        let is_bound = |(name, target): &(&String, &ShapeId)| bound.get(name.as_str()) == Some(target);
        let missing: Vec<_> = resource.identifiers.iter().filter(|one| !is_bound(one)).collect();
        match (of_collection.contains(&operation.id), missing.first()) {
            (false, Some((name, target))) => {
                let message =
                    format!("the input does not contain the identifier `{name}` of the resource `{}`", shape.id);
                let help = format!(
                    "add a required member `{name}: {target}` to the input, or list the operation in \
                                    `collectionOperations`"
                );
                report.error(message).in_file(&operation.file).at(&operation.id).help(help);
            }
            (true, None) if !resource.identifiers.is_empty() => {
                let message = format!(
                    "the input contains all identifiers of the resource `{}`, but the operation applies to its \
                     collection",
                    shape.id
                );
                let help = "list the operation in `operations`, or make an identifier optional in the input";
                report.error(message).in_file(&operation.file).at(&operation.id).help(help);
            }
            (_, None) | (true, Some(_)) => {}
        }
    }
    for (child, nested) in children(model, resource) {
        for (operation, references) in nested.all_operations().filter_map(|id| as_operation(model, id)) {
            let Some(input) = model.get(&references.input) else { continue };
            let bound = bound_identifiers(input, nested);
            let Some(name) = resource.identifiers.keys().find(|name| !bound.contains_key(name.as_str())) else {
                continue;
            };
            // If the nested resource also has the identifier, operations on its instances are reported when the nested
            // resource itself is checked.
            if nested.identifiers.contains_key(name) && !is_of_collection(nested, &operation.id) {
                continue;
            }
            let message = format!(
                "the input does not contain the identifier `{name}` of the resource `{}`, the parent of \
                                   `{}`",
                shape.id, child.id
            );
            let help = "add a required member with this name to the input";
            report.error(message).in_file(&operation.file).at(&operation.id).help(help);
        }
    }
}

fn is_of_collection(resource: &Resource, id: &ShapeId) -> bool {
    let is_lifecycle = |one: Lifecycle| resource.lifecycle.get(&one) == Some(id);
    is_lifecycle(Lifecycle::Create) || is_lifecycle(Lifecycle::List) || resource.collection_operations.contains(id)
}

/// Returns the identifiers of a resource that a structure contains, with the targets of their members.
///
/// A member is an identifier if it has the `resourceIdentifier` trait. A required member with the name and type of an
/// identifier is also an identifier.
fn bound_identifiers<'m>(structure: &'m Shape, resource: &Resource) -> BTreeMap<&'m str, &'m ShapeId> {
    let bound = |member: &&'m Member| {
        let is_implicit = member.traits.has("smithy.api#required")
            && resource.identifiers.get(&member.name).is_some_and(|target| *target == member.target);
        member.traits.string(IDENTIFIER).or_else(|| is_implicit.then_some(&*member.name))
    };
    structure.kind.members().into_iter().filter_map(|member| Some((bound(&member)?, &member.target))).collect()
}

/// Reports members of a structure that are bound to the same identifier.
fn explicit(shape: &Shape, report: &mut Report) {
    let mut seen: BTreeMap<&str, &Member> = BTreeMap::new();
    for member in shape.kind.members() {
        let Some(name) = member.traits.string(IDENTIFIER) else { continue };
        let Some(first) = seen.insert(name, member) else { continue };
        let message = format!("the member `{}` is already bound to the identifier `{name}`", first.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name));
        problem.help("use another identifier").part(Part::Value(IDENTIFIER.to_owned()));
    }
}

/// Reports a resource with the `noReplace` trait that has no `put` operation.
fn no_replace(shape: &Shape, resource: &Resource, report: &mut Report) {
    const NO_REPLACE: &str = "smithy.api#noReplace";
    if shape.traits.has(NO_REPLACE) && !resource.lifecycle.contains_key(&Lifecycle::Put) {
        let problem = report.error(format!("the trait `{NO_REPLACE}` has no effect on a resource without `put`"));
        let help = "add a `put` operation, or remove the trait";
        problem.in_file(&shape.file).at(&shape.id).help(help).part(Part::Trait(NO_REPLACE.to_owned()));
    }
}

/// Reports resources and operations that are bound to a service more than once.
fn bound_once(model: &Model, service: &Shape, bound: &Service, report: &mut Report) {
    let mut parents: BTreeMap<&ShapeId, &ShapeId> = BTreeMap::new();
    let mut add = |id, parent| match parents.insert(id, parent) {
        Some(first) if first != parent => Some((id, first, parent)),
        _ => None,
    };
    let mut repeated: Vec<_> =
        bound.operations.iter().chain(&bound.resources).filter_map(|id| add(id, &service.id)).collect();
    let mut queue: Vec<&ShapeId> = bound.resources.iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = queue.pop() {
        let Some((shape, resource)) = as_resource(model, id).filter(|_| seen.insert(id)) else { continue };
        repeated.extend(resource.all_operations().chain(&resource.resources).filter_map(|id| add(id, &shape.id)));
        queue.extend(&resource.resources);
    }
    for (id, first, second) in repeated {
        let Some(shape) = model.get(id) else { continue };
        let what = shape.kind.type_name();
        let message = format!("the {what} is bound to `{first}` and to `{second}` in the service `{}`", service.id);
        report.error(message).in_file(&shape.file).at(id).help("bind it only once");
    }
}

/// Reports resources that contain themselves.
fn cycles(model: &Model, report: &mut Report) {
    let mut parents: BTreeMap<&ShapeId, usize> = BTreeMap::new();
    let resources = || model.shapes.keys().filter_map(|id| as_resource(model, id));
    for (shape, resource) in resources() {
        parents.entry(&shape.id).or_default();
        children(model, resource).for_each(|(child, _)| *parents.entry(&child.id).or_default() += 1);
    }
    // Resources without parents are removed repeatedly. Those that remain are part of a cycle, or nested in one.
    let mut removed: Vec<&ShapeId> = parents.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(id) = removed.pop() {
        parents.remove(id);
        for (child, _) in as_resource(model, id).into_iter().flat_map(|(_, resource)| children(model, resource)) {
            let Some(count) = parents.get_mut(&child.id) else { continue };
            *count -= 1;
            if *count == 0 {
                removed.push(&child.id);
            }
        }
    }
    for (shape, _) in parents.keys().filter_map(|id| as_resource(model, id)) {
        let problem = report.error("the resource contains itself, or is part of a resource that does");
        problem.in_file(&shape.file).at(&shape.id).help("remove one of the resources from the `resources` of another");
    }
}
