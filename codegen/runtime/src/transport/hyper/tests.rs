//! Requests to scripted servers on the loopback interface.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::transport::{collect, tls::tests::certificate};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// Starts a server that passes each connection to the function. Returns its origin and the number of connections.
pub(super) async fn serve<F, S>(on_connection: F) -> (String, Arc<AtomicUsize>)
where
    F: Fn(TcpStream) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(on_connection(stream));
        }
    });
    (origin, count)
}

/// Reads one request with the body `body`. Returns `None` if the client has closed the connection.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\nbody") && !request.ends_with(b"\r\n\r\n") {
        let mut part = [0; 1024];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(size) => request.extend_from_slice(&part[..size]),
        }
    }
    Some(String::from_utf8(request).unwrap())
}

/// Starts a server that sends the same response to every request.
async fn responding_with(response: &'static str) -> (String, Arc<AtomicUsize>) {
    serve(move |mut stream| async move {
        while read_request(&mut stream).await.is_some() {
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    })
    .await
}

fn request(uri: &str, settings: Settings) -> http::Request<Body> {
    http::Request::post(uri).extension(settings).body(Body::from("body")).unwrap()
}

/// Sends a request and reads the whole response.
pub(super) async fn exchange(
    transport: &HyperTransport,
    request: http::Request<Body>,
) -> Result<http::Response<Bytes>, TransportError> {
    collect(transport.send(request).await?, u64::MAX, "", || unreachable!("there is no limit")).await
}

async fn send(transport: &HyperTransport, uri: &str) -> Result<http::Response<Bytes>, TransportError> {
    exchange(transport, request(uri, Settings::default())).await
}

fn transport() -> HyperTransport {
    HyperTransport::new(HttpOptions::new())
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() {
    let (origin, connections) = responding_with(OK).await;
    let transport = transport();
    for _ in 0..3 {
        let response = send(&transport, &origin).await.unwrap();
        assert_eq!((response.status().as_u16(), &response.body()[..]), (200, &b"{}"[..]));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_connections_of_many_concurrent_requests_are_kept() {
    const REQUESTS: usize = 100;
    // No request gets a response before all have been received, so each has a connection of its own.
    let all_received = Arc::new(tokio::sync::Barrier::new(REQUESTS));
    let (origin, connections) = serve(move |mut stream| {
        let all_received = Arc::clone(&all_received);
        async move {
            while read_request(&mut stream).await.is_some() {
                all_received.wait().await;
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let transport = transport();
    for _ in 0..2 {
        let requests: Vec<_> = (0..REQUESTS)
            .map(|_| {
                let (transport, origin) = (transport.clone(), origin.clone());
                tokio::spawn(async move { send(&transport, &origin).await.map(drop) })
            })
            .collect();
        for request in requests {
            request.await.unwrap().unwrap();
        }
        // The tasks of the connections run until all are ready again.
        for _ in 0..REQUESTS {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(connections.load(Ordering::SeqCst), REQUESTS);
}

#[tokio::test]
async fn what_is_sent_is_a_plain_http_1_request() {
    let (origin, _) = serve(|mut stream| async move {
        let request = read_request(&mut stream).await.unwrap();
        let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{request}", request.len());
        stream.write_all(response.as_bytes()).await.unwrap();
    })
    .await;
    let response = send(&transport(), &format!("{origin}/base/path?x=1")).await.unwrap();
    let host = origin.trim_start_matches("http://");
    let text = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert_eq!(text, format!("POST /base/path?x=1 HTTP/1.1\r\nhost: {host}\r\ncontent-length: 4\r\n\r\nbody"));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let (origin, connections) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.unwrap();
    })
    .await;
    let transport = transport();
    for _ in 0..5 {
        send(&transport, &origin).await.unwrap();
        // Lets the connection's task see the end of the stream.
        tokio::task::yield_now().await;
        while !transport.shared.idle().iter().all(|idle| idle.connection.sender.is_closed()) {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_closed_port_is_a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(&transport(), &origin).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let line = crate::error::with_root_cause(&error);
    assert_eq!(line, format!("cannot connect to {origin}: connection refused"));
}

#[tokio::test]
async fn silence_runs_into_the_read_timeout_before_and_inside_the_body() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    for response in ["", half] {
        let (origin, _) = responding_with(response).await;
        let settings = Settings { read_timeout: Some(Duration::from_millis(20)), ..Settings::default() };
        let error = exchange(&transport(), request(&origin, settings)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout(TimeoutKind::Read));
        assert_eq!(error.to_string(), format!("{origin} sent no data for 20ms"));
    }
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    let (origin, _) = responding_with(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n",
    )
    .await;
    let response = send(&transport(), &origin).await.unwrap();
    assert_eq!(response.body(), "onetwothree");
}

#[tokio::test]
async fn a_connection_that_breaks_and_an_invalid_response_differ() {
    for (response, kind) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", TransportErrorKind::Closed),
        ("HTTP/1.1 200 OK\r\ncont", TransportErrorKind::Closed),
        ("SSH-2.0-OpenSSH\r\n\r\n", TransportErrorKind::Other),
    ] {
        let (origin, _) = serve(move |mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(response.as_bytes()).await.unwrap();
        })
        .await;
        let error = send(&transport(), &origin).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{response}: {error:?}");
    }
}

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let (told, heard) = tokio::sync::oneshot::channel();
    let told = Arc::new(Mutex::new(Some(told)));
    let (arrived, arrival) = tokio::sync::oneshot::channel();
    let arrived = Arc::new(Mutex::new(Some(arrived)));
    let (origin, _) = serve(move |mut stream| {
        let (told, arrived) = (Arc::clone(&told), Arc::clone(&arrived));
        async move {
            read_request(&mut stream).await;
            arrived.lock().unwrap().take().unwrap().send(()).unwrap();
            let end = read_request(&mut stream).await;
            told.lock().unwrap().take().unwrap().send(end).unwrap();
        }
    })
    .await;
    let task = tokio::spawn(async move { send(&transport(), &origin).await });
    arrival.await.unwrap();
    task.abort();
    assert_eq!(heard.await.unwrap(), None, "the server sees the end of the connection");
}

#[tokio::test]
async fn a_plain_request_goes_to_the_proxy_with_its_whole_uri() {
    let (proxy, _) = serve(|mut stream| async move {
        let request = read_request(&mut stream).await.unwrap();
        let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{request}", request.len());
        stream.write_all(response.as_bytes()).await.unwrap();
    })
    .await;
    let proxy = proxy.replace("http://", "http://user:pass@");
    let transport = HyperTransport::new(HttpOptions::new().proxy(proxy));
    let response = send(&transport, "http://example.invalid/path").await.unwrap();
    let text = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert!(text.starts_with("POST http://example.invalid/path HTTP/1.1\r\n"), "{text}");
    assert!(text.contains("host: example.invalid\r\n"), "{text}");
    assert!(text.contains("proxy-authorization: Basic dXNlcjpwYXNz\r\n"), "{text}");
}

#[tokio::test]
async fn a_proxy_may_refuse_a_tunnel() {
    let (origin, _) = responding_with("HTTP/1.1 403 Not for you\r\ncontent-length: 0\r\n\r\n").await;
    let proxy = origin.replace("http://", "http://user:pass@");
    let (_, trusted) = certificate();
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(proxy));
    let error = send(&transport, "https://example.invalid/").await.unwrap_err();
    let line = crate::error::with_root_cause(&error);
    assert_eq!(
        line,
        format!(
            "cannot connect to https://example.invalid through the proxy {origin}: the proxy refused the connection: HTTP/1.1 403 Not for you"
        )
    );
}

#[tokio::test]
async fn a_proxy_whose_response_does_not_end_is_an_error() {
    let (proxy, _) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        // The client closes the connection before it has read everything.
        while stream.write_all(b"HTTP/1.1 200 Connected, but never done\r\n").await.is_ok() {}
    })
    .await;
    let (_, trusted) = certificate();
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(&*proxy));
    let error = send(&transport, "https://example.invalid/").await.unwrap_err();
    assert_eq!(
        crate::error::with_root_cause(&error),
        format!(
            "cannot connect to https://example.invalid through the proxy {proxy}: the proxy's response to `CONNECT` is larger \
             than 8192 bytes"
        )
    );
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_an_error() {
    let transport = HyperTransport::new(HttpOptions::new().proxy("socks5://user:pass@127.0.0.1:1080"));
    for uri in ["https://example.invalid/", "http://example.invalid/"] {
        let error = send(&transport, uri).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Other);
        assert_eq!(
            error.to_string(),
            "invalid proxy URL in `HttpOptions::proxy`: `socks5://` is not supported, only `http://` and `https://`; expected a \
             URL such as `http://proxy.example.com:3128`"
        );
    }
}

#[tokio::test]
async fn a_ca_bundle_without_certificates_is_named() {
    let transport =
        HyperTransport::new(crate::transport::options::trusting(with_ca_bundle(b"").ca_bundle_with_origin()));
    let error = send(&transport, "https://127.0.0.1:9/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert!(error.to_string().starts_with("the CA bundle /ca.pem (named by AWS_CA_BUNDLE) contains no"), "{error}");
}

/// Starts a TLS server that responds to one request on each connection, after a request for a tunnel if `tunnel` is
/// set.
async fn serve_tls(tunnel: bool) -> (String, String) {
    let (config, trusted) = certificate();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let (origin, _) = serve(move |mut stream| {
        let acceptor = acceptor.clone();
        async move {
            if tunnel {
                let greeting = read_request(&mut stream).await.unwrap();
                assert!(greeting.starts_with("CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\n"), "{greeting}");
                stream.write_all(b"HTTP/1.1 200 Connected\r\nvia: test\r\n\r\n").await.unwrap();
            }
            // A client that does not trust the certificate closes the connection here.
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut seen = Vec::new();
            while !seen.ends_with(b"body") {
                seen.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(OK.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    })
    .await;
    (origin, trusted)
}

#[tokio::test]
async fn tls_trusts_the_given_certificates_only() {
    let (origin, trusted) = serve_tls(false).await;
    let origin = origin.replace("http://", "https://");
    let with_mark = format!("\u{feff}{trusted}");
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(with_mark));
    assert_eq!(send(&transport, &origin).await.unwrap().body(), "{}");
    let config = crate::config::Config::builder().ca_bundle(trusted).build();
    let transport = HyperTransport::new(crate::transport::options::trusting(config.ca_bundle_with_origin()));
    assert_eq!(send(&transport, &origin).await.unwrap().body(), "{}");

    let (_, other) = certificate();
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(other));
    let error = send(&transport, &origin).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    let line = crate::error::with_root_cause(&error);
    assert!(line.starts_with(&format!("cannot connect to {origin}: invalid peer certificate: ")), "{line}");

    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(""));
    let error = send(&transport, &origin).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert_eq!(
        error.to_string(),
        "the CA bundle set in code contains no certificate; expected PEM with `-----BEGIN CERTIFICATE-----`, found an empty file"
    );
}

#[tokio::test]
async fn tls_goes_through_a_proxys_tunnel() {
    let (proxy, trusted) = serve_tls(true).await;
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(proxy));
    assert_eq!(send(&transport, "https://127.0.0.1:9/").await.unwrap().body(), "{}");
}

/// A server that responds before it has read the request's body, and reads nothing more.
#[tokio::test]
async fn a_connection_whose_request_was_not_sent_whole_is_not_used_again() {
    let (origin, connections) = serve(|mut stream| async move {
        let mut head = [0; 1024];
        let _ = stream.read(&mut head).await;
        let large = String::from_utf8_lossy(&head).contains("content-length: 20000000");
        let status = if large { "413 Too Large" } else { "200 OK" };
        let response = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}");
        stream.write_all(response.as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let transport = transport();
    let settings = Settings { read_timeout: Some(Duration::from_secs(20)), ..Settings::default() };
    let large = http::Request::post(&origin).extension(settings.clone()).body(vec![b' '; 20_000_000].into()).unwrap();
    assert_eq!(exchange(&transport, large).await.unwrap().status(), 413);
    let next = timeout(Duration::from_secs(10), exchange(&transport, request(&origin, settings))).await;
    assert_eq!(next.expect("the next call does not hang").unwrap().status(), 200);
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_that_gave_a_servers_error_is_not_used_again() {
    for (response, expected) in [
        ("HTTP/1.1 500 Oops\r\ncontent-length: 2\r\n\r\n{}", 3),
        ("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}", 3),
        ("HTTP/1.1 400 Bad\r\ncontent-length: 2\r\n\r\n{}", 1),
    ] {
        let (origin, connections) = responding_with(response).await;
        let transport = transport();
        for _ in 0..3 {
            send(&transport, &origin).await.unwrap();
        }
        assert_eq!(connections.load(Ordering::SeqCst), expected, "{response}");
    }
}

/// The first runtime still exists, but is not driven while the second one sends. Then it is dropped.
#[test]
fn two_runtimes_share_a_transport() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (told, heard) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        runtime().block_on(async {
            told.send(responding_with(OK).await).unwrap();
            let _ = stopped.await;
        });
    });
    let (origin, connections) = heard.recv().unwrap();
    let (transport, first, second) = (transport(), runtime(), runtime());
    let send = || async {
        let settings = Settings { read_timeout: Some(Duration::from_secs(5)), ..Settings::default() };
        exchange(&transport, request(&origin, settings)).await.unwrap();
    };
    for _ in 0..2 {
        first.block_on(send());
        second.block_on(send());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2, "one for each runtime");
    drop(first);
    second.block_on(send());
    runtime().block_on(send());
    assert_eq!(connections.load(Ordering::SeqCst), 3);
    drop(stop);
    server.join().unwrap();
}

/// Starts a server that sends the pieces of a response one at a time, each on request.
async fn stepping(pieces: &'static [&'static str]) -> (String, tokio::sync::mpsc::UnboundedSender<()>) {
    let (step, steps) = tokio::sync::mpsc::unbounded_channel();
    let steps = Arc::new(tokio::sync::Mutex::new(steps));
    let (origin, _) = serve(move |mut stream| {
        let steps = Arc::clone(&steps);
        async move {
            while read_request(&mut stream).await.is_some() {
                for piece in pieces {
                    if steps.lock().await.recv().await.is_none() {
                        return;
                    }
                    stream.write_all(piece.as_bytes()).await.unwrap();
                }
            }
        }
    })
    .await;
    (origin, step)
}

#[tokio::test]
async fn a_response_is_there_before_its_body() {
    let (origin, step) =
        stepping(&["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "3\r\none\r\n", "3\r\ntwo\r\n0\r\n\r\n"])
            .await;
    step.send(()).unwrap();
    let mut response = transport().send(request(&origin, Settings::default())).await.unwrap();
    for expected in ["one", "two"] {
        step.send(()).unwrap();
        assert_eq!(response.body_mut().next().await.unwrap().unwrap(), expected);
    }
    assert!(response.body_mut().next().await.is_none());
}

#[tokio::test]
async fn dropping_a_body_before_its_end_closes_the_connection() {
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let (origin, connections) = serve(move |mut stream| {
        let told = told.clone();
        async move {
            while read_request(&mut stream).await.is_some() {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
            }
            told.send(()).unwrap();
        }
    })
    .await;
    let transport = transport();
    for attempt in 1..=2 {
        let mut response = transport.send(request(&origin, Settings::default())).await.unwrap();
        assert_eq!(response.body_mut().next().await.unwrap().unwrap(), "half");
        drop(response);
        heard.recv().await.expect("the server sees the end of the connection");
        assert_eq!(connections.load(Ordering::SeqCst), attempt);
    }
}

#[tokio::test]
async fn a_request_can_be_a_stream() {
    for (length, head) in [(Some(4), "content-length: 4\r\n"), (None, "transfer-encoding: chunked\r\n")] {
        let (origin, _) = serve(|mut stream| async move {
            let mut seen = String::new();
            while !seen.ends_with("body") && !seen.ends_with("0\r\n\r\n") {
                let mut part = [0; 1024];
                let size = stream.read(&mut part).await.unwrap();
                seen.push_str(std::str::from_utf8(&part[..size]).unwrap());
            }
            let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{seen}", seen.len());
            stream.write_all(response.as_bytes()).await.unwrap();
        })
        .await;
        let pieces = stream_of(["bo", "dy"]);
        let mut request = http::Request::post(&origin).body(Body::from_stream(pieces, length)).unwrap();
        if let Some(length) = length {
            request.headers_mut().insert("content-length", HeaderValue::from(length));
        }
        let seen = exchange(&transport(), request).await.unwrap().into_body();
        let seen = String::from_utf8(seen.to_vec()).unwrap();
        assert!(seen.contains(head), "{seen}");
        assert!(seen.ends_with("\r\n\r\nbody") || seen.ends_with("2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"), "{seen}");
    }
}

#[tokio::test]
async fn a_request_whose_stream_fails_is_not_the_connections_fault() {
    let (origin, _) = responding_with(OK).await;
    let broken = Pieces(vec![Err(io::Error::other("the disk is gone"))]);
    let request = http::Request::post(&origin).body(Body::from_stream(broken, None)).unwrap();
    let error = exchange(&transport(), request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    let line = crate::error::with_root_cause(&error);
    assert_eq!(line, format!("cannot send the request's body to {origin}: the disk is gone"));
}

/// A stream of chunks that are available immediately.
struct Pieces(Vec<io::Result<Bytes>>);

fn stream_of(pieces: [&'static str; 2]) -> Pieces {
    Pieces(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))).collect())
}

impl futures_core::Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(if self.0.is_empty() { None } else { Some(self.0.remove(0)) })
    }
}

