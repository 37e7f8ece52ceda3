//! Serialization of requests.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Uri,
    header::{CONTENT_TYPE, Entry},
};

use super::{
    Binding, Location, misplaced,
    string_serializer::{entries, strings},
    uri::UriBuilder,
    visit::with_struct,
};
use crate::{
    body::Body,
    codec::Codec,
    primitives::ByteStream,
    protocol::InputError,
    schema::{
        HttpTrait, MemberSchema, OperationSchema, SerdeError, SerializableShape, SerializableStruct, ShapeSerializer,
        StructSchema, Target, Trait, Unit, reject::reject_writes,
    },
};

/// Serializes the input of an operation as a request, with a body in the codec's format.
///
/// # Errors
///
/// Returns an error if the operation has no HTTP binding, a label of the path is not set, or a value is not valid where
/// it is bound to.
pub(in crate::protocol) fn serialize_request(
    codec: &dyn Codec,
    operation: &OperationSchema,
    input: &dyn SerializableShape,
) -> Result<Request<Body>, InputError> {
    let mut request = Request::new(Body::empty());
    with_struct(input, &mut |input| {
        let Some(http) = &operation.http else {
            return Err(SerdeError::new(format_args!("the operation {} has no HTTP binding", operation.name)));
        };
        *request.method_mut() = Method::from_bytes(http.method.as_bytes()).map_err(SerdeError::new)?;
        *request.uri_mut() = uri(http, input)?;
        *request.headers_mut() = headers(input)?;
        let Some(body) = body(codec, input)? else { return Ok(()) };
        if let Entry::Vacant(entry) = request.headers_mut().entry(CONTENT_TYPE) {
            entry.insert(HeaderValue::from_static(body.media_type));
        }
        *request.body_mut() = body.body;
        Ok(())
    })?;
    Ok(request)
}

/// Returns the members with their bindings and values, in the model's order.
fn members(
    input: &dyn SerializableStruct,
) -> impl Iterator<Item = (&'static MemberSchema, Binding, Option<&dyn SerializableShape>)> {
    let members = input.schema().members.iter().enumerate();
    members.map(|(index, member)| (member, Binding::in_request(member), input.member(index)))
}

fn uri(http: &HttpTrait, input: &dyn SerializableStruct) -> Result<Uri, SerdeError> {
    let mut uri = UriBuilder::new(http.uri, |label| {
        let value = members(input).find(|(member, binding, _)| *binding == Binding::Label && member.name == label);
        let found = match value {
            Some((member, _, Some(value))) => strings(Location::Uri, member, value)
                .map_err(|error| error.within(input.schema(), member))?
                .pop()
                .filter(|value| !value.is_empty()),
            _ => None,
        };
        found.ok_or_else(|| SerdeError::new(format_args!("missing {label}, which is part of the path")))
    })?;
    let constant = http.uri.split_once('?').map_or("", |(_, query)| query);
    for (member, binding, value) in members(input) {
        let Some(value) = value else { continue };
        let within = |error: SerdeError| error.within(input.schema(), member);
        match binding {
            Binding::Query(name) => {
                for value in strings(Location::Uri, member, value).map_err(within)? {
                    uri.push_query(name, &value);
                }
            }
            Binding::QueryParams => entries(Location::Uri, member, value, &mut |name, values| {
                // Parameters of the pattern and of other members take precedence.
                let fixed = constant.split('&').any(|part| part.split('=').next() == Some(name));
                if !fixed && !input.schema().members.iter().any(|other| is_query(other, name)) {
                    values.iter().for_each(|value| uri.push_query(name, value));
                }
                Ok(())
            })
            .map_err(within)?,
            _ => {}
        }
    }
    Uri::try_from(uri.finish()).map_err(SerdeError::new)
}

/// Returns whether a member is bound to the query parameter of the given name.
fn is_query(member: &MemberSchema, name: &str) -> bool {
    matches!(Binding::in_request(member), Binding::Query(own) if own == name)
}

