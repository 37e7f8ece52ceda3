//! Tests with untrusted strings in hosts, headers and errors. Each string is rejected before anything is sent, or is
//! redacted.

use http::header::{HeaderName, HeaderValue};

use super::toy::{GetToy, Look, Toy};
use crate::clock::block_on;
use crate::error::SdkError;
use crate::interceptor::{Attempt, Interceptor};
use crate::options::CallOptions;
use crate::testing::MockResponse;

const NOT_REGIONS: [&str; 12] = [
    "",
    "x.evil.example/y",
    "evil.example",
    "a@b",
    "a:80",
    "a#b",
    "a?b",
    "-a",
    "a-",
    "région",
    "us east",
    "a123456789b123456789c123456789d123456789e123456789f123456789g123",
];

#[test]
fn a_region_that_is_not_a_host_label_is_an_error_of_the_call() {
    for region in NOT_REGIONS {
        let toy = Toy::with(|config| config.region(region));
        let error = toy.get().unwrap_err();
        assert!(matches!(error, SdkError::Endpoint(_)), "{error:?}");
        let expected = format!(
            "GetToy failed: invalid region `{}`; expected 1 to 63 letters, digits and hyphens, such as `us-east-1`",
            region.escape_debug()
        );
        assert_eq!(error.to_string(), expected);
        let error = block_on(toy.client.prepare(GetToy::default(), CallOptions::new())).unwrap_err();
        assert!(matches!(error, SdkError::Endpoint(_)), "{error:?}");
        assert!(block_on(toy.client.call_raw("GetToy", serde_json::json!({}))).is_err());
        // A call with an invalid region fails even if the endpoint is configured or the request is not signed.
        let options = CallOptions::new().endpoint_url("http://localhost:1");
        assert!(toy.get_with(options).is_err());
        assert!(block_on(toy.client.send(Look, CallOptions::new())).is_err());
        assert!(toy.mock.requests().is_empty(), "{region}");
    }
}

#[test]
fn the_region_of_a_call_is_validated_too() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    for region in NOT_REGIONS {
        let error = toy.get_with(CallOptions::new().region(region)).unwrap_err();
        assert!(error.to_string().contains("invalid region"), "{error}");
    }
    assert!(toy.mock.requests().is_empty());
    toy.get_with(CallOptions::new().region("Mars-1")).unwrap();
    assert_eq!(toy.sent("host"), ["toy.Mars-1.example.com"]);
}

#[cfg(feature = "aws-config")]
#[test]
fn the_region_of_an_sdk_config_is_validated_too() {
    use aws_types::{SdkConfig, region::Region};

    let toy = Toy::new();
    let sdk = SdkConfig::builder().region(Region::new("x.evil.example/y")).build();
    let config = crate::config::Builder::from(&sdk).transport(toy.mock.clone()).build();
    let client = crate::client::Client::new(&super::toy::TOY, config);
    let error = block_on(client.send(GetToy::default(), CallOptions::new())).unwrap_err();
    assert!(error.to_string().contains("invalid region `x.evil.example/y`"), "{error}");
    assert!(toy.mock.requests().is_empty());
}

#[test]
fn a_parameter_of_the_endpoint_cannot_change_the_host() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    let get = |house: &str| {
        let toy = Toy::with(|config| config.endpoint_param("House", house.to_owned()).transport(toy.mock.clone()));
        toy.get()
    };
    assert_eq!(
        get("evil.example/").unwrap_err().to_string(),
        "GetToy failed: invalid value `evil.example/` for the endpoint parameter `House`; expected a host label"
    );
    for house in ["evil.example/", "evil.example?", "evil.example#", "evil.example/a", "a@evil.example/b", "a@b"] {
        let error = get(house).unwrap_err();
        assert!(matches!(error, SdkError::Endpoint(_)), "{error:?}");
    }
    assert!(toy.mock.requests().is_empty());
    get("left").unwrap();
    assert_eq!(toy.mock.requests()[0].header("host"), Some("left.toy.example.com"));
}

#[test]
fn headers_that_the_client_computes_are_rejected() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    let names = [
        "host",
        "content-type",
        "content-length",
        "transfer-encoding",
        "connection",
        "x-amz-target",
        "authorization",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
    ];
    for name in names {
        let options = CallOptions::new().header(HeaderName::from_static(name), HeaderValue::from_static("7"));
        let error = toy.get_with(options.clone()).unwrap_err();
        assert!(matches!(error, SdkError::Input(_)), "{error:?}");
        let instead = match name {
            "host" => "; set an endpoint URL to change the host",
            "authorization" | "x-amz-security-token" => "; set credentials instead",
            _ => "",
        };
        let expected = format!(
            "GetToy failed: the header `{name}` is set by the client and cannot be set by a call or an \
             interceptor{instead}"
        );
        assert_eq!(error.to_string(), expected);
        assert!(block_on(toy.client.prepare(GetToy::default(), options)).is_err());

        let toy = Toy::with(|config| config.interceptor(Adds(name)));
        let error = toy.get().unwrap_err();
        assert!(matches!(error, SdkError::Input(_)), "{error:?}");
        assert!(error.to_string().contains(&format!("the header `{name}`")), "{error}");
        assert!(toy.mock.requests().is_empty());
    }
    assert!(toy.mock.requests().is_empty());
}

