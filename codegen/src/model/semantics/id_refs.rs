//! Checks the values of shapes and members with the `idRef` trait. Such values are shape IDs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, OnceLock},
};

use serde_json::Value;

use super::selector::{Graph, Selector};
use crate::{
    model::{Model, ShapeId, definitions},
    parallel,
};

pub(super) const ID_REF: &str = "smithy.api#idRef";

/// The shapes that values with the `idRef` trait can refer to.
pub(super) struct IdRefs<'m> {
    model: &'m Model,
    /// The model as a graph. It is built when the first selector is evaluated.
    graph: OnceLock<Graph<'m>>,
    /// The shapes and members that each selector selects, or `None` if the selector is invalid or would take
    /// too long.
    selected: Mutex<BTreeMap<String, Option<BTreeSet<ShapeId>>>>,
}

impl<'m> IdRefs<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self { model, graph: OnceLock::new(), selected: Mutex::default() }
    }

    pub(super) fn graph(&self) -> &Graph<'m> {
        self.graph.get_or_init(|| Graph::new(self.model))
    }

    /// Returns the problem with a shape ID, if any. `id_ref` is the value of the trait.
    pub(super) fn problem(&self, id_ref: &Value, text: &str) -> Option<String> {
        let own = |problem: String| id_ref.get("errorMessage").and_then(Value::as_str).map_or(problem, str::to_owned);
        let Some(id) = ShapeId::parse(text) else {
            return Some(own(format!("`{}` is not the ID of a shape", text.escape_debug())));
        };
        if !self.contains(&id) {
            let must_exist = id_ref.get("failWhenMissing").and_then(Value::as_bool).unwrap_or_default();
            return must_exist.then(|| own(format!("the shape `{id}` is not defined")));
        }
        let selector = id_ref.get("selector").and_then(Value::as_str).filter(|selector| *selector != "*")?;
        let mut selected = parallel::lock(&self.selected);
        let select = || Selector::parse(selector)?.select(self.graph());
        let selected = selected.entry(selector.to_owned()).or_insert_with(select);
        let fits = selected.as_ref().is_none_or(|selected| selected.contains(&id));
        (!fits).then(|| own(format!("the shape `{id}` does not match the selector `{selector}`")))
    }

    fn contains(&self, id: &ShapeId) -> bool {
        let owner = id.split_member();
        let shape = self.model.get(owner.as_ref().map_or(id, |(shape, _)| shape));
        match (&owner, shape) {
            (Some((_, name)), Some(shape)) => shape.kind.members().iter().any(|member| member.name == *name),
            (None, Some(_)) => true,
            (_, None) => definitions::get(id).is_some(),
        }
    }
}
