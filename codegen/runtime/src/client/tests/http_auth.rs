//! Tests of API keys and of basic authentication.

use serde_json::json;

use super::toy::{TOY, TOY_SCHEMA, Toy};
use crate::clock::block_on;
use crate::config::Builder;
use crate::credentials::Token;
use crate::error::SdkError;
use crate::operation::Service;
use crate::schema::{ApiKeyLocation, AuthSchemeId, HttpApiKeyAuth, ServiceSchema};
use crate::testing::{MockResponse, RecordedRequest};

const HEADER: HttpApiKeyAuth = HttpApiKeyAuth { name: "X-Toy-Key", location: ApiKeyLocation::Header, scheme: None };
const WITH_SCHEME: HttpApiKeyAuth = HttpApiKeyAuth { name: "Authorization", scheme: Some("Toy"), ..HEADER };
const QUERY: HttpApiKeyAuth = HttpApiKeyAuth { name: "toy key", location: ApiKeyLocation::Query, scheme: None };

/// Defines a service with the given authentication schemes.
macro_rules! service {
    ($name:ident, $($scheme:expr),*) => {
        static $name: Service = Service {
            schema: {
                static SCHEMA: ServiceSchema = ServiceSchema { auth: &[$($scheme),*], ..TOY_SCHEMA };
                &SCHEMA
            },
            ..TOY
        };
    };
}

service!(IN_HEADER, AuthSchemeId::HttpApiKeyAuth(&HEADER));
service!(SCHEME, AuthSchemeId::HttpApiKeyAuth(&WITH_SCHEME));
service!(IN_QUERY, AuthSchemeId::HttpApiKeyAuth(&QUERY));
service!(INVALID, AuthSchemeId::HttpApiKeyAuth(&HttpApiKeyAuth { name: "X Key", ..HEADER }));
service!(BASIC, AuthSchemeId::HttpBasicAuth);
service!(OPTIONAL, AuthSchemeId::HttpApiKeyAuth(&HEADER), AuthSchemeId::NoAuth);
service!(SEVERAL, AuthSchemeId::HttpApiKeyAuth(&HEADER), AuthSchemeId::HttpBasicAuth, AuthSchemeId::HttpBearerAuth);

fn sent(service: &'static Service, change: fn(Builder) -> Builder) -> Result<RecordedRequest, SdkError> {
    let toy = Toy::of(service, change);
    toy.mock.respond("Play", MockResponse::json("{}"));
    block_on(toy.client.call_raw("Play", json!({})))?;
    Ok(toy.mock.requests().remove(0))
}

fn failure(service: &'static Service, change: fn(Builder) -> Builder) -> String {
    let error = sent(service, change).unwrap_err();
    assert!(matches!(error, SdkError::Credentials(_)), "{error:?}");
    error.to_string()
}

#[test]
fn an_api_key_is_in_the_location_that_the_model_defines() {
    let request = sent(&IN_HEADER, |config| config.api_key("k 1")).unwrap();
    assert_eq!(request.header("x-toy-key"), Some("k 1"));
    assert_eq!(request.header("authorization"), None, "no signature");
    let request = sent(&SCHEME, |config| config.api_key("k1")).unwrap();
    assert_eq!(request.header("authorization"), Some("Toy k1"));
    let request = sent(&IN_QUERY, |config| config.api_key("k/1&x=y")).unwrap();
    assert_eq!(request.http().uri().query(), Some("toy%20key=k%2F1%26x%3Dy"));
    assert_eq!(request.http().uri().path(), "/");
}

#[test]
fn an_api_key_that_cannot_be_sent_is_an_error() {
    let error = sent(&IN_QUERY, |config| config.api_key("k".repeat(70_000))).unwrap_err();
    assert_eq!(error.to_string(), "Play failed: invalid request URL: uri too long");
    let error = failure(&INVALID, |config| config.api_key("k"));
    assert_eq!(error, "Play failed: invalid header name `X Key` for the API key");
}

#[test]
fn a_user_name_and_a_password_are_encoded() {
    let request = sent(&BASIC, |config| config.basic_auth("Aladdin", "open sesame")).unwrap();
    // This is the example from RFC 7617.
    assert_eq!(request.header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert_eq!(
        failure(&BASIC, |config| config.basic_auth("a:b", "c")),
        "Play failed: the user name contains a colon, which basic authentication does not allow"
    );
}

#[test]
fn the_error_for_a_missing_identity_contains_the_setting() {
    let error = failure(&IN_HEADER, |config| config);
    assert_eq!(error, "Play failed: no API key; add `.api_key(…)` to `Config::builder()`");
    let error = failure(&BASIC, |config| config);
    assert_eq!(error, "Play failed: no user name and password; add `.basic_auth(…)` to `Config::builder()`");
    let error = failure(&IN_HEADER, |config| config.api_key("line\nbreak"));
    assert_eq!(error, "Play failed: the API key contains a character that is not allowed in HTTP headers");
}

#[test]
fn the_first_scheme_with_an_identity_is_used() {
    let authorization = |change| sent(&SEVERAL, change).unwrap().header("authorization").map(str::to_owned);
    assert_eq!(authorization(|config| config.basic_auth("a", "b")).as_deref(), Some("Basic YTpi"));
    assert_eq!(authorization(|config| config.token_provider(Token::new("t"))).as_deref(), Some("Bearer t"));
    let both = |config: Builder| config.api_key("k").token_provider(Token::new("t"));
    assert_eq!(sent(&SEVERAL, both).unwrap().header("x-toy-key"), Some("k"));
    let preferred = |config: Builder| {
        config.api_key("k").token_provider(Token::new("t")).auth_scheme_preference(["httpBearerAuth"])
    };
    let request = sent(&SEVERAL, preferred).unwrap();
    assert_eq!((request.header("x-toy-key"), request.header("authorization")), (None, Some("Bearer t")));
    // A preference for a scheme without an identity has no effect.
    let preferred = |config: Builder| config.api_key("k").auth_scheme_preference(["httpBasicAuth"]);
    assert_eq!(sent(&SEVERAL, preferred).unwrap().header("x-toy-key"), Some("k"));
}

#[test]
fn optional_authentication_sends_what_is_set() {
    assert_eq!(sent(&OPTIONAL, |config| config).unwrap().header("x-toy-key"), None);
    assert_eq!(sent(&OPTIONAL, |config| config.api_key("k")).unwrap().header("x-toy-key"), Some("k"));
}

#[test]
fn secrets_are_not_in_debug_output() {
    let config = crate::config::Config::builder().api_key("hush").basic_auth("user", "secret");
    let shown = format!("{config:?} {:?}", config.clone().build());
    assert!(!shown.contains("hush") && !shown.contains("secret"), "{shown}");
}
