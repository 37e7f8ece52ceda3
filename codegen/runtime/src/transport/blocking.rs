//! The blocking transport, which is implemented with ureq and does not depend on tokio.
//!
//! Sending a request or reading a frame of a body blocks the thread, so the transport's futures complete when they are
//! first polled. The client cannot interrupt them, so the transport itself implements the timeouts in the request's
//! [`Settings`].

mod body;
mod forward;

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use http::header::PROXY_AUTHORIZATION;
use ureq::config::AutoHeaderValue;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, AsSendBody, ProxyProtocol, Timeout};

use super::options::HttpOptions;
use super::origin::{Origin, is_distrusted};
use super::proxy::Proxy;
use super::{MAX_HEADER_SIZE, Settings, Transport, TransportError, TransportErrorKind, tls};
use crate::BoxFuture;
use crate::body::Body;
use crate::schema::HttpVersion;
use crate::sync::lock;
use crate::timeout::TimeoutKind;
use body::BlockingResponseBody;

/// The maximum timeout, which is about a century. ureq adds timeouts to the current time, and the sum must not
/// overflow.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A transport that sends requests over HTTP/1.1 and blocks the current thread. It does not need an asynchronous
/// runtime.
///
/// Clones share their connections. At the `trace` level of the `log` crate, ureq logs every byte that it sends,
/// including session tokens and passwords. Do not enable this level for `ureq_proto`.
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::transport::{BlockingTransport, HttpOptions};
/// #
/// let transport = BlockingTransport::new(HttpOptions::from_env());
/// let config = Config::builder().transport(transport).build();
/// # drop(config);
/// ```
#[derive(Clone)]
pub struct BlockingTransport {
    options: HttpOptions,
    agents: Arc<OnceLock<Agents>>,
    suspicious: SuspiciousOrigins,
}

/// The origins that have sent a server error since the last request to them. The next request to such an origin uses a
/// new connection, since the server at the other end of the old one may be broken.
type SuspiciousOrigins = Arc<Mutex<Vec<Origin>>>;

struct Agents {
    /// The agent for requests to the origin, directly or through a proxy's tunnel.
    direct: Agent,
    /// The agent for plain HTTP requests that a proxy forwards.
    forward: Agent,
}

impl fmt::Debug for BlockingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingTransport").finish_non_exhaustive()
    }
}

impl BlockingTransport {
    /// Creates a transport without connections. The first request loads the certificates.
    #[must_use]
    pub fn new(options: HttpOptions) -> Self {
        Self { options, agents: Arc::default(), suspicious: Arc::default() }
    }

    fn exchange(&self, request: http::Request<Body>) -> Result<http::Response<Body>, TransportError> {
        let (mut parts, body) = request.into_parts();
        let settings: Settings = parts.extensions.remove().unwrap_or_default();
        if settings.http_version == HttpVersion::Http2 {
            let message = format!(
                "`{}` requires HTTP/2, which blocking calls do not support; use the asynchronous client",
                settings.operation
            );
            return Err(TransportError::new(TransportErrorKind::Other, message));
        }
        let origin = Origin::new(&parts.uri, &self.options.proxies)?;
        let agents = self.agents()?;
        let (agent, tunnel) = match &origin.proxy {
            None => (&agents.direct, None),
            Some(proxy) if origin.secure => {
                (&agents.direct, Some(tunnel(proxy).map_err(|error| failed(error, &origin, &settings))?))
            }
            Some(proxy) => {
                origin.add_host(&mut parts.headers);
                forward(&mut parts, proxy);
                (&agents.forward, None)
            }
        };
        let sent = match body.as_bytes() {
            // ureq adds `Content-Length: 0` to a request with an empty body, even if its method usually has no body.
            Some(bytes) if bytes.is_empty() => {
                self.run(agent, tunnel, http::Request::from_parts(parts, ureq::SendBody::none()), &origin, &settings)
            }
            Some(bytes) => self.run(agent, tunnel, http::Request::from_parts(parts, &bytes[..]), &origin, &settings),
            None => {
                let of_body = origin.clone();
                let reader = crate::body::Reader::new(body, move |body| {
                    let data = crate::clock::block_on(body.next())?;
                    Some(data.map_err(|error| of_body.invalid_body(error).into()))
                });
                let body = ureq::SendBody::from_owned_reader(reader);
                self.run(agent, tunnel, http::Request::from_parts(parts, body), &origin, &settings)
            }
        };
        let (parts, body) = sent.map_err(|error| failed(error, &origin, &settings))?.into_parts();
        let suspicious = parts.status.is_server_error().then(|| Arc::clone(&self.suspicious));
        let body = BlockingResponseBody::new(body, origin, settings, suspicious);
        Ok(http::Response::from_parts(parts, Body::from_source(body)))
    }

