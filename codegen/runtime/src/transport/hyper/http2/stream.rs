//! The bodies of a request and its response on an HTTP/2 connection.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::super::read_timer::ReadTimer;
use super::super::upload::Progress;
use super::super::{MAX_HEADER_SIZE, Origin, TransportError, TransportErrorKind, broken, out_of_time};
use super::{Shared, lock};
use crate::body::{Body, BoxError};
use crate::timeout::TimeoutKind;

/// The body of a request, which is canceled when the call ends.
pub(super) struct RequestBody {
    body: Body,
    upload: Arc<Mutex<State>>,
}

/// A guard that cancels the body of a request when the guard is dropped. Otherwise, a request that is still being sent
/// would keep its stream open.
pub(super) struct Upload(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    canceled: bool,
    /// The waker of the task that sends the body.
    waker: Option<Waker>,
    /// The error of the body. It is stored because the connection reports only that the stream was reset.
    error: Option<BoxError>,
}

impl Upload {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// Returns the body's error if there is one, and the connection's error otherwise.
    pub(super) fn error_or(&self, error: hyper::Error, origin: &Origin) -> TransportError {
        match lock(&self.0).error.take() {
            None if is_invalid(&error) => {
                let message = format!(
                    "the response from {origin} is invalid, or has more than {MAX_HEADER_SIZE} bytes of headers"
                );
                TransportError::new(TransportErrorKind::Other, message).with_source(error)
            }
            None => broken(error, origin),
            Some(error) => {
                let message = format!("cannot send the request's body to {origin}");
                TransportError::new(TransportErrorKind::Other, message).with_source(error)
            }
        }
    }
}

/// Returns whether the server has reset the stream because it accepts the request only with HTTP/1.1.
pub(super) fn requires_http1(error: &hyper::Error) -> bool {
    cause(error).and_then(h2::Error::reason) == Some(h2::Reason::HTTP_1_1_REQUIRED)
}

/// Returns whether the client has reset the stream because the response violates the HTTP/2 protocol or its headers are
/// too large. Other calls on the connection continue.
fn is_invalid(error: &hyper::Error) -> bool {
    cause(error).is_some_and(|error| error.is_reset() && error.is_library())
}

/// Returns the h2 error of the connection or stream that caused the given error, if there is one.
fn cause(error: &hyper::Error) -> Option<&h2::Error> {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        source = error.source();
    }
    None
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        state.canceled = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl RequestBody {
    pub(super) fn new(body: Body, upload: &Upload) -> Self {
        Self { body, upload: Arc::clone(&upload.0) }
    }

    pub(super) fn into_inner(self) -> Body {
        self.body
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        {
            let mut state = lock(&this.upload);
            if state.canceled {
                return Poll::Ready(Some(Err(h2::Error::from(h2::Reason::CANCEL).into())));
            }
            state.waker = Some(cx.waker().clone());
        }
        let frame = Pin::new(&mut this.body).poll_frame(cx);
        if let Poll::Ready(Some(Err(error))) = frame {
            lock(&this.upload).error = Some(error);
            return Poll::Ready(Some(Err(h2::Error::from(h2::Reason::CANCEL).into())));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a response. If it is dropped before its end, the stream is reset.
pub(super) struct StreamBody {
    incoming: Incoming,
    connection: Arc<Shared>,
    upload: Upload,
    origin: Origin,
    read_timer: ReadTimer,
    read_timeout: Option<Duration>,
    /// The progress of the request, which may still be sent.
    progress: Progress,
}

impl StreamBody {
    pub(super) fn new(
        incoming: Incoming,
        connection: Arc<Shared>,
        upload: Upload,
        origin: Origin,
        read_timeout: Option<Duration>,
        progress: Progress,
    ) -> Self {
        Self { incoming, connection, upload, origin, read_timer: ReadTimer::default(), read_timeout, progress }
    }
}

impl HttpBody for StreamBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.incoming).poll_frame(cx) {
            Poll::Ready(Some(Err(error))) => {
                this.connection.retire();
                Poll::Ready(Some(Err(this.upload.error_or(error, &this.origin).into())))
            }
            // hyper reports a reset with `NO_ERROR` as the end of the body, since a server may send it after a complete
            // response.
            Poll::Ready(None) if !this.incoming.is_end_stream() && this.incoming.size_hint().lower() > 0 => {
                this.connection.retire();
                let message = format!("the response from {} ended early", this.origin);
                Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Closed, message).into())))
            }
            Poll::Pending => this.read_timer.poll(cx, this.read_timeout, &this.progress).map(|limit| {
                this.connection.retire();
                Some(Err(out_of_time(TimeoutKind::Read, limit, &this.origin).into()))
            }),
            ready => {
                this.read_timer.stop();
                ready.map_err(|error: hyper::Error| error.into())
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
