//! The transport of calls that block the thread: ureq, which brings no tokio.
//!
//! Its futures are done when they are first polled. What may take how long is therefore its own
//! affair: it reads the limits from the request's [`Settings`].

use std::fmt;
use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use ureq::config::AutoHeaderValue;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, Proxy, Timeout};

use super::options::HttpOptions;
use super::{MAX_HEADER_SIZE, Settings, Transport, TransportError, TransportErrorKind, tls};
use crate::BoxFuture;
use crate::timeout::{TimeoutError, TimeoutKind};

/// Sends requests over HTTP/1.1 and blocks the thread meanwhile. Needs no runtime.
///
/// Clones share their connections. At the level `trace`, ureq tells the crate `log` every byte that it sends, session
/// tokens and passwords included: leave that level off for `ureq_proto`.
#[derive(Clone)]
pub struct BlockingTransport {
    options: HttpOptions,
    agent: Arc<OnceLock<Agent>>,
}

impl fmt::Debug for BlockingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingTransport").finish_non_exhaustive()
    }
}

impl BlockingTransport {
    /// A transport without connections. Certificates are read at the first request.
    #[must_use]
    pub fn new(options: HttpOptions) -> Self {
        Self { options, agent: Arc::default() }
    }

    fn exchange(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let (mut parts, body) = request.into_parts();
        let settings: Settings = parts.extensions.remove().unwrap_or_default();
        let uri = parts.uri.clone();
        let failed = |error| failed(error, &uri, &settings);
        let proxy = self.options.proxies.url_for(&uri).map(Proxy::new).transpose().map_err(failed)?;
        let agent = self.agent()?;
        let request = http::Request::from_parts(parts, &body[..]);
        let request = agent
            .configure_request(request)
            .proxy(proxy)
            .timeout_connect(settings.connect_timeout)
            .timeout_resolve(settings.connect_timeout)
            .timeout_per_read(settings.read_timeout)
            .timeout_global(settings.attempt_timeout)
            .build();
        let (parts, body) = agent.run(request).map_err(failed)?.into_parts();
        let body = read(body, &settings).map_err(failed)?;
        Ok(http::Response::from_parts(parts, body))
    }

    fn agent(&self) -> Result<&Agent, TransportError> {
        if let Some(agent) = self.agent.get() {
            return Ok(agent);
        }
        let certificates = tls::certificates(self.options.ca_bundle.as_deref())?;
        let roots = certificates.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(tls::provider())
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MAX_HEADER_SIZE)
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .build();
        Ok(self.agent.get_or_init(|| config.new_agent()))
    }
}

impl Transport for BlockingTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move { self.exchange(request) })
    }
}

fn read(body: Body, settings: &Settings) -> Result<Bytes, ureq::Error> {
    let limit = settings.max_response_size;
    // The limit counts as reached before the end of the body is seen.
    let bytes = body.into_with_config().limit(limit.saturating_add(1)).read_to_vec()?;
    if bytes.len() as u64 > limit {
        return Err(ureq::Error::BodyExceedsLimit(limit));
    }
    Ok(bytes.into())
}

fn failed(error: ureq::Error, uri: &http::Uri, settings: &Settings) -> TransportError {
    let scheme = uri.scheme_str().unwrap_or_default();
    let origin = format!("{scheme}://{}", uri.authority().map_or("", |authority| authority.as_str()));
    let lost = |kind, message| TransportError::new(kind, message);
    let not_connected = |kind| lost(kind, format!("cannot connect to {origin}"));
    match error {
        ureq::Error::Timeout(timeout) => out_of_time(timeout, &origin, settings),
        ureq::Error::BodyExceedsLimit(_) => {
            let limit = settings.max_response_size;
            lost(TransportErrorKind::TooLarge, format!("the reply of {origin} is larger than {limit} bytes"))
        }
        ureq::Error::Rustls(
            error @ (rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented),
        ) => not_connected(TransportErrorKind::Tls).with_source(error),
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable => not_connected(TransportErrorKind::Connect).with_source(error),
            _ if distrusted(&error) => not_connected(TransportErrorKind::Tls).with_source(error),
            _ => lost(TransportErrorKind::Closed, format!("the connection to {origin} broke")).with_source(error),
        },
        ureq::Error::LargeResponseHeader(..) => large_headers(&origin),
        ureq::Error::Protocol(error) if error.to_string().contains("too many headers") => large_headers(&origin),
        error @ (ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::Rustls(_)) => not_connected(TransportErrorKind::Connect).with_source(error),
        error @ ureq::Error::Protocol(_) => {
            lost(TransportErrorKind::Other, format!("the reply of {origin} is no HTTP")).with_source(error)
        }
        ureq::Error::InvalidProxyUrl => lost(TransportErrorKind::Other, "the proxy's URL is no valid URL".to_owned()),
        error => lost(TransportErrorKind::Other, format!("the request to {origin} failed")).with_source(error),
    }
}

fn large_headers(origin: &str) -> TransportError {
    let message =
        format!("the headers of the reply of {origin} are larger than {MAX_HEADER_SIZE} bytes, or more than 100");
    TransportError::new(TransportErrorKind::TooLarge, message)
}

fn distrusted(error: &std::io::Error) -> bool {
    matches!(
        error.get_ref().and_then(|inner| inner.downcast_ref()),
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    )
}

fn out_of_time(timeout: Timeout, origin: &str, settings: &Settings) -> TransportError {
    let (kind, limit) = match timeout {
        Timeout::Connect | Timeout::Resolve => (TimeoutKind::Connect, settings.connect_timeout),
        Timeout::Global | Timeout::PerCall => (TimeoutKind::Attempt, settings.attempt_timeout),
        _ => (TimeoutKind::Read, settings.read_timeout),
    };
    let error = TimeoutError::after(kind, limit.unwrap_or_default(), origin);
    TransportError::new(TransportErrorKind::Timeout(kind), error.to_string())
}

#[cfg(test)]
mod tests;
