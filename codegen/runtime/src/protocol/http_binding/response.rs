//! Deserializes responses with HTTP bindings.

use std::borrow::Cow;

use http::{HeaderMap, Response};

use super::{
    Binding, misplaced,
    string_deserializer::{deserialize_header, deserialize_prefix_headers},
    visit::with_struct_mut,
};
use crate::{
    body::Body,
    codec::{Codec, MemoryLimit},
    primitives::ByteStream,
    protocol::DecodeError,
    schema::{
        DeserializableShape, DeserializableStruct, MemberSchema, SerdeError, ShapeDeserializer, StructSchema, Target,
        Trait, ValueMut, reject::reject_reads,
    },
};

/// Deserializes a response, whose body is in the codec's format, into an output or error.
///
/// # Errors
///
/// Returns an error if the body is not valid in the codec's format, or if a value does not match its schema.
pub(in crate::protocol) fn deserialize(
    codec: &dyn Codec,
    response: &mut Response<Body>,
    limit: MemoryLimit,
    output: &mut dyn DeserializableShape,
) -> Result<(), DecodeError> {
    let mut body = std::mem::take(response.body_mut());
    let message = ReceivedMessage { codec, headers: response.headers(), limit, binding: Binding::in_response };
    let status = response.status().as_u16();
    let read = with_struct_mut(output, &mut |output| {
        message.deserialize(&mut body, output, &mut |member, binding, slot| match binding {
            Binding::ResponseCode => slot.deserialize(member, &mut Status(status)).map(drop),
            _ => Ok(()),
        })
    });
    *response.body_mut() = body;
    Ok(read?)
}

/// The parts of an HTTP message other than its start line and body, and the parameters for deserializing the message.
pub(super) struct ReceivedMessage<'a> {
    pub(super) codec: &'a dyn Codec,
    pub(super) headers: &'a HeaderMap,
    pub(super) limit: MemoryLimit,
    /// A function that returns the binding of a member in the message.
    pub(super) binding: fn(&MemberSchema) -> Binding,
}

/// A function that deserializes a member that is neither in the headers nor in the body.
type Visit<'a> = dyn FnMut(&MemberSchema, Binding, &mut dyn DeserializableShape) -> Result<(), SerdeError> + 'a;

impl ReceivedMessage<'_> {
    /// Deserializes the members of a structure.
    pub(super) fn deserialize(
        &self,
        body: &mut Body,
        members: &mut dyn DeserializableStruct,
        visit: &mut Visit<'_>,
    ) -> Result<(), SerdeError> {
        let schema = members.schema();
        let mut has_body_members = false;
        for (index, member) in schema.members.iter().enumerate() {
            let binding = (self.binding)(member);
            has_body_members |= binding == Binding::Body;
            if let Some(slot) = members.slot(index).map(ValueMut::into_shape) {
                let read = match binding {
                    Binding::Label | Binding::Query(_) | Binding::QueryParams | Binding::ResponseCode => {
                        visit(member, binding, slot)
                    }
                    binding => self.deserialize_member(body, (member, binding), slot),
                };
                read.map_err(|error| error.within(schema, member))?;
            }
        }
        match body.as_bytes() {
            Some(bytes) if has_body_members => {
                let mut members: &mut dyn DeserializableStruct = &mut BodyMembers { members, binding: self.binding };
                self.codec.deserialize_struct(bytes, self.limit, &mut members)
            }
            _ => Ok(()),
        }
    }

    /// Deserializes a member that is in a header or is the payload.
    fn deserialize_member(
        &self,
        body: &mut Body,
        (member, binding): (&MemberSchema, Binding),
        slot: &mut dyn DeserializableShape,
    ) -> Result<(), SerdeError> {
        match binding {
            Binding::Header(name) if self.headers.contains_key(name) => {
                deserialize_header(member, self.headers.get_all(name).iter(), slot)
            }
            Binding::Header(name) if member.traits.contains(&Trait::Required) => {
                Err(SerdeError::new(format_args!("the response has no header `{name}`")))
            }
            Binding::PrefixHeaders(prefix) => deserialize_prefix_headers(member, prefix, self.headers, slot),
            Binding::Payload if member.traits.contains(&Trait::Streaming) => {
                slot.deserialize(member, &mut StreamDeserializer(body)).map(drop)
            }
            Binding::Payload => match (member.target, body.as_bytes()) {
                (_, Some(bytes)) if bytes.is_empty() => Ok(()),
                (_, None) => Ok(()),
                (Target::String | Target::Blob, Some(bytes)) => {
                    slot.deserialize(member, &mut RawDeserializer(bytes)).map(drop)
                }
                (_, Some(bytes)) => self.codec.deserialize_member(member, bytes, self.limit, slot).map(drop),
            },
            _ => Ok(()),
        }
    }
}

/// The members of a structure that are in the body. If the body contains a member that is bound to another part of the
/// message, the member is skipped.
struct BodyMembers<'a> {
    members: &'a mut dyn DeserializableStruct,
    binding: fn(&MemberSchema) -> Binding,
}

impl DeserializableStruct for BodyMembers<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.members.schema()
    }

    fn slot(&mut self, index: usize) -> Option<ValueMut<'_>> {
        let member = self.members.schema().members.get(index)?;
        if (self.binding)(member) == Binding::Body { self.members.slot(index) } else { None }
    }
}

/// A deserializer that returns the status code.
struct Status(u16);

impl ShapeDeserializer for Status {
    fn read_integer(&mut self, _: &MemberSchema) -> Result<Option<i64>, SerdeError> {
        Ok(Some(self.0.into()))
    }

    reject_reads! {
        |_| misplaced();
        read_boolean read_double read_big_integer read_big_decimal read_string read_blob read_timestamp read_document
        read_list read_map read_struct read_union
    }
}

/// A deserializer that returns the body as a stream.
struct StreamDeserializer<'a>(&'a mut Body);

impl ShapeDeserializer for StreamDeserializer<'_> {
    fn read_stream(&mut self, _: &MemberSchema) -> Result<Option<ByteStream>, SerdeError> {
        Ok(Some(std::mem::take(self.0).into()))
    }

    reject_reads! {
        |_| misplaced();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_map read_struct read_union
    }
}

/// A deserializer for a string or blob that is the whole body, without any encoding.
struct RawDeserializer<'a>(&'a [u8]);

impl ShapeDeserializer for RawDeserializer<'_> {
    fn read_string(&mut self, _: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError> {
        let string = std::str::from_utf8(self.0).map_err(|_| SerdeError::unexpected("invalid UTF-8", "a string"))?;
        Ok(Some(Cow::Borrowed(string)))
    }

    fn read_blob(&mut self, _: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError> {
        Ok(Some(self.0.to_vec()))
    }

    reject_reads! {
        |_| misplaced();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_timestamp read_document read_list
        read_map read_struct read_union
    }
}
