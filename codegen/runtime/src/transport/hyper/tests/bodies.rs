//! Tests streaming bodies, and requests that the server does not read to the end.

use super::*;

/// Starts a server that sends the pieces of a response one at a time. The test requests each piece through the returned
/// channel.
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
async fn a_response_is_returned_before_its_body_arrives() {
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

/// Also checks the blocking transport, which must report the same kind.
#[tokio::test]
async fn a_body_with_invalid_chunks_is_not_a_valid_response() {
    let long_extension = format!("3;{}", "x".repeat(20_000));
    for chunk in ["x", "", "3 x", "ffffffffffffffffff", "fffffffffffffffff", &long_extension, "3\r\nonetwo"] {
        let response = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}\r\none\r\n0\r\n\r\n");
        let (origin, _) = responding_with(response.leak()).await;
        let message = format!("{origin} did not send a valid HTTP response");
        let error = send(&transport(), &origin).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (TransportErrorKind::Other, message.clone()), "{error:?}");
        #[cfg(feature = "blocking")]
        {
            let request = request(&origin, Settings::default());
            let exchange = move || {
                let transport = crate::transport::BlockingTransport::new(HttpOptions::new());
                crate::clock::block_on(async {
                    collect(transport.send(request).await?, u64::MAX, "", "the server").await
                })
            };
            let error = tokio::task::spawn_blocking(exchange).await.unwrap().unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (TransportErrorKind::Other, message), "{error:?}");
        }
    }
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
            request.headers_mut().insert("content-length", http::HeaderValue::from(length));
        }
        let seen = exchange(&transport(), request).await.unwrap().into_body();
        let seen = String::from_utf8(seen.to_vec()).unwrap();
        assert!(seen.contains(head), "{seen}");
        assert!(seen.ends_with("\r\n\r\nbody") || seen.ends_with("2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"), "{seen}");
    }
}

#[tokio::test]
async fn the_error_of_a_requests_stream_is_not_a_connection_error() {
    let (origin, _) = responding_with(OK).await;
    let broken = Pieces(vec![Err(io::Error::other("the disk is gone"))]);
    let request = http::Request::post(&origin).body(Body::from_stream(broken, None)).unwrap();
    let error = exchange(&transport(), request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    let line = crate::root_cause::with_root_cause(&error);
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

#[tokio::test]
async fn a_server_may_respond_before_it_has_read_the_request() {
    const REFUSED: &str = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    let (origin, _) = serve(|mut stream| async move {
        stream.read_exact(&mut [0; 4]).await.unwrap();
        stream.write_all(REFUSED.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // The connection would be reset if it were closed with unread data.
        while stream.read(&mut [0; 4096]).await.is_ok_and(|size| size > 0) {}
    })
    .await;
    let content = Bytes::from(vec![7; 4_000_000]);
    for body in [Body::from(content.clone()), Body::wrap(Body::from(content))] {
        let request = http::Request::post(&origin).header("content-length", "4000000").body(body).unwrap();
        assert_eq!(exchange(&transport(), request).await.unwrap().status(), 413);
    }
}

#[tokio::test]
async fn the_read_timeout_does_not_apply_while_a_request_is_sent_after_the_headers_of_its_response() {
    let (reported, received) = mpsc::channel(1);
    let (origin, _) = serve(move |mut stream| {
        let reported = reported.clone();
        async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n").await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"0\r\n\r\n") {
                stream.read_buf(&mut request).await.unwrap();
                if request.ends_with(b"part\r\n") {
                    reported.send(()).await.unwrap();
                }
            }
            stream.write_all(b"{}").await.unwrap();
        }
    })
    .await;
    let settings = Settings { read_timeout: Some(READ_TIMEOUT), ..Settings::default() };
    let (sender, body) = streaming();
    let request = http::Request::post(&origin).extension(settings).body(body).unwrap();
    let response = exchange_slowly(request, sender, received).await;
    assert_eq!(response.unwrap().body(), "{}");
}
