//! Tests of the exact error message for each way in which a call can fail.

use http::header::{CONTENT_ENCODING, HeaderName, HeaderValue};

use super::toy::{GetToy, TOY, Toy, broken_body};
use crate::BoxFuture;
use crate::body::Body;
use crate::client::Client;
use crate::clock::block_on;
use crate::config::{Builder, Config, ConfigError, ConfigErrorKind, EndpointUrls, MissingRegion, SettingOrigin};
use crate::credentials::{Credentials, CredentialsError, CredentialsErrorKind, ProvideCredentials};
use crate::endpoint::ResolveError;
use crate::error::{MissingMember, SdkError, UnknownError};
use crate::operation::{Request, Service};
use crate::options::CallOptions;
use crate::retry::RetryConfig;
use crate::schema::{self, OperationSchema};
use crate::sigv4::SigningError;
use crate::testing::{MockResponse, MockTransport, TransportFault};
use crate::transport::{Transport, TransportError};

#[test]
fn errors_that_the_service_returns() {
    let id = HeaderName::from_static("x-amzn-requestid");
    let html = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>";
    let plain = |body: &'static str| MockResponse::json(body).header(id.clone(), HeaderValue::from_static("1234"));
    for (response, line) in [
        (
            plain(r#"{"__type":"ToyNotFound","Message":"Toy 't-0' does not exist."}"#).status(400),
            "GetToy failed: ToyNotFound: Toy 't-0' does not exist. (HTTP 400, request ID 1234)",
        ),
        (plain(r#"{"__type":"ToyNotFound"}"#).status(404), "GetToy failed: ToyNotFound (HTTP 404, request ID 1234)"),
        (
            plain(r#"{"__type":"Broken","Message":"two\r\n\tlines"}"#).status(400),
            "GetToy failed: Broken: two lines (HTTP 400, request ID 1234)",
        ),
        (
            plain(html).status(500),
            "GetToy failed: HTTP 500 without an error code (request ID 1234); the body starts with: \
             <!doctype html> <html lang=en> <title>500 Internal Server Error</title>",
        ),
        (plain("").status(502), "GetToy failed: HTTP 502 without an error code (request ID 1234); the body is empty"),
        (
            plain(r#"{"error": "no such page"}"#).status(404),
            "GetToy failed: HTTP 404 without an error code (request ID 1234); the body is JSON (see `raw_body`)",
        ),
        (
            plain("").status(502).header(id.clone(), HeaderValue::from_static("12\t34")),
            "GetToy failed: HTTP 502 without an error code (request ID 12 34); the body is empty",
        ),
        (
            plain("{").status(200),
            "GetToy failed: cannot deserialize the response: invalid JSON at line 1 column 2: expected a string, found \
             the end of the input (HTTP 200, request ID 1234)",
        ),
    ] {
        let toy = Toy::with(|config| config.retry(RetryConfig::off()));
        toy.mock.respond("GetToy", response);
        assert_eq!(toy.get().unwrap_err().to_string(), line);
    }
}

#[test]
fn a_long_body_is_truncated() {
    let toy = Toy::with(|config| config.retry(RetryConfig::off()));
    toy.mock.respond("GetToy", MockResponse::json("é".repeat(1000)).status(500));
    let line = toy.get().unwrap_err().to_string();
    assert!(line.ends_with(&format!("the body starts with: {}…", "é".repeat(120))), "{line}");
}

#[test]
fn errors_of_the_transport() {
    for (fault, line) in [
        (
            TransportFault::ConnectionRefused,
            "GetToy failed: cannot connect to the mock: connection refused (3 attempts)",
        ),
        (
            TransportFault::ConnectionReset,
            "GetToy failed: the connection to the mock failed: connection reset (3 attempts)",
        ),
        (TransportFault::ConnectTimeout, "GetToy failed: connecting to the mock timed out (3 attempts)"),
        (TransportFault::BadCertificate, "GetToy failed: the mock's certificate is not trusted"),
        (
            TransportFault::Hang,
            "GetToy failed: no complete response from https://toy.eu-west-1.example.com within 600s (2 attempts)",
        ),
    ] {
        let toy = Toy::new();
        toy.mock.respond_with("GetToy", move |_| fault.into());
        // If the server does not respond, two attempts are enough to show that the failure is retried.
        let retry = if fault == TransportFault::Hang { 2 } else { 3 };
        let options = CallOptions::new().retry(RetryConfig::standard().max_attempts(retry));
        assert_eq!(toy.get_with(options).unwrap_err().to_string(), line);
    }
}

#[test]
fn errors_before_anything_is_sent() {
    let mock = MockTransport::new();
    let base = || Config::builder().transport(mock.clone());
    let credentials = || Credentials::new("AKIDEXAMPLE", "secret");
    for (config, line) in [
        (
            base().region("mars-north-1").credentials_provider(credentials()),
            "GetToy failed: there is no endpoint in mars-north-1",
        ),
        (
            base().region("eu-west-1").credentials_provider(credentials()).endpoint_url("localhost"),
            "GetToy failed: the endpoint `localhost` is not a valid URL; expected one that starts with https:// or http://",
        ),
        (
            base().region("eu-west-1").credentials_provider(Credentials::new("line\nbreak", "secret")),
            "GetToy failed: the access key ID or session token contains a character that is not allowed in HTTP headers",
        ),
    ] {
        let client = Client::new(&TOY, config.build());
        let error = block_on(client.send(GetToy::default(), CallOptions::new())).unwrap_err();
        assert_eq!(error.to_string(), line);
        assert_eq!(error.attempts(), 0);
        assert!(!error.is_retryable());
        if let SdkError::Credentials(failure) = error {
            let cause = failure.cause().get_ref().and_then(|cause| cause.downcast_ref());
            assert_eq!(cause, Some(&SigningError::InvalidCredentials));
        }
    }
    assert_eq!(
        CredentialsError::from(SigningError::KeyDerivation).to_string(),
        "no SigV4a signing key can be derived from the credentials"
    );
    let begins = |config: crate::config::Builder, start: &str| {
        let client = Client::new(&TOY, config.build());
        let line = block_on(client.send(GetToy::default(), CallOptions::new())).unwrap_err().to_string();
        assert!(line.starts_with(start) && !line.contains('\n'), "{line}");
    };
    begins(
        base().credentials_provider(credentials()),
        "GetToy failed: no region: the configuration was built without one; add `.region(\"us-east-1\")` to \
         `Config::builder()`, or load it with `from_env()`, which reads AWS_REGION and the profile",
    );
    begins(
        base().region("eu-west-1"),
        "GetToy failed: no credentials: the configuration was built without any; add `.credentials_provider(…)` to \
         `Config::builder()`, or load the configuration from the environment (`from_env()`)",
    );
    let bad = GetToy { prefix: Some("evil.example/".to_owned()), ..GetToy::default() };
    let client = Client::new(&TOY, base().region("eu-west-1").credentials_provider(credentials()).build());
    let error = block_on(client.send(bad, CallOptions::new())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "GetToy failed: invalid value for `Prefix`, which is part of the host name; expected 1 to 63 letters, digits \
         and hyphens, without a hyphen at the start or end"
    );
    assert!(matches!(error, SdkError::Input(_)));
    assert!(mock.requests().is_empty());
}

/// A source of endpoint URLs that are all invalid.
#[derive(Debug)]
struct InvalidUrls;

impl EndpointUrls for InvalidUrls {
    fn endpoint_url(&self, _: &str) -> Result<Option<String>, ConfigError> {
        Err(ConfigError::invalid(SettingOrigin::Variable("AWS_ENDPOINT_URL".to_owned()), "x", "a URL"))
    }
}

#[test]
fn a_program_can_distinguish_the_causes_of_endpoint_errors() {
    let fail = |config: Builder| {
        let client = Client::new(&TOY, config.transport(MockTransport::new()).build());
        match block_on(client.send(GetToy::default(), CallOptions::new())) {
            Err(SdkError::Endpoint(failure)) => failure.into_cause(),
            other => panic!("{other:?}"),
        }
    };
    let config = || Config::builder().credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    assert!(fail(config()).get_ref().is::<MissingRegion>());
    assert!(fail(config().region("mars-north-1")).get_ref().is::<ResolveError>());
    let invalid = fail(config().region("eu-west-1").endpoint_urls(InvalidUrls));
    let ConfigErrorKind::InvalidValue { value, .. } = invalid.get_ref().downcast_ref::<ConfigError>().unwrap().kind()
    else {
        panic!("{invalid}")
    };
    assert_eq!(value, "x");
}

/// A provider whose file cannot be read.
#[derive(Debug)]
struct MissingFile;

impl ProvideCredentials for MissingFile {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
        let error = CredentialsError::new("cannot read the file").because(cause).context("profile `dev`");
        Box::pin(std::future::ready(Err(error)))
    }
}

#[test]
fn a_program_can_distinguish_the_reasons_why_there_are_no_credentials() {
    let fail = |config: Builder| {
        let client = Client::new(&TOY, config.region("eu-west-1").transport(MockTransport::new()).build());
        match block_on(client.send(GetToy::default(), CallOptions::new())) {
            Err(SdkError::Credentials(failure)) => failure.into_cause(),
            other => panic!("{other:?}"),
        }
    };
    let config = Config::builder;
    assert_eq!(fail(config()).kind(), CredentialsErrorKind::NotConfigured);
    let invalid = Credentials::new("line\nbreak", "secret");
    assert_eq!(fail(config().credentials_provider(invalid)).kind(), CredentialsErrorKind::Invalid);
    let failed = fail(config().credentials_provider(MissingFile));
    assert_eq!(failed.kind(), CredentialsErrorKind::Failed);
    assert_eq!(failed.to_string(), "profile `dev`: cannot read the file: entity not found");
    let cause = failed.get_ref().unwrap().downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn the_accessors_return_what_display_prints() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::error("ThrottlingException", "slow down").status(400));
    let error = toy.get().unwrap_err();
    assert_eq!(error.operation(), "GetToy");
    assert_eq!(error.code(), Some("ThrottlingException"));
    assert_eq!(error.message(), Some("slow down"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert_eq!(error.request_id(), Some("mock-request-id"));
    assert_eq!(error.attempts(), 3);
    assert!(error.is_retryable() && error.is_throttling() && !error.is_timeout());
    assert!(error.raw_body().unwrap().starts_with(b"{"));
    assert!(error.headers().unwrap().contains_key("content-type"));
    assert_eq!(error.service().unwrap().code, "ThrottlingException");
    let line = error.to_string();
    let mapped = error.map_service(|error| UnknownError { code: format!("My{}", error.code), message: None });
    assert_eq!(mapped.service().unwrap().code, "MyThrottlingException");
    assert_eq!(mapped.to_string(), line, "the line is what the service said");
    assert_eq!(mapped.into_service().unwrap().code, "MyThrottlingException");
}

#[test]
fn an_incomplete_response_is_retried_and_the_error_contains_the_server() {
    /// A custom transport whose response bodies fail with an error that is not a `TransportError`.
    #[derive(Debug)]
    struct BreaksOff;

    impl Transport for BreaksOff {
        fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            Box::pin(std::future::ready(Ok(http::Response::new(broken_body()))))
        }
    }

    let error = Toy::with(|config| config.transport(BreaksOff)).get().unwrap_err();
    assert_eq!(
        error.to_string(),
        "GetToy failed: the response from https://toy.eu-west-1.example.com ended early: connection reset (3 attempts)"
    );
}

#[test]
fn the_error_for_a_missing_mock_response_contains_the_operation() {
    let toy = Toy::new();
    toy.mock.respond("Look", MockResponse::json("{}"));
    assert_eq!(
        toy.get().unwrap_err().to_string(),
        "GetToy failed: the mock transport has no response for `GetToy`; add one with `respond` or `respond_with`"
    );
}

#[test]
fn an_unknown_member_of_a_union_cannot_be_sent() {
    let toy = Toy::new();
    let error = toy.send(Paint { colour: Some(Colour::Unknown("Plaid".to_owned())) }).unwrap_err();
    assert!(matches!(error, SdkError::Input(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "GetToy failed: cannot serialize the request: unknown member `Plaid` of the union `Colour`"
    );
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn a_missing_member_is_an_error_without_a_failed_call() {
    let error: SdkError = MissingMember { structure: "CreateBackupResponse", member: "Backup" }.into();
    assert_eq!(error.to_string(), "CreateBackupResponse has no Backup");
    assert!(matches!(error, SdkError::ResponseError(_)));
}

/// A request with a union member.
struct Paint {
    colour: Option<Colour>,
}

enum Colour {
    Plain(String),
    Unknown(String),
}

schema::structure! {
    Paint: "toy", "GetToy";
    option "Colour" colour: Union;
}

schema::union! {
    Colour: "toy", "Colour";
    "Plain" Plain: String;
}

impl Request for Paint {
    type Response = <GetToy as Request>::Response;
    type Error = UnknownError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = <GetToy as Request>::OPERATION;
}

#[test]
fn the_error_for_an_encoded_response_contains_the_problem_and_the_encoding() {
    let error_for = |encoding: &'static str| {
        let toy = Toy::new();
        let encoding = HeaderValue::from_static(encoding);
        toy.mock.respond("GetToy", MockResponse::json(r#"{"Name":1}"#).header(CONTENT_ENCODING, encoding));
        toy.get().unwrap_err().to_string()
    };
    for (encoding, line) in [
        (
            "br",
            "GetToy failed: cannot deserialize the response: ToyOutput.Name: expected a string, found a number; the \
             content encoding is `br`, which was not requested (HTTP 200, request ID mock-request-id)",
        ),
        (
            "identity",
            "GetToy failed: cannot deserialize the response: ToyOutput.Name: expected a string, found a number (HTTP \
             200, request ID mock-request-id)",
        ),
    ] {
        assert_eq!(error_for(encoding), line);
    }
}

/// If `main` returns an error, the program prints it with `Debug`. The first line of this output must be the line that
/// `Display` prints.
#[test]
fn debug_prints_the_line_of_display_first() {
    let toy = Toy::with(|config| config.retry(RetryConfig::off()));
    toy.mock.respond("GetToy", MockResponse::error("ToyNotFound", "no such toy"));
    toy.mock.respond("GetToy", TransportFault::ConnectionReset);
    toy.mock.respond("GetToy", MockResponse::json("busy").status(503));

    let error = toy.get().unwrap_err();
    let (line, details) = (error.to_string(), format!("{error:?}"));
    let (first, rest) = details.split_once('\n').unwrap();
    assert_eq!(first, line);
    assert!(
        rest.starts_with("Service { operation: \"GetToy\", cause: ") && rest.contains("status: Some(400)"),
        "{rest}"
    );

    let error = toy.get().unwrap_err();
    let pretty = format!("{error:#?}");
    assert!(pretty.starts_with(&format!("{error}\nTransport {{\n    operation: \"GetToy\",\n")), "{pretty}");
    assert!(pretty.contains("cause: the connection to "), "{pretty}");
    assert!(pretty.contains(": connection reset (Closed),\n"), "{pretty}");

    assert_eq!(
        format!("{:?}", toy.get().unwrap_err()),
        "GetToy failed: HTTP 503 without an error code (request ID mock-request-id); the body starts with: busy\n\
         ResponseError { operation: \"GetToy\", cause: the response has no error code, status: Some(503), \
         request_id: Some(\"mock-request-id\"), attempts: 1 }"
    );
}
