//! Tests of event streams in responses of the toy service, from the bytes of a response to typed events.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue as HttpValue;
use http::header::CONTENT_TYPE;

use super::toy::{TOY, TOY_SCHEMA, Toy};
use crate::clock::block_on;
use crate::codec::event_stream::{HeaderValue, Message};
use crate::error::{self, SdkError, TransportErrorKind, UnknownError};
use crate::event_stream::{Event, EventReceiver, RawEvents};
use crate::operation::{Request, Service};
use crate::primitives::{Blob, Timestamp};
use crate::response::Response;
use crate::schema::{self, OperationSchema, Streaming};
use crate::testing::{MockResponse, TransportFault, event, exception};

/// An event whose members are in the payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Moved {
    pub(super) to: Option<String>,
}

schema::structure! {
    Moved: "toy", "Moved";
    option "To" to: String;
}

/// An event with one member that is the whole payload. The other members are in headers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Picture {
    pub(super) blinked: Option<bool>,
    pub(super) level: Option<i8>,
    pub(super) count: Option<i64>,
    pub(super) at: Option<Timestamp>,
    pub(super) title: Option<String>,
    pub(super) checksum: Option<Blob>,
    pub(super) image: Option<Blob>,
}

schema::structure! {
    Picture: "toy", "Picture";
    option "Blinked" blinked: Boolean [EventHeader];
    option "Level" level: Byte [EventHeader];
    option "Count" count: Long [EventHeader];
    option "At" at: Timestamp [EventHeader];
    option "Title" title: String [EventHeader];
    option "Checksum" checksum: Blob [EventHeader];
    option "Image" image: Blob [EventPayload];
}

/// An event with one member in a header and one in the payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) volume: Option<i32>,
    pub(super) words: Option<String>,
}

schema::structure! {
    Said: "toy", "Said";
    option "Volume" volume: Integer [EventHeader];
    option "Words" words: String;
}

/// An event whose payload is a string.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Written {
    pub(super) text: Option<String>,
}

schema::structure! {
    Written: "toy", "Written";
    option "Text" text: String [EventPayload];
}

/// An event whose payload is a structure.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wrapped {
    pub(super) moved: Option<Moved>,
}

schema::structure! {
    Wrapped: "toy", "Wrapped";
    option "Moved" moved: Structure [EventPayload];
}

/// An event with a list in the payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bound {
    pub(super) pages: Option<Vec<String>>,
}

schema::structure! {
    Bound: "toy", "Bound";
    option "Pages" pages: List(String);
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scene {
    Bound(Bound),
    Moved(Moved),
    Picture(Picture),
    Said(Said),
    Written(Written),
    Wrapped(Wrapped),
    /// An error that can be sent as an event. When it is received, it is returned as an error.
    FellAsleep(Asleep),
    Unknown(String),
}

schema::union! {
    Scene: "toy", "Scene";
    "bound" Bound: Structure;
    "moved" Moved: Structure;
    "picture" Picture: Structure;
    "said" Said: Structure;
    "written" Written: Structure;
    "wrapped" Wrapped: Structure;
    "fellAsleep" FellAsleep: Structure [EventException];
}

/// A modeled error that ends the stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Asleep {
    pub(super) message: Option<String>,
    pub(super) until: Option<i32>,
}

schema::structure! {
    Asleep: "toy", "Asleep";
    option "message" message: String;
    option "Until" until: Integer;
}

error::modeled!(Asleep, Client, option message);

/// A modeled error with one member in a header and one in the payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Torn {
    pub(super) message: Option<String>,
    pub(super) page: Option<i32>,
}

schema::structure! {
    Torn: "toy", "Torn";
    option "message" message: String;
    option "Page" page: Integer [EventHeader];
}

error::modeled!(Torn, Client, option message);

/// A modeled error with its message in a header and another member that is the whole payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Burnt {
    pub(super) message: Option<String>,
    pub(super) ashes: Option<Blob>,
}

schema::structure! {
    Burnt: "toy", "Burnt";
    option "message" message: String [EventHeader];
    option "Ashes" ashes: Blob [EventPayload];
}

error::modeled!(Burnt, Client, option message);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum SceneError {
    Asleep(Asleep),
    Burnt(Burnt),
    Torn(Torn),
    Unknown(UnknownError),
}

