//! Tests of event streams in requests to the toy service, from typed events to the bytes that are sent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::event_streams::{Asleep, Moved, Picture, Said, Scene, Wrapped, Written};
use super::toy::{TOY, TOY_SCHEMA, Toy, ToyOutput};
use crate::clock::block_on;
use crate::codec::event_stream::{HeaderValue, Message, MessageDecoder};
use crate::error::{SdkError, UnknownError};
use crate::event_stream::EventSender;
use crate::operation::{Request, Service};
use crate::options::CallOptions;
use crate::primitives::{Blob, Timestamp};
use crate::schema::{self, AuthSchemeId, OperationSchema, Streaming};
use crate::testing::{MockResponse, RecordedRequest, TransportFault};

/// Defines an operation whose input has an event stream and another member.
macro_rules! operation {
    ($request:ident, $schema:ident, $target:literal, $auth:expr) => {
        #[derive(Debug)]
        struct $request {
            name: Option<String>,
            scenes: EventSender<Scene>,
        }

        schema::structure! {
            $request: "toy", "Tell", stream scenes;
            option "Name" name: String;
        }

        static $schema: OperationSchema =
            OperationSchema::new(&TOY_SCHEMA, $target, schema::of::<$request>(), schema::of::<ToyOutput>())
                .with_auth($auth)
                .with_input_streaming(Streaming::Events);

        impl Request for $request {
            type Response = ToyOutput;
            type Error = UnknownError;
            const SERVICE: &'static Service = &TOY;
            const OPERATION: &'static OperationSchema = &$schema;

            fn take_events(&self) -> Option<crate::body::Body> {
                Some(self.scenes.take(TOY.protocol))
            }
        }

        impl $request {
            fn of(scenes: Vec<Scene>) -> Self {
                Self { name: Some("bear".to_owned()), scenes: scenes.into_iter().collect() }
            }
        }
    };
}

operation!(Tell, TELL, "ToyBox_v1.Tell", &[AuthSchemeId::SigV4]);
operation!(Whisper, WHISPER, "ToyBox_v1.Whisper", &[AuthSchemeId::NoAuth]);

fn messages(body: &Bytes) -> Vec<Message> {
    let (mut body, mut decoder) = (body.clone(), MessageDecoder::new());
    let messages = std::iter::from_fn(|| decoder.decode(&mut body).unwrap()).collect();
    decoder.finish().unwrap();
    messages
}

/// Sends events in an unsigned request, and returns this request.
fn whisper(scenes: Vec<Scene>) -> RecordedRequest {
    let toy = Toy::new();
    toy.mock.respond("Whisper", MockResponse::json("{}"));
    toy.send(Whisper::of(scenes)).unwrap();
    toy.mock.requests()[0].clone()
}

fn moved(to: &str) -> Scene {
    Scene::Moved(Moved { to: Some(to.to_owned()) })
}

fn event(name: &str, content_type: &str, payload: &'static [u8]) -> Message {
    crate::testing::event(name, payload).with_header(":content-type", content_type)
}

