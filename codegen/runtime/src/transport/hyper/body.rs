//! The streaming body of a response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::progress::Progress;
use super::{Exchange, Http1Connection, Pool, broken};
use crate::body::BoxError;
use crate::timeout::TimeoutKind;

/// The streaming body of a response, and its connection.
///
/// The connection returns to the pool at the end of the body. If the body is dropped before its end, the connection is
/// closed.
pub(super) struct Http1ResponseBody {
    incoming: Incoming,
    connection: Option<Box<Http1Connection>>,
    pool: Arc<Pool>,
    read_timeout: Option<Duration>,
    /// The progress of the request, which may still be sent.
    progress: Progress,
    /// Whether the connection may be reused.
    keep: bool,
    /// Whether the connection's task has been given a chance to run after the end of the body.
    yielded: bool,
}

impl Http1ResponseBody {
    pub(super) fn new(
        incoming: Incoming,
        connection: Box<Http1Connection>,
        pool: Arc<Pool>,
        exchange: &Exchange,
        keep: bool,
    ) -> Self {
        let (read_timeout, progress) = (exchange.settings.read_timeout, exchange.progress.clone());
        Self { incoming, connection: Some(connection), pool, read_timeout, progress, keep, yielded: false }
    }

    /// Returns the connection to the pool once its task has received the end of the response. This may require yielding
    /// to the task once.
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
            Arc::clone(&self.pool).keep_when_ready(connection);
        }
    }
}

impl Body for Http1ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let Some(connection) = &mut this.connection else { return Poll::Ready(None) };
        let error: BoxError = match Pin::new(&mut this.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                connection.read_timer.stop();
                return Poll::Ready(Some(Ok(frame)));
            }
            Poll::Ready(None) => return this.poll_release(cx).map(|()| None),
            Poll::Ready(Some(Err(error))) => broken(error, &connection.origin).into(),
            Poll::Pending => match connection.read_timer.poll(cx, this.read_timeout, &this.progress) {
                Poll::Ready(limit) => connection.origin.timed_out(TimeoutKind::Read, limit).into(),
                Poll::Pending => return Poll::Pending,
            },
        };
        this.connection = None;
        Poll::Ready(Some(Err(error)))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Http1ResponseBody {
    fn drop(&mut self) {
        // If the length is known, a reader may stop after the last byte, before the end has been received.
        if self.incoming.is_end_stream() {
            self.release();
        }
    }
}
