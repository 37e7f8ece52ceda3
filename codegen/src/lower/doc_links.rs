//! Finds the items of the generated crate that documentation refers to: operations, waiters, types and members.
//!
//! Only names in inline code are considered. A name that could refer to different items is not linked, since a link to
//! the wrong item is worse than no link.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Context,
    closure::as_operation,
    names::{self, Scope},
    reserved,
};
use crate::{
    ir::{self, Direction, Module, Presence, Structure, waiter::Waiter},
    markdown::DocLink,
    model::{Member, Operation, Shape, ShapeId, ShapeKind},
    parallel,
};

/// The names that any documentation in the model may refer to.
#[derive(Default)]
pub(super) struct DocNames {
    /// The methods for operations, by the names of the operations.
    operations: BTreeMap<String, String>,
    /// The shapes that become types, by name.
    types: BTreeMap<String, Vec<ShapeId>>,
    /// The structures that have a member with a given name, by that name.
    owners: BTreeMap<String, Vec<ShapeId>>,
    /// The Rust names of the fields of each structure in the `types` and `error` modules, by the names of the members.
    fields: BTreeMap<ShapeId, BTreeMap<String, String>>,
    /// The enumeration values that could be mistaken for names.
    values: BTreeSet<String>,
}

impl DocNames {
    /// Collects the names that links can refer to. The names of types must already have been allocated.
    pub(super) fn collect(context: &Context<'_>) -> Self {
        let mut found = Self { operations: methods(context), ..Self::default() };
        for id in context.names.paths.keys() {
            found.types.entry(context.wire_name(id)).or_default().push(id.clone());
        }
        for id in context.closure.reached() {
            let Some(shape) = context.shape(id) else { continue };
            found.values.extend(values(shape).map(str::to_owned));
            if let ShapeKind::Structure(members) = &shape.kind {
                for member in members {
                    found.owners.entry(member.name.clone()).or_default().push(id.clone());
                }
            }
        }
        let fields = parallel::map(context.closure.reached(), |id| {
            let shape = context.shape(id).filter(|shape| matches!(shape.kind, ShapeKind::Structure(_)))?;
            path_of(context, id)?;
            let fields = Fields::of(shape, context.closure.direction(id), &Scope::default());
            let fields = fields.named.into_iter().map(|field| (field.member.name.clone(), field.name));
            Some((id.clone(), fields.collect()))
        });
        found.fields = fields.into_iter().flatten().collect();
        found
    }
}

/// Returns the methods for the selected operations, by the names of the operations. Omits methods with names that
/// waiters may also have.
fn methods(context: &Context<'_>) -> BTreeMap<String, String> {
    let mut scope = Scope::with(&[&reserved::CLIENT[..], &reserved::PRELUDE].concat());
    let operations = context.chosen.operations.iter().filter(|shape| as_operation(shape).is_some());
    let methods = operations.map(|shape| {
        let name = shape.id.name();
        (name.to_owned(), scope.take(name, names::module_name(name)))
    });
    methods.filter(|(_, method)| !method.starts_with("wait_until_")).collect()
}

/// Returns the values of an enumeration.
fn values(shape: &Shape) -> impl Iterator<Item = &str> {
    let (members, legacy) = match &shape.kind {
        ShapeKind::Enum(members) => (members.as_slice(), None),
        _ => (&[][..], shape.traits.get("smithy.api#enum").and_then(Value::as_array)),
    };
    let members = members.iter().map(|member| member.traits.string("smithy.api#enumValue").unwrap_or(&member.name));
    let definitions = legacy.into_iter().flatten();
    members.chain(definitions.filter_map(|definition| definition.get("value").and_then(Value::as_str)))
}

/// The waiters that the documentation of operations may refer to.
pub(super) struct DocWaiters {
    /// The methods, by the names of the waiters.
    methods: BTreeMap<String, String>,
}

impl DocWaiters {
    /// Collects the waiters, except for those whose names are not unique.
    pub(super) fn collect<'w>(waiters: impl Iterator<Item = &'w Waiter>) -> Self {
        let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
        for waiter in waiters {
            let method = found.entry(waiter.name.clone()).or_insert_with(|| Some(waiter.method.clone()));
            *method = method.take().filter(|method| *method == waiter.method);
        }
        Self { methods: found.into_iter().filter_map(|(name, method)| Some((name, method?))).collect() }
    }
}

/// A function that finds a field by its name in the model.
type Find<'a> = Box<dyn Fn(&str) -> Option<DocLink> + 'a>;

