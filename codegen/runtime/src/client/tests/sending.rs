//! Tests of the requests that are sent and the responses that are returned.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::toy::{Either, GetToy, Look, Peek, TOY, TellMe, Toy};
use crate::BoxFuture;
use crate::client::Client;
use crate::clock::block_on;
use crate::config::{Builder, Config};
use crate::credentials::{Credentials, CredentialsError, ProvideToken, ProviderConfig, Token, TokenSource};
use crate::error::SdkError;
use crate::interceptor::{Attempt, Interceptor, Outcome};
use crate::operation::{AccountIdEndpoints, Service};
use crate::options::CallOptions;
use crate::testing::{MockResponse, MockTransport, TransportFault};
use crate::timeout::TimeoutConfig;

#[test]
fn a_call_sends_one_signed_request_and_reads_the_response() {
    let toy = Toy::with(|config| config.app_id("my app"));
    toy.mock.respond("GetToy", MockResponse::json(r#"{"Name":"bear"}"#));
    let response = toy.get().unwrap();
    assert_eq!(response.name.as_deref(), Some("bear"));
    assert_eq!(response.status(), 200);
    assert_eq!(response.request_id(), Some("mock-request-id"));
    assert_eq!(response.attempts(), 1);

    let requests = toy.mock.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.http().method(), "POST");
    assert_eq!(request.http().uri(), "https://toy.eu-west-1.example.com/");
    for (name, value) in [
        ("host", "toy.eu-west-1.example.com"),
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", "ToyBox_v1.GetToy"),
        ("x-amz-date", "20260101T000000Z"),
        ("amz-sdk-request", "attempt=1; max=3"),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    let agent = request.header("user-agent").unwrap();
    assert!(agent.starts_with("simba-rust/") && agent.contains(" ua/2.1 api/toy-box#2020-02-02 os/"), "{agent}");
    assert!(agent.ends_with(" lang/rust m/E,e cfg/retry-mode#standard app/my-app"), "{agent}");
    assert!(agent.contains(&format!(" md/arch#{} ", std::env::consts::ARCH)), "{agent}");
    let authorization = request.header("authorization").unwrap();
    assert!(
        authorization.starts_with(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/toy/aws4_request, \
             SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-amz-date;x-amz-target, Signature="
        ),
        "{authorization}"
    );
}

#[test]
fn an_idempotency_token_is_filled_in_only_if_it_is_not_set() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    toy.get().unwrap();
    let own = GetToy { token: Some("mine".to_owned()), ..GetToy::default() };
    block_on(toy.client.send(own, CallOptions::new())).unwrap();
    let bodies: Vec<Value> =
        toy.mock.requests().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect();
    assert_eq!(bodies[0]["Token"].as_str().map(str::len), Some(36));
    assert_eq!(bodies[1]["Token"], "mine");
}

#[test]
fn options_change_one_call_only() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    let name = HeaderName::from_static("x-extra");
    let options = CallOptions::new().region("us-east-2").header(name, HeaderValue::from_static("yes"));
    toy.get_with(options).unwrap();
    toy.get_with(CallOptions::new().endpoint_url("http://localhost:8080/base")).unwrap();
    toy.get().unwrap();
    let uris: Vec<String> = toy.mock.requests().iter().map(|request| request.http().uri().to_string()).collect();
    assert_eq!(
        uris,
        ["https://toy.us-east-2.example.com/", "http://localhost:8080/base/", "https://toy.eu-west-1.example.com/"]
    );
    assert_eq!(toy.sent("host"), ["toy.us-east-2.example.com", "localhost:8080", "toy.eu-west-1.example.com"]);
    assert_eq!(toy.sent("x-extra"), ["yes", "-", "-"]);
    let signed = &toy.sent("authorization")[0];
    assert!(signed.contains("/us-east-2/toy/") && signed.contains(";x-extra,"), "{signed}");
}

#[test]
fn the_endpoint_of_a_call_takes_precedence_over_the_clients() {
    let toy = Toy::with(|config| config.endpoint_url("http://localhost:1"));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    toy.get_with(CallOptions::new().endpoint_url("http://localhost:2")).unwrap();
    toy.get().unwrap();
    assert_eq!(toy.sent("host"), ["localhost:2", "localhost:1"]);
}

