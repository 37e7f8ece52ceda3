//! Runs a model's protocol tests: `smithy.test#httpRequestTests`, `httpResponseTests` and `eventStreamTests`.
//!
//! A test case that fails panics with a list of all differences. The calls use a real client with a mock transport and
//! a random number generator that returns only zeros. The client has an identity for each authentication scheme: its
//! API key, its bearer token and its password are all `EXAMPLESECRET`.

#[cfg(feature = "event-stream")]
mod event_stream;
mod json;

#[cfg(feature = "event-stream")]
pub use event_stream::{EventStreamCase, MessageCase};

use std::fmt::Debug;
use std::marker::PhantomData;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{MockResponse, MockTransport, plain};
use crate::client::Client;
use crate::clock::block_on;
use crate::config::{Builder, Config};
use crate::credentials::{Credentials, Token};
use crate::error::SdkError;
use crate::operation::{Request, Service};
use crate::options::CallOptions;
use crate::primitives::ByteStream;
use crate::random::Random;
use crate::retry::RetryConfig;
use crate::schema::{
    DeserializableShape, ErrorCorrection, OperationSchema, SerializableShape, SerializableStruct, StructSchema, Trait,
    ValueRef,
};

/// The expected request of a test case. Empty fields are not checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestCase {
    /// The ID of the test case.
    pub id: &'static str,
    /// The client's endpoint, without the scheme.
    pub host: &'static str,
    /// The expected host, or an empty string if it is the endpoint's host.
    pub resolved_host: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path.
    pub uri: &'static str,
    /// The query parameters, each as `name=value`.
    pub query: &'static [&'static str],
    /// The names of query parameters that must be absent.
    pub forbid_query: &'static [&'static str],
    /// The names of query parameters that must be present.
    pub require_query: &'static [&'static str],
    /// The headers and their values.
    pub headers: &'static [(&'static str, &'static str)],
    /// The names of headers that must be absent.
    pub forbid_headers: &'static [&'static str],
    /// The names of headers that must be present.
    pub require_headers: &'static [&'static str],
    /// The body.
    pub body: Option<&'static [u8]>,
    /// The media type of the body. JSON and CBOR are compared by value, and other types are compared byte by byte.
    pub media_type: &'static str,
    /// The authentication scheme.
    pub auth_scheme: &'static str,
}

/// The response of a test case.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResponseCase {
    /// The ID of the test case.
    pub id: &'static str,
    /// The HTTP status.
    pub code: u16,
    /// The headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: &'static [u8],
    /// The expected error code, or an empty string if it is not checked.
    pub error_code: &'static str,
}

impl RequestCase {
    /// Checks that the request is serialized as expected.
    ///
    /// # Panics
    ///
    /// Panics if the serialized request differs.
    pub fn check<R: Request + DeserializableShape + ErrorCorrection>(&self, request: R) {
        self.check_round_trip(&request);
        let host = if self.host.is_empty() { "example.com" } else { self.host };
        let config = config(self.auth_scheme).endpoint_url(format!("https://{host}")).build();
        let client = Client::new(R::SERVICE, config);
        let problems = match block_on(client.prepare(request, CallOptions::new())) {
            Ok(request) => self.problems(host, &request.map(|body| body.as_bytes().cloned().unwrap_or_default())),
            Err(error) => vec![error.to_string()],
        };
        assert!(problems.is_empty(), "{}:\n{}", self.id, problems.join("\n"));
    }

    /// Checks that deserializing the serialized request, as a server does, yields the same request.
    fn check_round_trip<R: Request + DeserializableShape + ErrorCorrection>(&self, request: &R) {
        let write = |request: &R| {
            let written = R::SERVICE.protocol.serialize_request(R::OPERATION, request);
            written.map(|request| request.map(|body| body.as_bytes().cloned().unwrap_or_default()))
        };
        // If the request cannot be serialized, the call in `check` reports the error.
        let Ok(written) = write(request) else { return };
        let mut read = R::corrected();
        let result = R::SERVICE.protocol.deserialize_request(R::OPERATION, &written, &mut read);
        result.unwrap_or_else(|error| panic!("{}: cannot read the request: {error}", self.id));
        let again = write(&read)
            .unwrap_or_else(|error| panic!("{}: cannot serialize the request that was read: {error}", self.id));
        assert_eq!(format!("{written:?}"), format!("{again:?}"), "{}: the request changed in a round trip", self.id);
    }

    fn problems(&self, host: &str, request: &http::Request<Bytes>) -> Vec<String> {
        let mut problems = Vec::new();
        let mut same = |what: &str, found: &str, expected: &str| {
            if found != expected {
                problems.push(format!("expected the {what} {expected:?}, found {found:?}"));
            }
        };
        same("method", request.method().as_str(), self.method);
        same("path", request.uri().path(), self.uri);
        let host = host.split('/').next().unwrap_or_default();
        let host = if self.resolved_host.is_empty() { host } else { self.resolved_host };
        same("host", &joined(request.headers(), "host").unwrap_or_default(), host);
        self.query(request.uri().query().unwrap_or_default(), &mut problems);
        self.headers(request.headers(), &mut problems);
        self.authentication(request, &mut problems);
        if let Some(expected) = self.body {
            match plain(request) {
                Err(problem) => problems.push(problem),
                Ok(found) if self.is_same_body(&found, expected) => {}
                Ok(found) => problems.push(format!("expected the body\n{}\nfound\n{}", shown(expected), shown(&found))),
            }
        }
        problems
    }

