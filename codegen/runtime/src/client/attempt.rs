//! One attempt: from a serialized request to a signed one, and from the response to its classification.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::uri::Scheme;

use super::{Client, RuntimeComponents, SerializedRequest, headers};
use crate::body::Body;
use crate::clock::within;
use crate::date::shift;
use crate::error::{CallContext, CallFailure, ErrorMetadata, InputError, ResponseError, SdkError};
use crate::interceptor;
use crate::retry::{FailureKind, classify};
use crate::schema::Auth;
use crate::sigv4::{PayloadHash, SigningParams};
use crate::timeout::{TimeoutConfig, TimeoutError, TimeoutKind};
use crate::transport::{self, Settings, TransportError, TransportErrorKind};

const INVOCATION_ID: HeaderName = HeaderName::from_static("amz-sdk-invocation-id");
const ATTEMPT: HeaderName = HeaderName::from_static("amz-sdk-request");

/// Which attempt of which call it is.
#[derive(Clone, Copy)]
pub(super) struct AttemptContext<'a> {
    pub(super) number: u32,
    pub(super) of: u32,
    pub(super) invocation: &'a HeaderValue,
    pub(super) timeouts: &'a TimeoutConfig,
    /// When the call began, by the clock's elapsed time.
    pub(super) started: Duration,
}

impl Client {
    /// Signs the request, sends it and classifies the response.
    pub(super) async fn attempt(
        &self,
        io: &RuntimeComponents,
        call: &SerializedRequest,
        turn: AttemptContext<'_>,
    ) -> Result<http::Response<Bytes>, SdkError<ErrorMetadata>> {
        let (request, skew) = self.request(io, call, turn).await?;
        let limit = turn.timeouts.attempt_timeout();
        let response = io.transport.send(request);
        let exchange = pin!(async {
            transport::collect(response.await?, self.max_response_size(call), || call.place.origin()).await
        });
        let sent = within(&*io.clock, limit, exchange).await;
        let record =
            || CallContext { operation: call.operation.name.clone(), attempts: turn.number, ..CallContext::default() };
        match sent {
            Ok(Ok(reply)) => {
                self.interceptors(|interceptor| interceptor.after_response(&self.attempt_info(io, call, turn), &reply));
                self.classify_response(io, reply, skew, record())
            }
            Ok(Err(error)) => Err(transport_error(error, record())),
            Err(limit) => {
                let error = TimeoutError::after(TimeoutKind::Attempt, limit, &call.place.origin());
                let record = CallContext { kind: Some(FailureKind::Transient), ..record() };
                Err(SdkError::Timeout(CallFailure::new(error, record)))
            }
        }
    }

