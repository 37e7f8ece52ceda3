//! The responses that the mock transport returns.

use std::collections::VecDeque;
use std::fmt;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_core::Serialize;

use crate::body::Body;
use crate::error::{ErrorShape, Fault};
use crate::schema::{SerializableShape, StaticSchema, StructSchema, Trait};
use crate::timeout::TimeoutKind;
use crate::transport::{TransportError, TransportErrorKind};

/// A response that a [`MockTransport`](super::MockTransport) returns.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::testing::{MockResponse, MockTransport, TransportFault};
///
/// let mock = MockTransport::new();
/// mock.respond("DeleteBackup", MockResponse::fault(TransportFault::ConnectionReset))
///     .respond("DeleteBackup", MockResponse::error("BackupInProgress", "Try again later."))
///     .respond("DeleteBackup", MockResponse::json("{}").after(Duration::from_secs(2)));
/// ```
#[derive(Clone, Debug)]
pub struct MockResponse {
    outcome: MockOutcome,
    delay: Option<Duration>,
    delivery: Delivery,
}

/// How the body of a response is delivered.
#[derive(Clone, Copy, Debug, Default)]
struct Delivery {
    /// The maximum size of a chunk, in bytes.
    chunk_size: Option<usize>,
    /// The number of bytes after which the connection is reset.
    reset_after: Option<usize>,
}

#[derive(Clone)]
enum MockOutcome {
    Response {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        /// The body for services that use CBOR. If it is `None`, the JSON body is converted.
        #[cfg(feature = "cbor")]
        cbor: Option<Bytes>,
    },
    TransportFault(TransportFault),
}

/// Shows only the length of the body, since the body may contain sensitive data.
impl fmt::Debug for MockOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response { status, headers, body, .. } => f
                .debug_struct("Response")
                .field("status", status)
                .field("headers", headers)
                .field("body_length", &body.len())
                .finish(),
            Self::TransportFault(fault) => f.debug_tuple("TransportFault").field(fault).finish(),
        }
    }
}

/// A transport failure, which prevents the client from receiving a complete response.
///
/// ```
/// # use simba_runtime::testing::{MockResponse, MockTransport, TransportFault};
/// #
/// // The first attempt fails, and the client retries it.
/// let mock = MockTransport::new();
/// mock.respond("DeleteBackup", MockResponse::fault(TransportFault::ConnectTimeout))
///     .respond("DeleteBackup", MockResponse::json("{}"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFault {
    /// The connection is refused.
    ConnectionRefused,
    /// The connection is closed before the response is complete.
    ConnectionReset,
    /// The connection is not established in time.
    ConnectTimeout,
    /// The server's certificate is not trusted.
    BadCertificate,
    /// No response is ever received.
    Hang,
}

impl MockResponse {
    /// Creates a successful response with a JSON body and the request ID `mock-request-id`. For services that use CBOR,
    /// the body is converted. JSON cannot represent blobs, so use [`ok`](Self::ok) for a response that contains them.
    ///
    /// Members that are bound to headers or the status are not part of the body. Add them with [`header`](Self::header)
    /// and [`status`](Self::status), or use [`ok`](Self::ok).
    pub fn json(body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert("x-amzn-requestid", HeaderValue::from_static("mock-request-id"));
        let outcome = MockOutcome::Response {
            status: StatusCode::OK,
            headers,
            body: body.into(),
            #[cfg(feature = "cbor")]
            cbor: None,
        };
        Self { outcome, delay: None, delivery: Delivery::default() }
    }

    /// Creates a successful response from a typed output. Members with HTTP bindings are in the headers, the status or
    /// the body, as in a response from the service. A stream in the output must have been created from bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if the output cannot be serialized.
    pub fn ok(response: &(impl Serialize + SerializableShape)) -> Result<Self, serde_json::Error> {
        #[cfg(feature = "rest-json")]
        if let Some(mock) = Self::with_bindings(response).map_err(serde_core::ser::Error::custom)? {
            return Ok(mock);
        }
        let mock = Self::json(serde_json::to_vec(response)?);
        #[cfg(feature = "cbor")]
        let mock = mock.with_cbor(super::cbor::write(response)?);
        Ok(mock)
    }

