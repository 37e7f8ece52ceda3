//! The binary format of event streams, `application/vnd.amazon.eventstream`.
//!
//! A stream is a sequence of messages. A message consists of a prelude with two lengths, typed headers and a payload.
//! One CRC-32 covers the prelude, so that a corrupted length is detected before the message is buffered. Another one
//! covers the whole message.
//!
//! [`MessageDecoder`] is incremental: it accepts chunks of any size, and buffers at most one message.

mod header;

pub(crate) use header::encode as encode_headers;
pub use header::{Header, HeaderValue};

use std::collections::BTreeSet;
use std::fmt;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::schema::SerdeError;

/// The media type of the format.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.amazon.eventstream";

/// The maximum size of a message's headers, in bytes.
pub const MAX_HEADERS_LENGTH: usize = 128 * 1024;

/// The maximum size of a message's payload, in bytes. AWS's newer SDKs have the same limit. The limit of older SDKs is
/// 16 MiB.
pub const MAX_PAYLOAD_LENGTH: usize = 24 * 1024 * 1024;

/// The size of the prelude in bytes. The prelude consists of the length of the message, the length of the headers and a
/// checksum.
const PRELUDE: usize = 12;

/// The size of a checksum in bytes.
const CHECKSUM: usize = 4;

/// A message of an event stream.
#[derive(Clone, Default, PartialEq)]
pub struct Message {
    /// The headers. Their names are unique.
    pub headers: Vec<Header>,
    /// The payload.
    pub payload: Bytes,
}

/// The lengths at the start of a message.
#[derive(Clone, Copy)]
struct Prelude {
    /// The size of the message in bytes, including the prelude and both checksums.
    total: usize,
    /// The size of the headers in bytes.
    headers: usize,
}

impl Message {
    /// Creates a message without headers.
    #[must_use]
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { headers: Vec::new(), payload: payload.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<HeaderValue>) -> Self {
        self.headers.push(Header { name: name.into(), value: value.into() });
        self
    }

    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        self.headers.iter().find(|header| header.name == name).map(|header| &header.value)
    }

    /// Returns the value of a header, if it is a string.
    #[must_use]
    pub fn string_header(&self, name: &str) -> Option<&str> {
        self.header(name)?.as_str()
    }

    /// Encodes the message.
    ///
    /// # Errors
    ///
    /// Returns an error if a header is invalid, or if the headers or the payload exceed their size limit.
    pub fn encode(&self) -> Result<Bytes, SerdeError> {
        let mut frame = BytesMut::with_capacity(PRELUDE + 48 * self.headers.len() + self.payload.len() + CHECKSUM);
        frame.put_bytes(0, PRELUDE);
        header::encode(&self.headers, &mut frame)?;
        let headers = frame.len() - PRELUDE;
        check_lengths(headers, self.payload.len())?;
        frame.extend_from_slice(&self.payload);
        let total = frame.len() + CHECKSUM;
        for (at, length) in [(0, total), (4, headers)] {
            // This conversion never fails, because the limits are far below 4 GiB.
            let length = u32::try_from(length).map_err(SerdeError::new)?;
            frame[at..at + 4].copy_from_slice(&length.to_be_bytes());
        }
        let checksum = crc32fast::hash(&frame[..8]);
        frame[8..PRELUDE].copy_from_slice(&checksum.to_be_bytes());
        frame.put_u32(crc32fast::hash(&frame));
        Ok(frame.freeze())
    }

    /// Decodes a complete message. The payload and the blobs in headers are slices of `frame`.
    fn decode(prelude: Prelude, mut frame: Bytes) -> Result<Self, SerdeError> {
        let mut checksum = frame.split_off(prelude.total - CHECKSUM);
        check_sum("message", crc32fast::hash(&frame), checksum.try_get_u32().map_err(SerdeError::new)?)?;
        let payload = frame.split_off(PRELUDE + prelude.headers);
        let headers = header::decode(frame.split_off(PRELUDE))?;
        let mut names = BTreeSet::new();
        if let Some(header) = headers.iter().find(|header| !names.insert(&header.name)) {
            return Err(SerdeError::new(format_args!("duplicate header `{}`", header.name.escape_debug())));
        }
        Ok(Self { headers, payload })
    }
}

impl Prelude {
    /// Reads the prelude at the start of a message of at least [`PRELUDE`] bytes.
    fn read(frame: &[u8]) -> Result<Self, SerdeError> {
        let mut fields = &frame[..PRELUDE];
        let (total, headers, checksum) = (fields.get_u32(), fields.get_u32(), fields.get_u32());
        check_sum("prelude", crc32fast::hash(&frame[..PRELUDE - CHECKSUM]), checksum)?;
        let length = |length| usize::try_from(length).map_err(SerdeError::new);
        let (total, headers) = (length(total)?, length(headers)?);
        match total.checked_sub(PRELUDE + CHECKSUM).and_then(|rest| rest.checked_sub(headers)) {
            Some(payload) => check_lengths(headers, payload)?,
            None => {
                return Err(SerdeError::new(format_args!(
                    "a message of {total} bytes cannot have {headers} bytes of headers"
                )));
            }
        }
        Ok(Self { total, headers })
    }
}

