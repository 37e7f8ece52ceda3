//! The origin of a request, and the errors of the connections to it. The built-in transports share these errors:
//! a failure has the same kind and message in each of them.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, HeaderMap, HeaderValue};
use http::uri::{Authority, Uri};
use rustls::pki_types::InvalidDnsNameError;

use super::proxy::{Proxies, Proxy};
use super::{MAX_HEADER_SIZE, TransportError, TransportErrorKind};
use crate::body::BoxError;
use crate::timeout::{TimeoutError, TimeoutKind};

/// The origin of a request, and the proxy through which it is reached.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Origin {
    pub(super) secure: bool,
    pub(super) authority: Authority,
    pub(super) proxy: Option<Arc<Proxy>>,
}

impl Origin {
    /// Returns the origin of the URI.
    ///
    /// # Errors
    ///
    /// Returns an error if the URI has no host, or if its proxy is invalid.
    pub(super) fn new(uri: &Uri, proxies: &Proxies) -> Result<Self, TransportError> {
        let Some(authority) = uri.authority().cloned() else {
            return Err(TransportError::new(TransportErrorKind::Other, format!("`{uri}` has no host")));
        };
        Ok(Self { secure: is_secure(uri), authority, proxy: proxies.proxy_for(uri)?.cloned() })
    }

    /// Adds the `Host` header, unless it is already set.
    pub(super) fn add_host(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(HOST)
            && let Ok(host) = HeaderValue::from_str(self.authority.as_str())
        {
            headers.insert(HOST, host);
        }
    }

    /// Returns the error for a timeout that has expired.
    pub(super) fn timed_out(&self, kind: TimeoutKind, limit: Duration) -> TransportError {
        let error = TimeoutError::after(kind, limit, &self.to_string());
        TransportError::new(TransportErrorKind::Timeout(kind), error.to_string())
    }

    /// Returns the error for a connection that could not be established.
    pub(super) fn not_connected(&self, error: impl Into<BoxError>) -> TransportError {
        let error = error.into();
        let kind = if is_distrusted(&*error) { TransportErrorKind::Tls } else { TransportErrorKind::Connect };
        TransportError::new(kind, format!("cannot connect to {self}")).with_source(error)
    }

    /// Returns the error for a connection that ended or failed before the response was complete.
    pub(super) fn disconnected(&self, error: impl Into<BoxError>) -> TransportError {
        TransportError::new(TransportErrorKind::Closed, format!("the connection to {self} failed")).with_source(error)
    }

    /// Returns the error for a request whose body cannot be read.
    pub(super) fn invalid_body(&self, error: impl Into<BoxError>) -> TransportError {
        let message = format!("cannot send the request's body to {self}");
        TransportError::new(TransportErrorKind::Other, message).with_source(error)
    }

    /// Returns the error for a response that violates HTTP.
    pub(super) fn invalid_response(&self, error: impl Into<BoxError>) -> TransportError {
        let message = format!("{self} did not send a valid HTTP response");
        TransportError::new(TransportErrorKind::Other, message).with_source(error)
    }

    /// Returns the error for a response whose headers exceed a limit.
    pub(super) fn large_headers(&self) -> TransportError {
        let message = format!(
            "the response from {self} has more than 100 headers, or more than {MAX_HEADER_SIZE} bytes of headers"
        );
        TransportError::new(TransportErrorKind::TooLarge, message)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)?;
        match &self.proxy {
            Some(proxy) => write!(f, " through the proxy {proxy}"),
            None => Ok(()),
        }
    }
}

/// Returns whether the URI's scheme is `https`.
pub(super) fn is_secure(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https")
}

/// Returns whether an error of TLS, or an I/O error that contains one, is due to the server's certificate, or to a host
/// that no certificate can contain.
pub(super) fn is_distrusted(error: &(dyn Error + 'static)) -> bool {
    let error = match error.downcast_ref::<io::Error>().map(io::Error::get_ref) {
        Some(Some(inner)) => inner,
        Some(None) => return false,
        None => error,
    };
    error.is::<InvalidDnsNameError>()
        || matches!(
            error.downcast_ref(),
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
        )
}
