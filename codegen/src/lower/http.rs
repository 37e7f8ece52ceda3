//! The HTTP method and URI of operations, for protocols with HTTP bindings, and the versions of HTTP.

use serde_json::Value;

use super::Context;
use crate::{
    diagnostic::Report,
    ir::Http,
    model::{Member, Operation, Shape},
};

const HTTP: &str = "smithy.api#http";
const LABEL: &str = "smithy.api#httpLabel";
const PAYLOAD: &str = "smithy.api#httpPayload";

/// Returns whether an operation can be sent over HTTP/2 only, according to the trait of the protocol: it lists the
/// versions for all operations, and others for event streams. Without events in the request, event streams also work
/// over HTTP/1.1.
pub(super) fn requires_http2(context: &Context<'_>, sends_events: bool) -> bool {
    let Some(settings) = context.chosen.shape.traits.get(context.chosen.protocol.id) else { return false };
    let key = if sends_events && settings.get("eventStreamHttp").is_some() { "eventStreamHttp" } else { "http" };
    let versions: Vec<&str> =
        settings.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    versions.contains(&"h2") && !versions.contains(&"http/1.1")
}

/// Returns the method and URI of an operation, or `None` if the protocol has no HTTP bindings.
///
/// Reports labels without a member, members without a label, and several members that are the body.
pub(super) fn of(context: &Context<'_>, shape: &Shape, operation: &Operation, report: &mut Report) -> Option<Http> {
    let protocol = context.chosen.protocol;
    if !protocol.reads(HTTP) {
        return None;
    }
    let Some(value) = shape.traits.get(HTTP) else {
        let problem = report.error(format!("the operation has no trait `{HTTP}`, which `{}` requires", protocol.id));
        problem.in_file(&shape.file).at(&shape.id);
        return None;
    };
    let string = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let http = Http { method: string("method").to_owned(), uri: string("uri").to_owned() };
    let mut error = |message: String, help: &str| {
        report.error(message).in_file(&shape.file).at(&shape.id).help(help);
    };
    if http.method.is_empty() || !http.method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        error(format!("invalid HTTP method `{}`", http.method.escape_debug()), "expected a name such as `POST`");
    }
    let Some(labels) = labels(&http.uri) else {
        error(
            format!("invalid URI pattern `{}`", http.uri.escape_debug()),
            "expected a path such as `/clusters/{ClusterName}`, with labels in braces",
        );
        return None;
    };
    let members = context.shape(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let is_label = |member: &&&Member| member.traits.has(LABEL);
    for label in &labels {
        if !members.iter().filter(is_label).any(|member| member.name == *label) {
            let message = format!("no member for the label `{label}` of the URI pattern `{}`", http.uri);
            error(message, "add the trait `smithy.api#httpLabel` to a member of the input with this name");
        }
    }
    for member in members.iter().filter(is_label).filter(|member| !labels.contains(&member.name.as_str())) {
        let message = format!("no label for the member `{}` in the URI pattern `{}`", member.name, http.uri);
        error(message, "add the label in braces to the URI pattern, or remove the trait `smithy.api#httpLabel`");
    }
    if members.iter().filter(|member| member.traits.has(PAYLOAD)).count() > 1 {
        let message = format!("several members of the input have the trait `{PAYLOAD}`");
        error(message, "expected one member at most, since it is the whole body");
    }
    Some(http)
}

/// Returns the labels of a URI pattern, or `None` if it is not valid.
fn labels(uri: &str) -> Option<Vec<&str>> {
    let is_visible = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`|".contains(&byte);
    if !uri.starts_with('/') || !uri.bytes().all(is_visible) || uri.contains('#') {
        return None;
    }
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let mut labels = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, after) = after.split_once('}')?;
        labels.push(label.strip_suffix('+').unwrap_or(label));
        if before.contains('}') || label.is_empty() {
            return None;
        }
        rest = after;
    }
    (!rest.contains('}') && !query.contains(['{', '}'])).then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_labels_in_the_path() {
        assert_eq!(labels("/"), Some(vec![]));
        assert_eq!(labels("/a/{b}/{c+}/d?e=f&g"), Some(vec!["b", "c"]));
        for invalid in ["", "a", "/{", "/a}", "/{}", "/ä", "/a b", "/a?b={c}", "/a#b"] {
            assert_eq!(labels(invalid), None, "{invalid}");
        }
    }
}
