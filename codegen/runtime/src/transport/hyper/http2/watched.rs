//! Detects the reason why a server ends a connection. Neither hyper nor h2 reports the reason for streams that the
//! server had already accepted.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::transport::connect::Stream;

/// The type of the frame with which a server ends a connection.
const GOAWAY: u8 = 7;

/// A connection that detects whether a received frame is a `GOAWAY` with the code `HTTP_1_1_REQUIRED`.
pub(super) struct Watched {
    stream: Box<dyn Stream>,
    frames: FrameParser,
    requires_http1: Arc<AtomicBool>,
}

impl Watched {
    /// Wraps a stream. `requires_http1` is set to `true` when the server ends the connection because it requires
    /// HTTP/1.1.
    pub(super) fn new(stream: Box<dyn Stream>, requires_http1: Arc<AtomicBool>) -> Self {
        Self { stream, frames: FrameParser::default(), requires_http1 }
    }
}

/// A parser that finds the frames in the received bytes.
#[derive(Default)]
struct FrameParser {
    /// The start of the current frame: its header and, for `GOAWAY`, the last stream ID and the error code.
    start: Vec<u8>,
    /// The number of bytes to skip before the next frame.
    skipped: usize,
}

impl FrameParser {
    /// Parses received bytes. Returns the error code of a `GOAWAY` frame if these bytes complete the code.
    fn read(&mut self, mut bytes: &[u8]) -> Option<u32> {
        let mut code = None;
        while let Some((&first, rest)) = bytes.split_first() {
            if self.skipped > 0 {
                let skipped = self.skipped.min(bytes.len());
                self.skipped -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.start.push(first);
            bytes = rest;
            // A frame starts with the length of the payload, the type, the flags and the stream ID. In a `GOAWAY`
            // frame, the last stream ID and the error code follow.
            match *self.start {
                [a, b, c, kind, _, _, _, _, _] if kind != GOAWAY => {
                    self.skipped = u32::from_be_bytes([0, a, b, c]) as usize;
                    self.start.clear();
                }
                [a, b, c, _, _, _, _, _, _, _, _, _, _, d, e, f, g] => {
                    code = Some(u32::from_be_bytes([d, e, f, g]));
                    self.skipped = (u32::from_be_bytes([0, a, b, c]) as usize).saturating_sub(8);
                    self.start.clear();
                }
                _ => {}
            }
        }
        code
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let code = self.frames.read(buffer.filled().get(before..).unwrap_or_default());
        if code == Some(h2::Reason::HTTP_1_1_REQUIRED.into()) {
            self.requires_http1.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_goaway_is_found_between_other_frames() {
        let mut received = vec![0, 0, 0, 4, 0, 0, 0, 0, 0];
        received.extend([0, 0, 3, 0, 0, 0, 0, 0, 1, GOAWAY, GOAWAY, GOAWAY]);
        received.extend([0, 0, 10, GOAWAY, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xd, b'n', b'o']);
        received.extend([0, 0, 0, 4, 1, 0, 0, 0, 0]);
        for size in 1..=received.len() {
            let mut frames = FrameParser::default();
            let codes: Vec<u32> = received.chunks(size).filter_map(|bytes| frames.read(bytes)).collect();
            assert_eq!(codes, [0xd], "in pieces of {size} bytes");
            assert!(frames.start.is_empty());
        }
    }
}