    /// Creates a response from an output with HTTP bindings. Returns `None` if the output is not a structure.
    #[cfg(feature = "rest-json")]
    fn with_bindings(output: &dyn SerializableShape) -> Result<Option<Self>, crate::schema::SerdeError> {
        let Some(response) = crate::protocol::rest_json::RestJson::serialize_response(output)? else {
            return Ok(None);
        };
        let (head, body) = response.into_parts();
        let is_stream = || crate::schema::SerdeError::new("the stream of a mock response must be created from bytes");
        let mut mock = Self::json(body.as_bytes().cloned().ok_or_else(is_stream)?).status(head.status.as_u16());
        if let MockOutcome::Response { headers, .. } = &mut mock.outcome {
            headers.remove(CONTENT_TYPE);
            headers.extend(head.headers);
        }
        // The service may use CBOR instead of JSON. An output that contains a stream cannot be serialized to CBOR.
        #[cfg(feature = "cbor")]
        if let Ok(cbor) = super::cbor::write(output) {
            mock = mock.with_cbor(cbor);
        }
        Ok(Some(mock))
    }

    #[cfg(feature = "cbor")]
    fn with_cbor(mut self, body: Bytes) -> Self {
        if let MockOutcome::Response { cbor, .. } = &mut self.outcome {
            *cbor = Some(body);
        }
        self
    }

