//! A single attempt of a call: signs the request, sends it and classifies the response.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::uri::Scheme;

use super::account_id::{RequestTarget, operation_timeout};
use super::auth::{SelectedAuth, SigningConfig};
#[cfg(feature = "http-auth")]
use super::http_auth;
use super::http_auth::{HttpAuth, Placement};
use super::{Client, RuntimeComponents, SerializedRequest, Unread, headers};
use crate::body::Body;
use crate::clock::{within, within_left};
#[cfg(feature = "event-stream")]
use crate::codec::MemoryLimit;
use crate::credentials::Credentials;
use crate::error::modeled::bound_message;
use crate::error::{CallContext, CallFailure, EndpointError, ErrorMetadata, InputError, ResponseError, SdkError};
#[cfg(feature = "event-stream")]
use crate::event_stream::{self, MessageReader};
use crate::features::Features;
use crate::interceptor;
use crate::options::Caller;
use crate::retry::{FailureKind, RetryMode, classify};
#[cfg(feature = "tree-hash")]
use crate::schema::Checksum;
use crate::schema::{AuthSchemeId, OperationSchema, Streaming};
#[cfg(feature = "event-stream")]
use crate::sigv4::EventSigner;
use crate::sigv4::{HeaderValues, PayloadHash, SigningParams};
use crate::timeout::{TimeoutConfig, TimeoutError, TimeoutKind};
use crate::transport::{self, Settings};

const INVOCATION_ID: HeaderName = HeaderName::from_static("amz-sdk-invocation-id");
const ATTEMPT: HeaderName = HeaderName::from_static("amz-sdk-request");

/// The reason why a request with a stream is not retried.
pub(super) const SENT_ONCE: &str = "the request's body is a stream that can be sent only once";

/// Identifies an attempt of a call.
#[derive(Clone, Copy)]
pub(super) struct AttemptContext<'a> {
    pub(super) number: u32,
    pub(super) of: u32,
    pub(super) state: &'a CallState,
}

/// The identity of a request.
enum RequestIdentity<'a> {
    /// The request is not authenticated.
    None,
    /// The request is signed.
    Signature(&'a SigningConfig, Arc<Credentials>),
    /// The request contains the identity itself.
    Contained(Placement),
}

/// The state that all attempts of a call share.
pub(super) struct CallState {
    pub(super) timeouts: TimeoutConfig,
    pub(super) target: RequestTarget,
    /// The start of the call, as the clock's elapsed time.
    pub(super) started: Duration,
}

impl Client {
    /// Signs the request, sends it and classifies the response.
    pub(super) async fn attempt(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        attempt: AttemptContext<'_>,
    ) -> Result<(http::Response<Body>, Unread), SdkError<ErrorMetadata>> {
        // The block drops the signing future before the request is sent, so that the future does not occupy memory
        // during the exchange.
        let signed = {
            let signing = pin!(self.request(components, call, attempt));
            within_left(&*components.clock, || attempt.state.left(components), signing).await
        };
        let (request, skew) = signed.unwrap_or_else(|_| Err(attempt.state.timed_out(call, attempt.number - 1)))?;
        let limit = attempt.limit(components);
        let response = components.transport.send(request);
        let exchange = pin!(async {
            let mut response = response.await?;
            let is_success = !self.inner.service.protocol.is_error(response.status());
            match call.operation.output_streaming {
                Streaming::Bytes if is_success => return Ok((response, Unread::default())),
                #[cfg(feature = "event-stream")]
                Streaming::Events if is_success => {
                    let limit = MemoryLimit::for_response(self.max_response_size(call));
                    return Box::pin(open(&call.operation, response, limit)).await;
                }
                _ => {}
            }
            let (limit, fix) = (self.max_response_size(call), "; increase `max_response_size` to read it");
            let origin = || attempt.state.target.endpoint.origin();
            let bytes = transport::read(response.body_mut(), limit, fix, origin).await?;
            *response.body_mut() = Body::from(bytes);
            Ok((response, Unread::default()))
        });
        let sent = within(&*components.clock, limit.map(|(limit, _)| limit), exchange).await;
        let context = || CallContext::of(&call.operation, attempt.number);
        match sent {
            Ok(Ok((response, unread))) => {
                let is_error = self.inner.service.protocol.is_error(response.status());
                if !is_error && self.inner.config.interceptors().is_empty() {
                    return Ok((response, unread));
                }
                let (head, body) = response.into_parts();
                let bytes = body.as_bytes().cloned().unwrap_or_default();
                let response = http::Response::from_parts(head, bytes);
                self.interceptors(|interceptor| {
                    interceptor.after_response(&self.attempt_info(components, call, attempt), &response)
                });
                match is_error {
                    true => Err(self.classify_response(components, &call.operation, response, skew, context())),
                    false => Ok((response.map(|_| body), unread)),
                }
            }
            Ok(Err(error)) => Err(classify::transport_error(error, context())),
            Err(_) if matches!(limit, Some((_, TimeoutKind::Call))) => {
                Err(attempt.state.timed_out(call, attempt.number))
            }
            Err(limit) => {
                let error = TimeoutError::after(TimeoutKind::Attempt, limit, &attempt.state.target.endpoint.origin());
                let context = CallContext { kind: Some(FailureKind::Transient), ..context() };
                Err(SdkError::Timeout(CallFailure::new(error, context)))
            }
        }
    }

