//! A model that contains the definitions of Smithy's, AWS's and Simba's traits. The shapes in this model are the types
//! of the traits' values.
//!
//! The values of these traits are checked in the same way as the values of custom traits, which the user's model
//! defines.

use std::sync::LazyLock;

use super::{Model, Shape, ShapeId, idl, merge::Merge, mixins, prelude};
use crate::{Source, diagnostic::Report};

/// The files that contain the definitions, by name. Each file contains one namespace.
const FILES: &[(&str, &str)] = &[
    ("alloy.smithy", include_str!("definitions/alloy.smithy")),
    ("aws.api.smithy", include_str!("definitions/aws.api.smithy")),
    ("aws.auth.smithy", include_str!("definitions/aws.auth.smithy")),
    ("aws.customizations.smithy", include_str!("definitions/aws.customizations.smithy")),
    ("aws.endpoints.smithy", include_str!("definitions/aws.endpoints.smithy")),
    ("aws.protocols.smithy", include_str!("definitions/aws.protocols.smithy")),
    ("simba.api.smithy", include_str!("definitions/simba.api.smithy")),
    ("smithy.api.smithy", include_str!("definitions/smithy.api.smithy")),
    ("smithy.protocols.smithy", include_str!("definitions/smithy.protocols.smithy")),
    ("smithy.rules.smithy", include_str!("definitions/smithy.rules.smithy")),
    ("smithy.test.smithy", include_str!("definitions/smithy.test.smithy")),
    ("smithy.waiters.smithy", include_str!("definitions/smithy.waiters.smithy")),
];

static MODEL: LazyLock<Model> = LazyLock::new(|| load(&mut Report::default()));

/// Returns a model that contains all definitions. It is loaded only once.
pub(super) fn model() -> &'static Model {
    &MODEL
}

/// Returns the shapes that define the traits.
pub(super) fn traits() -> impl Iterator<Item = &'static Shape> {
    MODEL.shapes.values().filter(|shape| shape.traits.has("smithy.api#trait"))
}

/// Returns the definition of a trait, or `None` if the trait is unknown.
pub(super) fn get(id: &ShapeId) -> Option<&'static Shape> {
    MODEL.get(id).filter(|shape| shape.traits.has("smithy.api#trait"))
}

fn load(report: &mut Report) -> Model {
    let source = |(name, text): &(&str, &str)| Source { name: (*name).to_owned(), text: (*text).to_owned() };
    let sources: Vec<Source> = FILES.iter().map(source).collect();
    let files = idl::parse(&sources.iter().collect::<Vec<_>>(), report);
    let mut model = Model { shapes: prelude::shapes(), ..Model::default() };
    let mut merge = Merge::new(&mut model, report);
    idl::read(&files, &mut merge);
    merge.finish();
    mixins::flatten(&mut model, report);
    super::upgrade::enum_values(&mut model);
    for shape in model.shapes.values_mut().filter(|shape| super::is_known_trait(shape.id.as_str())) {
        shape.traits.set_default("smithy.api#trait", serde_json::json!({}));
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KNOWN_TRAITS, Treatment, validate};

    #[test]
    fn the_definitions_are_valid() {
        let mut report = Report::default();
        let mut model = load(&mut report);
        validate::check(&mut model, &mut report);
        assert_eq!(report.to_string(), "");
    }

    #[test]
    fn every_trait_that_is_read_has_a_definition_and_every_definition_is_used() {
        let defined = |id: &str| ShapeId::parse(id).is_some_and(|id| model().get(&id).is_some());
        for (id, treatment) in KNOWN_TRAITS {
            assert!(defined(id) || matches!(treatment, Treatment::Ignored(_)), "{id} has no definition");
        }
        for shape in model().shapes.values().filter(|shape| shape.file.ends_with(".smithy")) {
            let is_trait = shape.id.name().starts_with(|c: char| c.is_ascii_lowercase());
            assert!(!is_trait || get(&shape.id).is_some(), "{} is not a known trait", shape.id);
        }
    }
}
