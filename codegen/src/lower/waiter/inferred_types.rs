//! The types that are inferred for expressions, and for the values of shapes.

use super::Polled;
use crate::{
    ir::{
        self, PathStep, Type,
        waiter::{Node, Read, Truth, Value},
    },
    lower::{Context, shape},
    model::{Member, ShapeId, ShapeKind},
};

/// The inferred type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{input, output}`, which is used only by `inputOutput` matchers.
    Pair,
    /// A structure.
    Structure(Owner),
    /// A union.
    Union(ShapeId),
    /// A map, with the kind and the conversion of its values, and whether they may be null.
    Map(Box<(Self, Read, bool)>),
    /// A list.
    List(Box<Item>),
    /// A string.
    String,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// Always null, or an element of an empty list.
    Null,
    /// A value that expressions can only test for presence, such as a timestamp. The variant contains a description of
    /// the value, and the condition under which the value is truthy.
    Opaque(&'static str, Option<Truth>),
}

/// The location of a structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The request.
    Request,
    /// The response.
    Response,
    /// A structure that is part of the request or the response.
    Inner(ShapeId),
}

/// The elements of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Whether elements may be null.
    pub(super) nullable: bool,
}

/// A value and its kind.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) value: Value,
    pub(super) kind: Kind,
    /// The approximate number of nodes in the value.
    pub(super) size: usize,
}

impl Typed {
    pub(super) fn new(node: Node, nullable: bool, kind: Kind) -> Self {
        Self { value: Value { node: Box::new(node), nullable }, kind, size: 1 }
    }
}

impl Kind {
    /// Describes the kind, with an article.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Pair => "the pair of `input` and `output`".to_owned(),
            Self::Structure(_) => "a structure".to_owned(),
            Self::Union(_) => "a union".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::List(item) => match &item.kind {
                Self::List(_) => "a list of lists".to_owned(),
                Self::Structure(_) => "a list of structures".to_owned(),
                Self::Number => "a list of numbers".to_owned(),
                Self::Boolean => "a list of booleans".to_owned(),
                Self::String => "a list of strings".to_owned(),
                _ => "a list".to_owned(),
            },
            Self::String => "a string".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Opaque(what, _) => format!("a {what}"),
        }
    }

    /// Returns the condition under which a value of this kind is truthy, or `None` if it is unknown.
    pub(super) fn truth(&self) -> Option<Truth> {
        match self {
            // An empty structure is falsy in JMESPath, but the paths in the models of services do not depend on this.
            Self::Structure(_) | Self::Union(_) | Self::Number => Some(Truth::Always),
            Self::Map(_) | Self::String => Some(Truth::NotEmpty),
            Self::List(_) => Some(Truth::AnyItem),
            Self::Boolean => Some(Truth::Itself),
            Self::Opaque(_, truth) => *truth,
            Self::Pair | Self::Null => None,
        }
    }
}

/// Returns the names of the members of a structure or union.
pub(super) fn member_names(polled: &Polled<'_, '_>, kind: &Kind) -> Vec<String> {
    let names = |id: &ShapeId| {
        let members = polled.context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
        members.into_iter().map(|member| member.name.clone()).collect()
    };
    match kind {
        Kind::Pair => vec!["input".to_owned(), "output".to_owned()],
        Kind::Structure(owner) => names(owner_id(polled, owner)),
        Kind::Union(id) => names(id),
        _ => Vec::new(),
    }
}

/// A member of a structure, with the step to it, the conversion of its value, and the resulting kind.
pub(super) struct Found {
    pub(super) step: PathStep,
    pub(super) read: Read,
    pub(super) kind: Kind,
    /// Whether the member or the structure is sensitive.
    pub(super) sensitive: bool,
}