error::service_error! {
    SceneError; Asleep; Burnt; Torn;
}

impl Event for Scene {
    type Error = SceneError;
    const ERRORS: &'static [(&'static str, &'static str)] =
        &[("burnt", "Burnt"), ("fellAsleep", "Asleep"), ("torn", "Torn")];
}

/// The output of `Play`: an initial response, and the events.
#[derive(Debug, Default)]
pub(super) struct PlayOutput {
    pub(super) name: Option<String>,
    pub(super) scenes: EventReceiver<Scene>,
}

schema::structure! {
    PlayOutput: "toy", "PlayOutput", stream scenes;
    option "Name" name: String;
}

pub(super) struct Play;

schema::structure! {
    Play: "toy", "Play";
}

static PLAY: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Play", schema::of::<Play>(), schema::of::<PlayOutput>())
        .with_output_streaming(Streaming::Events);

impl Request for Play {
    type Response = PlayOutput;
    type Error = UnknownError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = &PLAY;

    fn set_events(output: &mut PlayOutput, events: RawEvents) {
        output.scenes = EventReceiver::new(events);
    }
}

fn play(response: MockResponse) -> Response<PlayOutput> {
    let toy = Toy::new();
    toy.mock.respond("Play", response);
    toy.send(Play).unwrap()
}

