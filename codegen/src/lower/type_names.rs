//! Assigns paths, modules and variants to types. This happens before any type is lowered.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Context,
    closure::as_operation,
    enumeration::is_legacy_enum,
    names::{self, Scope},
};
use crate::{
    diagnostic::Report,
    ir::{Module, TypeRef},
    model::{Shape, ShapeId, ShapeKind, Simple},
};

/// The names that the `error` module always contains.
const ERROR_MODULE: [&str; 6] = ["Error", "ErrorMetadata", "MissingMember", "SdkError", "ServiceError", "UnknownError"];

/// Crates whose names must not be hidden by the module of a type or error.
const CRATES: [&str; 4] = ["alloc", "core", "simba_runtime", "std"];

/// The names of the shapes that become types.
#[derive(Default)]
pub(super) struct TypeNames {
    /// The paths of types.
    pub(super) paths: BTreeMap<ShapeId, TypeRef>,
    /// The modules in which types are defined.
    modules: BTreeMap<ShapeId, String>,
    /// For each error, the name of its variant in the enumeration of all errors.
    variants: BTreeMap<ShapeId, String>,
}

impl TypeNames {
    /// Names all types, except for inputs and outputs that are used by a single operation. The latter are in the module
    /// of their operation, and `lower::operation` names them.
    pub(super) fn allocate(context: &Context<'_>, report: &mut Report) -> Self {
        let paths = paths(context, report);
        let by_name: BTreeMap<&TypeRef, &ShapeId> = paths.iter().map(|(id, path)| (path, id)).collect();
        let mut scope = Scope::with(&CRATES);
        let module = |(path, id): (&&TypeRef, &&ShapeId)| {
            let wanted = names::module_name(&path.name);
            ((*id).clone(), scope.take(&wanted, wanted.clone()))
        };
        let modules = by_name.iter().map(module).collect();
        let mut scope = Scope::with(&["Unknown"]);
        let errors = by_name.iter().filter(|(path, _)| path.module == Module::Error);
        let variants =
            errors.map(|(path, id)| ((*id).clone(), scope.take(id.name(), names::variant_name(&path.name)))).collect();
        Self { modules, variants, paths }
    }

    /// Returns the path of a shape's type.
    pub(super) fn path(&self, id: &ShapeId) -> TypeRef {
        let unnamed = || TypeRef { module: Module::Types, name: names::type_name(id.name()) };
        self.paths.get(id).cloned().unwrap_or_else(unnamed)
    }

    /// Returns the module in which a shape's type is defined, without `r#`.
    pub(super) fn module(&self, id: &ShapeId) -> String {
        self.modules.get(id).cloned().unwrap_or_else(|| names::module_name(id.name()))
    }

    /// Returns the variant for an error in the enumeration of all errors.
    pub(super) fn variant(&self, id: &ShapeId) -> String {
        self.variants.get(id).cloned().unwrap_or_else(|| names::variant_name(id.name()))
    }
}

fn paths(context: &Context<'_>, report: &mut Report) -> BTreeMap<ShapeId, TypeRef> {
    let mut types = Scope::default();
    let mut errors = Scope::with(&ERROR_MODULE);
    let mut paths = BTreeMap::new();
    let own = own_shapes(context);
    for id in context.closure.reached() {
        let Some(shape) = context.shape(id) else { continue };
        if own.contains(&id) || id.is_prelude("Unit") || !is_type(shape) {
            continue;
        }
        let (module, scope) = match shape.traits.has("smithy.api#error") {
            true => (Module::Error, &mut errors),
            false => (Module::Types, &mut types),
        };
        let wanted = names::type_name(&context.wire_name(id));
        let name = scope.take(id.as_str(), wanted.clone());
        scope.report_collision(id, &name, &wanted, &shape.file, report);
        paths.insert(id.clone(), TypeRef { module, name });
    }
    paths
}

/// Returns the inputs and outputs that are used by a single operation.
fn own_shapes<'c>(context: &'c Context<'_>) -> BTreeSet<&'c ShapeId> {
    let operations = context.chosen.operations.iter().filter_map(|shape| as_operation(shape));
    operations.flat_map(|operation| [&operation.input, &operation.output]).filter(|id| context.is_own(id)).collect()
}

/// Returns whether a shape becomes a type.
fn is_type(shape: &Shape) -> bool {
    match &shape.kind {
        ShapeKind::Structure(_) | ShapeKind::Union(_) | ShapeKind::Enum(_) | ShapeKind::IntEnum(_) => true,
        ShapeKind::Simple(Simple::String) => is_legacy_enum(shape),
        _ => false,
    }
}
