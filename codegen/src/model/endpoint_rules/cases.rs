//! A model's tests of its own endpoint rules: `smithy.rules#endpointTests`.

use serde_json::Value as Json;

use super::Value;
use super::json::{Reader, join};
use super::rules::{self, Endpoint};

/// A test: with these parameters, that endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointTest {
    /// The parameters that are set, by their names in the rules.
    pub(crate) params: Vec<(String, Value)>,
    /// What has to come out.
    pub(crate) expect: Expectation,
}

/// What has to come out of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// This endpoint, whose strings are literal.
    Endpoint(Endpoint),
    /// This error message.
    Error(String),
}

/// Reads the value of `smithy.rules#endpointTests`.
///
/// # Errors
///
/// Every problem found, each with its place inside the value.
pub(crate) fn tests(trait_value: &Json) -> Result<Vec<EndpointTest>, Vec<String>> {
    let mut reader = Reader::default();
    let tests = cases(&mut reader, trait_value);
    reader.finish(tests)
}

fn cases(reader: &mut Reader, json: &Json) -> Option<Vec<EndpointTest>> {
    let object = reader.object("", json)?;
    reader.only("", object, &["version", "testCases"]);
    let Some(cases) = object.get("testCases") else {
        return Some(Vec::new());
    };
    let cases = reader.array("testCases", cases)?;
    reader.each("testCases", cases, case)
}

fn case(reader: &mut Reader, at: &str, json: &Json) -> Option<EndpointTest> {
    let object = reader.object(at, json)?;
    // What `operationInputs` say of calls, `params` says of the rules' parameters, and `documentation` of both.
    reader.only(at, object, &["documentation", "params", "operationInputs", "expect"]);
    let params = match object.get("params") {
        Some(json) => {
            let at = join(at, "params");
            let params = reader.object(&at, json)?;
            reader
                .each_member(&at, params, |reader, at, name, json| Some((name.to_owned(), reader.value(at, json)?)))?
        }
        None => Vec::new(),
    };
    let expect = reader.member(at, object, "expect")?;
    Some(EndpointTest { params, expect: expectation(reader, &join(at, "expect"), expect)? })
}

fn expectation(reader: &mut Reader, at: &str, json: &Json) -> Option<Expectation> {
    let object = reader.object(at, json)?;
    reader.only(at, object, &["endpoint", "error"]);
    if let Some(message) = object.get("error") {
        return reader.string(&join(at, "error"), message).map(Expectation::Error);
    }
    // An expected endpoint reads like a rule's, but its braces stand for themselves.
    let mut endpoint = reader.member(at, object, "endpoint")?.clone();
    escape(&mut endpoint);
    rules::endpoint(reader, &join(at, "endpoint"), &endpoint).map(Expectation::Endpoint)
}

/// Doubles the braces in all strings.
fn escape(json: &mut Json) {
    match json {
        Json::String(text) => *text = text.replace('{', "{{").replace('}', "}}"),
        Json::Array(items) => items.iter_mut().for_each(escape),
        Json::Object(members) => members.values_mut().for_each(escape),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
