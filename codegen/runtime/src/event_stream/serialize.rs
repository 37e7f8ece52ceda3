//! Serializes the events of a stream as messages. This is the inverse of `deserialize`.

use bytes::Bytes;

use crate::codec::event_stream::{Header, HeaderValue, Message};
use crate::error::InputError;
use crate::protocol::ClientProtocol;
use crate::schema::{
    MemberSchema, SerdeError, SerializableShape, SerializableStruct, SerializableUnion, StructSchema, Target, Trait,
    ValueRef,
};

/// Serializes an event as an encoded message.
pub(super) fn event(protocol: &dyn ClientProtocol, union: &dyn SerializableUnion) -> Result<Bytes, InputError> {
    let schema = union.schema();
    let (member, value) = union.known_variant()?;
    let (kind, name) = match member.traits.contains(&Trait::EventException) {
        true => ("exception", ":exception-type"),
        false => ("event", ":event-type"),
    };
    let message = Message::default().with_header(":message-type", kind).with_header(name, member.name());
    let mut serializer = EventSerializer { protocol, message };
    let ValueRef::Struct(structure) = value else {
        return Err(SerdeError::unexpected(value.type_name(), "a structure").within(schema, member).into());
    };
    serializer.structure(structure).map_err(|error| error.within(schema, member))?;
    Ok(serializer.message.encode()?)
}

/// Returns the initial request of an RPC protocol, as an encoded message.
pub(super) fn initial_request(content_type: &str, payload: Bytes) -> Result<Bytes, InputError> {
    let message = Message::new(payload)
        .with_header(":message-type", "event")
        .with_header(":event-type", "initial-request")
        .with_header(":content-type", content_type);
    Ok(message.encode()?)
}

/// A serializer for the structure of an event.
struct EventSerializer<'a> {
    protocol: &'a dyn ClientProtocol,
    message: Message,
}

impl EventSerializer<'_> {
    fn push(&mut self, name: &str, value: HeaderValue) {
        self.message.headers.push(Header { name: name.to_owned(), value });
    }

    /// Serializes a value as the whole payload, in the protocol's format.
    fn write_payload(&mut self, value: &dyn SerializableShape) -> Result<(), SerdeError> {
        let (content_type, payload) = self.protocol.serialize_payload(value)?;
        self.push(":content-type", content_type.into());
        self.message.payload = payload.into();
        Ok(())
    }

    fn write_event_payload(&mut self, value: ValueRef<'_>) -> Result<(), SerdeError> {
        let (content_type, payload) = match value {
            ValueRef::Blob(value) => ("application/octet-stream", Bytes::copy_from_slice(value)),
            ValueRef::String(value) => ("text/plain", value.to_owned().into()),
            value => return self.write_payload(&value),
        };
        self.message.payload = payload;
        self.push(":content-type", content_type.into());
        Ok(())
    }

    fn structure(&mut self, structure: &dyn SerializableStruct) -> Result<(), SerdeError> {
        let schema = structure.schema();
        let members = || {
            let members = schema.members.iter().enumerate();
            members.map(|(index, member)| (member, structure.member(index))).filter(|(_, value)| !value.is_null())
        };
        // The payload is serialized first, since its content type usually precedes the other headers.
        for (member, value) in members().filter(|(member, _)| member.traits.contains(&Trait::EventPayload)) {
            self.write_event_payload(value).map_err(|error| error.within(schema, member))?;
        }
        if schema.members.iter().any(is_in_payload) {
            self.write_payload(&InPayload(structure))?;
        }
        for (member, value) in members().filter(|(member, _)| member.traits.contains(&Trait::EventHeader)) {
            let value = header_value(member, value).map_err(|error| error.within(schema, member))?;
            self.push(member.name(), value);
        }
        Ok(())
    }
}

/// Returns whether a member of an event's structure is serialized into the payload together with other members. This is
/// the case for members without a trait that binds them to a header or to the whole payload.
pub(super) fn is_in_payload(member: &MemberSchema) -> bool {
    !member.traits.contains(&Trait::EventHeader) && !member.traits.contains(&Trait::EventPayload)
}

/// The members of an event's structure that are serialized into the payload in the protocol's format.
struct InPayload<'a>(&'a dyn SerializableStruct);

impl SerializableStruct for InPayload<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.0.schema()
    }

    fn member(&self, index: usize) -> ValueRef<'_> {
        match self.0.schema().members.get(index) {
            Some(member) if is_in_payload(member) => self.0.member(index),
            _ => ValueRef::Null,
        }
    }
}

impl SerializableShape for InPayload<'_> {
    fn as_value(&self) -> ValueRef<'_> {
        ValueRef::Struct(self)
    }
}

/// Converts a member's value into the value of a header.
fn header_value(member: &MemberSchema, value: ValueRef<'_>) -> Result<HeaderValue, SerdeError> {
    Ok(match value {
        ValueRef::Boolean(value) => HeaderValue::Boolean(value),
        // A value of the member's type always fits.
        ValueRef::Integer(value) => match member.target {
            Target::Byte => HeaderValue::Byte(value.try_into().unwrap_or_default()),
            Target::Short => HeaderValue::Short(value.try_into().unwrap_or_default()),
            Target::Integer => HeaderValue::Integer(value.try_into().unwrap_or_default()),
            _ => HeaderValue::Long(value),
        },
        ValueRef::String(value) => value.into(),
        ValueRef::Blob(value) => HeaderValue::Blob(Bytes::copy_from_slice(value)),
        ValueRef::Timestamp(value) => HeaderValue::Timestamp(value),
        other => return Err(SerdeError::unexpected(other.type_name(), "a type that headers support")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::aws_json::AwsJson;
    use crate::schema;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Measured {
        weight: Option<f64>,
    }

    schema::structure! {
        Measured: "toy", "Measured";
        option "Weight" weight: Double [EventHeader];
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Named {
        name: Option<String>,
    }

    schema::structure! {
        Named: "toy", "Named";
        option "Name" name: String;
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Scene {
        Measured(Measured),
        Named(Named),
        Unknown(String),
    }

    schema::union! {
        Scene: "toy", "Scene";
        "measured" Measured: Structure;
        "named" Named: Structure;
    }

    #[cfg(feature = "cbor")]
    #[test]
    fn payloads_have_the_format_of_the_protocol() {
        use crate::codec::MemoryLimit;
        use crate::codec::event_stream::MessageDecoder;
        use crate::event_stream::deserialize;
        use crate::protocol::rpc_v2::RpcV2;

        let named = Scene::Named(Named { name: Some("bear".to_owned()) });
        let mut encoded = event(&RpcV2::CBOR, &named).unwrap();
        let message = MessageDecoder::new().decode(&mut encoded).unwrap().unwrap();
        assert_eq!(message.string_header(":content-type"), Some("application/cbor"));
        assert_eq!(&message.payload[..], b"\xbf\x64Name\x64bear\xff");
        let mut read = Scene::Unknown(String::new());
        assert!(deserialize::message(&RpcV2::CBOR, message, MemoryLimit::NONE, &mut read).is_ok());
        assert_eq!(read, named);
    }

    #[test]
    fn a_member_that_cannot_be_a_header_is_an_error() {
        let error = |weight| event(&AwsJson::V1_1, &Scene::Measured(Measured { weight })).map_err(|e| e.to_string());
        assert!(error(None).is_ok());
        let expected = "cannot serialize the request: Scene.measured.Weight: expected a type that headers \
                        support, found a number";
        assert_eq!(error(Some(0.5)), Err(expected.to_owned()));
    }
}
