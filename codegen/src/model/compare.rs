//! Compares models shape by shape.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Member, Model, Shape, ShapeKind, Traits};
use crate::number;

/// Describes the differences between two models. File names are ignored, and so is the order of the lists in
/// operations, resources and services.
pub(crate) fn differences(left: &Model, right: &Model) -> Vec<String> {
    let mut found = Vec::new();
    for id in left.shapes.keys().chain(right.shapes.keys()).collect::<BTreeSet<_>>() {
        match (left.get(id), right.get(id)) {
            (Some(one), Some(other)) => shapes(one, other, &mut found),
            (Some(_), None) => found.push(format!("{id}: only in the first model")),
            (None, _) => found.push(format!("{id}: only in the second model")),
        }
    }
    for key in left.metadata.keys().chain(right.metadata.keys()).collect::<BTreeSet<_>>() {
        if left.metadata.get(key) != right.metadata.get(key) {
            found.push(format!("the values of the metadata `{}` differ", key.escape_debug()));
        }
    }
    found
}

fn shapes(one: &Shape, other: &Shape, found: &mut Vec<String>) {
    let id = one.id.as_str();
    traits(id, &one.traits, &other.traits, found);
    if one.kind.type_name() != other.kind.type_name() {
        found.push(format!("{id}: the types differ: {} and {}", one.kind.type_name(), other.kind.type_name()));
        return;
    }
    let (members, others) = (one.kind.members(), other.kind.members());
    let names = |members: &[&Member]| members.iter().map(|member| member.name.clone()).collect::<Vec<_>>();
    if names(&members) != names(&others) {
        let (names, others) = (names(&members).join("`, `"), names(&others).join("`, `"));
        found.push(format!("{id}: the members differ: `{names}` and `{others}`"));
        return;
    }
    for (member, other) in members.iter().zip(&others) {
        let location = one.id.member(&member.name);
        if member.target != other.target {
            found.push(format!("{location}: the targets differ: `{}` and `{}`", member.target, other.target));
        }
        traits(location.as_str(), &member.traits, &other.traits, found);
    }
    if members.is_empty() && sorted(&one.kind) != sorted(&other.kind) {
        found.push(format!("{id}: the references to other shapes differ"));
    }
}

fn traits(location: &str, one: &Traits, other: &Traits, found: &mut Vec<String>) {
    let shown = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), number::text);
    for id in one.iter().chain(other.iter()).map(|(id, _)| id).collect::<BTreeSet<_>>() {
        let (value, other) = (one.get(id), other.get(id));
        if value != other {
            found.push(format!(
                "{location}: the values of the trait `{id}` differ: {} and {}",
                shown(value),
                shown(other)
            ));
        }
    }
}

/// Sorts the lists whose order has no meaning.
fn sorted(kind: &ShapeKind) -> ShapeKind {
    let mut kind = kind.clone();
    kind.reference_lists_mut().into_iter().for_each(|list| list.sort());
    kind
}
