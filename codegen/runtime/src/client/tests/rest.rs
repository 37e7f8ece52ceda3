//! Tests of requests and responses with HTTP bindings, over a mock transport.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::{HeaderName, HeaderValue};

use super::toy::{TOY, TOY_SCHEMA, Toy, ToyOutput};
use crate::error::{self, ErrorShape as _, SdkError};
use crate::interceptor::{Attempt, Interceptor, Outcome};
use crate::operation::{Request, Service};
use crate::protocol::rest_json::RestJson;
use crate::schema::{self, OperationSchema};
use crate::testing::MockResponse;

static REST: Service = Service { protocol: &RestJson, ..TOY };

static PUT: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Put", schema::of::<Put>(), schema::of::<ToyOutput>())
        .with_http("PUT", "/toys")
        .with_headers(&[("accept", "application/json")])
        .with_errors(&[
            schema::of::<Broken>(),
            schema::of::<Missing>(),
            schema::of::<Busy>(),
            schema::of::<Lost>(),
            schema::of::<Shy>(),
        ]);

#[derive(Clone, Debug, Default, PartialEq)]
struct Put {
    headers: Option<BTreeMap<String, String>>,
}

schema::structure! {
    Put: "toy", "Put";
    option "Headers" headers: Map(String; String) [HttpPrefixHeaders("")];
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Broken {
    part: Option<String>,
    status: Option<i32>,
    shelf: Option<i64>,
    message: Option<String>,
    note: Option<String>,
}

schema::structure! {
    Broken: "toy", "Broken" [AwsQueryError("Toy.Broken")];
    option "Part" part: String [HttpHeader("X-Part")];
    option "Status" status: Integer [HttpResponseCode];
    option "Shelf" shelf: Long;
    option "message" message: String;
    option "Note" note: String;
}

error::modeled!(Broken, Server, option message);

#[derive(Clone, Debug, Default, PartialEq)]
struct Missing {}

schema::structure! {
    Missing: "toy", "Missing";
}

error::modeled!(Missing, Client);

#[derive(Clone, Debug, Default, PartialEq)]
struct Gone {}

schema::structure! {
    Gone: "toy", "Gone" [HttpError(410)];
}

error::modeled!(Gone, Client);

/// An error whose message is in a header.
#[derive(Clone, Debug, Default, PartialEq)]
struct Busy {
    reason: Option<String>,
    note: Option<String>,
}

schema::structure! {
    Busy: "toy", "Busy";
    option "Message" reason: String [HttpHeader("X-Reason")];
    option "Note" note: String;
}

error::modeled!(Busy, Client, option reason);

/// An error whose message is in a member with a different name.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shy {
    reason: Option<String>,
}

schema::structure! {
    Shy: "toy", "Shy";
    option "Reason" reason: String [HttpHeader("X-Reason")];
}

error::modeled!(Shy, Client, option reason);

/// An error whose message is the body.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lost {
    message: String,
}

schema::structure! {
    Lost: "toy", "Lost";
    required "message" message: String [HttpPayload];
}

error::modeled!(Lost, Client, required message);

#[derive(Clone, Debug, PartialEq)]
enum PutError {
    Busy(Busy),
    Lost(Lost),
    Broken(Broken),
    Missing(Missing),
    Gone(Gone),
    Shy(Shy),
    Unknown(error::UnknownError),
}

error::service_error! { PutError; Broken; Missing; Gone; Busy; Lost; Shy; }

impl Request for Put {
    type Response = ToyOutput;
    type Error = PutError;
    const SERVICE: &'static Service = &REST;
    const OPERATION: &'static OperationSchema = &PUT;
}

/// A request for the same operation in a service that uses awsJson.
#[derive(Default)]
struct JsonPut;

schema::structure! {
    JsonPut: "toy", "JsonPut";
}

impl Request for JsonPut {
    type Response = ToyOutput;
    type Error = PutError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = &PUT;
}

fn failure<R: Request<Error = PutError> + Default>(response: MockResponse) -> SdkError<PutError> {
    let toy = Toy::of(R::SERVICE, |config| config.retry(crate::retry::RetryConfig::off()));
    toy.mock.respond("Put", response);
    toy.send(R::default()).map(drop).unwrap_err()
}

#[test]
fn a_header_of_the_endpoint_replaces_that_of_the_input() {
    let toy = Toy::of(&REST, |config| config.endpoint_param("Shelf", "top".to_owned()));
    toy.mock.respond("Put", MockResponse::json("{}"));
    let headers = Some(BTreeMap::from([("x-shelf".to_owned(), "low".to_owned())]));
    toy.send(Put { headers }).unwrap();
    let sent: Vec<_> = toy.mock.requests()[0].http().headers().get_all("x-shelf").iter().cloned().collect();
    assert_eq!(sent, ["top"]);
}

