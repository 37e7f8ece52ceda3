//! Generates valid random models with hostile names and strings, and with every trait that the generator reads.
//!
//! A model is determined by a seed. Shapes are represented as JSON, as in model files. Later choices depend on earlier
//! ones, so that targets exist and values match their shapes.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "The module itself creates the models, so their form is known."
)]

mod endpoints;
mod node_values;
mod operations;
mod shapes;
mod strings;
mod waiters;

use serde_json::{Map, Value, json};
use simba_codegen::Source;

use crate::mutation::{Choose, Random};

/// Returns the model for a seed. The model consists of one to three files.
#[must_use]
pub fn model(seed: u64) -> Vec<Source> {
    let mut maker = Maker::new(seed);
    maker.data();
    maker.service();
    maker.files()
}

/// The state during the generation of a model.
struct Maker {
    random: Random,
    /// The names of all shapes, in lower case.
    names: Vec<String>,
    shapes: Map<String, Value>,
    /// The shapes in the Smithy 1.0 file.
    old: Map<String, Value>,
    /// The `apply` statements, which are in a separate file.
    applied: Map<String, Value>,
    pool: Pool,
}

/// The IDs of shapes that members may target.
#[derive(Default)]
struct Pool {
    simple: Vec<String>,
    enums: Vec<String>,
    collections: Vec<String>,
    structures: Vec<String>,
    unions: Vec<String>,
    errors: Vec<String>,
}

impl Maker {
    fn new(seed: u64) -> Self {
        let (shapes, old, applied) = Default::default();
        Self { random: Random(seed), names: Vec::new(), shapes, old, applied, pool: Pool::default() }
    }

    /// Returns true with the given probability, in percent.
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    /// Returns a random element.
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.random.below(from.len())].clone()
    }

    /// Returns a shape in the model, or `None` for a shape in the prelude.
    fn shape(&self, id: &str) -> Option<&Value> {
        self.shapes.get(id).or_else(|| self.old.get(id))
    }

    /// Returns the type of a shape, such as `structure`, or `bigInteger` for `smithy.api#BigInteger`.
    fn kind(&self, id: &str) -> String {
        if let Some(shape) = self.shape(id) {
            return shape["type"].as_str().unwrap().to_owned();
        }
        let name = id.strip_prefix("smithy.api#").unwrap().trim_start_matches("Primitive");
        name[..1].to_lowercase() + &name[1..]
    }

    /// Returns whether a shape has a trait.
    fn has(&self, id: &str, name: &str) -> bool {
        self.shape(id).is_some_and(|shape| shape["traits"].get(name).is_some())
    }

    /// Returns the names and definitions of the members of a structure or union.
    fn members(&self, id: &str) -> Vec<(String, Value)> {
        let members = self.shape(id).and_then(|shape| shape["members"].as_object());
        members.into_iter().flatten().map(|(name, member)| (name.clone(), member.clone())).collect()
    }

    /// Returns the files of the model.
    fn files(mut self) -> Vec<Source> {
        fit_bindings(&mut self.shapes);
        let files =
            [("model.json", "2.0", self.shapes), ("old.json", "1.0", self.old), ("own.json", "2", self.applied)];
        let files = files.into_iter().filter(|(_, _, shapes)| !shapes.is_empty());
        files
            .map(|(name, version, shapes)| {
                // Like models that are converted from botocore, these models may break rules that do not affect
                // clients.
                let metadata = json!({"simba.importedFrom": "botocore"});
                let text = json!({"smithy": version, "metadata": metadata, "shapes": shapes}).to_string();
                Source { name: name.to_owned(), text: node_values::with_raw_numbers(&text) }
            })
            .collect()
    }
}

/// Returns the ID of a member's target.
fn target(member: &Value) -> &str {
    member["target"].as_str().unwrap()
}

/// Sets a different URI for each operation. If a structure has members without an HTTP binding, removes the
/// `httpPayload` trait from its members, since a payload would leave no location for those members.
fn fit_bindings(shapes: &mut Map<String, Value>) {
    for (index, shape) in shapes.values_mut().enumerate() {
        if let Some(uri) = shape.pointer_mut("/traits/smithy.api#http/uri") {
            *uri = json!(format!("/{index}{}", uri.as_str().unwrap_or_default()));
        }
        let Some(members) = shape.get_mut("members").and_then(Value::as_object_mut) else { continue };
        if !members.values().all(operations::is_bound) {
            let traits = members.values_mut().filter_map(|member| member.get_mut("traits")?.as_object_mut());
            traits.for_each(|traits| _ = traits.remove("smithy.api#httpPayload"));
        }
    }
}