    /// Describes the attempt for interceptors.
    pub(super) fn attempt_info<'a>(
        &self,
        components: &RuntimeComponents,
        call: &'a SerializedRequest,
        attempt: AttemptContext<'a>,
    ) -> interceptor::Attempt<'a> {
        interceptor::Attempt {
            service: self.inner.service.schema.sdk_id,
            operation: &call.operation.name,
            region: attempt.state.target.endpoint.auth.region(),
            number: attempt.number,
            elapsed: attempt.state.elapsed(components),
        }
    }

    /// Returns the signed request and the clock skew, in seconds, with which it was signed.
    pub(super) async fn request(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        attempt: AttemptContext<'_>,
    ) -> Result<(http::Request<Body>, i64), SdkError<ErrorMetadata>> {
        let target = &attempt.state.target;
        let attempts = attempt.number.saturating_sub(1);
        let input = |error| call.input_error(attempts, error);
        let mut values = HeaderValues::new();
        let mut headers = self.headers(call, target, Some(attempt), &mut values).map_err(input)?;
        #[cfg(feature = "tree-hash")]
        if call.operation.checksum == Checksum::TreeHash {
            Box::pin(call.body.add_tree_hash(&mut headers)).await.map_err(input)?;
        }
        let (identity, features) = self.select_identity(components, call, target, attempts).await?;
        // The payload hash is computed before the request is assembled. Otherwise, the future would also contain the
        // assembled request while it waits for the hash.
        let payload = match &identity {
            RequestIdentity::Signature(..) => payload_hash(call, target).await.map_err(input)?,
            RequestIdentity::None | RequestIdentity::Contained(_) => PayloadHash::Unsigned,
        };
        if let RequestIdentity::Contained(Placement::Header(name, value)) = &identity {
            headers.insert(name, value.clone());
        }
        if !headers.contains_key(USER_AGENT) {
            headers.insert(USER_AGENT, self.inner.user_agent.header(self.features(call, attempt) | features));
        }
        let mut parts = self.unsigned(components, call, attempt, headers);
        self.before_send(components, call, attempt, &mut parts).map_err(input)?;
        // An API key in the query string is added after the interceptors have run, so that they do not receive it.
        #[cfg(feature = "http-auth")]
        if let RequestIdentity::Contained(Placement::Query(parameter)) = &identity {
            http_auth::add_to_query(&mut parts.uri, parameter).map_err(input)?;
        }
        let skew = self.inner.skew.load(Ordering::Relaxed);
        #[cfg(feature = "event-stream")]
        let mut event_signer = None;
        if let RequestIdentity::Signature(signing, credentials) = &identity {
            let signing = self.signing_params(components, call, signing, credentials, attempts, skew)?;
            let signature = self.inner.signer.sign_with(&mut parts, payload, signing, &mut values);
            let signature = signature.map_err(|error| call.signing_error(attempts, error))?;
            // The signatures of events are chained to this signature. It is used only with the `event-stream` feature.
            let _ = signature;
            #[cfg(feature = "event-stream")]
            if call.operation.input_streaming == Streaming::Events {
                event_signer = signature.map(|signature| EventSigner::new(signature, signing));
            }
        }
        // This header is not signed, because proxies may change it.
        if let Some(length) = transport::content_length(&parts.method, call.body.body()) {
            let value = values.value(itoa::Buffer::new().format(length).as_bytes());
            // Digits are always a valid header value, so the fallback is never used.
            let value = value.unwrap_or_else(|_| HeaderValue::from(length));
            parts.headers.insert(CONTENT_LENGTH, value);
        }
        let Some(body) = call.body.body().for_attempt() else { return Err(input(InputError::new(SENT_ONCE))) };
        #[cfg(feature = "event-stream")]
        let body = match event_signer {
            Some(signer) => event_stream::signed(body, signer, Arc::clone(&components.clock), skew),
            None => body,
        };
        Ok((http::Request::from_parts(parts, body), skew))
    }

    /// Returns the parameters of a request's signature. `skew` is the number of seconds by which the service's clock is
    /// ahead of this machine's.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no region to sign for.
    pub(super) fn signing_params<'a>(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        signing: &'a SigningConfig,
        credentials: &'a Credentials,
        attempts: u32,
        skew: i64,
    ) -> Result<SigningParams<'a>, SdkError<ErrorMetadata>> {
        if signing.lacks_region() {
            return Err(call.endpoint_error(attempts, EndpointError::new(self.inner.config.missing_region())));
        }
        Ok(signing.params(credentials, components.clock.now(), skew))
    }

    /// Selects the authentication scheme of a request. Returns the identity for this scheme, and the features that are
    /// used for it. If authentication is optional and there is no identity, the request is sent without one.
    async fn select_identity<'a>(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        target: &'a RequestTarget,
        attempts: u32,
    ) -> Result<(RequestIdentity<'a>, Features), SdkError<ErrorMetadata>> {
        let identity = match self.select_auth(call, target, call.operation.auth, attempts)? {
            None => return Ok((RequestIdentity::None, Features::NONE)),
            Some(SelectedAuth::Signature(signing)) => components.credentials.get().await.map(|credentials| {
                let features = signing.features() | credentials.features;
                (RequestIdentity::Signature(signing, credentials), features)
            }),
            Some(SelectedAuth::Http(scheme)) => Box::pin(self.identity(components, scheme)).await.map(|placement| {
                let is_of_service = scheme == HttpAuth::BearerToken && self.inner.has_token_of_service;
                let features = if is_of_service { Features::BEARER_SERVICE_ENV_VARS } else { Features::NONE };
                (RequestIdentity::Contained(placement), features)
            }),
        };
        match identity {
            Err(_) if call.operation.auth.contains(&AuthSchemeId::NoAuth) => {
                Ok((RequestIdentity::None, Features::NONE))
            }
            identity => identity.map_err(|error| call.credentials_error(attempts, error)),
        }
    }

    /// Selects one of the given authentication schemes of the operation, or returns `None` if the request is not
    /// authenticated.
    pub(super) fn select_auth<'a>(
        &self,
        call: &SerializedRequest,
        target: &'a RequestTarget,
        schemes: &[AuthSchemeId],
        attempts: u32,
    ) -> Result<Option<SelectedAuth<'a>>, SdkError<ErrorMetadata>> {
        let selected = target.endpoint.auth.select(schemes, &self.inner.auth_scheme_preference, &self.inner.config);
        selected.map_err(|error| call.endpoint_error(attempts, error))
    }

    /// Calls the interceptors. Returns an error if they change the client's own headers.
    fn before_send(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        attempt: AttemptContext<'_>,
        parts: &mut http::request::Parts,
    ) -> Result<(), InputError> {
        if self.inner.config.interceptors().is_empty() {
            return Ok(());
        }
        let before = parts.headers.clone();
        self.interceptors(|interceptor| interceptor.before_send(&self.attempt_info(components, call, attempt), parts));
        if parts.uri != attempt.state.target.uri || parts.method != call.head.method {
            let message =
                "an interceptor changed the URI or the method; set an endpoint URL to send requests elsewhere";
            return Err(InputError::new(message));
        }
        headers::check_unchanged(&call.operation, &before, &parts.headers)
    }

    /// Returns the headers that come from the serialized request, the endpoint and the options of the call, and those
    /// that describe the attempt. The headers for the identity, the tree hash and the user agent are added later.
    ///
    /// `attempt` is `None` for a presigned request. If the body of such a request becomes a query string, the headers
    /// that describe the body are omitted.
    pub(super) fn headers(
        &self,
        call: &SerializedRequest,
        target: &RequestTarget,
        attempt: Option<AttemptContext<'_>>,
        values: &mut HeaderValues,
    ) -> Result<HeaderMap, InputError> {
        let (operation, endpoint) = (&*call.operation, &*target.endpoint);
        // Most requests have about ten headers; the map has room for twelve.
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(HOST, endpoint.host.clone());
        headers::add_serialized(self.inner.service.protocol, call, &mut headers)?;
        let has_body = attempt.is_some() || !operation.presigned_get;
        if !has_body {
            headers.remove(CONTENT_TYPE);
        }
        if let Some(attempt) = attempt {
            // A UUID is always a valid header value.
            if let Ok(value) = values.value(&call.invocation.digits()) {
                headers.insert(INVOCATION_ID, value);
            }
            headers.insert(ATTEMPT, attempt.header());
        }
        headers::replace(&mut headers, &endpoint.headers);
        if let Some(overrides) = &call.options.overrides {
            headers::add(operation, &mut headers, &overrides.headers)?;
        }
        if has_body {
            call.body.add_headers(operation.checksum, &mut headers)?;
        }
        Ok(headers)
    }

    /// Returns the features that a call uses, except for those that depend on its credentials.
    fn features(&self, call: &SerializedRequest, attempt: AttemptContext<'_>) -> Features {
        let caller = match call.options.caller {
            Caller::Program => Features::NONE,
            Caller::Paginator => Features::PAGINATOR,
            Caller::Waiter => Features::WAITER,
        };
        let retries = match self.retry(call).config.mode() {
            RetryMode::Standard => Features::RETRY_MODE_STANDARD,
            RetryMode::Adaptive => Features::RETRY_MODE_ADAPTIVE,
            RetryMode::Off | RetryMode::Custom(_) => Features::NONE,
        };
        caller
            | retries
            | self.inner.service.protocol.features()
            | attempt.state.target.endpoint.features
            | call.body.features()
    }

    /// Returns the head of the request, without a signature.
    fn unsigned(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        attempt: AttemptContext<'_>,
        headers: HeaderMap,
    ) -> http::request::Parts {
        let operation = &*call.operation;
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.method = call.head.method.clone();
        parts.uri = attempt.state.target.uri.clone();
        parts.headers = headers;
        parts.extensions = call.head.extensions.clone();
        parts.extensions.insert(Settings {
            operation: operation.name.clone(),
            connect_timeout: attempt.state.timeouts.connect_timeout(),
            read_timeout: attempt.state.timeouts.read_timeout(),
            attempt_timeout: attempt.limit(components).map(|(limit, _)| limit),
            streams: operation.output_streaming != Streaming::None,
            http_version: operation.http_version,
        });
        parts
    }

    /// Converts an error response into an error, and determines whether it is retryable.
    fn classify_response(
        &self,
        components: &RuntimeComponents,
        operation: &OperationSchema,
        response: http::Response<Bytes>,
        skew: i64,
        mut context: CallContext,
    ) -> SdkError<ErrorMetadata> {
        let service = self.inner.service;
        let mut meta = service.protocol.error_metadata(&response);
        // Interceptors and logs receive this error before its members are deserialized.
        if let Some(message) = bound_message(operation.errors, &meta, &response, service.protocol)
            && !message.is_empty()
        {
            meta.message = Some(message);
        }
        let sensitive = |name: &str| service.sensitive_errors.contains(&name);
        meta.sensitive = [&meta.shape, &meta.code].into_iter().flatten().any(|name| sensitive(name));
        context.protocol = Some(service.protocol);
        context.kind = classify::response(service.retryable, operation.errors, response.status(), meta.code.as_deref());
        if classify::may_be_skew(meta.code.as_deref()) && self.learn_skew(components, response.headers(), skew) {
            context.kind = Some(FailureKind::ClockSkew);
        }
        context.meta = meta.clone();
        context.response = Some(response);
        match meta.code {
            Some(_) => SdkError::Service(CallFailure::new(meta, context)),
            None => SdkError::ResponseError(CallFailure::new(ResponseError::NoErrorCode, context)),
        }
    }

    /// Compares the response's date with the clock. If the clock skew differs significantly from `used`, stores the
    /// skew for later requests and returns `true`.
    fn learn_skew(&self, components: &RuntimeComponents, headers: &HeaderMap, used: i64) -> bool {
        if !self.inner.config.clock_skew_correction() {
            return false;
        }
        let skew = classify::skew(headers, components.clock.now(), used);
        if let Some(skew) = skew {
            self.inner.skew.store(skew, Ordering::Relaxed);
        }
        skew.is_some()
    }
}

