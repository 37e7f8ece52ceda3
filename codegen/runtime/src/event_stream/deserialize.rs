//! Deserializes a message into the union that represents the events of a stream.
//!
//! The `:message-type` header identifies the kind of a message. The traits of an event's members determine which
//! members are headers, and whether one member is the whole payload. All other members are in the payload, in the
//! protocol's format.

use std::borrow::Cow;

use super::reader::is_initial_response;
use super::serialize::is_in_payload;
use crate::codec::MemoryLimit;
use crate::codec::event_stream::{HeaderValue, Message};
use crate::error::{DecodeError, ErrorMetadata};
use crate::primitives::Timestamp;
use crate::protocol::ClientProtocol;
use crate::schema::{
    DeserializableShape, DeserializableStruct, DeserializableUnion, MemberSchema, SerdeError, ShapeDeserializer,
    Target, Trait, reject::reject_reads,
};

/// The content of a message.
pub(super) enum Received {
    /// An event, which has been deserialized.
    Event,
    /// The initial response of an RPC protocol.
    InitialResponse,
    /// A modeled error: the name of the union's member, and the message.
    Exception(String, Message),
    /// An error that is not in the model.
    Error(ErrorMetadata),
}

/// Deserializes a message. An event is deserialized into `event`, which must be empty.
pub(super) fn message(
    protocol: &dyn ClientProtocol,
    message: Message,
    limit: MemoryLimit,
    event: &mut dyn DeserializableUnion,
) -> Result<Received, DecodeError> {
    if is_initial_response(&message) {
        return Ok(Received::InitialResponse);
    }
    match required(&message, ":message-type")? {
        "event" => read_event(protocol, &message, limit, event).map(|()| Received::Event),
        "exception" => {
            let name = required(&message, ":exception-type")?.to_owned();
            Ok(Received::Exception(name, message))
        }
        "error" => Ok(Received::Error(ErrorMetadata {
            code: Some(required(&message, ":error-code")?.to_owned()),
            message: message.string_header(":error-message").map(str::to_owned),
            ..ErrorMetadata::default()
        })),
        other => Err(DecodeError::new(format!("unknown message type `{}`", other.escape_debug()))),
    }
}

fn required<'m>(message: &'m Message, name: &str) -> Result<&'m str, DecodeError> {
    match message.header(name) {
        Some(HeaderValue::String(value)) => Ok(value),
        Some(other) => {
            Err(DecodeError::new(format!("expected a string in the header `{name}`, found {}", other.type_name())))
        }
        None => Err(DecodeError::new(format!("a message has no header `{name}`"))),
    }
}

fn read_event(
    protocol: &dyn ClientProtocol,
    message: &Message,
    limit: MemoryLimit,
    event: &mut dyn DeserializableUnion,
) -> Result<(), DecodeError> {
    let name = required(message, ":event-type")?;
    let schema = event.schema();
    let Some(index) = schema.index_of(0, |member| member.is_named(name)) else {
        event.set_unknown(name);
        return Ok(());
    };
    if let Some(structure) = event.slot(index) {
        let member = &schema.members[index];
        structure
            .deserialize(member, &mut EventDeserializer { protocol, message, limit })
            .map_err(|error| error.within(schema, member))?;
    }
    Ok(())
}

/// Deserializes the members of an error. Their traits have the same meaning as those of an event's members.
pub(super) fn exception(
    protocol: &dyn ClientProtocol,
    message: &Message,
    limit: MemoryLimit,
    error: &mut dyn DeserializableShape,
) -> Result<(), SerdeError> {
    error.deserialize(MemberSchema::ROOT, &mut EventDeserializer { protocol, message, limit }).map(drop)
}

/// A deserializer for the structure of an event.
struct EventDeserializer<'a> {
    protocol: &'a dyn ClientProtocol,
    message: &'a Message,
    limit: MemoryLimit,
}

