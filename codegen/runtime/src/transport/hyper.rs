//! The asynchronous transport, which is implemented with hyper. It supports HTTP/1.1 with keep-alive, and HTTP/2.
//!
//! hyper implements the protocols. This module adds timeouts and a pool of idle connections. A list is sufficient for a
//! pool with few origins, and saves several dependencies. hyper-util's pool does not distinguish between the runtimes
//! that drive connections, so a client that two runtimes share could hang.

mod body;
#[cfg(feature = "http2")]
mod http2;
mod progress;
mod read_timer;

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use http::header::PROXY_AUTHORIZATION;
use http::uri::Uri;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::runtime;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::connect::{Connected, Tls, connect, uses_tls};
use super::options::HttpOptions;
use super::origin::Origin;
use super::{MAX_HEADER_SIZE, Settings, Transport, TransportError, TransportErrorKind, tls};
use crate::BoxFuture;
use crate::body::Body;
use crate::offload::offload;
use crate::schema::HttpVersion;
use crate::sync::lock;
use crate::timeout::TimeoutKind;
use body::Http1ResponseBody;
use progress::Progress;
use read_timer::{ReadTimer, limited};

/// The time within which a connection must become ready for the next request after a response. Otherwise, the
/// connection is closed.
const READY: Duration = Duration::from_secs(1);

/// The time after which an idle connection is no longer used.
const IDLE: Duration = Duration::from_secs(60);

/// The maximum number of idle connections. With a lower number, programs with many concurrent calls would close
/// connections and open them again. A higher number could exceed the maximum number of open files, which is often 1024.
const MAX_IDLE: usize = 512;

/// A transport that sends requests with hyper, using rustls for TLS. It requires a tokio runtime.
///
/// With the `http2` feature, servers choose between HTTP/2 and HTTP/1.1 during the TLS handshake. Without TLS, only
/// operations that require HTTP/2 are sent over HTTP/2. Without the feature, all requests are sent over HTTP/1.1.
///
/// Clones share their connections, and up to 512 idle connections are kept for later requests. A connection that has
/// been idle for a minute is not reused. It is closed by a later request, by the server, or when the last clone is
/// dropped.
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
    pool: Arc<Pool>,
}

/// The connections of a transport, and the options with which they are established.
struct Pool {
    options: HttpOptions,
    tls: OnceLock<Tls>,
    /// The idle connections, in the order in which they became idle.
    idle: Mutex<VecDeque<Idle>>,
    #[cfg(feature = "http2")]
    http2: http2::Connections,
}

/// The parts of a request that are the same each time it is sent, and the progress of its body.
struct Exchange {
    uri: Uri,
    origin: Origin,
    settings: Settings,
    progress: Progress,
    runtime: runtime::Id,
}

/// A connection for a request.
struct Acquired {
    connection: Connection,
    /// Whether the connection already existed. If so, the server may have closed it in the meantime.
    reused: bool,
}

enum Connection {
    Http1(Box<Http1Connection>),
    #[cfg(feature = "http2")]
    Http2(http2::Lease),
}

/// The result of sending a request on a connection.
enum Sent {
    Response(http::Response<Body>),
    /// The connection was closed before any part of the request was sent.
    Unsent(http::Request<Body>, hyper::Error),
    /// The server accepts the request only with HTTP/1.1. Contains the request if no part of it was sent.
    #[cfg(feature = "http2")]
    RequiresHttp1(Option<http::Request<Body>>, hyper::Error),
}

/// An idle connection.
struct Idle {
    connection: Box<Http1Connection>,
    since: Instant,
}

/// An HTTP/1.1 connection and the task that drives it. Dropping the connection ends the task.
struct Http1Connection {
    origin: Origin,
    sender: SendRequest<Body>,
    driver: AbortHandle,
    read_timer: ReadTimer,
    /// The task's runtime. A connection is used only on this runtime, since the task makes no progress while the
    /// runtime is not driven.
    runtime: runtime::Id,
}

