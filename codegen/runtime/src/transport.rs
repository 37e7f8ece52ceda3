//! Transports, which send HTTP requests: hyper, a blocking client, a mock, or a custom HTTP client.

#[cfg(feature = "blocking")]
mod blocking;
mod ca_bundle;
#[cfg(feature = "_hyper")]
mod connect;
#[cfg(feature = "_hyper")]
mod hyper;
#[cfg(feature = "_tls")]
mod options;
#[cfg(feature = "_tls")]
mod origin;
#[cfg(feature = "_tls")]
mod proxy;
#[cfg(feature = "_tls")]
mod tls;

#[cfg(feature = "_hyper")]
pub use self::hyper::HyperTransport;
pub use crate::error::{TransportError, TransportErrorKind};
#[cfg(feature = "blocking")]
pub use blocking::BlockingTransport;
pub(crate) use ca_bundle::CaBundle;
#[cfg(feature = "_tls")]
pub use options::HttpOptions;

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;

use crate::BoxFuture;
use crate::body::{Body, LengthLimitError};
use crate::schema::HttpVersion;

/// Sends HTTP requests.
///
/// An implementation must not retry requests or follow redirects. The request's extensions contain the call's
/// [`Settings`]. The future completes when the response's headers have arrived, and the body of the response may be a
/// stream. Dropping the future or the body cancels the request.
///
/// The client itself limits the size of response bodies. It also limits the duration of attempts, unless the transport
/// blocks the thread.
///
/// ```
/// # use simba_runtime::transport::{Transport, TransportError};
/// # use simba_runtime::{Body, BoxFuture, http};
/// #
/// /// Logs each request before another transport sends it.
/// #[derive(Debug)]
/// struct Logged<T>(T);
///
/// impl<T: Transport> Transport for Logged<T> {
///     fn send(
///         &self,
///         request: http::Request<Body>,
///     ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
///         println!("{} {}", request.method(), request.uri());
///         self.0.send(request)
///     }
/// }
/// ```
#[doc(alias("http_client", "mock"))]
pub trait Transport: Debug + Send + Sync {
    /// Sends a request and returns the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the request cannot be sent, or if the response is not received.
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// Reads the whole body of a response.
///
/// # Errors
///
/// Returns the transport's error, or an error of the kind [`TooLarge`](TransportErrorKind::TooLarge) if the body
/// exceeds `limit` bytes. In that case, the message ends with `fix`.
#[doc(hidden)]
pub fn collect<'a>(
    response: http::Response<Body>,
    limit: u64,
    fix: &'a str,
    origin: &'a str,
) -> BoxFuture<'a, Result<http::Response<Bytes>, TransportError>> {
    let (head, mut body) = response.into_parts();
    // The future is boxed, so that its code is compiled in this crate and not again in other crates.
    Box::pin(async move {
        let bytes = read(&mut body, limit, fix, || origin.to_owned()).await?;
        Ok(http::Response::from_parts(head, bytes))
    })
}

/// Reads the body of a response as [`collect`] does.
pub(crate) async fn read(
    body: &mut Body,
    limit: u64,
    fix: &str,
    origin: impl Fn() -> String,
) -> Result<Bytes, TransportError> {
    let error = match body.read_up_to(limit).await {
        Ok(bytes) => return Ok(bytes),
        Err(error) => error,
    };
    Err(match error.downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) if error.is::<LengthLimitError>() => {
            let message = format!("the response from {} is larger than {limit} bytes{fix}", origin());
            TransportError::new(TransportErrorKind::TooLarge, message)
        }
        Err(error) => {
            let message = format!("the response from {} ended early", origin());
            TransportError::new(TransportErrorKind::Closed, message).with_source(error)
        }
    })
}

/// Returns the `Content-Length` of a request, if the length is known. A request with an empty body has the header only
/// if requests with its method usually have a body.
pub(crate) fn content_length(method: &Method, body: &Body) -> Option<u64> {
    let has_body = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
    body.content_length().filter(|length| *length > 0 || has_body)
}

/// The settings of a call that affect the transport. Every request contains them as an extension.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The name of the operation.
    pub operation: Cow<'static, str>,
    /// The timeout for establishing a connection, including the TLS handshake.
    pub connect_timeout: Option<Duration>,
    /// How long to wait for data after the request was sent.
    pub read_timeout: Option<Duration>,
    /// The timeout of the attempt. When it expires, the client drops the future of an asynchronous transport, so only
    /// blocking transports need to enforce the timeout.
    pub attempt_timeout: Option<Duration>,
    /// Whether the response's body is a stream. If it is, the timeout of the attempt applies only until the headers
    /// have arrived.
    pub streams: bool,
    /// The HTTP versions over which the operation can be sent.
    pub http_version: HttpVersion,
}

/// The default maximum size of a response, in bytes.
pub const DEFAULT_MAX_RESPONSE_SIZE: u64 = 64 * 1024 * 1024;

/// The maximum size, in bytes, of the status line and headers of a response. The built-in transports enforce this
/// limit. AWS services send less than 1,000 bytes.
pub const MAX_HEADER_SIZE: usize = 64 * 1024;

impl Default for Settings {
    fn default() -> Self {
        Self {
            operation: Cow::Borrowed(""),
            connect_timeout: None,
            read_timeout: None,
            attempt_timeout: None,
            streams: false,
            http_version: HttpVersion::Any,
        }
    }
}

pub(crate) fn default(ca_bundle: Option<&CaBundle>) -> Arc<dyn Transport> {
    #[cfg(feature = "_hyper")]
    return Arc::new(HyperTransport::new(options::trusting(ca_bundle)));
    #[cfg(not(feature = "_hyper"))]
    {
        let _ = ca_bundle;
        Arc::new(NoTransport)
    }
}

/// Returns the default transport for blocking calls.
#[cfg(feature = "blocking")]
pub(crate) fn default_blocking(ca_bundle: Option<&CaBundle>) -> Arc<dyn Transport> {
    Arc::new(BlockingTransport::new(options::trusting(ca_bundle)))
}

/// The asynchronous transport for builds in which no feature provides one. All requests fail with an error that
/// explains how to enable a transport.
#[cfg(not(feature = "_hyper"))]
#[derive(Debug)]
struct NoTransport;

#[cfg(not(feature = "_hyper"))]
impl Transport for NoTransport {
    fn send(&self, _request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let error = TransportError::new(
            TransportErrorKind::Other,
            "no transport is configured; enable the `rustls` feature, or set a transport with `Config::builder().transport(…)`",
        );
        Box::pin(std::future::ready(Err(error)))
    }
}
