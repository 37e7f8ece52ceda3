//! The server side of HTTP bindings, for tests of programs that call a service. This module serializes responses and
//! deserializes requests.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};

use super::{
    Binding, Location,
    message::Message,
    misplaced,
    request::{is_constant, is_query},
    response::ReceivedMessage,
    string_deserializer::deserialize_strings,
    string_serializer::strings,
    uri::{decode, labels},
    visit::with_struct_mut,
};
use crate::{
    body::Body,
    codec::{Codec, MemoryLimit},
    protocol::DecodeError,
    schema::{
        DeserializableMap, DeserializableShape, MemberSchema, OperationSchema, SerdeError, SerializableShape,
        SerializableStruct, ShapeDeserializer, ValueRef, reject::reject_reads,
    },
};

/// The headers, path and query string of a request that come from its members. They are stored as an extension of the
/// request, since the protocol and the client add other headers, the endpoint's path and other parameters to the
/// request itself.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    headers: HeaderMap,
    path: String,
    query: String,
}

impl Bound {
    /// Returns the headers, path and query string of a request that is being serialized.
    pub(super) fn new(message: Message<'_>, uri: &str) -> Result<Self, SerdeError> {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        Ok(Self { headers: message.headers()?, path: path.to_owned(), query: query.to_owned() })
    }

    /// Returns the headers, path and query string of a request that was serialized or received.
    fn of(request: &Request<Bytes>) -> Self {
        request.extensions().get().cloned().unwrap_or_else(|| Self {
            headers: request.headers().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
        })
    }
}

/// Serializes an output as a response whose body is in the codec's format. Returns `None` if the output is not a
/// structure.
///
/// # Errors
///
/// Returns an error if a value is not valid in the part of the message that it is bound to.
pub(in crate::protocol) fn serialize_response(
    codec: &dyn Codec,
    output: &dyn SerializableShape,
) -> Result<Option<Response<Body>>, SerdeError> {
    match output.as_value() {
        ValueRef::Struct(output) => serialize(codec, output).map(Some),
        _ => Ok(None),
    }
}

fn serialize(codec: &dyn Codec, output: &dyn SerializableStruct) -> Result<Response<Body>, SerdeError> {
    let message = Message { members: output, binding: Binding::in_response };
    let mut response = Response::new(Body::empty());
    for (member, binding, value) in message.members() {
        if binding == Binding::ResponseCode {
            match strings(Location::Header, member, value)?.pop().as_deref() {
                // A required member for the status is 0 if the test does not set the member.
                None | Some("0") => {}
                Some(code) => {
                    let invalid = |_| SerdeError::unexpected("a number out of range", "an HTTP status");
                    let code = StatusCode::from_bytes(code.as_bytes()).map_err(invalid);
                    *response.status_mut() = code.map_err(|error| error.within(output.schema(), member))?;
                }
            }
        }
    }
    (*response.headers_mut(), *response.body_mut()) = message.serialize(codec)?;
    Ok(response)
}

/// Deserializes the input of an operation from a request.
///
/// # Errors
///
/// Returns an error if the request does not match the URI of the operation, or if a value does not match its schema.
pub(in crate::protocol) fn deserialize_request(
    codec: &dyn Codec,
    operation: &OperationSchema,
    request: &Request<Bytes>,
    input: &mut dyn DeserializableShape,
) -> Result<(), DecodeError> {
    let uri = operation.http.as_ref().map_or("/", |http| http.uri);
    let (pattern, constant) = uri.split_once('?').unwrap_or((uri, ""));
    let bound = Bound::of(request);
    let labels = labels(pattern, &bound.path)
        .ok_or_else(|| DecodeError::new(format!("the path `{}` does not match `{pattern}`", bound.path)))?;
    let mut parameters = BTreeMap::<String, Vec<String>>::new();
    for parameter in bound.query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        parameters.entry(decode(name)).or_default().push(decode(value));
    }
    let message =
        ReceivedMessage { codec, headers: &bound.headers, limit: MemoryLimit::NONE, binding: Binding::in_request };
    // If the query string is sent as a form, the body contains the query string rather than members.
    let mut body = if operation.form_query { Body::empty() } else { Body::from(request.body().clone()) };
    let read = with_struct_mut(input, &mut |input| {
        let schema = input.schema();
        message.deserialize(&mut body, input, &mut |member, binding, slot| match binding {
            Binding::Label => {
                let label = labels.get(member.name()).cloned();
                deserialize_strings(Location::Uri, member, label.into_iter().collect(), slot)
            }
            Binding::Query(name) => match parameters.get(name) {
                Some(values) => deserialize_strings(Location::Uri, member, values.clone(), slot),
                None => Ok(()),
            },
            Binding::QueryParams => {
                let mut others = parameters.clone();
                let is_bound = |name: &str| schema.members.iter().any(|other| is_query(other, name));
                others.retain(|name, _| !is_constant(constant, name) && !is_bound(name));
                slot.deserialize(member, &mut ParametersDeserializer(others)).map(drop)
            }
            _ => Ok(()),
        })
    });
    Ok(read?)
}

/// A deserializer that reads a map from query parameters.
struct ParametersDeserializer(BTreeMap<String, Vec<String>>);

impl ShapeDeserializer for ParametersDeserializer {
    fn read_map(&mut self, schema: &MemberSchema, map: &mut dyn DeserializableMap) -> Result<bool, SerdeError> {
        map.clear();
        for (name, values) in &self.0 {
            if let Some(value) = map.insert(name) {
                deserialize_strings(Location::Uri, schema.element(), values.clone(), value)?;
            }
        }
        Ok(!self.0.is_empty())
    }

    reject_reads! {
        |_| misplaced();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_struct read_union
    }
}