/// The scope of a piece of documentation, which determines the items to which names in the documentation refer.
pub(super) struct DocScope<'a> {
    context: &'a Context<'a>,
    /// The members of the documented structure, or of the input and output of the documented operation.
    own: Vec<Find<'a>>,
    /// The members of the structures to which the members in `own` refer.
    inner: Vec<Find<'a>>,
    /// The shape that the documented member contains. If it is an enumeration, its values are not linked, even if they
    /// look like names.
    element: Option<&'a Shape>,
    /// The waiters of the service, if this is the documentation of an operation.
    waiters: Option<&'a DocWaiters>,
}

impl<'a> DocScope<'a> {
    /// Returns the scope for documentation that does not belong to a structure.
    pub(super) fn anywhere(context: &'a Context<'a>) -> Self {
        Self { context, own: Vec::new(), inner: Vec::new(), element: None, waiters: None }
    }

    /// Returns the scope for the documentation of a structure with these fields.
    pub(super) fn structure(context: &'a Context<'a>, fields: &'a Fields<'_>) -> Self {
        let find = |wire: &str| {
            let name = fields.get(wire)?;
            Some(DocLink { name: name.to_owned(), path: Some(format!("field@Self::{name}")) })
        };
        Self { own: vec![Box::new(find)], ..Self::anywhere(context) }
    }

    /// Returns the scope for the documentation of a member. `fields` are the fields of the member's structure.
    pub(super) fn member(context: &'a Context<'a>, fields: &'a Fields<'_>, member: &'a Member) -> Self {
        // The documentation of a member does not link to the member itself.
        let find = |wire: &str| {
            let name = fields.get(wire)?.to_owned();
            let path = (wire != member.name).then(|| format!("field@Self::{name}"));
            Some(DocLink { name, path })
        };
        let mut scope = Self { own: vec![Box::new(find)], ..Self::anywhere(context) };
        if let Some(target) = element(context, &member.target) {
            scope.element = Some(target);
            scope.inner.push(fields_of(context, &target.id));
        }
        scope
    }

    /// Returns the scope for the documentation of an operation, which appears on its request builder.
    pub(super) fn operation(
        context: &'a Context<'a>,
        operation: &'a Operation,
        input: &'a Structure,
        own_output: Option<&'a Structure>,
        waiters: &'a DocWaiters,
    ) -> Self {
        let set = |wire: &str| {
            let member = find(input, wire)?;
            let (owner, kind) = match member.presence {
                Presence::Required => (input.name.rust.as_str(), "field"),
                Presence::Optional | Presence::Default(_) => ("Self", "method"),
            };
            let name = &member.name.rust;
            Some(DocLink { name: name.clone(), path: Some(format!("{kind}@{owner}::{name}")) })
        };
        let mut own: Vec<Find<'a>> = vec![Box::new(set)];
        match own_output {
            Some(output) => own.push(Box::new(|wire| {
                let (owner, name) = (&output.name.rust, &find(output, wire)?.name.rust);
                Some(DocLink { name: name.clone(), path: Some(format!("field@{owner}::{name}")) })
            })),
            None => own.push(fields_of(context, &operation.output)),
        }
        let members = [&operation.input, &operation.output].into_iter().filter_map(|id| context.shape(id));
        let members = members.flat_map(|shape| shape.kind.members());
        let inner: BTreeSet<&ShapeId> =
            members.filter_map(|member| Some(&element(context, &member.target)?.id)).collect();
        let inner = inner.into_iter().map(|id| fields_of(context, id)).collect();
        Self { own, inner, waiters: Some(waiters), ..Self::anywhere(context) }
    }

    /// Returns the item that a name refers to, or `None` if the name is unknown or ambiguous.
    pub(super) fn resolve(&self, name: &str) -> Option<DocLink> {
        let DocNames { operations, types, owners, values, .. } = &self.context.doc_names;
        if self.element.is_some_and(|shape| self::values(shape).any(|value| value == name)) {
            return None;
        }
        if let Some(found) = self.own.iter().find_map(|find| find(name)) {
            return Some(found);
        }
        if values.contains(name) || !is_mixed_case(name) {
            return None;
        }
        if let Some(method) = operations.get(name) {
            return Some(method_link(method));
        }
        let waiter = self.waiters.and_then(|waiters| waiters.methods.get(name));
        if let Some(method) = waiter.filter(|_| !types.contains_key(name) && !owners.contains_key(name)) {
            return Some(method_link(method));
        }
        if let Some(found) = common(self.inner.iter().filter_map(|find| find(name))) {
            return Some(found);
        }
        match (types.get(name).map(Vec::as_slice), owners.get(name)) {
            (Some([id]), None) => {
                let path = path_of(self.context, id)?;
                let name = path.rsplit("::").next().unwrap_or_default().to_owned();
                Some(DocLink { name, path: Some(path) })
            }
            (None, Some(owners)) if has_several_words(name) => {
                // `path_of` returns no path for inputs and outputs in the modules of operations, so their fields are
                // not linked.
                let field = |id: &ShapeId| {
                    let alone = || DocLink { name: names::member_name(name), path: None };
                    fields_of(self.context, id)(name).unwrap_or_else(alone)
                };
                common(owners.iter().map(field))
            }
            _ => None,
        }
    }
}

