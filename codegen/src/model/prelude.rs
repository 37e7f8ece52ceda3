//! The shapes in Smithy's prelude, and the shapes in the `smithy.framework` namespace to which models may refer.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Member, Origin, Shape, ShapeId, ShapeKind, Simple, Traits, Version};

/// Returns the simple shapes, the primitive shapes with their defaults, `Unit`, and the error that servers return for
/// invalid input.
pub(super) fn shapes() -> BTreeMap<ShapeId, Shape> {
    let simple = Simple::ALL.iter().map(|(kind, _, name)| shape(name, ShapeKind::Simple(*kind), Traits::default()));
    let primitive = PRIMITIVES.iter().map(|(name, kind)| {
        let zero = if *kind == Simple::Boolean { json!(false) } else { json!(0) };
        shape(name, ShapeKind::Simple(*kind), Traits::from_iter([("smithy.api#default".to_owned(), zero)]))
    });
    let unit = shape("Unit", ShapeKind::Structure(Vec::new()), Traits::default());
    simple.chain(primitive).chain([unit]).chain(validation()).map(|shape| (shape.id.clone(), shape)).collect()
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

/// Returns `smithy.framework#ValidationException` and the shapes that it refers to.
fn validation() -> Vec<Shape> {
    let member = |name: &str, target: Option<ShapeId>, traits: &[&str]| {
        let target = target.unwrap_or_else(|| ShapeId::prelude("String"));
        let traits = traits.iter().map(|id| ((*id).to_owned(), json!({}))).collect();
        Member { name: name.to_owned(), target, traits }
    };
    let required = ["smithy.api#required"];
    let id = |name: &str| ShapeId::parse(&format!("smithy.framework#{name}"));
    let (field, list) = (id("ValidationExceptionField"), id("ValidationExceptionFieldList"));
    let fields = ShapeKind::Structure(vec![member("path", None, &required), member("message", None, &required)]);
    let error = ShapeKind::Structure(vec![member("message", None, &required), member("fieldList", list.clone(), &[])]);
    let is_error = Traits::from_iter([("smithy.api#error".to_owned(), json!("client"))]);
    let shapes = [
        (field.clone(), fields, Traits::default()),
        (list, ShapeKind::List(member("member", field, &[])), Traits::default()),
        (id("ValidationException"), error, is_error),
    ];
    shapes.into_iter().filter_map(|(id, kind, traits)| Some(Shape { id: id?, ..shape("", kind, traits) })).collect()
}

fn shape(name: &str, kind: ShapeKind, traits: Traits) -> Shape {
    let file = "the Smithy prelude".to_owned();
    let (id, version, origin) = (ShapeId::prelude(name), Version::V2, Origin::Prelude);
    Shape { id, file, version, origin, kind, traits, mixins: Vec::new(), resource: None }
}
