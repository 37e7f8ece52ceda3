//! HTTP/2 connections, which carry many calls at the same time.
//!
//! Calls to the same origin share a connection if they are on the same runtime. Another connection is established when
//! all existing connections carry as many calls as the server allows. If the first calls to an origin are concurrent,
//! they wait for one connection instead of establishing one connection each.

mod stream;
mod watched;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::runtime;
use tokio::task::AbortHandle;

use super::super::connect::Stream;
use super::read_timer::{ReadTimer, limited};
use super::{
    Exchange, HttpVersion, IDLE, MAX_HEADER_SIZE, Origin, Sent, TransportError, TransportErrorKind, broken, spawn,
};
use crate::body::Body;
use crate::sync::lock;
use stream::{CancelableBody, CanceledOnDrop, Http2ResponseBody, requires_http1};
use watched::Watched;

/// The time without data after which a connection with open streams is checked, and the time in which the peer must
/// respond to the check. Without the check, a call without a read timeout would wait forever for a peer that has
/// disappeared.
const PING: Duration = Duration::from_secs(20);

/// The flow-control window of a connection, which is the maximum. The window of each stream limits the data that waits
/// for a reader. With a smaller window for the connection, streams that nobody reads would block all other streams.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;

/// The HTTP/2 connections of a transport.
#[derive(Default)]
pub(super) struct Connections {
    origins: Mutex<Vec<OriginPool>>,
}

/// The connections to an origin, on one runtime.
struct OriginPool {
    origin: Origin,
    runtime: runtime::Id,
    connections: Vec<PooledConnection>,
    /// The lock that a call holds while it establishes a connection.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Whether the server has chosen HTTP/1.1. If so, connections to the server are established independently of each
    /// other.
    chose_http1: bool,
    /// Whether the server has refused HTTP/2 after the handshake. If so, HTTP/2 is used only for operations that
    /// require it.
    requires_http1: bool,
}

/// A connection in the pool.
struct PooledConnection {
    connection: Arc<Http2Connection>,
    sender: SendRequest<CancelableBody>,
    /// The maximum number of concurrent calls, as last read from the connection.
    max_calls: usize,
    /// The time at which the last call was sent.
    used: Instant,
}

/// The future that drives a connection. The task that polls it holds the lock while hyper polls the bodies of requests.
type Driven = Mutex<http2::Connection<TokioIo<Watched>, CancelableBody, TokioExecutor>>;

/// The state that the calls on a connection share. Once the connection has left the pool, it is closed at the end of
/// the last call.
struct Http2Connection {
    /// The future that drives the connection. The driver task owns it, and the pool reads the maximum number of calls
    /// from it.
    driven: Weak<Driven>,
    driver: AbortHandle,
    /// Whether no further calls may use the connection.
    retired: AtomicBool,
    /// Whether the server has ended the connection because it requires HTTP/1.1.
    requires_http1: Arc<AtomicBool>,
}

impl Drop for Http2Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// The right to send a request on a connection.
pub(super) struct Lease {
    connection: Arc<Http2Connection>,
    sender: SendRequest<CancelableBody>,
}

impl Connections {
    /// Returns a connection to the origin that can carry another call.
    pub(super) fn lease(&self, origin: &Origin) -> Option<Lease> {
        self.with_pool(origin, |pool| {
            pool.connections.retain(PooledConnection::is_usable);
            let at = pool.connections.iter_mut().position(PooledConnection::has_capacity)?;
            let pooled = &mut pool.connections[at];
            pooled.used = Instant::now();
            Some(pooled.lease())
        })
    }

    /// Returns the lock that a call holds while it establishes a connection, or `None` if the server has chosen
    /// HTTP/1.1.
    pub(super) fn turn(&self, origin: &Origin) -> Option<Arc<tokio::sync::Mutex<()>>> {
        self.with_pool(origin, |pool| (!pool.chose_http1).then(|| Arc::clone(&pool.turn)))
    }

