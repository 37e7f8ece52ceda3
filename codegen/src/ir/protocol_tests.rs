//! The model's tests for its protocol: expected requests and responses.

use super::{Literal, Name, Type, TypeRef};

/// The test cases of a service.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProtocolTests {
    /// Expected requests.
    pub(crate) requests: Vec<RequestCase>,
    /// Responses, with the values to which they must be deserialized.
    pub(crate) responses: Vec<ResponseCase>,
    /// Requests and responses with event streams.
    pub(crate) event_streams: Vec<EventStreamCase>,
    /// The number of cases that apply only to servers. These cases are not included.
    pub(crate) for_servers: usize,
}

impl ProtocolTests {
    /// Returns the number of cases that apply to clients.
    pub(crate) fn len(&self) -> usize {
        self.requests.len() + self.responses.len() + self.event_streams.len()
    }
}

/// A test case for a request: a value, and the request to which it must be serialized.
#[derive(Clone, Debug)]
pub(crate) struct RequestCase {
    /// The name of the test function, without `r#`.
    pub(crate) function: String,
    /// The ID of the case.
    pub(crate) id: String,
    /// The input, or the reason why the model's parameters do not match it.
    pub(crate) request: Result<Value, String>,
    /// Expected strings, as fields of the runtime's `RequestCase` and their values.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// Expected lists of names, as fields of the runtime's `RequestCase` and their values.
    pub(crate) names: Vec<(&'static str, Vec<String>)>,
    /// The expected headers.
    pub(crate) headers: Vec<(String, String)>,
    /// The expected body.
    pub(crate) body: Option<Vec<u8>>,
}

/// A test case for a response: a response, and the value to which it must be deserialized.
#[derive(Clone, Debug)]
pub(crate) struct ResponseCase {
    /// The name of the test function, without `r#`.
    pub(crate) function: String,
    /// The ID of the case.
    pub(crate) id: String,
    /// The input structure of the operation.
    pub(crate) request: TypeRef,
    pub(crate) kind: ResponseKind,
    /// The output or error, or the reason why the model's parameters do not match it.
    pub(crate) expected: Result<Value, String>,
    /// The status code.
    pub(crate) code: u16,
    /// The error code, if it differs from the name of the error. Otherwise, the string is empty.
    pub(crate) error_code: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The kind of response in a test case.
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

/// A test case for a call whose request or response is an event stream.
#[derive(Clone, Debug)]
pub(crate) struct EventStreamCase {
    /// The name of the test function, without `r#`.
    pub(crate) function: String,
    /// The ID of the case.
    pub(crate) id: String,
    /// The request and the response, or the reason why the model's parameters do not match them.
    pub(crate) exchange: Result<Exchange, String>,
}

/// The request and the response of a call with event streams.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// The input structure of the operation.
    pub(crate) input: TypeRef,
    /// The input without its events, or `None` if the case covers only the response.
    pub(crate) value: Option<Value>,
    /// The member of the input that is an event stream, and its events.
    pub(crate) sent: Option<(Name, Vec<Value>)>,
    /// The expected messages of the request.
    pub(crate) sent_messages: Vec<EventMessage>,
    /// The expected request, without its messages.
    pub(crate) request: RequestCase,
    /// The status code of the response.
    pub(crate) code: u16,
    /// The headers of the response.
    pub(crate) headers: Vec<(String, String)>,
    /// The body of the response, if it is not an event stream.
    pub(crate) body: Vec<u8>,
    /// The messages of the response.
    pub(crate) received_messages: Vec<EventMessage>,
    pub(crate) result: ExchangeResult,
}

/// The expected result of a call with event streams. `member` is the event stream of the output.
#[derive(Clone, Debug)]
pub(crate) enum ExchangeResult {
    /// Any result, since the case covers only the request.
    Any,
    /// Any output, without events.
    Success,
    /// An output and its events.
    Events {
        output: Value,
        member: Name,
        /// The union of the events.
        ty: TypeRef,
        events: Vec<Value>,
    },
    /// A failure of the call or its stream. If `code` is not empty, it is the expected error code.
    Failure { member: Option<Name>, code: String },
    /// An error that ends the stream.
    StreamError {
        member: Name,
        /// The variant in the enumeration of all errors of the service.
        variant: String,
        expected: Value,
    },
}

/// A message of an event stream.
#[derive(Clone, Debug)]
pub(crate) struct EventMessage {
    /// The names, values and types of the headers.
    pub(crate) headers: Vec<(String, Literal, Type)>,
    pub(crate) forbid_headers: Vec<String>,
    pub(crate) require_headers: Vec<String>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) media_type: String,
    /// The encoded message. If it is empty, the message consists of the headers and the body.
    pub(crate) bytes: Vec<u8>,
}

/// A value that is constructed by Rust code.
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
