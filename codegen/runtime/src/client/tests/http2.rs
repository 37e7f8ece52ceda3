//! Tests of event streams in both directions over HTTP/2, with a server on the loopback interface.

use super::event_streams::Scene;
use super::toy::{TOY, TOY_SCHEMA};
use crate::client::Client;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::error::UnknownError;
use crate::event_stream::{EventReceiver, EventSender, RawEvents};
use crate::operation::{Request, Service};
use crate::options::CallOptions;
use crate::schema::{self, HttpVersion, OperationSchema, Streaming};

/// The input of an operation that has events in both directions and requires HTTP/2.
struct Converse {
    scenes: EventSender<Scene>,
}

schema::structure! {
    Converse: "toy", "Converse", stream scenes;
}

struct ConverseOutput {
    scenes: EventReceiver<Scene>,
}

schema::structure! {
    ConverseOutput: "toy", "ConverseOutput", stream scenes;
}

static CONVERSE: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Converse", schema::of::<Converse>(), schema::of::<ConverseOutput>())
        .with_input_streaming(Streaming::Events)
        .with_output_streaming(Streaming::Events)
        .with_http_version(HttpVersion::Http2);

impl Request for Converse {
    type Response = ConverseOutput;
    type Error = UnknownError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = &CONVERSE;

    fn take_events(&self) -> Option<crate::Body> {
        Some(self.scenes.take(TOY.protocol))
    }

    fn set_events(output: &mut ConverseOutput, events: RawEvents) {
        output.scenes = EventReceiver::new(events);
    }
}

fn client(origin: &str) -> Client {
    let config = Config::builder()
        .region("eu-west-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"))
        .endpoint_url(origin);
    Client::new(&TOY, config.build())
}

#[cfg(not(feature = "http2"))]
#[tokio::test]
async fn the_error_contains_the_feature_that_is_not_enabled() {
    let request = Converse { scenes: EventSender::from_iter([]) };
    let error = client("http://127.0.0.1:9").send(request, CallOptions::new()).await.err().unwrap();
    assert_eq!(error.to_string(), "Converse failed: `Converse` requires HTTP/2; enable the `http2` feature");
}

#[cfg(feature = "blocking")]
#[test]
fn a_blocking_call_cannot_use_http_2() {
    let request = Converse { scenes: EventSender::from_iter([]) };
    let error = client("http://127.0.0.1:9").send_blocking(request, CallOptions::new()).err().unwrap();
    assert_eq!(
        error.to_string(),
        "Converse failed: `Converse` requires HTTP/2, which blocking calls do not support; use the asynchronous client"
    );
}

#[cfg(feature = "http2")]
mod duplex {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use bytes::Bytes;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::super::event_streams::Moved;
    use super::*;
    use crate::codec::event_stream::MessageDecoder;

    /// Starts a server that responds before it has read the body, and then sends each event back. Returns the server's
    /// origin.
    async fn serve() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((request, respond))) = connection.accept().await {
                tokio::spawn(echo(request, respond));
            }
        });
        origin
    }

    async fn echo(request: http::Request<h2::RecvStream>, mut respond: h2::server::SendResponse<Bytes>) {
        let content_type = ("content-type", "application/vnd.amazon.eventstream");
        assert_eq!(request.headers()[content_type.0], content_type.1);
        let head = http::Response::builder().header(content_type.0, content_type.1).body(()).unwrap();
        let mut outgoing = respond.send_response(head, false).unwrap();
        let (mut incoming, mut decoder) = (request.into_body(), MessageDecoder::new());
        let mut ended = false;
        while let Some(Ok(mut data)) = incoming.data().await {
            incoming.flow_control().release_capacity(data.len()).unwrap();
            while let Some(signed) = decoder.decode(&mut data).unwrap() {
                assert!(signed.header(":chunk-signature").is_some(), "{signed:?}");
                // The last message is empty.
                ended = signed.payload.is_empty();
                write(&mut outgoing, signed.payload).await;
            }
        }
        assert!(ended, "the request has a last message");
        outgoing.send_data(Bytes::new(), true).unwrap();
    }

    /// Sends data as fast as the client accepts it.
    async fn write(stream: &mut h2::SendStream<Bytes>, mut data: Bytes) {
        while !data.is_empty() {
            stream.reserve_capacity(data.len());
            let size = poll_fn(|cx| stream.poll_capacity(cx)).await.unwrap().unwrap();
            stream.send_data(data.split_to(size.min(data.len())), false).unwrap();
        }
    }

    struct Channel(mpsc::Receiver<Scene>);

    impl futures_core::Stream for Channel {
        type Item = Scene;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Scene>> {
            self.0.poll_recv(cx)
        }
    }

    fn say(word: impl ToString) -> Scene {
        Scene::Moved(Moved { to: Some(word.to_string()) })
    }

    #[tokio::test]
    async fn the_response_precedes_the_first_event_and_events_alternate() {
        let client = client(&serve().await);
        let (sender, events) = mpsc::channel(1);
        let request = Converse { scenes: EventSender::new(Channel(events)) };
        let mut response = client.send(request, CallOptions::new()).await.unwrap();
        for word in ["first", "second", "third"] {
            sender.send(say(word)).await.unwrap();
            assert_eq!(response.scenes.try_next().await.unwrap(), Some(say(word)));
        }
        drop(sender);
        assert_eq!(response.scenes.try_next().await.unwrap(), None);
    }

    #[tokio::test]
    async fn thousands_of_signed_events_go_in_both_directions() {
        let client = client(&serve().await);
        let request = Converse { scenes: (0..2_000).map(say).collect() };
        let mut response = client.send(request, CallOptions::new()).await.unwrap();
        for number in 0..2_000 {
            assert_eq!(response.scenes.try_next().await.unwrap(), Some(say(number)));
        }
        assert_eq!(response.scenes.try_next().await.unwrap(), None);
    }

    #[tokio::test]
    async fn dropping_the_events_ends_the_request() {
        let client = client(&serve().await);
        let (sender, events) = mpsc::channel(1);
        let request = Converse { scenes: EventSender::new(Channel(events)) };
        let response = client.send(request, CallOptions::new()).await.unwrap();
        drop(response);
        sender.closed().await;
    }
}