fn initial() -> Message {
    event("initial-response", r#"{"Name":"bear"}"#)
}

/// Returns the events of a response, and the error that ends the stream, if any.
fn scenes(response: MockResponse) -> (Vec<Scene>, Option<SdkError<SceneError>>) {
    let mut output = play(response).into_inner();
    let mut scenes = Vec::new();
    let error = loop {
        match block_on(output.scenes.try_next()) {
            Ok(Some(scene)) => scenes.push(scene),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(block_on(output.scenes.try_next()).unwrap().is_none(), "the stream has ended");
    (scenes, error)
}

/// Returns the error with which a stream ends when the client receives the given message.
fn error_of(message: Message) -> SdkError<SceneError> {
    let (scenes, error) = scenes(MockResponse::events([initial(), message, event("moved", "{}")]).unwrap());
    assert_eq!(scenes, []);
    error.unwrap()
}

#[test]
fn the_call_returns_after_the_initial_response_and_before_the_events() {
    let events = [initial(), event("moved", r#"{"To":"shelf"}"#), event("moved", r#"{"To":"box"}"#)];
    for size in [1, 7, 1000] {
        let mut response = play(MockResponse::events(events.clone()).unwrap().chunk_size(size));
        assert_eq!(response.name.as_deref(), Some("bear"));
        assert_eq!(response.request_id(), Some("mock-request-id"));
        for to in ["shelf", "box"] {
            let moved = Scene::Moved(Moved { to: Some(to.to_owned()) });
            assert_eq!(block_on(response.scenes.try_next()).unwrap(), Some(moved));
        }
        assert_eq!(block_on(response.scenes.try_next()).unwrap(), None);
    }
}

#[test]
fn call_and_attempt_timeouts_do_not_apply_to_the_stream() {
    let toy = Toy::new();
    toy.mock.respond("Play", MockResponse::events([initial(), event("moved", "{}")]).unwrap());
    let mut response = toy.send(Play).unwrap();
    toy.clock.advance(Duration::from_secs(100_000));
    assert!(block_on(response.scenes.try_next()).unwrap().is_some());
}

#[test]
fn members_of_events_are_headers_or_the_payload() {
    let picture = event("picture", &b"\xff\xfe"[..])
        .with_header("Blinked", HeaderValue::Boolean(true))
        .with_header("Level", HeaderValue::Byte(-1))
        .with_header("Count", HeaderValue::Long(1 << 40))
        .with_header("At", HeaderValue::Timestamp(Timestamp::new(5, 0)))
        .with_header("Title", "bear")
        .with_header("Checksum", HeaderValue::Blob(Bytes::from_static(b"\x01")));
    let said = event("said", r#"{"Words":"growl"}"#).with_header("Volume", HeaderValue::Integer(11));
    let messages = [
        initial(),
        picture,
        said,
        event("written", "plain text"),
        event("wrapped", r#"{"To":"shelf"}"#),
        event("picture", ""),
    ];
    let (found, error) = scenes(MockResponse::events(messages).unwrap());
    assert!(error.is_none(), "{error:?}");
    let moved = Moved { to: Some("shelf".to_owned()) };
    assert_eq!(
        found,
        [
            Scene::Picture(Picture {
                blinked: Some(true),
                level: Some(-1),
                count: Some(1 << 40),
                at: Some(Timestamp::new(5, 0)),
                title: Some("bear".to_owned()),
                checksum: Some(Blob::from(b"\x01")),
                image: Some(Blob::from(b"\xff\xfe")),
            }),
            Scene::Said(Said { volume: Some(11), words: Some("growl".to_owned()) }),
            Scene::Written(Written { text: Some("plain text".to_owned()) }),
            Scene::Wrapped(Wrapped { moved: Some(moved) }),
            Scene::Picture(Picture { image: Some(Blob::default()), ..Picture::default() }),
        ]
    );
}

/// The memory for the values of an event depends on the maximum response size, not on the size of the payload.
#[test]
fn the_values_of_an_event_may_be_larger_than_its_payload() {
    let pages = vec!["a".to_owned(); 500_000];
    let payload = format!(r#"{{"Pages":["{}"]}}"#, pages.join(r#"",""#));
    let read = |size| {
        let toy = Toy::with(|config| config.max_response_size(size));
        toy.mock.respond("Play", MockResponse::events([initial(), event("bound", payload.clone())]).unwrap());
        let mut output = toy.send(Play).unwrap().into_inner();
        block_on(output.scenes.try_next())
    };
    assert_eq!(read(64 << 20).unwrap(), Some(Scene::Bound(Bound { pages: Some(pages.clone()) })));
    let error = read(1 << 20).unwrap_err().to_string();
    assert!(error.contains("exceeds 5242880 bytes (4 × `max_response_size` + 1 MiB)"), "{error}");
}

#[test]
fn unknown_events_and_late_initial_responses_do_not_end_the_stream() {
    let messages = [event("danced", "not JSON"), initial(), event("moved", "{}")];
    let (found, error) = scenes(MockResponse::events(messages).unwrap());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(found, [Scene::Unknown("danced".to_owned()), Scene::Moved(Moved::default())]);
}

#[test]
fn a_modeled_error_has_the_type_of_its_member() {
    let error = error_of(exception("fellAsleep", r#"{"message":"good night","Until":7}"#));
    let asleep = Asleep { message: Some("good night".to_owned()), until: Some(7) };
    assert_eq!(error.service(), Some(&SceneError::Asleep(asleep)));
    assert_eq!(error.to_string(), "Play failed: Asleep: good night (HTTP 200, request ID mock-request-id)");
    assert!(error.is_retryable(), "the model says so");

    let error = error_of(exception("Broken", r#"{"message":"in pieces"}"#));
    let unknown = UnknownError { code: "Broken".to_owned(), message: Some("in pieces".to_owned()) };
    assert_eq!(error.service(), Some(&SceneError::Unknown(unknown)));
    assert!(!error.is_retryable());
}

#[test]
fn members_of_errors_are_headers_or_the_payload() {
    let torn = exception("torn", r#"{"message":"in two","Page":1}"#).with_header("Page", HeaderValue::Integer(7));
    let error = error_of(torn);
    let torn = Torn { message: Some("in two".to_owned()), page: Some(7) };
    assert_eq!(error.service(), Some(&SceneError::Torn(torn)));

    let error = error_of(exception("burnt", &b"\xff\xfe"[..]).with_header("message", "too hot"));
    let burnt = Burnt { message: Some("too hot".to_owned()), ashes: Some(Blob::from(b"\xff\xfe")) };
    assert_eq!(error.service(), Some(&SceneError::Burnt(burnt)));
    assert_eq!(error.to_string(), "Play failed: Burnt: too hot (HTTP 200, request ID mock-request-id)");

    let error = error_of(exception("torn", "{}").with_header("Page", "seven"));
    assert!(matches!(error.service(), Some(SceneError::Torn(_))), "a header of the wrong type does not hide the error");
}

#[test]
fn an_unmodeled_error_has_a_code_and_a_message() {
    let message = Message::default()
        .with_header(":message-type", "error")
        .with_header(":error-code", "InternalError")
        .with_header(":error-message", "out of order");
    let error = error_of(message);
    assert_eq!((error.code(), error.message()), (Some("InternalError"), Some("out of order")));
    assert!(error.is_retryable());
}

#[test]
fn a_message_of_an_unknown_type_is_an_error() {
    for (message, expected) in [
        (Message::default(), "a message has no header `:message-type`"),
        (Message::default().with_header(":message-type", "news"), "unknown message type `news`"),
        (Message::default().with_header(":message-type", "event"), "a message has no header `:event-type`"),
        (Message::default().with_header(":message-type", "error"), "a message has no header `:error-code`"),
        (
            Message::default().with_header(":message-type", HeaderValue::Byte(1)),
            "expected a string in the header `:message-type`, found a byte",
        ),
        (event("moved", "[]"), "Scene.moved: expected a structure, found a list"),
        (event("written", &b"\xff"[..]), "Scene.written.Text: the payload is not valid UTF-8"),
        (event("picture", "").with_header("Level", "high"), "Scene.picture.Level: expected an integer, found a string"),
        (
            event("picture", "").with_header("Level", HeaderValue::Short(128)),
            "Scene.picture.Level: expected an integer in the range of `i8`, found an integer out of range",
        ),
    ] {
        let error = error_of(message);
        assert!(matches!(error, SdkError::ResponseError(_)), "{error:?}");
        let line = error.to_string();
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn a_response_that_ends_within_a_message_is_a_transport_error() {
    let first = MockResponse::events([initial(), event("moved", "{}")]).unwrap();
    let length = [initial(), event("moved", "{}")].iter().map(|message| message.encode().unwrap().len()).sum();
    for (response, expected) in [
        (cut(3), "Play failed: the stream ended in the middle of a message: received 3 of at least 16 bytes"),
        (cut(20), "Play failed: the stream ended in the middle of a message: received 20 of 60 bytes"),
        (first.reset_after(length), "Play failed: the connection to the mock failed: connection reset"),
    ] {
        let (found, error) = scenes(response);
        assert_eq!(found, [Scene::Moved(Moved::default())]);
        let error = error.unwrap();
        assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Closed);
        assert_eq!(error.to_string(), format!("{expected} (HTTP 200, request ID mock-request-id)"));
        assert!(error.is_retryable());
    }
}

/// Returns a response with one event and the first `length` bytes of another.
fn cut(length: usize) -> MockResponse {
    let mut body: Vec<u8> = Vec::new();
    for message in [initial(), event("moved", "{}")] {
        body.extend_from_slice(&message.encode().unwrap());
    }
    body.extend_from_slice(&event("moved", "{}").encode().unwrap()[..length]);
    let content_type = HttpValue::from_static(crate::event_stream::CONTENT_TYPE);
    MockResponse::json(body).header(CONTENT_TYPE, content_type)
}

#[test]
fn the_error_for_another_content_type_contains_the_type() {
    let (_, error) = scenes(MockResponse::json(r#"{"Name":"bear"}"#));
    assert_eq!(
        error.unwrap().to_string(),
        "Play failed: cannot deserialize the response: checksum mismatch in the prelude: expected 22626561, computed bbd4f67c; the content type is \
         `application/x-amz-json-1.1`, not `application/vnd.amazon.eventstream` (HTTP 200, request ID mock-request-id)"
    );
}

#[test]
fn a_call_is_retried_only_before_the_stream_begins() {
    let toy = Toy::new();
    toy.mock
        .respond("Play", TransportFault::ConnectionReset)
        .respond("Play", MockResponse::events([initial()]).unwrap().reset_after(20))
        .respond("Play", MockResponse::events([initial()]).unwrap());
    let response = toy.send(Play).unwrap();
    assert_eq!((response.attempts(), response.name.as_deref()), (3, Some("bear")));

    toy.mock.respond("Play", MockResponse::error("Denied", "no"));
    let error = toy.send(Play).unwrap_err();
    assert_eq!(error.code(), Some("Denied"));
}

#[cfg(feature = "blocking")]
#[test]
fn blocking_events_are_an_iterator() {
    let events = [initial(), event("moved", "{}"), exception("fellAsleep", "{}")];
    let output = play(MockResponse::events(events).unwrap()).into_inner();
    let mut scenes = output.scenes.blocking();
    assert_eq!(scenes.next().unwrap().unwrap(), Scene::Moved(Moved::default()));
    assert_eq!(scenes.next().unwrap().unwrap_err().code(), Some("Asleep"));
    assert!(scenes.next().is_none());
}