/// Returns the link to a method of the client.
fn method_link(method: &str) -> DocLink {
    DocLink { name: method.to_owned(), path: Some(format!("crate::Client::{method}")) }
}

/// Returns a link with the name that all found fields have, or `None` if their names differ. The link has a path only
/// if exactly one field was found.
fn common(mut found: impl Iterator<Item = DocLink>) -> Option<DocLink> {
    let first = found.next()?;
    let mut rest = found.peekable();
    if rest.peek().is_none() {
        return Some(first);
    }
    rest.all(|other| other.name == first.name).then(|| without_path(first))
}

fn without_path(link: DocLink) -> DocLink {
    DocLink { path: None, ..link }
}

fn find<'s>(structure: &'s Structure, wire: &str) -> Option<&'s ir::Member> {
    structure.members.iter().find(|member| member.name.wire == wire)
}

/// Returns a function that finds the fields of a structure in the `types` or `error` module.
fn fields_of<'a>(context: &'a Context<'a>, id: &'a ShapeId) -> Find<'a> {
    Box::new(move |wire| {
        let name = context.doc_names.fields.get(id)?.get(wire)?.to_owned();
        let path = path_of(context, id)?;
        Some(DocLink { path: Some(format!("field@{path}::{name}")), name })
    })
}

/// The fields of a structure, with their Rust names.
pub(super) struct Fields<'s> {
    /// The fields, in the order of the model.
    pub(super) named: Vec<Field<'s>>,
    /// The indices of the fields in `named`, by the names of their members.
    by_member: BTreeMap<&'s str, usize>,
    /// The names that the fields have taken.
    pub(super) scope: Scope,
}

/// A field of a structure.
pub(super) struct Field<'s> {
    pub(super) member: &'s Member,
    pub(super) name: String,
    /// The name without the number that may have been appended because of a collision.
    pub(super) wanted: String,
}

impl<'s> Fields<'s> {
    /// Names the fields of a structure. The names in `reserved` are not used.
    pub(super) fn of(shape: &'s Shape, direction: Direction, reserved: &Scope) -> Self {
        let mut scope = reserved.clone();
        match direction {
            // Inputs have the constructor `new`, so no setter can have this name.
            Direction::Input => scope.reserve("new"),
            Direction::Output => {}
        }
        let name = |member: &'s Member| {
            let wanted = names::member_name(&member.name);
            Field { member, name: scope.take(&member.name, wanted.clone()), wanted }
        };
        let named: Vec<Field<'_>> = shape.kind.members().into_iter().map(name).collect();
        let by_member = named.iter().enumerate().map(|(index, field)| (field.member.name.as_str(), index)).collect();
        Self { named, by_member, scope }
    }

    /// Returns the name of the field for the member that the model calls `wire`.
    fn get(&self, wire: &str) -> Option<&str> {
        let field = self.named.get(*self.by_member.get(wire)?)?;
        Some(&field.name)
    }
}

/// Returns the path of a shape's type, or `None` if the type is in the module of an operation.
fn path_of(context: &Context<'_>, id: &ShapeId) -> Option<String> {
    let path = context.names.paths.get(id)?;
    let module = match path.module {
        Module::Types => "types",
        Module::Error => "error",
        Module::Operation(_) => return None,
    };
    Some(format!("crate::{module}::{}", path.name))
}

/// Returns the shape that a member contains: its target or, for a list or map, the shape of the elements.
fn element<'a>(context: &'a Context<'a>, target: &'a ShapeId) -> Option<&'a Shape> {
    // Lists that are nested infinitely were replaced during validation. More than eight levels are not followed.
    let mut shape = context.shape(target)?;
    for _ in 0..8 {
        shape = match &shape.kind {
            ShapeKind::List(item) => context.shape(&item.target)?,
            ShapeKind::Map { value, .. } => context.shape(&value.target)?,
            _ => return Some(shape),
        };
    }
    None
}

/// Returns whether a name is a single word with both upper-case and lower-case letters, such as `FileSystem`.
fn is_mixed_case(name: &str) -> bool {
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word && name.bytes().any(|b| b.is_ascii_lowercase()) && name.bytes().any(|b| b.is_ascii_uppercase())
}

/// Returns whether a name in camel case consists of several words.
fn has_several_words(name: &str) -> bool {
    name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}
