//! The example of an operation: a request in Rust, and the same request as it is sent.

use serde_json::Value;

use super::{Literal, Name, Type, TypeRef};

/// A request and its response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    /// The request as it is built in Rust.
    pub(crate) request: ExampleStructure,
    /// The method and headers of the request; `None` for a binary format.
    pub(crate) wire: Option<ExampleRequest>,
    /// The URL that the request is sent to.
    pub(crate) url: String,
    /// The region of `url`.
    pub(crate) region: String,
    /// The body of the request.
    pub(crate) body: Value,
    /// The body of the response.
    pub(crate) response: Value,
}

/// The method and headers of an HTTP request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleRequest {
    /// The method.
    pub(crate) method: &'static str,
    /// The path, which is appended to the URL.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// A value of some type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExampleValue {
    /// A value of a simple type.
    Simple(Literal, Type),
    /// A variant of an enumeration.
    Variant(TypeRef, String),
    /// A value of a string enumeration that the model does not define.
    UnknownText(TypeRef, String),
    /// A value of an integer enumeration that the model does not define.
    UnknownNumber(TypeRef, i32),
    /// An empty list or map of this type.
    Empty(Type),
    /// A list that is not empty.
    List(Vec<ExampleElement>),
    /// A map that is not empty.
    Map(Vec<(ExampleValue, ExampleElement)>),
    /// A structure.
    Structure(ExampleStructure),
    /// A union.
    Union(Box<ExampleUnion>),
}

/// The element of a list or map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExampleElement {
    /// An element of a collection whose elements may be null.
    Sparse(Option<ExampleValue>),
    /// An element of any other collection.
    Dense(ExampleValue),
}

/// A structure with values for its members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleStructure {
    pub(crate) ty: TypeRef,
    /// The arguments of `new`.
    pub(crate) arguments: Vec<ExampleValue>,
    /// The other members that are set, in the structure's order.
    pub(crate) sets: Vec<(Name, ExampleValue)>,
}

/// A member of a union and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleUnion {
    pub(crate) ty: TypeRef,
    pub(crate) variant: String,
    /// The value, if the variant has one.
    pub(crate) value: Option<ExampleValue>,
    /// Whether the value is in a `Box`.
    pub(crate) boxed: bool,
}
