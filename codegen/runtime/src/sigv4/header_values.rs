//! A buffer for the header values of a request.

use bytes::BytesMut;
use http::HeaderValue;
use http::header::InvalidHeaderValue;

/// A buffer for the header values that are computed for a request. All values share one allocation.
pub(crate) struct HeaderValues {
    buffer: BytesMut,
}

impl HeaderValues {
    /// Creates an empty buffer that is large enough for the values of most requests.
    pub(crate) fn new() -> Self {
        Self { buffer: BytesMut::with_capacity(512) }
    }

    /// Creates a header value from bytes.
    pub(crate) fn value(&mut self, value: &[u8]) -> Result<HeaderValue, InvalidHeaderValue> {
        self.buffer.extend_from_slice(value);
        self.finish()
    }

    /// Returns the buffer, to which the caller appends the next value. Call [`finish`](Self::finish) to create the
    /// value.
    pub(crate) fn buffer(&mut self) -> &mut BytesMut {
        self.buffer.clear();
        &mut self.buffer
    }

    /// Creates a header value from the bytes that were appended to the buffer.
    pub(crate) fn finish(&mut self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::from_maybe_shared(self.buffer.split().freeze())
    }
}
