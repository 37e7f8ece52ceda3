//! Checks that methods, status codes and query strings are used as HTTP defines them.

use serde_json::Value;

use super::Pattern;
use crate::{
    diagnostic::{Part, Report},
    model::{
        Member, Model, Operation, Shape,
        http::{HEADER, HTTP, OF_REQUESTS, PAYLOAD, QUERY},
        semantics::is_written,
    },
};

const HOST_LABEL: &str = "smithy.api#hostLabel";
const HTTP_ERROR: &str = "smithy.api#httpError";

/// The ID of the events that Smithy's validator reports for status codes.
const STATUS_CODE: &str = "HttpResponseCodeSemantics";

/// The headers that HTTP itself, signatures or proxies use, in lower case.
const RESERVED: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "www-authenticate",
    "x-forwarded-for",
];

/// The methods whose requests have no body.
const WITHOUT_BODY: &[&str] = &["DELETE", "GET", "HEAD", "TRACE"];

/// Reports operations with members in the request body although the method allows no body, operations whose status code
/// does not mean success, and operations whose query string contains a parameter twice.
pub(super) fn operation(model: &Model, shape: &Shape, operation: &Operation, http: &Value, report: &mut Report) {
    if !is_written(shape) {
        return;
    }
    let members = model.get(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let method = http.get("method").and_then(Value::as_str).unwrap_or_default();
    if let Some(member) = in_body(&members)
        && WITHOUT_BODY.contains(&method)
    {
        let message = format!("`{method}` requests have no body, but the member `{member}` is in the body");
        let help = "use another method, or bind the member to the path, the query string or a header";
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Value(HTTP.to_owned())).event("HttpMethodSemantics.UnexpectedPayload");
    }
    let code = http.get("code").and_then(Value::as_u64).filter(|code| !(200..300).contains(code));
    if let Some(code) = code {
        let problem = report.error(format!("{code} is not a success status code"));
        let part = Part::Element { name: HTTP.to_owned(), path: "code".to_owned() };
        problem.in_file(&shape.file).at(&shape.id).help("expected a code from 200 to 299").part(part);
        problem.event(STATUS_CODE);
    }
    let Ok(pattern) = Pattern::parse(http.get("uri").and_then(Value::as_str).unwrap_or_default()) else { return };
    for member in members {
        let Some(name) = member.traits.string(QUERY) else { continue };
        if pattern.query.iter().any(|(literal, _)| *literal == name) {
            let message =
                format!("the query parameter `{name}` is already in the URI pattern of the operation `{}`", shape.id);
            let place = operation.input.member(&member.name);
            let file = model.get(&operation.input).map_or(&shape.file, |input| &input.file);
            let problem = report.error(message).in_file(file).at(place).help("use another query parameter");
            problem.part(Part::Value(QUERY.to_owned()));
        }
    }
}

/// Returns the name of the first member that is in the body.
fn in_body<'m>(members: &[&'m Member]) -> Option<&'m str> {
    let is_bound =
        |member: &Member| OF_REQUESTS.iter().any(|id| member.traits.has(id)) || member.traits.has(HOST_LABEL);
    let payload = members.iter().find(|member| member.traits.has(PAYLOAD));
    let found = payload.or_else(|| members.iter().find(|member| !is_bound(member)))?;
    Some(&found.name)
}

/// Reports members of a structure that are bound to a reserved header.
pub(super) fn headers(shape: &Shape, report: &mut Report) {
    for member in shape.kind.members().into_iter().filter(|_| is_written(shape)) {
        let Some(name) = member.traits.string(HEADER) else { continue };
        if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            let problem = report.error(format!("the header `{name}` is reserved"));
            let help = "use another header, or suppress `HttpHeaderTrait`";
            problem.in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
            problem.part(Part::Value(HEADER.to_owned())).event("HttpHeaderTrait");
        }
    }
}

/// Reports errors whose status code does not match their fault: 4xx for `client`, and 5xx for `server`.
pub(super) fn error(shape: &Shape, report: &mut Report) {
    let codes = match shape.traits.string("smithy.api#error") {
        Some("client") => 400..500,
        Some("server") => 500..600,
        _ => return,
    };
    let code = shape.traits.get(HTTP_ERROR).and_then(Value::as_u64);
    let Some(code) = code.filter(|code| is_written(shape) && !codes.contains(code)) else { return };
    let fault = if codes.start == 400 { "client" } else { "server" };
    let problem = report.error(format!("{code} is not the status code of a {fault} error"));
    let help = format!("expected a code from {} to {}", codes.start, codes.end - 1);
    problem.in_file(&shape.file).at(&shape.id).help(help).part(Part::Value(HTTP_ERROR.to_owned())).event(STATUS_CODE);
}
