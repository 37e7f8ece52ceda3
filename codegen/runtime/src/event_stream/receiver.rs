//! The stream of a response's events.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::deserialize::{self, Received};
use super::reader::ReadError;
use super::{CONTENT_TYPE, Event, MessageReader};
use crate::codec::MemoryLimit;
use crate::codec::event_stream::Message;
use crate::error::{CallContext, CallFailure, DecodeError, ErrorMetadata, ExceptionReader, ResponseError, SdkError};
use crate::protocol::ClientProtocol;
use crate::retry::classify;
use crate::schema::{DeserializableShape, DeserializableUnion, ErrorCorrection, OperationSchema, Retryable};

/// The events of a response, as a stream.
///
/// The stream ends when the service closes it, or after an error. An error means that the service sent a modeled error
/// as an event, that a message is malformed, or that the connection was lost. The service does not repeat events, so
/// the stream is not resumed automatically. Dropping the stream closes the HTTP/1.1 connection or resets the HTTP/2
/// stream.
///
/// An event that is unknown to this version of the crate becomes the union's `Unknown` variant.
///
/// Call and attempt timeouts no longer apply once the response has been returned. The read timeout limits the time
/// between two parts of the stream, unless parts of the request are sent in the meantime.
///
/// ```
/// # use simba_runtime::error::SdkError;
/// # use simba_runtime::event_stream::{Event, EventReceiver};
/// # async fn print<T: Event + std::fmt::Debug>(mut events: EventReceiver<T>) -> Result<(), SdkError<T::Error>> {
/// // `events` is a member of a response.
/// while let Some(event) = events.try_next().await? {
///     println!("{event:?}");
/// }
/// # Ok(()) }
/// ```
pub struct EventReceiver<T> {
    /// The untyped events, or `None` after the end of the stream. Boxed to make it cheap to move the output that
    /// contains this stream.
    events: Option<Box<RawEvents>>,
    event: PhantomData<fn() -> T>,
}

/// The untyped events of a response.
#[derive(Debug)]
pub struct RawEvents {
    reader: MessageReader,
    context: StreamContext,
}

/// The context of a stream's errors: the operation, its response, and the classification of error codes.
pub(crate) struct StreamContext {
    pub(crate) protocol: &'static dyn ClientProtocol,
    /// The codes of the errors that the model marks as retryable.
    pub(crate) retryable: &'static [(&'static str, Retryable)],
    /// The codes of the errors whose messages are sensitive.
    pub(crate) sensitive_errors: &'static [&'static str],
    pub(crate) operation: &'static OperationSchema,
    /// The response, without the body.
    pub(crate) response: http::Response<()>,
    /// How many times the request was sent.
    pub(crate) attempts: u32,
}

impl<T: Event> EventReceiver<T> {
    /// Creates the stream from a response's events.
    #[doc(hidden)]
    #[must_use]
    pub fn new(events: RawEvents) -> Self {
        Self { events: Some(Box::new(events)), event: PhantomData }
    }

    /// Returns the next event, or `None` after the end of the stream.
    ///
    /// # Errors
    ///
    /// Returns an error if the service sent one, if a message is malformed, or if the connection is lost. The stream
    /// then ends.
    pub async fn try_next(&mut self) -> Result<Option<T>, SdkError<T::Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Converts the events into an iterator that blocks the current thread until the next event arrives.
    #[cfg(feature = "blocking")]
    #[must_use]
    pub fn blocking(self) -> BlockingEvents<T> {
        BlockingEvents(self)
    }
}

impl<T: Event> Stream for EventReceiver<T> {
    type Item = Result<T, SdkError<T::Error>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(events) = &mut self.events else { return Poll::Ready(None) };
        let mut event = T::corrected();
        let item = match ready!(events.poll_event(cx, &mut event, T::ERRORS)) {
            Some(Ok(())) => return Poll::Ready(Some(Ok(event))),
            Some(Err(error)) => Some(Err(error.deserialize_error_as())),
            None => None,
        };
        self.events = None;
        Poll::Ready(item)
    }
}

/// Creates a stream without events.
impl<T> ErrorCorrection for EventReceiver<T> {
    fn corrected() -> Self {
        Self { events: None, event: PhantomData }
    }
}

/// Creates a stream without events.
impl<T> Default for EventReceiver<T> {
    fn default() -> Self {
        Self::corrected()
    }
}

impl<T> fmt::Debug for EventReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.events.is_some() { "open" } else { "ended" };
        f.debug_struct("EventReceiver").field("state", &state).finish_non_exhaustive()
    }
}

/// An iterator over the events of a response, which blocks the current thread.
///
/// ```
/// # use simba_runtime::error::SdkError;
/// # use simba_runtime::event_stream::{Event, EventReceiver};
/// # fn print<T: Event + std::fmt::Debug>(events: EventReceiver<T>) -> Result<(), SdkError<T::Error>> {
/// // `events` is a member of a response.
/// for event in events.blocking() {
///     println!("{:?}", event?);
/// }
/// # Ok(()) }
/// ```
#[cfg(feature = "blocking")]
#[derive(Debug)]
pub struct BlockingEvents<T>(EventReceiver<T>);

