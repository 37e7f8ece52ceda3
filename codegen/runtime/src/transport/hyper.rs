//! The asynchronous transport, which is implemented with hyper. It supports HTTP/1.1 with keep-alive, and HTTP/2.
//!
//! hyper implements the protocols. This module adds timeouts and a pool of idle connections. A list is sufficient for a
//! pool with few origins, and saves several dependencies. hyper-util's pool does not distinguish between the runtimes
//! that drive connections, so a client that two runtimes share could hang.

mod body;
#[cfg(feature = "http2")]
mod http2;
mod read_timer;
mod upload;

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use http::header::{HOST, HeaderName, HeaderValue};
use http::uri::{Authority, Uri};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::runtime;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::connect::{Connected, Tls, connect, is_secure, uses_tls};
use super::options::HttpOptions;
use super::proxy::Proxy;
use super::{MAX_HEADER_SIZE, Settings, Transport, TransportError, TransportErrorKind, tls};
use crate::BoxFuture;
use crate::body::Body;
use crate::schema::HttpVersion;
use crate::sync::lock;
use crate::timeout::TimeoutKind;
use body::ResponseBody;
use read_timer::{ReadTimer, limited};
use upload::Progress;

/// The time within which a connection must become ready for the next request after a response. Otherwise, the
/// connection is closed.
const READY: Duration = Duration::from_secs(1);

/// The maximum time for which an idle connection is kept.
const IDLE: Duration = Duration::from_secs(60);

/// The maximum number of idle connections. With a lower number, programs with many concurrent calls would close
/// connections and open them again. A higher number could exceed the maximum number of open files, which is often 1024.
const MAX_IDLE: usize = 512;

const PROXY_AUTHORIZATION: HeaderName = HeaderName::from_static("proxy-authorization");

/// A transport that sends requests with hyper, using rustls for TLS. It requires a tokio runtime.
///
/// With the `http2` feature, servers choose between HTTP/2 and HTTP/1.1 during the TLS handshake. Without TLS, only
/// operations that require HTTP/2 are sent over HTTP/2. Without the feature, all requests are sent over HTTP/1.1.
///
/// Clones share their connections.
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::transport::{HttpOptions, HyperTransport};
/// #
/// let transport = HyperTransport::new(HttpOptions::from_env());
/// let config = Config::builder().transport(transport).build();
/// # drop(config);
/// ```
#[derive(Clone)]
pub struct HyperTransport {
    shared: Arc<Shared>,
}

struct Shared {
    options: HttpOptions,
    tls: OnceLock<Tls>,
    /// The idle connections, in the order in which they became idle.
    idle: Mutex<VecDeque<Idle>>,
    #[cfg(feature = "http2")]
    http2: http2::Connections,
}

/// A connection for a request.
enum Acquired {
    Http1 {
        connection: Box<Connection>,
        reused: bool,
    },
    #[cfg(feature = "http2")]
    Http2 {
        lease: http2::Lease,
        reused: bool,
    },
}

/// An idle connection.
struct Idle {
    connection: Box<Connection>,
    since: Instant,
}

/// A connection and the task that drives it. Dropping the connection ends the task.
struct Connection {
    origin: Origin,
    sender: SendRequest<Body>,
    driver: AbortHandle,
    read_timer: ReadTimer,
    /// The task's runtime. A connection is used only on this runtime, since the task makes no progress while the
    /// runtime is not driven.
    runtime: runtime::Id,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // If the task were not aborted, it would run until the peer has received all data.
        self.driver.abort();
    }
}

/// The origin of a connection.
#[derive(Clone, Debug, PartialEq)]
struct Origin {
    secure: bool,
    authority: Authority,
    /// The proxy through which the origin is reached.
    proxy: Option<Arc<Proxy>>,
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}

