//! Sends requests to servers on the loopback interface. Each server has its own thread.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::clock::block_on;
use crate::transport::collect;
use crate::transport::tls::tests::certificate;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// Starts a server that sends the same response to every request. Returns the server's origin and its connection
/// counter.
fn responding_with(response: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || respond_to_all(stream.unwrap(), response));
        }
    });
    (origin, count)
}

fn respond_to_all(mut stream: TcpStream, response: &str) {
    let mut request = Vec::new();
    loop {
        let mut part = [0; 1024];
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return,
            Ok(size) => request.extend_from_slice(&part[..size]),
        }
        if request.ends_with(b"body") {
            let echo = String::from_utf8(std::mem::take(&mut request)).unwrap();
            let response = response.replace("ECHO", &format!("{}\r\n\r\n{echo}", echo.len()));
            // This fails if the client gives up before it has read the whole response.
            let _ = stream.write_all(response.as_bytes());
        }
    }
}

fn send(options: HttpOptions, uri: &str, settings: Settings) -> Result<http::Response<Bytes>, TransportError> {
    let request = http::Request::post(uri).header("x-test", "yes").extension(settings);
    exchange(&BlockingTransport::new(options), request.body(Body::from("body")).unwrap())
}

/// Sends a request and reads the whole response.
fn exchange(
    transport: &BlockingTransport,
    request: http::Request<Body>,
) -> Result<http::Response<Bytes>, TransportError> {
    block_on(async { collect(transport.send(request).await?, u64::MAX, "", "").await })
}

#[test]
fn a_connection_is_not_used_after_a_server_error() {
    for (response, expected) in [
        ("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}", 3),
        ("HTTP/1.1 400 Bad\r\ncontent-length: 2\r\n\r\n{}", 1),
    ] {
        let (origin, connections) = responding_with(response);
        let transport = BlockingTransport::new(HttpOptions::new());
        for _ in 0..3 {
            let request = http::Request::post(&origin).extension(Settings::default());
            exchange(&transport, request.body(Body::from("body")).unwrap()).unwrap();
        }
        assert_eq!(connections.load(Ordering::SeqCst), expected, "{response}");
    }
}

#[test]
fn other_requests_do_not_keep_the_connection_of_a_server_error() {
    let (other, _) = responding_with(OK);
    let (faulty, connections) = responding_with("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}");
    let transport = BlockingTransport::new(HttpOptions::new());
    let request = |origin: &str| http::Request::post(origin).body(Body::from("body")).unwrap();
    exchange(&transport, request(&faulty)).unwrap();
    exchange(&transport, request(&other)).unwrap();
    let unread = block_on(transport.send(request(&faulty))).unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
    // The connection of this response returns to the pool only when its body has been read.
    exchange(&transport, request(&faulty)).unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 3);
    block_on(collect(unread, u64::MAX, "", "")).unwrap();
    exchange(&transport, request(&faulty)).unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 4);
}

#[test]
fn a_request_is_sent_unchanged_and_error_statuses_are_responses() {
    let (origin, _) = responding_with("HTTP/1.1 200 OK\r\ncontent-length: ECHO");
    let response = send(HttpOptions::new(), &format!("{origin}/base"), Settings::default()).unwrap();
    let text = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert!(text.starts_with("POST /base HTTP/1.1\r\n"), "{text}");
    let mut headers: Vec<&str> = text.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    headers.sort_unstable();
    let host = format!("host: {}", origin.trim_start_matches("http://"));
    assert_eq!(headers, ["content-length: 4", &host, "x-test: yes"]);

    let (origin, _) = responding_with("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\nretry-after: 1\r\n\r\nno");
    let response = send(HttpOptions::new(), &origin, Settings::default()).unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"], &response.body()[..]),
        (503, &"1".parse().unwrap(), &b"no"[..])
    );
    let (origin, _) = responding_with("HTTP/1.1 302 Elsewhere\r\nlocation: /\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(send(HttpOptions::new(), &origin, Settings::default()).unwrap().status().as_u16(), 302);
}

