//! The streaming body of a response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::{Connection, Origin, Shared, broken, out_of_time};
use crate::body::BoxError;
use crate::timeout::TimeoutKind;

/// The streaming body of a response, and its connection.
///
/// The connection returns to the pool at the end of the body. It is closed if the body is dropped before.
pub(super) struct ResponseBody {
    incoming: Incoming,
    connection: Option<Connection>,
    origin: Origin,
    pool: Arc<Shared>,
    silence: Silence,
    /// Whether the connection may be reused.
    keep: bool,
    /// Whether the connection's task was given a chance to run after the end of the body.
    yielded: bool,
}

impl ResponseBody {
    pub(super) fn new(
        incoming: Incoming,
        connection: Connection,
        origin: Origin,
        pool: Arc<Shared>,
        read_timeout: Option<Duration>,
        keep: bool,
    ) -> Self {
        let silence = Silence::new(read_timeout);
        Self { incoming, connection: Some(connection), keep, origin, pool, silence, yielded: false }
    }

    /// Returns the connection to the pool when its task has seen the end of the response, which may require yielding
    /// to it once.
    fn poll_release(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.keep
            && let Some(connection) = &self.connection
            && !connection.sender.is_ready()
            && !self.yielded
        {
            self.yielded = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.release();
        Poll::Ready(())
    }

    fn release(&mut self) {
        if let Some(connection) = self.connection.take()
            && self.keep
        {
            Arc::clone(&self.pool).keep_when_ready(self.origin.clone(), connection);
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.silence.end();
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                this.connection = None;
                Poll::Ready(Some(Err(broken(error, &this.origin).into())))
            }
            Poll::Ready(None) => this.poll_release(cx).map(|()| None),
            Poll::Pending => this.silence.poll(cx, &this.origin).map(|error| {
                this.connection = None;
                Some(Err(error))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        // If the length is known, a reader may stop before the end has been received.
        if self.incoming.is_end_stream() {
            self.release();
        }
    }
}

/// The read timeout of a body, which runs while no data arrives.
pub(super) struct Silence {
    limit: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Silence {
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self { limit, timer: None }
    }

    /// Returns the error when the timeout expires.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, origin: &Origin) -> Poll<BoxError> {
        let Some(limit) = self.limit else { return Poll::Pending };
        ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx));
        Poll::Ready(out_of_time(TimeoutKind::Read, limit, origin).into())
    }

    /// Stops the timeout when data has arrived.
    pub(super) fn end(&mut self) {
        self.timer = None;
    }
}
