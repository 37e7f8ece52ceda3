//! Lowers structures, unions and enumerations.

use super::{
    Context,
    closure::is_sensitive,
    constraints,
    doc_links::{DocScope, Field, Fields},
    docs,
    enumeration::{self, is_legacy_enum},
    error, event_stream, literal,
    names::{self, Scope},
    reserved, wire_traits,
};
use crate::{
    diagnostic::{Part, Report},
    ir::{self, Direction, Element, Item, Module, Name, Presence, Type, TypeRef},
    model::{Member, Shape, ShapeId, ShapeKind, Simple, Traits},
    parallel,
};

/// The trait that marks streams of bytes and event streams.
const STREAMING: &str = "smithy.api#streaming";

/// The types of a crate, except for those in the modules of operations.
pub(super) struct Types {
    /// The types in the `types` module, sorted by name.
    pub(super) items: Vec<Item>,
    /// The errors in the `error` module, sorted by name.
    pub(super) errors: Vec<ir::Structure>,
}

impl Types {
    /// Returns the structure with the given path.
    pub(super) fn structure(&self, path: &TypeRef) -> Option<&ir::Structure> {
        if path.module == Module::Error {
            return self.error(&path.name);
        }
        match self.item(path)? {
            Item::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    /// Returns the error with the given name.
    pub(super) fn error(&self, name: &str) -> Option<&ir::Structure> {
        let at = self.errors.binary_search_by(|error| error.name.rust.as_str().cmp(name)).ok()?;
        self.errors.get(at)
    }

    /// Returns the union with the given path.
    pub(super) fn union(&self, path: &TypeRef) -> Option<&ir::Union> {
        match self.item(path)? {
            Item::Union(union) => Some(union),
            _ => None,
        }
    }

    /// Returns the item with the given path in the `types` module.
    pub(super) fn item(&self, path: &TypeRef) -> Option<&Item> {
        if path.module != Module::Types {
            return None;
        }
        let at = self.items.binary_search_by(|item| item.name().rust.cmp(&path.name)).ok()?;
        self.items.get(at)
    }
}

/// A lowered shape, which is a type or an error.
enum Lowered {
    Type(Item),
    Error(ir::Structure),
}

/// Lowers all types and errors.
pub(super) fn lower_all(context: &Context<'_>, report: &mut Report) -> Types {
    let lowered = parallel::map_reporting(&context.names.paths, report, |(id, path), report| {
        let shape = context.shape(id)?;
        let name = Name { wire: context.wire_name(id), rust: path.name.clone() };
        let direction = event_stream::output_direction(context, shape);
        let structure = |name, report| structure(context, shape, name, direction, &Scope::default(), report);
        Some(match (&path.module, &shape.kind) {
            (Module::Error, _) => Lowered::Error(structure(name, report)),
            (_, ShapeKind::Structure(_)) => Lowered::Type(Item::Structure(structure(name, report))),
            (_, ShapeKind::Union(members)) => Lowered::Type(Item::Union(union(context, shape, members, name, report))),
            (_, ShapeKind::IntEnum(members)) => {
                let numbers = enumeration::of_numbers(context, shape, members, name, report);
                Lowered::Type(Item::IntEnumeration(numbers))
            }
            _ => Lowered::Type(Item::Enumeration(enumeration::of_texts(context, shape, name, report))),
        })
    });
    let (mut types, mut errors) = (Vec::new(), Vec::new());
    for lowered in lowered.into_iter().flatten() {
        match lowered {
            Lowered::Type(item) => types.push(item),
            Lowered::Error(error) => errors.push(error),
        }
    }
    types.sort_by(|a, b| a.name().rust.cmp(&b.name().rust));
    errors.sort_by(|a, b| a.name.rust.cmp(&b.name.rust));
    Types { items: types, errors }
}

/// Lowers a structure with the given name. The names in `reserved` are not used for members.
pub(super) fn structure(
    context: &Context<'_>,
    shape: &Shape,
    name: Name,
    direction: Direction,
    reserved: &Scope,
    report: &mut Report,
) -> ir::Structure {
    let mut accessors = match direction {
        Direction::Input => None,
        Direction::Output => Some(Accessors::of(context, shape)),
    };
    let fields = Fields::of(shape, direction, reserved);
    let mut event_stream = None;
    let mut members = Vec::new();
    for field in &fields.named {
        let union = event_stream::union_of(context.model, field.member);
        match union.filter(|_| event_stream::may_have(context, shape)) {
            Some(union) => event_stream = Some(event_stream::member(context, &fields, field, union)),
            None => members.push(member(context, shape, &fields, field, accessors.as_mut(), report)),
        }
    }
    if event_stream.is_some() && direction == Direction::Output {
        event_stream::require_headers(&mut members);
    }
    let doc_scope = DocScope::structure(context, &fields);
    let error = shape.traits.string("smithy.api#error").map(|fault| error::facts(context, shape, fault, &members));
    ir::Structure {
        namespace: shape.id.namespace().to_owned(),
        module: context.names.module(&shape.id),
        doc: docs::or(&shape.traits, &doc_scope, || describe_structure(&name.rust, error.is_some())),
        members,
        event_stream,
        direction,
        hash: context.closure.is_exact(&shape.id),
        sensitive: shape.traits.has("smithy.api#sensitive"),
        deprecated: docs::deprecation(&shape.traits),
        error,
        name,
    }
}

/// The accessors of a structure that can only be received. If a list or map is not set, its accessor returns an empty
/// one. If a structure is not set, its accessor returns an error. Only outputs that a single operation uses have
/// accessors for structures.
struct Accessors {
    methods: Scope,
    /// Whether members that are structures have accessors.
    of_structures: bool,
}

impl Accessors {
    fn of(context: &Context<'_>, shape: &Shape) -> Self {
        let is_output = context.closure.is_output(&shape.id);
        let mut methods = Scope::with(&[&reserved::PRELUDE[..], &["default", "fmt", "new"]].concat());
        if is_output {
            // A response dereferences to the output, so its own methods would hide accessors with the same names.
            reserved::RESPONSE.iter().for_each(|name| methods.reserve(name));
        }
        Self { methods, of_structures: is_output && context.is_own(&shape.id) }
    }

    /// Returns the name of a member's accessor, if it has one.
    fn name(
        &mut self,
        owner: &Shape,
        name: &Name,
        ty: &Type,
        presence: &Presence,
        report: &mut Report,
    ) -> Option<String> {
        let has_accessor = match ty {
            Type::List(_) | Type::Map(..) => true,
            Type::Structure(_) => self.of_structures,
            _ => false,
        };
        if !has_accessor || *presence != Presence::Optional {
            return None;
        }
        let method = self.methods.take(&name.wire, name.rust.clone());
        self.methods.report_collision(owner.id.member(&name.wire), &method, &name.rust, &owner.file, report);
        Some(method)
    }
}

/// Returns the Rust type of a shape.
pub(super) fn type_of(context: &Context<'_>, target: &ShapeId) -> Type {
    let Some(shape) = context.shape(target) else { return Type::Document };
    match &shape.kind {
        ShapeKind::Simple(Simple::String) if is_legacy_enum(shape) => Type::Enum(context.names.path(target)),
        ShapeKind::Simple(Simple::Blob) if shape.traits.has(STREAMING) => Type::ByteStream,
        ShapeKind::Simple(simple) => simple_type(*simple),
        ShapeKind::Enum(_) => Type::Enum(context.names.path(target)),
        ShapeKind::IntEnum(_) => Type::IntEnum(context.names.path(target)),
        ShapeKind::Structure(_) => Type::Structure(context.names.path(target)),
        ShapeKind::Union(_) => Type::Union(context.names.path(target)),
        ShapeKind::List(item) => Type::List(Box::new(element(context, shape, item))),
        ShapeKind::Map { key, value } => {
            // A key that is not a string was reported during validation, so its type is not computed. Following both
            // keys and values could take exponential time.
            let is_text = |shape: &Shape| matches!(shape.kind, ShapeKind::Simple(_) | ShapeKind::Enum(_));
            let key = match context.shape(&key.target).is_some_and(is_text) {
                true => type_of(context, &key.target),
                false => Type::String,
            };
            Type::Map(Box::new(key), Box::new(element(context, shape, value)))
        }
        ShapeKind::Operation(_) | ShapeKind::Resource(_) | ShapeKind::Service(_) => Type::Document,
    }
}

fn element(context: &Context<'_>, collection: &Shape, member: &Member) -> Element {
    let sparse = collection.traits.has("smithy.api#sparse");
    Element { ty: type_of(context, &member.target), sparse, traits: wire_traits::of(context, member) }
}

fn simple_type(simple: Simple) -> Type {
    match simple {
        Simple::BigDecimal => Type::BigDecimal,
        Simple::BigInteger => Type::BigInteger,
        Simple::Blob => Type::Blob,
        Simple::Boolean => Type::Bool,
        Simple::Byte => Type::I8,
        Simple::Document => Type::Document,
        Simple::Double => Type::F64,
        Simple::Float => Type::F32,
        Simple::Integer => Type::I32,
        Simple::Long => Type::I64,
        Simple::Short => Type::I16,
        Simple::String => Type::String,
        Simple::Timestamp => Type::Timestamp,
    }
}

fn member(
    context: &Context<'_>,
    owner: &Shape,
    fields: &Fields<'_>,
    field: &Field<'_>,
    accessors: Option<&mut Accessors>,
    report: &mut Report,
) -> ir::Member {
    let Field { member, name, wanted } = field;
    fields.scope.report_collision(owner.id.member(&member.name), name, wanted, &owner.file, report);
    let streams = member.traits.has(STREAMING);
    let ty = match type_of(context, &member.target) {
        // In Smithy 1.0, the `streaming` trait is applied to members.
        Type::Blob if streams => Type::ByteStream,
        ty => ty,
    };
    let no_traits = Traits::default();
    let target = context.shape(&member.target).map_or(&no_traits, |shape| &shape.traits);
    let idempotency_token = member.traits.has("smithy.api#idempotencyToken");
    let presence =
        if idempotency_token { Presence::Optional } else { presence(context, owner, member, target, &ty, report) };
    let boxed = context.closure.is_boxed(&owner.id, &member.name);
    if boxed && presence == Presence::Required && context.closure.is_endless(&owner.id, &member.name) {
        let help = "make the member optional, or wrap its target in a list, map or union";
        let problem = report.error("the structure contains itself through this required member");
        problem.in_file(&owner.file).at(owner.id.member(&member.name)).help(help).part(Part::Target);
    }
    let name = Name { wire: member.name.clone(), rust: name.clone() };
    let accessor = accessors.and_then(|accessors| accessors.name(owner, &name, &ty, &presence, report));
    let doc_scope = DocScope::member(context, fields, member);
    let doc = docs::of_member(&member.traits, target, &doc_scope, || describe_member(&member.name, &ty));
    ir::Member {
        constraints: constraints::of(&member.traits, target),
        doc,
        boxed,
        sensitive: member.traits.has("smithy.api#sensitive") || is_sensitive(context.model, &member.target),
        idempotency_token,
        traits: wire_traits::of(context, member),
        deprecated: docs::deprecation(&member.traits),
        accessor,
        name,
        presence,
        ty,
    }
}

fn presence(
    context: &Context<'_>,
    owner: &Shape,
    member: &Member,
    target: &Traits,
    ty: &Type,
    report: &mut Report,
) -> Presence {
    let default = member.traits.get("smithy.api#default").or_else(|| target.get("smithy.api#default"));
    // As Smithy specifies, clients do not send the defaults of an input's top-level members, and may ignore added
    // defaults. However, labels in the path must always have a value.
    let is_label = context.chosen.protocol.get(&member.traits, "smithy.api#httpLabel").is_some();
    let heeded = (is_label || !owner.traits.has("smithy.api#input"))
        && !member.traits.has("smithy.api#addedDefault")
        && !member.traits.has("smithy.api#clientOptional");
    if let Some(value) = default.filter(|_| heeded) {
        match literal::of(value, ty) {
            Ok(Some(literal)) => return Presence::Default(literal),
            Ok(None) => {}
            Err(problem) => {
                let problem = report.error(problem).in_file(&owner.file).at(owner.id.member(&member.name));
                problem.in_trait("smithy.api#default");
            }
        }
    }
    match ty {
        _ if member.traits.has("smithy.api#required") => Presence::Required,
        // A stream that is not set is empty.
        Type::ByteStream => Presence::Default(ir::Literal::Empty),
        _ => Presence::Optional,
    }
}

/// Lowers a union. `name` contains its names in the model and in Rust.
pub(super) fn union(
    context: &Context<'_>,
    shape: &Shape,
    members: &[Member],
    name: Name,
    report: &mut Report,
) -> ir::Union {
    let doc_scope = DocScope::anywhere(context);
    let mut variants = Scope::with(&["Unknown"]);
    let mut methods = Scope::with(&["as_str"]);
    let event_stream = event_stream::union(context, shape, members);
    let members = members
        .iter()
        .filter(|member| event_stream::is_variant(context, shape, member))
        .map(|member| {
            let ty = (!member.target.is_prelude("Unit")).then(|| type_of(context, &member.target));
            let no_traits = Traits::default();
            let target = context.shape(&member.target).map_or(&no_traits, |shape| &shape.traits);
            ir::UnionMember {
                name: enumeration::variant(shape, &member.name, &mut variants, report),
                method: methods.take(&member.name, format!("as_{}", names::member_name(&member.name))),
                constraints: constraints::of(&member.traits, target),
                doc: docs::of_member(&member.traits, target, &doc_scope, || format!("The member `{}`.", member.name)),
                boxed: context.closure.is_boxed(&shape.id, &member.name),
                sensitive: member.traits.has("smithy.api#sensitive") || is_sensitive(context.model, &member.target),
                traits: event_stream::wire_traits(context, shape, member),
                deprecated: docs::deprecation(&member.traits),
                ty,
            }
        })
        .collect();
    ir::Union {
        namespace: shape.id.namespace().to_owned(),
        module: context.names.module(&shape.id),
        doc: docs::or(&shape.traits, &doc_scope, || {
            format!("The union `{}`, which holds exactly one of its members.", name.rust)
        }),
        members,
        hash: context.closure.is_exact(&shape.id),
        sensitive: shape.traits.has("smithy.api#sensitive"),
        deprecated: docs::deprecation(&shape.traits),
        event_stream,
        name,
    }
}

fn describe_structure(name: &str, error: bool) -> String {
    let kind = if error { "error" } else { "structure" };
    format!("The {kind} `{name}`.")
}

fn describe_member(name: &str, ty: &Type) -> String {
    let kind = match ty {
        Type::Bool => "boolean",
        Type::List(_) => "list",
        Type::Map(..) => "map",
        Type::Timestamp => "timestamp",
        _ => "member",
    };
    format!("The {kind} `{name}`.")
}
