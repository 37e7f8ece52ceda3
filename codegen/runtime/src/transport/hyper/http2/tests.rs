//! Sends requests to HTTP/2 servers on the loopback interface.

mod closed;
mod streams;

use std::sync::atomic::AtomicUsize;
use std::task::{Poll, ready};

use bytes::Bytes;
use h2::server::{Connection as ServerConnection, SendResponse};
use h2::{Reason, RecvStream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, mpsc, oneshot};

use super::super::tests::{self, exchange, exchange_slowly, streaming};
use super::super::{HttpOptions, HyperTransport};
use super::*;
use crate::schema::HttpVersion;
use crate::timeout::TimeoutKind;
use crate::transport::tls::tests::certificate;
use crate::transport::{Settings, Transport};

type Respond = SendResponse<Bytes>;

/// The server's side of a connection, and the number of the connection.
struct Accepted<S = TcpStream> {
    number: usize,
    connection: ServerConnection<S, Bytes>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Accepted<S> {
    async fn request(&mut self) -> (http::Request<RecvStream>, Respond) {
        self.connection.accept().await.expect("the connection is open").unwrap()
    }

    /// Drives the connection until it ends.
    async fn drive(&mut self) {
        while let Some(Ok(_)) = self.connection.accept().await {}
    }

    /// Responds to each request in a separate task.
    async fn respond<F: Future<Output = ()> + Send + 'static>(
        mut self,
        respond: impl Fn(http::Request<RecvStream>, Respond) -> F,
    ) {
        while let Some(Ok((request, send))) = self.connection.accept().await {
            tokio::spawn(respond(request, send));
        }
    }
}

/// Starts a server that passes each connection to `on_connection`. Returns the server's origin and its connection
/// counter.
async fn serve<F>(on_connection: impl Fn(Accepted) -> F + Send + Sync + 'static) -> (String, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    serve_with(h2::server::Builder::new(), on_connection).await
}

async fn serve_with<F>(
    builder: h2::server::Builder,
    on_connection: impl Fn(Accepted) -> F + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (count, on_connection) = (AtomicUsize::new(0), Arc::new(on_connection));
    tests::serve(move |stream| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let (builder, on_connection) = (builder.clone(), Arc::clone(&on_connection));
        async move {
            let connection = builder.handshake(stream).await.unwrap();
            on_connection(Accepted { number, connection }).await;
        }
    })
    .await
}

/// Sends a complete response with the given body.
fn ok(mut send: Respond, body: impl Into<Bytes>) {
    // The client may have reset the stream.
    if let Ok(mut stream) = send.send_response(http::Response::new(()), false) {
        let _ = stream.send_data(body.into(), true);
    }
}

/// Sends the headers of a response. The caller sends the body.
fn headers(send: &mut Respond) -> h2::SendStream<Bytes> {
    send.send_response(http::Response::new(()), false).unwrap()
}

fn settings() -> Settings {
    Settings { operation: "Talk".into(), http_version: HttpVersion::Http2, ..Settings::default() }
}

fn request(uri: &str, body: impl Into<Body>) -> http::Request<Body> {
    http::Request::post(uri).extension(settings()).body(body.into()).unwrap()
}

async fn send(transport: &HyperTransport, uri: &str) -> Result<http::Response<Bytes>, TransportError> {
    exchange(transport, request(uri, "body")).await
}

fn transport() -> HyperTransport {
    HyperTransport::new(HttpOptions::new())
}

