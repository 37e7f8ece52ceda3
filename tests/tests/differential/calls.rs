//! Compares the calls of our client with those of botocore. For the same input and response, both must send the same
//! request and return the same result.
//!
//! Headers about the client and the attempt are not compared, since they differ on purpose. The message of an error
//! without a code is not compared either, since botocore uses the whole body as the message. Errors whose code is only
//! in the header or in the `code` member are not tested, since botocore reads the code from neither.

use fsx::config::Config;
use fsx::credentials::Credentials;
use fsx::http::{HeaderName, HeaderValue};
use fsx::retry::RetryConfig;
use fsx::testing::MockResponse;
use serde_json::{Map, Value, json};

use super::compare::{difference, expected, in_microseconds};
use super::generate::{self, By};
use super::model::{Model, bare};
use super::operations::{Called, Failure, OPERATIONS, Operation};
use super::random::Random;

const SEED: u64 = 2026;

/// The number of cases with a successful response, for each operation.
const RESPONSES: usize = 50;

/// The number of cases with an error response, for each operation.
const FAILURES: usize = 20;

/// A test case, which consists of a call and its response.
pub(crate) struct Case {
    operation: &'static Operation,
    /// The ID of the operation.
    id: String,
    number: usize,
    input: Value,
    /// The same input, except that some members that are not set are null.
    input_with_nulls: Value,
    response: ServiceResponse,
}