#[test]
fn a_connection_is_reused_for_later_requests() {
    let (origin, connections) = responding_with(OK);
    let transport = BlockingTransport::new(HttpOptions::new());
    for _ in 0..3 {
        let request = http::Request::post(&origin).body(Body::from("body")).unwrap();
        assert_eq!(exchange(&transport, request).unwrap().body(), "{}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// A timeout that is too long for the system's clock never expires, and a zero timeout expires immediately.
#[test]
fn timeouts_may_be_any_duration() {
    let (origin, _) = responding_with(OK);
    let settings = |timeout| Settings {
        connect_timeout: Some(timeout),
        read_timeout: Some(timeout),
        attempt_timeout: Some(timeout),
        ..Settings::default()
    };
    let streaming = Settings { streams: true, ..settings(Duration::MAX) };
    for settings in [settings(Duration::MAX), streaming, settings(Duration::from_secs(u64::MAX))] {
        assert_eq!(send(HttpOptions::new(), &origin, settings).unwrap().body(), "{}");
    }
    let error = send(HttpOptions::new(), &origin, settings(Duration::ZERO)).unwrap_err();
    assert!(matches!(error.kind(), TransportErrorKind::Timeout(_)), "{error}");
}

#[test]
fn failures_have_a_kind_and_a_message() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(HttpOptions::new(), &origin, Settings::default()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(crate::root_cause::with_root_cause(&error), format!("cannot connect to {origin}: connection refused"));

    let (origin, _) = responding_with("");
    let read = Settings { read_timeout: Some(Duration::from_millis(20)), ..Settings::default() };
    let error = send(HttpOptions::new(), &origin, read).unwrap_err();
    assert_eq!(error.to_string(), format!("{origin} sent no data for 20ms"));
    let attempt = Settings { attempt_timeout: Some(Duration::from_millis(20)), ..Settings::default() };
    let error = send(HttpOptions::new(), &origin, attempt).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout(TimeoutKind::Attempt));

    let (origin, _) = responding_with("SSH-2.0-OpenSSH\r\n\r\n");
    let error = send(HttpOptions::new(), &origin, Settings::default()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");

    // The system resolves this address, but it is not a valid name in a certificate.
    let (origin, _) = responding_with(OK);
    let origin = origin.replace("http://127.0.0.1", "https://127.1");
    let error = send(HttpOptions::new().ca_bundle(certificate().1), &origin, Settings::default()).unwrap_err();
    assert_eq!(crate::root_cause::with_root_cause(&error), format!("cannot connect to {origin}: invalid dns name"));
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    let origin = Origin::new(&"http://localhost".parse().unwrap(), &HttpOptions::new().proxies).unwrap();
    let error = failed(ureq::Error::TooManyRedirects, &origin, &Settings::default());
    assert_eq!(
        crate::root_cause::with_root_cause(&error),
        "the request to http://localhost failed: too many redirects"
    );
}

/// ureq reports these failures only with a message, or with a type that it does not export.
#[test]
fn failures_of_ureq_are_recognized() {
    for headers in ["x: 1\r\n".repeat(200), format!("x: {}\r\n", "y".repeat(MAX_HEADER_SIZE))] {
        let response = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 2\r\n\r\n{{}}");
        let (origin, _) = responding_with(response.leak());
        let error = send(HttpOptions::new(), &origin, Settings::default()).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::TooLarge, "{error:?}");
    }
}

#[test]
fn a_request_may_have_any_method() {
    let (origin, _) = responding_with("HTTP/1.1 200 OK\r\ncontent-length: ECHO");
    for method in ["GET", "DELETE", "PURGE"] {
        let request = http::Request::builder().method(method).uri(&origin).header("content-length", 4);
        let seen = exchange(&BlockingTransport::new(HttpOptions::new()), request.body(Body::from("body")).unwrap());
        let seen = String::from_utf8(seen.unwrap().into_body().to_vec()).unwrap();
        assert!(seen.starts_with(&format!("{method} / HTTP/1.1\r\n")) && seen.ends_with("\r\n\r\nbody"), "{seen}");
    }
}

#[test]
fn an_empty_body_has_a_length_only_if_the_request_has_the_header() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        [(); 2].map(|()| {
            let mut stream = listener.accept().unwrap().0;
            let head = read_until(&mut stream, b"\r\n\r\n");
            stream.write_all(OK.as_bytes()).unwrap();
            head
        })
    });
    for request in [http::Request::get(&origin), http::Request::post(&origin).header("content-length", 0)] {
        exchange(&BlockingTransport::new(HttpOptions::new()), request.body(Body::empty()).unwrap()).unwrap();
    }
    assert_eq!(server.join().unwrap().map(|head| head.contains("content-length: 0\r\n")), [false, true]);
}