#[tokio::test]
async fn concurrent_and_later_calls_share_a_connection() {
    let (origin, connections) = serve(|accepted| async move {
        // No request gets a response before all requests have arrived.
        let barrier = Arc::new(Barrier::new(50));
        accepted
            .respond(move |request, send| {
                let barrier = Arc::clone(&barrier);
                async move {
                    if request.uri().path() == "/together" {
                        barrier.wait().await;
                    }
                    ok(send, "{}");
                }
            })
            .await;
    })
    .await;
    let transport = transport();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let (transport, uri) = (transport.clone(), format!("{origin}/together"));
            tokio::spawn(async move { send(&transport, &uri).await.unwrap() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().body(), "{}");
    }
    for _ in 0..3 {
        send(&transport, &origin).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_host_is_the_authority_of_the_request() {
    let (origin, _) = serve(|accepted| {
        accepted.respond(|request, send| async move {
            let text = format!("{:?} {} {:?}", request.version(), request.uri(), request.headers().get("host"));
            ok(send, text);
        })
    })
    .await;
    let response = send(&transport(), &format!("{origin}/path?x=1")).await.unwrap();
    assert_eq!(response.body(), &format!("HTTP/2.0 {origin}/path?x=1 None"));
    let mut request = request(&origin, "");
    request.headers_mut().insert(http::header::HOST, HeaderValue::from_static("signed.example"));
    let response = exchange(&transport(), request).await.unwrap();
    assert_eq!(response.body(), "HTTP/2.0 http://signed.example/ None");
}

/// Starts a TLS server that offers the given HTTP versions and uses the version that is negotiated. If `tunnel` is
/// `true`, the server expects a `CONNECT` request before each TLS handshake. Returns the server's origin and the
/// certificate to trust.
async fn serve_tls(protocols: &[&str], tunnel: bool) -> (String, String) {
    serve_tls_with(protocols, tunnel, None).await
}

/// How a server refuses HTTP/2 after the handshake.
#[derive(Clone, Copy)]
enum Refuse {
    /// Resets the stream of the first request.
    Request,
    /// Ends the connection after the first request.
    Connection,
    /// Ends the connection before any request.
    FirstFrame,
}

impl Refuse {
    async fn respond<S: AsyncRead + AsyncWrite + Unpin>(self, mut accepted: Accepted<S>) {
        if matches!(self, Self::FirstFrame) {
            accepted.connection.abrupt_shutdown(Reason::HTTP_1_1_REQUIRED);
            return accepted.drive().await;
        }
        let (_, mut send) = accepted.request().await;
        match self {
            Self::Request => send.send_reset(Reason::HTTP_1_1_REQUIRED),
            _ => accepted.connection.abrupt_shutdown(Reason::HTTP_1_1_REQUIRED),
        }
        accepted.drive().await;
    }
}

/// Starts a server as [`serve_tls`] does. If `refuse` is set, the server refuses HTTP/2 after the handshake.
async fn serve_tls_with(protocols: &[&str], tunnel: bool, refuse: Option<Refuse>) -> (String, String) {
    let (mut config, trusted) = certificate();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let count = AtomicUsize::new(0);
    let (origin, _) = tests::serve(move |mut stream| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let acceptor = acceptor.clone();
        async move {
            if tunnel {
                let mut greeting = Vec::new();
                while !greeting.ends_with(b"\r\n\r\n") {
                    greeting.push(stream.read_u8().await.unwrap());
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            }
            let mut stream = acceptor.accept(stream).await.unwrap();
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                let connection = h2::server::handshake(stream).await.unwrap();
                let accepted = Accepted { number, connection };
                return match refuse {
                    Some(refuse) => refuse.respond(accepted).await,
                    None => accepted.respond(move |_, send| async move { ok(send, format!("h2 {number}")) }).await,
                };
            }
            let mut seen = Vec::new();
            while stream.read_buf(&mut seen).await.is_ok_and(|size| size > 0) {
                if seen.ends_with(b"body") {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nh1").await.unwrap();
                }
            }
        }
    })
    .await;
    (origin.replace("http://", "https://"), trusted)
}

#[tokio::test]
async fn the_server_chooses_the_version_during_the_tls_handshake() {
    for (offered, any, http2) in [
        (&["h2", "http/1.1"][..], "h2 0", "h2 0"),
        (&["h2"], "h2 0", "h2 0"),
        (&["http/1.1"], "h1", ""),
        (&[], "h1", ""),
    ] {
        let (origin, trusted) = serve_tls(offered, false).await;
        let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted));
        for _ in 0..2 {
            let request = http::Request::post(&origin).body(Body::from("body")).unwrap();
            assert_eq!(exchange(&transport, request).await.unwrap().body(), any, "{offered:?}");
        }
        match send(&transport, &origin).await {
            Ok(response) => assert_eq!(response.body(), http2, "{offered:?}"),
            Err(error) => {
                assert_eq!(http2, "", "{error}");
                let expected = format!("{origin} does not support HTTP/2, which `Talk` requires");
                assert_eq!(error.to_string(), expected);
                assert_eq!(error.kind(), TransportErrorKind::Other);
            }
        }
    }
}

