//! Sends requests to scripted servers on the loopback interface.

mod bodies;
mod proxies;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;
use crate::transport::{collect, tls::tests::certificate};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// Starts a server that passes each connection to `on_connection`. Returns the server's origin and its connection
/// counter.
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

/// Reads one request, whose body is empty or `body`. Returns `None` if the client has closed the connection.
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
    collect(transport.send(request).await?, u64::MAX, "", "the server").await
}

async fn send(transport: &HyperTransport, uri: &str) -> Result<http::Response<Bytes>, TransportError> {
    exchange(transport, request(uri, Settings::default())).await
}

fn transport() -> HyperTransport {
    HyperTransport::new(HttpOptions::new())
}

/// The body of a request, whose chunks come from a channel.
struct Parts(mpsc::Receiver<Bytes>);

impl futures_core::Stream for Parts {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|part| part.map(Ok))
    }
}

/// Returns a body and the channel from which it takes its chunks.
pub(super) fn streaming() -> (mpsc::Sender<Bytes>, Body) {
    let (sender, parts) = mpsc::channel(1);
    (sender, Body::from_stream(Parts(parts), None))
}

/// A read timeout that expires only if a test advances tokio's clock.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(600);

/// Sends a request whose body is from [`streaming`]. After the server has reported a chunk, tokio's clock advances by
/// most of [`READ_TIMEOUT`].
pub(super) async fn exchange_slowly(
    request: http::Request<Body>,
    sender: mpsc::Sender<Bytes>,
    mut received: mpsc::Receiver<()>,
) -> Result<http::Response<Bytes>, TransportError> {
    let send_chunks = async move {
        for _ in 0..5 {
            sender.send("part".into()).await.unwrap();
            received.recv().await.unwrap();
            tokio::time::pause();
            tokio::time::advance(READ_TIMEOUT * 3 / 4).await;
            tokio::time::resume();
        }
        drop(sender);
        std::future::pending::<std::convert::Infallible>().await
    };
    let transport = transport();
    tokio::select! {
        response = exchange(&transport, request) => response,
        never = send_chunks => match never {},
    }
}

#[tokio::test]
async fn a_connection_is_reused_for_later_requests() {
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
    // No request gets a response before all requests have been received, so each request has its own connection.
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
        // Let the tasks of the connections run until all connections are ready again.
        for _ in 0..REQUESTS {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(connections.load(Ordering::SeqCst), REQUESTS);
}

#[tokio::test]
async fn a_plain_http_1_request_is_sent() {
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
        // Let the connection's task detect the end of the stream.
        tokio::task::yield_now().await;
        while !transport.pool.idle().iter().all(|idle| idle.connection.sender.is_closed()) {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_closed_port_refuses_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(&transport(), &origin).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let line = crate::root_cause::with_root_cause(&error);
    assert_eq!(line, format!("cannot connect to {origin}: connection refused"));
}

#[tokio::test]
async fn the_read_timeout_limits_the_wait_before_and_within_the_body() {
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
async fn a_lost_connection_and_an_invalid_response_have_different_kinds() {
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

/// hyper reports these failures only with a message.
#[tokio::test]
async fn failures_of_hyper_are_recognized() {
    for headers in ["x: 1\r\n".repeat(101), format!("x: {}\r\n", "y".repeat(MAX_HEADER_SIZE))] {
        let (origin, _) = serve(move |mut stream| {
            let response = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 2\r\n\r\n{{}}");
            async move {
                read_request(&mut stream).await;
                // This fails if the client gives up before it has read the whole response.
                let _ = stream.write_all(response.as_bytes()).await;
            }
        })
        .await;
        let error = send(&transport(), &origin).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::TooLarge, "{error:?}");
    }
}

#[tokio::test]
async fn a_host_that_no_certificate_can_contain_is_not_authenticated() {
    let (origin, _) = responding_with(OK).await;
    // The system resolves this address, but it is not a valid name in a certificate.
    let origin = origin.replace("http://127.0.0.1", "https://127.1");
    let transport = HyperTransport::new(HttpOptions::new().ca_bundle(certificate().1));
    let error = send(&transport, &origin).await.unwrap_err();
    assert_eq!(crate::root_cause::with_root_cause(&error), format!("cannot connect to {origin}: invalid dns name"));
    assert_eq!(error.kind(), TransportErrorKind::Tls);
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

/// The server responds before it has read the request's body, and then reads nothing more.
#[tokio::test]
async fn a_connection_is_not_reused_after_an_incomplete_request() {
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
async fn a_connection_is_not_used_after_a_server_error() {
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

/// The first runtime still exists but is not driven while the second runtime sends requests. Then the first runtime is
/// dropped.
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

#[test]
fn without_a_tokio_runtime_there_is_an_error() {
    let transport = HyperTransport::new(HttpOptions::new());
    let request = http::Request::get("http://127.0.0.1:1/").body(Body::empty()).unwrap();
    let error = crate::clock::block_on(transport.send(request)).unwrap_err().to_string();
    assert_eq!(error, "the default transport requires a tokio runtime, such as the one that `#[tokio::main]` starts");
}
