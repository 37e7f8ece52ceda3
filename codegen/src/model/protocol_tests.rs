//! The traits in the `smithy.test` namespace, which contain expected requests and responses.
//!
//! Reading such a trait returns its test cases, or all problems in them. The type of the value has already been checked
//! against the trait's definition.

mod event_stream;

pub(crate) use event_stream::{EventStreamTest, EventTest, Expectation, Sender, event_streams};

use serde_json::{Map, Value};

use super::Traits;
use crate::number::mismatch;

/// A test case in a `smithy.test#httpRequestTests` trait.
#[derive(Clone, Debug)]
pub(crate) struct RequestTest {
    /// The properties that request and response test cases share.
    pub(crate) common: Common,
    /// The host of the client's endpoint.
    pub(crate) host: String,
    /// The host to which the request must be sent.
    pub(crate) resolved_host: String,
    /// The expected HTTP method.
    pub(crate) method: String,
    /// The expected path.
    pub(crate) uri: String,
    /// The required parts of the query string.
    pub(crate) query: Vec<String>,
    /// The names of forbidden query parameters.
    pub(crate) forbid_query: Vec<String>,
    /// The names of required query parameters.
    pub(crate) require_query: Vec<String>,
    /// The names of forbidden headers.
    pub(crate) forbid_headers: Vec<String>,
    /// The names of required headers.
    pub(crate) require_headers: Vec<String>,
    /// The media type of the body.
    pub(crate) media_type: String,
    /// The authentication scheme.
    pub(crate) auth_scheme: String,
}

/// A test case in a `smithy.test#httpResponseTests` trait.
#[derive(Clone, Debug)]
pub(crate) struct ResponseTest {
    /// The properties that request and response test cases share.
    pub(crate) common: Common,
    /// The status code.
    pub(crate) code: u16,
    /// The error code, or an empty string if the code is the name of the error.
    pub(crate) error_code: String,
}

/// The properties that request and response test cases share.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    /// The ID of the test case.
    pub(crate) id: String,
    /// The ID of the protocol.
    pub(crate) protocol: String,
    pub(crate) applies_to: AppliesTo,
    /// The headers of the response, or the required headers of the request.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, or `None` if the body is not checked.
    pub(crate) body: Option<String>,
    /// The members of the input, output or error, with their values.
    pub(crate) params: Map<String, Value>,
}

/// The implementations to which a test case applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppliesTo {
    /// Clients, and possibly servers.
    Clients,
    /// Servers only.
    Servers,
}

/// Returns the request test cases of an operation.
pub(crate) fn requests(traits: &Traits) -> Result<Vec<RequestTest>, Vec<String>> {
    cases(REQUESTS, traits.get(REQUESTS), request)
}

fn request(case: &Map<String, Value>) -> Result<RequestTest, String> {
    Ok(RequestTest {
        common: common(case)?,
        host: string(case, "host"),
        resolved_host: string(case, "resolvedHost"),
        method: string(case, "method"),
        uri: string(case, "uri"),
        query: strings(case, "queryParams"),
        forbid_query: strings(case, "forbidQueryParams"),
        require_query: strings(case, "requireQueryParams"),
        forbid_headers: strings(case, "forbidHeaders"),
        require_headers: strings(case, "requireHeaders"),
        media_type: string(case, "bodyMediaType"),
        auth_scheme: string(case, "authScheme"),
    })
}

/// Returns the response test cases of an operation or an error.
pub(crate) fn responses(traits: &Traits) -> Result<Vec<ResponseTest>, Vec<String>> {
    cases(RESPONSES, traits.get(RESPONSES), response)
}

fn response(case: &Map<String, Value>) -> Result<ResponseTest, String> {
    let code = case.get("vendorParams").and_then(|params| params.get("code")).and_then(Value::as_str);
    Ok(ResponseTest {
        common: common(case)?,
        code: status(case),
        error_code: code.filter(|_| string(case, "vendorParamsShape") == ERROR_CODE).unwrap_or_default().to_owned(),
    })
}

/// Returns the protocols of the test cases with malformed requests. Only servers can run such test cases.
pub(crate) fn malformed(traits: &Traits) -> Vec<String> {
    let cases = traits.get("smithy.test#httpMalformedRequestTests").and_then(Value::as_array);
    let protocol = |case: &Value| case.get("protocol").and_then(Value::as_str).map(str::to_owned);
    cases.into_iter().flatten().filter_map(protocol).collect()
}

/// The shape of vendor parameters that specify an error code.
const ERROR_CODE: &str = "aws.protocoltests.config#ErrorCodeParams";

const REQUESTS: &str = "smithy.test#httpRequestTests";
const RESPONSES: &str = "smithy.test#httpResponseTests";

/// Returns the test cases in the value of a trait.
fn cases<T>(
    id: &str,
    value: Option<&Value>,
    read: impl Fn(&Map<String, Value>) -> Result<T, String>,
) -> Result<Vec<T>, Vec<String>> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for (index, case) in value.and_then(Value::as_array).into_iter().flatten().enumerate() {
        let Some(object) = case.as_object() else { continue };
        match read(object) {
            Ok(case) => found.push(case),
            Err(problem) => {
                let name = case.get("id").and_then(Value::as_str).map_or_else(|| index.to_string(), str::to_owned);
                problems.push(format!("invalid test `{name}` in `{id}`: {problem}"));
            }
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn common(case: &Map<String, Value>) -> Result<Common, String> {
    let applies_to = if string(case, "appliesTo") == "server" { AppliesTo::Servers } else { AppliesTo::Clients };
    let headers = case.get("headers").and_then(Value::as_object).into_iter().flatten();
    let header = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Ok(Common {
        id: string(case, "id"),
        protocol: string(case, "protocol"),
        applies_to,
        headers: headers.filter_map(header).collect(),
        body: case.get("body").map(|_| string(case, "body")),
        params: object(case, "params")?,
    })
}

/// Returns the string at a key, or an empty string if it is absent.
fn string(case: &Map<String, Value>, key: &str) -> String {
    case.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns the list of strings at a key, or an empty list if it is absent.
fn strings(case: &Map<String, Value>, key: &str) -> Vec<String> {
    let values = case.get(key).and_then(Value::as_array).into_iter().flatten();
    values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Returns the object at a key, or an empty object if it is absent.
fn object(case: &Map<String, Value>, key: &str) -> Result<Map<String, Value>, String> {
    match case.get(key) {
        None => Ok(Map::new()),
        Some(value) => value.as_object().cloned().ok_or_else(|| mismatch("an object", key, value)),
    }
}

/// Returns the status code of a response.
fn status(case: &Map<String, Value>) -> u16 {
    case.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok()).unwrap_or_default()
}
