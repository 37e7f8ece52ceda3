//! Events of Smithy's validators that a model suppresses.

use serde_json::Value;

use crate::model::{Model, Shape};

/// Returns whether the events of a validator at a shape are suppressed, by the trait `suppress` or in the metadata.
///
/// The ID of an event consists of parts. A suppression also applies to the events whose ID starts with its parts.
pub(super) fn is_suppressed(model: &Model, shape: &Shape, event: &str) -> bool {
    let is_of_event = |id: &Value| {
        let rest = id.as_str().and_then(|id| event.strip_prefix(id));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let is_in_namespace = |entry: &Value| match entry.get("namespace").and_then(Value::as_str) {
        Some(namespace) => namespace == "*" || namespace == shape.id.namespace(),
        None => false,
    };
    let of_shape = list(shape.traits.get("smithy.api#suppress"));
    let of_model = list(model.metadata.get("suppressions")).filter(|entry| is_in_namespace(entry));
    of_shape.chain(of_model.filter_map(|entry| entry.get("id"))).any(is_of_event)
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
