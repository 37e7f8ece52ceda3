//! Requests to HTTP/2 servers on the loopback interface.

use std::sync::atomic::AtomicUsize;

use bytes::Bytes;
use h2::server::{Connection as ServerConnection, SendResponse};
use h2::{Reason, RecvStream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, mpsc, oneshot};

use super::super::tests::{self, exchange};
use super::super::{HttpOptions, HyperTransport};
use super::*;
use crate::schema::HttpVersion;
use crate::timeout::TimeoutKind;
use crate::transport::Transport;
use crate::transport::tls::tests::certificate;

type Respond = SendResponse<Bytes>;

/// The server's side of a connection, and its number.
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

    /// Responds to each request in a task of its own.
    async fn respond<F: Future<Output = ()> + Send + 'static>(
        mut self,
        respond: impl Fn(http::Request<RecvStream>, Respond) -> F,
    ) {
        while let Some(Ok((request, send))) = self.connection.accept().await {
            tokio::spawn(respond(request, send));
        }
    }
}

/// Starts a server that passes each connection to the function. Returns its origin and the number of connections.
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

/// Responds with a whole body.
fn ok(mut send: Respond, body: impl Into<Bytes>) {
    // The client may have reset the stream.
    if let Ok(mut stream) = send.send_response(http::Response::new(()), false) {
        let _ = stream.send_data(body.into(), true);
    }
}

/// Responds with the headers. The body follows.
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

/// The body of a request, from a channel.
struct Parts(mpsc::Receiver<Bytes>);

impl futures_core::Stream for Parts {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|part| part.map(Ok))
    }
}

fn streaming() -> (mpsc::Sender<Bytes>, Body) {
    let (sender, parts) = mpsc::channel(1);
    (sender, Body::from_stream(Parts(parts), None))
}

#[tokio::test]
async fn concurrent_and_later_calls_share_a_connection() {
    let (origin, connections) = serve(|accepted| async move {
        // Nobody gets a response before all requests are there.
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

/// Starts a TLS server that offers versions of HTTP and expects HTTP/2, if it is offered. Returns its origin and the
/// certificate to trust. A request for a tunnel precedes each connection if `tunnel` is set.
async fn serve_tls(protocols: &[&str], tunnel: bool) -> (String, String) {
    serve_tls_with(protocols, tunnel, None).await
}

/// The part of an HTTP/2 connection with which a server refuses it.
#[derive(Clone, Copy)]
enum Refuse {
    /// The first request, with a reset of its stream.
    Request,
    /// The connection, after the first request.
    Connection,
    /// The connection, before any request.
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

/// Starts a server as [`serve_tls`] does, which may refuse HTTP/2 after the handshake.
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
async fn http_2_goes_through_a_proxys_tunnel_but_not_through_a_proxy_that_forwards() {
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
            "`Talk` requires HTTP/2, which cannot be sent to http://127.0.0.1:9 through the proxy {proxy}; use an endpoint \
             with https, or exempt the host with NO_PROXY"
        )
    );
}

#[tokio::test]
async fn a_connection_that_goes_away_finishes_its_calls_and_gets_no_others() {
    let (origin, connections) = serve(|mut accepted| async move {
        let (_, mut first) = accepted.request().await;
        let mut body = headers(&mut first);
        if accepted.number == 0 {
            accepted.connection.graceful_shutdown();
        }
        body.send_data("start, ".into(), false).unwrap();
        let (end, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            // Until the connection has nothing else to do.
            tokio::task::yield_now().await;
            body.send_data("end".into(), true).unwrap();
            drop(end);
        });
        let _ = tokio::join!(accepted.drive(), ended);
    })
    .await;
    let transport = transport();
    for _ in 0..2 {
        assert_eq!(send(&transport, &origin).await.unwrap().body(), "start, end");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_that_the_server_refuses_fails_with_a_retryable_error_and_the_next_one_works() {
    for reason in [Reason::REFUSED_STREAM, Reason::NO_ERROR, Reason::ENHANCE_YOUR_CALM] {
        for goes_away in [false, true] {
            let (origin, connections) = serve(move |mut accepted| async move {
                let (_, mut send) = accepted.request().await;
                if accepted.number > 0 {
                    ok(send, "{}");
                } else if goes_away {
                    accepted.connection.abrupt_shutdown(reason);
                } else {
                    send.send_reset(reason);
                }
                accepted.drive().await;
            })
            .await;
            let transport = transport();
            let error = send(&transport, &origin).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Closed, "{reason:?} {error:?}");
            assert!(error.to_string().ends_with(" failed"), "{error}");
            assert_eq!(send(&transport, &origin).await.unwrap().body(), "{}");
            assert_eq!(connections.load(Ordering::SeqCst), 2);
        }
    }
}

/// Starts a TLS server that sends these bytes on each connection before it has received any request. Returns its origin,
/// the certificate to trust and the number of connections.
fn greet(bytes: Vec<u8>) -> (String, String, Arc<AtomicUsize>) {
    let (mut config, trusted) = certificate();
    config.alpn_protocols = vec![b"h2".to_vec()];
    // The bytes follow the server's part of the handshake immediately.
    config.send_half_rtt_data = true;
    let config = Arc::new(config);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
            let tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::StreamOwned::new(tls, stream.unwrap());
            std::io::Write::write_all(&mut tls.conn.writer(), &bytes).unwrap();
            let _ = std::io::copy(&mut tls, &mut std::io::sink());
        }
    });
    (origin, trusted, count)
}

