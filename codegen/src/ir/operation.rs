//! Operations: their inputs, outputs and errors, and how they are called.

use super::{Deprecation, Doc, Example, Member, Name, Presence, Structure, Type, TypeRef, waiter::Waiters};

/// An operation of the service.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// The name of the operation. The Rust name is that of the request builder, such as `CreateBackup`.
    pub(crate) name: Name,
    /// The name of the module and the method, such as `create_backup`, without `r#`.
    pub(crate) method: String,
    pub(crate) doc: Doc,
    /// An example request with its response, or `None` if no values match the types of the request.
    pub(crate) example: Option<Example>,
    /// Links to further documentation, in Markdown.
    pub(crate) links: Vec<Doc>,
    /// The input, which is a structure in the operation's module.
    pub(crate) input: Structure,
    /// Whether the operation has an input in the model.
    pub(crate) has_input: bool,
    pub(crate) effect: Effect,
    /// The path of the output type.
    pub(crate) output: TypeRef,
    /// The output, if it is a structure in the operation's module.
    pub(crate) own_output: Option<Structure>,
    /// The member of the input that is an event stream.
    pub(crate) input_events: Option<Name>,
    /// The member of the output that is an event stream.
    pub(crate) output_events: Option<Name>,
    /// Whether the operation requires HTTP/2.
    pub(crate) requires_http2: bool,
    /// The name of the error enumeration.
    pub(crate) error: String,
    /// The errors that the model lists, sorted by name.
    pub(crate) errors: Vec<OperationError>,
    /// The authentication schemes, in order of preference.
    pub(crate) auth: Vec<AuthSchemeId>,
    /// The method and URI, if the protocol has HTTP bindings.
    pub(crate) http: Option<Http>,
    /// Constant headers, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Whether the body of the response is a stream.
    pub(crate) streaming_output: bool,
    /// Whether presigned requests use `GET`, with the members of the body in the query string.
    pub(crate) presigned_get: bool,
    /// Whether the body is excluded from signatures.
    pub(crate) unsigned_payload: bool,
    /// The checksum of the request body.
    pub(crate) checksum: Checksum,
    pub(crate) compression: Compression,
    /// The maximum time until a response arrives, in milliseconds, if the operation is a long poll.
    pub(crate) long_poll: Option<u64>,
    /// The parts of the host prefix. The list is empty if there is no prefix.
    pub(crate) host_prefix: Vec<HostPart>,
    /// The parameters that the operation sets for the endpoint rules.
    pub(crate) context: Vec<ContextParam>,
    pub(crate) pagination: Option<Pagination>,
    /// The waiters that poll the operation.
    pub(crate) waiters: Waiters,
    /// The deprecation note, if the operation is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

impl Operation {
    /// Returns whether requests can be presigned. If the protocol has no HTTP bindings, the URL of a request is not
    /// sufficient to send it, since the request also needs headers and a body.
    pub(crate) fn is_presignable(&self) -> bool {
        self.http.is_some() && self.is_signed()
    }

    /// Returns whether requests may be signed.
    pub(crate) fn is_signed(&self) -> bool {
        self.auth.iter().any(|scheme| matches!(scheme, AuthSchemeId::SigV4 | AuthSchemeId::SigV4a))
    }

    /// Returns whether requests may be authenticated, with a signature or otherwise.
    pub(crate) fn is_authenticated(&self) -> bool {
        self.auth.iter().any(|scheme| *scheme != AuthSchemeId::NoAuth)
    }
}

/// The effect of an operation on the service's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The operation only reads (`smithy.api#readonly`).
    ReadOnly,
    /// Repeating a request has no further effect (`smithy.api#idempotent`).
    Idempotent,
    /// The model specifies neither.
    Unknown,
}

/// An error that an operation can return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationError {
    /// The variant of the operation's error enumeration.
    pub(crate) variant: String,
    /// The error structure.
    pub(crate) ty: TypeRef,
    /// The first sentence of the error's documentation.
    pub(crate) summary: String,
}

/// The HTTP method and URI of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Http {
    pub(crate) method: String,
    /// A path with labels in braces, which may be followed by a query string.
    pub(crate) uri: String,
    /// Whether the query parameters are sent in the body.
    pub(crate) form_query: bool,
}

/// An authentication scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AuthSchemeId {
    /// An API key.
    HttpApiKeyAuth(ApiKey),
    /// A user name and a password.
    HttpBasicAuth,
    /// A bearer token.
    HttpBearerAuth,
    /// AWS Signature Version 4.
    SigV4,
    /// AWS Signature Version 4A.
    SigV4a,
    /// No authentication. If this scheme follows others, requests are sent without authentication when there are no
    /// credentials.
    NoAuth,
}

/// The location of an API key in requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiKey {
    /// A header, whose value may start with a scheme.
    Header { name: String, scheme: Option<String> },
    /// A query parameter.
    Query { name: String },
}

/// The checksum of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checksum {
    /// No checksum.
    None,
    /// The MD5 hash of the body.
    Md5,
    /// The SHA-256 hash and the tree hash of the body.
    TreeHash,
}

/// The compression of large request bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    /// No compression.
    None,
    /// Compression with gzip.
    Gzip,
}

/// The reason why an error is retryable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The problem is temporary.
    Transient,
    /// The service throttles requests, so the client waits longer before it retries.
    Throttling,
}

/// A part of a host prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostPart {
    /// A literal string.
    Literal(String),
    /// The value of an input member.
    Label {
        member: Name,
        /// Whether the field is an `Option`.
        optional: bool,
        /// The type of the member: a string or an enumeration of strings.
        ty: Type,
    },
}

/// A parameter that an operation sets for the endpoint rules.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ContextParam {
    /// The name of the parameter in the rules.
    pub(crate) name: String,
    pub(crate) value: ContextValue,
}

/// The source of the value of an endpoint parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ContextValue {
    /// A constant string.
    String(String),
    /// A constant boolean.
    Bool(bool),
    /// A constant list of strings.
    Strings(Vec<String>),
    /// The value of a member of the input.
    Input {
        member: PathStep,
        /// The type of the parameter.
        ty: SettingKind,
    },
    /// The value at a path in the request.
    Path {
        value: super::waiter::Value,
        /// The type of the value.
        gives: super::waiter::PathResult,
    },
}

/// A parameter of the endpoint rules that is set on the client.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// The name of the parameter in the rules. The Rust name is that of the method that sets the parameter.
    pub(crate) name: Name,
    pub(crate) doc: Doc,
    pub(crate) ty: SettingKind,
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SettingKind {
    /// A string.
    Str,
    /// A boolean.
    Bool,
    /// A list of strings.
    StrArray,
}

/// A step from a structure to one of its members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathStep {
    pub(crate) member: Name,
    /// Whether the field is an `Option`.
    pub(crate) optional: bool,
    /// Whether the field is boxed.
    pub(crate) boxed: bool,
}

impl From<&Member> for PathStep {
    fn from(member: &Member) -> Self {
        Self { member: member.name.clone(), optional: member.presence == Presence::Optional, boxed: member.boxed }
    }
}

/// The pagination of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Pagination {
    /// The member of the input to which the token is assigned.
    pub(crate) input_token: PathStep,
    /// The path to the token in the response.
    pub(crate) output_token: Vec<PathStep>,
    /// The type of the token.
    pub(crate) token: Type,
    /// The items of the pages.
    pub(crate) items: Option<Items>,
}

/// The items in the pages of a paginated operation.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    /// The path to the collection in the response.
    pub(crate) path: Vec<PathStep>,
    /// The type of the collection: a list or a map.
    pub(crate) collection: Type,
}
