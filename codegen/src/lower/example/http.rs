//! The HTTP messages of an example, for protocols with HTTP bindings.

use serde_json::{Map, Value};

use super::synthesize::FORMAT;
use crate::{
    ir::{ExampleBody, ExampleRequest, Http},
    lower::{Context, literal},
    model::{
        Member, Shape, ShapeId, ShapeKind, Simple,
        http::{OF_REQUESTS, OF_RESPONSES},
    },
};

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
            query.extend(strings(&formatted(context, member, "date-time", value)).map(|value| parameter(name, &value)));
        } else if protocol.get(&member.traits, "smithy.api#httpQueryParams").is_some() {
            let entries = value.as_object().into_iter().flatten();
            query.extend(entries.flat_map(|(name, value)| strings(value).map(move |value| parameter(name, &value))));
        } else if let Some(name) = string("smithy.api#httpHeader") {
            let value: Vec<String> = strings(&formatted(context, member, "http-date", value)).collect();
            headers.push((name.to_owned(), value.join(", ")));
        } else if let Some(prefix) = string("smithy.api#httpPrefixHeaders") {
            let entries = value.as_object().into_iter().flatten();
            headers.extend(entries.filter_map(|(name, value)| Some((format!("{prefix}{name}"), string_of(value)?))));
        }
    }
    let path = path(pattern, |name| {
        let (member, value) = members(context, input, values).find(|(member, _)| member.name == name)?;
        string_of(&formatted(context, member, "date-time", value))
    })?;
    if http.form_query && !query.is_empty() {
        let body = ExampleBody::Form(query.join("&"));
        return Some(ExampleRequest { method: "POST".to_owned(), path, headers, body });
    }
    let body = body(context, input, values, OF_REQUESTS);
    let is_set = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let Some(media_type) = media_type(context, input, &body).filter(|_| !is_set) {
        headers.push(("Content-Type".to_owned(), media_type.to_owned()));
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    Some(ExampleRequest { method: http.method.clone(), path: path + &query, headers, body })
}

/// Returns the body of a response with these values for the output members.
pub(super) fn response(context: &Context<'_>, output: &ShapeId, values: &Map<String, Value>) -> ExampleBody {
    body(context, output, values, OF_RESPONSES)
}

/// Returns the members of a structure that have a value.
fn members<'a>(
    context: &Context<'a>,
    id: &ShapeId,
    values: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a Member, &'a Value)> {
    let members = context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
    members.into_iter().filter_map(|member| Some((member, values.get(&member.name)?)))
}

/// Returns the media type of a request's body, unless curl adds the header with the media type.
fn media_type<'m>(context: &Context<'m>, input: &ShapeId, body: &ExampleBody) -> Option<&'m str> {
    match body {
        ExampleBody::None | ExampleBody::Form(_) => None,
        ExampleBody::Json(_) => Some("application/json"),
        ExampleBody::Bytes => {
            let (payload, target) = payload(context, input)?;
            let own = |traits| context.chosen.protocol.string(traits, "smithy.api#mediaType");
            let is_blob = matches!(target.kind, ShapeKind::Simple(Simple::Blob));
            let default = if is_blob { "application/octet-stream" } else { "text/plain" };
            Some(own(&payload.traits).or_else(|| own(&target.traits)).unwrap_or(default))
        }
    }
}

/// Returns the member of a structure that is the payload, and its target.
fn payload<'m>(context: &Context<'m>, id: &ShapeId) -> Option<(&'m Member, &'m Shape)> {
    let members = context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
    let payload = members.into_iter().find(|member| member.traits.has("smithy.api#httpPayload"))?;
    Some((payload, context.shape(&payload.target)?))
}