fn headers(input: &dyn SerializableStruct) -> Result<HeaderMap, SerdeError> {
    let mut headers = HeaderMap::new();
    let mut set = |name: &str, value: String| {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|_| SerdeError::new("a key of the map is not a valid header name"))?;
        let value = HeaderValue::try_from(value);
        headers.insert(name, value.map_err(|_| SerdeError::new("the value is not valid in a header"))?);
        Ok(())
    };
    // Headers of other members take precedence over those with a prefix, so they are set last.
    for of_prefix in [true, false] {
        for (member, binding, value) in members(input) {
            let Some(value) = value else { continue };
            let set = match binding {
                Binding::PrefixHeaders(prefix) if of_prefix => {
                    entries(Location::Header, member, value, &mut |name, values| {
                        set(&format!("{prefix}{name}"), values.join(", "))
                    })
                }
                Binding::Header(name) if !of_prefix => {
                    strings(Location::Header, member, value).and_then(|values| set(name, values.join(", ")))
                }
                _ => Ok(()),
            };
            set.map_err(|error| error.within(input.schema(), member))?;
        }
    }
    Ok(headers)
}

/// The body of a request, with the media type of its content.
struct Content {
    body: Body,
    media_type: &'static str,
}

/// Returns the body, or `None` if the operation's input has none.
fn body(codec: &dyn Codec, input: &dyn SerializableStruct) -> Result<Option<Content>, SerdeError> {
    if let Some((member, _, value)) = members(input).find(|(_, binding, _)| *binding == Binding::Payload) {
        return payload(codec, member, value).map_err(|error| error.within(input.schema(), member));
    }
    if !members(input).any(|(_, binding, _)| binding == Binding::Body) {
        return Ok(None);
    }
    let body = codec.serialize(&BodyMembers(input))?.into();
    Ok(Some(Content { body, media_type: codec.media_type() }))
}

/// Returns the body of an input with the trait `httpPayload`. An absent structure is sent as an empty one.
fn payload(
    codec: &dyn Codec,
    member: &MemberSchema,
    value: Option<&dyn SerializableShape>,
) -> Result<Option<Content>, SerdeError> {
    let (body, default) = match (member.target, value) {
        (Target::Structure, None) => (codec.serialize(&Unit)?.into(), codec.media_type()),
        (_, None) => return Ok(None),
        (Target::String, Some(value)) => (raw(member, value)?, "text/plain"),
        (Target::Blob, Some(value)) => (raw(member, value)?, "application/octet-stream"),
        (_, Some(value)) => (codec.serialize_member(member, value)?.into(), codec.media_type()),
    };
    let is_empty_stream = member.traits.contains(&Trait::Streaming) && body.content_length() == Some(0);
    Ok((!is_empty_stream).then(|| Content { body, media_type: member.media_type().unwrap_or(default) }))
}

/// Returns a string or blob as a body without a format.
fn raw(member: &MemberSchema, value: &dyn SerializableShape) -> Result<Body, SerdeError> {
    let mut serializer = RawSerializer { body: Body::empty() };
    value.serialize(member, &mut serializer)?;
    Ok(serializer.body)
}

struct RawSerializer {
    body: Body,
}

impl ShapeSerializer for RawSerializer {
    fn write_string(&mut self, _: &MemberSchema, value: &str) -> Result<(), SerdeError> {
        self.body = value.to_owned().into();
        Ok(())
    }

    fn write_blob(&mut self, _: &MemberSchema, value: &[u8]) -> Result<(), SerdeError> {
        self.body = value.to_vec().into();
        Ok(())
    }

    fn write_stream(&mut self, schema: &MemberSchema, value: &ByteStream) -> Result<(), SerdeError> {
        let body = value.for_request();
        self.body =
            body.ok_or_else(|| SerdeError::new("the stream has already been sent, and can be read only once"))?;
        if self.body.content_length().is_none() && schema.traits.contains(&Trait::RequiresLength) {
            return Err(SerdeError::new(
                "the length of the stream must be known; pass it to `ByteStream::from_stream`",
            ));
        }
        Ok(())
    }

    reject_writes! {
        misplaced();
        write_null write_boolean write_integer write_float write_double write_big_integer write_big_decimal
        write_timestamp write_document write_list write_map write_struct write_union
    }
}

/// The members of a structure that are in the body.
struct BodyMembers<'a>(&'a dyn SerializableStruct);

impl SerializableStruct for BodyMembers<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.0.schema()
    }

    fn member(&self, index: usize) -> Option<&dyn SerializableShape> {
        let member = self.0.schema().members.get(index)?;
        if Binding::in_request(member) == Binding::Body { self.0.member(index) } else { None }
    }
}

impl SerializableShape for BodyMembers<'_> {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        serializer.write_struct(schema, self)
    }
}