#[tokio::test]
async fn a_server_that_closes_each_connection_immediately_is_connected_to_once() {
    // Empty settings, and a GOAWAY with the code ENHANCE_YOUR_CALM.
    let (settings, goaway) = ([0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11]);
    let (origin, trusted, connections) = greet([settings.as_slice(), &goaway].concat());
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted));
    let error = send(&transport, &origin).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Closed, "{error:?}");
    assert!(error.to_string().ends_with(" failed"), "{error}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_operation_that_requires_http_2_fails_on_a_server_that_requires_http_1() {
    for goes_away in [false, true] {
        let (origin, _) = serve(move |mut accepted| async move {
            let (_, mut send) = accepted.request().await;
            match goes_away {
                true => accepted.connection.abrupt_shutdown(Reason::HTTP_1_1_REQUIRED),
                false => send.send_reset(Reason::HTTP_1_1_REQUIRED),
            }
            accepted.drive().await;
        })
        .await;
        let transport = transport();
        for _ in 0..2 {
            let error = send(&transport, &origin).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
            let expected = format!("{origin} accepts `Talk` only with HTTP/1.1, but the operation requires HTTP/2");
            assert_eq!(error.to_string(), expected);
        }
    }
}

#[tokio::test]
async fn later_attempts_use_http_1_if_the_server_requires_it() {
    for refuse in [Refuse::Request, Refuse::Connection, Refuse::FirstFrame] {
        let (origin, trusted) = serve_tls_with(&["h2", "http/1.1"], false, Some(refuse)).await;
        let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted));
        let any = || http::Request::post(&origin).body(Body::from("body")).unwrap();
        // Before any part of the request is sent, the other version is used at once.
        let response = match exchange(&transport, any()).await {
            Ok(response) => Ok(response),
            Err(error) => {
                assert_eq!(error.kind(), TransportErrorKind::Closed, "{error:?}");
                let expected =
                    format!("{origin} accepts `` only with HTTP/1.1; later requests to it are sent with HTTP/1.1");
                assert_eq!(error.to_string(), expected);
                exchange(&transport, any()).await
            }
        };
        assert_eq!(response.unwrap().body(), "h1");
    }
}

#[tokio::test]
async fn a_server_that_closes_the_connection_ends_all_calls_on_it() {
    let (origin, connections) = serve(|mut accepted| async move {
        let number = accepted.number;
        let (_, mut first) = accepted.request().await;
        if number > 0 {
            ok(first, "{}");
            return accepted.drive().await;
        }
        let mut body = headers(&mut first);
        body.send_data("half".into(), false).unwrap();
        let _second = accepted.request().await;
    })
    .await;
    let transport = transport();
    let mut first = transport.send(request(&origin, "body")).await.unwrap().into_body();
    assert_eq!(first.next().await.unwrap().unwrap(), "half");
    let error = send(&transport, &origin).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Closed);
    let error = first.next().await.unwrap().unwrap_err();
    assert_eq!(error.downcast_ref::<TransportError>().unwrap().kind(), TransportErrorKind::Closed);
    assert_eq!(send(&transport, &origin).await.unwrap().body(), "{}");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
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
async fn large_bodies_respect_flow_control_in_both_directions() {
    const SIZE: usize = 8 << 20;
    let (origin, _) = serve(|accepted| {
        accepted.respond(|request, mut send| async move {
            // Echoes the body, with as much data at a time as the client accepts.
            let mut incoming = request.into_body();
            let mut outgoing = headers(&mut send);
            while let Some(Ok(mut part)) = incoming.data().await {
                incoming.flow_control().release_capacity(part.len()).unwrap();
                while !part.is_empty() {
                    outgoing.reserve_capacity(part.len());
                    let size = poll_fn(|cx| outgoing.poll_capacity(cx)).await.unwrap().unwrap();
                    outgoing.send_data(part.split_to(size.min(part.len())), false).unwrap();
                }
            }
            outgoing.send_data(Bytes::new(), true).unwrap();
        })
    })
    .await;
    let (sender, body) = streaming();
    let part = |number: usize| Bytes::from(vec![u8::try_from(number % 251).unwrap(); 64 << 10]);
    tokio::spawn(async move {
        for number in 0..SIZE / (64 << 10) {
            sender.send(part(number)).await.unwrap();
        }
    });
    let response = exchange(&transport(), request(&origin, body)).await.unwrap();
    assert_eq!(response.body().len(), SIZE);
    let parts = response.body().chunks(64 << 10).enumerate();
    assert!(parts.into_iter().all(|(number, received)| received == part(number)));
}

