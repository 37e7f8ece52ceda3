//! Constant request headers: the `simba.api#requestHeaders` trait of the service and its operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Context;
use crate::{
    diagnostic::{Diagnostic, Part, Report},
    model::{Member, Operation, Shape, http},
};

const REQUEST_HEADERS: &str = "simba.api#requestHeaders";

/// The headers that the protocol, the signer, the client or the transport sets, in lower case.
const RESERVED: &[&str] = &[
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-md5",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "smithy-protocol",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-region-set",
    "x-amz-security-token",
    "x-amz-target",
    "x-amzn-query-mode",
];

/// Header values, by header names in lower case.
type Headers = BTreeMap<String, String>;

/// Reports problems with the constant headers of a service.
pub(super) fn check_service(service: &Shape, report: &mut Report) {
    let _ = read(service, report);
}

/// Returns the constant headers of an operation. The operation's own headers take precedence over those of the service.
///
/// If a member of the input sets a header of the service, the constant is used as the default. A member cannot set a
/// header that the operation itself defines.
pub(super) fn of(
    context: &Context<'_>,
    shape: &Shape,
    operation: &Operation,
    report: &mut Report,
) -> Vec<(String, String)> {
    // Problems with the service's headers are reported only once.
    let mut headers = read(context.chosen.shape, &mut Report::default());
    let own = read(shape, report);
    let members = context.shape(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let protocol = context.chosen.protocol;
    for name in own.keys() {
        let sets = |member: &&&Member| {
            let string = |id| protocol.string(&member.traits, id).map(str::to_ascii_lowercase);
            string("smithy.api#httpHeader").is_some_and(|header| header == *name)
                || string("smithy.api#httpPrefixHeaders").is_some_and(|prefix| name.starts_with(&prefix))
        };
        if let Some(member) = members.iter().find(sets) {
            let message =
                format!("the header `{name}` in `{REQUEST_HEADERS}` is also set by the member `{}`", member.name);
            let help = "remove it, or give the member a default with `smithy.api#default`";
            problem(shape, message, report).help(help);
        }
    }
    headers.extend(own);
    headers.into_iter().collect()
}

/// Returns the headers in the `simba.api#requestHeaders` trait of a shape. Invalid headers are reported and omitted.
fn read(shape: &Shape, report: &mut Report) -> Headers {
    let none = Map::new();
    let value = shape.traits.get(REQUEST_HEADERS).and_then(Value::as_object).unwrap_or(&none);
    let mut headers = Headers::new();
    for (written, value) in value {
        let name = written.to_ascii_lowercase();
        if name.is_empty() || !http::is_in_header_name(&name) {
            let message = format!("invalid header name `{}` in `{REQUEST_HEADERS}`", written.escape_debug());
            problem(shape, message, report).help("expected letters, digits and hyphens, such as `Accept`");
            continue;
        }
        if RESERVED.contains(&name.as_str()) {
            let message = format!("the header `{written}` in `{REQUEST_HEADERS}` is set by the client");
            problem(shape, message, report).help("remove it from the trait");
            continue;
        }
        let is_visible = |text: &&str| {
            !text.is_empty() && text.trim() == *text && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        let Some(text) = value.as_str().filter(is_visible) else {
            let message = format!("invalid value for the header `{written}` in `{REQUEST_HEADERS}`");
            problem(shape, message, report).help("expected a string of visible ASCII characters and spaces");
            continue;
        };
        if headers.insert(name, text.to_owned()).is_some() {
            let message = format!("the header `{written}` appears twice in `{REQUEST_HEADERS}`");
            problem(shape, message, report).help("remove one occurrence (header names are case-insensitive)");
        }
    }
    headers
}

/// Reports a problem with the `simba.api#requestHeaders` trait of a shape.
fn problem<'r>(shape: &Shape, message: String, report: &'r mut Report) -> &'r mut Diagnostic {
    let problem = report.error(message).in_file(&shape.file).at(&shape.id);
    problem.part(Part::Trait(REQUEST_HEADERS.to_owned()))
}
