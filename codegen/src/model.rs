//! The Smithy model as it is written in the files: shapes, members and traits, independent of Rust.
//!
//! Loading reads one or more files, in the Smithy IDL or the JSON AST, into a [`Model`]. It applies `apply` statements,
//! flattens mixins, and checks that every target exists.

mod ast;
mod compare;
mod definitions;
mod elision;
mod idl;
pub(crate) mod jmespath;
mod locate;
mod merge;
mod mixins;
mod prelude;
pub(crate) mod protocol_tests;
mod semantics;
mod shape;
mod traits;
mod upgrade;
mod validate;
pub(crate) mod waiters;

pub(crate) use compare::differences;
pub(crate) use locate::locate;
pub(crate) use shape::{
    Lifecycle, Member, Operation, Origin, Resource, Service, Shape, ShapeId, ShapeKind, Simple, Version, is_identifier,
};
use traits::is_known_trait;
pub(crate) use traits::{BOXED, ENDPOINT_MEMBER, FORM_QUERY, IMPORTED, KNOWN_TRAITS, Traits, Treatment, http};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Source, diagnostic::Report};

/// The shapes and the metadata of all files.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The shapes by ID, including those of the prelude.
    pub(crate) shapes: BTreeMap<ShapeId, Shape>,
    /// The metadata of all files, by key.
    pub(crate) metadata: BTreeMap<String, Value>,
}

impl Model {
    /// Returns the shape with the given ID. Loading ensures that every target exists.
    pub(crate) fn get(&self, id: &ShapeId) -> Option<&Shape> {
        self.shapes.get(id)
    }

    /// Returns the shape with the given absolute ID.
    pub(crate) fn find(&self, id: &str) -> Option<&Shape> {
        self.shapes.get(id)
    }

    /// Returns the services, sorted by ID. Mixins are not included.
    pub(crate) fn services(&self) -> impl Iterator<Item = (&Shape, &Service)> {
        self.shapes.values().filter_map(|shape| match &shape.kind {
            ShapeKind::Service(service) if !shape.traits.has("smithy.api#mixin") => Some((shape, service)),
            _ => None,
        })
    }

    /// Returns the operations of a service and of its resources, sorted by name.
    pub(crate) fn operations_of<'m>(&'m self, service: &'m Service) -> Vec<&'m Shape> {
        let mut ids: BTreeSet<&ShapeId> = service.operations.iter().collect();
        let mut queue: Vec<&ShapeId> = service.resources.iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = queue.pop() {
            if let Some(ShapeKind::Resource(resource)) = self.get(id).filter(|_| seen.insert(id)).map(|s| &s.kind) {
                ids.extend(resource.all_operations());
                queue.extend(&resource.resources);
            }
        }
        let mut operations: Vec<&Shape> = ids.into_iter().filter_map(|id| self.get(id)).collect();
        operations.sort_by_key(|operation| (operation.id.name(), &operation.id));
        operations
    }
}

/// Reads and merges files. Adds problems to the report.
///
/// If an IDL file has a syntax error, the model is incomplete, and only syntax errors in IDL files are reported.
pub(crate) fn load(sources: &[Source], report: &mut Report) -> Model {
    let mut model = Model { shapes: prelude::shapes(), metadata: BTreeMap::new() };
    let (idl, json): (Vec<&Source>, Vec<&Source>) = sorted(sources).into_iter().partition(|one| idl::is_idl(&one.name));
    let files = idl::parse(&idl, report);
    if report.has_errors() {
        return model;
    }
    let mut merge = merge::Merge::new(&mut model, report);
    ast::read(&json, &mut merge);
    idl::read(&files, &mut merge);
    merge.finish();
    upgrade::upgrade(&mut model);
    elision::from_resources(&mut model, report);
    mixins::flatten(&mut model, report);
    elision::check(&mut model, report);
    upgrade::enum_values(&mut model);
    validate::check(&mut model, report);
    semantics::check(&model, report);
    semantics::suppressions::apply(&model, report);
    model
}

fn sorted(sources: &[Source]) -> Vec<&Source> {
    let mut sources: Vec<&Source> = sources.iter().collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources
}
