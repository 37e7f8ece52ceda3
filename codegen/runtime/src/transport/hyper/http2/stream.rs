//! The bodies of a request and its response on an HTTP/2 connection.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::super::progress::Progress;
use super::super::read_timer::ReadTimer;
use super::super::{Exchange, MAX_HEADER_SIZE, Origin, TransportError, TransportErrorKind, broken};
use super::{Http2Connection, lock};
use crate::body::{Body, BoxError};
use crate::timeout::TimeoutKind;

/// The body of a request, which is canceled when the call ends.
pub(super) struct CancelableBody {
    body: Body,
    upload: Arc<Mutex<BodyState>>,
}

/// A guard that cancels the body of a request when the guard is dropped. Otherwise, a request that is still being sent
/// would keep its stream open.
pub(super) struct CanceledOnDrop(Arc<Mutex<BodyState>>);

#[derive(Default)]
struct BodyState {
    canceled: bool,
    /// The waker of the task that sends the body.
    waker: Option<Waker>,
    /// The error of the body. It is stored because the connection reports only that the stream was reset.
    error: Option<BoxError>,
}

impl CanceledOnDrop {
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
            Some(error) => origin.invalid_body(error),
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

impl Drop for CanceledOnDrop {
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

impl CancelableBody {
    pub(super) fn new(body: Body, upload: &CanceledOnDrop) -> Self {
        Self { body, upload: Arc::clone(&upload.0) }
    }

    pub(super) fn into_inner(self) -> Body {
        self.body
    }
}

impl HttpBody for CancelableBody {
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
pub(super) struct Http2ResponseBody {
    incoming: Incoming,
    connection: Arc<Http2Connection>,
    upload: CanceledOnDrop,
    origin: Origin,
    read_timer: ReadTimer,
    read_timeout: Option<Duration>,
    /// The progress of the request, which may still be sent.
    progress: Progress,
}

impl Http2ResponseBody {
    pub(super) fn new(
        incoming: Incoming,
        connection: Arc<Http2Connection>,
        upload: CanceledOnDrop,
        exchange: &Exchange,
    ) -> Self {
        Self {
            incoming,
            connection,
            upload,
            origin: exchange.origin.clone(),
            read_timer: ReadTimer::default(),
            read_timeout: exchange.settings.read_timeout,
            progress: exchange.progress.clone(),
        }
    }
}

impl HttpBody for Http2ResponseBody {
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
                Some(Err(this.origin.timed_out(TimeoutKind::Read, limit).into()))
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
