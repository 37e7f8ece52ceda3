//! Checks that methods, status codes and query strings are used as HTTP defines them.

use serde_json::Value;

use super::Pattern;
use crate::{
    diagnostic::{Part, Report},
    model::{
        Member, Model, Operation, Shape,
        http::{HEADER, HTTP, OF_REQUESTS, OF_RESPONSES, PAYLOAD, QUERY},
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

/// The traits that operations with each method have, or lack.
const EFFECTS: &[(&str, &str, bool)] = &[
    ("DELETE", "idempotent", true),
    ("DELETE", "readonly", false),
    ("GET", "idempotent", false),
    ("GET", "readonly", true),
    ("HEAD", "idempotent", false),
    ("HEAD", "readonly", true),
    ("OPTIONS", "idempotent", false),
    ("OPTIONS", "readonly", true),
    ("PATCH", "readonly", false),
    ("POST", "readonly", false),
    ("PUT", "idempotent", true),
    ("PUT", "readonly", false),
    ("TRACE", "idempotent", false),
    ("TRACE", "readonly", true),
];

/// The status codes of responses without a body.
const CODES_WITHOUT_BODY: &[u64] = &[204, 205];

/// Reports operations with members in the body although the method or the status code allows no body, operations whose
/// traits do not match the method, operations whose status code does not mean success, and operations whose query
/// string contains a parameter twice.
pub(super) fn operation(model: &Model, shape: &Shape, operation: &Operation, http: &Value, report: &mut Report) {
    if !is_written(shape) {
        return;
    }
    let members = model.get(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let method = http.get("method").and_then(Value::as_str).unwrap_or_default();
    if let Some(member) = in_body(&members, OF_REQUESTS)
        && WITHOUT_BODY.contains(&method)
    {
        let message = format!("`{method}` requests have no body, but the member `{member}` is in the body");
        let help = "use another method, or bind the member to the path, the query string or a header";
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Value(HTTP.to_owned())).event("HttpMethodSemantics.UnexpectedPayload");
    }
    effects(shape, method, report);
    let code = http.get("code").and_then(Value::as_u64);
    let output = model.get(&operation.output).map(|output| output.kind.members()).unwrap_or_default();
    if let Some(code) = code.filter(|code| CODES_WITHOUT_BODY.contains(code))
        && let Some(member) = in_body(&output, OF_RESPONSES)
    {
        let message =
            format!("responses with the status {code} have no body, but the member `{member}` is in the body");
        let help = "use another status code, or bind the member to a header or the status code";
        let problem = report.warning(message).in_file(&shape.file).at(&shape.id).help(help);
        let part = Part::Element { name: HTTP.to_owned(), path: "code".to_owned() };
        problem.part(part).event(STATUS_CODE);
    }
    if let Some(code) = code.filter(|code| !(200..300).contains(code)) {
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
            let location = operation.input.member(&member.name);
            let file = model.get(&operation.input).map_or(&shape.file, |input| &input.file);
            let problem = report.error(message).in_file(file).at(location).help("use another query parameter");
            problem.part(Part::Value(QUERY.to_owned()));
        }
    }
}

/// Reports an operation that has the trait `readonly` or `idempotent` although its method has another meaning, or that
/// lacks the trait.
fn effects(shape: &Shape, method: &str, report: &mut Report) {
    for &(_, name, expected) in EFFECTS.iter().filter(|(of, ..)| *of == method) {
        let id = format!("smithy.api#{name}");
        if shape.traits.has(&id) == expected {
            continue;
        }
        let (word, of_event) =
            if name == "readonly" { ("read-only", "Readonly") } else { ("idempotent", "Idempotent") };
        let (message, help, part, event) = if expected {
            let message = format!("`{method}` operations are {word}, but the operation has no trait `{id}`");
            (message, format!("add the trait `{id}`"), Part::Value(HTTP.to_owned()), "Missing")
        } else {
            let message = format!("`{method}` operations are not {word}, but the operation has the trait `{id}`");
            (message, format!("remove the trait `{id}`"), Part::Trait(id), "Unnecessary")
        };
        let help = format!("{help}, use another method, or suppress `HttpMethodSemantics`");
        let problem = report.warning(message).in_file(&shape.file).at(&shape.id).help(help).part(part);
        problem.event(format!("HttpMethodSemantics.{event}{of_event}Trait"));
    }
}

/// Returns the name of the first member that is in the body, since it has none of the given bindings.
fn in_body<'m>(members: &[&'m Member], bindings: &[&str]) -> Option<&'m str> {
    let is_bound = |member: &Member| bindings.iter().any(|id| member.traits.has(id)) || member.traits.has(HOST_LABEL);
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
