//! Tests with servers that close a connection, refuse a call or refuse HTTP/2.

use super::*;

#[tokio::test]
async fn after_a_goaway_calls_finish_and_no_others_are_sent() {
    let (origin, connections) = serve(|mut accepted| async move {
        let (_, mut first) = accepted.request().await;
        let mut body = headers(&mut first);
        if accepted.number == 0 {
            accepted.connection.graceful_shutdown();
        }
        body.send_data("start, ".into(), false).unwrap();
        let (end, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            // Waits until the connection has nothing else to do.
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

/// Starts a TLS server that sends the given bytes on each connection before it has received any request. Returns the
/// server's origin, the certificate to trust and the connection counter.
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
    // An empty `SETTINGS` frame, and a `GOAWAY` frame with the code `ENHANCE_YOUR_CALM`.
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
            let expected = format!("{origin} accepts `Talk` only over HTTP/1.1, but the operation requires HTTP/2");
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
        // If no part of the request has been sent, HTTP/1.1 is used immediately.
        let response = match exchange(&transport, any()).await {
            Ok(response) => Ok(response),
            Err(error) => {
                assert_eq!(error.kind(), TransportErrorKind::Closed, "{error:?}");
                let expected = format!(
                    "{origin} accepts `` only over HTTP/1.1; later requests to this server are sent over HTTP/1.1"
                );
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