/// Appends a header to each request.
#[derive(Debug)]
struct Adds(&'static str);

impl Interceptor for Adds {
    fn before_send(&self, _: &Attempt<'_>, request: &mut http::request::Parts) {
        request.headers.append(HeaderName::from_static(self.0), HeaderValue::from_static("7"));
    }
}

/// Changes the URI or the method of each request, as an interceptor that redirects signed requests would do.
#[derive(Debug)]
struct Redirects(fn(&mut http::request::Parts));

impl Interceptor for Redirects {
    fn before_send(&self, _: &Attempt<'_>, request: &mut http::request::Parts) {
        self.0(request);
    }
}

#[test]
fn interceptors_cannot_redirect_a_request() {
    let uri = |parts: &mut http::request::Parts| parts.uri = http::Uri::from_static("http://evil.example/");
    let method = |parts: &mut http::request::Parts| parts.method = http::Method::GET;
    for change in [uri as fn(&mut http::request::Parts), method] {
        let toy = Toy::with(|config| config.interceptor(Redirects(change)));
        let error = toy.get().unwrap_err();
        let expected = "an interceptor changed the URI or the method; set an endpoint URL to send requests elsewhere";
        assert!(error.to_string().contains(expected), "{error}");
        assert!(toy.mock.requests().is_empty());
    }
}

#[test]
fn other_headers_are_sent_and_a_user_agent_replaces_the_clients() {
    let toy = Toy::with(|config| config.interceptor(Adds("x-interceptor")));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    toy.mock.respond_with("Look", |_| MockResponse::json("{}"));
    let header =
        |name, value| CallOptions::new().header(HeaderName::from_static(name), HeaderValue::from_static(value));
    toy.get_with(header("user-agent", "mine")).unwrap();
    toy.get_with(header("x-extra", "yes")).unwrap();
    // The caller may set the `authorization` header of a request that the client does not sign.
    block_on(toy.client.send(Look, header("authorization", "Bearer mine"))).unwrap();
    let requests = toy.mock.requests();
    let values = |index: usize, name: &str| -> Vec<String> {
        let values = requests[index].http().headers().get_all(name).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(values(0, "user-agent"), ["mine"]);
    assert_eq!(values(1, "x-extra"), ["yes"]);
    assert_eq!(values(1, "x-interceptor"), ["7"]);
    assert_eq!(values(2, "authorization"), ["Bearer mine"]);
}

#[test]
fn an_operation_name_that_cannot_be_sent_is_an_input_error() {
    let toy = Toy::new();
    for name in ["Nom-é", "", "Get Toy", "Get\nToy", "Get.Toy", "GetToy,", "1Toy", "Get-Toy"] {
        let error = block_on(toy.client.call_raw(name, serde_json::json!({}))).unwrap_err();
        assert!(matches!(error, SdkError::Input(_)), "{name}: {error:?}");
        assert!(error.to_string().contains("operation name"), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    assert!(toy.mock.requests().is_empty());
    toy.mock.respond("New_Toy2", MockResponse::json("{}"));
    block_on(toy.client.call_raw("New_Toy2", serde_json::json!({}))).unwrap();
    assert_eq!(toy.sent("x-amz-target"), ["ToyBox_v1.New_Toy2"]);
}

#[test]
fn the_options_of_a_call_print_no_secret() {
    let options = CallOptions::new()
        .endpoint_url("https://user:hush@example.com/?token=hush")
        .header(HeaderName::from_static("x-api-key"), HeaderValue::from_static("hush"));
    let toy = Toy::new();
    let call = crate::call::Call::<_, crate::call::Async>::new(&toy.client, Shown).with_options(options.clone());
    for text in [format!("{options:?}"), format!("{call:?}"), toy.get_with(options).unwrap_err().to_string()] {
        assert!(!text.contains("hush") && text.contains("example.com"), "{text}");
    }
}

/// A request that implements `Debug`.
#[derive(Debug)]
struct Shown;

crate::schema::structure! {
    Shown: "toy", "Shown";
}

impl crate::operation::Request for Shown {
    type Response = super::toy::ToyOutput;
    type Error = crate::error::UnknownError;
    const SERVICE: &'static crate::operation::Service = <Look as crate::operation::Request>::SERVICE;
    const OPERATION: &'static crate::schema::OperationSchema = <Look as crate::operation::Request>::OPERATION;
}