    /// Returns whether the server has refused HTTP/2.
    pub(super) fn requires_http1(&self, origin: &Origin) -> bool {
        self.with_pool(origin, |pool| pool.requires_http1)
    }

    /// Records that the server has refused HTTP/2.
    pub(super) fn set_requires_http1(&self, origin: &Origin) {
        self.with_pool(origin, |pool| pool.requires_http1 = true);
    }

    /// Records whether the server has chosen HTTP/1.1.
    pub(super) fn set_http1(&self, origin: &Origin, chosen: bool) {
        self.with_pool(origin, |pool| pool.chose_http1 = chosen);
    }

    /// Starts HTTP/2 on a new connection.
    pub(super) async fn start(&self, stream: Box<dyn Stream>, origin: &Origin) -> Result<Lease, TransportError> {
        let mut protocol = http2::Builder::new(TokioExecutor::new());
        protocol
            .timer(TokioTimer::new())
            .max_header_list_size(MAX_HEADER_SIZE as u32)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        let requires_http1 = Arc::default();
        let stream = Watched::new(stream, Arc::clone(&requires_http1));
        let (sender, driven) = protocol.handshake(TokioIo::new(stream)).await.map_err(|error| broken(error, origin))?;
        let max_calls = driven.current_max_send_streams();
        let driven = Arc::new(Mutex::new(driven));
        let connection = Arc::new(Http2Connection {
            driven: Arc::downgrade(&driven),
            driver: spawn(&runtime::Handle::current(), Box::pin(drive(driven))),
            retired: AtomicBool::new(false),
            requires_http1,
        });
        let pooled = PooledConnection { connection, sender, max_calls, used: Instant::now() };
        let lease = pooled.lease();
        self.with_pool(origin, |pool| pool.connections.push(pooled));
        Ok(lease)
    }

    /// Calls `f` with the connections to the origin that belong to the current runtime. If the origin is new, also
    /// removes origins that are no longer used.
    fn with_pool<T>(&self, origin: &Origin, f: impl FnOnce(&mut OriginPool) -> T) -> T {
        let runtime = runtime::Handle::current().id();
        let mut origins = lock(&self.origins);
        let known = origins.iter().position(|pool| pool.runtime == runtime && pool.origin == *origin);
        let at = known.unwrap_or_else(|| {
            origins.retain_mut(OriginPool::is_used);
            let (connections, turn) = (Vec::new(), Arc::default());
            let (chose_http1, requires_http1) = (false, false);
            origins.push(OriginPool {
                origin: origin.clone(),
                runtime,
                connections,
                turn,
                chose_http1,
                requires_http1,
            });
            origins.len() - 1
        });
        f(&mut origins[at])
    }
}

impl OriginPool {
    /// Removes connections that are no longer usable. Returns whether any connections are left, or the origin is
    /// otherwise in use.
    fn is_used(&mut self) -> bool {
        self.connections.retain(PooledConnection::is_usable);
        !self.connections.is_empty() || self.requires_http1 || Arc::strong_count(&self.turn) > 1
    }
}

/// Drives a connection until it ends.
async fn drive(driven: Arc<Driven>) {
    // The error is ignored because the calls on the connection report it.
    let _ = poll_fn(|cx| Pin::new(&mut *lock(&driven)).poll(cx)).await;
}

impl PooledConnection {
    fn lease(&self) -> Lease {
        Lease { connection: Arc::clone(&self.connection), sender: self.sender.clone() }
    }

    /// Returns the number of calls on the connection.
    fn calls(&self) -> usize {
        Arc::strong_count(&self.connection) - 1
    }

    fn is_usable(&self) -> bool {
        let is_idle = self.calls() == 0 && self.used.elapsed() > IDLE;
        !is_idle && !self.sender.is_closed() && !self.connection.retired.load(Ordering::Relaxed)
    }

    /// Returns whether the server allows another call. Until the server's settings arrive, hyper assumes a limit of 100
    /// calls.
    fn has_capacity(&mut self) -> bool {
        // Waiting for the lock could cause a deadlock, since the body that the driver polls may be sending this call.
        // If the last known limit is too high, hyper sends the call when another one has ended.
        if let Some(driven) = self.connection.driven.upgrade()
            && let Ok(driven) = driven.try_lock()
        {
            self.max_calls = driven.current_max_send_streams();
        }
        self.calls() < self.max_calls
    }
}

