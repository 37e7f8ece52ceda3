//! Tests the streams of a connection: flow control, resets, timeouts and errors in bodies.

use super::*;

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
async fn the_read_timeout_limits_the_time_without_data_and_retires_the_connection() {
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
        crate::root_cause::with_root_cause(&error),
        format!("cannot send the request's body to {origin}: the disk is gone")
    );
    assert_eq!(error.kind(), TransportErrorKind::Other);
}

/// A stream whose only chunk is the output of a future.
struct Chunk(Option<Pin<Box<dyn Future<Output = Bytes> + Send>>>);

impl Chunk {
    fn body(future: impl Future<Output = Bytes> + Send + 'static) -> Body {
        Body::from_stream(Self(Some(Box::pin(future))), None)
    }
}

impl futures_core::Stream for Chunk {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(future) = &mut self.0 else { return Poll::Ready(None) };
        let chunk = ready!(future.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(Some(Ok(chunk)))
    }
}

#[test]
fn the_body_of_a_request_can_send_requests_over_the_same_connection() {
    let (result, received) = std::sync::mpsc::channel();
    // A deadlock would block this thread, and no timer of its runtime would expire.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let echoed = runtime.block_on(async {
            let (origin, connections) = serve(|accepted| {
                accepted.respond(|request, send| async move {
                    let mut incoming = request.into_body();
                    let mut received = Vec::new();
                    while let Some(Ok(part)) = incoming.data().await {
                        received.extend_from_slice(&part);
                    }
                    ok(send, received);
                })
            })
            .await;
            let transport = transport();
            send(&transport, &origin).await.unwrap();
            let lazy = {
                let (transport, origin) = (transport.clone(), origin.clone());
                Chunk::body(async move { exchange(&transport, request(&origin, "lazy")).await.unwrap().into_body() })
            };
            let echoed = exchange(&transport, request(&origin, lazy)).await.unwrap().into_body();
            assert_eq!(connections.load(Ordering::SeqCst), 1);
            echoed
        });
        result.send(echoed).unwrap();
    });
    let echoed = received.recv_timeout(Duration::from_secs(20));
    assert_eq!(echoed.expect("the requests do not block each other"), "lazy");
}

#[tokio::test]
async fn a_panic_in_the_body_of_a_request_ends_the_connection() {
    let (origin, connections) = serve(|accepted| accepted.respond(|_, send| async move { ok(send, "{}") })).await;
    let transport = transport();
    let call = transport.send(request(&origin, Chunk::body(async { panic!("the body panics") })));
    let ended = tokio::time::timeout(Duration::from_secs(20), call).await;
    let error = ended.expect("the call ends").unwrap_err();
    assert_eq!(
        crate::root_cause::with_root_cause(&error),
        format!("cannot send the request's body to {origin}: user code panicked")
    );
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert_eq!(send(&transport, &origin).await.unwrap().body(), "{}");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn responses_that_are_not_read_do_not_block_other_calls() {
    let (origin, connections) = serve(|accepted| {
        accepted.respond(|request, mut send| async move {
            if request.uri().path() == "/" {
                return ok(send, vec![7; 1 << 20]);
            }
            // Sends as much as the client accepts.
            let mut body = headers(&mut send);
            loop {
                body.reserve_capacity(64 << 10);
                match poll_fn(|cx| body.poll_capacity(cx)).await {
                    Some(Ok(size)) => body.send_data(Bytes::from(vec![7; size]), false).unwrap(),
                    _ => return,
                }
            }
        })
    })
    .await;
    let transport = transport();
    let mut unread = Vec::new();
    for _ in 0..10 {
        unread.push(transport.send(request(&format!("{origin}/endless"), "body")).await.unwrap());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let call = tokio::time::timeout(Duration::from_secs(10), send(&transport, &origin));
    assert_eq!(call.await.expect("the call is not blocked").unwrap().body().len(), 1 << 20);
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// hyper reports this code as the end of the body, since a server may send it after a complete response.
#[tokio::test]
async fn a_response_that_is_reset_without_an_error_before_its_end_is_an_error() {
    let (origin, _) = serve(|accepted| {
        accepted.respond(|request, mut send| async move {
            let head = http::Response::builder().header("content-length", 4).body(()).unwrap();
            let mut body = send.send_response(head, request.method() == http::Method::HEAD).unwrap();
            if request.method() == http::Method::HEAD {
                return;
            }
            let sent = if request.uri().path() == "/half" { "ha" } else { "half" };
            body.send_data(sent.into(), false).unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            body.send_reset(Reason::NO_ERROR);
        })
    })
    .await;
    let transport = transport();
    assert_eq!(send(&transport, &origin).await.unwrap().body(), "half");
    let error = send(&transport, &format!("{origin}/half")).await.unwrap_err();
    assert_eq!(error.to_string(), format!("the response from {origin} ended early"));
    assert_eq!(error.kind(), TransportErrorKind::Closed);
    let head = http::Request::head(&origin).extension(settings()).body(Body::empty()).unwrap();
    assert_eq!(exchange(&transport, head).await.unwrap().body(), "");
}

#[tokio::test]
async fn the_read_timeout_does_not_apply_while_a_request_is_sent_after_the_headers_of_its_response() {
    let (reported, received) = mpsc::channel(1);
    let (origin, _) = serve(move |accepted| {
        let reported = reported.clone();
        accepted.respond(move |request, mut send| {
            let reported = reported.clone();
            async move {
                let mut body = headers(&mut send);
                let mut incoming = request.into_body();
                while let Some(Ok(part)) = incoming.data().await {
                    incoming.flow_control().release_capacity(part.len()).unwrap();
                    if !part.is_empty() {
                        reported.send(()).await.unwrap();
                    }
                }
                body.send_data("received".into(), true).unwrap();
            }
        })
    })
    .await;
    let (sender, body) = streaming();
    let mut request = request(&origin, body);
    request.extensions_mut().insert(Settings { read_timeout: Some(tests::READ_TIMEOUT), ..settings() });
    let response = exchange_slowly(request, sender, received).await;
    assert_eq!(response.unwrap().body(), "received");
}
