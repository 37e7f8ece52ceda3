//! The client: sends typed requests and returns typed responses.
//!
//! Only serialization and deserialization depend on the types of an operation. Everything in between works on bytes and
//! is compiled once, so that an additional operation adds little to the size of a program. A call consists of these
//! steps:
//!
//! `endpoint → serialize → attempt (credentials, headers, signature, transport) → classify_response → retry or deserialize`

mod account_id;
mod attempt;
mod auth;
#[doc(hidden)]
pub(crate) mod components;
mod dispatch;
mod endpoint;
mod headers;
mod http_auth;
mod presign;
mod request_body;
#[cfg(test)]
pub(crate) mod tests;
mod trace;
#[cfg(feature = "tree-hash")]
mod tree_hash;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::CONTENT_ENCODING;

use crate::BoxFuture;
use crate::body::Body;
use crate::clock::{self, Clock};
use crate::codec::MemoryLimit;
use crate::config::Config;
use crate::credentials::CredentialsCache;
use crate::endpoint::Params;
use crate::error::{
    CallContext, CallFailure, CredentialsError, DecodeError, EndpointError, ErrorMetadata, InputError, ResponseError,
    SdkError, UnknownError,
};
#[cfg(feature = "event-stream")]
use crate::event_stream::{self, MessageReader, RawEvents, StreamContext};
use crate::operation::{AnyRequest, OperationRef, RawRequest, Request, Service};
use crate::options::CallOptions;
use crate::primitives::Document;
use crate::random::Uuid;
use crate::response::Response;
use crate::retry::Retries;
use crate::schema::{Compression, DeserializableShape, ErrorCorrection, OperationSchema};
use crate::sigv4::{Signer, SigningError};
use crate::transport::Transport;
use crate::user_agent::UserAgent;

use account_id::{EncodedEndpoint, EndpointInput};
use endpoint::ResolvedEndpoint;
use request_body::RequestBody;

/// A client for a service. Cloning is cheap; clones share connections, the retry quota and credentials.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: &'static Service,
    config: Config,
    components: RuntimeComponents,
    #[cfg(feature = "blocking")]
    blocking: RuntimeComponents,
    user_agent: UserAgent,
    signer: Signer,
    retries: Retries,
    /// Whether the environment contains a bearer token that is specific to this service.
    has_token_of_service: bool,
    /// The names of the preferred authentication schemes, in order of preference.
    auth_scheme_preference: Vec<String>,
    /// The number of seconds by which the service's clock is ahead of this machine's.
    skew: AtomicI64,
    /// The endpoint for calls that have no host prefix and set neither endpoint options nor endpoint parameters.
    endpoint: OnceLock<Arc<ResolvedEndpoint>>,
}

/// The runtime components of a call: transport, clock and credentials.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeComponents {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) credentials: Arc<CredentialsCache>,
}

/// A serialized request, ready to be sent.
pub(crate) struct SerializedRequest {
    operation: OperationRef,
    /// The head of the request, as serialized by the protocol.
    head: http::request::Parts,
    body: RequestBody,
    endpoint: EncodedEndpoint,
    /// The invocation ID, which all attempts share.
    invocation: Uuid,
    options: CallOptions,
}

/// The result of dispatching a call.
pub(crate) type DispatchResult = Result<Received, SdkError<ErrorMetadata>>;

/// A response that has not been deserialized yet.
pub(crate) struct Received {
    response: http::Response<Body>,
    unread: Unread,
    attempts: u32,
    /// The maximum response size, in bytes. It also limits the memory of the deserialized values.
    max_size: u64,
}

/// The part of a streaming response that has not been read yet.
#[derive(Default)]
pub(crate) struct Unread {
    #[cfg(feature = "event-stream")]
    events: Option<Box<MessageReader>>,
}

