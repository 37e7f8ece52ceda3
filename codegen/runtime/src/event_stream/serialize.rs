//! Serializes the union of a stream's events as messages, the reverse of `deserialize`.

use bytes::Bytes;

use crate::codec::event_stream::{Header, HeaderValue, Message};
use crate::error::InputError;
use crate::primitives::{BigDecimal, BigInteger, Document, Timestamp};
use crate::protocol::ClientProtocol;
use crate::schema::{
    MemberSchema, SerdeError, SerializableList, SerializableMap, SerializableShape, SerializableStruct,
    SerializableUnion, ShapeSerializer, StructSchema, Target, Trait, unknown_variant,
};

/// Serializes an event as an encoded message.
pub(super) fn event(protocol: &dyn ClientProtocol, union: &dyn SerializableUnion) -> Result<Bytes, InputError> {
    let schema = union.schema();
    let (index, value) = union.variant().map_err(|member| unknown_variant(schema, member))?;
    let member = &schema.members[index];
    let (kind, name) = match member.traits.contains(&Trait::EventException) {
        true => ("exception", ":exception-type"),
        false => ("event", ":event-type"),
    };
    let message = Message::default().with_header(":message-type", kind).with_header(name, member.name());
    let mut serializer = EventSerializer { protocol, message };
    value.serialize(member, &mut serializer).map_err(|error| error.within(schema, member))?;
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

/// Implements methods of a serializer that reject their types as unsupported.
macro_rules! unsupported {
    ($expected:literal; $($method:ident($ty:ty), $found:literal;)*) => {
        $(fn $method(&mut self, _: &MemberSchema, _: $ty) -> Result<(), SerdeError> {
            Err(SerdeError::unexpected($found, $expected))
        })*
    };
}

/// Serializes the structure of an event.
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

    fn write_event_payload(&mut self, member: &MemberSchema, value: &dyn SerializableShape) -> Result<(), SerdeError> {
        let content_type = match member.target {
            Target::Blob => "application/octet-stream",
            Target::String => "text/plain",
            _ => return self.write_payload(value),
        };
        let mut serializer = HeaderSerializer { value: None };
        value.serialize(member, &mut serializer)?;
        self.message.payload = match serializer.value {
            Some(HeaderValue::Blob(bytes)) => bytes,
            Some(HeaderValue::String(string)) => string.into(),
            _ => return Ok(()),
        };
        self.push(":content-type", content_type.into());
        Ok(())
    }
}

impl ShapeSerializer for EventSerializer<'_> {
    fn write_struct(&mut self, _: &MemberSchema, structure: &dyn SerializableStruct) -> Result<(), SerdeError> {
        let schema = structure.schema();
        let members = || schema.members.iter().enumerate();
        // The content type is usually in front of the members.
        for (index, member) in members().filter(|(_, member)| member.traits.contains(&Trait::EventPayload)) {
            if let Some(value) = structure.member(index) {
                self.write_event_payload(member, value).map_err(|error| error.within(schema, member))?;
            }
        }
        if members().any(|(_, member)| is_in_payload(member)) {
            self.write_payload(&InPayload(structure))?;
        }
        for (index, member) in members().filter(|(_, member)| member.traits.contains(&Trait::EventHeader)) {
            if let Some(value) = structure.member(index) {
                let mut serializer = HeaderSerializer { value: None };
                value.serialize(member, &mut serializer).map_err(|error| error.within(schema, member))?;
                serializer.value.into_iter().for_each(|value| self.push(member.name(), value));
            }
        }
        Ok(())
    }

    fn write_null(&mut self, _: &MemberSchema) -> Result<(), SerdeError> {
        Err(SerdeError::unexpected("null", "a structure"))
    }

    unsupported! { "a structure";
        write_boolean(bool), "a boolean";
        write_integer(i64), "an integer";
        write_float(f32), "a number";
        write_double(f64), "a number";
        write_big_integer(&BigInteger), "an integer";
        write_big_decimal(&BigDecimal), "a number";
        write_string(&str), "a string";
        write_blob(&[u8]), "a blob";
        write_timestamp(Timestamp), "a timestamp";
        write_document(&Document), "a document";
        write_list(&dyn SerializableList), "a list";
        write_map(&dyn SerializableMap), "a map";
        write_union(&dyn SerializableUnion), "a union";
    }
}

