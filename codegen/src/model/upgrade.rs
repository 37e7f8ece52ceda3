//! Converts Smithy 1.0 shapes to Smithy 2.0, as Smithy's own loader does, and adds the values of enum members.
//!
//! In 1.0, a number or boolean has the default zero or false, unless it or the member that targets it has the `box`
//! trait. In 2.0, defaults are set by the `default` trait. A member for which this trait is `null` has no default, even
//! if its target has one.

use serde_json::{Value, json};

use super::{Model, ShapeKind, Simple, Version};

const BOX: &str = "smithy.api#box";
const DEFAULT: &str = "smithy.api#default";

/// Adds the defaults of Smithy 1.0 to shapes that are not boxed, and the default `null` to members that are boxed.
pub(super) fn upgrade(model: &mut Model) {
    for shape in model.shapes.values_mut() {
        let boxed = shape.traits.has(BOX);
        if let Some(zero) = zero(&shape.kind).filter(|_| shape.version == Version::V1 && !boxed) {
            shape.traits.set_default(DEFAULT, zero);
        }
        for member in shape.kind.members_mut().into_iter().filter(|member| member.traits.has(BOX)) {
            member.traits.set_default(DEFAULT, Value::Null);
        }
    }
}

/// Sets the value of each string enum member without a value to the name of the member.
pub(super) fn enum_values(model: &mut Model) {
    for shape in model.shapes.values_mut() {
        let ShapeKind::Enum(members) = &mut shape.kind else { continue };
        for member in members {
            let name = Value::from(member.name.as_str());
            member.traits.set_default("smithy.api#enumValue", name);
        }
    }
}

/// Returns the implicit default of a type in Smithy 1.0.
fn zero(kind: &ShapeKind) -> Option<Value> {
    match kind {
        ShapeKind::Simple(Simple::Boolean) => Some(json!(false)),
        ShapeKind::Simple(
            Simple::Byte | Simple::Short | Simple::Integer | Simple::Long | Simple::Float | Simple::Double,
        )
        | ShapeKind::IntEnum(_) => Some(json!(0)),
        ShapeKind::Simple(
            Simple::BigDecimal
            | Simple::BigInteger
            | Simple::Blob
            | Simple::Document
            | Simple::String
            | Simple::Timestamp,
        )
        | ShapeKind::Enum(_)
        | ShapeKind::List(_)
        | ShapeKind::Map { .. }
        | ShapeKind::Structure(_)
        | ShapeKind::Union(_)
        | ShapeKind::Operation(_)
        | ShapeKind::Resource(_)
        | ShapeKind::Service(_) => None,
    }
}