#[test]
fn a_request_can_change_its_endpoint() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    let request = GetToy { shelf: Some("top".into()), prefix: Some("data".into()), token: None };
    block_on(toy.client.send(request, CallOptions::new())).unwrap();
    toy.get().unwrap();
    assert_eq!(toy.sent("host"), ["data.toy.eu-west-1.example.com", "toy.eu-west-1.example.com"]);
    assert_eq!(toy.sent("x-shelf"), ["top", "-"]);
}

#[test]
fn an_endpoint_with_an_invalid_header_is_an_error() {
    let toy = Toy::new();
    let error = toy.send(GetToy { shelf: Some("t\u{0}p".into()), ..GetToy::default() }).unwrap_err();
    assert!(matches!(error, SdkError::Endpoint(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "GetToy failed: the endpoint header `x-shelf` contains a character that is not allowed in HTTP headers"
    );
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn settings_change_endpoint_and_tokens() {
    #[derive(Debug)]
    struct Ones;
    impl crate::random::Random for Ones {
        fn bits(&self) -> u64 {
            u64::MAX
        }

        fn fill(&self, out: &mut [u64]) {
            assert_eq!(out.len(), 4, "the numbers of a call are requested at once");
            out.fill(self.bits());
        }
    }
    let toy = Toy::with(|config| config.endpoint_param("Shelf", "low".to_owned()).host_prefix(false).random(Ones));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    let request = GetToy { prefix: Some("data".into()), ..GetToy::default() };
    block_on(toy.client.send(request, CallOptions::new())).unwrap();
    let request = GetToy { shelf: Some("top".into()), ..GetToy::default() };
    block_on(toy.client.send(request, CallOptions::new())).unwrap();
    assert_eq!(toy.sent("host"), ["toy.eu-west-1.example.com"; 2]);
    assert_eq!(toy.sent("x-shelf"), ["low", "top"]);
    assert_eq!(toy.sent("amz-sdk-invocation-id"), ["ffffffff-ffff-4fff-bfff-ffffffffffff"; 2]);
}

#[test]
fn a_session_token_is_sent_and_signed() {
    let mut credentials = Credentials::new("AKIDEXAMPLE", "secret");
    credentials.session_token = Some("temporary".to_owned());
    let toy = Toy::with(|config| config.credentials_provider(credentials));
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    toy.get().unwrap();
    assert_eq!(toy.sent("x-amz-security-token"), ["temporary"]);
    assert!(toy.sent("authorization")[0].contains(";x-amz-security-token;"));
    let shown = format!("{:?}", toy.mock.requests());
    assert!(!shown.contains("temporary"), "{shown}");
}

#[test]
fn an_operation_without_authentication_needs_no_credentials() {
    let toy = Toy::new();
    toy.mock.respond("Look", MockResponse::json("{}"));
    block_on(toy.client.send(Look, CallOptions::new())).unwrap();
    assert_eq!(toy.sent("authorization"), ["-"]);
    assert_eq!(toy.sent("x-amz-date"), ["-"]);
}

#[test]
fn an_operation_with_optional_authentication_is_signed_if_it_can_be() {
    let toy = Toy::new();
    toy.mock.respond_with("Peek", |_| MockResponse::json("{}"));
    block_on(toy.client.send(Peek, CallOptions::new())).unwrap();
    let config = Config::builder().region("eu-west-1").transport(toy.mock.clone());
    let anonymous = Client::new(&TOY, config.build());
    block_on(anonymous.send(Peek, CallOptions::new())).unwrap();
    let signed: Vec<bool> =
        toy.sent("authorization").iter().map(|value| value.starts_with("AWS4-HMAC-SHA256")).collect();
    assert_eq!(signed, [true, false]);
}

#[test]
fn prepare_signs_and_does_not_send() {
    let toy = Toy::new();
    let request = block_on(toy.client.prepare(GetToy::default(), CallOptions::new())).unwrap();
    assert!(request.headers().contains_key("authorization"));
    assert_eq!(request.uri().host(), Some("toy.eu-west-1.example.com"));
    assert!(request.body().as_bytes().unwrap().starts_with(b"{\"Token\":"));
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn a_raw_call_contains_the_operation_and_accepts_an_empty_response() {
    let toy = Toy::new();
    toy.mock.respond("Invent", MockResponse::json(""));
    let response = block_on(toy.client.call_raw("Invent", json!({ "A": 1 }))).unwrap();
    assert_eq!(response.into_inner(), json!({}).into());
    assert_eq!(toy.sent("x-amz-target"), ["ToyBox_v1.Invent"]);
    assert_eq!(toy.mock.requests()[0].body(), r#"{"A":1}"#);

    toy.mock.respond("Invent", MockResponse::error("NoSuchToy", "none"));
    let error = block_on(toy.client.call_raw("Invent/", json!({}))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Invent/ failed: not a valid operation name; expected ASCII letters, digits and underscores, such as `ListTags`"
    );
    for input in [json!(null), json!([1]), json!("A"), json!(5)] {
        let error = block_on(toy.client.call_raw("Invent", input)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Invent failed: the input is not an object; expected an object with the members of the request, such as `{}`"
        );
    }
    let error = block_on(toy.client.call_raw("Invent", json!({}))).unwrap_err();
    assert_eq!(error.to_string(), "Invent failed: NoSuchToy: none (HTTP 400, request ID mock-request-id)");
}

/// An interceptor that records each call to its methods.
#[derive(Clone, Debug, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Interceptor for Diary {
    fn before_send(&self, attempt: &Attempt<'_>, request: &mut http::request::Parts) {
        self.0.lock().unwrap().push(format!("send {} {}", attempt.operation, attempt.number));
        request.headers.insert("x-interceptor", HeaderValue::from_static("here"));
    }

    fn after_response(&self, _: &Attempt<'_>, response: &http::Response<bytes::Bytes>) {
        self.0.lock().unwrap().push(format!("response {}", response.status().as_u16()));
    }

    fn after_attempt(&self, attempt: &Attempt<'_>, outcome: Outcome<'_>) {
        let line = match outcome {
            Outcome::Success => format!("success in {} for {}", attempt.region, attempt.service),
            Outcome::Retry { error, .. } => format!("retry because {:?}", error.code()),
            Outcome::Failure { error } => format!("failure: {error}"),
        };
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn an_interceptor_sees_each_attempt_and_may_add_signed_headers() {
    let diary = Diary::default();
    let toy = Toy::with(|config| config.interceptor(diary.clone()));
    toy.mock.respond("GetToy", MockResponse::error("Asleep", "zzz"));
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    toy.mock.respond("GetToy", TransportFault::BadCertificate);
    toy.get().unwrap();
    toy.get().unwrap_err();
    assert_eq!(
        *diary.0.lock().unwrap(),
        [
            "send GetToy 1",
            "response 400",
            "retry because Some(\"Asleep\")",
            "send GetToy 2",
            "response 200",
            "success in eu-west-1 for Toy Box",
            "send GetToy 1",
            "failure: GetToy failed: the mock's certificate is not trusted",
        ]
    );
    assert!(toy.sent("authorization").iter().all(|value| value.contains(";x-interceptor,")));
}

#[test]
fn an_interceptor_sees_the_end_of_an_attempt_that_the_call_timeout_cancels() {
    let diary = Diary::default();
    let timeouts = TimeoutConfig::new().call(Duration::from_secs(1));
    let toy = Toy::with(|config| config.interceptor(diary.clone()).timeouts(timeouts));
    toy.mock.respond("GetToy", TransportFault::Hang);
    toy.get().unwrap_err();
    assert_eq!(
        *diary.0.lock().unwrap(),
        ["send GetToy 1", "failure: GetToy failed: the call did not complete within 1s"]
    );
}

#[test]
fn the_future_of_a_call_is_small_and_borrows_nothing() {
    fn alone<F: Future + Send + 'static>(future: F) -> usize {
        size_of_val(&future)
    }
    let toy = Toy::new();
    let size = alone(toy.client.send(GetToy::default(), CallOptions::new()));
    assert!(size <= 1024, "{size} bytes");
}

#[cfg(feature = "blocking")]
#[test]
fn a_blocking_call_is_retried_too() {
    let toy = Toy::new();
    toy.mock.respond("GetToy", MockResponse::json("").status(503));
    toy.mock.respond("GetToy", MockResponse::json(r#"{"Name":"bear"}"#));
    let response = toy.client.send_blocking(GetToy::default(), CallOptions::new()).unwrap();
    assert_eq!((response.name.as_deref(), response.attempts()), (Some("bear"), 2));
}

#[cfg(not(feature = "_hyper"))]
#[test]
fn without_a_transport_the_error_contains_the_fix() {
    let config = crate::config::Config::builder()
        .region("eu-west-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    let client = crate::client::Client::new(&super::toy::TOY, config.build());
    let error = block_on(client.send(GetToy::default(), CallOptions::new())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "GetToy failed: no transport is configured; enable the `rustls` feature, or set a transport with `Config::builder().transport(…)`"
    );
}

#[test]
fn a_presigned_request_has_its_signature_in_the_query_and_no_header_of_this_client() {
    let toy = Toy::new();
    let presign = |expires| block_on(toy.client.presign(GetToy::default(), CallOptions::new(), expires));
    let request = presign(Duration::from_secs(60)).unwrap();
    let query = request.uri().query().unwrap();
    for part in [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Expires=60",
        "X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target",
        "X-Amz-Signature=",
    ] {
        assert!(query.contains(part), "{query}");
    }
    let names: Vec<&str> = request.headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["host", "content-type", "x-amz-target"]);
    assert!(request.body().as_bytes().unwrap().starts_with(br#"{"Token":"#));
    for expires in [Duration::ZERO, Duration::from_secs(604_801)] {
        let error = presign(expires).unwrap_err();
        assert_eq!(error.to_string(), "GetToy failed: invalid expiration; expected 1 second to 7 days");
    }
    let long = CallOptions::new().endpoint_url(format!("https://example.com/{}", "x".repeat(65_400)));
    let error = block_on(toy.client.presign(GetToy::default(), long, Duration::from_secs(60))).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "GetToy failed: the URL with the signature is too long");
    assert!(matches!(error, SdkError::Input(_)), "{error:?}");
    let unsigned = block_on(toy.client.presign(Look, CallOptions::new(), Duration::from_secs(60)));
    assert_eq!(unsigned.unwrap_err().to_string(), "Look failed: requests for this operation are not signed");
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn a_bearer_token_is_sent_in_place_of_a_signature() {
    let toy = Toy::with(|config| config.token_provider(Token::new("ticket")));
    toy.mock.respond("TellMe", MockResponse::json("{}"));
    toy.send(TellMe).unwrap();
    let request = &toy.mock.requests()[0];
    assert_eq!(request.header("authorization"), Some("Bearer ticket"));
    assert_eq!(request.header("x-amz-date"), None);

    let toy = Toy::with(|config| config.token_provider(Token::new("tick\net")));
    let error = toy.send(TellMe).unwrap_err();
    assert_eq!(
        error.to_string(),
        "TellMe failed: the bearer token contains a character that is not allowed in HTTP headers"
    );
    let error = Toy::new().send(TellMe).unwrap_err();
    assert!(matches!(error, SdkError::Credentials(_)), "{error}");
}

#[test]
fn a_bearer_token_that_is_rejected_is_requested_again() {
    /// A provider that returns the tokens `ticket0`, `ticket1` and so on, which do not expire.
    #[derive(Debug, Default)]
    struct Counting(AtomicU32);

    impl ProvideToken for Counting {
        fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
            let token = Token::new(format!("ticket{}", self.0.fetch_add(1, Ordering::SeqCst)));
            Box::pin(std::future::ready(Ok(token)))
        }
    }

    let toy = Toy::with(|config| config.token_provider(Counting::default()));
    toy.mock.respond("TellMe", MockResponse::json("{}")).respond("TellMe", MockResponse::json("").status(401));
    toy.mock.respond_with("TellMe", |_| MockResponse::error("AccessDenied", "no").status(401));
    toy.send(TellMe).unwrap();
    toy.clock.advance(Duration::from_secs(60));
    // Further rejections do not discard the new token, since it is less than a minute old.
    for _ in 0..3 {
        toy.send(TellMe).unwrap_err();
    }
    let sent = ["Bearer ticket0", "Bearer ticket0", "Bearer ticket1", "Bearer ticket1"];
    assert_eq!(toy.sent("authorization"), sent);
}

#[test]
fn a_token_needs_neither_a_region_nor_credentials() {
    static ACCOUNTS: Service = Service { account_id_endpoints: AccountIdEndpoints::Supported, ..TOY };
    for service in [&TOY, &ACCOUNTS] {
        let mock = MockTransport::new();
        mock.respond("Either", MockResponse::json("{}"));
        let config = Config::builder().token_provider(Token::new("ticket")).transport(mock.clone()).build();
        let client = Client::new(service, config);
        block_on(client.send(Either, CallOptions::new())).unwrap();
        assert_eq!(mock.requests()[0].header("authorization"), Some("Bearer ticket"));
        let presigned = block_on(client.presign(Either, CallOptions::new(), Duration::from_secs(60)));
        assert!(matches!(presigned, Err(SdkError::Credentials(_))), "{presigned:?}");
    }
}

#[test]
fn a_request_is_not_signed_for_an_empty_region() {
    let mock = MockTransport::new();
    mock.respond_with("Peek", |_| MockResponse::json("{}"));
    let config = Config::builder().transport(mock.clone());
    let unsigned = Client::new(&TOY, config.clone().build());
    block_on(unsigned.send(Peek, CallOptions::new())).unwrap();
    let signed = Client::new(&TOY, config.credentials_provider(Credentials::new("AKIDEXAMPLE", "secret")).build());
    let error = block_on(signed.send(Peek, CallOptions::new())).unwrap_err();
    assert!(error.to_string().starts_with("Peek failed: no region"), "{error}");
    assert!(matches!(error, SdkError::Endpoint(_)), "{error:?}");
    let error = block_on(signed.presign(Peek, CallOptions::new(), Duration::from_secs(60))).unwrap_err();
    assert!(error.to_string().starts_with("Peek failed: no region"), "{error}");
    assert_eq!(mock.requests().len(), 1);
}

/// A token source with a token that is specific to the service `toy`.
#[derive(Debug)]
struct OfService;

impl TokenSource for OfService {
    fn token_provider(&self, _: ProviderConfig, _: &str) -> Arc<dyn ProvideToken> {
        Arc::new(Token::new("t0ken"))
    }

    fn has_token_of_service(&self, signing_name: &str) -> bool {
        signing_name == "toy"
    }
}

#[test]
fn a_service_specific_token_is_preferred_unless_code_sets_a_preference() {
    let sent = |change: fn(Builder) -> Builder| {
        let toy = Toy::with(|config| change(config.token_source(OfService)));
        toy.mock.respond_with("Either", |_| MockResponse::json("{}")).respond("GetToy", MockResponse::json("{}"));
        toy.send(Either).unwrap();
        toy.get().unwrap();
        assert!(toy.sent("authorization")[1].starts_with("AWS4-HMAC-SHA256 "), "it supports no token");
        let agent = toy.sent("user-agent").remove(0);
        let features = agent.split(' ').find_map(|part| part.strip_prefix("m/")).unwrap().to_owned();
        (toy.sent("authorization").remove(0).split(' ').next().unwrap().to_owned(), features)
    };
    let (bearer, signature) = ("Bearer".to_owned(), "AWS4-HMAC-SHA256".to_owned());
    assert_eq!(sent(|config| config), (bearer.clone(), "E,3".to_owned()));
    assert_eq!(sent(|config| config.loaded_auth_scheme_preference(vec!["sigv4".to_owned()])).0, bearer);
    assert_eq!(sent(|config| config.auth_scheme_preference(["sigv4"])), (signature.clone(), "E,e".to_owned()));
    // A preference in code for a scheme that the operation does not support leaves the service's order unchanged.
    assert_eq!(sent(|config| config.auth_scheme_preference(["sigv4a"])).0, signature);
    assert_eq!(sent(|config| config.token_provider(Token::new("mine"))).0, signature);
}