impl EventDeserializer<'_> {
    /// Deserializes a value from the whole payload, in the protocol's format.
    fn read_payload(&self, value: &mut dyn DeserializableShape) -> Result<(), SerdeError> {
        self.protocol.deserialize_payload(self.message.payload.clone(), self.limit, value).map_err(|error| error.0)
    }

    fn read_header(&self, member: &MemberSchema, value: &mut dyn DeserializableShape) -> Result<(), SerdeError> {
        if let Some(header) = self.message.header(member.name()) {
            value.deserialize(member, &mut HeaderDeserializer { value: Cow::Borrowed(header) })?;
        }
        Ok(())
    }

    fn read_event_payload(&self, member: &MemberSchema, value: &mut dyn DeserializableShape) -> Result<(), SerdeError> {
        let payload = || self.message.payload.clone();
        let header = match member.target {
            Target::Blob => HeaderValue::Blob(payload()),
            Target::String => {
                let string = String::from_utf8(payload().into());
                HeaderValue::String(string.map_err(|_| SerdeError::new("the payload is not valid UTF-8"))?)
            }
            _ => return self.read_payload(value),
        };
        value.deserialize(member, &mut HeaderDeserializer { value: Cow::Owned(header) })?;
        Ok(())
    }
}

impl ShapeDeserializer for EventDeserializer<'_> {
    fn read_struct(&mut self, _: &MemberSchema, structure: &mut dyn DeserializableStruct) -> Result<bool, SerdeError> {
        let schema = structure.schema();
        // Headers are read last, so that payload members with the same names do not replace them.
        if schema.members.iter().any(is_in_payload) {
            self.read_payload(&mut &mut *structure)?;
        }
        for (index, member) in schema.members.iter().enumerate() {
            let Some(slot) = structure.slot(index).filter(|_| !is_in_payload(member)) else { continue };
            let slot = slot.into_shape();
            let read = match member.traits.contains(&Trait::EventHeader) {
                true => self.read_header(member, slot),
                false => self.read_event_payload(member, slot),
            };
            read.map_err(|error| error.within(schema, member))?;
        }
        Ok(true)
    }

    reject_reads! {
        |expected| SerdeError::unexpected("an event", expected);
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_map read_union
    }
}

/// A deserializer for the value of a header.
struct HeaderDeserializer<'a> {
    value: Cow<'a, HeaderValue>,
}

impl HeaderDeserializer<'_> {
    #[cold]
    fn unexpected(&self, expected: &str) -> SerdeError {
        SerdeError::unexpected(self.value.type_name(), expected)
    }
}

impl ShapeDeserializer for HeaderDeserializer<'_> {
    fn read_boolean(&mut self, _: &MemberSchema) -> Result<Option<bool>, SerdeError> {
        match *self.value {
            HeaderValue::Boolean(value) => Ok(Some(value)),
            _ => Err(self.unexpected("a boolean")),
        }
    }

    fn read_integer(&mut self, _: &MemberSchema) -> Result<Option<i64>, SerdeError> {
        match *self.value {
            HeaderValue::Byte(value) => Ok(Some(value.into())),
            HeaderValue::Short(value) => Ok(Some(value.into())),
            HeaderValue::Integer(value) => Ok(Some(value.into())),
            HeaderValue::Long(value) => Ok(Some(value)),
            _ => Err(self.unexpected("an integer")),
        }
    }

    fn read_string(&mut self, _: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError> {
        match self.value.as_str() {
            Some(value) => Ok(Some(Cow::Borrowed(value))),
            None => Err(self.unexpected("a string")),
        }
    }

    fn read_blob(&mut self, _: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError> {
        match &*self.value {
            HeaderValue::Blob(value) => Ok(Some(value.to_vec())),
            _ => Err(self.unexpected("a blob")),
        }
    }

    fn read_timestamp(&mut self, _: &MemberSchema) -> Result<Option<Timestamp>, SerdeError> {
        match *self.value {
            HeaderValue::Timestamp(value) => Ok(Some(value)),
            _ => Err(self.unexpected("a timestamp")),
        }
    }

    reject_reads! {
        |expected| SerdeError::unexpected("a header", expected);
        read_double read_big_integer read_big_decimal read_document read_list read_map read_struct read_union
    }
}
