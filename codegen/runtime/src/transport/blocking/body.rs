//! The bodies of ureq's requests and responses.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{Peer, failed};
use crate::body::{Body, BoxError};
use crate::clock::block_on;
use crate::transport::Settings;

/// The maximum size of a frame of a response body, in bytes.
const FRAME_SIZE: usize = 64 * 1024;

/// A reader for a request's body. It blocks until the stream has data.
pub(super) struct Reader {
    body: Body,
    read: Bytes,
}

impl Reader {
    pub(super) fn new(body: Body) -> Self {
        Self { body, read: Bytes::new() }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read.is_empty() {
            match block_on(self.body.next()) {
                None => return Ok(0),
                Some(data) => self.read = data.map_err(io::Error::other)?,
            }
        }
        let size = buffer.len().min(self.read.len());
        buffer[..size].copy_from_slice(&self.read.split_to(size));
        Ok(size)
    }
}

/// The body of a response. Reading a frame blocks until data is available.
pub(super) struct ResponseBody {
    reader: ureq::BodyReader<'static>,
    /// The number of remaining bytes, if the response has a `Content-Length`.
    left: Option<u64>,
    peer: Peer,
    settings: Settings,
}

impl ResponseBody {
    pub(super) fn new(body: ureq::Body, peer: Peer, settings: Settings) -> Self {
        Self { left: body.content_length(), reader: body.into_reader(), peer, settings }
    }
}

impl http_body::Body for ResponseBody {
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
            Err(error) => Some(Err(failed(error.into(), &self.peer, &self.settings).into())),
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map(SizeHint::with_exact).unwrap_or_default()
    }
}
