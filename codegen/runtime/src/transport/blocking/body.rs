//! The bodies of ureq's responses.

use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{Origin, failed};
use crate::body::BoxError;
use crate::transport::Settings;

/// The maximum size of a frame of a response body, in bytes.
const FRAME_SIZE: usize = 64 * 1024;

/// The body of a response. Reading a frame blocks until data is available.
pub(super) struct BlockingResponseBody {
    reader: ureq::BodyReader<'static>,
    /// The number of remaining bytes, if the response has a `Content-Length`.
    left: Option<u64>,
    origin: Origin,
    settings: Settings,
}

impl BlockingResponseBody {
    pub(super) fn new(body: ureq::Body, origin: Origin, settings: Settings) -> Self {
        Self { left: body.content_length(), reader: body.into_reader(), origin, settings }
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
