//! The traits of the namespace `smithy.test`, typed: expected requests and responses.
//!
//! Reading a trait's value returns its cases, or all problems of it.

use serde_json::{Map, Value};

use super::Traits;

/// One case of `smithy.test#httpRequestTests`.
#[derive(Clone, Debug)]
pub(crate) struct RequestTest {
    /// The part that both kinds of case have.
    pub(crate) common: Common,
    /// The endpoint that the client is set to, without its scheme.
    pub(crate) host: String,
    /// The host that is called.
    pub(crate) resolved_host: String,
    /// The method.
    pub(crate) method: String,
    /// The path.
    pub(crate) uri: String,
    /// Parts of the query that have to be there.
    pub(crate) query: Vec<String>,
    /// Names that must not be in the query.
    pub(crate) forbid_query: Vec<String>,
    /// Names that have to be in the query.
    pub(crate) require_query: Vec<String>,
    /// Names of headers that must not be there.
    pub(crate) forbid_headers: Vec<String>,
    /// Names of headers that have to be there.
    pub(crate) require_headers: Vec<String>,
    /// The media type of the body.
    pub(crate) media_type: String,
    /// The scheme that the request is signed with.
    pub(crate) auth_scheme: String,
}

/// One case of `smithy.test#httpResponseTests`.
#[derive(Clone, Debug)]
pub(crate) struct ResponseTest {
    /// The part that both kinds of case have.
    pub(crate) common: Common,
    /// The status.
    pub(crate) code: u16,
    /// The code of the error, if it is told apart from the error's name.
    pub(crate) error_code: String,
}

/// The part that both kinds of case have.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    /// The name of the case.
    pub(crate) id: String,
    /// The protocol that it is about.
    pub(crate) protocol: String,
    /// Who has to pass it.
    pub(crate) applies_to: AppliesTo,
    /// Headers that have to be there, or that are there.
    pub(crate) headers: Vec<(String, String)>,
    /// The body; it does not matter if there is none.
    pub(crate) body: Option<String>,
    /// The input, output or error.
    pub(crate) params: Map<String, Value>,
}

/// Who has to pass a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppliesTo {
    /// Clients, and maybe servers.
    Clients,
    /// Servers alone.
    Servers,
}

/// The cases of an operation's requests.
pub(crate) fn requests(traits: &Traits) -> Result<Vec<RequestTest>, Vec<String>> {
    cases(REQUESTS, traits.get(REQUESTS), |case| {
        Some(RequestTest {
            common: common(case)?,
            host: string(case, "host")?,
            resolved_host: string(case, "resolvedHost")?,
            method: string(case, "method")?,
            uri: string(case, "uri")?,
            query: strings(case, "queryParams")?,
            forbid_query: strings(case, "forbidQueryParams")?,
            require_query: strings(case, "requireQueryParams")?,
            forbid_headers: strings(case, "forbidHeaders")?,
            require_headers: strings(case, "requireHeaders")?,
            media_type: string(case, "bodyMediaType")?,
            auth_scheme: string(case, "authScheme")?,
        })
    })
}

/// The cases of an operation's or an error's replies.
pub(crate) fn responses(traits: &Traits) -> Result<Vec<ResponseTest>, Vec<String>> {
    cases(RESPONSES, traits.get(RESPONSES), |case| {
        let code = case.get("vendorParams").and_then(|params| params.get("code")).and_then(Value::as_str);
        Some(ResponseTest {
            common: common(case)?,
            code: case.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok())?,
            error_code: code
                .filter(|_| string(case, "vendorParamsShape").is_some_and(|shape| shape == ERROR_CODE))
                .unwrap_or_default()
                .to_owned(),
        })
    })
}

/// The protocols of the cases for servers that are sent nonsense.
pub(crate) fn malformed(traits: &Traits) -> Vec<String> {
    let cases = traits.get("smithy.test#httpMalformedRequestTests").and_then(Value::as_array);
    let protocol = |case: &Value| case.get("protocol").and_then(Value::as_str).map(str::to_owned);
    cases.into_iter().flatten().filter_map(protocol).collect()
}

/// The shape of parameters that hold the code of an error.
const ERROR_CODE: &str = "aws.protocoltests.config#ErrorCodeParams";

const REQUESTS: &str = "smithy.test#httpRequestTests";
const RESPONSES: &str = "smithy.test#httpResponseTests";

/// The cases of the trait `id`, whose value is `value`.
fn cases<T>(
    id: &str,
    value: Option<&Value>,
    read: impl Fn(&Map<String, Value>) -> Option<T>,
) -> Result<Vec<T>, Vec<String>> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for (index, case) in value.and_then(Value::as_array).into_iter().flatten().enumerate() {
        match case.as_object().and_then(&read) {
            Some(case) => found.push(case),
            None => {
                let name = case.get("id").and_then(Value::as_str).map_or_else(|| index.to_string(), str::to_owned);
                problems.push(format!("`{id}`: the case {name} has a member of a wrong type, or lacks one"));
            }
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn common(case: &Map<String, Value>) -> Option<Common> {
    let applies_to = match case.get("appliesTo").map(Value::as_str) {
        None | Some(Some("client")) => AppliesTo::Clients,
        Some(Some("server")) => AppliesTo::Servers,
        Some(_) => return None,
    };
    let headers = object(case, "headers")?.into_iter().map(|(name, value)| Some((name, value.as_str()?.to_owned())));
    Some(Common {
        id: case.get("id")?.as_str()?.to_owned(),
        protocol: case.get("protocol")?.as_str()?.to_owned(),
        applies_to,
        headers: headers.collect::<Option<_>>()?,
        body: match case.get("body") {
            None => None,
            Some(body) => Some(body.as_str()?.to_owned()),
        },
        params: object(case, "params")?,
    })
}

/// A string, empty if it is absent; `None` if it is of another type.
fn string(case: &Map<String, Value>, key: &str) -> Option<String> {
    match case.get(key) {
        None => Some(String::new()),
        Some(value) => value.as_str().map(str::to_owned),
    }
}

/// A list of strings, empty if it is absent; `None` if it is of another type.
fn strings(case: &Map<String, Value>, key: &str) -> Option<Vec<String>> {
    match case.get(key) {
        None => Some(Vec::new()),
        Some(value) => value.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
    }
}

/// An object, empty if it is absent; `None` if it is something else.
fn object(case: &Map<String, Value>, key: &str) -> Option<Map<String, Value>> {
    match case.get(key) {
        None => Some(Map::new()),
        Some(value) => value.as_object().cloned(),
    }
}
