//! Request bodies whose progress extends the read timeout.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;

use crate::body::{Body, BoxError};
use crate::sync::lock;

/// The maximum number of bytes that count as one part of a body. A smaller body has a single part.
const PART: usize = 64 * 1024;

/// The time at which the connection last took a part of a request's body. The time is not recorded for a body with a
/// single part.
#[derive(Clone, Debug)]
pub(super) struct Progress(Option<Arc<Mutex<Instant>>>);

impl Progress {
    /// A placeholder for progress that is not recorded.
    pub(super) const NONE: Self = Self(None);

    /// Wraps a body so that its progress is recorded, unless it has a single part. Returns the progress and the body to
    /// send.
    pub(super) fn of(body: Body) -> (Self, Body) {
        if body.as_bytes().is_some_and(|bytes| bytes.len() <= PART) {
            return (Self::NONE, body);
        }
        let progress = Self(Some(Arc::new(Mutex::new(Instant::now()))));
        let metered = MeteredBody { body, rest: Bytes::new(), progress: progress.clone() };
        (progress, Body::from_source(metered))
    }

    pub(super) fn advance(&self) {
        if let Some(last) = &self.0 {
            *lock(last) = Instant::now();
        }
    }

    /// Returns the time at which the connection last took a part, if the time is recorded.
    pub(super) fn last(&self) -> Option<Instant> {
        self.0.as_ref().map(|last| *lock(last))
    }
}

/// A body that is sent in parts, and that records the time at which the last part was taken.
struct MeteredBody {
    body: Body,
    /// The part of the last frame that has not been sent yet.
    rest: Bytes,
    progress: Progress,
}

impl HttpBody for MeteredBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            match Pin::new(&mut this.body).poll_frame(cx).map_ok(Frame::into_data) {
                Poll::Ready(Some(Ok(Ok(data)))) => this.rest = data,
                Poll::Ready(Some(Ok(Err(trailers)))) => return Poll::Ready(Some(Ok(trailers))),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
        this.progress.advance();
        let part = this.rest.split_to(this.rest.len().min(PART));
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.body.size_hint();
        let length = hint.exact().map(|length| length + self.rest.len() as u64);
        length.map_or(hint, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_large_body_is_sent_in_parts() {
        let content = Bytes::from(vec![7; 2 * PART + 1]);
        let (progress, mut body) = Progress::of(Body::from(content.clone()));
        let mut sent = Vec::new();
        for (part, left) in [(PART, PART + 1), (PART, 1), (1, 0)] {
            let later = Instant::now() + Duration::from_secs(60);
            *progress.0.as_ref().unwrap().lock().unwrap() = later;
            let data = body.next().await.unwrap().unwrap();
            assert_eq!((data.len(), body.content_length()), (part, Some(left as u64)));
            assert!(progress.last().unwrap() < later);
            sent.extend_from_slice(&data);
        }
        assert!(body.is_end_stream());
        assert_eq!(sent, content);
        assert!(Progress::of(Body::from("small")).1.as_bytes().is_some());
    }
}