#[tokio::test]
async fn a_plain_connection_is_http_2_only_for_operations_that_require_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let first_bytes = tokio::spawn(async move {
        let mut seen = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut start = [0; 16];
            stream.read_exact(&mut start).await.unwrap();
            seen.push(String::from_utf8_lossy(&start).into_owned());
        }
        seen
    });
    let transport = transport();
    let any = http::Request::post(&origin).body(Body::from("body")).unwrap();
    assert!(exchange(&transport, any).await.is_err());
    assert!(send(&transport, &origin).await.is_err());
    assert_eq!(first_bytes.await.unwrap(), ["POST / HTTP/1.1\r", "PRI * HTTP/2.0\r\n"]);
}

#[tokio::test]
async fn http_2_uses_a_proxys_tunnel_but_not_a_forwarding_proxy() {
    let (proxy, trusted) = serve_tls(&["h2"], true).await;
    let proxy = proxy.replace("https://", "http://");
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(&*proxy));
    for _ in 0..2 {
        assert_eq!(send(&transport, "https://127.0.0.1:9/").await.unwrap().body(), "h2 0");
    }
    let error = send(&transport, "http://127.0.0.1:9/").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "`Talk` requires HTTP/2, which cannot be used to reach http://127.0.0.1:9 through the proxy {proxy}; use \
             an endpoint with https, or exempt the host with NO_PROXY"
        )
    );
}

#[tokio::test]
async fn another_connection_carries_the_calls_that_exceed_the_servers_limit() {
    let mut builder = h2::server::Builder::new();
    builder.max_concurrent_streams(2);
    let (origin, connections) = serve_with(builder, |accepted| {
        accepted.respond(|_, mut send| async move {
            let mut body = headers(&mut send);
            let _ = poll_fn(|cx| body.poll_reset(cx)).await;
        })
    })
    .await;
    let transport = transport();
    let mut open = Vec::new();
    for expected in [1, 1, 2, 2, 3] {
        open.push(transport.send(request(&origin, "body")).await.unwrap());
        assert_eq!(connections.load(Ordering::SeqCst), expected);
    }
    open.pop();
    let _again = transport.send(request(&origin, "body")).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_connection_is_not_used_after_a_server_error() {
    let (origin, connections) = serve(|accepted| {
        accepted.respond(|_, mut send| async move {
            send.send_response(http::Response::builder().status(503).body(()).unwrap(), true).unwrap();
        })
    })
    .await;
    let transport = transport();
    for _ in 0..2 {
        assert_eq!(send(&transport, &origin).await.unwrap().status(), 503);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_is_replaced() {
    let (origin, connections) = serve(|mut accepted| async move {
        let (_, send) = accepted.request().await;
        ok(send, "{}");
        accepted.connection.graceful_shutdown();
        accepted.drive().await;
    })
    .await;
    let transport = transport();
    for _ in 0..5 {
        assert_eq!(send(&transport, &origin).await.unwrap().body(), "{}");
    }
    assert!(connections.load(Ordering::SeqCst) > 1);
}

#[tokio::test]
async fn connections_end_with_the_transport() {
    let (end, mut ended) = mpsc::channel(1);
    let (origin, _) = serve(move |mut accepted| {
        let end = end.clone();
        async move {
            let (_, send) = accepted.request().await;
            ok(send, "{}");
            accepted.drive().await;
            end.send(()).await.unwrap();
        }
    })
    .await;
    let transport = transport();
    send(&transport, &origin).await.unwrap();
    drop(transport);
    assert_eq!(ended.recv().await, Some(()));
}

#[tokio::test]
async fn a_response_with_too_many_headers_is_an_error_that_is_not_retryable() {
    let (origin, _) = serve(|accepted| {
        accepted.respond(|request, mut send| async move {
            let size = if request.uri().path() == "/large" { MAX_HEADER_SIZE } else { MAX_HEADER_SIZE / 2 };
            let response = http::Response::builder().header("x", "a".repeat(size)).body(()).unwrap();
            let _ = send.send_response(response, true);
        })
    })
    .await;
    let transport = transport();
    assert_eq!(send(&transport, &origin).await.unwrap().status(), 200);
    let error = send(&transport, &format!("{origin}/large")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the response from {origin} is invalid, or has more than 65536 bytes of headers")
    );
    assert_eq!(crate::retry::classify::transport(error.kind()), None);
}
