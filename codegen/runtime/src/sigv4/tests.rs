//! Compares signatures with those that are published in AWS's Signature Version 4 test suite, and with those that
//! botocore's signer computes for typical requests.

use std::time::Duration;

use super::*;

pub(super) fn credentials(secret: &str, token: Option<&str>) -> Credentials {
    let mut credentials = Credentials::new("AKIDEXAMPLE", secret);
    credentials.session_token = token.map(str::to_owned);
    credentials
}

fn authorization(signer: &Signer, request: http::Request<&str>, service: &str, credentials: &Credentials) -> String {
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().unwrap().as_str().parse().unwrap();
    parts.headers.insert("host", host);
    // 2015-08-30T12:36:00Z
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    let signing =
        SigningParams { credentials, region: "us-east-1", service, time, settings: SigningSettings::default() };
    signer.sign(&mut parts, PayloadHash::Sha256(body.as_bytes()), signing).unwrap();
    assert_eq!(parts.headers["x-amz-date"], "20150830T123600Z");
    parts.headers["authorization"].to_str().unwrap().to_owned()
}

#[test]
fn requests_of_the_published_suite_are_signed() {
    let signer = Signer::new();
    let credentials = credentials("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None);
    let url = "https://example.amazonaws.com/";
    let request = |method: &str, path: &str| http::Request::builder().method(method).uri(format!("{url}{path}"));
    let cases = [
        (
            request("GET", "").body(""),
            "host;x-amz-date",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            request("POST", "").body(""),
            "host;x-amz-date",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            request("GET", "?Param2=value2&Param1=value1").body(""),
            "host;x-amz-date",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            request("POST", "").header("content-type", "application/x-www-form-urlencoded").body("Param1=value1"),
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            request("POST", "").header("my-header1", "VALUE1").body(""),
            "host;my-header1;x-amz-date",
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        ),
        (
            request("GET", "example/..").body(""),
            "host;x-amz-date",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            request("GET", "a%20b//c/./d/").header("my-header1", " a   b  c ").body(""),
            "host;my-header1;x-amz-date",
            "2121259fbf068a8b31f192a340f65bf9ba6623cc717606bbe7ccdbe7856631e9",
        ),
    ];
    for (request, headers, signature) in cases {
        assert_eq!(
            authorization(&signer, request.unwrap(), "service", &credentials),
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders={headers}, Signature={signature}"
            )
        );
    }
}

/// Uses a single signer, which must detect that the service and the secret differ from those of the cached key.
#[test]
fn json_calls_with_token_port_path_and_a_long_secret() {
    let signer = Signer::new();
    let call = |url: &str| {
        http::Request::post(url)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "AWSSimbaAPIService_v20180301.DescribeBackups")
            .header("user-agent", "not signed")
            .body("{}")
            .unwrap()
    };
    let temporary = credentials("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Some("token/+="));
    let long = credentials(&"x".repeat(80), None);
    for _ in 0..2 {
        let signed = authorization(&signer, call("https://fsx.us-east-1.amazonaws.com/"), "fsx", &temporary);
        assert!(
            signed.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,"),
            "{signed}"
        );
        assert!(
            signed.ends_with("Signature=ffd0bd3ea80795088784a7ba4b8b550dbeada21454265e366943129b3530bdae"),
            "{signed}"
        );
        let signed = authorization(&signer, call("http://127.0.0.1:5000/base/"), "fsx", &long);
        assert!(
            signed.ends_with("Signature=d989227cfcbbee70453884272e12ac3e87086c5ef3a0e7a130f50a3a2471dd26"),
            "{signed}"
        );
    }
}

#[test]
fn a_credential_that_is_not_a_header_value_is_an_error() {
    let (mut parts, ()) = http::Request::post("https://example.com/").body(()).unwrap().into_parts();
    let credentials = credentials("secret", Some("two\nlines"));
    let signing = SigningParams {
        credentials: &credentials,
        region: "r",
        service: "s",
        time: SystemTime::UNIX_EPOCH,
        settings: SigningSettings::default(),
    };
    assert_eq!(
        Signer::new().sign(&mut parts, PayloadHash::Sha256(b""), signing),
        Err(SigningError::InvalidCredentials)
    );
}

#[test]
fn headers_that_proxies_and_tracing_may_change_are_not_signed() {
    let signer = Signer::new();
    let credentials = credentials("secret", None);
    let call = || http::Request::post("https://example.com/").header("x-amz-target", "A.B");
    let plain = authorization(&signer, call().body("{}").unwrap(), "fsx", &credentials);
    for name in ["traceparent", "tracestate", "baggage", "x-amzn-trace-id", "proxy-authorization", "keep-alive", "te"] {
        let request = call().header(name, "value").body("{}").unwrap();
        assert_eq!(authorization(&signer, request, "fsx", &credentials), plain, "{name}");
    }
    let request = call().header("x-other", "value").body("{}").unwrap();
    assert_ne!(authorization(&signer, request, "fsx", &credentials), plain);
}

#[test]
fn the_signature_is_returned() {
    let (mut parts, ()) = http::Request::post("https://example.com/").body(()).unwrap().into_parts();
    let credentials = credentials("secret", None);
    let time = SystemTime::UNIX_EPOCH;
    let settings = SigningSettings::default();
    let signing = SigningParams { credentials: &credentials, region: "r", service: "s", time, settings };
    let signature = Signer::new().sign(&mut parts, PayloadHash::Unsigned, signing).unwrap();
    let authorization = parts.headers["authorization"].to_str().unwrap();
    assert_eq!(authorization.split_once("Signature=").unwrap().1, signature.unwrap().as_str());
}

/// The expected signatures come from botocore's `SigV4QueryAuth` and from an example in the Amazon S3 documentation.
#[test]
fn signatures_in_the_query_string_are_correct() {
    let presign = |request: http::Request<&str>, service: &str, credentials: &Credentials, at: u64, expires: u64| {
        let (mut parts, body) = request.into_parts();
        let host = parts.uri.authority().unwrap().as_str().parse().unwrap();
        parts.headers.insert("host", host);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
        let settings = SigningSettings::default();
        let signing = SigningParams { credentials, region: "us-east-1", service, time, settings };
        let payload = if service == "s3" { PayloadHash::Unsigned } else { PayloadHash::Sha256(body.as_bytes()) };
        Signer::new().presign(&mut parts, payload, signing, Duration::from_secs(expires)).unwrap();
        parts.uri.query().unwrap().rsplit_once("&X-Amz-Signature=").unwrap().1.to_owned()
    };
    let own = credentials("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Some("token/+="));
    let functions = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/\
                     arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Aa?MaxItems=3";
    let request = http::Request::builder().method("GET").uri(functions).body("").unwrap();
    assert_eq!(
        presign(request, "lambda", &own, 1_440_938_160, 900),
        "274a185ea026b2a1fb22ced18feb4f8bb61838264c10a5f5db00e6e6b3cccfb9"
    );
    let request = http::Request::builder()
        .method("POST")
        .uri("https://fsx.us-east-1.amazonaws.com/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "AWSSimbaAPIService_v20180301.DescribeBackups");
    assert_eq!(
        presign(request.body("").unwrap(), "fsx", &own, 1_440_938_160, 900),
        "c8e535381239d090216c2102430fedaf3c8be0cf5a3c314a439d4ed7e1e793af"
    );
    let published = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let request = http::Request::builder().uri("https://examplebucket.s3.amazonaws.com/test.txt").body("").unwrap();
    assert_eq!(
        presign(request, "s3", &published, 1_369_353_600, 86_400),
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}
