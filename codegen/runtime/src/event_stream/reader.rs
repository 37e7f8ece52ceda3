//! Reads the messages in a response's body.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body as _;

use crate::body::{Body, BoxError};
use crate::codec::MemoryLimit;
use crate::codec::event_stream::{Message, MessageDecoder};
use crate::error::{DecodeError, TransportError, TransportErrorKind};
use crate::schema::SerdeError;

/// The reason why no further message can be read.
pub(crate) enum ReadError {
    /// The response ended early.
    Transport(TransportError),
    /// A message is malformed.
    Malformed(DecodeError),
}

/// A reader for the messages in a response's body.
pub(crate) struct MessageReader {
    body: Body,
    /// The memory that the values of each message may use.
    pub(super) limit: MemoryLimit,
    /// Bytes that have arrived but have not been decoded yet.
    chunk: Bytes,
    decoder: MessageDecoder,
    /// The first message, if it was not an initial response and has not been returned yet.
    peeked: Option<Result<Message, DecodeError>>,
}

impl MessageReader {
    pub(crate) fn new(body: Body, limit: MemoryLimit) -> Self {
        Self { body, limit, chunk: Bytes::new(), decoder: MessageDecoder::new(), peeked: None }
    }

    /// Returns the payload of the initial response, if the stream starts with one.
    pub(crate) async fn initial_response(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.peeked = match poll_fn(|cx| self.poll_message(cx)).await {
            Some(Ok(message)) if is_initial_response(&message) => return Ok(Some(message.payload)),
            Some(Ok(message)) => Some(Ok(message)),
            Some(Err(ReadError::Malformed(error))) => Some(Err(error)),
            Some(Err(ReadError::Transport(error))) => return Err(error),
            None => None,
        };
        Ok(None)
    }

    pub(super) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, ReadError>>> {
        if let Some(message) = self.peeked.take() {
            return Poll::Ready(Some(message.map_err(ReadError::Malformed)));
        }
        loop {
            match self.decoder.decode(&mut self.chunk) {
                Ok(Some(message)) => return Poll::Ready(Some(Ok(message))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(ReadError::Malformed(error.into())))),
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                // Trailers are skipped.
                Some(Ok(frame)) => self.chunk = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Some(Err(ReadError::Transport(transport_error(error))))),
                None => return Poll::Ready(self.decoder.finish().err().map(|error| Err(cut_off(&error)))),
            }
        }
    }
}

/// Returns whether a message is the initial response of an RPC protocol, which is not an event.
pub(super) fn is_initial_response(message: &Message) -> bool {
    message.string_header(":message-type") == Some("event")
        && message.string_header(":event-type") == Some("initial-response")
}

fn cut_off(error: &SerdeError) -> ReadError {
    ReadError::Transport(TransportError::new(TransportErrorKind::Closed, error.to_string()))
}

fn transport_error(error: BoxError) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => TransportError::new(TransportErrorKind::Closed, "the stream ended early").with_source(error),
    }
}

impl fmt::Debug for MessageReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageReader")
            .field("body", &self.body)
            .field("decoder", &self.decoder)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn an_error_of_the_body_is_a_transport_error() {
        struct Broken;
        impl futures_core::Stream for Broken {
            type Item = Result<Bytes, &'static str>;
            fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                Poll::Ready(Some(Err("no more paper")))
            }
        }
        let mut reader = MessageReader::new(Body::from_stream(Broken, None), MemoryLimit::NONE);
        let Poll::Ready(Some(Err(ReadError::Transport(error)))) =
            reader.poll_message(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("expected an error of the transport");
        };
        assert_eq!(format!("{error:?}"), "the stream ended early: no more paper (Closed)");
    }
}