impl CallState {
    fn elapsed(&self, components: &RuntimeComponents) -> Duration {
        components.clock.elapsed().saturating_sub(self.started)
    }

    /// Returns the time that is left until the call times out, or `None` if the call has no timeout.
    pub(super) fn left(&self, components: &RuntimeComponents) -> Option<Duration> {
        self.timeouts.call_timeout().map(|limit| limit.saturating_sub(self.elapsed(components)))
    }

    /// Returns the error for a call whose timeout has expired.
    pub(super) fn timed_out(&self, call: &SerializedRequest, attempts: u32) -> SdkError<ErrorMetadata> {
        operation_timeout(&call.operation, attempts, self.timeouts.call_timeout().unwrap_or_default())
    }
}

impl AttemptContext<'_> {
    /// Returns the time limit of the attempt and the kind of timeout that determines it. The limit is the attempt
    /// timeout, or the time that is left for the call if that is shorter.
    fn limit(&self, components: &RuntimeComponents) -> Option<(Duration, TimeoutKind)> {
        let of_attempt = self.state.timeouts.attempt_timeout().map(|limit| (limit, TimeoutKind::Attempt));
        let of_call = self.state.left(components).map(|left| (left, TimeoutKind::Call));
        of_attempt.into_iter().chain(of_call).min_by_key(|(limit, _)| *limit)
    }

    fn header(&self) -> HeaderValue {
        const FIRST_OF_THREE: HeaderValue = HeaderValue::from_static("attempt=1; max=3");
        let text = match (self.number, self.of) {
            (1, 3) => return FIRST_OF_THREE,
            // A custom policy has no maximum number of attempts.
            (number, u32::MAX) => format!("attempt={number}"),
            (number, of) => format!("attempt={number}; max={of}"),
        };
        // The digits are always a valid header value, so the fallback is never used.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("attempt=1"))
    }
}

