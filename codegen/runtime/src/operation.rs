//! Services and the inputs of their operations, as a [`Client`](crate::client::Client) takes them.

use std::fmt::Debug;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;

use crate::codec::MemoryLimit;
use crate::endpoint;
use crate::error::{DecodeError, InputError, ServiceError};
use crate::events::Events;
use crate::primitives::Document;
use crate::protocol::ClientProtocol;
use crate::retry::ServiceRetry;
use crate::schema::{
    DeserializableShape, ErrorCorrection, OperationSchema, Retryable, SerializableShape, ServiceSchema,
};
use crate::transport::DEFAULT_MAX_RESPONSE_SIZE;

/// A service: its schema, and how a client reaches it. Generated crates hold one static of it.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The service's schema.
    pub schema: &'static ServiceSchema,
    /// The protocol that the service speaks.
    pub protocol: &'static dyn ClientProtocol,
    /// The service's endpoint rules.
    pub resolve_endpoint: fn(&endpoint::Params<'_>) -> Result<endpoint::Endpoint, endpoint::ResolveError>,
    /// The defaults of retries.
    pub retry: ServiceRetry,
    /// The codes of the errors that the model calls retryable.
    pub retryable: &'static [(&'static str, Retryable)],
    /// The codes of the errors whose message is sensitive.
    pub sensitive_errors: &'static [&'static str],
    /// The functions that log calls, with the generated crate as their target.
    pub events: Events,
}

/// An operation's input. The generator implements it.
pub trait Request: SerializableShape + Sized + Send + Sync + 'static {
    /// The output of the operation.
    type Response: DeserializableShape + ErrorCorrection + Send + 'static;
    /// The errors that the model gives the operation.
    type Error: ServiceError;
    /// The service that the operation belongs to.
    const SERVICE: &'static Service;
    /// The schema of the operation that this is the input of.
    const OPERATION: &'static OperationSchema;

    /// Sets the idempotency token if the caller did not.
    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
        let _ = token;
    }

    /// Returns the prefix that the model gives the host's name.
    ///
    /// # Errors
    ///
    /// If a member that the prefix is made of is missing or is no host label.
    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        Ok(None)
    }

    /// Adds the endpoint parameters that the input's members give.
    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>) {
        let _ = params;
    }

    /// Writes the request's body.
    ///
    /// # Errors
    ///
    /// If the request cannot be sent, such as a union with an unknown member, or if its body is a stream.
    fn to_body(&self) -> Result<Bytes, InputError> {
        let request = Self::SERVICE.protocol.serialize_request(Self::OPERATION, self)?;
        request.body().as_bytes().cloned().ok_or_else(|| InputError::new("the body of the request is a stream"))
    }

    /// Reads a response's body.
    ///
    /// # Errors
    ///
    /// If the body is not one of the protocol.
    fn decode(body: &[u8]) -> Result<Self::Response, DecodeError> {
        Self::decode_bytes(Bytes::copy_from_slice(body))
    }

    /// Reads a response's body, without a copy of it.
    ///
    /// # Errors
    ///
    /// If the body is not one of the protocol.
    fn decode_bytes(body: Bytes) -> Result<Self::Response, DecodeError> {
        let mut output = Self::Response::corrected();
        let response = http::Response::new(body);
        Self::SERVICE.protocol.deserialize_response(
            &response,
            MemoryLimit::for_response(DEFAULT_MAX_RESPONSE_SIZE),
            &mut output,
        )?;
        Ok(output)
    }
}

/// The schema of an operation that may be known by its name only.
pub(crate) enum OperationRef {
    /// One that the model has.
    Modeled(&'static OperationSchema),
    /// One that is known by its name.
    Raw(Arc<OperationSchema>),
}

impl Deref for OperationRef {
    type Target = OperationSchema;

    fn deref(&self) -> &OperationSchema {
        match self {
            Self::Modeled(operation) => operation,
            Self::Raw(operation) => operation,
        }
    }
}

/// A request whose input is a document, for an operation that is known by its name only.
pub(crate) struct RawRequest {
    operation: Arc<OperationSchema>,
    input: Document,
}

impl RawRequest {
    pub(crate) fn new(service: &Service, name: &str, input: Document) -> Self {
        Self { operation: Arc::new(OperationSchema::of_documents(service.schema, name)), input }
    }
}

impl AnyRequest for RawRequest {
    fn operation(&self) -> OperationRef {
        OperationRef::Raw(Arc::clone(&self.operation))
    }

    fn set_idempotency_token(&mut self, _: &mut dyn FnMut() -> String) {}

    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        Ok(None)
    }

    fn endpoint_params<'a>(&'a self, _: &mut endpoint::Params<'a>) {}

    fn as_shape(&self) -> &dyn SerializableShape {
        &self.input
    }
}

/// A request without its type, so that the code that sends it is there once and not for each operation.
pub(crate) trait AnyRequest {
    fn operation(&self) -> OperationRef;
    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String);
    fn host_prefix(&self) -> Result<Option<String>, InputError>;
    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>);
    fn as_shape(&self) -> &dyn SerializableShape;
}

impl<R: Request> AnyRequest for R {
    fn operation(&self) -> OperationRef {
        OperationRef::Modeled(R::OPERATION)
    }

    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
        Request::set_idempotency_token(self, token);
    }

    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        Request::host_prefix(self)
    }

    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>) {
        Request::endpoint_params(self, params);
    }

    fn as_shape(&self) -> &dyn SerializableShape {
        self
    }
}

/// Adds a member's value to the prefix of a host.
///
/// # Errors
///
/// If the member is absent or is no label of a host's name.
#[doc(hidden)]
pub fn push_host_label(prefix: &mut String, member: &str, value: Option<&str>) -> Result<(), InputError> {
    let value = value.unwrap_or_default();
    if !endpoint::functions::is_valid_host_label(value, false) {
        // The value is not shown: it may be sensitive.
        return Err(InputError::new(format!(
            "invalid {member}: as a part of the host name, expected 1 to 63 letters, digits and inner hyphens"
        )));
    }
    prefix.push_str(value);
    Ok(())
}
