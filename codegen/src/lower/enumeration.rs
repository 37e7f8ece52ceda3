//! Lowers enumerations of strings and integers.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt::Debug,
};

use serde_json::Value;

use super::{
    Context,
    doc_links::DocScope,
    docs,
    names::{self, Scope},
};
use crate::{
    diagnostic::Report,
    ir::{self, Name},
    model::{Member, Shape, ShapeKind, Simple, Traits},
    number,
};

/// Lowers an enumeration of strings. `name` contains its names in the model and in Rust.
pub(super) fn of_texts(context: &Context<'_>, shape: &Shape, name: Name, report: &mut Report) -> ir::Enumeration {
    let doc_scope = DocScope::anywhere(context);
    let mut scope = Scope::with(&["Unknown"]);
    let mut values = BTreeMap::new();
    let mut members = enum_values(shape);
    members.retain(|(wire, value, _)| is_new(shape, wire, value.clone(), &mut values, report));
    let variants = members
        .into_iter()
        .map(|(wire, value, traits)| ir::Variant {
            name: variant(shape, &wire, &mut scope, report),
            doc: docs::or(&traits, &doc_scope, || docs::of_value(&value)),
            deprecated: docs::deprecation(&traits),
            value,
        })
        .collect();
    ir::Enumeration {
        module: context.names.module(&shape.id),
        doc: docs::or(&shape.traits, &doc_scope, || format!("The values of `{}`.", name.rust)),
        variants,
        ordered: context.closure.is_key(&shape.id),
        sensitive: shape.traits.has("smithy.api#sensitive"),
        deprecated: docs::deprecation(&shape.traits),
        name,
    }
}

/// Lowers an enumeration of integers. `name` contains its names in the model and in Rust.
pub(super) fn of_numbers(
    context: &Context<'_>,
    shape: &Shape,
    members: &[Member],
    name: Name,
    report: &mut Report,
) -> ir::IntEnumeration {
    let doc_scope = DocScope::anywhere(context);
    let mut scope = Scope::with(&["Unknown"]);
    let (mut variants, mut values) = (Vec::new(), BTreeMap::new());
    for member in members {
        let value = member.traits.get("smithy.api#enumValue").and_then(number::integer).map(i32::try_from);
        // Members without a value were reported when the model was loaded.
        let Some(Ok(value)) = value else { continue };
        if !is_new(shape, &member.name, value, &mut values, report) {
            continue;
        }
        variants.push(ir::Variant {
            name: variant(shape, &member.name, &mut scope, report),
            value,
            doc: docs::or(&member.traits, &doc_scope, || format!("`{value}`.")),
            deprecated: docs::deprecation(&member.traits),
        });
    }
    ir::IntEnumeration {
        module: context.names.module(&shape.id),
        doc: docs::or(&shape.traits, &doc_scope, || format!("The values of `{}`.", name.rust)),
        variants,
        deprecated: docs::deprecation(&shape.traits),
        name,
    }
}

/// Returns whether a shape is a string with the deprecated `enum` trait.
pub(super) fn is_legacy_enum(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Simple(Simple::String)) && shape.traits.has("smithy.api#enum")
}

/// Returns whether no earlier member has this value. Otherwise, warns that the member is omitted, since it would never
/// be deserialized.
fn is_new<T: Ord + Debug>(
    shape: &Shape,
    wire: &str,
    value: T,
    values: &mut BTreeMap<T, String>,
    report: &mut Report,
) -> bool {
    match values.entry(value) {
        Entry::Vacant(entry) => {
            entry.insert(wire.to_owned());
            true
        }
        Entry::Occupied(entry) => {
            let message = format!(
                "the member `{}` already has the value {:?}; the duplicate is omitted",
                entry.get(),
                entry.key()
            );
            let problem = report.warning(message).in_file(&shape.file).at(format!("{}${wire}", shape.id));
            problem.in_trait("smithy.api#enumValue");
            false
        }
    }
}

/// Names a variant, and warns if its name was changed because of a collision.
pub(super) fn variant(shape: &Shape, wire: &str, scope: &mut Scope, report: &mut Report) -> Name {
    let wanted = names::variant_name(wire);
    let rust = scope.take(wire, wanted.clone());
    // Names in the deprecated `enum` trait may not be valid member names, so the ID is only formatted, not created as a
    // `ShapeId`.
    let member = format!("{}${wire}", shape.id);
    scope.report_collision(member, &rust, &wanted, &shape.file, report);
    Name { wire: wire.to_owned(), rust }
}

/// Returns the members of an enumeration, or of a string with the deprecated `enum` trait. Each consists of a name, a
/// value and traits.
fn enum_values(shape: &Shape) -> Vec<(String, String, Traits)> {
    if let ShapeKind::Enum(members) = &shape.kind {
        let value = |member: &Member| member.traits.string("smithy.api#enumValue").unwrap_or(&member.name).to_owned();
        return members.iter().map(|member| (member.name.clone(), value(member), member.traits.clone())).collect();
    }
    let definitions = shape.traits.get("smithy.api#enum").and_then(Value::as_array).into_iter().flatten();
    definitions
        .filter_map(|definition| {
            let value = definition.get("value")?.as_str()?.to_owned();
            let name = definition.get("name").and_then(Value::as_str).unwrap_or(&value).to_owned();
            let mut traits = Vec::new();
            if let Some(text) = definition.get("documentation") {
                traits.push(("smithy.api#documentation".to_owned(), text.clone()));
            }
            if definition.get("deprecated").and_then(Value::as_bool) == Some(true) {
                traits.push(("smithy.api#deprecated".to_owned(), Value::Object(serde_json::Map::new())));
            }
            Some((name, value, traits.into_iter().collect()))
        })
        .collect()
}
