//! Removes the problems that a model suppresses: those that are warnings or dangers in Smithy's own validators.

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Report},
    model::{Model, ShapeId, Traits},
};

/// Removes the problems whose events are suppressed by the `suppress` trait or in the metadata.
pub(in crate::model) fn apply(model: &Model, report: &mut Report) {
    report.diagnostics.retain(|problem| !is_suppressed(model, problem));
}

/// Returns whether the event of a problem is suppressed.
///
/// The ID of an event consists of parts that are separated by dots. Suppressing an ID also suppresses the events whose
/// IDs start with the same parts.
fn is_suppressed(model: &Model, problem: &Diagnostic) -> bool {
    let Some(event) = &problem.event else { return false };
    let is_of_event = |id: &Value| {
        let rest = id.as_str().and_then(|id| event.strip_prefix(id));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let shape = problem.shape.as_deref().and_then(ShapeId::parse);
    let namespace = shape.as_ref().map(ShapeId::namespace);
    let is_in_namespace = |entry: &Value| match entry.get("namespace").and_then(Value::as_str) {
        Some(suppressed) => suppressed == "*" || Some(suppressed) == namespace,
        None => false,
    };
    let traits = shape.as_ref().and_then(|shape| traits(model, shape));
    let of_shape = list(traits.and_then(|traits| traits.get("smithy.api#suppress")));
    let of_model = list(model.metadata.get("suppressions")).filter(|entry| is_in_namespace(entry));
    of_shape.chain(of_model.filter_map(|entry| entry.get("id"))).any(is_of_event)
}

/// Returns the traits of a shape or member.
fn traits<'m>(model: &'m Model, id: &ShapeId) -> Option<&'m Traits> {
    match id.split_member() {
        Some((owner, name)) => {
            let members = model.get(&owner)?.kind.members();
            members.into_iter().find(|member| member.name == name).map(|member| &member.traits)
        }
        None => model.get(id).map(|shape| &shape.traits),
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
