//! The example for an operation: a request in Rust, and the same request as it is sent.

use serde_json::Value;

use super::{Literal, Name, Type, TypeRef};

/// A request and its response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    /// The request as it is built in Rust.
    pub(crate) request: ExampleStructure,
    /// The request and response as they are sent, or `None` for binary formats.
    pub(crate) wire: Option<ExampleWire>,
    /// The URL to which the request is sent.
    pub(crate) url: String,
    /// The region of `url`.
    pub(crate) region: String,
    /// The members of the response.
    pub(crate) response: Value,
}

/// An HTTP request without its URL, and the body of the response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleWire {
    pub(crate) request: ExampleRequest,
    pub(crate) response: ExampleBody,
}

/// The method, path, headers and body of an HTTP request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleRequest {
    /// The HTTP method.
    pub(crate) method: String,
    /// The path and query, which are appended to the URL.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: ExampleBody,
}

/// The body of an HTTP message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExampleBody {
    /// No body.
    None,
    /// A JSON value.
    Json(Value),
    /// Percent-encoded form parameters.
    Form(String),
    /// Bytes, which are not displayed.
    Bytes,
}

/// A value in an example.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExampleValue {
    /// A value of a simple type.
    Simple(Literal, Type),
    /// A variant of an enumeration.
    Variant(TypeRef, String),
    /// A string that is not among the values of this enumeration in the model.
    UnknownText(TypeRef, String),
    /// An integer that is not among the values of this enumeration in the model.
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

/// An element of a list, or a value in a map.
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
    /// The other members that are set, in the order in which the structure defines them.
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
