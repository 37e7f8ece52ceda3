//! The example of an operation: a request with values, and the same on the wire.

use serde_json::Value;

use super::{Literal, Name, Type, TypeRef};

/// A request and its response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    /// The request as Rust makes it.
    pub(crate) request: ExampleStructure,
    /// The request on the wire, apart from URL and body; `None` for a binary format.
    pub(crate) wire: Option<ExampleRequest>,
    /// Where it is sent to.
    pub(crate) url: String,
    /// The region that `url` belongs to.
    pub(crate) region: String,
    /// The request's body.
    pub(crate) body: Value,
    /// The answer's body.
    pub(crate) answer: Value,
}

/// The head of an HTTP request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleRequest {
    /// The method.
    pub(crate) method: &'static str,
    /// Names and values of its headers.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// A value that fits a type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExampleValue {
    /// A value of a type that every crate has.
    Simple(Literal, Type),
    /// A value of an enumeration that the model knows: its variant.
    Variant(TypeRef, String),
    /// A value of an enumeration of texts that the model does not know.
    UnknownText(TypeRef, String),
    /// A value of an enumeration of numbers that the model does not know.
    UnknownNumber(TypeRef, i32),
    /// A list or map of this type without elements.
    Empty(Type),
    /// A list; it has elements.
    List(Vec<ExampleElement>),
    /// Keys and values; there are some.
    Map(Vec<(ExampleValue, ExampleElement)>),
    /// A structure.
    Structure(ExampleStructure),
    /// A union.
    Union(Box<ExampleUnion>),
}

/// The element of a list or map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExampleElement {
    /// An element of a collection where null stands for none.
    Sparse(Option<ExampleValue>),
    /// An element of any other collection.
    Dense(ExampleValue),
}

/// A structure with values for its members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleStructure {
    /// The structure.
    pub(crate) ty: TypeRef,
    /// What `new` takes.
    pub(crate) arguments: Vec<ExampleValue>,
    /// The members that are set, in the structure's order.
    pub(crate) sets: Vec<(Name, ExampleValue)>,
}

/// A member of a union with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleUnion {
    /// The union.
    pub(crate) ty: TypeRef,
    /// The member's variant.
    pub(crate) variant: String,
    /// The value, if the variant has one.
    pub(crate) value: Option<ExampleValue>,
    /// Whether it stands behind a `Box`.
    pub(crate) boxed: bool,
}