    fn query(&self, query: &str, problems: &mut Vec<String>) {
        let has = |wanted: &str| query.split('&').any(|part| part == wanted);
        let names = |wanted: &str| query.split('&').any(|part| part.split('=').next() == Some(wanted));
        problems
            .extend(self.query.iter().filter(|part| !has(part)).map(|part| format!("missing {part:?} in the query")));
        let absent = self.require_query.iter().filter(|name| !names(name));
        problems.extend(absent.map(|name| format!("missing {name:?} in the query")));
        let present = self.forbid_query.iter().filter(|name| names(name));
        problems.extend(present.map(|name| format!("unexpected {name:?} in the query")));
    }

    fn headers(&self, headers: &HeaderMap, problems: &mut Vec<String>) {
        for &(name, expected) in self.headers {
            match joined(headers, name) {
                Some(found) if found == expected => {}
                Some(found) => problems.push(format!("expected {expected:?} in the header `{name}`, found {found:?}")),
                None => problems.push(format!("missing header `{name}`")),
            }
        }
        let absent = self.require_headers.iter().filter(|name| !headers.contains_key(**name));
        problems.extend(absent.map(|name| format!("missing header `{name}`")));
        let present = self.forbid_headers.iter().filter(|name| headers.contains_key(**name));
        problems.extend(present.map(|name| format!("unexpected header `{name}`")));
    }

    /// Checks that the request has the authentication scheme of the test case.
    fn authentication<T>(&self, request: &http::Request<T>, problems: &mut Vec<String>) {
        let authorization = joined(request.headers(), "authorization").unwrap_or_default();
        let starts_with = |scheme: &str| authorization.split(' ').next() == Some(scheme);
        let has_key = || {
            let query = request.uri().query().unwrap_or_default();
            let in_header = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.ends_with(SECRET));
            query.split('&').any(|part| part.ends_with(SECRET)) || request.headers().values().any(in_header)
        };
        let is_expected = match self.auth_scheme {
            "" => true,
            "aws.auth#sigv4" => starts_with("AWS4-HMAC-SHA256"),
            "aws.auth#sigv4a" => starts_with("AWS4-ECDSA-P256-SHA256"),
            "smithy.api#httpBearerAuth" => starts_with("Bearer"),
            "smithy.api#httpBasicAuth" => starts_with("Basic"),
            "smithy.api#httpApiKeyAuth" => has_key(),
            "smithy.api#noAuth" => authorization.is_empty() && !has_key(),
            other => {
                problems.push(format!("unknown authentication scheme `{other}`"));
                return;
            }
        };
        if !is_expected {
            problems.push(format!("the request does not have the authentication scheme `{}`", self.auth_scheme));
        }
    }

    fn is_same_body(&self, found: &[u8], expected: &[u8]) -> bool {
        match self.media_type {
            "application/json" => json::same(&shown(found), &shown(expected)),
            #[cfg(feature = "cbor")]
            "application/cbor" => is_same_cbor(found, expected),
            _ => found == expected,
        }
    }
}

impl ResponseCase {
    /// Checks that the response deserializes to the expected output.
    ///
    /// # Panics
    ///
    /// Panics if the output differs, or if the call fails.
    pub fn check_output<R: Request>(&self, expected: &R::Response)
    where
        R::Response: Debug + PartialEq,
    {
        match self.call::<R>() {
            Ok(found) => self.assert_same(&found, expected),
            Err(error) => panic!("{}: {error}", self.id),
        }
    }

    /// Checks that the response deserializes to the expected output. `stream` returns the output's stream.
    ///
    /// # Panics
    ///
    /// Panics if the output differs, or if the call fails.
    pub fn check_streaming_output<R: Request>(
        &self,
        mut expected: R::Response,
        stream: fn(&mut R::Response) -> &mut ByteStream,
    ) where
        R::Response: Debug,
    {
        let mut found = match self.call::<R>() {
            Ok(found) => found,
            Err(error) => panic!("{}: {error}", self.id),
        };
        let [sent, wanted] = [&mut found, &mut expected].map(|output| {
            let bytes = block_on(std::mem::take(stream(output)).collect());
            bytes.unwrap_or_else(|error| panic!("{}: {error}", self.id))
        });
        assert_eq!(sent, wanted, "{}", self.id);
        assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{}", self.id);
    }

