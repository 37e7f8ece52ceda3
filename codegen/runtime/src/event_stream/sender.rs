//! The stream of a request's events.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;
use http::request::Parts;
use http_body::Body as _;

use super::{CONTENT_TYPE, serialize};
use crate::body::{Body, BoxError};
use crate::clock::Clock;
use crate::date::shift;
use crate::error::InputError;
use crate::protocol::ClientProtocol;
use crate::schema::{ErrorCorrection, OperationSchema, SerializableUnion};
use crate::sigv4::EventSigner;
use crate::sync::lock;

/// The events of a request, which can come from any [`Stream`].
///
/// The events are sent as the stream produces them, while the response is received. The request ends when the stream
/// ends. The stream can be read only once, so the call is not retried.
///
/// ```
/// # use simba_runtime::event_stream::EventSender;
/// # use futures_core::Stream;
/// #
/// /// A generated union with the events of an operation that transcribes speech.
/// enum AudioStream {
///     Chunk(Vec<u8>),
/// }
///
/// // Events that are available already:
/// let chunks = [AudioStream::Chunk(vec![0; 160])];
/// let events: EventSender<AudioStream> = chunks.into_iter().collect();
///
/// // Events that arrive over time, such as those from a channel:
/// fn transcribed<S>(microphone: S) -> EventSender<AudioStream>
/// where
///     S: Stream<Item = AudioStream> + Send + 'static,
/// {
///     EventSender::new(microphone)
/// }
/// # let _ = (events, |stream: std::pin::Pin<Box<dyn Stream<Item = AudioStream> + Send>>| transcribed(stream));
/// ```
pub struct EventSender<T> {
    /// The events, or `None` once they have been moved into a request. The mutex is never contended. It is needed
    /// because the stream is `Send` but not `Sync`.
    events: Mutex<Option<Events<T>>>,
}

type Events<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

impl<T> EventSender<T> {
    /// Creates the events of a request from a stream.
    #[must_use]
    pub fn new(events: impl Stream<Item = T> + Send + 'static) -> Self {
        Self { events: Mutex::new(Some(Box::pin(events))) }
    }
}

/// Creates events that are sent one after another, without waiting.
impl<T: Send + Unpin + 'static> FromIterator<T> for EventSender<T> {
    fn from_iter<I: IntoIterator<Item = T>>(events: I) -> Self {
        Self::new(Ready(events.into_iter().collect::<Vec<T>>().into_iter()))
    }
}

/// A stream of events that are already available.
struct Ready<T>(std::vec::IntoIter<T>);

impl<T: Unpin> Stream for Ready<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(self.0.next())
    }
}

impl<T: SerializableUnion + 'static> EventSender<T> {
    /// Converts the events into a body with one message per frame. The body is empty if this method was called before.
    #[doc(hidden)]
    #[must_use]
    pub fn take(&self, protocol: &'static dyn ClientProtocol) -> Body {
        match lock(&self.events).take() {
            Some(events) => Body::from_stream(Messages { events, protocol }, None),
            None => Body::empty(),
        }
    }
}

/// Creates a sender without events.
impl<T> ErrorCorrection for EventSender<T> {
    fn corrected() -> Self {
        Self { events: Mutex::new(None) }
    }
}

impl<T> fmt::Debug for EventSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSender").finish_non_exhaustive()
    }
}

/// A stream of events that are encoded as messages.
struct Messages<T> {
    events: Events<T>,
    protocol: &'static dyn ClientProtocol,
}

impl<T: SerializableUnion> Stream for Messages<T> {
    type Item = Result<Bytes, InputError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = ready!(self.events.as_mut().poll_next(cx));
        Poll::Ready(event.map(|event| serialize::event(self.protocol, &event)))
    }
}

/// Returns a request whose body is an event stream. If the input has other members and the protocol serialized them
/// into the body, that body becomes the initial request.
pub(crate) fn with_initial_request(
    operation: &OperationSchema,
    mut head: Parts,
    body: Body,
    events: Body,
) -> Result<(Parts, Body), InputError> {
    let content_type = head.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    let members = body.as_bytes().filter(|bytes| !bytes.is_empty() && !operation.input.members.is_empty());
    let first = match members {
        Some(bytes) => {
            let content_type = content_type.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
            Some(serialize::initial_request(content_type, bytes.clone())?)
        }
        None => None,
    };
    Ok((head, Body::from_stream(Frames { first, events }, None)))
}

/// The messages of a request, one per frame.
struct Frames {
    /// The initial request, or `None` once it has been sent.
    first: Option<Bytes>,
    events: Body,
}

impl Frames {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let frame = ready!(Pin::new(&mut self.events).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default())))
    }
}

impl Stream for Frames {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_message(cx)
    }
}

/// Signs the messages of a body, and appends an empty message, which ends the stream. `skew` is the number of seconds
/// by which the service's clock is ahead.
pub(crate) fn signed(messages: Body, signer: EventSigner, clock: Arc<dyn Clock>, skew: i64) -> Body {
    let messages = Frames { first: None, events: messages };
    Body::from_stream(Signed { messages, signer: Some(signer), clock, skew }, None)
}

/// A stream of signed messages.
struct Signed {
    messages: Frames,
    /// The signer, or `None` after the last message.
    signer: Option<EventSigner>,
    clock: Arc<dyn Clock>,
    skew: i64,
}

impl Stream for Signed {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(signer) = &mut this.signer else { return Poll::Ready(None) };
        let message = ready!(this.messages.poll_message(cx)).transpose()?;
        let now = this.clock.now();
        let time = shift(now, this.skew).unwrap_or(now);
        let is_last = message.is_none();
        let signed = signer.sign(message.unwrap_or_default(), time).and_then(|message| message.encode());
        if is_last {
            this.signer = None;
        }
        Poll::Ready(Some(signed.map_err(BoxError::from)))
    }
}