#[test]
fn a_modeled_error_of_the_mock_has_its_members() {
    let message = Some("it is \"off\"".to_owned());
    let broken = Broken { part: Some("arm".to_owned()), status: Some(503), shelf: Some(7), message, note: None };
    let error = failure::<Put>(MockResponse::modeled_error(&broken).unwrap());
    assert_eq!(error.service(), Some(&PutError::Broken(broken.clone())));
    assert_eq!((error.code(), error.status().map(|status| status.as_u16())), (Some("Broken"), Some(503)));
    let without_status = Broken { status: None, ..broken };
    let error = failure::<Put>(MockResponse::modeled_error(&without_status).unwrap());
    assert_eq!(error.service(), Some(&PutError::Broken(Broken { status: Some(500), ..without_status })));
    for error in [
        failure::<Put>(MockResponse::modeled_error(&Missing {}).unwrap()),
        failure::<JsonPut>(MockResponse::modeled_error(&Missing {}).unwrap()),
    ] {
        assert_eq!(error.service(), Some(&PutError::Missing(Missing {})));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    }
    let error = failure::<Put>(MockResponse::modeled_error(&Gone {}).unwrap());
    assert_eq!(error.service(), Some(&PutError::Gone(Gone {})));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(410));
}

#[test]
fn the_default_status_of_a_mock_response_is_a_success() {
    let mock = |status| MockResponse::ok(&Broken { status: Some(status), ..Broken::default() });
    let of_default = format!("{:?}", mock(0).unwrap());
    assert!(of_default.contains("status: 200"), "{of_default}");
    assert_eq!(
        mock(20).unwrap_err().to_string(),
        "Broken.Status: expected an HTTP status, found a number out of range"
    );
}

#[test]
fn an_error_has_the_message_that_the_mock_sets() {
    let error = failure::<Put>(MockResponse::error("Broken", "off"));
    let Some(PutError::Broken(broken)) = error.service() else { panic!("{error}") };
    assert_eq!(broken.message(), Some("off"));
}

/// An interceptor that stores the message of the last error.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<String>>);

impl Interceptor for Seen {
    fn after_attempt(&self, _: &Attempt<'_>, outcome: Outcome<'_>) {
        if let Outcome::Failure { error } = outcome {
            *self.0.lock().unwrap() = error.to_string();
        }
    }
}

#[test]
fn the_message_of_an_error_can_be_in_a_header_or_the_whole_body() {
    for (code, reason, body, shown) in [
        ("Busy", Some("asleep"), "{}", "Busy: asleep"),
        ("Busy", Some("asleep"), r#"{"message": "other"}"#, "Busy: asleep"),
        ("Busy", None, r#"{"message": "other"}"#, "Busy: other"),
        ("Busy", Some("asleep"), r#"{"Note": 5}"#, "Busy: asleep"),
        ("Busy", None, "{}", "Busy"),
        ("Shy", Some("asleep"), "{}", "Shy: asleep"),
        ("Lost", None, "no such toy", "Lost: no such toy"),
        ("Lost", None, "", "Lost"),
    ] {
        let header = |response: MockResponse, name, value| {
            response.header(HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let mut response = header(MockResponse::json(body).status(400), "x-amzn-errortype", code);
        if let Some(reason) = reason {
            response = header(response, "x-reason", reason);
        }
        let seen = Seen::default();
        let toy = Toy::of(&REST, |config| config.interceptor(seen.clone()));
        toy.mock.respond("Put", response);
        let error = toy.send(Put::default()).unwrap_err();
        let early = if code == "Shy" { "Put failed: Shy (".to_owned() } else { format!("Put failed: {shown} (") };
        assert!(seen.0.lock().unwrap().starts_with(&early), "{seen:?}");
        assert_eq!(error.to_string(), format!("Put failed: {shown} (HTTP 400, request ID mock-request-id)"));
        let message = shown.split_once(": ").map(|(_, message)| message);
        assert_eq!(error.message(), message);
        assert_eq!(error.deserialize_error_as::<error::UnknownError>().message(), message);
    }
}

#[test]
fn the_members_after_a_malformed_member_of_an_error_are_read() {
    let body = r#"{"Shelf": "top", "message": 5, "Note": "n"}"#;
    for (part, body, expected) in [
        (&b"arm"[..], body, Some("n")),
        (b"\xff", body, Some("n")),
        (b"arm", r#"{"Note": "n", "Shelf""#, Some("n")),
        (b"arm", "[", None),
    ] {
        let response = MockResponse::json(body)
            .status(503)
            .header(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static("Broken"))
            .header(HeaderName::from_static("x-part"), HeaderValue::from_bytes(part).unwrap());
        let error = failure::<Put>(response);
        let Some(PutError::Broken(broken)) = error.service() else { panic!("{error}") };
        assert_eq!((broken.status, broken.shelf, broken.note.as_deref()), (Some(503), None, expected), "{body}");
    }
}

#[test]
fn a_recorded_request_does_not_contain_the_clients_own_headers() {
    let toy = Toy::of(&REST, |config| config);
    toy.mock.respond("Put", MockResponse::json("{}"));
    let put = Put { headers: Some(BTreeMap::from([("color".to_owned(), "red".to_owned())])) };
    toy.send(put.clone()).unwrap();
    let recorded = &toy.mock.requests()[0];
    assert_eq!(recorded.header("accept"), Some("application/json"));
    assert_eq!(recorded.request::<Put>().unwrap(), put);
}

#[test]
fn a_recorded_request_may_have_an_encoding_that_the_caller_set() {
    let toy = Toy::of(&REST, |config| config);
    toy.mock.respond("Put", MockResponse::json("{}"));
    let put = Put { headers: Some(BTreeMap::from([("content-encoding".to_owned(), "br".to_owned())])) };
    toy.send(put.clone()).unwrap();
    assert_eq!(toy.mock.requests()[0].request::<Put>().unwrap(), put);
}