#[cfg(feature = "blocking")]
impl<T: Event> Iterator for BlockingEvents<T> {
    type Item = Result<T, SdkError<T::Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        crate::clock::block_on(self.0.try_next()).transpose()
    }
}

impl RawEvents {
    pub(crate) fn new(reader: MessageReader, context: StreamContext) -> Self {
        Self { reader, context }
    }

    /// Reads the next event into `event`. Returns `None` at the end of the stream.
    fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
        event: &mut dyn DeserializableUnion,
        errors: &[(&'static str, &'static str)],
    ) -> Poll<Option<Result<(), SdkError<ErrorMetadata>>>> {
        loop {
            let message = match ready!(self.reader.poll_message(cx)) {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Poll::Ready(Some(Err(self.context.read_error(error)))),
                None => return Poll::Ready(None),
            };
            let limit = self.reader.limit;
            return Poll::Ready(Some(match deserialize::message(self.context.protocol, message, limit, event) {
                Ok(Received::Event) => Ok(()),
                Ok(Received::InitialResponse) => continue,
                Ok(Received::Exception(name, message)) => Err(self.context.exception(name, message, limit, errors)),
                Ok(Received::Error(metadata)) => {
                    Err(self.context.service_error(metadata, self.context.error_response(Bytes::new())))
                }
                Err(error) => Err(self.context.malformed(error)),
            }));
        }
    }
}

impl StreamContext {
    /// Returns the error for a stream that cannot be read.
    pub(crate) fn read_error(&self, error: ReadError) -> SdkError<ErrorMetadata> {
        match error {
            ReadError::Transport(error) => {
                classify::transport_error(error, self.call_context(self.error_response(Bytes::new())))
            }
            ReadError::Malformed(error) => self.malformed(error),
        }
    }

    fn malformed(&self, error: DecodeError) -> SdkError<ErrorMetadata> {
        let content_type = self.response.headers().get(http::header::CONTENT_TYPE);
        let error = match content_type.filter(|value| *value != CONTENT_TYPE) {
            Some(other) => DecodeError::new(format!(
                "{error}; the content type is `{}`, not `{CONTENT_TYPE}`",
                other.as_bytes().escape_ascii()
            )),
            None => error,
        };
        SdkError::ResponseError(CallFailure::new(
            ResponseError::Body(error),
            self.call_context(self.error_response(Bytes::new())),
        ))
    }

    /// Returns the modeled error that the service sent.
    fn exception(
        &self,
        name: String,
        message: Message,
        limit: MemoryLimit,
        errors: &[(&str, &str)],
    ) -> SdkError<ErrorMetadata> {
        let mut response = self.error_response(message.payload.clone());
        let mut metadata = self.protocol.error_metadata(&response);
        let structure = errors.iter().find(|(member, _)| *member == name).map(|(_, structure)| (*structure).to_owned());
        metadata.code = Some(structure.unwrap_or(name));
        metadata.shape = None;
        metadata.message = metadata.message.or_else(|| message.string_header("message").map(str::to_owned));
        let protocol = self.protocol;
        let read =
            move |error: &mut dyn DeserializableShape| Ok(deserialize::exception(protocol, &message, limit, error)?);
        response.extensions_mut().insert(ExceptionReader(Arc::new(read)));
        self.service_error(metadata, response)
    }

    /// Returns the error that the service sent, classified by its status and code.
    fn service_error(&self, mut metadata: ErrorMetadata, response: http::Response<Bytes>) -> SdkError<ErrorMetadata> {
        let code = metadata.code.as_deref();
        metadata.sensitive = code.is_some_and(|code| self.sensitive_errors.contains(&code));
        let kind = classify::response(self.retryable, self.operation.errors, self.response.status(), code);
        let context = CallContext { kind, meta: metadata.clone(), ..self.call_context(response) };
        SdkError::Service(CallFailure::new(metadata, context))
    }

    fn call_context(&self, response: http::Response<Bytes>) -> CallContext {
        CallContext {
            response: Some(response),
            protocol: Some(self.protocol),
            ..CallContext::of(self.operation, self.attempts)
        }
    }

    /// Returns a response with the payload of an error as its body, so that the protocol can deserialize the error.
    fn error_response(&self, payload: Bytes) -> http::Response<Bytes> {
        let mut response = self.protocol.successful_response(payload);
        *response.status_mut() = self.response.status();
        for (name, value) in self.response.headers() {
            if !response.headers().contains_key(name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}

impl fmt::Debug for StreamContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamContext").field("operation", &self.operation.name).finish_non_exhaustive()
    }
}
