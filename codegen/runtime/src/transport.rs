//! Transports: sending one HTTP request over hyper, a blocking client, a mock or an HTTP stack of your own.

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

use crate::BoxFuture;
use crate::body::{Body, LengthLimitError};

/// Sends one request and returns its response.
///
/// An implementation neither retries nor follows redirects. It finds the call's [`Settings`] among the request's
/// extensions. The future ends when the response's headers are there; the body may still be arriving. Dropping the future
/// or the body cancels the request.
///
/// The client limits the size of bodies and the time that an attempt takes, whatever the transport does.
pub trait Transport: Debug + Send + Sync {
    /// Sends the request.
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// Reads a response's body to its end.
///
/// # Errors
///
/// The transport's error, or one of the kind [`TooLarge`](TransportErrorKind::TooLarge) if the body has more than `limit`
/// bytes.
#[doc(hidden)]
pub async fn collect(
    response: http::Response<Body>,
    limit: u64,
    origin: impl Fn() -> String,
) -> Result<http::Response<Bytes>, TransportError> {
    let (head, body) = response.into_parts();
    match body.collect_up_to(limit).await {
        Ok(bytes) => Ok(http::Response::from_parts(head, bytes)),
        Err(error) => Err(match error.downcast::<TransportError>() {
            Ok(error) => *error,
            Err(error) if error.is::<LengthLimitError>() => {
                let message = format!("the response from {} is larger than {limit} bytes", origin());
                TransportError::new(TransportErrorKind::TooLarge, message)
            }
            Err(error) => {
                let message = format!("the response from {} ended early", origin());
                TransportError::new(TransportErrorKind::Closed, message).with_source(error)
            }
        }),
    }
}

/// The settings of a call for its transport: an extension of every request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The name of the operation.
    pub operation: Cow<'static, str>,
    /// How long a new connection may take, its TLS handshake included.
    pub connect_timeout: Option<Duration>,
    /// How long the peer may stay silent once the request is sent.
    pub read_timeout: Option<Duration>,
    /// How long the whole attempt may take. The client itself drops an asynchronous transport's
    /// future then, so that only a transport that blocks need look at it.
    pub attempt_timeout: Option<Duration>,
}

/// The largest body that a client reads unless told otherwise.
pub const DEFAULT_MAX_RESPONSE_SIZE: u64 = 64 * 1024 * 1024;

/// The largest status line and headers that the built-in transports read, in bytes; AWS sends less than one thousand.
pub const MAX_HEADER_SIZE: usize = 64 * 1024;

impl Default for Settings {
    fn default() -> Self {
        Self { operation: Cow::Borrowed(""), connect_timeout: None, read_timeout: None, attempt_timeout: None }
    }
}

/// The transport of clients that are given none.
pub(crate) fn default(ca_bundle: Option<&CaBundle>) -> Arc<dyn Transport> {
    #[cfg(feature = "_hyper")]
    return Arc::new(HyperTransport::new(options::trusting(ca_bundle)));
    #[cfg(not(feature = "_hyper"))]
    {
        let _ = ca_bundle;
        Arc::new(NoTransport)
    }
}

/// The transport of blocking calls whose client is given none.
#[cfg(feature = "blocking")]
pub(crate) fn default_blocking(ca_bundle: Option<&CaBundle>) -> Arc<dyn Transport> {
    Arc::new(BlockingTransport::new(options::trusting(ca_bundle)))
}

/// Stands where the features give no transport, and says so.
#[cfg(not(feature = "_hyper"))]
#[derive(Debug)]
struct NoTransport;

#[cfg(not(feature = "_hyper"))]
impl Transport for NoTransport {
    fn send(&self, _request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let error = TransportError::new(
            TransportErrorKind::Other,
            "no transport: enable the feature `rustls`, or set one with `Config::builder().transport(…)`",
        );
        Box::pin(std::future::ready(Err(error)))
    }
}
