//! Deserialization of responses.

use std::borrow::Cow;

use http::Response;

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
        Trait, reject::reject_reads,
    },
};

/// Deserializes a response into an output or error, with a body in the codec's format.
///
/// # Errors
///
/// Returns an error if the body is not valid in the format, or a value does not have its schema's type.
pub(in crate::protocol) fn deserialize(
    codec: &dyn Codec,
    response: &mut Response<Body>,
    limit: MemoryLimit,
    output: &mut dyn DeserializableShape,
) -> Result<(), DecodeError> {
    let mut body = std::mem::take(response.body_mut());
    let read = with_struct_mut(output, &mut |output| {
        let schema = output.schema();
        let mut has_body_members = false;
        for (index, member) in schema.members.iter().enumerate() {
            let binding = Binding::in_response(member);
            has_body_members |= binding == Binding::Body;
            if let Some(slot) = output.slot(index) {
                let read = deserialize_member(codec, response, &mut body, limit, (member, binding), slot);
                read.map_err(|error| error.within(schema, member))?;
            }
        }
        match body.as_bytes() {
            Some(bytes) if has_body_members && !bytes.is_empty() => {
                let found = codec.deserialize(bytes, limit, &mut BodyMembers(output))?;
                if found { Ok(()) } else { Err(SerdeError::new("the body is not a structure")) }
            }
            _ => Ok(()),
        }
    });
    *response.body_mut() = body;
    Ok(read?)
}

/// Deserializes a member with an HTTP binding: a header, the status code or the payload.
fn deserialize_member(
    codec: &dyn Codec,
    head: &Response<Body>,
    body: &mut Body,
    limit: MemoryLimit,
    (member, binding): (&MemberSchema, Binding),
    slot: &mut dyn DeserializableShape,
) -> Result<(), SerdeError> {
    match binding {
        Binding::Header(name) if head.headers().contains_key(name) => {
            deserialize_header(member, head.headers().get_all(name).iter(), slot)
        }
        Binding::Header(name) if member.traits.contains(&Trait::Required) => {
            Err(SerdeError::new(format_args!("the response has no header {name:?}")))
        }
        Binding::PrefixHeaders(prefix) => deserialize_prefix_headers(member, prefix, head.headers(), slot),
        Binding::ResponseCode => slot.deserialize(member, &mut Status(head.status().as_u16())).map(drop),
        Binding::Payload if member.traits.contains(&Trait::Streaming) => {
            slot.deserialize(member, &mut StreamDeserializer(body)).map(drop)
        }
        Binding::Payload => match (member.target, body.as_bytes()) {
            (_, Some(bytes)) if bytes.is_empty() => Ok(()),
            (_, None) => Ok(()),
            (Target::String | Target::Blob, Some(bytes)) => {
                slot.deserialize(member, &mut RawDeserializer(bytes)).map(drop)
            }
            (_, Some(bytes)) => codec.deserialize_member(member, bytes, limit, slot).map(drop),
        },
        _ => Ok(()),
    }
}

/// The members of a structure that are in the body. Members of the same name that are bound to other parts of the
/// response are skipped.
struct BodyMembers<'a>(&'a mut dyn DeserializableStruct);

impl DeserializableStruct for BodyMembers<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.0.schema()
    }

    fn slot(&mut self, index: usize) -> Option<&mut dyn DeserializableShape> {
        let member = self.0.schema().members.get(index)?;
        if Binding::in_response(member) == Binding::Body { self.0.slot(index) } else { None }
    }
}

impl DeserializableShape for BodyMembers<'_> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserializer.read_struct(schema, self)
    }
}

/// Deserializes the status code.
struct Status(u16);

impl ShapeDeserializer for Status {
    fn claim(&mut self, _: usize) -> Result<(), SerdeError> {
        Ok(())
    }

    fn read_integer(&mut self, _: &MemberSchema) -> Result<Option<i64>, SerdeError> {
        Ok(Some(self.0.into()))
    }

    reject_reads! {
        misplaced();
        read_boolean read_double read_big_integer read_big_decimal read_string read_blob read_timestamp read_document
        read_list read_map read_struct read_union
    }
}

/// Takes a stream from a body.
struct StreamDeserializer<'a>(&'a mut Body);

impl ShapeDeserializer for StreamDeserializer<'_> {
    fn claim(&mut self, _: usize) -> Result<(), SerdeError> {
        Ok(())
    }

    fn read_stream(&mut self, _: &MemberSchema) -> Result<Option<ByteStream>, SerdeError> {
        Ok(Some(std::mem::take(self.0).into()))
    }

    reject_reads! {
        misplaced();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_map read_struct read_union
    }
}

/// Deserializes a string or blob from a body without a format.
struct RawDeserializer<'a>(&'a [u8]);

impl ShapeDeserializer for RawDeserializer<'_> {
    fn claim(&mut self, _: usize) -> Result<(), SerdeError> {
        Ok(())
    }

    fn read_string(&mut self, _: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError> {
        let string = std::str::from_utf8(self.0).map_err(|_| SerdeError::unexpected("invalid UTF-8", "a string"))?;
        Ok(Some(Cow::Borrowed(string)))
    }

    fn read_blob(&mut self, _: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError> {
        Ok(Some(self.0.to_vec()))
    }

    reject_reads! {
        misplaced();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_timestamp read_document read_list
        read_map read_struct read_union
    }
}
