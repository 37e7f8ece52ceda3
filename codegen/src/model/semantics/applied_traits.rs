//! Checks traits against their definitions: their values and, for custom traits, which shapes they apply to and which
//! traits they conflict with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    id_refs::{ID_REF, IdRefs},
    node_validation::{Problem, ProblemKind, Validator},
    selector::Selector,
};
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Shape, ShapeId, Traits, definitions},
};

const TRAIT: &str = "smithy.api#trait";

/// The definition of a custom trait.
struct Definition<'m> {
    selector: Option<&'m str>,
    /// The shapes and members to which the trait can be applied. If it is `None`, the trait can be applied to all of
    /// them.
    selected: Option<BTreeSet<ShapeId>>,
    conflicts: Vec<&'m str>,
    exclusive: Option<&'m str>,
}

/// The custom traits of a model, and the validators for the values of traits.
struct Checks<'m> {
    custom: BTreeMap<&'m str, Definition<'m>>,
    of_custom: Validator<'m>,
    of_known: Validator<'m>,
}

/// Reports traits that have invalid values, and custom traits that do not apply to their shapes or conflict with other
/// traits.
pub(super) fn check(model: &Model, report: &mut Report) {
    let id_refs = IdRefs::new(model);
    let checks = Checks {
        custom: custom(model, &id_refs, report),
        of_custom: Validator::with_ids(model, &id_refs),
        of_known: Validator::with_ids(definitions::model(), &id_refs),
    };
    for shape in model.shapes.values() {
        checks.traits(shape, &shape.id, &shape.traits, report);
        for member in shape.kind.members().into_iter().filter(|member| !member.traits.is_empty()) {
            checks.traits(shape, &shape.id.member(&member.name), &member.traits, report);
        }
        exclusive(model, &checks.custom, shape, report);
    }
}

/// Returns the custom traits of a model, by ID. Reports invalid selectors.
fn custom<'m>(model: &'m Model, id_refs: &IdRefs<'m>, report: &mut Report) -> BTreeMap<&'m str, Definition<'m>> {
    let mut found = BTreeMap::new();
    for shape in model.shapes.values() {
        let Some(value) = shape.traits.get(TRAIT) else { continue };
        let selector = value.get("selector").and_then(Value::as_str);
        let parsed = selector.map(Selector::parse);
        if let (Some(selector), Some(None)) = (selector, &parsed) {
            invalid_selector(selector, TRAIT, shape, &shape.id, report);
        }
        let selected = parsed.flatten().map(|parsed| parsed.select(id_refs.graph()));
        if let (Some(selector), Some(None)) = (selector, &selected) {
            let message =
                format!("the selector `{}` is ignored, since it takes too long to evaluate", selector.escape_debug());
            let problem = report.warning(message).in_file(&shape.file).at(&shape.id).help("use fewer nested functions");
            problem.part(Part::Element { name: TRAIT.to_owned(), path: "selector".to_owned() });
        }
        let conflicts = value.get("conflicts").and_then(Value::as_array).into_iter().flatten();
        let definition = Definition {
            selector,
            selected: selected.flatten(),
            conflicts: conflicts.filter_map(Value::as_str).collect(),
            exclusive: value.get("structurallyExclusive").and_then(Value::as_str),
        };
        found.insert(shape.id.as_str(), definition);
    }
    found
}

fn invalid_selector(selector: &str, id: &str, shape: &Shape, location: &ShapeId, report: &mut Report) {
    let problem = report.error(format!("invalid selector `{}`", selector.escape_debug()));
    let help = "expected a selector such as `structure > member`";
    let part = Part::Element { name: id.to_owned(), path: "selector".to_owned() };
    problem.in_file(&shape.file).at(location).help(help).part(part);
}

/// Returns whether the value of a known trait is valid according to the trait's definition. Another check reports
/// invalid values.
pub(super) fn has_valid_value(id: &str, value: &Value) -> bool {
    let is_invalid = |id: &ShapeId| Validator::new(definitions::model()).problem(id, None, value).is_some();
    !ShapeId::parse(id).is_some_and(|id| is_invalid(&id))
}

