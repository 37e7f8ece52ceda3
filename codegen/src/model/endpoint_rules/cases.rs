//! A model's tests of its own endpoint rules: `smithy.rules#endpointTests`.

use serde_json::Value as Json;

use super::Value;
use super::json::{Reader, join};
use super::rules::{self, Endpoint};

/// A test: with these parameters, that endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointTest {
    /// What the test is about.
    pub documentation: Option<String>,
    /// The parameters that are set, by their names in the rules.
    pub params: Vec<(String, Value)>,
    /// Operations whose calls set these parameters.
    pub operation_inputs: Vec<OperationInput>,
    /// What has to come out.
    pub expect: Expectation,
}

/// What has to come out of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// This endpoint, whose strings are literal.
    Endpoint(Endpoint),
    /// This error message.
    Error(String),
}

/// A call whose parameters are those of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationInput {
    /// The operation's name.
    pub operation_name: String,
    /// Its input.
    pub operation_params: Option<Json>,
    /// What the client is configured for, such as `AWS::Region`.
    pub built_in_params: Option<Json>,
    /// What the client's own parameters are set to.
    pub client_params: Option<Json>,
}

/// Reads the value of `smithy.rules#endpointTests`.
///
/// # Errors
///
/// Every problem found, each with its place inside the value.
pub fn tests(trait_value: &Json) -> Result<Vec<EndpointTest>, Vec<String>> {
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
    reader.only(
        at,
        object,
        &["documentation", "params", "operationInputs", "expect"],
    );
    let documentation = match object.get("documentation") {
        Some(json) => Some(reader.string(&join(at, "documentation"), json)?),
        None => None,
    };
    let params = match object.get("params") {
        Some(json) => {
            let at = join(at, "params");
            let params = reader.object(&at, json)?;
            reader.each_member(&at, params, |reader, at, name, json| {
                Some((name.to_owned(), reader.value(at, json)?))
            })?
        }
        None => Vec::new(),
    };
    let operation_inputs = match object.get("operationInputs") {
        Some(json) => {
            let at = join(at, "operationInputs");
            let inputs = reader.array(&at, json)?;
            reader.each(&at, inputs, operation_input)?
        }
        None => Vec::new(),
    };
    let expect = reader.member(at, object, "expect")?;
    Some(EndpointTest {
        documentation,
        params,
        operation_inputs,
        expect: expectation(reader, &join(at, "expect"), expect)?,
    })
}

fn operation_input(reader: &mut Reader, at: &str, json: &Json) -> Option<OperationInput> {
    let object = reader.object(at, json)?;
    reader.only(
        at,
        object,
        &[
            "operationName",
            "operationParams",
            "builtInParams",
            "clientParams",
        ],
    );
    let name = reader.member(at, object, "operationName")?;
    Some(OperationInput {
        operation_name: reader.string(&join(at, "operationName"), name)?,
        operation_params: object.get("operationParams").cloned(),
        built_in_params: object.get("builtInParams").cloned(),
        client_params: object.get("clientParams").cloned(),
    })
}

fn expectation(reader: &mut Reader, at: &str, json: &Json) -> Option<Expectation> {
    let object = reader.object(at, json)?;
    reader.only(at, object, &["endpoint", "error"]);
    if let Some(message) = object.get("error") {
        return reader
            .string(&join(at, "error"), message)
            .map(Expectation::Error);
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