/// Returns the body of a message: the member that is the payload, or otherwise the members without an HTTP binding.
fn body(context: &Context<'_>, id: &ShapeId, values: &Map<String, Value>, bindings: &[&str]) -> ExampleBody {
    if let Some((payload, target)) = payload(context, id) {
        return match values.get(&payload.name) {
            // An absent structure is sent as an empty structure.
            None if matches!(target.kind, ShapeKind::Structure(_)) => ExampleBody::Json(Value::Object(Map::new())),
            None => ExampleBody::None,
            Some(_) if is_raw(target) => ExampleBody::Bytes,
            Some(value) => ExampleBody::Json(renamed(context, payload, value)),
        };
    }
    let Some(shape) = context.shape(id) else { return ExampleBody::None };
    let in_body = |member: &&&Member| !member.traits.iter().any(|(id, _)| bindings.contains(&id));
    let shape_members = shape.kind.members();
    let members: Vec<&Member> = shape_members.iter().filter(in_body).copied().collect();
    if members.is_empty() {
        return ExampleBody::None;
    }
    ExampleBody::Json(structure(context, &members, values))
}

/// Returns whether a payload of this type is sent without any encoding.
fn is_raw(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Simple(Simple::Blob | Simple::String) | ShapeKind::Enum(_))
}

/// Returns a member's value in the form that it has in JSON: with JSON names, and with timestamps in their formats.
fn renamed(context: &Context<'_>, member: &Member, value: &Value) -> Value {
    let Some(shape) = context.shape(&member.target) else { return value.clone() };
    match (&shape.kind, value) {
        (ShapeKind::Structure(members) | ShapeKind::Union(members), Value::Object(values)) => {
            structure(context, &members.iter().collect::<Vec<_>>(), values)
        }
        (ShapeKind::List(item), Value::Array(values)) => {
            Value::Array(values.iter().map(|value| renamed(context, item, value)).collect())
        }
        (ShapeKind::Map { value: item, .. }, Value::Object(values)) => {
            Value::Object(values.iter().map(|(key, value)| (key.clone(), renamed(context, item, value))).collect())
        }
        _ => formatted(context, member, "epoch-seconds", value),
    }
}

/// Returns an object with the values of these members.
fn structure(context: &Context<'_>, members: &[&Member], values: &Map<String, Value>) -> Value {
    let entry = |(name, value): (&String, &Value)| {
        let member = members.iter().find(|member| member.name == *name)?;
        let json_name = context.chosen.protocol.string(&member.traits, "smithy.api#jsonName");
        Some((json_name.unwrap_or(name).to_owned(), renamed(context, member, value)))
    };
    Value::Object(values.iter().filter_map(entry).collect())
}

/// Returns a value with its timestamps in their format: the model's, or else `default`.
fn formatted(context: &Context<'_>, member: &Member, default: &str, value: &Value) -> Value {
    let Some(shape) = context.shape(&member.target) else { return value.clone() };
    match (&shape.kind, value) {
        (ShapeKind::List(item), Value::Array(values)) => {
            Value::Array(values.iter().map(|value| formatted(context, item, default, value)).collect())
        }
        (ShapeKind::Simple(Simple::Timestamp), value) => {
            let format = member.traits.string(FORMAT).or_else(|| shape.traits.string(FORMAT)).unwrap_or(default);
            literal::timestamp_in(format, value).unwrap_or_else(|| value.clone())
        }
        _ => value.clone(),
    }
}

/// Replaces the labels in a path with their values. Returns `None` if a label has no value.
fn path(pattern: &str, label: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        path.push_str(before);
        let (name, keep): (_, &[u8]) = name.strip_suffix('+').map_or((name, b""), |name| (name, b"/"));
        path.push_str(&encoded(&label(name)?, keep));
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

/// Returns the strings for a header or query parameter: one for each element of a list, or a single one for any other
/// value.
fn strings(value: &Value) -> impl Iterator<Item = String> {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().filter_map(string_of)
}

fn string_of(value: &Value) -> Option<String> {
    match value {
        Value::String(string) => Some(string.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