    /// The attempt as interceptors see it.
    pub(super) fn attempt_info<'a>(
        &self,
        io: &RuntimeComponents,
        call: &'a SerializedRequest,
        turn: AttemptContext<'_>,
    ) -> interceptor::Attempt<'a> {
        interceptor::Attempt {
            service: self.inner.service.schema.sdk_id,
            operation: &call.operation.name,
            region: &call.place.signing_region,
            number: turn.number,
            elapsed: turn.elapsed(io),
        }
    }

    /// The signed request, and the clock's correction that it was signed with.
    pub(super) async fn request(
        &self,
        io: &RuntimeComponents,
        call: &SerializedRequest,
        turn: AttemptContext<'_>,
    ) -> Result<(http::Request<Body>, i64), SdkError<ErrorMetadata>> {
        let fail = || CallContext {
            operation: call.operation.name.clone(),
            attempts: turn.number.saturating_sub(1),
            ..CallContext::default()
        };
        let headers = self.headers(call, turn).map_err(|error| SdkError::Input(CallFailure::new(error, fail())))?;
        let credentials = match call.operation.auth {
            Auth::None => None,
            Auth::SigV4 => match io.credentials.get().await {
                Ok(credentials) => Some(credentials),
                Err(error) => return Err(SdkError::Credentials(CallFailure::new(error, fail()))),
            },
            Auth::OptionalSigV4 => io.credentials.get().await.ok(),
        };
        let mut parts = self.unsigned(io, call, turn, headers);
        let own = self.before_send(io, call, turn, &mut parts);
        own.map_err(|error| SdkError::Input(CallFailure::new(error, fail())))?;
        let skew = self.inner.skew.load(Ordering::Relaxed);
        if let Some(credentials) = &credentials {
            let now = io.clock.now();
            let signing = SigningParams {
                credentials,
                region: &call.place.signing_region,
                service: &call.place.signing_name,
                time: shift(now, skew).unwrap_or(now),
                settings: call.place.signing_settings,
            };
            let payload = payload_hash(call).map_err(|error| SdkError::Input(CallFailure::new(error, fail())))?;
            if let Err(error) = self.inner.signer.sign(&mut parts, payload, signing) {
                return Err(SdkError::Credentials(CallFailure::new(error.into(), fail())));
            }
        }
        // It is not signed: a proxy may have to change it.
        if let Some(length) = call.body.body().content_length() {
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        let Some(body) = call.body.body().for_attempt() else {
            let error = InputError::new("the request's body was already sent, and can be read only once");
            return Err(SdkError::Input(CallFailure::new(error, fail())));
        };
        Ok((http::Request::from_parts(parts, body), skew))
    }

    /// Lets interceptors see the request. What they change of the client's own headers is an error.
    fn before_send(
        &self,
        io: &RuntimeComponents,
        call: &SerializedRequest,
        turn: AttemptContext<'_>,
        parts: &mut http::request::Parts,
    ) -> Result<(), InputError> {
        if self.inner.config.interceptors().is_empty() {
            return Ok(());
        }
        let before = parts.headers.clone();
        self.interceptors(|interceptor| interceptor.before_send(&self.attempt_info(io, call, turn), parts));
        headers::check_unchanged(&call.operation, &before, &parts.headers)
    }

    /// The headers that interceptors see: the client's own, and those of the call.
    fn headers(&self, call: &SerializedRequest, turn: AttemptContext<'_>) -> Result<HeaderMap, InputError> {
        let (operation, place) = (&*call.operation, &*call.place);
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(HOST, place.host.clone());
        headers.extend(call.head.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.insert(USER_AGENT, self.inner.user_agent.clone());
        headers.insert(INVOCATION_ID, turn.invocation.clone());
        headers.insert(ATTEMPT, turn.header());
        headers.extend(place.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        if let Some(overrides) = &call.options.overrides {
            headers::add(operation, &mut headers, &overrides.headers)?;
        }
        call.body.add_headers(operation.checksum, &mut headers)?;
        Ok(headers)
    }

    /// The request without its signature.
    fn unsigned(
        &self,
        io: &RuntimeComponents,
        call: &SerializedRequest,
        turn: AttemptContext<'_>,
        headers: HeaderMap,
    ) -> http::request::Parts {
        let operation = &*call.operation;
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.method = call.head.method.clone();
        parts.uri = call.uri.clone();
        parts.headers = headers;
        parts.extensions.insert(Settings {
            operation: operation.name.clone(),
            connect_timeout: turn.timeouts.connect_timeout(),
            read_timeout: turn.timeouts.read_timeout(),
            attempt_timeout: turn.longest(io),
        });
        parts
    }

    /// Classifies a response: success, or an error that may be worth another attempt.
    fn classify_response(
        &self,
        io: &RuntimeComponents,
        reply: http::Response<Bytes>,
        skew: i64,
        mut record: CallContext,
    ) -> Result<http::Response<Bytes>, SdkError<ErrorMetadata>> {
        let service = self.inner.service;
        if !service.protocol.is_error(&reply) {
            return Ok(reply);
        }
        let service = self.inner.service;
        let mut meta = service.protocol.error_metadata(&reply);
        let sensitive = |name: &str| service.sensitive_errors.contains(&name);
        meta.sensitive = [&meta.shape, &meta.code].into_iter().flatten().any(|name| sensitive(name));
        record.protocol = Some(service.protocol);
        record.kind = classify::response(service.retryable, reply.status(), meta.code.as_deref());
        if classify::may_be_skew(meta.code.as_deref()) && self.learn_skew(io, reply.headers(), skew) {
            record.kind = Some(FailureKind::ClockSkew);
        }
        record.meta = meta.clone();
        record.reply = Some(reply);
        Err(match meta.code {
            Some(_) => SdkError::Service(CallFailure::new(meta, record)),
            None => SdkError::ResponseError(CallFailure::new(ResponseError::NoErrorCode, record)),
        })
    }

    /// Compares the response's date with the clock. True if that changes how requests are signed.
    fn learn_skew(&self, io: &RuntimeComponents, headers: &HeaderMap, used: i64) -> bool {
        let skew = classify::skew(headers, io.clock.now(), used);
        if let Some(skew) = skew {
            self.inner.skew.store(skew, Ordering::Relaxed);
        }
        skew.is_some()
    }
}

impl AttemptContext<'_> {
    pub(super) fn elapsed(&self, io: &RuntimeComponents) -> Duration {
        io.clock.elapsed().saturating_sub(self.started)
    }

    /// How long the attempt may take: its own limit, or what is left of the call's.
    fn longest(&self, io: &RuntimeComponents) -> Option<Duration> {
        let left = self.timeouts.call_timeout().map(|limit| limit.saturating_sub(self.elapsed(io)));
        match (self.timeouts.attempt_timeout(), left) {
            (Some(attempt), Some(left)) => Some(attempt.min(left)),
            (limit, None) | (None, limit) => limit,
        }
    }

    fn header(&self) -> HeaderValue {
        let text = match (self.number, self.of) {
            (1, 3) => return HeaderValue::from_static("attempt=1; max=3"),
            // A custom policy has no maximum to announce.
            (number, u32::MAX) => format!("attempt={number}"),
            (number, of) => format!("attempt={number}; max={of}"),
        };
        // Digits are always a header value; the fallback is only there for the type.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("attempt=1"))
    }
}

/// How the signature covers the body. That of a stream is not covered, which only an encrypted connection makes up for.
fn payload_hash(call: &SerializedRequest) -> Result<PayloadHash<'_>, InputError> {
    match call.body.body().as_bytes() {
        Some(bytes) => Ok(PayloadHash::Sha256(bytes)),
        None if call.uri.scheme() == Some(&Scheme::HTTPS) => Ok(PayloadHash::Unsigned),
        None => Err(InputError::new(format!(
            "a stream is sent without a signature of its content, which {} does not protect: use an endpoint with \
             https, or a body of bytes",
            call.place.origin(),
        ))),
    }
}

fn transport_error(error: TransportError, record: CallContext) -> SdkError<ErrorMetadata> {
    let record = CallContext { kind: classify::transport(error.kind()), ..record };
    match error.kind() {
        TransportErrorKind::Timeout(kind) => {
            SdkError::Timeout(CallFailure::new(TimeoutError::new(kind, error.to_string()), record))
        }
        _ => SdkError::Transport(CallFailure::new(error, record)),
    }
}
