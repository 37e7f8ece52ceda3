//! The intermediate representation, which describes the generated crate in terms of Rust rather than Smithy.
//!
//! The `lower` module creates the representation, and the `emit` module reads it. All decisions in it, such as names
//! and the order of items, are final.

pub(crate) mod endpoint;
pub(crate) mod example;
pub(crate) mod operation;
pub(crate) mod protocol_tests;
pub(crate) mod shape;
pub(crate) mod types;
pub(crate) mod waiter;

pub(crate) use example::{
    Example, ExampleBody, ExampleElement, ExampleRequest, ExampleStructure, ExampleUnion, ExampleValue, ExampleWire,
};
pub(crate) use operation::{
    ApiKey, AuthSchemeId, Checksum, Compression, ContextParam, ContextValue, Effect, HostPart, Http, Items, Operation,
    OperationError, Pagination, PathStep, Retry, Setting, SettingKind,
};
pub(crate) use protocol_tests::{
    EventMessage, EventStreamCase, Exchange, ExchangeResult, ProtocolTests, RequestCase, ResponseCase, ResponseKind,
    Value,
};
pub(crate) use shape::{
    Bounds, Constraints, Deprecation, Direction, Enumeration, ErrorFacts, EventStreamMember, EventUnion, Fault,
    IntEnumeration, Item, Member, Presence, Structure, Union, UnionMember, Variant,
};
pub(crate) use types::{Doc, Element, Literal, Module, Name, TimestampFormat, Type, TypeRef, WireTrait};

/// A client crate for a service.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// The name of the crate.
    pub(crate) crate_name: String,
    /// The documentation of the crate.
    pub(crate) doc: Doc,
    /// The display name of the service, such as `Amazon FSx`.
    pub(crate) title: String,
    /// The ID of the service in AWS's tools, such as `FSx`. The names of service-specific settings are derived from it.
    pub(crate) id: String,
    /// Whether the service has AWS's traits. If it does, its client can read the settings and credentials that AWS
    /// tools share.
    pub(crate) is_aws: bool,
    /// The name of the AWS SDK crate for the service, if there is one.
    pub(crate) sdk_crate: Option<String>,
    /// The namespace of the service shape.
    pub(crate) namespace: String,
    /// The name of the service shape.
    pub(crate) shape: String,
    /// The version of the API.
    pub(crate) api_version: String,
    /// The service name in the credential scope of signatures.
    pub(crate) signing_name: String,
    /// The prefix of operation names in the `X-Amz-Target` header.
    pub(crate) target_prefix: String,
    /// The authentication schemes of operations without their own schemes, in order of preference.
    pub(crate) auth: Vec<AuthSchemeId>,
    /// The protocol of the service.
    pub(crate) protocol: Protocol,
    /// The structures, unions and enumerations in the `types` module, sorted by name.
    pub(crate) types: Vec<Item>,
    /// The error structures in the `error` module, sorted by name.
    pub(crate) errors: Vec<Structure>,
    /// The operations, sorted by name.
    pub(crate) operations: Vec<Operation>,
    /// The endpoint rules.
    pub(crate) endpoint: endpoint::Rules,
    /// The parameters of the endpoint rules that are set on the client.
    pub(crate) settings: Vec<Setting>,
    /// The model's tests for its endpoint rules.
    pub(crate) endpoint_tests: Vec<endpoint::EndpointTest>,
    /// The model's tests for its protocol.
    pub(crate) protocol_tests: ProtocolTests,
    /// The service's default retry settings, if they differ from those of most services.
    pub(crate) retry: Option<RetryDefaults>,
    /// The default read timeout.
    pub(crate) read_timeout: ReadTimeout,
    /// The error codes that the model marks as retryable, each with the reason why the error is retryable.
    pub(crate) retryable: Vec<(String, Retry)>,
}

impl Service {
    /// Returns whether an operation has an event stream.
    pub(crate) fn has_event_streams(&self) -> bool {
        self.operations.iter().any(|operation| operation.input_events.is_some() || operation.output_events.is_some())
    }

    /// Returns whether requests may be authenticated.
    pub(crate) fn is_authenticated(&self) -> bool {
        self.auth.iter().any(|scheme| *scheme != AuthSchemeId::NoAuth)
            || self.operations.iter().any(Operation::is_authenticated)
    }

    /// Returns whether the endpoint or the signature depends on a region.
    pub(crate) fn has_region(&self) -> bool {
        let built_in = |parameter: &endpoint::Parameter| parameter.built_in.as_deref() == Some("AWS::Region");
        self.is_aws || self.endpoint.parameters.iter().any(built_in)
    }

    /// Returns whether an operation requires HTTP/2.
    pub(crate) fn requires_http2(&self) -> bool {
        self.operations.iter().any(|operation| operation.requires_http2)
    }

    /// Returns whether the endpoint rules use the account ID of the credentials.
    pub(crate) fn has_account_id_endpoints(&self) -> bool {
        let built_in = |parameter: &endpoint::Parameter| parameter.built_in.as_deref() == Some("AWS::Auth::AccountId");
        self.endpoint.parameters.iter().any(built_in)
    }

    /// Returns whether requests may be signed with Signature Version 4A.
    pub(crate) fn may_use_sigv4a(&self) -> bool {
        let in_model = |auth: &[AuthSchemeId]| auth.contains(&AuthSchemeId::SigV4a);
        in_model(&self.auth)
            || self.operations.iter().any(|operation| in_model(&operation.auth))
            || self.endpoint.auth_schemes.contains("sigv4a")
    }

    /// Returns whether requests may contain an API key, or a user name and password.
    pub(crate) fn may_use_http_auth(&self) -> bool {
        let mut schemes = self.operations.iter().flat_map(|operation| &operation.auth).chain(&self.auth);
        schemes.any(|scheme| matches!(scheme, AuthSchemeId::HttpApiKeyAuth(_) | AuthSchemeId::HttpBasicAuth))
    }

    /// Returns whether any item of the service is deprecated.
    pub(crate) fn has_deprecated(&self) -> bool {
        let requests = self.operations.iter().map(|operation| &operation.input);
        let responses = self.operations.iter().filter_map(|operation| operation.own_output.as_ref());
        let mut structures = self.errors.iter().chain(requests).chain(responses);
        self.operations.iter().any(|operation| operation.deprecated.is_some())
            || self.types.iter().any(Item::has_deprecated)
            || structures.any(Structure::has_deprecated)
    }
}

/// The default read timeout of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadTimeout {
    /// The default of most services.
    Standard,
    /// A timeout of this many seconds.
    Seconds(u64),
    /// No timeout.
    Unlimited,
}

/// The default retry settings of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryDefaults {
    /// The maximum backoff before the first retry, in milliseconds.
    pub(crate) base_delay: u64,
    /// The maximum number of attempts, including the first one.
    pub(crate) max_attempts: u32,
}

/// The protocol that a client uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Protocol {
    /// The path of the protocol's constant in the `protocol` module of the runtime.
    pub(crate) runtime: &'static [&'static str],
    /// The features of the runtime that the protocol requires.
    pub(crate) features: &'static [&'static str],
    /// Whether a request can be created from the name of its operation and its input. If so, operations can be called
    /// by name.
    pub(crate) calls_by_name: bool,
    /// Whether responses may also contain error codes of the query protocol.
    pub(crate) query_compatible: bool,
}