/// Returns a configuration that trusts these certificates, as if an environment variable named their file.
fn with_ca_bundle(content: &[u8]) -> crate::config::Config {
    let origin = "/ca.pem (named by AWS_CA_BUNDLE)".to_owned();
    crate::config::Config::builder().ca_bundle_from(content.to_vec(), origin).build()
}

#[test]
fn without_a_tokio_runtime_there_is_an_error() {
    let transport = HyperTransport::new(HttpOptions::new());
    let request = http::Request::get("http://127.0.0.1:1/").body(Body::empty()).unwrap();
    let error = crate::clock::block_on(transport.send(request)).unwrap_err().to_string();
    assert_eq!(error, "the default transport requires a tokio runtime, such as that of `#[tokio::main]`");
}

#[tokio::test]
async fn a_server_may_respond_before_it_has_read_the_request() {
    const REFUSED: &str = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    let (origin, _) = serve(|mut stream| async move {
        stream.read_exact(&mut [0; 4]).await.unwrap();
        stream.write_all(REFUSED.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // The connection is reset if it is closed with unread data.
        while stream.read(&mut [0; 4096]).await.is_ok_and(|size| size > 0) {}
    })
    .await;
    let content = Bytes::from(vec![7; 4_000_000]);
    for body in [Body::from(content.clone()), Body::wrap(Body::from(content))] {
        let request = http::Request::post(&origin).header("content-length", "4000000").body(body).unwrap();
        assert_eq!(exchange(&transport(), request).await.unwrap().status(), 413);
    }
}
