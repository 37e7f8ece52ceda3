//! The Smithy model as it is written in the files: shapes, members and traits, independent of Rust.
//!
//! Loading reads one or more JSON AST files into a [`Model`]. It applies `apply` statements, flattens mixins, and
//! checks that every target exists.

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

/// All shapes of all files, by ID.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The shapes, including those of the prelude.
    pub(crate) shapes: BTreeMap<ShapeId, Shape>,
}

impl Model {
    /// Returns the shape with the given ID. Loading ensures that every target exists.
    pub(crate) fn get(&self, id: &ShapeId) -> Option<&Shape> {
        self.shapes.get(id)
    }

    /// Returns the services, by ID.
    pub(crate) fn services(&self) -> impl Iterator<Item = (&Shape, &Service)> {
        self.shapes.values().filter_map(|shape| match &shape.kind {
            ShapeKind::Service(service) => Some((shape, service)),
            _ => None,
        })
    }
}

/// Reads and merges JSON AST files. Adds problems to the report.
pub(crate) fn load(sources: &[Source], report: &mut Report) -> Model {
    let mut model = Model { shapes: prelude::shapes() };
    let applied = ast::read(sources, &mut model, report);
    ast::apply(&applied, &mut model, report);
    upgrade::upgrade(&mut model);
    mixins::flatten(&mut model, report);
    validate::check(&mut model, report);
    model
}