impl Checks<'_> {
    /// Reports problems with the traits of a shape or member.
    fn traits(&self, shape: &Shape, location: &ShapeId, traits: &Traits, report: &mut Report) {
        let selector = traits.get(ID_REF).and_then(|value| value.get("selector")?.as_str());
        if let Some(selector) = selector.filter(|selector| Selector::parse(selector).is_none()) {
            invalid_selector(selector, ID_REF, shape, location, report);
        }
        for (name, value) in traits.iter() {
            let Some(id) = ShapeId::parse(name) else { continue };
            let problems = match self.custom.get(name) {
                Some(definition) => {
                    applies(definition, name, shape, location, traits, report);
                    self.of_custom.problems(&id, None, value)
                }
                None if definitions::get(&id).is_some() => self.of_known.problems(&id, None, value),
                None => continue,
            };
            for found in problems {
                problem(&found, name, shape, location, report);
            }
        }
    }
}

/// Reports a custom trait that cannot be applied to a shape or member, or that conflicts with another trait.
fn applies(
    definition: &Definition<'_>,
    id: &str,
    shape: &Shape,
    location: &ShapeId,
    traits: &Traits,
    report: &mut Report,
) {
    let name = || Part::Trait(id.to_owned());
    if definition.selected.as_ref().is_some_and(|selected| !selected.contains(location)) {
        let what = if location == &shape.id { shape.kind.type_name() } else { "member" };
        let help = format!("its selector is `{}`", definition.selector.unwrap_or_default());
        let problem = report.error(format!("the trait `{id}` does not apply to this {what}"));
        problem.in_file(&shape.file).at(location).help(help).part(name());
    }
    if let Some(other) = definition.conflicts.iter().find(|other| traits.has(other)) {
        let problem = report.error(format!("the traits `{other}` and `{id}` cannot be combined"));
        problem.in_file(&shape.file).at(location).help("remove one of them").part(name());
    }
}

/// Reports a problem with the value of a trait.
fn problem(found: &Problem, id: &str, shape: &Shape, location: &ShapeId, report: &mut Report) {
    let invalid = || format!("invalid value for the trait `{id}`: {found}");
    let (problem, help) = match &found.kind {
        ProblemKind::Invalid => (report.error(invalid()), None),
        ProblemKind::InvalidKey { help } => (report.error(invalid()), Some(help)),
        // As in Smithy's own loader, an unknown member is not an error: a newer version of the trait may have the
        // member.
        ProblemKind::UnknownMember { help } => {
            let message = format!("the unknown member `{}` of the trait `{id}` is ignored", found.path);
            let event = format!("TraitValue.{id}.{}", found.path);
            (report.warning(message).event(event), Some(help))
        }
    };
    problem.in_file(&shape.file).at(location).part(found.part(id));
    if let Some(help) = help {
        problem.help(help);
    }
}

/// Reports structurally exclusive traits that occur more than once in a shape. Some of these traits can be applied to
/// only one member. For the others, only one member can target a shape with the trait.
fn exclusive(model: &Model, custom: &BTreeMap<&str, Definition<'_>>, shape: &Shape, report: &mut Report) {
    let members = shape.kind.members();
    let all = custom.iter().filter_map(|(id, definition)| Some((*id, definition.exclusive?)));
    for (id, part) in all {
        let has = |member: &&&Member| match part {
            "member" => member.traits.has(id),
            "target" => model.get(&member.target).is_some_and(|target| target.traits.has(id)),
            _ => false,
        };
        let mut having = members.iter().filter(has);
        let (Some(first), Some(second)) = (having.next(), having.next()) else { continue };
        let message = format!("the member `{}` or its target already has the trait `{id}`", first.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&second.name));
        problem
            .help(format!("only one member of a {} can have it", shape.kind.type_name()))
            .part(Part::Trait(id.to_owned()));
    }
}