#[test]
fn a_server_that_does_not_read_the_request_causes_a_read_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    for streams in [false, true] {
        let settings = Settings { read_timeout: Some(Duration::from_millis(20)), streams, ..Settings::default() };
        let request = http::Request::post(&origin).extension(settings).body(Body::from(vec![7; 64 << 20])).unwrap();
        let error = exchange(&BlockingTransport::new(HttpOptions::new()), request).unwrap_err();
        assert_eq!(error.to_string(), format!("{origin} sent no data for 20ms"));
    }
}

#[test]
fn an_error_of_the_requests_body_is_the_error_of_the_call() {
    let (origin, _) = responding_with(OK);
    let short = Body::from_stream(crate::primitives::ByteStream::from("b"), Some(4));
    let request = http::Request::post(&origin).header("content-length", 4).body(short).unwrap();
    let error = exchange(&BlockingTransport::new(HttpOptions::new()), request).unwrap_err();
    assert_eq!(
        crate::root_cause::with_root_cause(&error),
        format!("cannot send the request's body to {origin}: the stream is shorter than its declared length")
    );
    assert_eq!(error.kind(), TransportErrorKind::Other);
}

#[test]
fn a_body_is_read_as_it_arrives() {
    let (origin, connections) =
        responding_with("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    let transport = BlockingTransport::new(HttpOptions::new());
    for _ in 0..2 {
        let request = http::Request::post(&origin).body(Body::from("body")).unwrap();
        let mut response = block_on(transport.send(request)).unwrap();
        let mut body = Vec::new();
        while let Some(piece) = block_on(response.body_mut().next()) {
            body.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(body, b"onetwo");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1, "the connection is used again once the body is read");
}

#[test]
fn a_request_can_be_a_stream() {
    let (origin, _) = responding_with("HTTP/1.1 200 OK\r\ncontent-length: ECHO");
    let request = http::Request::post(&origin).header("content-length", 4);
    let seen =
        exchange(&BlockingTransport::new(HttpOptions::new()), request.body(Body::wrap(Body::from("body"))).unwrap());
    let seen = String::from_utf8(seen.unwrap().into_body().to_vec()).unwrap();
    assert!(seen.contains("content-length: 4\r\n") && seen.ends_with("\r\n\r\nbody"), "{seen}");
}

#[test]
fn a_plain_request_is_sent_to_the_proxy_with_its_whole_uri() {
    let (proxy, connections) = responding_with("HTTP/1.1 200 OK\r\ncontent-length: ECHO");
    let options = HttpOptions::new().proxy(format!(" {}\n", proxy.replace("http://", "http://us%40er:pass@")));
    let transport = BlockingTransport::new(options);
    for host in ["example.invalid", "other.invalid:8080"] {
        let request = http::Request::post(format!("http://{host}/path?query")).body(Body::from("body")).unwrap();
        let response = exchange(&transport, request).unwrap();
        let text = String::from_utf8(response.into_body().to_vec()).unwrap();
        assert!(text.starts_with(&format!("POST http://{host}/path?query HTTP/1.1\r\n")), "{text}");
        assert_eq!(text.matches(&format!("host: {host}\r\n")).count(), 1, "{text}");
        assert!(text.contains("proxy-authorization: Basic dXNAZXI6cGFzcw==\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\nbody"), "{text}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1, "the proxy's connection serves every host");
}

#[test]
fn a_large_request_is_sent_completely_through_the_proxy() {
    let (proxy, _) = responding_with("HTTP/1.1 200 OK\r\ncontent-length: ECHO");
    let body = "x".repeat(300_000) + "body";
    let request = http::Request::post("http://example.invalid/").body(Body::from(body.clone())).unwrap();
    let response = exchange(&BlockingTransport::new(HttpOptions::new().proxy(proxy)), request).unwrap();
    let text = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert!(text.ends_with(&format!("\r\n\r\n{body}")));
}

#[test]
fn a_proxy_that_cannot_be_used_is_an_error() {
    for uri in ["https://example.invalid/", "http://example.invalid/"] {
        let options = HttpOptions::new().proxy("socks5://user:pass@127.0.0.1:1080");
        let error = send(options, uri, Settings::default()).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Other);
        assert_eq!(
            error.to_string(),
            "invalid proxy URL in `HttpOptions::proxy`: `socks5://` is not supported (only `http://` and `https://` \
             are); expected a URL such as `http://proxy.example.com:3128`"
        );
    }
}

#[test]
fn errors_contain_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for origin in ["http://example.invalid", "https://example.invalid"] {
        let options = HttpOptions::new().proxy(format!("http://user:pass@{address}"));
        let error = send(options, origin, Settings::default()).unwrap_err();
        assert_eq!(
            crate::root_cause::with_root_cause(&error),
            format!("cannot connect to {origin} through the proxy http://{address}: connection refused"),
        );
    }
}

#[test]
fn a_proxy_may_refuse_a_tunnel() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://user:pass@{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 403 Not for you\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8(request).unwrap()
    });
    let error = send(HttpOptions::new().proxy(proxy), "https://example.invalid/", Settings::default()).unwrap_err();
    let line = crate::root_cause::with_root_cause(&error);
    let request = server.join().unwrap();
    assert!(request.starts_with("CONNECT example.invalid:443 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"), "{request}");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(
        line.starts_with("cannot connect to https://example.invalid through the proxy http://127.0.0.1:"),
        "{line}"
    );
    assert!(line.contains("403") && !line.contains("pass"), "{line}");
}

