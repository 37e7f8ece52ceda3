//! Valid models made up from a seed: hostile names and texts, and every trait that the generator reads.
//!
//! The same seed gives the same model. A shape is JSON as in the files; what is chosen later looks at what was chosen
//! before, so that targets exist and values fit.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "Models are what this module makes of them.")]

mod endpoints;
mod operations;
mod shapes;
mod texts;
mod values;
mod waiters;

use serde_json::{Map, Value, json};
use simba_codegen::Source;

use crate::mutation::{Choose, Random};

/// The model of a seed: one to three files.
#[must_use]
pub fn model(seed: u64) -> Vec<Source> {
    let mut maker = Maker::new(seed);
    maker.data();
    maker.service();
    maker.files()
}

/// The state of a model that is being made.
struct Maker {
    random: Random,
    /// Names that shapes have, in lower case.
    names: Vec<String>,
    shapes: Map<String, Value>,
    /// The shapes of a file of Smithy 1.0.
    old: Map<String, Value>,
    /// `apply` statements.
    applied: Map<String, Value>,
    pool: Pool,
}

/// The ids of shapes that members may target.
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

    /// Whether something is so that is so in this part of the cases, in percent.
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    /// One of several.
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.random.below(from.len())].clone()
    }

    /// A shape of a model, or none for one of the prelude.
    fn shape(&self, id: &str) -> Option<&Value> {
        self.shapes.get(id).or_else(|| self.old.get(id))
    }

    /// The type of a shape: `structure`, or `bigInteger` for `smithy.api#BigInteger`.
    fn kind(&self, id: &str) -> String {
        if let Some(shape) = self.shape(id) {
            return shape["type"].as_str().unwrap().to_owned();
        }
        let name = id.strip_prefix("smithy.api#").unwrap().trim_start_matches("Primitive");
        name[..1].to_lowercase() + &name[1..]
    }

    /// A trait of a shape.
    fn has(&self, id: &str, name: &str) -> bool {
        self.shape(id).is_some_and(|shape| shape["traits"].get(name).is_some())
    }

    /// The members of a structure or union with the traits and targets of each.
    fn members(&self, id: &str) -> Vec<(String, Value)> {
        let members = self.shape(id).and_then(|shape| shape["members"].as_object());
        members.into_iter().flatten().map(|(name, member)| (name.clone(), member.clone())).collect()
    }

    /// The files of the model.
    fn files(self) -> Vec<Source> {
        let files =
            [("model.json", "2.0", self.shapes), ("old.json", "1.0", self.old), ("own.json", "2", self.applied)];
        let files = files.into_iter().filter(|(_, _, shapes)| !shapes.is_empty());
        files
            .map(|(name, version, shapes)| {
                let text = json!({"smithy": version, "shapes": shapes}).to_string();
                Source { name: name.to_owned(), text: values::with_raw_numbers(&text) }
            })
            .collect()
    }
}

/// The id of a member's target.
fn target(member: &Value) -> &str {
    member["target"].as_str().unwrap()
}
