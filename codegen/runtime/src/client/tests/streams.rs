//! Tests of requests with a streaming body.

use bytes::Bytes;

use super::toy::{GetToy, TOY, Toy, ToyOutput, broken_body};
use crate::body::Body;
use crate::codec::MemoryLimit;
use crate::error::{DecodeError, ErrorMetadata, InputError, SdkError, UnknownError};
use crate::operation::{Request, Service};
use crate::protocol::{ClientProtocol, aws_json::AwsJson};
use crate::schema::{self, DeserializableShape, OperationSchema, SerializableShape};
use crate::testing::{MockResponse, TransportFault};

/// A protocol whose bodies are streams, like those of operations with a streaming member.
#[derive(Debug)]
enum Streaming {
    Once,
    Again,
    /// The streams fail when they are read.
    Broken,
}

impl ClientProtocol for Streaming {
    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<http::Request<Body>, InputError> {
        let request = AwsJson::V1_1.serialize_request(operation, input)?;
        Ok(request.map(|body| match self {
            Self::Once => Body::wrap(body),
            Self::Again => Body::replayable(body.content_length(), move || Body::wrap(body.try_clone().unwrap())),
            Self::Broken => broken_body(),
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

pub(super) static ONCE: Service = Service { protocol: &Streaming::Once, ..TOY };
static AGAIN: Service = Service { protocol: &Streaming::Again, ..TOY };
static BROKEN: Service = Service { protocol: &Streaming::Broken, ..TOY };

macro_rules! request {
    ($request:ident, $service:ident, $operation:expr) => {
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
            const OPERATION: &'static OperationSchema = $operation;
        }
    };
}

request!(SendOnce, ONCE, GetToy::OPERATION);
request!(SendAgain, AGAIN, GetToy::OPERATION);
request!(SendBroken, BROKEN, GetToy::OPERATION);

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
fn a_stream_is_not_sent_over_plain_http() {
    let toy = Toy::of(&ONCE, |config| config.endpoint_url("http://toys.example.com"));
    let error = toy.send(SendOnce::default()).unwrap_err();
    assert!(matches!(error, SdkError::Input(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "GetToy failed: cannot send a stream to http://toys.example.com: its content is not signed, so it requires https; \
         use an endpoint with https, or pass the body as bytes"
    );
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn a_stream_has_no_bytes_before_it_is_sent() {
    assert_eq!(SendOnce::default().to_body().unwrap_err().to_string(), "the request's body is a stream, not bytes");
}

#[test]
fn a_mock_reads_the_whole_stream() {
    let toy = Toy::of(&BROKEN, |config| config);
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    assert_eq!(
        toy.send(SendBroken::default()).unwrap_err().to_string(),
        "GetToy failed: cannot read the request's body: connection reset"
    );
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

/// Sending a large file may take longer than the default timeouts of other attempts and calls.
#[test]
fn an_attempt_that_sends_a_stream_has_no_timeout_by_default() {
    use crate::{timeout::TimeoutConfig, transport::Settings};
    let second = std::time::Duration::from_secs(1);
    let limits = |timeouts| {
        let toy = Toy::of(&AGAIN, |config| config.timeouts(timeouts));
        toy.mock.respond("GetToy", MockResponse::json("{}"));
        toy.send(SendAgain::default()).unwrap();
        let settings: Settings = toy.mock.requests()[0].http().extensions().get().cloned().unwrap();
        (settings.attempt_timeout, settings.read_timeout)
    };
    assert_eq!(limits(TimeoutConfig::new()), (None, Some(300 * second)));
    assert_eq!(limits(TimeoutConfig::new().attempt(3 * second)).0, Some(3 * second));
    assert_eq!(limits(TimeoutConfig::new().call(second)).0, Some(second));
}

#[cfg(feature = "event-stream")]
#[test]
fn a_protocol_need_not_support_events() {
    let error = Streaming::Once.serialize_payload(&GetToy::default()).unwrap_err();
    assert_eq!(error.to_string(), "the protocol does not support events in requests");
}

static PRESIGNED_GET: OperationSchema = OperationSchema::new(
    &super::toy::TOY_SCHEMA,
    "ToyBox_v1.GetToy",
    schema::of::<SendAgain>(),
    schema::of::<ToyOutput>(),
)
.with_presigned_get();

request!(GetPresigned, TOY, &PRESIGNED_GET);

#[test]
fn a_presigned_get_has_the_members_of_the_body_in_its_query_string() {
    use crate::{clock::block_on, options::CallOptions};
    let (toy, hour) = (Toy::new(), std::time::Duration::from_secs(3600));
    let request = || GetPresigned { name: Some("bear".to_owned()) };
    let signed = block_on(toy.client.presign(request(), CallOptions::new(), hour)).unwrap();
    assert_eq!((signed.method().as_str(), signed.body().content_length()), ("GET", Some(0)));
    assert!(!signed.headers().contains_key("content-type"), "{signed:?}");
    let uri = signed.uri().to_string();
    assert!(uri.contains("?Name=bear&X-Amz-Algorithm=") && !uri.contains("content-type"), "{uri}");
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    toy.send(request()).unwrap();
    assert_eq!(toy.mock.requests()[0].http().method(), "POST");
    assert_eq!(toy.mock.requests()[0].body(), r#"{"Name":"bear"}"#);
}

#[cfg(feature = "tree-hash")]
mod tree_hash {
    use http::{HeaderName, HeaderValue};

    use super::*;
    use crate::client::tests::toy::TOY_SCHEMA;
    use crate::clock::block_on;
    use crate::options::CallOptions;
    use crate::schema::Checksum;

    /// The SHA-256 of `{"Name":"bear"}`.
    const BEAR: &str = "a2e82f18923873634d857dd70c3d501b7f80b160c88747cac53d3dcbcc315753";

    static HASHED: OperationSchema =
        OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.GetToy", schema::of::<SendAgain>(), schema::of::<ToyOutput>())
            .with_checksum(Checksum::TreeHash);

    request!(HashOnce, ONCE, &HASHED);
    request!(HashAgain, AGAIN, &HASHED);
    request!(HashBytes, TOY, &HASHED);

    fn hashes(toy: &Toy) -> Vec<[Option<String>; 2]> {
        let header = |request: &crate::testing::RecordedRequest, name| request.header(name).map(str::to_owned);
        let names = ["x-amz-content-sha256", "x-amz-sha256-tree-hash"];
        toy.mock.requests().iter().map(|request| names.map(|name| header(request, name))).collect()
    }

    #[test]
    fn each_attempt_has_the_hashes_of_the_body() {
        let own = Some(BEAR.to_owned());
        let toy = Toy::of(&AGAIN, |config| config);
        toy.mock.respond("GetToy", TransportFault::ConnectionReset).respond("GetToy", MockResponse::json("{}"));
        toy.send(HashAgain { name: Some("bear".to_owned()) }).unwrap();
        assert_eq!(hashes(&toy), [[own.clone(), own.clone()], [own.clone(), own.clone()]]);
        let signed = toy.mock.requests()[0].header("authorization").unwrap().to_owned();
        assert!(signed.contains("x-amz-content-sha256;") && signed.contains("x-amz-sha256-tree-hash"), "{signed}");

        let toy = Toy::new();
        toy.mock.respond("GetToy", MockResponse::json("{}"));
        let name = HeaderName::from_static("x-amz-sha256-tree-hash");
        let options = CallOptions::new().header(name, HeaderValue::from_static("mine"));
        block_on(toy.client.send(HashBytes { name: Some("bear".to_owned()) }, options)).unwrap();
        assert_eq!(hashes(&toy), [[own, Some("mine".to_owned())]]);
    }

    #[test]
    fn a_presigned_request_has_the_hashes_of_the_body() {
        let toy = Toy::new();
        let request = HashBytes { name: Some("bear".to_owned()) };
        let hour = std::time::Duration::from_secs(3600);
        let signed = block_on(toy.client.presign(request, CallOptions::new(), hour)).unwrap();
        assert_eq!(signed.headers()["x-amz-content-sha256"], BEAR);
        assert_eq!(signed.headers()["x-amz-sha256-tree-hash"], BEAR);
    }

    #[test]
    fn a_body_that_can_be_read_only_once_is_an_error() {
        let toy = Toy::of(&ONCE, |config| config);
        assert_eq!(
            toy.send(HashOnce::default()).unwrap_err().to_string(),
            "GetToy failed: cannot compute the hashes that the operation requires, because the body is a stream that can be \
             read only once; pass the body as bytes or as a file"
        );
        assert!(toy.mock.requests().is_empty());
    }
}
