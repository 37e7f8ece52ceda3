//! Responses that are event streams.

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::MockResponse;
use crate::codec::event_stream::Message;
use crate::event_stream;
use crate::schema::SerdeError;

impl MockResponse {
    /// Creates a successful response whose body is a stream of the given messages.
    ///
    /// ```
    /// use simba_runtime::testing::{MockResponse, event, exception};
    ///
    /// let response = MockResponse::events([
    ///     event("sessionStart", r#"{"sessionId": "1"}"#),
    ///     exception("SessionTimeoutException", r#"{"message": "three hours are over"}"#),
    /// ])?;
    /// # let _ = response;
    /// # Ok::<(), simba_runtime::schema::SerdeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a message is too large.
    pub fn events(messages: impl IntoIterator<Item = Message>) -> Result<Self, SerdeError> {
        let mut body = Vec::new();
        for message in messages {
            body.extend_from_slice(&message.encode()?);
        }
        Ok(Self::json(body).header(CONTENT_TYPE, HeaderValue::from_static(event_stream::CONTENT_TYPE)))
    }
}

/// Creates a message with an event. `name` is the name of the union's member, and `payload` is in the protocol's
/// format.
#[must_use]
pub fn event(name: &str, payload: impl Into<Bytes>) -> Message {
    Message::new(payload).with_header(":message-type", "event").with_header(":event-type", name)
}

/// Creates a message with a modeled error. `name` is the name of the union's member, and `payload` is in the protocol's
/// format.
#[must_use]
pub fn exception(name: &str, payload: impl Into<Bytes>) -> Message {
    Message::new(payload).with_header(":message-type", "exception").with_header(":exception-type", name)
}