impl Client {
    /// Creates a client for the service.
    ///
    /// This function neither fails nor connects. If a setting is missing or invalid, the first call that needs it
    /// returns an error.
    #[must_use]
    pub fn new(service: &'static Service, config: Config) -> Self {
        let clock = config.clock().cloned().unwrap_or_else(clock::default);
        let components = |transport: Arc<dyn Transport>| RuntimeComponents {
            credentials: components::credentials(&config, &transport, &clock),
            transport,
            clock: Arc::clone(&clock),
        };
        let has_token_of_service = components::has_token_of_service(&config, service.schema.signing_name);
        let inner = Inner {
            service,
            components: components(components::transport(&config)),
            #[cfg(feature = "blocking")]
            blocking: components(components::blocking_transport(&config)),
            user_agent: UserAgent::new(service.schema, &config),
            signer: Signer::new(),
            retries: Retries::default(),
            has_token_of_service,
            auth_scheme_preference: components::auth_scheme_preference(&config, has_token_of_service),
            skew: AtomicI64::new(0),
            endpoint: OnceLock::new(),
            config,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the client's configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Returns the client's service.
    pub fn service(&self) -> &'static Service {
        self.inner.service
    }

    /// Sends a request and reads the response. Transient failures are retried.
    ///
    /// The request is serialized immediately, so that the future is small and borrows nothing.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the call fails.
    pub fn send<R: Request>(&self, mut request: R, options: CallOptions) -> Sending<R> {
        Sending { response: self.start(&mut request, options), request: PhantomData }
    }

    /// Starts a call. This is the part of [`send`](Self::send) that does not depend on the request's type.
    fn start(&self, request: &mut dyn AnyRequest, options: CallOptions) -> BoxFuture<'static, DispatchResult> {
        let outgoing = match self.encode(request, options) {
            Ok(outgoing) => outgoing,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        let client = self.clone();
        // `dispatch` borrows the request from this future. If `dispatch` took it by value, the future would reserve
        // space for the request twice.
        Box::pin(async move { client.dispatch(&client.inner.components, &outgoing).await })
    }

    /// Sends a request as [`send`](Self::send) does, with the given transport, clock and credentials.
    pub(crate) async fn send_over<R: Request>(
        &self,
        components: &RuntimeComponents,
        mut request: R,
        options: CallOptions,
    ) -> Result<Response<R::Response>, SdkError<R::Error>> {
        let outgoing = self.encode(&mut request, options);
        read::<R>(async { self.dispatch(components, &outgoing?).await }.await)
    }

    /// Returns the runtime components for asynchronous calls.
    pub(crate) fn components(&self) -> &RuntimeComponents {
        &self.inner.components
    }

    /// Returns the runtime components for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking_components(&self) -> &RuntimeComponents {
        &self.inner.blocking
    }

    /// Signs a request and returns it without sending it. The call's timeout applies.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the request cannot be serialized or signed.
    pub fn prepare<R: Request>(&self, mut request: R, options: CallOptions) -> Preparing<R> {
        let outgoing = self.encode(&mut request, options);
        let client = self.clone();
        Preparing { signed: Box::pin(async move { client.sign(outgoing).await }), request: PhantomData }
    }

    /// Adds a signature to the query string of a request, and returns the request without sending it. Anyone can send
    /// the request until the signature expires. The call's timeout applies.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the request cannot be serialized or signed, or if `expires` is not between one second
    /// and seven days.
    pub fn presign<R: Request>(&self, mut request: R, options: CallOptions, expires: Duration) -> Preparing<R> {
        let outgoing = self.encode(&mut request, options);
        let client = self.clone();
        Preparing { signed: Box::pin(async move { client.sign_query(outgoing, expires).await }), request: PhantomData }
    }

    /// Calls an operation by name, with documents as input and output. This is useful for operations that the client's
    /// model does not contain.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if `operation` is not a valid name, if `input` is not an object, or if the call fails.
    pub async fn call_raw(
        &self,
        operation: &str,
        input: impl Into<Document>,
    ) -> Result<Response<Document>, SdkError<UnknownError>> {
        let outgoing = self.encode_raw(operation, input.into());
        self.read_raw(operation, async { self.dispatch(&self.inner.components, &outgoing?).await }.await)
    }

    /// Sends a request as [`send`](Self::send) does, blocking the current thread.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the call fails.
    #[cfg(feature = "blocking")]
    pub fn send_blocking<R: Request>(
        &self,
        mut request: R,
        options: CallOptions,
    ) -> Result<Response<R::Response>, SdkError<R::Error>> {
        let outgoing = self.encode(&mut request, options);
        read::<R>(clock::block_on(async { self.dispatch(&self.inner.blocking, &outgoing?).await }))
    }

    /// Calls an operation as [`call_raw`](Self::call_raw) does, blocking the current thread.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if `operation` is not a valid name, if `input` is not an object, or if the call fails.
    #[cfg(feature = "blocking")]
    pub fn call_raw_blocking(
        &self,
        operation: &str,
        input: impl Into<Document>,
    ) -> Result<Response<Document>, SdkError<UnknownError>> {
        let outgoing = self.encode_raw(operation, input.into());
        let dispatched = clock::block_on(async { self.dispatch(&self.inner.blocking, &outgoing?).await });
        self.read_raw(operation, dispatched)
    }

