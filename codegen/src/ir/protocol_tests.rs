//! The model's tests of its protocol: expected requests and responses.

use super::{Literal, Name, Type, TypeRef};

/// The test cases of a service.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProtocolTests {
    /// Expected requests.
    pub(crate) requests: Vec<RequestCase>,
    /// Responses, with the values that they have to be deserialized to.
    pub(crate) responses: Vec<ResponseCase>,
    /// The number of cases that only apply to servers.
    pub(crate) for_servers: usize,
}

/// A value and the request that it has to be serialized to.
#[derive(Clone, Debug)]
pub(crate) struct RequestCase {
    /// The name of the test function, without `r#`.
    pub(crate) function: String,
    /// The ID of the case.
    pub(crate) id: String,
    /// The request, or the reason why the model's parameters do not fit.
    pub(crate) request: Result<Value, String>,
    /// Expected strings: the field of the runtime's `RequestCase`, and its value.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// Expected lists of names, in the same form.
    pub(crate) names: Vec<(&'static str, Vec<String>)>,
    /// The expected headers.
    pub(crate) headers: Vec<(String, String)>,
    /// The expected body.
    pub(crate) body: Option<Vec<u8>>,
}

/// A response and the value that it has to be deserialized to.
#[derive(Clone, Debug)]
pub(crate) struct ResponseCase {
    /// The name of the test function, without `r#`.
    pub(crate) function: String,
    /// The ID of the case.
    pub(crate) id: String,
    /// The request of the operation.
    pub(crate) request: TypeRef,
    pub(crate) kind: ResponseKind,
    /// The output or error, or the reason why the model's parameters do not fit.
    pub(crate) expected: Result<Value, String>,
    /// The status code.
    pub(crate) code: u16,
    /// The error code, if it differs from the name of the error; otherwise empty.
    pub(crate) error_code: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The kind of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResponseKind {
    /// The output of the operation.
    Output,
    /// The output of the operation, with a stream in this member.
    StreamingOutput { member: Name },
    /// An error.
    Error {
        /// The error enumeration of the operation.
        errors: TypeRef,
        variant: String,
    },
}

/// A value that is constructed in code.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A simple value of this type.
    Simple(Literal, Type),
    /// A list.
    List {
        /// The type of the list.
        ty: Type,
        elements: Vec<Value>,
    },
    /// A map.
    Map {
        /// The type of the map.
        ty: Type,
        entries: Vec<(Value, Value)>,
    },
    /// A structure. Members that are not set have their default values.
    Structure {
        ty: TypeRef,
        /// The members that are set.
        members: Vec<(Name, Value)>,
    },
    /// A union.
    Union {
        ty: TypeRef,
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