fn check_sum(of: &str, computed: u32, found: u32) -> Result<(), SerdeError> {
    if computed == found {
        return Ok(());
    }
    Err(SerdeError::new(format_args!("checksum mismatch in the {of}: expected {found:08x}, computed {computed:08x}")))
}

fn check_lengths(headers: usize, payload: usize) -> Result<(), SerdeError> {
    for (part, length, limit) in [("headers", headers, MAX_HEADERS_LENGTH), ("payload", payload, MAX_PAYLOAD_LENGTH)] {
        if length > limit {
            return Err(SerdeError::new(format_args!(
                "a message has {length} bytes of {part}, which exceeds the limit of {limit}"
            )));
        }
    }
    Ok(())
}

/// Prints only the names of the headers and the size of the payload, since headers and payloads may contain sensitive
/// values.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|header| &*header.name).collect();
        f.debug_struct("Message").field("headers", &names).field("payload_length", &self.payload.len()).finish()
    }
}

/// Decodes messages from chunks of any size.
///
/// ```
/// use simba_runtime::Bytes;
/// use simba_runtime::codec::event_stream::{Message, MessageDecoder};
///
/// let message = Message::new("{}").with_header(":event-type", "tick");
/// let mut chunk = message.encode()?;
/// let mut rest = chunk.split_off(20);
///
/// let mut decoder = MessageDecoder::new();
/// assert_eq!(decoder.decode(&mut chunk)?, None);
/// assert_eq!(decoder.decode(&mut rest)?, Some(message));
/// decoder.finish()?;
/// # Ok::<(), simba_runtime::schema::SerdeError>(())
/// ```
#[derive(Default)]
pub struct MessageDecoder {
    /// The start of a message whose end has not arrived yet.
    partial: BytesMut,
    /// The prelude of the message in `partial`, if the prelude has been read.
    prelude: Option<Prelude>,
}

impl MessageDecoder {
    /// Creates a decoder at the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the next message, and removes its bytes from the chunk. Returns `None` if the message is incomplete. In
    /// this case, the decoder keeps the bytes, and the chunk is empty.
    ///
    /// # Errors
    ///
    /// Returns an error if a checksum does not match, a length exceeds its limit or a header is malformed. The rest of
    /// the stream cannot be decoded.
    pub fn decode(&mut self, chunk: &mut Bytes) -> Result<Option<Message>, SerdeError> {
        // Most messages arrive in a single chunk and are decoded without being copied.
        if self.partial.is_empty() && chunk.len() >= PRELUDE {
            let prelude = Prelude::read(chunk)?;
            if chunk.len() >= prelude.total {
                return Message::decode(prelude, chunk.split_to(prelude.total)).map(Some);
            }
        }
        if !self.fill(chunk, PRELUDE) {
            return Ok(None);
        }
        let prelude = match self.prelude {
            Some(prelude) => prelude,
            None => *self.prelude.insert(Prelude::read(&self.partial)?),
        };
        if !self.fill(chunk, prelude.total) {
            return Ok(None);
        }
        self.prelude = None;
        Message::decode(prelude, std::mem::take(&mut self.partial).freeze()).map(Some)
    }

    /// Moves bytes from the chunk until the partial message has `length` bytes or the chunk is empty. Returns whether
    /// the partial message has `length` bytes.
    fn fill(&mut self, chunk: &mut Bytes, length: usize) -> bool {
        let missing = length.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(&chunk.split_to(missing.min(chunk.len())));
        self.partial.len() >= length
    }

    /// Checks that the stream does not end within a message.
    ///
    /// # Errors
    ///
    /// Returns an error if the last message is incomplete.
    pub fn finish(&self) -> Result<(), SerdeError> {
        let received = self.partial.len();
        match self.prelude {
            _ if received == 0 => Ok(()),
            Some(Prelude { total, .. }) => Err(SerdeError::new(format_args!(
                "the stream ended in the middle of a message: received {received} of {total} bytes"
            ))),
            None => Err(SerdeError::new(format_args!(
                "the stream ended in the middle of a message: received {received} of at least {} bytes",
                PRELUDE + CHECKSUM
            ))),
        }
    }
}

impl fmt::Debug for MessageDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageDecoder").field("buffered", &self.partial.len()).finish()
    }
}

#[cfg(test)]
mod tests;
