//! The types and traits that describe services and the inputs of their operations to a
//! [`Client`](crate::client::Client).

use std::fmt::Debug;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;

use crate::body::Body;
use crate::codec::MemoryLimit;
use crate::endpoint;
use crate::error::{DecodeError, InputError, ServiceError};
#[cfg(feature = "event-stream")]
use crate::event_stream::RawEvents;
use crate::events::Events;
use crate::primitives::Document;
use crate::protocol::ClientProtocol;
use crate::retry::ServiceRetry;
use crate::schema::{
    DeserializableShape, ErrorCorrection, OperationSchema, Retryable, SerializableShape, ServiceSchema,
};
use crate::timeout::ServiceReadTimeout;
use crate::transport::DEFAULT_MAX_RESPONSE_SIZE;

/// A service: its schema, protocol and endpoint rules. Each generated crate has a static of this type.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The service's schema.
    pub schema: &'static ServiceSchema,
    /// The service's protocol.
    pub protocol: &'static dyn ClientProtocol,
    /// The service's endpoint rules.
    pub resolve_endpoint: fn(&endpoint::Params<'_>) -> Result<endpoint::Endpoint, endpoint::ResolveError>,
    /// Whether the endpoint rules use the account ID of the credentials.
    pub account_id_endpoints: AccountIdEndpoints,
    /// The default retry settings of the service.
    pub retry: ServiceRetry,
    /// The default read timeout of the service.
    pub read_timeout: ServiceReadTimeout,
    /// The codes of the errors that the model marks as retryable.
    pub retryable: &'static [(&'static str, Retryable)],
    /// The codes of the errors whose messages are sensitive.
    pub sensitive_errors: &'static [&'static str],
    /// The functions that emit spans and events for calls, with the generated crate as the target.
    pub events: Events,
}

/// Whether a service has account-based endpoints. This is the case if its endpoint rules use `AWS::Auth::AccountId`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountIdEndpoints {
    /// The endpoint does not depend on the credentials.
    Unsupported,
    /// The endpoint is resolved after the credentials have been retrieved.
    Supported,
}

/// The input of an operation. Generated code implements this trait.
pub trait Request: SerializableShape + Sized + Send + Sync + 'static {
    /// The output of the operation.
    type Response: DeserializableShape + ErrorCorrection + Send + 'static;
    /// The modeled errors of the operation.
    type Error: ServiceError;
    /// The service that the operation belongs to.
    const SERVICE: &'static Service;
    /// The schema of the operation.
    const OPERATION: &'static OperationSchema;

    /// Sets the idempotency token to the result of `token`, unless the caller has set an idempotency token.
    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
        let _ = token;
    }

    /// Returns the host prefix of the operation, if the model defines one.
    ///
    /// # Errors
    ///
    /// Returns an error if a member that is part of the prefix is not set or is not a valid host label.
    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        Ok(None)
    }

    /// Sets the endpoint parameters that come from the input's members.
    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>) {
        let _ = params;
    }

    /// Converts the events of the request into a body with one message per frame. Returns `None` if the input has no
    /// event stream.
    #[cfg(feature = "event-stream")]
    fn take_events(&self) -> Option<Body> {
        None
    }

    /// Passes the events of a response to the output's event stream, if it has one.
    #[cfg(feature = "event-stream")]
    fn set_events(output: &mut Self::Response, events: RawEvents) {
        let _ = (output, events);
    }

    /// Serializes the request's body.
    ///
    /// # Errors
    ///
    /// Returns an error if the input is invalid, for example if a union holds an unknown member, or if the body is a
    /// stream.
    fn to_body(&self) -> Result<Bytes, InputError> {
        let request = Self::SERVICE.protocol.serialize_request(Self::OPERATION, self)?;
        request.body().as_bytes().cloned().ok_or_else(|| InputError::new("the request's body is a stream, not bytes"))
    }

    /// Deserializes the body of a response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is not valid for the protocol.
    fn decode(body: &[u8]) -> Result<Self::Response, DecodeError> {
        Self::decode_bytes(Bytes::copy_from_slice(body))
    }

    /// Deserializes the body of a response without copying it.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is not valid for the protocol.
    fn decode_bytes(body: Bytes) -> Result<Self::Response, DecodeError> {
        let mut output = Self::Response::corrected();
        let mut response = Self::SERVICE.protocol.successful_response(body).map(Body::from);
        Self::SERVICE.protocol.deserialize_response(
            &mut response,
            MemoryLimit::for_response(DEFAULT_MAX_RESPONSE_SIZE),
            &mut output,
        )?;
        Ok(output)
    }
}

/// A reference to the schema of an operation.
pub(crate) enum OperationRef {
    /// An operation in the model.
    Modeled(&'static OperationSchema),
    /// An operation that is called by name.
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

/// The input of an operation that is called by name.
pub(crate) struct RawRequest {
    operation: Arc<OperationSchema>,
    input: Document,
}

impl RawRequest {
    pub(crate) fn new(service: &Service, name: &str, input: Document) -> Self {
        Self { operation: Arc::new(OperationSchema::of_documents(service.schema, name)), input }
    }

    /// Returns whether the input is an object, which every operation requires.
    pub(crate) fn is_object(&self) -> bool {
        self.input.as_map().is_some()
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

    #[cfg(feature = "event-stream")]
    fn take_events(&self) -> Option<Body> {
        None
    }
}

/// A type-erased request, so that the code that sends it is compiled once rather than for each operation.
pub(crate) trait AnyRequest {
    fn operation(&self) -> OperationRef;
    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String);
    fn host_prefix(&self) -> Result<Option<String>, InputError>;
    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>);
    fn as_shape(&self) -> &dyn SerializableShape;
    #[cfg(feature = "event-stream")]
    fn take_events(&self) -> Option<Body>;
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

    #[cfg(feature = "event-stream")]
    fn take_events(&self) -> Option<Body> {
        Request::take_events(self)
    }
}

/// Appends a member's value to a host prefix.
///
/// # Errors
///
/// Returns an error if the member is not set or is not a valid host label.
#[doc(hidden)]
pub fn push_host_label(prefix: &mut String, member: &str, value: Option<&str>) -> Result<(), InputError> {
    let value = value.unwrap_or_default();
    if !endpoint::functions::is_valid_host_label(value, false) {
        // The value may be sensitive, so it is not shown.
        return Err(InputError::new(format!(
            "invalid value for `{member}`, which is part of the host name; expected 1 to 63 letters, digits and \
             hyphens, without a hyphen at the start or end"
        )));
    }
    prefix.push_str(value);
    Ok(())
}
