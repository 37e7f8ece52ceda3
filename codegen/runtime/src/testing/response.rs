//! The responses of a mock transport.

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
use crate::schema::SerializableShape;
use crate::timeout::TimeoutKind;
use crate::transport::{TransportError, TransportErrorKind};

/// A response to one request.
#[derive(Clone, Debug)]
pub struct MockResponse {
    outcome: Outcome,
    delay: Option<Duration>,
    delivery: Delivery,
}

/// How the body of a response arrives.
#[derive(Clone, Copy, Debug, Default)]
struct Delivery {
    /// In pieces of that many bytes.
    chunk_size: Option<usize>,
    /// Not further than that many bytes.
    reset_after: Option<usize>,
}

#[derive(Clone)]
enum Outcome {
    Reply {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        /// The body for a service that speaks CBOR; if it is absent, the values of the JSON.
        #[cfg(feature = "cbor")]
        cbor: Option<Bytes>,
    },
    TransportFault(TransportFault),
}

/// The body is shown by its length, as that of a request.
impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply { status, headers, body, .. } => f
                .debug_struct("Reply")
                .field("status", status)
                .field("headers", headers)
                .field("body_length", &body.len())
                .finish(),
            Self::TransportFault(fault) => f.debug_tuple("TransportFault").field(fault).finish(),
        }
    }
}

/// How a request can fail without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFault {
    /// Nobody listens.
    ConnectionRefused,
    /// The connection breaks before the response is complete.
    ConnectionReset,
    /// Connecting takes too long.
    ConnectTimeout,
    /// The peer's certificate is not trusted.
    BadCertificate,
    /// No response ever comes.
    Hang,
}

impl MockResponse {
    /// Success, with this body and the request id `mock-request-id`. A service that speaks CBOR sends the same values as
    /// CBOR; JSON has none for blobs, for which there is [`ok`](Self::ok).
    pub fn json(body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert("x-amzn-requestid", HeaderValue::from_static("mock-request-id"));
        let outcome = Outcome::Reply {
            status: StatusCode::OK,
            headers,
            body: body.into(),
            #[cfg(feature = "cbor")]
            cbor: None,
        };
        Self { outcome, delay: None, delivery: Delivery::default() }
    }

    /// Success, with this response.
    ///
    /// # Errors
    ///
    /// If the response has no form on the wire.
    pub fn ok(response: &(impl Serialize + SerializableShape)) -> Result<Self, serde_json::Error> {
        let mock = Self::json(serde_json::to_vec(response)?);
        #[cfg(feature = "cbor")]
        let mock = mock.with_cbor(super::cbor::write(response)?);
        Ok(mock)
    }

    #[cfg(feature = "cbor")]
    fn with_cbor(mut self, body: Bytes) -> Self {
        if let Outcome::Reply { cbor, .. } = &mut self.outcome {
            *cbor = Some(body);
        }
        self
    }

    /// An error that the service answers, with status 400.
    pub fn error(code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "__type": code, "Message": message });
        Self::json(body.to_string()).status(400)
    }

    /// No response.
    #[must_use]
    pub fn fault(fault: TransportFault) -> Self {
        Self { outcome: Outcome::TransportFault(fault), delay: None, delivery: Delivery::default() }
    }

    /// Sets the status. A number that is none becomes 500.
    #[must_use]
    pub fn status(mut self, code: u16) -> Self {
        if let Outcome::Reply { status, .. } = &mut self.outcome {
            *status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        }
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Outcome::Reply { headers, .. } = &mut self.outcome {
            headers.insert(name, value);
        }
        self
    }

    /// Comes only after that long.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Sends the body as a stream, in pieces of at most that many bytes.
    #[must_use]
    pub fn chunk_size(mut self, bytes: usize) -> Self {
        self.delivery.chunk_size = Some(bytes.max(1));
        self
    }

    /// Breaks the connection after that many bytes of the body.
    #[must_use]
    pub fn reset_after(mut self, bytes: usize) -> Self {
        self.delivery.reset_after = Some(bytes);
        self
    }

    pub(super) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// The response in CBOR, if the request is.
    #[cfg(feature = "cbor")]
    pub(super) fn for_request(mut self, request: &http::Request<Bytes>) -> Self {
        if let Outcome::Reply { headers, body, cbor, .. } = &mut self.outcome
            && super::cbor::speaks(request)
            && let Some(cbor) = cbor.take().or_else(|| super::cbor::from_json(body))
        {
            *body = cbor;
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
            headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
        }
        self
    }

    pub(super) async fn give(self) -> Result<Response<Body>, TransportError> {
        let (status, headers, body) = match self.outcome {
            Outcome::Reply { status, headers, body, .. } => (status, headers, deliver(body, self.delivery)),
            Outcome::TransportFault(fault) => return Err(fault.error().await),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// The body, as a stream if it arrives in pieces or breaks off.
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

/// A stream of what is there already.
struct Pieces(VecDeque<Result<Bytes, TransportError>>);

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// The error of a connection that broke.
fn reset() -> TransportError {
    TransportError::new(TransportErrorKind::Closed, "the connection to the mock broke")
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