/// Finds a member of a structure.
pub(super) fn member(polled: &Polled<'_, '_>, owner: &Owner, name: &str) -> Option<Found> {
    let id = owner_id(polled, owner);
    let member = model_member(polled.context, id, name)?;
    let structure = match owner {
        Owner::Request => polled.input,
        Owner::Response => polled.output()?,
        Owner::Inner(id) => polled.types.structure(&polled.context.names.path(id))?,
    };
    let lowered = structure.members.iter().find(|found| found.name.wire == name)?;
    let (read, kind) = reading(polled.context, member);
    let sensitive = lowered.sensitive || structure.sensitive;
    Some(Found { step: PathStep::from(lowered), read, kind, sensitive })
}

/// Finds a member of a union. Returns the member, the conversion of its value, and the resulting kind.
pub(super) fn variant(polled: &Polled<'_, '_>, id: &ShapeId, name: &str) -> Option<(ir::UnionMember, Read, Kind)> {
    let member = model_member(polled.context, id, name)?;
    let union = polled.types.union(&polled.context.names.path(id))?;
    let found = union.members.iter().find(|found| found.name.wire == name)?;
    let (read, kind) = reading(polled.context, member);
    let sensitive = found.sensitive || union.sensitive;
    Some((ir::UnionMember { sensitive, ..found.clone() }, read, kind))
}

fn owner_id<'p>(polled: &Polled<'_, 'p>, owner: &'p Owner) -> &'p ShapeId {
    match owner {
        Owner::Request => &polled.operation.input,
        Owner::Response => &polled.operation.output,
        Owner::Inner(id) => id,
    }
}

fn model_member<'m>(context: &Context<'m>, id: &ShapeId, name: &str) -> Option<&'m Member> {
    context.shape(id)?.kind.members().into_iter().find(|member| member.name == name)
}

/// Returns the conversion of a member's value, and the resulting kind.
fn reading(context: &Context<'_>, member: &Member) -> (Read, Kind) {
    let id = &member.target;
    match shape::type_of(context, id) {
        Type::Bool => (Read::Bool, Kind::Boolean),
        Type::I8 | Type::I16 | Type::I32 | Type::F32 | Type::F64 => (Read::Number, Kind::Number),
        Type::I64 => (Read::Long, Kind::Number),
        Type::IntEnum(_) => (Read::IntEnum, Kind::Number),
        Type::String => (Read::String, Kind::String),
        Type::Enum(_) => (Read::Enum, Kind::String),
        Type::BigInteger | Type::BigDecimal => opaque("big number", Some(Truth::Always)),
        Type::Timestamp => opaque("timestamp", Some(Truth::Always)),
        Type::Blob => opaque("blob", Some(Truth::NotEmpty)),
        Type::ByteStream => opaque("stream", None),
        Type::Document => opaque("document", None),
        Type::Structure(_) => (Read::Reference, Kind::Structure(Owner::Inner(id.clone()))),
        Type::Union(_) => (Read::Reference, Kind::Union(id.clone())),
        Type::List(_) => collection(context, id, |sparse, read, kind| {
            let item = Item { kind, nullable: sparse };
            (Read::List { item: Box::new(read), sparse }, Kind::List(Box::new(item)))
        }),
        Type::Map(..) => {
            collection(context, id, |sparse, read, kind| (Read::Reference, Kind::Map(Box::new((kind, read, sparse)))))
        }
    }
}

fn opaque(what: &'static str, truth: Option<Truth>) -> (Read, Kind) {
    (Read::Reference, Kind::Opaque(what, truth))
}

/// Returns the conversion and kind of a list or map. `make` creates them from the conversion and kind of the elements.
fn collection(
    context: &Context<'_>,
    id: &ShapeId,
    make: impl FnOnce(bool, Read, Kind) -> (Read, Kind),
) -> (Read, Kind) {
    let Some(shape) = context.shape(id) else { return opaque("document", None) };
    let element = match &shape.kind {
        ShapeKind::List(member) => member,
        ShapeKind::Map { value, .. } => value,
        _ => return opaque("document", None),
    };
    let (read, kind) = reading(context, element);
    make(shape.traits.has("smithy.api#sparse"), read, kind)
}