#[tokio::test]
async fn a_stream_is_reset_when_its_response_is_dropped_and_the_connection_is_kept() {
    let (reset, mut resets) = mpsc::channel(1);
    let (origin, connections) = serve(move |accepted| {
        let reset = reset.clone();
        accepted.respond(move |request, mut send| {
            let reset = reset.clone();
            async move {
                if request.uri().path() == "/" {
                    return ok(send, "{}");
                }
                let mut body = headers(&mut send);
                body.send_data("half".into(), false).unwrap();
                let reason = poll_fn(|cx| body.poll_reset(cx)).await.unwrap();
                reset.send(reason).await.unwrap();
            }
        })
    })
    .await;
    let transport = transport();
    let (sender, upload) = streaming();
    for body in [Body::from("body"), upload] {
        let response = transport.send(request(&format!("{origin}/endless"), body)).await.unwrap();
        drop(response);
        assert_eq!(resets.recv().await, Some(Reason::CANCEL));
    }
    sender.closed().await;
    send(&transport, &origin).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stream_is_reset_when_its_call_is_canceled_and_others_continue() {
    let (event, mut events) = mpsc::channel(1);
    let (origin, connections) = serve(move |accepted| {
        let event = event.clone();
        accepted.respond(move |request, mut send| {
            let event = event.clone();
            async move {
                event.send("arrived".to_owned()).await.unwrap();
                if request.uri().path() == "/" {
                    let mut body = headers(&mut send);
                    body.send_data("half".into(), false).unwrap();
                    let mut request = request.into_body();
                    assert!(request.data().await.is_some());
                    return body.send_data("rest".into(), true).unwrap();
                }
                let reason = poll_fn(|cx| send.poll_reset(cx)).await.unwrap();
                event.send(format!("{reason:?}")).await.unwrap();
            }
        })
    })
    .await;
    let transport = transport();
    let (sender, upload) = streaming();
    let mut other = transport.send(request(&origin, upload)).await.unwrap().into_body();
    assert_eq!(other.next().await.unwrap().unwrap(), "half");
    assert_eq!(events.recv().await.unwrap(), "arrived");
    let (canceled, upload) = streaming();
    let call = tokio::spawn({
        let (transport, uri) = (transport.clone(), format!("{origin}/endless"));
        async move { exchange(&transport, request(&uri, upload)).await }
    });
    assert_eq!(events.recv().await.unwrap(), "arrived");
    call.abort();
    assert_eq!(events.recv().await.unwrap(), "CANCEL");
    canceled.closed().await;
    sender.send("more".into()).await.unwrap();
    assert_eq!(other.next().await.unwrap().unwrap(), "rest");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn silence_is_limited_by_the_read_timeout_and_retires_the_connection() {
    let (origin, connections) = serve(|accepted| {
        accepted.respond(|request, mut send| async move {
            if request.uri().path() == "/half" {
                let mut body = headers(&mut send);
                body.send_data("half".into(), false).unwrap();
                let _ = poll_fn(|cx| body.poll_reset(cx)).await;
            } else {
                let _ = poll_fn(|cx| send.poll_reset(cx)).await;
            }
        })
    })
    .await;
    let transport = transport();
    for path in ["/half", "/"] {
        let mut request = request(&format!("{origin}{path}"), "body");
        request.extensions_mut().insert(Settings { read_timeout: Some(Duration::from_millis(20)), ..settings() });
        let error = exchange(&transport, request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout(TimeoutKind::Read));
        assert_eq!(error.to_string(), format!("{origin} sent no data for 20ms"));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_error_of_the_requests_body_is_the_error_of_the_call() {
    struct Broken;
    impl futures_core::Stream for Broken {
        type Item = Result<Bytes, std::io::Error>;

        fn poll_next(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(Some(Err(std::io::Error::other("the disk is gone"))))
        }
    }
    let (origin, _) = serve(|accepted| {
        accepted.respond(|_, mut send| async move {
            let _ = poll_fn(|cx| send.poll_reset(cx)).await;
        })
    })
    .await;
    let error = exchange(&transport(), request(&origin, Body::from_stream(Broken, None))).await.unwrap_err();
    assert_eq!(
        crate::error::with_root_cause(&error),
        format!("cannot send the request's body to {origin}: the disk is gone")
    );
    assert_eq!(error.kind(), TransportErrorKind::Other);
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
