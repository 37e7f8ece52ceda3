//! Tests requests through proxies and over TLS.

use super::*;

#[tokio::test]
async fn a_plain_request_is_sent_to_the_proxy_with_its_whole_uri() {
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

/// The proxy responds and closes the connection while the runtime does not run, so the client reads the response and
/// the end of the connection together. It notices the end only when it sends the next request.
#[tokio::test]
async fn a_request_that_is_sent_again_has_one_authorization_for_the_proxy() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://user:pass@{}", listener.local_addr().unwrap());
    let (received, mut is_received) = tokio::sync::mpsc::unbounded_channel();
    let (paused, is_paused) = std::sync::mpsc::channel();
    let (closed, is_closed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for stream in listener.incoming() {
            let (mut stream, mut request) = (stream.unwrap(), Vec::new());
            while !request.ends_with(b"body") {
                let mut part = [0; 1024];
                let size = stream.read(&mut part).unwrap();
                request.extend_from_slice(&part[..size]);
            }
            received.send(()).unwrap();
            is_paused.recv().unwrap();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", request.len());
            stream.write_all(&[head.as_bytes(), &request].concat()).unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let transport = HyperTransport::new(HttpOptions::new().proxy(proxy));
    for _ in 0..2 {
        let pausing = async {
            is_received.recv().await.unwrap();
            paused.send(()).unwrap();
            // This blocks the thread, and therefore the runtime.
            is_closed.recv().unwrap();
        };
        let (response, ()) = tokio::join!(send(&transport, "http://example.invalid/"), pausing);
        let text = String::from_utf8(response.unwrap().into_body().to_vec()).unwrap();
        assert_eq!(text.matches("proxy-authorization").count(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_proxy_may_refuse_a_tunnel() {
    let (origin, _) = responding_with("HTTP/1.1 403 Not for you\r\ncontent-length: 0\r\n\r\n").await;
    let proxy = origin.replace("http://", "http://user:pass@");
    let (_, trusted) = certificate();
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(proxy));
    let error = send(&transport, "https://example.invalid/").await.unwrap_err();
    let line = crate::root_cause::with_root_cause(&error);
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
        // The client closes the connection before it has read the whole response.
        while stream.write_all(b"HTTP/1.1 200 Connected, but never done\r\n").await.is_ok() {}
    })
    .await;
    let (_, trusted) = certificate();
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(&*proxy));
    let error = send(&transport, "https://example.invalid/").await.unwrap_err();
    assert_eq!(
        crate::root_cause::with_root_cause(&error),
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
            "invalid proxy URL in `HttpOptions::proxy`: `socks5://` is not supported (only `http://` and `https://` \
             are); expected a URL such as `http://proxy.example.com:3128`"
        );
    }
}

#[tokio::test]
async fn the_error_for_a_ca_bundle_without_certificates_contains_its_origin() {
    let transport =
        HyperTransport::new(crate::transport::options::trusting(with_ca_bundle(b"").ca_bundle_with_origin()));
    let error = send(&transport, "https://127.0.0.1:9/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert!(error.to_string().starts_with("the CA bundle /ca.pem (named by AWS_CA_BUNDLE) contains no"), "{error}");
}

/// Starts a TLS server that responds to one request on each connection. If `tunnel` is `true`, the server first expects
/// a `CONNECT` request. Returns the server's origin and the certificate to trust.
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
    let line = crate::root_cause::with_root_cause(&error);
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
async fn tls_uses_a_proxys_tunnel() {
    let (proxy, trusted) = serve_tls(true).await;
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(trusted).proxy(proxy));
    assert_eq!(send(&transport, "https://127.0.0.1:9/").await.unwrap().body(), "{}");
}

/// Returns a configuration that trusts the given certificates, as if they came from a file that the `AWS_CA_BUNDLE`
/// variable names.
fn with_ca_bundle(content: &[u8]) -> crate::config::Config {
    let origin = "/ca.pem (named by AWS_CA_BUNDLE)".to_owned();
    crate::config::Config::builder().ca_bundle_from(content.to_vec(), origin).build()
}
