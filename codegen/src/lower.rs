//! Lowers a [`Model`] to an [`ir::Service`]. Decides on names, types, optionality, boxing and order, and selects the
//! relevant traits.
//!
//! All errors in a model are reported before or during this phase.

mod auth;
mod closure;
mod constraints;
mod cycles;
mod doc_links;
mod docs;
pub(crate) mod endpoint;
mod enumeration;
mod error;
mod event_stream;
mod example;
mod http;
mod literal;
pub(crate) mod names;
mod operation;
mod pagination;
mod protocol;
mod protocol_tests;
mod request_headers;
mod reserved;
mod service;
mod shape;
mod type_names;
mod waiter;
mod wire_traits;

use crate::{
    Options,
    diagnostic::Report,
    ir,
    model::{Model, Shape, ShapeId, ShapeKind},
};
pub(crate) use protocol::{all_of as protocols, id_of as protocol, traits_that_are_read as traits_of_protocols};
pub(crate) use service::{operation_names as operations, supported as supported_services};

use closure::{Closure, References};
use doc_links::DocNames;
use service::ServiceSelection;
use type_names::TypeNames;

/// Lowers a service. Returns `None` if the report contains an error.
pub(crate) fn lower(model: &Model, options: &Options, report: &mut Report) -> Option<ir::Service> {
    let chosen = service::select(model, options, report)?;
    let references = References::count(model, &chosen.all_operations, &chosen.service.errors);
    let closure = Closure::of(model, &chosen.operations, &chosen.service.errors);
    let (names, doc_names) = (TypeNames::default(), DocNames::default());
    let mut context = Context { model, chosen: &chosen, references: &references, closure: &closure, names, doc_names };
    context.names = TypeNames::allocate(&context, report);
    context.doc_names = DocNames::collect(&context);
    let service = service::lower(&context, options, report);
    (!report.has_errors()).then_some(service)
}

/// The model, and the decisions that all parts of this phase depend on.
struct Context<'m> {
    model: &'m Model,
    chosen: &'m ServiceSelection<'m>,
    references: &'m References<'m>,
    closure: &'m Closure<'m>,
    names: TypeNames,
    doc_names: DocNames,
}

impl<'m> Context<'m> {
    /// Returns a shape. Validation ensures that all targets exist.
    fn shape(&self, id: &ShapeId) -> Option<&'m Shape> {
        self.model.get(id)
    }

    /// Returns the name of a shape in the service. This is the new name if the service renames the shape, or else the
    /// shape's own name.
    fn wire_name(&self, id: &ShapeId) -> String {
        self.chosen.service.rename.get(id).map_or(id.name(), String::as_str).to_owned()
    }

    /// Returns whether an input or output is a structure that is used only once. If so, the structure belongs to its
    /// operation.
    fn is_own(&self, id: &ShapeId) -> bool {
        !id.is_prelude("Unit") && self.references.only_once(id) && self.is_structure(id) && !self.is_error(id)
    }

    fn is_structure(&self, id: &ShapeId) -> bool {
        self.shape(id).is_some_and(|shape| matches!(shape.kind, ShapeKind::Structure(_)))
    }

    fn is_error(&self, id: &ShapeId) -> bool {
        self.shape(id).is_some_and(|shape| shape.traits.has("smithy.api#error"))
    }
}
