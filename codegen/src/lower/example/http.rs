//! The HTTP messages of an example, for protocols with HTTP bindings.

use serde_json::{Map, Value};

use crate::{
    ir::{ExampleBody, ExampleRequest, Http},
    lower::Context,
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
            query.extend(strings(value).map(|value| parameter(name, &value)));
        } else if protocol.get(&member.traits, "smithy.api#httpQueryParams").is_some() {
            let entries = value.as_object().into_iter().flatten();
            query.extend(entries.flat_map(|(name, value)| strings(value).map(move |value| parameter(name, &value))));
        } else if let Some(name) = string("smithy.api#httpHeader") {
            let value: Vec<String> = strings(value).collect();
            headers.push((name.to_owned(), value.join(", ")));
        } else if let Some(prefix) = string("smithy.api#httpPrefixHeaders") {
            let entries = value.as_object().into_iter().flatten();
            headers.extend(entries.filter_map(|(name, value)| Some((format!("{prefix}{name}"), string_of(value)?))));
        }
    }
    let path = path(pattern, values)?;
    if http.form_query && !query.is_empty() {
        let body = ExampleBody::Form(query.join("&"));
        return Some(ExampleRequest { method: "POST".to_owned(), path, headers, body });
    }
    let body = body(context, input, values, OF_REQUESTS);
    let content_type = match &body {
        ExampleBody::None | ExampleBody::Form(_) => None,
        ExampleBody::Json(_) => Some("application/json"),
        ExampleBody::Bytes => Some("application/octet-stream"),
    };
    headers.extend(content_type.map(|value| ("Content-Type".to_owned(), value.to_owned())));
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

/// Returns the body of a message: the member that is the payload, or otherwise the members without an HTTP binding.
fn body(context: &Context<'_>, id: &ShapeId, values: &Map<String, Value>, bindings: &[&str]) -> ExampleBody {
    let shape_members = context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
    if let Some(payload) = shape_members.iter().find(|member| member.traits.has("smithy.api#httpPayload")) {
        return match (values.get(&payload.name), context.shape(&payload.target)) {
            (None, _) | (_, None) => ExampleBody::None,
            (Some(value), Some(target)) if is_json(target) => ExampleBody::Json(renamed(context, target, value)),
            (Some(_), Some(_)) => ExampleBody::Bytes,
        };
    }
    let in_body = |member: &&&Member| !member.traits.iter().any(|(id, _)| bindings.contains(&id));
    let names: Vec<&str> = shape_members.iter().filter(in_body).map(|member| member.name.as_str()).collect();
    if names.is_empty() {
        return ExampleBody::None;
    }
    let in_body = values.iter().filter(|(name, _)| names.contains(&name.as_str()));
    let in_body = Value::Object(in_body.map(|(name, value)| (name.clone(), value.clone())).collect());
    ExampleBody::Json(context.shape(id).map_or(in_body.clone(), |shape| renamed(context, shape, &in_body)))
}

/// Returns whether a payload of this type is JSON.
fn is_json(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Structure(_) | ShapeKind::Union(_) | ShapeKind::Simple(Simple::Document))
}

/// Returns a copy of a value in which the members have their JSON names.
fn renamed(context: &Context<'_>, shape: &Shape, value: &Value) -> Value {
    let inner = |target: &ShapeId, value: &Value| match context.shape(target) {
        Some(shape) => renamed(context, shape, value),
        None => value.clone(),
    };
    match (&shape.kind, value) {
        (ShapeKind::Structure(members) | ShapeKind::Union(members), Value::Object(values)) => {
            let entry = |(name, value): (&String, &Value)| {
                let Some(member) = members.iter().find(|member| member.name == *name) else {
                    return (name.clone(), value.clone());
                };
                let json_name = context.chosen.protocol.string(&member.traits, "smithy.api#jsonName");
                (json_name.unwrap_or(name).to_owned(), inner(&member.target, value))
            };
            Value::Object(values.iter().map(entry).collect())
        }
        (ShapeKind::List(item), Value::Array(values)) => {
            Value::Array(values.iter().map(|value| inner(&item.target, value)).collect())
        }
        (ShapeKind::Map { value: item, .. }, Value::Object(values)) => {
            Value::Object(values.iter().map(|(key, value)| (key.clone(), inner(&item.target, value))).collect())
        }
        _ => value.clone(),
    }
}

/// Replaces the labels in a path with their values. Returns `None` if a label has no value.
fn path(pattern: &str, values: &Map<String, Value>) -> Option<String> {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        path.push_str(before);
        let (name, keep): (_, &[u8]) = name.strip_suffix('+').map_or((name, b""), |name| (name, b"/"));
        path.push_str(&encoded(&string_of(values.get(name)?)?, keep));
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
