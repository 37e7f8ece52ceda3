//! Tests the requests, keys and signatures that are published in AWS's test suite for Version 4A. A request has many
//! valid signatures, so ours are not compared with those of the suite, but verified with the suite's public key.

use std::time::{Duration, SystemTime};

use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier as _;

use super::*;
use crate::sigv4::{
    PayloadHash, PercentEncodingMode, Signer, SigningAlgorithm, SigningParams, SigningSettings,
    UriPathNormalizationMode::{Disabled, Enabled},
};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Returns the public key for an access key, in hexadecimal and without compression.
fn public_key(id: &str, secret: &str) -> String {
    let key = derive(id, secret).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    point.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks that a signature of the given string is valid for the suite's public key.
fn verify(string_to_sign: &str, signature: &str) {
    let key = VerifyingKey::from_sec1_bytes(&bytes(&format!("04{X}{Y}"))).unwrap();
    key.verify(string_to_sign.as_bytes(), &Signature::from_der(&bytes(signature)).unwrap()).unwrap();
}

const X: &str = "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1";
const Y: &str = "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518";

#[test]
fn a_key_is_derived_as_in_the_suite() {
    assert_eq!(public_key(ID, SECRET), format!("04{X}{Y}"));
    // The key also depends on the access key ID.
    assert_ne!(public_key("AKIDOTHER", SECRET), public_key(ID, SECRET));
}

#[test]
fn the_signatures_of_the_suite_match_its_key() {
    let string = "AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n\
                  cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02";
    verify(
        string,
        "3045022018b4e277d0281864beb51d3600e23f88510ea5031d68ddfbb68614b82a5eb7d2022100effb9c5f22ed9ef3ae0ab243d21f06bc\
         e82365bbb79529a07b6888c343ae5f8c",
    );
}

#[test]
fn regions_that_are_not_a_header_value_are_an_error() {
    let (mut parts, ()) = http::Request::post("https://example.com/").body(()).unwrap().into_parts();
    let signing = SigningParams {
        credentials: &Credentials::new(ID, SECRET),
        region: "us-east-1\n",
        service: "service",
        time: SystemTime::UNIX_EPOCH,
        settings: SigningSettings { algorithm: SigningAlgorithm::EcdsaP256, ..SigningSettings::default() },
    };
    let error = Signer::new().sign(&mut parts, PayloadHash::Sha256(b""), signing);
    assert_eq!(error, Err(SigningError::InvalidRegionSet));
}

#[test]
fn requests_of_the_published_suite_are_signed() {
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let signer = Signer::new();
    let plain = "host;x-amz-date;x-amz-region-set";
    let with_header = "host;my-header1;x-amz-date;x-amz-region-set";
    for (method, path, headers, token, normalization, signed, canonical) in [
        ("GET", "/", &[][..], None, Enabled, plain, "cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02"),
        (
            "GET",
            "/",
            &[],
            Some(token),
            Enabled,
            "host;x-amz-date;x-amz-region-set;x-amz-security-token",
            "79893373104239a0547df489af395ec3c1b8873a8601f07f11ffd3f1ac557e7d",
        ),
        (
            "GET",
            "/",
            &[("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")],
            None,
            Enabled,
            with_header,
            "30f1f7b639b7fd5982a0f700e6d23bf7bb24f2f1d9e1314005bf22130da61cdf",
        ),
        (
            "GET",
            "/",
            &[("my-header1", " value1"), ("my-header2", " \"a   b   c\"")],
            None,
            Enabled,
            "host;my-header1;my-header2;x-amz-date;x-amz-region-set",
            "18b43001be9b531ebdd8202144dbd7630ea8a35bc328a7d0e561dda03a876095",
        ),
        (
            "POST",
            "/",
            &[("my-header1", "value1")],
            None,
            Enabled,
            with_header,
            "b92b1e85236a12f9d118f85fb6686c83b0e83fb3428f8d4da3cc9acb2851fcfa",
        ),
        (
            "GET",
            "/example1/example2/../..",
            &[],
            None,
            Enabled,
            plain,
            "cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02",
        ),
        (
            "GET",
            "/example1/example2/../..",
            &[],
            None,
            Disabled,
            plain,
            "7bad1fab948577ec4e860ff2bb06ce9b69f0dd60eb8a9ad7c016b584254f9b5b",
        ),
        (
            "GET",
            "//example//",
            &[],
            None,
            Disabled,
            plain,
            "bf8c459a6a7f3879f55bff41e4dca65f69df4628456904e47f83013c0deb7276",
        ),
        (
            "GET",
            "/example%20space/",
            &[],
            None,
            Enabled,
            plain,
            "1bbd1a746b47d963b21f6e6783c689c038162ccc3f8a69abeda218a178ee4d19",
        ),
        (
            "GET",
            "/%E1%88%B4",
            &[],
            None,
            Enabled,
            plain,
            "7c8a7084825e715f0e217a7470ce3611bcfedb5b70329d9b36bba5cefd39c11a",
        ),
        (
            "GET",
            "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            &[],
            None,
            Enabled,
            plain,
            "55568a29040b287c72015a5ab482d9aaceeb1e9881f3bc946378bc3d6079f6a5",
        ),
        (
            "POST",
            "/?Param1=value1",
            &[],
            None,
            Enabled,
            plain,
            "502dea2656f02eea10bd05eeec315ea1a6686ed2861176e1670b2d67e17b2f36",
        ),
    ] {
        let mut request =
            http::Request::builder().method(method).uri(path).header("host", "example.amazonaws.com").body(()).unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let (mut parts, ()) = request.into_parts();
        let mut credentials = Credentials::new(ID, SECRET);
        credentials.session_token = token.map(str::to_owned);
        let settings = SigningSettings {
            algorithm: SigningAlgorithm::EcdsaP256,
            percent_encoding_mode: PercentEncodingMode::Single,
            uri_path_normalization_mode: normalization,
        };
        // 2015-08-30T12:36:00Z
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        let signing =
            SigningParams { credentials: &credentials, region: "us-east-1", service: "service", time, settings };
        signer.sign(&mut parts, PayloadHash::Sha256(b""), signing).unwrap();
        let header = parts.headers["authorization"].to_str().unwrap();
        let scope = "20150830/service/aws4_request";
        let start = format!("{ALGORITHM} Credential={ID}/{scope}, SignedHeaders={signed}, Signature=");
        let signature = header.strip_prefix(&start).unwrap_or_else(|| panic!("{header}"));
        verify(&format!("{ALGORITHM}\n20150830T123600Z\n{scope}\n{canonical}"), signature);
    }
}