impl HyperTransport {
    /// Creates a transport without connections. The first TLS connection loads the certificates.
    #[must_use]
    pub fn new(options: HttpOptions) -> Self {
        let shared = Shared {
            options,
            tls: OnceLock::new(),
            idle: Mutex::new(VecDeque::new()),
            #[cfg(feature = "http2")]
            http2: http2::Connections::default(),
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Arc::clone(&self.shared).exchange(request)
    }
}

impl Shared {
    /// Sends a request and returns the response, whose body is a stream.
    ///
    /// This is not an `async fn`, because its future would contain the request twice.
    fn exchange(
        self: Arc<Self>,
        mut request: http::Request<Body>,
    ) -> BoxFuture<'static, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let settings: Settings = request.extensions_mut().remove().unwrap_or_default();
            let Ok(runtime) = runtime::Handle::try_current().map(|handle| handle.id()) else {
                let message =
                    "the default transport requires a tokio runtime, such as the one that `#[tokio::main]` starts";
                return Err(TransportError::new(TransportErrorKind::Other, message));
            };
            let uri = std::mem::take(request.uri_mut());
            let Some(authority) = uri.authority().cloned() else {
                return Err(TransportError::new(TransportErrorKind::Other, format!("`{uri}` has no host")));
            };
            let proxy = self.options.proxies.proxy_for(&uri)?.cloned();
            let origin = Origin { secure: is_secure(&uri), authority, proxy };
            if !request.headers().contains_key(HOST)
                && let Ok(host) = HeaderValue::from_str(origin.authority.as_str())
            {
                request.headers_mut().insert(HOST, host);
            }
            let (progress, body) = Progress::of(std::mem::take(request.body_mut()));
            *request.body_mut() = body;
            loop {
                let acquired = match self.existing(&origin, &settings, runtime) {
                    Some(existing) => existing,
                    // This future is boxed, so that the futures of calls on existing connections stay small.
                    None => Box::pin(self.connect_or_wait(&uri, &origin, &settings, runtime)).await?,
                };
                let (mut connection, reused) = match acquired {
                    Acquired::Http1 { connection, reused } => (connection, reused),
                    #[cfg(feature = "http2")]
                    Acquired::Http2 { lease, reused } => {
                        let host = request.headers_mut().remove(HOST);
                        *request.uri_mut() = http2::request_target(&uri, &origin, host.as_ref());
                        match Box::pin(lease.send(request, &progress, &origin, &settings)).await? {
                            http2::Sent::Response(response) => return Ok(response),
                            http2::Sent::Unsent(unsent, _) if reused => request = unsent,
                            // If a new connection is closed, the request is not sent again. Otherwise, a server that
                            // closes each connection immediately would cause an endless loop.
                            http2::Sent::Unsent(_, error) => return Err(broken(error, &origin)),
                            http2::Sent::RequiresHttp1(unsent, error) => {
                                self.http2.set_requires_http1(&origin);
                                match unsent.filter(|_| settings.http_version == HttpVersion::Any) {
                                    Some(unsent) => request = unsent,
                                    None => return Err(http2::requires_http1_error(&origin, &settings, error)),
                                }
                            }
                        }
                        request.headers_mut().extend(host.map(|host| (HOST, host)));
                        continue;
                    }
                };
                *request.uri_mut() = origin.request_target(&uri, request.headers_mut());
                let sending = pin!(connection.sender.try_send_request(request));
                let sent =
                    limited(&mut connection.read_timer, settings.read_timeout, &progress, &origin, sending).await?;
                let response = match sent {
                    Ok(response) => response,
                    Err(mut error) => match error.take_message() {
                        // The peer closed the idle connection before it received any part of the request, so the
                        // request is sent again.
                        Some(unsent) if reused => {
                            request = unsent;
                            continue;
                        }
                        _ => return Err(broken(error.into_error(), &origin)),
                    },
                };
                // After a server error, the connection is not reused, since the server at its other end may be broken.
                let keep = !response.status().is_server_error();
                return Ok(response.map(|incoming| {
                    let limit = settings.read_timeout;
                    Body::from_source(ResponseBody::new(incoming, connection, self, limit, progress, keep))
                }));
            }
        })
    }

    /// Returns an existing connection to the origin, if there is one with an HTTP version that the operation can use.
    fn existing(&self, origin: &Origin, settings: &Settings, runtime: runtime::Id) -> Option<Acquired> {
        #[cfg(feature = "http2")]
        if self.may_use_http2(origin, settings)
            && let Some(lease) = self.http2.lease(origin)
        {
            return Some(Acquired::Http2 { lease, reused: true });
        }
        if settings.http_version == HttpVersion::Http2 {
            return None;
        }
        self.take(origin, runtime).map(|connection| Acquired::Http1 { connection, reused: true })
    }

    /// Returns a new connection to the origin.
    #[cfg(not(feature = "http2"))]
    async fn connect_or_wait(
        &self,
        uri: &Uri,
        origin: &Origin,
        settings: &Settings,
        runtime: runtime::Id,
    ) -> Result<Acquired, TransportError> {
        if settings.http_version == HttpVersion::Http2 {
            let message = format!("`{}` requires HTTP/2; enable the `http2` feature", settings.operation);
            return Err(TransportError::new(TransportErrorKind::Other, message));
        }
        let connecting = pin!(self.connect(uri, origin, false));
        let connected = within_connect_timeout(settings, origin, connecting).await?;
        Ok(Acquired::Http1 { connection: start_http1(connected, origin, runtime).await?, reused: false })
    }

    #[cfg(feature = "http2")]
    fn may_use_http2(&self, origin: &Origin, settings: &Settings) -> bool {
        settings.http_version == HttpVersion::Http2 || (origin.secure && !self.http2.requires_http1(origin))
    }

    /// Returns a new connection to the origin, whose HTTP version is chosen by the server, or a connection that another
    /// call has established in the meantime.
    #[cfg(feature = "http2")]
    async fn connect_or_wait(
        &self,
        uri: &Uri,
        origin: &Origin,
        settings: &Settings,
        runtime: runtime::Id,
    ) -> Result<Acquired, TransportError> {
        let requires_http2 = settings.http_version == HttpVersion::Http2;
        if requires_http2 && !origin.secure && origin.proxy.is_some() {
            let message = format!(
                "`{}` requires HTTP/2, which cannot be used to reach {origin}; use an endpoint with https, or exempt \
                 the host with NO_PROXY",
                settings.operation
            );
            return Err(TransportError::new(TransportErrorKind::Other, message));
        }
        let may_use_http2 = self.may_use_http2(origin, settings);
        // If the server may choose HTTP/2, the first concurrent calls wait for one connection and share it.
        let turn = if may_use_http2 { self.http2.turn(origin) } else { None };
        let new = async {
            let _turn = match &turn {
                Some(turn) => {
                    let turn = turn.lock().await;
                    if let Some(existing) = self.existing(origin, settings, runtime) {
                        return Ok(existing);
                    }
                    Some(turn)
                }
                None => None,
            };
            let connected = self.connect(uri, origin, may_use_http2).await?;
            if connected.is_http2 || (requires_http2 && !origin.secure) {
                self.http2.set_http1(origin, false);
                let lease = self.http2.start(connected.stream, origin).await?;
                return Ok(Acquired::Http2 { lease, reused: false });
            }
            self.http2.set_http1(origin, origin.secure);
            if requires_http2 {
                return Err(http2::not_supported(origin, settings));
            }
            Ok(Acquired::Http1 { connection: start_http1(connected, origin, runtime).await?, reused: false })
        };
        within_connect_timeout(settings, origin, pin!(new)).await
    }

    /// Removes and returns the most recently used idle connection to the origin that belongs to this runtime and is
    /// open and ready.
    fn take(&self, origin: &Origin, runtime: runtime::Id) -> Option<Box<Connection>> {
        let now = Instant::now();
        let mut idle = self.idle();
        while idle.front().is_some_and(|oldest| now.duration_since(oldest.since) >= IDLE) {
            idle.pop_front();
        }
        // Closed connections are removed when they are found, so that a call does not need to check all connections.
        for at in (0..idle.len()).rev() {
            let connection = &idle[at].connection;
            let is_closed = connection.sender.is_closed();
            let is_usable =
                connection.runtime == runtime && connection.origin == *origin && connection.sender.is_ready();
            if (is_closed || is_usable)
                && let Some(found) = idle.remove(at)
                && !is_closed
            {
                return Some(found.connection);
            }
        }
        None
    }

    /// Returns the connection to the pool when it is ready for another request. If it does not become ready in time,
    /// for example because the peer has not read the whole request, the connection is closed.
    fn keep_when_ready(self: Arc<Self>, mut connection: Box<Connection>) {
        if connection.sender.is_ready() {
            self.keep(connection);
        } else if !connection.sender.is_closed()
            && let Ok(runtime) = runtime::Handle::try_current()
        {
            let keep = async move {
                if let Ok(Ok(())) = timeout(READY, connection.sender.ready()).await {
                    self.keep(connection);
                }
            };
            spawn(&runtime, Box::pin(keep));
        }
    }

    fn keep(&self, connection: Box<Connection>) {
        let mut idle = self.idle();
        if idle.len() >= MAX_IDLE {
            idle.pop_front();
        }
        idle.push_back(Idle { connection, since: Instant::now() });
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        lock(&self.idle)
    }

    /// Connects to the origin. Offers HTTP/2 if `may_use_http2` is `true`.
    async fn connect(&self, uri: &Uri, origin: &Origin, may_use_http2: bool) -> Result<Connected, TransportError> {
        let proxy = origin.proxy.as_deref();
        let tls = if uses_tls(uri, proxy) { Some(self.tls()?.offering_http2(may_use_http2)) } else { None };
        connect(uri, proxy, tls).await.map_err(|error| not_connected(error, origin))
    }

    fn tls(&self) -> Result<Tls, TransportError> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let tls = tls::client_config(self.options.ca_bundle.as_ref())?;
        Ok(self.tls.get_or_init(|| tls).clone())
    }
}

