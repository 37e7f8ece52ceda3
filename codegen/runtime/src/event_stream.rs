//! Event streams: requests and responses that consist of a sequence of events.
//!
//! An operation whose output has an event stream returns as soon as the response's headers and the initial response, if
//! there is one, have arrived. The output has a member of type [`EventReceiver`], which returns the events as they
//! arrive. An input with an event stream has a member of type [`EventSender`], whose events are sent while the response
//! is received.

mod deserialize;
mod reader;
mod receiver;
mod sender;
mod serialize;

pub(crate) use reader::MessageReader;
#[cfg(feature = "blocking")]
pub use receiver::BlockingEvents;
pub(crate) use receiver::StreamContext;
pub use receiver::{EventReceiver, RawEvents};
pub use sender::EventSender;
pub(crate) use sender::{signed, with_initial_request};

use crate::error::ServiceError;
use crate::schema::{DeserializableUnion, ErrorCorrection};

/// The content type of event streams.
pub const CONTENT_TYPE: &str = crate::codec::event_stream::MEDIA_TYPE;

/// A union whose members are the events of a stream. Generated code implements this trait.
pub trait Event: DeserializableUnion + ErrorCorrection + Send + 'static {
    /// The modeled errors that can end the stream.
    type Error: ServiceError;

    /// The names of the union's members that are errors, each with the name of the member's structure. Members that
    /// have the same name as their structure are omitted.
    const ERRORS: &'static [(&'static str, &'static str)] = &[];
}
