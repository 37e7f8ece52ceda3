//! Smithy, faithful to the file: shapes, members and traits. It knows no Rust names.
//!
//! In go the texts of one or more JSON AST files; out comes one [`Model`] in which `apply` statements are applied,
//! mixins are flattened, and every target is known to exist.

mod ast;
mod mixins;
mod prelude;
pub(crate) mod protocol_tests;
mod shape;
mod traits;
mod upgrade;
mod validate;
pub(crate) mod waiters;

pub(crate) use shape::{
    Member, Operation, Resource, Service, Shape, ShapeId, ShapeKind, Simple, Version, is_identifier,
};
pub(crate) use traits::{BOXED, KNOWN_TRAITS, Traits, Treatment};

use std::collections::BTreeMap;

use crate::{Source, diagnostic::Report};

/// All shapes of all files, by id.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The shapes, prelude included.
    pub(crate) shapes: BTreeMap<ShapeId, Shape>,
}

impl Model {
    /// The shape of this id; loading has made sure that every target is there.
    pub(crate) fn get(&self, id: &ShapeId) -> Option<&Shape> {
        self.shapes.get(id)
    }

    /// The services, in the order of their ids.
    pub(crate) fn services(&self) -> impl Iterator<Item = (&Shape, &Service)> {
        self.shapes.values().filter_map(|shape| match &shape.kind {
            ShapeKind::Service(service) => Some((shape, service)),
            _ => None,
        })
    }
}

/// Reads and merges JSON AST files; what is wrong goes into the report.
pub(crate) fn load(sources: &[Source], report: &mut Report) -> Model {
    let mut model = Model { shapes: prelude::shapes() };
    let applied = ast::read(sources, &mut model, report);
    ast::apply(&applied, &mut model, report);
    upgrade::upgrade(&mut model);
    mixins::flatten(&mut model, report);
    validate::check(&mut model, report);
    model
}