/// Returns whether a member of an event's structure is in the payload, together with others.
pub(super) fn is_in_payload(member: &MemberSchema) -> bool {
    !member.traits.contains(&Trait::EventHeader) && !member.traits.contains(&Trait::EventPayload)
}

/// The members of an event's structure that are in the payload, in the protocol's format.
struct InPayload<'a>(&'a dyn SerializableStruct);

impl SerializableStruct for InPayload<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.0.schema()
    }

    fn member(&self, index: usize) -> Option<&dyn SerializableShape> {
        self.0.schema().members.get(index).filter(|member| is_in_payload(member))?;
        self.0.member(index)
    }
}

impl SerializableShape for InPayload<'_> {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        serializer.write_struct(schema, self)
    }
}

/// Serializes the value of a header.
struct HeaderSerializer {
    value: Option<HeaderValue>,
}

impl HeaderSerializer {
    fn set(&mut self, value: HeaderValue) -> Result<(), SerdeError> {
        self.value = Some(value);
        Ok(())
    }
}

impl ShapeSerializer for HeaderSerializer {
    fn write_null(&mut self, _: &MemberSchema) -> Result<(), SerdeError> {
        Ok(())
    }

    fn write_boolean(&mut self, _: &MemberSchema, value: bool) -> Result<(), SerdeError> {
        self.set(HeaderValue::Boolean(value))
    }

    fn write_integer(&mut self, schema: &MemberSchema, value: i64) -> Result<(), SerdeError> {
        // A value of the member's type always fits.
        self.set(match schema.target {
            Target::Byte => HeaderValue::Byte(value.try_into().unwrap_or_default()),
            Target::Short => HeaderValue::Short(value.try_into().unwrap_or_default()),
            Target::Integer => HeaderValue::Integer(value.try_into().unwrap_or_default()),
            _ => HeaderValue::Long(value),
        })
    }

    fn write_string(&mut self, _: &MemberSchema, value: &str) -> Result<(), SerdeError> {
        self.set(value.into())
    }

    fn write_blob(&mut self, _: &MemberSchema, value: &[u8]) -> Result<(), SerdeError> {
        self.set(HeaderValue::Blob(Bytes::copy_from_slice(value)))
    }

    fn write_timestamp(&mut self, _: &MemberSchema, value: Timestamp) -> Result<(), SerdeError> {
        self.set(HeaderValue::Timestamp(value))
    }

    unsupported! { "a type that headers support";
        write_float(f32), "a number";
        write_double(f64), "a number";
        write_big_integer(&BigInteger), "a number";
        write_big_decimal(&BigDecimal), "a number";
        write_document(&Document), "a document";
        write_list(&dyn SerializableList), "a list";
        write_map(&dyn SerializableMap), "a map";
        write_struct(&dyn SerializableStruct), "a structure";
        write_union(&dyn SerializableUnion), "a union";
    }
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
        use crate::codec::event_stream::MessageDecoder;
        use crate::event_stream::deserialize;
        use crate::protocol::rpc_v2::RpcV2;

        let named = Scene::Named(Named { name: Some("bear".to_owned()) });
        let mut encoded = event(&RpcV2::CBOR, &named).unwrap();
        let message = MessageDecoder::new().decode(&mut encoded).unwrap().unwrap();
        assert_eq!(message.string_header(":content-type"), Some("application/cbor"));
        assert_eq!(&message.payload[..], b"\xbf\x64Name\x64bear\xff");
        let mut read = Scene::Unknown(String::new());
        assert!(deserialize::message(&RpcV2::CBOR, message, &mut read).is_ok());
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
