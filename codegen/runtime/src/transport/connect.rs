//! Establishes connections, including DNS lookups, the choice of an address, proxies and TLS.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::Uri;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::origin::is_secure;
use super::proxy::Proxy;
use crate::BoxFuture;

/// How long to wait for an address to respond before also trying the next one.
const HEAD_START: Duration = Duration::from_millis(250);

/// The maximum size of a proxy's response to a `CONNECT` request, in bytes.
const LONGEST_GREETING: usize = 8 * 1024;

/// A connection of any kind, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection, and whether the server has chosen HTTP/2.
pub(super) struct Connected {
    pub(super) stream: Box<dyn Stream>,
    #[cfg(feature = "http2")]
    pub(super) is_http2: bool,
}

/// The TLS configurations of a connection.
#[derive(Clone)]
pub(super) struct Tls {
    /// The configuration for HTTP/1.1, which is also used for proxies.
    pub(super) http1: Arc<rustls::ClientConfig>,
    /// The configuration that offers HTTP/2 to the server.
    #[cfg(feature = "http2")]
    pub(super) any: Arc<rustls::ClientConfig>,
}

impl Tls {
    /// Returns the configurations, which offer HTTP/2 only if `offered` is `true`.
    #[cfg(feature = "http2")]
    pub(super) fn offering_http2(mut self, offered: bool) -> Self {
        if !offered {
            self.any = Arc::clone(&self.http1);
        }
        self
    }

    #[cfg(not(feature = "http2"))]
    pub(super) fn offering_http2(self, _: bool) -> Self {
        self
    }
}

/// Connects to the URI's host. If there is a proxy, an HTTPS connection uses a tunnel through the proxy, and a plain
/// HTTP connection ends at the proxy itself. `tls` is required if the connection [uses TLS](uses_tls).
pub(super) async fn connect(uri: &Uri, proxy: Option<&Proxy>, tls: Option<Tls>) -> io::Result<Connected> {
    let mut stream: Box<dyn Stream> = Box::new(tcp(proxy.map_or(uri, |proxy| &proxy.uri)).await?);
    let Some(tls) = tls else { return Ok(Connected::plain(stream)) };
    let secure = is_secure(uri);
    if let Some(proxy) = proxy {
        if is_secure(&proxy.uri) {
            stream = encrypt(stream, &proxy.uri, Arc::clone(&tls.http1)).await?.stream;
        }
        if secure {
            tunnel(&mut stream, uri, proxy).await?;
        }
    }
    if !secure {
        return Ok(Connected::plain(stream));
    }
    #[cfg(not(feature = "http2"))]
    return encrypt(stream, uri, tls.http1).await;
    #[cfg(feature = "http2")]
    encrypt(stream, uri, tls.any).await
}

impl Connected {
    fn plain(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            #[cfg(feature = "http2")]
            is_http2: false,
        }
    }
}

/// Returns whether the connection to the URI's host, or to the proxy, uses TLS.
pub(super) fn uses_tls(uri: &Uri, proxy: Option<&Proxy>) -> bool {
    is_secure(uri) || proxy.is_some_and(|proxy| is_secure(&proxy.uri))
}

fn host_and_port(uri: &Uri) -> (&str, u16) {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    (host, uri.port_u16().unwrap_or(if is_secure(uri) { 443 } else { 80 }))
}

/// Connects to the URI's host and returns the first connection that is established. The next address is tried when the
/// previous one fails, or after [`HEAD_START`], so an unreachable address costs little time.
async fn tcp(uri: &Uri) -> io::Result<TcpStream> {
    let mut addresses = interleave(tokio::net::lookup_host(host_and_port(uri)).await?.collect()).into_iter();
    let mut tries: Vec<Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>> = Vec::new();
    let mut failure = None;
    let mut timer = Box::pin(tokio::time::sleep(Duration::ZERO));
    let stream = poll_fn(|cx| {
        loop {
            let mut at = 0;
            while at < tries.len() {
                match tries[at].as_mut().poll(cx) {
                    Poll::Ready(Ok(stream)) => return Poll::Ready(Some(stream)),
                    Poll::Ready(Err(error)) => {
                        drop(tries.swap_remove(at));
                        failure = Some(error);
                    }
                    Poll::Pending => at += 1,
                }
            }
            let waiting = !tries.is_empty();
            if waiting && timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match addresses.next() {
                Some(address) => {
                    tries.push(Box::pin(TcpStream::connect(address)));
                    timer.as_mut().reset(tokio::time::Instant::now() + HEAD_START);
                }
                None if waiting => return Poll::Pending,
                None => return Poll::Ready(None),
            }
        }
    })
    .await;
    match stream {
        Some(stream) => {
            // Requests are written in a single piece, so Nagle's algorithm would only delay them.
            stream.set_nodelay(true)?;
            Ok(stream)
        }
        None => Err(failure.unwrap_or_else(|| ErrorKind::AddrNotAvailable.into())),
    }
}

/// Interleaves IPv4 and IPv6 addresses. If the network does not support one of the protocols, establishing a connection
/// takes at most one [`HEAD_START`] longer.
fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv4() == first_is_v4);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut out = Vec::new();
    loop {
        match (first.next(), second.next()) {
            (None, None) => return out,
            (one, other) => out.extend(one.into_iter().chain(other)),
        }
    }
}

/// Starts TLS on a connection to the URI's host.
///
/// The future is boxed, so that the code for dropping a handshake is compiled once instead of in each future that
/// awaits it.
fn encrypt(stream: Box<dyn Stream>, uri: &Uri, tls: Arc<rustls::ClientConfig>) -> BoxFuture<'_, io::Result<Connected>> {
    Box::pin(async move {
        let name = ServerName::try_from(host_and_port(uri).0.to_owned())
            .map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
        let stream = TlsConnector::from(tls).connect(name, stream).await?;
        Ok(Connected {
            #[cfg(feature = "http2")]
            is_http2: stream.get_ref().1.alpn_protocol() == Some(b"h2"),
            stream: Box::new(stream),
        })
    })
}

/// Opens a tunnel to the URI's host through the proxy.
async fn tunnel(stream: &mut Box<dyn Stream>, uri: &Uri, proxy: &Proxy) -> io::Result<()> {
    let port = host_and_port(uri).1;
    let host = uri.host().unwrap_or_default();
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(authorization) = proxy.authorization() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        // Single bytes are read, because the data after the blank line belongs to the tunnel. This is fast enough,
        // since the operating system buffers the response.
        response.push(stream.read_u8().await?);
        if response.len() > LONGEST_GREETING {
            let message = format!("the proxy's response to `CONNECT` is larger than {LONGEST_GREETING} bytes");
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
    }
    let response = String::from_utf8_lossy(&response);
    let line = response.lines().next().unwrap_or_default();
    match line.split(' ').nth(1) {
        Some(status) if status.starts_with('2') && line.starts_with("HTTP/1.") => Ok(()),
        _ => Err(io::Error::new(ErrorKind::PermissionDenied, format!("the proxy refused the connection: {line}"))),
    }
}
