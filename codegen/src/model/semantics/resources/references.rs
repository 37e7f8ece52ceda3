//! Checks the `references` trait, which marks shapes that contain the identifiers of a resource.

use std::collections::BTreeMap;

use serde_json::Value;

use super::as_resource;
use crate::{
    diagnostic::{Part, Report},
    model::{Model, Resource, Shape, ShapeId},
};

const REFERENCES: &str = "smithy.api#references";

/// Reports references whose target is not a resource, and references with missing or unknown identifiers.
pub(super) fn check(model: &Model, shape: &Shape, report: &mut Report) {
    let references = shape.traits.get(REFERENCES).and_then(Value::as_array);
    for reference in references.into_iter().flatten() {
        let Some((message, help)) = problem(model, shape, reference) else { continue };
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Value(REFERENCES.to_owned()));
    }
}

/// Returns the problem with a reference, and how to fix it.
fn problem(model: &Model, shape: &Shape, reference: &Value) -> Option<(String, String)> {
    let id = ShapeId::parse(reference.get("resource")?.as_str()?)?;
    // A resource that the model does not define may belong to another service.
    let target = model.get(&id)?;
    let Some((_, resource)) = as_resource(model, &id) else {
        let message = format!("invalid reference: `{id}` has the type {}", target.kind.type_name());
        return Some((message, "refer to a resource".to_owned()));
    };
    let ids = reference.get("ids").and_then(Value::as_object);
    match shape.kind.type_name() {
        "structure" => {
            let ids = ids.filter(|ids| !ids.is_empty());
            let ids = ids.map(|ids| ids.iter().map(|(name, member)| (&**name, member.as_str().unwrap_or_default())));
            of_structure(model, shape, &id, resource, ids.map(Iterator::collect))
        }
        _ if ids.is_some_and(|ids| !ids.is_empty()) => {
            Some((format!("a reference on a {} cannot have `ids`", shape.kind.type_name()), "remove them".to_owned()))
        }
        _ if resource.identifiers.len() != 1 => {
            let message = format!("the resource `{id}` has {} identifiers", resource.identifiers.len());
            Some((message, "refer to a resource with one identifier, or add the trait to a structure".to_owned()))
        }
        _ => None,
    }
}

fn of_structure(
    model: &Model,
    shape: &Shape,
    id: &ShapeId,
    resource: &Resource,
    explicit: Option<BTreeMap<&str, &str>>,
) -> Option<(String, String)> {
    if let Some(ids) = &explicit {
        if let Some(unknown) = ids.keys().find(|name| !resource.identifiers.contains_key(**name)) {
            let names: Vec<&str> = resource.identifiers.keys().map(String::as_str).collect();
            let message = format!("the resource `{id}` has no identifier `{unknown}`");
            return Some((message, format!("expected the identifiers `{}`", names.join("`, `"))));
        }
        if let Some(missing) = resource.identifiers.keys().find(|name| !ids.contains_key(name.as_str())) {
            let message = format!("`ids` does not contain the identifier `{missing}` of the resource `{id}`");
            return Some((message, "add it, with the name of a member as its value".to_owned()));
        }
    }
    let ids =
        explicit.unwrap_or_else(|| resource.identifiers.keys().map(|name| (name.as_str(), name.as_str())).collect());
    let members = shape.kind.members();
    ids.into_iter().find_map(|(identifier, name)| {
        let Some(member) = members.iter().find(|member| member.name == name) else {
            let message = format!(
                "the identifier `{identifier}` of the resource `{id}` refers to the member `{name}`, \
                 which does not exist"
            );
            return Some((message, "add the member, or name another one in `ids`".to_owned()));
        };
        let target = model.get(&member.target)?;
        (!matches!(target.kind.type_name(), "string" | "enum")).then(|| {
            let found = target.kind.type_name();
            (
                format!("the identifier `{identifier}` refers to the member `{name}` of type {found}"),
                "target a string".to_owned(),
            )
        })
    })
}
