//! Serializes the headers and the body of requests and responses.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_TYPE, Entry},
};

use super::{
    Binding, Location,
    string_serializer::{entries, strings},
};
use crate::{
    body::Body,
    codec::Codec,
    primitives::ByteStream,
    schema::{
        MemberSchema, SerdeError, SerializableShape, SerializableStruct, StructSchema, Target, Trait, Unit, ValueRef,
    },
};

/// The members of an input or output, with their bindings in a request or response.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) members: &'a dyn SerializableStruct,
    pub(super) binding: fn(&MemberSchema) -> Binding,
}

impl<'a> Message<'a> {
    /// Returns the members with their bindings and values, in the model's order.
    pub(super) fn members(self) -> impl Iterator<Item = (&'static MemberSchema, Binding, ValueRef<'a>)> {
        let members = self.members.schema().members.iter().enumerate();
        members.map(move |(index, member)| (member, (self.binding)(member), self.members.member(index)))
    }

    /// Serializes the headers, and the body in the codec's format.
    pub(super) fn serialize(self, codec: &dyn Codec) -> Result<(HeaderMap, Body), SerdeError> {
        let mut headers = self.headers()?;
        let Some(body) = self.body(codec)? else { return Ok((headers, Body::empty())) };
        if let Entry::Vacant(entry) = headers.entry(CONTENT_TYPE) {
            entry.insert(HeaderValue::from_static(body.media_type));
        }
        Ok((headers, body.body))
    }

    /// Returns the headers that members are bound to.
    pub(super) fn headers(self) -> Result<HeaderMap, SerdeError> {
        let mut headers = HeaderMap::new();
        let mut set = |name: &str, value: String| {
            let name = HeaderName::from_bytes(name.as_bytes());
            let name = name.map_err(|_| SerdeError::new("a map key is not a valid header name"))?;
            let value =
                HeaderValue::try_from(value).map_err(|_| SerdeError::new("the value is not valid in a header"))?;
            let is_new = headers.insert(name, value).is_none();
            Ok(is_new)
        };
        // Members that are bound to a single header take precedence over maps of headers with a prefix, so they are set
        // last.
        for of_prefix in [true, false] {
            for (member, binding, value) in self.members() {
                if value.is_null() {
                    continue;
                }
                let set = match binding {
                    Binding::PrefixHeaders(prefix) if of_prefix => {
                        let mut keys: Vec<String> = Vec::new();
                        entries(Location::Header, member, value, &mut |key, values| {
                            if !set(&format!("{prefix}{key}"), values.join(", "))? {
                                return Err(same_header(&keys, key));
                            }
                            keys.push(key.to_owned());
                            Ok(())
                        })
                    }
                    Binding::Header(name) if !of_prefix => strings(Location::Header, member, value)
                        .and_then(|values| set(name, values.join(", ")).map(drop)),
                    _ => Ok(()),
                };
                set.map_err(|error| error.within(self.members.schema(), member))?;
            }
        }
        Ok(headers)
    }

    /// Returns the body, or `None` if no member is bound to the body.
    fn body(self, codec: &dyn Codec) -> Result<Option<Content>, SerdeError> {
        if let Some((member, _, value)) = self.members().find(|(_, binding, _)| *binding == Binding::Payload) {
            return payload(codec, member, value).map_err(|error| error.within(self.members.schema(), member));
        }
        if !self.members().any(|(_, binding, _)| binding == Binding::Body) {
            return Ok(None);
        }
        let body = codec.serialize(&BodyMembers(self))?.into();
        Ok(Some(Content { body, media_type: codec.media_type() }))
    }
}

/// Returns the error for a map of headers in which `key` differs from an earlier key only in case.
#[cold]
fn same_header(keys: &[String], key: &str) -> SerdeError {
    let other = keys.iter().find(|other| other.eq_ignore_ascii_case(key)).map_or(key, String::as_str);
    SerdeError::new(format_args!(
        "the keys `{other}` and `{key}` name the same header (header names are case-insensitive)"
    ))
}

/// A body, with the media type of its content.
struct Content {
    body: Body,
    media_type: &'static str,
}

/// Returns the body for a member with the `httpPayload` trait. An absent structure is sent as an empty structure.
fn payload(codec: &dyn Codec, member: &MemberSchema, value: ValueRef<'_>) -> Result<Option<Content>, SerdeError> {
    let (body, default): (Body, _) = match value {
        ValueRef::Null if matches!(member.target, Target::Structure) => {
            (codec.serialize(&Unit)?.into(), codec.media_type())
        }
        ValueRef::Null => return Ok(None),
        ValueRef::String(value) => (value.to_owned().into(), "text/plain"),
        ValueRef::Blob(value) => (value.to_vec().into(), "application/octet-stream"),
        ValueRef::Stream(value) => (stream(member, value)?, "application/octet-stream"),
        value => (codec.serialize_member(member, value)?.into(), codec.media_type()),
    };
    let is_empty_stream = member.traits.contains(&Trait::Streaming) && body.content_length() == Some(0);
    Ok((!is_empty_stream).then(|| Content { body, media_type: member.media_type().unwrap_or(default) }))
}

/// Converts a stream into a body.
fn stream(member: &MemberSchema, value: &ByteStream) -> Result<Body, SerdeError> {
    let body = value.for_request();
    let body = body.ok_or_else(|| SerdeError::new("the stream has already been sent, and can be read only once"))?;
    if body.content_length().is_none() && member.traits.contains(&Trait::RequiresLength) {
        return Err(SerdeError::new("the length of the stream must be known; pass it to `ByteStream::from_stream`"));
    }
    Ok(body)
}

/// The members of a structure that are in the body.
struct BodyMembers<'a>(Message<'a>);

impl SerializableStruct for BodyMembers<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.0.members.schema()
    }

    fn member(&self, index: usize) -> ValueRef<'_> {
        match self.0.members.schema().members.get(index) {
            Some(member) if (self.0.binding)(member) == Binding::Body => self.0.members.member(index),
            _ => ValueRef::Null,
        }
    }
}

impl SerializableShape for BodyMembers<'_> {
    fn as_value(&self) -> ValueRef<'_> {
        ValueRef::Struct(self)
    }
}
