//! Rules about custom traits: their definitions decide where they apply, what they conflict with, and their values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{node_validation, selector::Selector};
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Shape, ShapeId, Traits},
};

const TRAIT: &str = "smithy.api#trait";

/// A custom trait.
struct Definition<'m> {
    shape: &'m Shape,
    selector: Option<&'m str>,
    /// The shapes and members to which the trait applies, unless it applies to all.
    selected: Option<BTreeSet<ShapeId>>,
    conflicts: Vec<&'m str>,
    exclusive: Option<&'m str>,
}

/// Reports custom traits that do not apply to their shapes, conflict with other traits, or have invalid values.
pub(super) fn check(model: &Model, report: &mut Report) {
    let definitions = definitions(model);
    if definitions.is_empty() {
        return;
    }
    for shape in model.shapes.values() {
        applied(model, &definitions, shape, &shape.id, &shape.traits, report);
        for member in shape.kind.members() {
            applied(model, &definitions, shape, &shape.id.member(&member.name), &member.traits, report);
        }
        exclusive(model, &definitions, shape, report);
    }
}

/// Returns the custom traits of a model, by ID.
fn definitions<'m>(model: &'m Model) -> BTreeMap<&'m str, Definition<'m>> {
    let definition = |shape: &'m Shape| {
        let value = shape.traits.get(TRAIT)?;
        let selector = value.get("selector").and_then(Value::as_str);
        let conflicts = value.get("conflicts").and_then(Value::as_array).into_iter().flatten();
        Some(Definition {
            shape,
            selector,
            selected: selector.and_then(Selector::parse).map(|selector| selector.select(model)),
            conflicts: conflicts.filter_map(Value::as_str).collect(),
            exclusive: value.get("structurallyExclusive").and_then(Value::as_str),
        })
    };
    model.shapes.values().filter_map(|shape| Some((shape.id.as_str(), definition(shape)?))).collect()
}

/// Reports the problems of the custom traits of a shape or member.
fn applied(
    model: &Model,
    definitions: &BTreeMap<&str, Definition<'_>>,
    shape: &Shape,
    place: &ShapeId,
    traits: &Traits,
    report: &mut Report,
) {
    for (id, value) in traits.iter() {
        let Some(definition) = definitions.get(id) else { continue };
        let name = || Part::Trait(id.to_owned());
        if definition.selected.as_ref().is_some_and(|selected| !selected.contains(place)) {
            let what = if place == &shape.id { shape.kind.type_name() } else { "member" };
            let help = format!("its selector is `{}`", definition.selector.unwrap_or_default());
            let problem = report.error(format!("the trait `{id}` does not apply to this {what}"));
            problem.in_file(&shape.file).at(place).help(help).part(name());
        }
        if let Some(other) = definition.conflicts.iter().find(|other| traits.has(other)) {
            let problem = report.error(format!("the traits `{other}` and `{id}` cannot be combined"));
            problem.in_file(&shape.file).at(place).help("remove one of them").part(name());
        }
        if let Some(problem) = node_validation::problem(model, &definition.shape.id, None, value) {
            let problem = report.error(format!("invalid value of the trait `{id}`: {problem}"));
            problem.in_file(&shape.file).at(place).part(Part::Value(id.to_owned()));
        }
    }
}

/// Reports traits that only one member, or the target of only one member, can have.
fn exclusive(model: &Model, definitions: &BTreeMap<&str, Definition<'_>>, shape: &Shape, report: &mut Report) {
    let members = shape.kind.members();
    let all = definitions.iter().filter_map(|(id, definition)| Some((*id, definition.exclusive?)));
    for (id, part) in all {
        let has = |member: &&&Member| match part {
            "member" => member.traits.has(id),
            "target" => model.get(&member.target).is_some_and(|target| target.traits.has(id)),
            _ => false,
        };
        let mut having = members.iter().filter(has);
        let (Some(first), Some(second)) = (having.next(), having.next()) else { continue };
        let message = format!("the trait `{id}` is already on the member `{}` or its target", first.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&second.name));
        problem
            .help(format!("only one member of a {} can have it", shape.kind.type_name()))
            .part(Part::Trait(id.to_owned()));
    }
}