    fn run<B: AsSendBody>(
        &self,
        agent: &Agent,
        tunnel: Option<ureq::Proxy>,
        request: http::Request<B>,
        origin: &Origin,
        settings: &Settings,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let mut request = agent.configure_request(request);
        let suspicious = {
            let mut origins = lock(&self.suspicious);
            let known = origins.iter().position(|suspicious| suspicious == origin);
            known.map(|at| origins.remove(at)).is_some()
        };
        if suspicious {
            request = request.max_idle_age(Duration::ZERO);
        }
        let limited = |timeout: Option<Duration>| timeout.map(|timeout| timeout.min(LONGEST_TIMEOUT));
        let (connect, attempt) = (limited(settings.connect_timeout), limited(settings.attempt_timeout));
        let (whole, headers) = if settings.streams { (None, attempt) } else { (attempt, None) };
        let request = request
            .proxy(tunnel)
            .timeout_connect(connect)
            .timeout_resolve(connect)
            .timeout_per_read(limited(settings.read_timeout))
            .timeout_per_write(limited(settings.read_timeout))
            .timeout_recv_response(headers)
            .timeout_global(whole)
            .build();
        agent.run(request)
    }

    fn agents(&self) -> Result<&Agents, TransportError> {
        if let Some(agents) = self.agents.get() {
            return Ok(agents);
        }
        let certificates = tls::certificates(self.options.ca_bundle.as_ref())?;
        let roots = certificates.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(tls::provider())
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .allow_non_standard_methods(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MAX_HEADER_SIZE)
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .build();
        Ok(self.agents.get_or_init(|| Agents {
            direct: config.new_agent(),
            forward: Agent::with_parts(
                config,
                DefaultConnector::new().chain(forward::AbsoluteForm),
                DefaultResolver::default(),
            ),
        }))
    }
}

/// Converts the proxy to ureq's type for tunnels.
fn tunnel(proxy: &Proxy) -> Result<ureq::Proxy, ureq::Error> {
    let is_https = proxy.uri.scheme_str() == Some("https");
    let mut builder = ureq::Proxy::builder(if is_https { ProxyProtocol::Https } else { ProxyProtocol::Http })
        .host(proxy.uri.host().unwrap_or_default());
    if let Some(port) = proxy.uri.port_u16() {
        builder = builder.port(port);
    }
    if let Some((name, password)) = &proxy.user {
        builder = builder.username(name).password(password);
    }
    builder.build()
}

/// Replaces the origin in the request's URI with the proxy, which then forwards the request.
fn forward(parts: &mut http::request::Parts, proxy: &Proxy) {
    parts.headers.extend(proxy.authorization().map(|value| (PROXY_AUTHORIZATION, value)));
    let mut uri = proxy.uri.clone().into_parts();
    uri.path_and_query = parts.uri.path_and_query().cloned().or(uri.path_and_query);
    // The parts come from valid URIs and are complete, so this cannot fail.
    parts.uri = http::Uri::from_parts(uri).unwrap_or_default();
}

impl Transport for BlockingTransport {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move { self.exchange(request) })
    }
}

/// Converts an error of ureq.
fn failed(error: ureq::Error, origin: &Origin, settings: &Settings) -> TransportError {
    match error {
        ureq::Error::Timeout(timeout) => {
            let (kind, limit) = expired(timeout, settings);
            origin.timed_out(kind, limit.unwrap_or_default())
        }
        ureq::Error::Io(error) => match error.downcast() {
            // The error of the request's body.
            Ok(error) => error,
            Err(error) if is_not_connected(&error) || is_distrusted(&error) => origin.not_connected(error),
            Err(error) => origin.disconnected(error),
        },
        ureq::Error::LargeResponseHeader(..) => origin.large_headers(),
        error if has_too_many_headers(&error) => origin.large_headers(),
        error @ ureq::Error::Protocol(_) => origin.invalid_response(error),
        ureq::Error::Rustls(error) => origin.not_connected(error),
        ureq::Error::Tls(_) => origin.not_connected(rustls::pki_types::InvalidDnsNameError),
        error @ (ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_)) => {
            origin.not_connected(error)
        }
        error => {
            let message = format!("the request to {origin} failed");
            TransportError::new(TransportErrorKind::Other, message).with_source(error)
        }
    }
}

/// Returns the timeout that has expired, and its limit.
fn expired(timeout: Timeout, settings: &Settings) -> (TimeoutKind, Option<Duration>) {
    match timeout {
        Timeout::Connect | Timeout::Resolve => (TimeoutKind::Connect, settings.connect_timeout),
        Timeout::Global | Timeout::PerCall | Timeout::RecvResponse => (TimeoutKind::Attempt, settings.attempt_timeout),
        _ => (TimeoutKind::Read, settings.read_timeout),
    }
}

fn is_not_connected(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable
    )
}

/// Returns whether the response has more headers than ureq accepts. ureq does not export the type of this error, so it
/// is recognized by its message. The test `failures_of_ureq_are_recognized` fails if an update changes the message.
fn has_too_many_headers(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Protocol(error) if error.to_string().contains("too many headers"))
}

#[cfg(test)]
mod tests;