/// Reads the start of an event stream. The body of the returned response is the payload of the stream's initial
/// response, which RPC protocols send if the output has members other than the events.
#[cfg(feature = "event-stream")]
async fn open(
    operation: &OperationSchema,
    response: http::Response<Body>,
    limit: MemoryLimit,
) -> Result<(http::Response<Body>, Unread), transport::TransportError> {
    let (head, body) = response.into_parts();
    let mut reader = Box::new(MessageReader::new(body, limit));
    // With HTTP bindings, the other members are in the headers.
    let initial = match operation.output.members {
        [] => None,
        _ if operation.http.is_some() => None,
        _ => reader.initial_response().await?,
    };
    let initial = Body::from(initial.unwrap_or_default());
    Ok((http::Response::from_parts(head, initial), Unread { events: Some(reader) }))
}

/// Returns how the signature covers the body. A stream that can be replayed is read to compute its hash. The signature
/// does not cover a stream that can be sent only once, so sending one requires https.
pub(super) async fn payload_hash<'a>(
    call: &'a SerializedRequest,
    target: &RequestTarget,
) -> Result<PayloadHash<'a>, InputError> {
    #[cfg(feature = "event-stream")]
    if call.operation.input_streaming == Streaming::Events {
        return Ok(PayloadHash::EventStream);
    }
    let body = call.body.body();
    let is_protected = target.uri.scheme() == Some(&Scheme::HTTPS);
    match body.as_bytes() {
        _ if is_protected && call.operation.unsigned_payload => Ok(PayloadHash::Unsigned),
        Some(bytes) => Ok(PayloadHash::Sha256(bytes)),
        // The future is boxed to keep the futures of calls small. Most bodies are bytes, which need no future.
        None if body.is_replayable() => Ok(PayloadHash::Digest(Box::pin(call.body.digest()).await?)),
        None if is_protected => Ok(PayloadHash::Unsigned),
        None => Err(InputError::new(format!(
            "cannot send a stream to {}: its content is not signed, so it requires https; use an endpoint with https, \
             or pass the body as bytes",
            target.endpoint.origin(),
        ))),
    }
}