/// Spawns a task. The task is a trait object, so that tokio's code for a task is compiled only once.
fn spawn(runtime: &runtime::Handle, task: BoxFuture<'static, ()>) -> AbortHandle {
    runtime.spawn(task).abort_handle()
}

/// Starts HTTP/1.1 on a new connection.
async fn start_http1(
    connected: Connected,
    origin: &Origin,
    runtime: runtime::Id,
) -> Result<Box<Connection>, TransportError> {
    let mut protocol = http1::Builder::new();
    protocol.max_header_size(MAX_HEADER_SIZE);
    let (sender, connection) =
        protocol.handshake(TokioIo::new(connected.stream)).await.map_err(|error| broken(error, origin))?;
    let driver = spawn(&runtime::Handle::current(), Box::pin(async move { drop(connection.await) }));
    Ok(Box::new(Connection { origin: origin.clone(), sender, driver, read_timer: ReadTimer::default(), runtime }))
}

/// Returns the future's result, or an error if the connect timeout expires first.
///
/// The future is a trait object because it is awaited in two places, each of which would otherwise contain its code.
async fn within_connect_timeout<T>(
    settings: &Settings,
    origin: &Origin,
    future: Pin<&mut (dyn Future<Output = Result<T, TransportError>> + Send)>,
) -> Result<T, TransportError> {
    match settings.connect_timeout {
        None => future.await,
        Some(limit) => timeout(limit, future).await.map_err(|_| out_of_time(TimeoutKind::Connect, limit, origin))?,
    }
}