    /// Serializes a request, once for all attempts.
    fn encode(
        &self,
        request: &mut dyn AnyRequest,
        options: CallOptions,
    ) -> Result<SerializedRequest, SdkError<ErrorMetadata>> {
        let config = &self.inner.config;
        let operation = request.operation();
        let input = |error| input_error(&operation, error);
        let [token, invocation] = Uuid::random(config.random());
        request.set_idempotency_token(&mut || token.to_string());
        let prefix = || if config.host_prefix() { request.host_prefix() } else { Ok(None) };
        let prefix = prefix().map_err(input)?;
        let mut params = Params::new();
        request.endpoint_params(&mut params);
        let endpoint = match self.may_need_account_id(&operation, &options) {
            true => EncodedEndpoint::AfterCredentials(Box::new(EndpointInput::new(prefix, &params))),
            false => EncodedEndpoint::Resolved(self.endpoint(&operation, &options, prefix.as_deref(), &params)?),
        };
        let serialized = self.inner.service.protocol.serialize_request(&operation, request.as_shape());
        let (head, body) = serialized.map_err(input)?.into_parts();
        headers::check_input(&operation, &head.headers).map_err(input)?;
        #[cfg(feature = "event-stream")]
        let (head, body) = match request.take_events() {
            Some(events) => {
                let mut head = head;
                let added = self.inner.service.protocol.constant_headers(&operation, &mut head.headers);
                added.map_err(input)?;
                let started = event_stream::with_initial_request(&operation, head, body, events);
                started.map_err(input)?
            }
            None => (head, body),
        };
        let min_size = match operation.compression {
            Compression::None => None,
            #[cfg(feature = "gzip")]
            Compression::Gzip => config.min_compression_size().map_err(|error| input(error.into()))?,
        };
        let body = RequestBody::new(body, operation.compression, min_size);
        Ok(SerializedRequest { operation, head, body, endpoint, invocation, options })
    }

    fn encode_raw(&self, name: &str, value: Document) -> Result<SerializedRequest, SdkError<ErrorMetadata>> {
        let mut request = RawRequest::new(self.inner.service, name, value);
        if !is_identifier(name) {
            let message =
                "not a valid operation name; expected ASCII letters, digits and underscores, such as `ListTags`";
            return Err(input_error(&request.operation(), InputError::new(message)));
        }
        if !request.is_object() {
            let message =
                "the input is not an object; expected an object with the members of the request, such as `{}`";
            return Err(input_error(&request.operation(), InputError::new(message)));
        }
        self.encode(&mut request, CallOptions::new())
    }

    fn read_raw(&self, name: &str, dispatched: DispatchResult) -> Result<Response<Document>, SdkError<UnknownError>> {
        // If the operation has no output, the response may have no body. The returned document is then an empty map.
        let mut output = Document::Map(Default::default());
        match receive(dispatched, self.inner.service, name, &mut output) {
            Ok((head, attempts, _)) => Ok(Response::new(output, head, attempts)),
            Err(error) => Err(error.deserialize_error_as()),
        }
    }
}

/// Returns whether the name is a Smithy identifier, as all operation names are.
fn is_identifier(name: &str) -> bool {
    let start = name.trim_start_matches('_');
    start.starts_with(|c: char| c.is_ascii_alphabetic() || (start.len() < name.len() && c.is_ascii_digit()))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns the error for a request that cannot be serialized.
fn input_error(operation: &OperationSchema, error: InputError) -> SdkError<ErrorMetadata> {
    SdkError::Input(CallFailure::new(error, CallContext::of(operation, 0)))
}

impl SerializedRequest {
    /// Returns the error for a request that could not be sent after the given number of attempts.
    fn input_error(&self, attempts: u32, error: InputError) -> SdkError<ErrorMetadata> {
        SdkError::Input(CallFailure::new(error, CallContext::of(&self.operation, attempts)))
    }

    /// Returns the error for a request whose endpoint, or the region to sign for, is missing or invalid.
    fn endpoint_error(&self, attempts: u32, error: EndpointError) -> SdkError<ErrorMetadata> {
        SdkError::Endpoint(CallFailure::new(error, CallContext::of(&self.operation, attempts)))
    }

    /// Returns the error for a request whose identity is missing or invalid.
    fn credentials_error(&self, attempts: u32, error: CredentialsError) -> SdkError<ErrorMetadata> {
        SdkError::Credentials(CallFailure::new(error, CallContext::of(&self.operation, attempts)))
    }

    /// Returns the error for a request that cannot be signed.
    fn signing_error(&self, attempts: u32, error: SigningError) -> SdkError<ErrorMetadata> {
        match error {
            SigningError::InvalidCredentials | SigningError::KeyDerivation => {
                self.credentials_error(attempts, error.into())
            }
            SigningError::InvalidRegionSet | SigningError::InvalidUri => {
                self.input_error(attempts, InputError::new(error))
            }
        }
    }
}

/// The future of a call that is being sent. Dropping it cancels the call.
#[must_use = "a call makes progress only while it is awaited"]
pub struct Sending<R: Request> {
    response: BoxFuture<'static, DispatchResult>,
    request: PhantomData<fn() -> R>,
}

impl<R: Request> Future for Sending<R> {
    type Output = Result<Response<R::Response>, SdkError<R::Error>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.response.as_mut().poll(cx).map(read::<R>)
    }
}

