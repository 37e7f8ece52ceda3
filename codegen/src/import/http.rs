//! Converts the HTTP bindings of services with the restJson1 protocol.

use serde_json::{Map, Value, json};

use super::Log;
use super::object_reader::ObjectReader;
use super::traits::Traits;

/// Converts the method and URI of an operation.
///
/// In botocore's format, a label in the URI is the wire name of a member. In Smithy, it is the name of the member.
pub(super) fn operation(
    object: &mut ObjectReader<'_>,
    shapes: &Map<String, Value>,
    input: Option<&str>,
    traits: &mut Traits,
    log: &mut Log,
) {
    let http = object.nested("http", log);
    let Some(mut http) = object.required("http", http, log) else {
        return;
    };
    let method = http.str("method", log);
    let method = http.required("method", method, log);
    let uri = http.str("requestUri", log);
    let uri = http.required("requestUri", uri, log);
    let status = http.number("responseCode", log);
    http.finish(log);
    let Some((method, uri)) = method.zip(uri) else {
        return;
    };
    let input = input.and_then(|name| shapes.get(name));
    let members = input.and_then(|input| input.get("members")).and_then(Value::as_object);
    let is_label = |member: &Value, label: &str| {
        let text = |key: &str| member.get(key).and_then(Value::as_str);
        text("location") == Some("uri") && text("locationName") == Some(label)
    };
    let member_of = |label: &str| {
        let mut members = members.into_iter().flatten();
        members.find(|(_, member)| is_label(member, label)).map_or(label.to_owned(), |(name, _)| name.clone())
    };
    let uri = rename_labels(uri, member_of);
    let mut value = json!({ "method": method, "uri": uri });
    if let Some(status) = status {
        value["code"] = status.clone();
    }
    traits.add("smithy.api#http", value);
}

/// Replaces the names of the labels in a URI, such as `id` in `/{id}` and `/{id+}`.
fn rename_labels(uri: &str, name_of: impl Fn(&str) -> String) -> String {
    let mut renamed = String::new();
    let mut rest = uri;
    while let Some((before, (label, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let (label, greedy) = label.strip_suffix('+').map_or((label, ""), |label| (label, "+"));
        renamed += &format!("{before}{{{}{greedy}}}", name_of(label));
        rest = after;
    }
    renamed + rest
}

/// Converts the location of a member in HTTP messages, and the member's name in that location.
pub(super) fn member(
    member: &mut ObjectReader<'_>,
    name: &str,
    shapes: &Map<String, Value>,
    traits: &mut Traits,
    log: &mut Log,
) {
    let target = member.peek("shape").and_then(Value::as_str).and_then(|target| shapes.get(target));
    let is_map = target.and_then(|target| target.get("type")).and_then(Value::as_str) == Some("map");
    let location = member.str("location", log);
    let wire_name = member.str("locationName", log).unwrap_or(name);
    match location {
        None if wire_name == name => {}
        None => traits.add("smithy.api#jsonName", wire_name),
        Some("uri") => {
            traits.mark("smithy.api#httpLabel", true);
            // Smithy requires `@required` on the member, since a label must have a value.
            traits.mark("smithy.api#required", true);
        }
        Some("querystring") if is_map => traits.mark("smithy.api#httpQueryParams", true),
        Some("querystring") => traits.add("smithy.api#httpQuery", wire_name),
        Some("header") => traits.add("smithy.api#httpHeader", wire_name),
        Some("headers") => traits.add("smithy.api#httpPrefixHeaders", wire_name),
        Some("statusCode") => traits.mark("smithy.api#httpResponseCode", true),
        Some(other) => log.problem(
            member.at("location"),
            format!("unknown location `{other}`; expected `uri`, `querystring`, `header`, `headers` or `statusCode`"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_renamed_in_one_pass() {
        let name_of = |label: &str| match label {
            "a" => "b".to_owned(),
            "b" => "a".to_owned(),
            other => other.to_owned(),
        };
        assert_eq!(rename_labels("/x/{a}/{b+}/{c}/y?z=1", name_of), "/x/{b}/{a+}/{c}/y?z=1");
        assert_eq!(rename_labels("/{open", name_of), "/{open");
    }
}