#[test]
fn the_error_for_a_ca_bundle_without_certificates_contains_its_origin() {
    let options = crate::transport::options::trusting(with_ca_bundle(b"").ca_bundle_with_origin());
    let error = send(options, "https://127.0.0.1:9/", Settings::default()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert!(error.to_string().starts_with("the CA bundle /ca.pem (named by AWS_CA_BUNDLE) contains no"), "{error}");
}

/// Reads from the stream until the data ends with `end`, which marks the end of a request's headers or body.
fn read_until(stream: &mut impl Read, end: &[u8]) -> String {
    let mut seen = Vec::new();
    while !seen.ends_with(end) {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        seen.push(byte[0]);
    }
    String::from_utf8(seen).unwrap()
}

/// Starts a TLS server that responds to one request. If `tunnel` is `true`, the server first expects a `CONNECT`
/// request. Returns the server's address, the certificate to trust, and the thread that returns the first line of the
/// request.
fn serve_tls(tunnel: bool) -> (String, String, thread::JoinHandle<String>) {
    let (config, trusted) = certificate();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        if tunnel {
            let request = read_until(&mut stream, b"\r\n\r\n");
            assert!(request.starts_with("CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\n"), "{request}");
            stream.write_all(b"HTTP/1.1 200 Connected\r\nvia: test\r\n\r\n").unwrap();
        }
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, stream);
        let request = read_until(&mut stream, b"body");
        stream.write_all(OK.as_bytes()).unwrap();
        request.lines().next().unwrap().to_owned()
    });
    (address, trusted, server)
}

#[test]
fn tls_uses_a_proxys_tunnel() {
    let (address, trusted, server) = serve_tls(true);
    let options = HttpOptions::new().ca_bundle(format!("\u{feff}{trusted}")).proxy(address);
    assert_eq!(send(options, "https://127.0.0.1:9/path", Settings::default()).unwrap().body(), "{}");
    assert_eq!(server.join().unwrap(), "POST /path HTTP/1.1");
}

#[test]
fn a_plain_request_is_sent_to_a_proxy_over_tls() {
    let (address, trusted, server) = serve_tls(false);
    let options = HttpOptions::new().ca_bundle(trusted).proxy(format!("https://{address}"));
    assert_eq!(send(options, "http://example.invalid/path", Settings::default()).unwrap().body(), "{}");
    assert_eq!(server.join().unwrap(), "POST http://example.invalid/path HTTP/1.1");
}

/// Returns a configuration that trusts the given certificates, as if they came from a file that the `AWS_CA_BUNDLE`
/// variable names.
fn with_ca_bundle(content: &[u8]) -> crate::config::Config {
    let origin = "/ca.pem (named by AWS_CA_BUNDLE)".to_owned();
    crate::config::Config::builder().ca_bundle_from(content.to_vec(), origin).build()
}
