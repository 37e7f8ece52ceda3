//! Requests with a streaming body.

use bytes::Bytes;

use super::toy::{GetToy, TOY, Toy, ToyOutput};
use crate::body::Body;
use crate::codec::MemoryLimit;
use crate::error::{DecodeError, ErrorMetadata, InputError, SdkError, UnknownError};
use crate::operation::{Request, Service};
use crate::protocol::{ClientProtocol, aws_json::AwsJson};
use crate::schema::{self, DeserializableShape, OperationSchema, SerializableShape};
use crate::testing::{MockResponse, TransportFault};

/// A protocol whose bodies are streams, like those of operations with a streaming member.
#[derive(Debug)]
struct Streaming {
    replayable: bool,
}

impl ClientProtocol for Streaming {
    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<http::Request<Body>, InputError> {
        let request = AwsJson::V1_1.serialize_request(operation, input)?;
        Ok(request.map(|body| match self.replayable {
            true => Body::replayable(body.content_length(), move || Body::wrap(body.try_clone().unwrap())),
            false => Body::wrap(body),
        }))
    }

    fn deserialize_response(
        &self,
        response: &mut http::Response<Body>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        AwsJson::V1_1.deserialize_response(response, limit, output)
    }

    fn error_metadata(&self, response: &http::Response<Bytes>) -> ErrorMetadata {
        AwsJson::V1_1.error_metadata(response)
    }

    fn deserialize_error(
        &self,
        response: &http::Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        AwsJson::V1_1.deserialize_error(response, error)
    }
}

static ONCE: Service = Service { protocol: &Streaming { replayable: false }, ..TOY };
static AGAIN: Service = Service { protocol: &Streaming { replayable: true }, ..TOY };

macro_rules! request {
    ($request:ident, $service:ident) => {
        #[derive(Default)]
        struct $request {
            name: Option<String>,
        }

        schema::structure! {
            $request: "toy", "GetToy";
            option "Name" name: String;
        }

        impl Request for $request {
            type Response = ToyOutput;
            type Error = UnknownError;
            const SERVICE: &'static Service = &$service;
            const OPERATION: &'static OperationSchema = <GetToy as Request>::OPERATION;
        }
    };
}

request!(SendOnce, ONCE);
request!(SendAgain, AGAIN);

#[test]
fn a_stream_is_sent_unsigned_over_https_with_its_length() {
    let toy = Toy::of(&ONCE, |config| config);
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    toy.send(SendOnce { name: Some("bear".to_owned()) }).unwrap();
    let request = &toy.mock.requests()[0];
    assert_eq!(request.body(), r#"{"Name":"bear"}"#);
    assert_eq!(request.header("content-length"), Some("15"));
    assert_eq!(request.header("x-amz-content-sha256"), Some("UNSIGNED-PAYLOAD"));
    assert!(request.header("authorization").unwrap().contains("x-amz-content-sha256"));

    let toy = Toy::new();
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    toy.send(GetToy::default()).unwrap();
    assert_eq!(toy.mock.requests()[0].header("x-amz-content-sha256"), None, "bytes are signed");
}

#[test]
fn a_stream_is_not_sent_where_anybody_could_change_it() {
    let toy = Toy::of(&ONCE, |config| config.endpoint_url("http://toys.example.com"));
    let error = toy.send(SendOnce::default()).unwrap_err();
    assert!(matches!(error, SdkError::Input(_)), "{error:?}");
    let line = error.to_string();
    assert!(line.contains("http://toys.example.com") && line.contains("use an endpoint with https"), "{line}");
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn a_call_is_retried_if_its_body_can_be_sent_again() {
    let fail = |service| {
        let toy = Toy::of(service, |config| config);
        toy.mock.respond("GetToy", TransportFault::ConnectionReset).respond("GetToy", MockResponse::json("{}"));
        toy
    };
    let toy = fail(&ONCE);
    let error = toy.send(SendOnce::default()).unwrap_err();
    assert_eq!((error.attempts(), toy.mock.requests().len()), (1, 1));

    let toy = fail(&AGAIN);
    assert_eq!(toy.send(SendAgain { name: Some("bear".to_owned()) }).unwrap().attempts(), 2);
    assert_eq!(toy.mock.requests()[1].body(), r#"{"Name":"bear"}"#);
}
