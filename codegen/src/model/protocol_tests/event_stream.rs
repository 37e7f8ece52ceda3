//! The `smithy.test#eventStreamTests` trait, which describes calls with an event stream in the request or response.

use serde_json::{Map, Value};

use super::{RequestTest, ResponseTest, Traits, cases, object, request, response, string, strings};

/// A test case in a `smithy.test#eventStreamTests` trait.
#[derive(Clone, Debug)]
pub(crate) struct EventStreamTest {
    /// The input without its events, and the expected request. The method is empty if the test case does not check the
    /// request.
    pub(crate) request: RequestTest,
    /// The response without its events, and the expected output. The status is 200 if the test case has no response.
    pub(crate) response: ResponseTest,
    /// The events of both directions, in order.
    pub(crate) events: Vec<EventTest>,
    pub(crate) expectation: Expectation,
}

/// An event and the message that contains it.
#[derive(Clone, Debug)]
pub(crate) struct EventTest {
    pub(crate) sender: Sender,
    /// The value of the event stream's union, if the message is an event or a modeled error.
    pub(crate) params: Option<Map<String, Value>>,
    /// The headers, each with its name, type and value.
    pub(crate) headers: Vec<(String, String, Value)>,
    pub(crate) forbid_headers: Vec<String>,
    pub(crate) require_headers: Vec<String>,
    pub(crate) body: Option<String>,
    pub(crate) media_type: String,
    /// The encoded message in Base64, or an empty string if the test case does not specify it.
    pub(crate) bytes: String,
}

/// The side that sends an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
}

/// The expected result of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    Success,
    /// A failure, with the ID of the expected error if the test case specifies one.
    Failure(Option<String>),
}

/// Returns the event stream test cases of an operation.
pub(crate) fn event_streams(traits: &Traits) -> Result<Vec<EventStreamTest>, Vec<String>> {
    cases(EVENT_STREAMS, traits.get(EVENT_STREAMS), |case| {
        // The initial request and the initial response have the same form as the test cases in the other traits.
        let message = |name: &str, shape: &str| {
            let mut message = object(case, name)?;
            let found = string(case, &format!("{name}Shape"));
            if !message.is_empty() && found != shape {
                return Err(format!("expected `{shape}` for `{name}Shape`, found `{found}`"));
            }
            for key in ["id", "protocol", "appliesTo"] {
                message.extend(case.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            message.extend(case.get(&format!("{name}Params")).map(|params| ("params".to_owned(), params.clone())));
            Ok(message)
        };
        let mut initial_response = message("initialResponse", "smithy.test#InitialHttpResponse")?;
        initial_response.entry("code").or_insert(Value::from(200));
        let events = case.get("events").and_then(Value::as_array).into_iter().flatten();
        let events = events.filter_map(Value::as_object).map(event);
        let events = events.collect::<Result<_, _>>()?;
        Ok(EventStreamTest {
            request: request(&message("initialRequest", "smithy.test#InitialHttpRequest")?)?,
            response: response(&initial_response)?,
            events,
            expectation: expectation(case),
        })
    })
}

const EVENT_STREAMS: &str = "smithy.test#eventStreamTests";

fn event(case: &Map<String, Value>) -> Result<EventTest, String> {
    let headers = case.get("headers").and_then(Value::as_object).into_iter().flatten();
    let header = |(name, value): (&String, &Value)| {
        let (ty, value) = value.as_object()?.iter().find(|(_, value)| !value.is_null())?;
        Some((name.clone(), ty.clone(), value.clone()))
    };
    Ok(EventTest {
        sender: if string(case, "type") == "request" { Sender::Client } else { Sender::Server },
        params: case.get("params").map(|_| object(case, "params")).transpose()?,
        headers: headers.filter_map(header).collect(),
        forbid_headers: strings(case, "forbidHeaders"),
        require_headers: strings(case, "requireHeaders"),
        body: case.get("body").map(|_| string(case, "body")),
        media_type: string(case, "bodyMediaType"),
        bytes: string(case, "bytes"),
    })
}

fn expectation(case: &Map<String, Value>) -> Expectation {
    match case.get("expectation").and_then(|value| value.get("failure")) {
        Some(failure) => Expectation::Failure(failure.get("errorId").and_then(Value::as_str).map(str::to_owned)),
        None => Expectation::Success,
    }
}