impl<R: Request> fmt::Debug for Sending<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sending({})", R::OPERATION.name)
    }
}

/// The future of a request that is being signed. Dropping it cancels the signing.
#[must_use = "a request is signed only while it is awaited"]
pub struct Preparing<R: Request> {
    signed: BoxFuture<'static, Result<http::Request<Body>, SdkError<ErrorMetadata>>>,
    request: PhantomData<fn() -> R>,
}

impl<R: Request> Future for Preparing<R> {
    type Output = Result<http::Request<Body>, SdkError<R::Error>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.signed.as_mut().poll(cx).map(|signed| signed.map_err(modeled::<R>))
    }
}

impl<R: Request> fmt::Debug for Preparing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Preparing({})", R::OPERATION.name)
    }
}

/// Reads a typed response. This function is compiled once for each operation, so it is kept small.
fn read<R: Request>(dispatched: DispatchResult) -> Result<Response<R::Response>, SdkError<R::Error>> {
    let mut output = R::Response::corrected();
    match receive(dispatched, R::SERVICE, &R::OPERATION.name, &mut output) {
        Ok((head, attempts, unread)) => {
            // `unread` is used only with the `event-stream` feature.
            let _ = &unread;
            #[cfg(feature = "event-stream")]
            if let Some(reader) = unread.events {
                R::set_events(&mut output, events(*reader, R::SERVICE, R::OPERATION, &head, attempts));
            }
            Ok(Response::new(output, head, attempts))
        }
        Err(error) => Err(modeled::<R>(error)),
    }
}

fn modeled<R: Request>(error: SdkError<ErrorMetadata>) -> SdkError<R::Error> {
    error.deserialize_error_as()
}

/// Reads a response. This is the part of [`read`] that does not depend on the request's type.
fn receive(
    dispatched: DispatchResult,
    service: &Service,
    operation: &str,
    output: &mut dyn DeserializableShape,
) -> Result<(http::response::Parts, u32, Unread), SdkError<ErrorMetadata>> {
    let Received { mut response, unread, attempts, max_size } = dispatched?;
    let limit = MemoryLimit::for_response(max_size);
    match service.protocol.deserialize_response(&mut response, limit, output) {
        Ok(()) => Ok((response.into_parts().0, attempts, unread)),
        Err(error) => Err(unreadable(operation, error, response, attempts)),
    }
}

/// Creates the event stream of a response.
#[cfg(feature = "event-stream")]
fn events(
    reader: MessageReader,
    service: &'static Service,
    operation: &'static OperationSchema,
    head: &http::response::Parts,
    attempts: u32,
) -> RawEvents {
    let mut response = http::Response::new(());
    *response.status_mut() = head.status;
    response.headers_mut().clone_from(&head.headers);
    let Service { protocol, retryable, sensitive_errors, .. } = *service;
    RawEvents::new(reader, StreamContext { protocol, retryable, sensitive_errors, operation, response, attempts })
}

#[cold]
fn unreadable(
    operation: &str,
    error: DecodeError,
    response: http::Response<Body>,
    attempts: u32,
) -> SdkError<ErrorMetadata> {
    // The client does not request an encoding, so an encoding is probably the cause.
    let error = match response.headers().get(CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            let encoding = encoding.as_bytes().escape_ascii();
            DecodeError::new(format!("{error}; the content encoding is `{encoding}`, which was not requested"))
        }
        _ => error,
    };
    let operation = Cow::Owned(operation.to_owned());
    let response = Some(response.map(|body| body.as_bytes().cloned().unwrap_or_default()));
    let context = CallContext { operation, attempts, response, ..CallContext::default() };
    SdkError::ResponseError(CallFailure::new(ResponseError::Body(error), context))
}
