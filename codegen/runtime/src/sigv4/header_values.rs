//! The header values of a request.

use bytes::BytesMut;
use http::HeaderValue;
use http::header::InvalidHeaderValue;

/// A buffer for the computed header values of a request. They share one allocation.
pub(crate) struct HeaderValues {
    buffer: BytesMut,
}

impl HeaderValues {
    /// Creates an empty buffer with a capacity for the values of most requests.
    pub(crate) fn new() -> Self {
        Self { buffer: BytesMut::with_capacity(512) }
    }

    /// Creates a value.
    pub(crate) fn value(&mut self, value: &[u8]) -> Result<HeaderValue, InvalidHeaderValue> {
        self.buffer.extend_from_slice(value);
        self.finish()
    }

    /// Returns the buffer, so that the caller can append the next value. [`finish`](Self::finish) creates the value.
    pub(crate) fn buffer(&mut self) -> &mut BytesMut {
        self.buffer.clear();
        &mut self.buffer
    }

    /// Creates the value that has been appended to the buffer.
    pub(crate) fn finish(&mut self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::from_maybe_shared(self.buffer.split().freeze())
    }
}
