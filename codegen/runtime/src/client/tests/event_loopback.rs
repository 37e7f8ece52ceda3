//! Tests of event streams over connections to servers on the loopback interface. Some connections break in various
//! ways.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::event_streams::{Moved, Play, PlayOutput, Scene};
use super::toy::{TOY, TOY_SCHEMA};
use crate::client::Client;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::error::UnknownError;
use crate::error::{SdkError, TransportErrorKind};
use crate::event_stream::{EventReceiver, EventSender, RawEvents};
use crate::operation::{Request, Service};
use crate::options::CallOptions;
use crate::response::Response;
use crate::retry::RetryConfig;
use crate::schema::{self, OperationSchema, Streaming};
use crate::testing::event;
use crate::timeout::{TimeoutConfig, TimeoutKind};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n\
                    transfer-encoding: chunked\r\n\r\n";

/// Starts a server that accepts one connection, sends the initial response and calls `respond`. Returns a client for
/// this server.
async fn serve<F, S>(timeouts: TimeoutConfig, respond: F) -> Client
where
    F: FnOnce(TcpStream) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let respond = |mut stream| async move {
        write(&mut stream, &initial()).await.unwrap();
        respond(stream).await;
    };
    serve_head(&TOY, timeouts, HEAD.to_owned(), respond).await
}

/// Starts a server that accepts one connection, sends the head of a response and calls `respond`. Returns a client for
/// this server.
async fn serve_head<F, S>(service: &'static Service, timeouts: TimeoutConfig, head: String, respond: F) -> Client
where
    F: FnOnce(TcpStream) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(service, timeouts, &listener);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        // The input is an empty structure, in JSON or CBOR.
        while !request.ends_with(b"{}") && !request.ends_with(b"\xbf\xff") {
            let size = stream.read_buf(&mut request).await.unwrap();
            assert!(size > 0, "the client has closed the connection");
        }
        stream.write_all(head.as_bytes()).await.unwrap();
        respond(stream).await;
    });
    client
}

fn client(service: &'static Service, timeouts: TimeoutConfig, server: &TcpListener) -> Client {
    let config = Config::builder()
        .region("eu-west-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"))
        .retry(RetryConfig::off())
        .timeouts(timeouts)
        .endpoint_url(format!("http://{}", server.local_addr().unwrap()));
    Client::new(service, config.build())
}

async fn play(client: &Client) -> Response<PlayOutput> {
    client.send(Play, CallOptions::new()).await.unwrap()
}

/// Writes a chunk of the response.
async fn write(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    stream.write_all(&chunk).await
}