    /// Creates an error response with the given code and message, and with status 400.
    pub fn error(code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "__type": code, "Message": message });
        Self::json(body.to_string()).status(400)
    }

    /// Creates a response that contains a modeled error. Members with HTTP bindings are in the headers, the status or
    /// the body, as in a response from the service.
    ///
    /// If no member contains the status, it is that of the model's `httpError` trait, if the protocol has HTTP
    /// bindings. Otherwise, it is 500 for an error that the model marks as the server's fault, and 400 for other
    /// errors. Call [`status`](Self::status) to change it.
    ///
    /// # Errors
    ///
    /// Returns an error if the error structure cannot be serialized.
    pub fn modeled_error<E: ErrorShape + Serialize + SerializableShape + StaticSchema>(
        error: &E,
    ) -> Result<Self, serde_json::Error> {
        let mut mock = Self::ok(error)?;
        let MockOutcome::Response { status, headers, body, .. } = &mut mock.outcome else { return Ok(mock) };
        if status.is_success() {
            let of_model = E::SCHEMA.traits.iter().find_map(|item| match item {
                Trait::HttpError(status) => StatusCode::from_u16(*status).ok(),
                _ => None,
            });
            *status = of_model.unwrap_or(match E::FAULT {
                Fault::Client => StatusCode::BAD_REQUEST,
                Fault::Server => StatusCode::INTERNAL_SERVER_ERROR,
            });
        }
        let StructSchema { id, members, traits } = E::SCHEMA;
        headers.insert("x-amzn-errortype", HeaderValue::from_static(id.name));
        if let Some(code) = traits.iter().find_map(Trait::query_error_code) {
            headers.insert("x-amzn-query-error", HeaderValue::from_static(code));
        }
        // RPC protocols read the error's name from the body.
        if !members.iter().any(|member| member.traits.contains(&Trait::HttpPayload)) {
            *body = with_type(body, id.name);
        }
        #[cfg(feature = "cbor")]
        if let MockOutcome::Response { cbor: Some(cbor), .. } = &mut mock.outcome {
            *cbor = super::cbor::with_type(cbor, id.name)?;
        }
        Ok(mock)
    }

    /// Creates a mock response that makes an attempt fail with the given fault.
    #[must_use]
    pub fn fault(fault: TransportFault) -> Self {
        Self { outcome: MockOutcome::TransportFault(fault), delay: None, delivery: Delivery::default() }
    }

    /// Sets the HTTP status. An invalid status becomes 500.
    #[must_use]
    pub fn status(mut self, code: u16) -> Self {
        if let MockOutcome::Response { status, .. } = &mut self.outcome {
            *status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        }
        self
    }

    /// Sets a header, replacing any existing value.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let MockOutcome::Response { headers, .. } = &mut self.outcome {
            headers.insert(name, value);
        }
        self
    }

    /// Removes all headers.
    #[cfg(any(test, feature = "protocol-tests"))]
    pub(super) fn without_headers(mut self) -> Self {
        if let MockOutcome::Response { headers, .. } = &mut self.outcome {
            headers.clear();
        }
        self
    }

    /// Delays the response. The transport's [clock](super::MockTransport::clock) measures the delay.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Sends the body as a stream, in chunks of at most the given number of bytes.
    #[must_use]
    pub fn chunk_size(mut self, bytes: usize) -> Self {
        self.delivery.chunk_size = Some(bytes.max(1));
        self
    }

    /// Resets the connection after the given number of bytes of the body.
    #[must_use]
    pub fn reset_after(mut self, bytes: usize) -> Self {
        self.delivery.reset_after = Some(bytes);
        self
    }

    pub(super) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// Returns the response in the protocol of the request, converted to CBOR if necessary.
    pub(super) fn for_request(mut self, request: &http::Request<Bytes>) -> Self {
        const PROTOCOL: &str = "smithy-protocol";
        let MockOutcome::Response { headers, .. } = &mut self.outcome else { return self };
        if let Some(protocol) = request.headers().get(PROTOCOL) {
            headers.insert(PROTOCOL, protocol.clone());
        }
        #[cfg(feature = "cbor")]
        if let MockOutcome::Response { headers, body, cbor, .. } = &mut self.outcome
            && super::cbor::speaks(request)
            && let Some(cbor) = cbor.take().or_else(|| super::cbor::from_json(body))
        {
            *body = cbor;
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
        }
        self
    }

    pub(super) async fn give(self) -> Result<Response<Body>, TransportError> {
        let (status, headers, body) = match self.outcome {
            MockOutcome::Response { status, headers, body, .. } => (status, headers, deliver(body, self.delivery)),
            MockOutcome::TransportFault(fault) => return Err(fault.error().await),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Adds the `__type` member to a JSON object, or to an empty body.
fn with_type(json: &[u8], name: &str) -> Bytes {
    let rest = json.strip_prefix(b"{").unwrap_or(b"}");
    let comma: &[u8] = if rest.starts_with(b"}") { b"" } else { b"," };
    [format!("{{\"__type\":\"{name}\"").as_bytes(), comma, rest].concat().into()
}

/// Returns the body, as a stream if it is chunked or incomplete.
fn deliver(mut body: Bytes, delivery: Delivery) -> Body {
    let Delivery { chunk_size, reset_after } = delivery;
    let Some(size) = chunk_size.or(reset_after.map(|_| body.len().max(1))) else {
        return body.into();
    };
    let length = body.len() as u64;
    if let Some(end) = reset_after {
        body.truncate(end);
    }
    let mut pieces: VecDeque<Result<Bytes, TransportError>> =
        body.chunks(size).map(|piece| Ok(body.slice_ref(piece))).collect();
    if reset_after.is_some() {
        pieces.push_back(Err(reset()));
    }
    Body::from_stream(Pieces(pieces), Some(length))
}

/// A stream of chunks that are available immediately.
struct Pieces(VecDeque<Result<Bytes, TransportError>>);

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// Returns the error for a connection that was reset.
fn reset() -> TransportError {
    TransportError::new(TransportErrorKind::Closed, "the connection to the mock failed")
        .with_source(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
}

impl TransportFault {
    async fn error(self) -> TransportError {
        use std::io::{Error, ErrorKind};
        let refused = |kind, message| TransportError::new(kind, message);
        match self {
            Self::ConnectionRefused => refused(TransportErrorKind::Connect, "cannot connect to the mock")
                .with_source(Error::from(ErrorKind::ConnectionRefused)),
            Self::ConnectionReset => reset(),
            Self::ConnectTimeout => {
                refused(TransportErrorKind::Timeout(TimeoutKind::Connect), "connecting to the mock timed out")
            }
            Self::BadCertificate => refused(TransportErrorKind::Tls, "the mock's certificate is not trusted"),
            Self::Hang => pending().await,
        }
    }
}

impl From<TransportFault> for MockResponse {
    fn from(fault: TransportFault) -> Self {
        Self::fault(fault)
    }
}