    /// Checks that the response deserializes to the expected error. `variant` extracts this error from the call's
    /// error.
    ///
    /// # Panics
    ///
    /// Panics if the error differs, or if the call succeeds.
    pub fn check_error<R: Request, E: Debug + PartialEq>(&self, expected: &E, variant: fn(&R::Error) -> Option<&E>) {
        let error = match self.call::<R>() {
            Ok(_) => panic!("{}: the response is deserialized as a success", self.id),
            Err(error) => error,
        };
        let Some(found) = error.service().and_then(variant) else { panic!("{}: {error}", self.id) };
        self.assert_same(found, expected);
        if !self.error_code.is_empty() {
            assert_eq!(error.code(), Some(self.error_code), "{}", self.id);
        }
    }

    fn call<R: Request>(&self) -> Result<R::Response, SdkError<R::Error>> {
        let mock = MockTransport::new();
        mock.respond(R::OPERATION.name.as_ref(), self.mock(Bytes::from_static(self.body)));
        let config = config("").endpoint_url("https://example.com").transport(mock).build();
        let client = Client::new(R::SERVICE, config);
        let sent = block_on(client.send(AnyInput::<R>::new(), CallOptions::new()));
        sent.map(crate::response::Response::into_inner)
    }

    /// Returns the response of the test case, with the given body.
    fn mock(&self, body: Bytes) -> MockResponse {
        let mut response = MockResponse::json(body).without_headers().status(self.code);
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                response = response.header(name, value);
            }
        }
        response
    }

    fn assert_same<T: Debug + PartialEq>(&self, found: &T, expected: &T) {
        // NaN is not equal to itself, but a test case may expect it.
        let text = format!("{found:?}");
        let same = found == expected || (text.contains("NaN") && text == format!("{expected:?}"));
        assert!(same, "{}:\nthe response is deserialized as\n{found:?}\nnot\n{expected:?}", self.id);
    }
}

/// An empty request, for an operation whose response is tested.
#[derive(Debug)]
pub struct AnyInput<R>(PhantomData<fn() -> R>);

impl<R: Request> AnyInput<R> {
    /// Creates an empty request.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "Only tests use it.")]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R: Request> Request for AnyInput<R> {
    type Response = R::Response;
    type Error = R::Error;
    const SERVICE: &'static Service = R::SERVICE;
    const OPERATION: &'static OperationSchema = R::OPERATION;

    #[cfg(feature = "event-stream")]
    fn set_events(output: &mut Self::Response, events: crate::event_stream::RawEvents) {
        R::set_events(output, events);
    }
}

impl<R: Request> SerializableShape for AnyInput<R> {
    fn as_value(&self) -> ValueRef<'_> {
        ValueRef::Struct(self)
    }
}

/// Only the members that are labels of the path have values, because a request cannot be serialized without them.
impl<R: Request> SerializableStruct for AnyInput<R> {
    fn schema(&self) -> &'static StructSchema {
        R::OPERATION.input
    }

    fn member(&self, index: usize) -> ValueRef<'_> {
        match self.schema().members.get(index) {
            Some(member) if member.traits.contains(&Trait::HttpLabel) => ValueRef::Integer(0),
            _ => ValueRef::Null,
        }
    }
}

/// A source of random numbers that returns zeros, so that clients generate the idempotency token of Smithy's tests:
/// `00000000-0000-4000-8000-000000000000`.
#[derive(Debug)]
struct Zeros;

impl Random for Zeros {
    fn bits(&self) -> u64 {
        0
    }
}

/// The API key, the bearer token and the password of the calls.
const SECRET: &str = "EXAMPLESECRET";

/// Returns a configuration with an identity for each authentication scheme. `auth_scheme` is the ID of the scheme that
/// is preferred, or an empty string.
fn config(auth_scheme: &str) -> Builder {
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let config =
        Config::builder().region("us-east-1").credentials_provider(credentials).token_provider(Token::new(SECRET));
    #[cfg(feature = "http-auth")]
    let config = config.api_key(SECRET).basic_auth("user", SECRET);
    let preferred = auth_scheme.split_once('#').map(|(_, name)| name);
    config.auth_scheme_preference(preferred).random(Zeros).retry(RetryConfig::off())
}

/// Returns all values of a header, separated by commas.
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Formats a body for a panic message.
fn shown(body: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(body)
}

/// Returns whether two CBOR bodies have the same values, regardless of the order of entries and the encoding of
/// lengths.
#[cfg(feature = "cbor")]
fn is_same_cbor(found: &[u8], expected: &[u8]) -> bool {
    use crate::codec::{Codec, MemoryLimit, cbor::CborCodec};
    use crate::primitives::Document;
    let read = |cbor: &[u8]| {
        let mut document = Document::Null;
        CborCodec.deserialize(cbor, MemoryLimit::NONE, &mut document).map(|_| document)
    };
    match (read(found), read(expected)) {
        // NaN is not equal to itself, but a test case may expect it.
        (Ok(found), Ok(expected)) => found == expected || format!("{found:?}") == format!("{expected:?}"),
        _ => found == expected,
    }
}
