//! The HTTP messages of an example, for protocols with HTTP bindings.

use serde_json::{Map, Value};

use super::wire::{Location, json, object, string, strings};
use crate::{
    ir::{ExampleBody, ExampleRequest, Http},
    lower::{Context, wire_traits},
    model::{
        Member, ShapeId, ShapeKind, Simple,
        http::{OF_REQUESTS, OF_RESPONSES},
    },
};

/// The media type of a JSON body.
const JSON: &str = "application/json";

/// Returns the request for an operation with these values for its input members, or `None` if a label has no value.
pub(super) fn request(
    context: &Context<'_>,
    http: &Http,
    input: &ShapeId,
    values: &Map<String, Value>,
) -> Option<ExampleRequest> {
    let protocol = context.chosen.protocol;
    let (pattern, constant_query) = http.uri.split_once('?').unwrap_or((&http.uri, ""));
    let mut query: Vec<String> = constant_query.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut headers = Vec::new();
    for (member, value) in members(context, input, values) {
        let string = |id: &str| protocol.string(&member.traits, id);
        if let Some(name) = string("smithy.api#httpQuery") {
            query.extend(strings(context, Location::Uri, member, value).iter().map(|value| parameter(name, value)));
        } else if protocol.get(&member.traits, "smithy.api#httpQueryParams").is_some() {
            for (name, strings) in entries(context, Location::Uri, member, value) {
                query.extend(strings.iter().map(|value| parameter(name, value)));
            }
        } else if let Some(name) = string("smithy.api#httpHeader") {
            headers.push((name.to_owned(), strings(context, Location::Header, member, value).join(", ")));
        } else if let Some(prefix) = string("smithy.api#httpPrefixHeaders") {
            let entries = entries(context, Location::Header, member, value);
            headers.extend(entries.map(|(name, strings)| (format!("{prefix}{name}"), strings.join(", "))));
        }
    }
    let path = path(context, pattern, input, values)?;
    if http.form_query && !query.is_empty() {
        let body = ExampleBody::Form(query.join("&"));
        return Some(ExampleRequest { method: "POST".to_owned(), path, headers, body });
    }
    let (body, content_type) = body(context, input, values, OF_REQUESTS);
    let has_content_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
    if body != ExampleBody::None && !has_content_type {
        headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    Some(ExampleRequest { method: http.method.clone(), path: path + &query, headers, body })
}

/// Returns the body of a response with these values for the output members.
pub(super) fn response(context: &Context<'_>, output: &ShapeId, values: &Map<String, Value>) -> ExampleBody {
    body(context, output, values, OF_RESPONSES).0
}

/// Returns the members of a structure that have a value.
fn members<'a>(
    context: &Context<'a>,
    id: &ShapeId,
    values: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a Member, &'a Value)> {
    let members = context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
    let values = members.into_iter().filter_map(|member| Some((member, values.get(&member.name)?)));
    values.filter(|(_, value)| !value.is_null())
}

/// Returns each key of a map, with the strings that represent its value.
fn entries<'v>(
    context: &Context<'_>,
    location: Location,
    member: &Member,
    value: &'v Value,
) -> impl Iterator<Item = (&'v String, Vec<String>)> {
    let item = match context.shape(&member.target).map(|shape| &shape.kind) {
        Some(ShapeKind::Map { value, .. }) => Some(value),
        _ => None,
    };
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(move |(key, value)| Some((key, strings(context, location, item?, value))))
}

/// Returns the body of a message, with its media type: the member that is the payload, or otherwise the members without
/// an HTTP binding.
fn body<'c>(
    context: &Context<'c>,
    id: &ShapeId,
    values: &Map<String, Value>,
    bindings: &[&str],
) -> (ExampleBody, &'c str) {
    let shape_members = context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
    if let Some(payload) = shape_members.iter().find(|member| member.traits.has("smithy.api#httpPayload")) {
        let kind = context.shape(&payload.target).map(|shape| &shape.kind);
        let (body, default) = match (values.get(&payload.name).filter(|value| !value.is_null()), kind) {
            // An absent structure is sent as an empty one.
            (None, Some(ShapeKind::Structure(_))) => (ExampleBody::Json(Value::Object(Map::new())), JSON),
            (None, _) => (ExampleBody::None, JSON),
            (Some(_), Some(ShapeKind::Simple(Simple::String) | ShapeKind::Enum(_))) => {
                (ExampleBody::Bytes, "text/plain")
            }
            (Some(_), Some(ShapeKind::Simple(Simple::Blob))) => (ExampleBody::Bytes, "application/octet-stream"),
            (Some(value), _) => (ExampleBody::Json(json(context, payload, value)), JSON),
        };
        return (body, wire_traits::media_type(context, payload).unwrap_or(default));
    }
    let in_body = |member: &&&Member| !member.traits.iter().any(|(id, _)| bindings.contains(&id));
    let names: Vec<&str> = shape_members.iter().filter(in_body).map(|member| member.name.as_str()).collect();
    if names.is_empty() {
        return (ExampleBody::None, JSON);
    }
    let in_body = values.iter().filter(|(name, _)| names.contains(&name.as_str()));
    let in_body = in_body.map(|(name, value)| (name.clone(), value.clone())).collect();
    (ExampleBody::Json(object(context, id, &in_body)), JSON)
}

/// Replaces the labels in a path with their values. Returns `None` if a label has no value.
fn path(context: &Context<'_>, pattern: &str, input: &ShapeId, values: &Map<String, Value>) -> Option<String> {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        path.push_str(before);
        let (name, keep): (_, &[u8]) = name.strip_suffix('+').map_or((name, b""), |name| (name, b"/"));
        let (member, value) = members(context, input, values).find(|(member, _)| member.name == name)?;
        path.push_str(&encoded(&string(context, Location::Uri, member, value)?, keep));
        rest = after;
    }
    path.push_str(rest);
    Some(path)
}

fn parameter(name: &str, value: &str) -> String {
    format!("{}={}", encoded(name, b""), encoded(value, b""))
}

/// Percent-encodes all characters except the unreserved ones of RFC 3986 and those in `keep`.
fn encoded(value: &str, keep: &[u8]) -> String {
    let encode = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() || keep.contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}