impl Origin {
    /// Returns the request target: the path and query, or the whole URI if a proxy forwards the request.
    fn request_target(&self, uri: &Uri, headers: &mut http::HeaderMap) -> Uri {
        match &self.proxy {
            Some(proxy) if !self.secure => {
                // A request that is sent again already has the header.
                if let Some(value) = proxy.authorization() {
                    headers.insert(PROXY_AUTHORIZATION, value);
                }
                uri.clone()
            }
            _ => uri.path_and_query().cloned().map(Uri::from).unwrap_or_default(),
        }
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

fn out_of_time(kind: TimeoutKind, limit: Duration, origin: &Origin) -> TransportError {
    let error = crate::timeout::TimeoutError::after(kind, limit, &origin.to_string());
    TransportError::new(TransportErrorKind::Timeout(kind), error.to_string())
}

fn not_connected(error: io::Error, origin: &Origin) -> TransportError {
    let distrusted = matches!(
        error.get_ref().and_then(|inner| inner.downcast_ref()),
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    );
    let kind = if distrusted { TransportErrorKind::Tls } else { TransportErrorKind::Connect };
    TransportError::new(kind, format!("cannot connect to {origin}")).with_source(error)
}

fn broken(error: hyper::Error, origin: &Origin) -> TransportError {
    if error.is_user() {
        let message = format!("cannot send the request's body to {origin}");
        return TransportError::new(TransportErrorKind::Other, message).with_source(error);
    }
    // hyper has a method for this check, but the method requires hyper's `server` feature.
    if error.is_parse() && error.to_string().contains("too large") {
        let message = format!(
            "the response from {origin} has more than 100 headers, or more than {MAX_HEADER_SIZE} bytes of headers"
        );
        return TransportError::new(TransportErrorKind::TooLarge, message);
    }
    if error.is_parse() || is_garbled(&error) {
        let message = format!("{origin} did not send a valid HTTP response");
        return TransportError::new(TransportErrorKind::Other, message).with_source(error);
    }
    let message = format!("the connection to {origin} failed");
    TransportError::new(TransportErrorKind::Closed, message).with_source(error)
}

/// Returns whether the chunked encoding of the body is invalid, which hyper reports as an I/O error.
fn is_garbled(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::InvalidInput)
}

#[cfg(test)]
mod tests;