struct ServiceResponse {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// Returns all cases.
pub(crate) fn cases(model: &Model) -> Vec<Case> {
    let mut cases = Vec::new();
    for (operation, id) in OPERATIONS.iter().zip(model.operations()) {
        let random = &mut Random::new(SEED, operation.name);
        for number in 0..RESPONSES + FAILURES {
            let input = generate::value(model, model.input(id), By::Caller, random);
            let input_with_nulls = generate::with_nulls(model, model.input(id), &input, random);
            let response = if number < RESPONSES { response(model, id, random) } else { error(model, id, random) };
            cases.push(Case { operation, id: id.to_owned(), number, input, input_with_nulls, response });
        }
    }
    cases
}

fn response(model: &Model, operation: &str, random: &mut Random) -> ServiceResponse {
    let mut body = String::new();
    // An empty body is equivalent to an empty structure.
    if random.percent(95) {
        generate::spell(&generate::value(model, model.output(operation), By::Service, random), random, &mut body);
    }
    ServiceResponse { status: 200, headers: vec![("x-amzn-requestid", "id".to_owned())], body }
}

fn error(model: &Model, operation: &str, random: &mut Random) -> ServiceResponse {
    let status = random.pick(&[400, 403, 404, 429, 500, 503]);
    let mut headers = Vec::new();
    let id = match random.below(10) {
        // This response is sent by an intermediary instead of the service.
        0 => {
            let body = (random.pick(&["", "{}", "<html>Bad gateway</html>", r#"{"message": "no code"}"#])).to_owned();
            return ServiceResponse { status, headers, body };
        }
        1 | 2 => "com.amazonaws.fsx#NewError",
        3 | 4 => random.pick(&model.errors()),
        _ => random.pick(&model.errors_of(operation)),
    };
    let mut body = Map::new();
    if let Value::Object(members) = match id {
        "com.amazonaws.fsx#NewError" => json!({ "Detail": generate::unknown(random, 0) }),
        id => generate::value(model, id, By::Service, random),
    } {
        body.extend(members);
    }
    if random.percent(50) {
        // Services use either `Message` or `message`.
        body.remove("Message");
        body.insert("message".to_owned(), json!(generate::text(random)));
    }
    let (name, address) = (bare(id), ":http://internal.amazon.com/coral/");
    let code = match random.below(4) {
        0 => id.to_owned(),
        1 => format!("{name}{address}"),
        2 => format!("{id}{address}"),
        _ => name.to_owned(),
    };
    if random.percent(30) {
        headers.push(("x-amzn-errortype", format!("{name}{address}")));
    }
    body.insert("__type".to_owned(), json!(code));
    let mut text = String::new();
    generate::spell(&Value::Object(body), random, &mut text);
    ServiceResponse { status, headers, body: text }
}

impl Case {
    /// Returns the case as a job for botocore.
    pub(crate) fn job(&self) -> Value {
        let headers: Map<String, Value> =
            self.response.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({
            "kind": "call",
            "operation": self.operation.name,
            "input": self.input,
            "response": { "status": self.response.status, "headers": headers, "body": self.response.body },
        })
    }

    /// Sends the request with our client, and returns the first difference from botocore's result.
    pub(crate) fn compare(&self, model: &Model, theirs: &Value) -> Option<String> {
        let mut response = MockResponse::json(self.response.body.clone()).status(self.response.status);
        for (name, value) in &self.response.headers {
            response = response.header(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let differs = match (self.operation.call)(config(), &self.input_with_nulls, response) {
            Err(error) => Some(format!("the input cannot be read: {error}")),
            Ok(ours) => self.sent(model, &ours, theirs).or_else(|| match (&ours.outcome, theirs.get("error")) {
                (Ok(response), None) => {
                    let shape = model.output(&self.id);
                    let theirs = expected(model, shape, &theirs["parsed"]);
                    difference(&in_microseconds(model, shape, response), &theirs)
                }
                (Err(ours), Some(theirs)) => self.failed(model, ours, theirs),
                (Ok(response), Some(theirs)) => Some(format!("ours is {response}, botocore's is the error {theirs}")),
                (Err(ours), None) => Some(format!("ours is the error {}", ours.shown)),
            }),
        };
        differs.map(|differs| {
            let Self { operation, number, input, response, .. } = self;
            format!(
                "{} {number}: {differs}\n  input {input}\n  response {} {}",
                operation.name, response.status, response.body
            )
        })
    }

    /// Returns the first difference between the requests.
    fn sent(&self, model: &Model, ours: &Called, theirs: &Value) -> Option<String> {
        let request = &ours.request;
        let headers = |pairs: Vec<(String, String)>| -> Value {
            let about_itself = ["host", "user-agent", "authorization", "content-length", "x-amz-date"];
            let protocol = pairs
                .into_iter()
                .filter(|(name, _)| !about_itself.contains(&name.as_str()) && !name.starts_with("amz-sdk-"));
            protocol.map(|(name, value)| (name, json!(value))).collect()
        };
        let ours = request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let mut ours = json!({
            "method": request.method().as_str(),
            "url": request.uri().to_string(),
            "headers": headers(ours.collect()),
            "body": serde_json::from_slice::<Value>(request.body()).unwrap(),
        });
        let their_headers = theirs["headers"].as_object().unwrap();
        let their_headers =
            their_headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        let mut theirs = json!({
            "method": theirs["method"],
            "url": theirs["url"],
            "headers": headers(their_headers.collect()),
            "body": theirs["body"],
        });
        // Both clients generate an idempotency token if it is not set, so only its presence can be compared.
        for token in model.members(model.input(&self.id)).iter().filter(|member| member.idempotency_token) {
            if self.input.get(token.name).is_none() {
                for side in [&mut ours, &mut theirs] {
                    let made_up = side["body"].as_object_mut().unwrap().remove(token.name);
                    if !made_up.as_ref().is_some_and(is_uuid) {
                        return Some(format!("{} is not a UUID: {made_up:?}", token.name));
                    }
                }
            }
        }
        difference(&ours, &theirs)
    }

    /// Returns the first difference between the errors.
    fn failed(&self, model: &Model, ours: &Failure, theirs: &Value) -> Option<String> {
        let body: Value = serde_json::from_str(&self.response.body).unwrap_or_default();
        let Some(code) = &ours.code else {
            // If an error has no code, botocore uses the status as the code and the whole body as the message.
            let theirs = json!([theirs["code"], theirs["status"], theirs["shape"]]);
            let status = ours.status.unwrap_or_default();
            return difference(&json!([status.to_string(), status, null]), &theirs);
        };
        let their_message = theirs["message"].as_str().unwrap_or_default();
        let message = ours.message.as_deref().unwrap_or_default();
        let heads = difference(
            &json!([code, message, ours.status, ours.structure.as_ref().map(|(name, _)| name)]),
            &json!([theirs["code"], their_message, theirs["status"], theirs["shape"]]),
        );
        let (None, Some((name, structure))) = (&heads, &ours.structure) else { return heads };
        let shape = format!("com.amazonaws.fsx#{name}");
        let mut members = theirs["members"].clone();
        // Our client always returns the message in the same member, regardless of its name in the response.
        if let Some(message) = body.get("message").filter(|message| message.is_string()) {
            members["Message"] = message.clone();
        }
        difference(&in_microseconds(model, &shape, structure), &expected(model, &shape, &members))
    }
}

fn is_uuid(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && text.as_bytes()[14] == b'4'
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
}

pub(crate) fn config() -> Config {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    Config::builder().region("us-east-1").credentials_provider(credentials).retry(RetryConfig::off()).build()
}
