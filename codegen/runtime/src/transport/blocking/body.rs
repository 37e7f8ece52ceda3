//! The bodies of ureq's responses.

use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{Origin, SuspiciousOrigins, failed};
use crate::body::BoxError;
use crate::sync::lock;
use crate::transport::Settings;

/// The maximum size of a frame of a response body, in bytes.
const FRAME_SIZE: usize = 64 * 1024;

/// The maximum number of suspicious origins. By default, ureq's pool has at most 10 connections.
const MAX_SUSPICIOUS: usize = 64;

/// The body of a response. Reading a frame blocks until data is available.
pub(super) struct BlockingResponseBody {
    reader: ureq::BodyReader<'static>,
    /// The number of remaining bytes, if the response has a `Content-Length`.
    left: Option<u64>,
    origin: Origin,
    settings: Settings,
    /// The list to which the origin is added when its connection may have returned to the pool, if the response is a
    /// server error.
    suspicious: Option<SuspiciousOrigins>,
}

impl BlockingResponseBody {
    pub(super) fn new(
        body: ureq::Body,
        origin: Origin,
        settings: Settings,
        suspicious: Option<SuspiciousOrigins>,
    ) -> Self {
        Self { left: body.content_length(), reader: body.into_reader(), origin, settings, suspicious }
    }
}

impl Drop for BlockingResponseBody {
    fn drop(&mut self) {
        if let Some(origins) = &self.suspicious {
            let mut origins = lock(origins);
            if !origins.contains(&self.origin) {
                // The pool has dropped the connections of older entries by now.
                let excess = (origins.len() + 1).saturating_sub(MAX_SUSPICIOUS);
                origins.drain(..excess);
                origins.push(self.origin.clone());
            }
        }
    }
}

impl http_body::Body for BlockingResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let expected = self.left.and_then(|left| usize::try_from(left).ok()).unwrap_or(FRAME_SIZE);
        // The buffer has room for one more byte than expected, so that the end is detected and the connection can be
        // reused.
        let mut buffer = vec![0; expected.min(FRAME_SIZE) + 1];
        Poll::Ready(match self.reader.read(&mut buffer) {
            Ok(0) => None,
            Ok(size) => {
                buffer.truncate(size);
                self.left = self.left.map(|left| left.saturating_sub(size as u64));
                Some(Ok(Frame::data(buffer.into())))
            }
            Err(error) => Some(Err(failed(error.into(), &self.origin, &self.settings).into())),
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map(SizeHint::with_exact).unwrap_or_default()
    }
}