fn initial() -> Vec<u8> {
    event("initial-response", r#"{"Name":"bear"}"#).encode().unwrap().to_vec()
}

fn moved() -> Vec<u8> {
    event("moved", "{}").encode().unwrap().to_vec()
}

fn scene() -> Scene {
    Scene::Moved(Moved::default())
}

#[tokio::test]
async fn events_are_returned_as_they_arrive() {
    let (next, mut wanted) = mpsc::channel::<()>(1);
    let client = serve(TimeoutConfig::new(), |mut stream| async move {
        while wanted.recv().await.is_some() {
            // Each event is split between two chunks.
            let (start, end) = (&moved()[..30], &moved()[30..]);
            write(&mut stream, start).await.unwrap();
            write(&mut stream, end).await.unwrap();
        }
        write(&mut stream, b"").await.unwrap();
    })
    .await;
    let mut response = play(&client).await;
    assert_eq!(response.name.as_deref(), Some("bear"));
    for _ in 0..3 {
        next.send(()).await.unwrap();
        assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
    }
    drop(next);
    assert_eq!(response.scenes.try_next().await.unwrap(), None);
}

#[tokio::test]
async fn many_events_arrive_in_order() {
    let client = serve(TimeoutConfig::new(), |mut stream| async move {
        for number in 0..10_000 {
            let message = event("moved", format!(r#"{{"To":"{number}"}}"#));
            write(&mut stream, &message.encode().unwrap()).await.unwrap();
        }
        write(&mut stream, b"").await.unwrap();
    })
    .await;
    let mut response = play(&client).await;
    let mut count = 0;
    while let Some(Scene::Moved(moved)) = response.scenes.try_next().await.unwrap() {
        assert_eq!(moved.to, Some(count.to_string()));
        count += 1;
    }
    assert_eq!(count, 10_000);
}

#[tokio::test]
async fn a_stream_that_breaks_ends_with_an_error() {
    let damaged = [&moved()[..moved().len() - 1], b"!"].concat();
    let mut bad_prelude = moved();
    bad_prelude[11] ^= 1;
    // Returns a prelude with a valid checksum and invalid lengths. The client must reject it without waiting for more
    // data.
    let huge = |total: u32, headers: u32| {
        let mut prelude = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        prelude.extend(crc32fast::hash(&prelude).to_be_bytes());
        prelude
    };
    for (rest, expected, ends) in [
        (moved()[..20].to_vec(), "received 20 of 60 bytes", true),
        (moved()[..20].to_vec(), "unexpected EOF", false),
        (damaged, "checksum mismatch in the message", true),
        (bad_prelude, "checksum mismatch in the prelude", true),
        (huge(u32::MAX, 0), "a message has 4294967279 bytes of payload, which exceeds the limit of 25165824", true),
        (huge(u32::MAX, u32::MAX - 16), "bytes of headers, which exceeds the limit of 131072", true),
        (huge(20, 100), "a message of 20 bytes cannot have 100 bytes of headers", true),
    ] {
        let client = serve(TimeoutConfig::new(), move |mut stream| async move {
            write(&mut stream, &moved()).await.unwrap();
            write(&mut stream, &rest).await.unwrap();
            if ends {
                write(&mut stream, b"").await.unwrap();
            }
        })
        .await;
        let mut response = play(&client).await;
        assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
        let error = response.scenes.try_next().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        let closed = error.transport().map(|error| error.kind()) == Some(TransportErrorKind::Closed);
        assert_eq!(closed, expected.contains("received 20") || expected.contains("EOF"), "{error:?}");
        assert!(response.scenes.try_next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn the_initial_response_may_be_absent() {
    let events = |mut stream| async move {
        write(&mut stream, &moved()).await.unwrap();
        write(&mut stream, b"").await.unwrap();
    };
    let client = serve_head(&TOY, TimeoutConfig::new(), HEAD.to_owned(), events).await;
    let mut response = play(&client).await;
    assert_eq!(response.name, None);
    assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
    assert_eq!(response.scenes.try_next().await.unwrap(), None);

    let nothing = |mut stream| async move { write(&mut stream, b"").await.unwrap() };
    let client = serve_head(&TOY, TimeoutConfig::new(), HEAD.to_owned(), nothing).await;
    assert_eq!(play(&client).await.scenes.try_next().await.unwrap(), None);

    let broken = |mut stream| async move { write(&mut stream, &initial()[..20]).await.unwrap() };
    let client = serve_head(&TOY, TimeoutConfig::new(), HEAD.to_owned(), broken).await;
    let error = client.send(Play, CallOptions::new()).await.unwrap_err();
    assert_eq!(error.transport().map(|error| error.kind()), Some(TransportErrorKind::Closed), "{error}");
}

/// The input of `Play` for a service that uses rpcv2Cbor.
#[cfg(feature = "cbor")]
struct PlayCbor;

#[cfg(feature = "cbor")]
impl schema::SerializableShape for PlayCbor {
    fn as_value(&self) -> schema::ValueRef<'_> {
        schema::SerializableShape::as_value(&Play)
    }
}

#[cfg(feature = "cbor")]
impl Request for PlayCbor {
    type Response = PlayOutput;
    type Error = <Play as Request>::Error;
    const SERVICE: &'static Service = &Service { protocol: &crate::protocol::rpc_v2::RpcV2::CBOR, ..TOY };
    const OPERATION: &'static OperationSchema = Play::OPERATION;

    fn set_events(output: &mut PlayOutput, events: RawEvents) {
        Play::set_events(output, events);
    }
}

#[cfg(feature = "cbor")]
#[tokio::test]
async fn events_may_have_cbor_payloads() {
    let head = HEAD.replacen("\r\n", "\r\nsmithy-protocol: rpc-v2-cbor\r\n", 1);
    let client = serve_head(PlayCbor::SERVICE, TimeoutConfig::new(), head, |mut stream| async move {
        let initial = event("initial-response", &b"\xa1\x64Name\x64bear"[..]).encode().unwrap();
        write(&mut stream, &initial).await.unwrap();
        for payload in [&b"\xbf\x62To\x65shelf\xff"[..], b"\xa0", b"\xa1\x62To\x01"] {
            write(&mut stream, &event("moved", payload).encode().unwrap()).await.unwrap();
        }
        write(&mut stream, b"").await.unwrap();
    })
    .await;
    let mut response = client.send(PlayCbor, CallOptions::new()).await.unwrap();
    assert_eq!(response.name.as_deref(), Some("bear"));
    let shelf = Scene::Moved(Moved { to: Some("shelf".to_owned()) });
    assert_eq!(response.scenes.try_next().await.unwrap(), Some(shelf));
    assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
    let error = response.scenes.try_next().await.unwrap_err();
    assert!(error.to_string().contains("Scene.moved.To: expected a string, found a number"), "{error}");
}

#[tokio::test]
async fn the_read_timeout_limits_the_time_without_data() {
    let (end, ended) = oneshot::channel::<()>();
    let timeouts = TimeoutConfig::new().read(Duration::from_millis(50));
    let client = serve(timeouts, |stream| async move {
        let _ = ended.await;
        drop(stream);
    })
    .await;
    let mut response = play(&client).await;
    let error = response.scenes.try_next().await.unwrap_err();
    assert!(matches!(&error, SdkError::Timeout(timeout) if timeout.cause().kind() == TimeoutKind::Read), "{error:?}");
    drop(end);
}

#[tokio::test]
async fn dropping_an_endless_stream_closes_the_connection() {
    let (closed, is_closed) = oneshot::channel();
    let client = serve(TimeoutConfig::new(), |mut stream| async move {
        while write(&mut stream, &moved()).await.is_ok() {}
        closed.send(()).unwrap();
    })
    .await;
    let mut response = play(&client).await;
    assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
    drop(response);
    is_closed.await.unwrap();
}

/// The input of an operation with events in both directions.
struct Talk {
    scenes: EventSender<Scene>,
}

schema::structure! {
    Talk: "toy", "Talk", stream scenes;
}

/// The output of `Talk`.
struct TalkOutput {
    scenes: EventReceiver<Scene>,
}

schema::structure! {
    TalkOutput: "toy", "TalkOutput", stream scenes;
}

static TALK: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Talk", schema::of::<Talk>(), schema::of::<TalkOutput>())
        .with_input_streaming(Streaming::Events)
        .with_output_streaming(Streaming::Events);

impl Request for Talk {
    type Response = TalkOutput;
    type Error = UnknownError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = &TALK;

    fn take_events(&self) -> Option<crate::Body> {
        Some(self.scenes.take(TOY.protocol))
    }

    fn set_events(output: &mut TalkOutput, events: RawEvents) {
        output.scenes = EventReceiver::new(events);
    }
}

/// A stream of the events that are sent to a channel.
struct Channel(mpsc::Receiver<Scene>);

impl futures_core::Stream for Channel {
    type Item = Scene;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Scene>> {
        self.0.poll_recv(cx)
    }
}

/// Reads a request until it contains `wanted`.
async fn read_until(stream: &mut TcpStream, request: &mut Vec<u8>, wanted: &str) {
    while !request.windows(wanted.len()).any(|part| part == wanted.as_bytes()) {
        assert!(stream.read_buf(request).await.unwrap() > 0, "the client has closed the connection");
    }
}

#[tokio::test]
async fn events_are_sent_while_others_are_received() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&TOY, TimeoutConfig::new(), &listener);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        for word in ["first", "second"] {
            read_until(&mut stream, &mut request, word).await;
            if word == "first" {
                stream.write_all(HEAD.as_bytes()).await.unwrap();
            }
            write(&mut stream, &moved()).await.unwrap();
        }
        read_until(&mut stream, &mut request, "\r\n0\r\n\r\n").await;
        write(&mut stream, b"").await.unwrap();
    });
    let (sender, events) = mpsc::channel(1);
    let say = |word: &str| Scene::Moved(Moved { to: Some(word.to_owned()) });
    sender.send(say("first")).await.unwrap();
    let mut response =
        client.send(Talk { scenes: EventSender::new(Channel(events)) }, CallOptions::new()).await.unwrap();
    assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
    sender.send(say("second")).await.unwrap();
    assert_eq!(response.scenes.try_next().await.unwrap(), Some(scene()));
    drop(sender);
    assert_eq!(response.scenes.try_next().await.unwrap(), None);
    server.await.unwrap();
}

#[cfg(feature = "blocking")]
#[test]
fn a_blocking_client_reads_events_as_they_arrive() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (next, mut wanted) = mpsc::channel::<()>(1);
    let client = runtime.block_on(serve(TimeoutConfig::new(), |mut stream| async move {
        while wanted.recv().await.is_some() {
            write(&mut stream, &moved()).await.unwrap();
        }
        write(&mut stream, b"").await.unwrap();
    }));
    let server = std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    let response = client.send_blocking(Play, CallOptions::new()).unwrap();
    let mut scenes = response.into_inner().scenes.blocking();
    for _ in 0..3 {
        next.blocking_send(()).unwrap();
        assert_eq!(scenes.next().unwrap().unwrap(), scene());
    }
    drop(next);
    assert!(scenes.next().is_none());
    assert!(!server.is_finished());
}
