//! The model's own tests of the protocol: the request for a value, and the value of a response.

use super::{Literal, Name, Type, TypeRef};

/// The cases of a service.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProtocolTests {
    /// Requests as they have to be sent.
    pub(crate) requests: Vec<RequestCase>,
    /// Replies as they have to be read.
    pub(crate) responses: Vec<ResponseCase>,
    /// How many cases are for servers only.
    pub(crate) for_servers: usize,
}

/// A request as it has to be sent.
#[derive(Clone, Debug)]
pub(crate) struct RequestCase {
    /// The test's function, without `r#`.
    pub(crate) function: String,
    /// The name of the case.
    pub(crate) id: String,
    /// The request, or why the model's parameters are none.
    pub(crate) request: Result<Value, String>,
    /// Expected strings: the field of the runtime's case, and its value.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// Expected lists of names.
    pub(crate) names: Vec<(&'static str, Vec<String>)>,
    /// Headers with their values.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Option<Vec<u8>>,
}

/// A reply as it has to be read.
#[derive(Clone, Debug)]
pub(crate) struct ResponseCase {
    /// The test's function, without `r#`.
    pub(crate) function: String,
    /// The name of the case.
    pub(crate) id: String,
    /// The request of an operation with this response.
    pub(crate) request: TypeRef,
    /// The kind of response.
    pub(crate) kind: ResponseKind,
    /// The response or error, or why the model's parameters are none.
    pub(crate) expected: Result<Value, String>,
    /// The status.
    pub(crate) code: u16,
    /// The code of the error, if it is told apart; else empty.
    pub(crate) error_code: String,
    /// The headers.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// The kind of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResponseKind {
    /// The operation's output.
    Output,
    /// This variant of an enumeration of errors.
    Error {
        /// The operation's enumeration of errors.
        errors: TypeRef,
        /// The variant.
        variant: String,
    },
}

/// A value that is put together in code.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A value without parts, of this type.
    Simple(Literal, Type),
    /// A list.
    List {
        /// The type of the list.
        ty: Type,
        /// Its elements.
        elements: Vec<Value>,
    },
    /// A map.
    Map {
        /// The type of the map.
        ty: Type,
        /// Its keys and values.
        entries: Vec<(Value, Value)>,
    },
    /// A structure; members that are not set are empty.
    Structure {
        /// Its type.
        ty: TypeRef,
        /// The members that are set.
        members: Vec<(Name, Value)>,
    },
    /// A union.
    Union {
        /// Its type.
        ty: TypeRef,
        /// The variant.
        variant: Name,
        /// The variant's value, if it has one.
        value: Option<Box<Value>>,
    },
    /// `Some(value)`.
    Some(Box<Value>),
    /// `None`.
    None,
    /// `Box::new(value)`.
    Boxed(Box<Value>),
}