#[test]
fn the_initial_request_and_the_events_are_messages() {
    let request = whisper(vec![moved("shelf"), moved("box")]);
    assert_eq!(request.header("content-type"), Some("application/vnd.amazon.eventstream"));
    assert_eq!(request.header("x-amz-target"), Some("ToyBox_v1.Whisper"));
    assert_eq!(request.header("content-length"), None);
    assert_eq!(
        messages(request.body()),
        [
            event("initial-request", "application/x-amz-json-1.1", br#"{"Name":"bear"}"#),
            event("moved", "application/json", br#"{"To":"shelf"}"#),
            event("moved", "application/json", br#"{"To":"box"}"#),
        ]
    );
}

#[test]
fn members_of_events_are_sent_as_headers_or_payload() {
    let picture = Picture {
        blinked: Some(true),
        level: Some(-1),
        count: Some(1 << 40),
        at: Some(Timestamp::new(5, 0)),
        title: Some("bear".to_owned()),
        checksum: Some(Blob::from(b"\x01")),
        image: Some(Blob::from(b"\xff\xfe")),
    };
    let request = whisper(vec![
        Scene::Picture(picture),
        Scene::Said(Said { volume: Some(11), words: Some("growl".to_owned()) }),
        Scene::Written(Written { text: Some("plain text".to_owned()) }),
        Scene::Wrapped(Wrapped { moved: Some(Moved { to: None }) }),
        Scene::Picture(Picture::default()),
        Scene::FellAsleep(Asleep { message: Some("good night".to_owned()), until: None }),
    ]);
    let start = |name: &str, payload: &'static [u8]| crate::testing::event(name, payload);
    assert_eq!(
        messages(request.body())[1..],
        [
            start("picture", b"\xff\xfe")
                .with_header(":content-type", "application/octet-stream")
                .with_header("Blinked", HeaderValue::Boolean(true))
                .with_header("Level", HeaderValue::Byte(-1))
                .with_header("Count", HeaderValue::Long(1 << 40))
                .with_header("At", HeaderValue::Timestamp(Timestamp::new(5, 0)))
                .with_header("Title", "bear")
                .with_header("Checksum", HeaderValue::Blob(Bytes::from_static(b"\x01"))),
            start("said", br#"{"Words":"growl"}"#)
                .with_header(":content-type", "application/json")
                .with_header("Volume", HeaderValue::Integer(11)),
            event("written", "text/plain", b"plain text"),
            event("wrapped", "application/json", b"{}"),
            start("picture", b""),
            crate::testing::exception("fellAsleep", &br#"{"message":"good night"}"#[..])
                .with_header(":content-type", "application/json"),
        ]
    );
}

#[test]
fn events_are_signed_in_a_chain_that_starts_with_the_request() {
    use crate::credentials::Credentials;
    use crate::sigv4::{EventSigner, PayloadHash, Signer, SigningParams, SigningSettings};

    let toy = Toy::new();
    toy.mock.respond("Tell", MockResponse::json("{}"));
    let now = crate::clock::Clock::now(&toy.clock);
    toy.send(Tell::of(vec![moved("shelf")])).unwrap();
    let request = &toy.mock.requests()[0];
    assert_eq!(request.header("x-amz-content-sha256"), Some("STREAMING-AWS4-HMAC-SHA256-EVENTS"));

    // Compute the signatures as the service does: first the signature of the request, then the signatures of the
    // messages.
    let (credentials, settings) = (Credentials::new("AKIDEXAMPLE", "secret"), SigningSettings::default());
    let signing = SigningParams { credentials: &credentials, region: "eu-west-1", service: "toy", time: now, settings };
    let mut parts = request.http().clone().into_parts().0;
    let authorization = parts.headers.remove("authorization").unwrap();
    let signature = Signer::new().sign(&mut parts, PayloadHash::EventStream, signing).unwrap();
    assert_eq!(parts.headers["authorization"], authorization);
    let mut signer = EventSigner::new(signature.unwrap(), signing);
    let signed = messages(request.body());
    for message in &signed {
        assert_eq!(message, &signer.sign(message.payload.clone(), now).unwrap());
    }
    let inner: Vec<Message> = signed.iter().flat_map(|message| messages(&message.payload)).collect();
    let names: Vec<_> = inner.iter().map(|message| message.string_header(":event-type").unwrap()).collect();
    assert_eq!((signed.len(), names), (3, vec!["initial-request", "moved"]));
    assert!(signed[2].payload.is_empty(), "an empty message ends the stream");
}

#[test]
fn a_call_with_events_is_sent_once() {
    let toy = Toy::new();
    toy.mock.respond("Tell", TransportFault::ConnectionReset).respond("Tell", MockResponse::json("{}"));
    let error = toy.send(Tell::of(vec![moved("shelf")])).unwrap_err();
    assert_eq!((error.attempts(), toy.mock.requests().len()), (1, 1));
}

#[test]
fn an_unknown_event_ends_the_request_with_an_error() {
    let toy = Toy::new();
    let request = Whisper::of(vec![Scene::Unknown("danced".to_owned())]);
    let request = block_on(toy.client.prepare(request, CallOptions::new())).unwrap();
    let error = block_on(request.into_body().collect()).unwrap_err();
    assert_eq!(error.to_string(), "cannot serialize the request: unknown member `danced` of the union `Scene`");
}

#[test]
fn events_are_sent_when_they_become_available() {
    /// A stream whose only event becomes available after a wait.
    struct Late(Option<crate::BoxFuture<'static, ()>>);
    impl Stream for Late {
        type Item = Scene;
        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Scene>> {
            let Some(wait) = &mut self.0 else { return Poll::Ready(None) };
            std::task::ready!(wait.as_mut().poll(cx));
            self.0 = None;
            Poll::Ready(Some(moved("box")))
        }
    }
    let toy = Toy::new();
    toy.mock.respond("Whisper", MockResponse::json("{}"));
    let wait = crate::clock::Clock::sleep(&toy.clock, Duration::from_secs(100));
    let scenes = EventSender::new(Late(Some(wait)));
    let output: Result<_, SdkError<UnknownError>> = toy.send(Whisper { name: None, scenes });
    assert!(output.is_ok());
    assert_eq!(messages(toy.mock.requests()[0].body()).len(), 2);
}
