//! Sending one HTTP request: the seam behind which hyper, a blocking client, a mock or your own
//! HTTP stack sits.
//!
//! In: a signed [`http::Request`], whole. Out: the reply, whole, or a [`TransportError`] that says
//! enough to decide about a retry.

#[cfg(feature = "blocking")]
mod blocking;
#[cfg(feature = "_hyper")]
mod connect;
mod error;
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
#[cfg(feature = "blocking")]
pub use blocking::BlockingTransport;
pub use error::{TransportError, TransportErrorKind};
#[cfg(feature = "_tls")]
pub use options::HttpOptions;

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::BoxFuture;
use crate::config::Config;

/// Sends one request and reads its reply, whole.
///
/// An implementation neither retries nor follows redirects. It finds the call's [`Settings`] among
/// the request's extensions. The future may be dropped at any time: that cancels the request.
pub trait Transport: Debug + Send + Sync {
    /// Sends the request.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// What a transport should know of the call besides the request: an extension of every request.
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
    /// The size beyond which a reply's body is refused.
    pub max_response_size: u64,
}

/// The largest body that a client reads unless told otherwise.
pub const MAX_RESPONSE_SIZE: u64 = 64 * 1024 * 1024;

/// The largest status line and headers that the built-in transports read, in bytes; AWS sends less than one thousand.
pub const MAX_HEADER_SIZE: usize = 64 * 1024;

impl Default for Settings {
    fn default() -> Self {
        Self {
            operation: Cow::Borrowed(""),
            connect_timeout: None,
            read_timeout: None,
            attempt_timeout: None,
            max_response_size: MAX_RESPONSE_SIZE,
        }
    }
}

/// The transport of clients that are given none.
pub(crate) fn default(config: &Config) -> Arc<dyn Transport> {
    #[cfg(feature = "_hyper")]
    return Arc::new(HyperTransport::new(options::of(config)));
    #[cfg(not(feature = "_hyper"))]
    {
        let _ = config;
        Arc::new(NoTransport)
    }
}

/// The transport of blocking calls whose client is given none.
#[cfg(feature = "blocking")]
pub(crate) fn default_blocking(config: &Config) -> Arc<dyn Transport> {
    Arc::new(BlockingTransport::new(options::of(config)))
}

/// Stands where the features give no transport, and says so.
#[cfg(not(feature = "_hyper"))]
#[derive(Debug)]
struct NoTransport;

#[cfg(not(feature = "_hyper"))]
impl Transport for NoTransport {
    fn send(&self, _request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let error = TransportError::new(
            TransportErrorKind::Other,
            "there is no transport: enable the feature `rustls`, or give the Config a `transport`",
        );
        Box::pin(std::future::ready(Err(error)))
    }
}
