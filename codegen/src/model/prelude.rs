//! The shapes of Smithy's prelude that models may target.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Shape, ShapeId, ShapeKind, Simple, Traits, Version};

/// Returns the simple shapes, the primitive ones with their defaults, and `Unit`.
pub(super) fn shapes() -> BTreeMap<ShapeId, Shape> {
    let simple = Simple::ALL.iter().map(|(kind, _, name)| shape(name, ShapeKind::Simple(*kind), Traits::default()));
    let primitive = PRIMITIVES.iter().map(|(name, kind)| {
        let zero = if *kind == Simple::Boolean { json!(false) } else { json!(0) };
        shape(name, ShapeKind::Simple(*kind), Traits::from_iter([("smithy.api#default".to_owned(), zero)]))
    });
    let unit = shape("Unit", ShapeKind::Structure(Vec::new()), Traits::default());
    simple.chain(primitive).chain([unit]).map(|shape| (shape.id.clone(), shape)).collect()
}

const PRIMITIVES: [(&str, Simple); 7] = [
    ("PrimitiveBoolean", Simple::Boolean),
    ("PrimitiveByte", Simple::Byte),
    ("PrimitiveDouble", Simple::Double),
    ("PrimitiveFloat", Simple::Float),
    ("PrimitiveInteger", Simple::Integer),
    ("PrimitiveLong", Simple::Long),
    ("PrimitiveShort", Simple::Short),
];

fn shape(name: &str, kind: ShapeKind, traits: Traits) -> Shape {
    let file = "the Smithy prelude".to_owned();
    Shape { id: ShapeId::prelude(name), file, version: Version::V2, kind, traits, mixins: Vec::new() }
}
