//! Checks the properties of resources, which are members of the inputs and outputs of lifecycle operations.

use std::collections::BTreeSet;

use super::{IDENTIFIER, as_operation};
use crate::{
    diagnostic::{Part, Report},
    model::{Lifecycle, Member, Model, Resource, Shape, ShapeId, http},
};

const NESTED: &str = "smithy.api#nestedProperties";
const NOT_PROPERTY: &str = "smithy.api#notProperty";
const PROPERTY: &str = "smithy.api#property";

/// Reports properties that no operation uses, and members of lifecycle operations that are not properties.
pub(super) fn check(model: &Model, shape: &Shape, resource: &Resource, report: &mut Report) {
    if resource.properties.is_empty() {
        return;
    }
    for name in resource.properties.keys().filter(|name| resource.identifiers.contains_key(*name)) {
        let message = format!("the property `{name}` is also an identifier");
        report.error(message).in_file(&shape.file).at(&shape.id).help("rename one of them");
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut checked: BTreeSet<&ShapeId> = BTreeSet::new();
    for (lifecycle, id) in &resource.lifecycle {
        // The members of a `list` operation do not describe a single instance, so they are not checked.
        let Some((_, operation)) = as_operation(model, id).filter(|_| *lifecycle != Lifecycle::List) else { continue };
        for root in [&operation.input, &operation.output].into_iter().filter_map(|id| model.get(id)) {
            let structure = nested(model, root);
            used.extend(structure.kind.members().into_iter().filter(|one| is_property(model, resource, one)).map(name));
            if checked.insert(&root.id) {
                members(model, resource, shape, structure, report);
            }
            if structure.id != root.id {
                for member in root.kind.members().into_iter().filter(|one| is_property(model, resource, one)) {
                    let message =
                        format!("the member is not a property, since another member has the trait `{NESTED}`");
                    let problem = report.error(message);
                    let help = format!("mark it with the trait `{NOT_PROPERTY}`");
                    problem.in_file(&root.file).at(root.id.member(&member.name)).help(help);
                }
            }
        }
    }
    for name in resource.properties.keys().filter(|name| !used.contains(name.as_str())) {
        let message = format!("no lifecycle operation has a member for the property `{name}`");
        let help = "add a member with this name to an input or output, or remove the property";
        report.error(message).in_file(&shape.file).at(&shape.id).help(help);
    }
}

/// Returns the structure that contains the properties: the target of the member with `nestedProperties`, or otherwise
/// the input or output itself.
fn nested<'m>(model: &'m Model, root: &'m Shape) -> &'m Shape {
    let member = root.kind.members().into_iter().find(|member| member.traits.has(NESTED));
    member.and_then(|member| model.get(&member.target)).unwrap_or(root)
}

/// Returns the name of the property that a member represents.
fn name(member: &Member) -> &str {
    let named = member.traits.get(PROPERTY).and_then(|value| value.get("name")).and_then(|name| name.as_str());
    named.unwrap_or(&member.name)
}

/// Returns whether a member must be a property.
fn is_property(model: &Model, resource: &Resource, member: &Member) -> bool {
    let is_exempt = |id: &str| {
        let known = ["smithy.api#idempotencyToken", http::RESPONSE_CODE].contains(&id);
        let custom =
            || ShapeId::parse(id).and_then(|id| model.get(&id)).is_some_and(|one| one.traits.has(NOT_PROPERTY));
        known || [NESTED, NOT_PROPERTY, IDENTIFIER].contains(&id) || custom()
    };
    !resource.identifiers.contains_key(&member.name) && !member.traits.iter().any(|(id, _)| is_exempt(id))
}

/// Reports members that are not properties, members whose type differs from that of their property, and members that
/// represent the same property as another member.
fn members(model: &Model, resource: &Resource, shape: &Shape, structure: &Shape, report: &mut Report) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for member in structure.kind.members().into_iter().filter(|one| is_property(model, resource, one)) {
        let name = name(member);
        let (message, help) = match resource.properties.get(name) {
            _ if !seen.insert(name) => {
                (format!("another member already represents the property `{name}`"), "use another property".to_owned())
            }
            Some(target) if *target == member.target => continue,
            Some(target) => (
                format!("the property `{name}` of the resource `{}` has a different type, `{target}`", shape.id),
                format!("target `{target}`, or add the trait `{NOT_PROPERTY}`"),
            ),
            None => (
                format!("the resource `{}` has no property `{name}`", shape.id),
                format!("add it to `properties`, or add the trait `{NOT_PROPERTY}` to the member"),
            ),
        };
        let problem = report.error(message).in_file(&structure.file).at(structure.id.member(&member.name)).help(help);
        problem.part(Part::Target);
    }
}
