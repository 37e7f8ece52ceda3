//! Lowers the constraints on members.

use serde_json::Value;

use crate::{
    ir::{Bounds, Constraints},
    model::Traits,
    number,
};

/// Returns the constraints on a member. The member's own traits override those of its target.
pub(super) fn of(member: &Traits, target: &Traits) -> Constraints {
    let get = |id: &str| member.get(id).or_else(|| target.get(id));
    Constraints {
        length: bounds(get("smithy.api#length")),
        range: bounds(get("smithy.api#range")),
        pattern: get("smithy.api#pattern").and_then(Value::as_str).map(str::to_owned),
        unique_items: get("smithy.api#uniqueItems").is_some(),
    }
}

fn bounds(value: Option<&Value>) -> Bounds {
    let bound = |key: &str| value?.get(key).and_then(number::written).map(|bound| bound.into_owned());
    Bounds { min: bound("min"), max: bound("max") }
}