impl Lease {
    /// Sends a request. If the call fails or is canceled before the response's headers arrive, or if the response is a
    /// server error, no further calls use the connection.
    pub(super) async fn send(
        mut self,
        mut request: http::Request<Body>,
        exchange: &Exchange,
    ) -> Result<Sent, TransportError> {
        let host = request.headers_mut().remove(HOST);
        *request.uri_mut() = request_target(exchange, host.as_ref());
        let upload = CanceledOnDrop::new();
        let request = request.map(|body| CancelableBody::new(body, &upload));
        let mut unanswered = RetireOnDrop { connection: &self.connection, armed: true };
        let sending = pin!(self.sender.try_send_request(request));
        let response = match limited(&mut ReadTimer::default(), exchange, sending).await? {
            Ok(response) => response,
            Err(mut error) => {
                let unsent = error.take_message().map(|request| {
                    let mut request = request.map(CancelableBody::into_inner);
                    request.headers_mut().extend(host.map(|host| (HOST, host)));
                    request
                });
                let error = error.into_error();
                if self.connection.requires_http1.load(Ordering::Relaxed) || requires_http1(&error) {
                    return Ok(Sent::RequiresHttp1(unsent, error));
                }
                return match unsent {
                    Some(unsent) => Ok(Sent::Unsent(unsent, error)),
                    None => Err(upload.error_or(error, &exchange.origin)),
                };
            }
        };
        unanswered.armed = response.status().is_server_error();
        drop(unanswered);
        Ok(Sent::Response(
            response
                .map(|incoming| Body::from_source(Http2ResponseBody::new(incoming, self.connection, upload, exchange))),
        ))
    }
}

/// A guard that retires the connection when it is dropped, unless it has been disarmed by a successful response.
struct RetireOnDrop<'a> {
    connection: &'a Http2Connection,
    armed: bool,
}

impl Drop for RetireOnDrop<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.connection.retire();
        }
    }
}

impl Http2Connection {
    /// Prevents further calls from using the connection.
    fn retire(&self) {
        self.retired.store(true, Ordering::Relaxed);
    }
}

/// Returns the URI of an HTTP/2 request, whose authority is the value of the `Host` header.
fn request_target(exchange: &Exchange, host: Option<&HeaderValue>) -> Uri {
    let Exchange { uri, origin, .. } = exchange;
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(if origin.secure { Scheme::HTTPS } else { Scheme::HTTP });
    let authority = host.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    parts.authority = Some(authority.unwrap_or_else(|| origin.authority.clone()));
    parts.path_and_query = Some(uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")));
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

/// Returns the error for an operation that requires HTTP/2 if the server has chosen HTTP/1.1.
pub(super) fn not_supported(exchange: &Exchange) -> TransportError {
    let Exchange { origin, settings, .. } = exchange;
    let message = format!("{origin} does not support HTTP/2, which `{}` requires", settings.operation);
    TransportError::new(TransportErrorKind::Other, message)
}

/// Returns the error for a request that the server accepts only with HTTP/1.1. The error is retryable unless the
/// operation requires HTTP/2, since later requests to the server are sent with HTTP/1.1.
pub(super) fn requires_http1_error(exchange: &Exchange, error: hyper::Error) -> TransportError {
    let Exchange { origin, settings, .. } = exchange;
    let (kind, reason) = match settings.http_version {
        HttpVersion::Any => (TransportErrorKind::Closed, "; later requests to this server are sent over HTTP/1.1"),
        HttpVersion::Http2 => (TransportErrorKind::Other, ", but the operation requires HTTP/2"),
    };
    let message = format!("{origin} accepts `{}` only over HTTP/1.1{reason}", settings.operation);
    TransportError::new(kind, message).with_source(error)
}

#[cfg(test)]
mod tests;