impl Drop for Http1Connection {
    fn drop(&mut self) {
        // If the task were not aborted, it would run until the peer has received all data.
        self.driver.abort();
    }
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
        let pool = Pool {
            options,
            tls: OnceLock::new(),
            idle: Mutex::new(VecDeque::new()),
            #[cfg(feature = "http2")]
            http2: http2::Connections::default(),
        };
        Self { pool: Arc::new(pool) }
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Arc::clone(&self.pool).exchange(request)
    }
}

impl Pool {
    /// Sends a request and returns the response, whose body is a stream.
    ///
    /// This is not an `async fn`, because its future would contain the request twice.
    fn exchange(
        self: Arc<Self>,
        mut request: http::Request<Body>,
    ) -> BoxFuture<'static, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let exchange = Exchange::new(&mut request, &self.options)?;
            loop {
                let Acquired { connection, reused } = match self.existing(&exchange) {
                    Some(existing) => existing,
                    // This future is boxed, so that the futures of calls on existing connections stay small.
                    None => Box::pin(self.connect_or_wait(&exchange)).await?,
                };
                let sent = match connection {
                    Connection::Http1(mut connection) => {
                        *request.uri_mut() = exchange.http1_target(request.headers_mut());
                        let sending = pin!(connection.sender.try_send_request(request));
                        self.respond_http1(connection, sending, &exchange).await?
                    }
                    #[cfg(feature = "http2")]
                    Connection::Http2(lease) => Box::pin(lease.send(request, &exchange)).await?,
                };
                request = match sent {
                    Sent::Response(response) => return Ok(response),
                    Sent::Unsent(unsent, _) if reused => unsent,
                    // If a new connection is closed, the request is not sent again. Otherwise, a server that closes
                    // each connection immediately would cause an endless loop.
                    Sent::Unsent(_, error) => return Err(broken(error, &exchange.origin)),
                    #[cfg(feature = "http2")]
                    Sent::RequiresHttp1(unsent, error) => {
                        self.http2.set_requires_http1(&exchange.origin);
                        match unsent.filter(|_| exchange.settings.http_version == HttpVersion::Any) {
                            Some(unsent) => unsent,
                            None => return Err(http2::requires_http1_error(&exchange, error)),
                        }
                    }
                };
            }
        })
    }

    /// Waits for the response to a request that is sent over HTTP/1.1.
    async fn respond_http1(
        self: &Arc<Self>,
        mut connection: Box<Http1Connection>,
        sending: Pin<&mut impl Future<Output = Result<http::Response<Incoming>, TrySendError<http::Request<Body>>>>>,
        exchange: &Exchange,
    ) -> Result<Sent, TransportError> {
        let response = match limited(&mut connection.read_timer, exchange, sending).await? {
            Ok(response) => response,
            Err(mut error) => match error.take_message() {
                Some(unsent) => return Ok(Sent::Unsent(unsent, error.into_error())),
                None => return Err(broken(error.into_error(), &exchange.origin)),
            },
        };
        // After a server error, the connection is not reused, since the server at the other end may be faulty.
        let keep = !response.status().is_server_error();
        Ok(Sent::Response(response.map(|incoming| {
            Body::from_source(Http1ResponseBody::new(incoming, connection, Arc::clone(self), exchange, keep))
        })))
    }

    /// Returns an existing connection to the origin, if there is one with an HTTP version that the operation can use.
    fn existing(&self, exchange: &Exchange) -> Option<Acquired> {
        #[cfg(feature = "http2")]
        if self.may_use_http2(exchange)
            && let Some(lease) = self.http2.lease(&exchange.origin)
        {
            return Some(Acquired { connection: Connection::Http2(lease), reused: true });
        }
        if exchange.requires_http2() {
            return None;
        }
        let connection = self.take(&exchange.origin, exchange.runtime)?;
        Some(Acquired { connection: Connection::Http1(connection), reused: true })
    }

    /// Returns a new connection to the origin.
    #[cfg(not(feature = "http2"))]
    async fn connect_or_wait(&self, exchange: &Exchange) -> Result<Acquired, TransportError> {
        if exchange.requires_http2() {
            let message = format!("`{}` requires HTTP/2; enable the `http2` feature", exchange.settings.operation);
            return Err(TransportError::new(TransportErrorKind::Other, message));
        }
        let connecting = pin!(self.connect(exchange, false));
        start_http1(within_connect_timeout(exchange, connecting).await?, exchange).await
    }

    #[cfg(feature = "http2")]
    fn may_use_http2(&self, exchange: &Exchange) -> bool {
        exchange.requires_http2() || (exchange.origin.secure && !self.http2.requires_http1(&exchange.origin))
    }

    /// Returns a new connection to the origin, whose HTTP version is chosen by the server, or a connection that another
    /// call has established in the meantime.
    #[cfg(feature = "http2")]
    async fn connect_or_wait(&self, exchange: &Exchange) -> Result<Acquired, TransportError> {
        let (origin, requires_http2) = (&exchange.origin, exchange.requires_http2());
        if requires_http2 && !origin.secure && origin.proxy.is_some() {
            let message = format!(
                "`{}` requires HTTP/2, which cannot be used to reach {origin}; use an endpoint with https, or exempt \
                 the host with NO_PROXY",
                exchange.settings.operation
            );
            return Err(TransportError::new(TransportErrorKind::Other, message));
        }
        let may_use_http2 = self.may_use_http2(exchange);
        // If the server may choose HTTP/2, the first concurrent calls wait for one connection and share it.
        let turn = if may_use_http2 { self.http2.turn(origin) } else { None };
        let new = async {
            let _turn = match &turn {
                Some(turn) => {
                    let turn = turn.lock().await;
                    if let Some(existing) = self.existing(exchange) {
                        return Ok(existing);
                    }
                    Some(turn)
                }
                None => None,
            };
            let connected = self.connect(exchange, may_use_http2).await?;
            if connected.is_http2 || (requires_http2 && !origin.secure) {
                self.http2.set_http1(origin, false);
                let lease = self.http2.start(connected.stream, origin).await?;
                return Ok(Acquired { connection: Connection::Http2(lease), reused: false });
            }
            self.http2.set_http1(origin, origin.secure);
            if requires_http2 {
                return Err(http2::not_supported(exchange));
            }
            start_http1(connected, exchange).await
        };
        within_connect_timeout(exchange, pin!(new)).await
    }

    /// Removes and returns the most recently used idle connection to the origin that belongs to this runtime and is
    /// open and ready.
    fn take(&self, origin: &Origin, runtime: runtime::Id) -> Option<Box<Http1Connection>> {
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
    fn keep_when_ready(self: Arc<Self>, mut connection: Box<Http1Connection>) {
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

    fn keep(&self, connection: Box<Http1Connection>) {
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
    async fn connect(&self, exchange: &Exchange, may_use_http2: bool) -> Result<Connected, TransportError> {
        let (uri, proxy) = (&exchange.uri, exchange.origin.proxy.as_deref());
        let tls = if uses_tls(uri, proxy) { Some(self.tls().await?.offering_http2(may_use_http2)) } else { None };
        connect(uri, proxy, tls).await.map_err(|error| exchange.origin.not_connected(error))
    }

    async fn tls(&self) -> Result<Tls, TransportError> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        // Reading and parsing the system's certificates takes milliseconds.
        let ca_bundle = self.options.ca_bundle.clone();
        let tls = offload(move || tls::client_config(ca_bundle.as_ref())).await?;
        Ok(self.tls.get_or_init(|| tls).clone())
    }
}

/// Spawns a task. The task is a trait object, so that tokio's code for a task is compiled only once.
fn spawn(runtime: &runtime::Handle, task: BoxFuture<'static, ()>) -> AbortHandle {
    runtime.spawn(task).abort_handle()
}

/// Starts HTTP/1.1 on a new connection.
async fn start_http1(connected: Connected, exchange: &Exchange) -> Result<Acquired, TransportError> {
    let Exchange { origin, runtime, .. } = exchange;
    let mut protocol = http1::Builder::new();
    protocol.max_header_size(MAX_HEADER_SIZE);
    let (sender, connection) =
        protocol.handshake(TokioIo::new(connected.stream)).await.map_err(|error| broken(error, origin))?;
    let driver = spawn(&runtime::Handle::current(), Box::pin(async move { drop(connection.await) }));
    let read_timer = ReadTimer::default();
    let connection = Http1Connection { origin: origin.clone(), sender, driver, read_timer, runtime: *runtime };
    Ok(Acquired { connection: Connection::Http1(Box::new(connection)), reused: false })
}

/// Returns the future's result, or an error if the connect timeout expires first.
///
/// The future is a trait object because it is awaited in two places, each of which would otherwise contain its code.
async fn within_connect_timeout<T>(
    exchange: &Exchange,
    future: Pin<&mut (dyn Future<Output = Result<T, TransportError>> + Send)>,
) -> Result<T, TransportError> {
    match exchange.settings.connect_timeout {
        None => future.await,
        Some(limit) => {
            timeout(limit, future).await.map_err(|_| exchange.origin.timed_out(TimeoutKind::Connect, limit))?
        }
    }
}

impl Exchange {
    /// Prepares a request for sending. Takes its URI and its settings, and records the progress of its body.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no tokio runtime, or if the URI or the proxy is invalid.
    fn new(request: &mut http::Request<Body>, options: &HttpOptions) -> Result<Self, TransportError> {
        let settings = request.extensions_mut().remove().unwrap_or_default();
        let Ok(runtime) = runtime::Handle::try_current().map(|handle| handle.id()) else {
            let message =
                "the default transport requires a tokio runtime, such as the one that `#[tokio::main]` starts";
            return Err(TransportError::new(TransportErrorKind::Other, message));
        };
        let uri = std::mem::take(request.uri_mut());
        let origin = Origin::new(&uri, &options.proxies)?;
        origin.add_host(request.headers_mut());
        let (progress, body) = Progress::of(std::mem::take(request.body_mut()));
        *request.body_mut() = body;
        Ok(Self { uri, origin, settings, progress, runtime })
    }

    fn requires_http2(&self) -> bool {
        self.settings.http_version == HttpVersion::Http2
    }

    /// Returns the URI of an HTTP/1.1 request: the path and query, or the whole URI if a proxy forwards the request.
    fn http1_target(&self, headers: &mut http::HeaderMap) -> Uri {
        match &self.origin.proxy {
            Some(proxy) if !self.origin.secure => {
                // A request that is sent again already has the header.
                if let Some(value) = proxy.authorization() {
                    headers.insert(PROXY_AUTHORIZATION, value);
                }
                self.uri.clone()
            }
            _ => self.uri.path_and_query().cloned().map(Uri::from).unwrap_or_default(),
        }
    }
}

/// Converts an error of hyper.
fn broken(error: hyper::Error, origin: &Origin) -> TransportError {
    if error.is_user() {
        return origin.invalid_body(error);
    }
    if has_large_headers(&error) {
        return origin.large_headers();
    }
    if error.is_parse() || is_garbled(&error) {
        return origin.invalid_response(error);
    }
    origin.disconnected(error)
}

/// Returns whether the headers of the response exceed a limit. hyper's method for this check requires its `server`
/// feature, so the error is recognized by its message. The test `failures_of_hyper_are_recognized` fails if an update
/// changes the message.
fn has_large_headers(error: &hyper::Error) -> bool {
    error.is_parse() && error.to_string().contains("too large")
}

/// Returns whether the chunked encoding of the body is invalid, which hyper reports as an I/O error. TLS reports
/// invalid records with the same kind of I/O error; they are failures of the connection.
fn is_garbled(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| {
        matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
            && !cause.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
    })
}

#[cfg(test)]
mod tests;
