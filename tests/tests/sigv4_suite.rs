//! Tests the signer with AWS's test suite for Signature Version 4. The suite is in the source distribution of botocore,
//! which `cargo xtask test` downloads.
//!
//! Each case consists of an HTTP/1.1 request and the expected `Authorization` header. Requests are parsed as a server
//! would parse them, so folded headers are unfolded. Characters that are not valid in a URI are percent-encoded. A path
//! with such characters is signed as it is sent, and is not encoded again.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "Tests fail by panicking, and print which cases they ran and skipped."
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fsx::credentials::Credentials;
use fsx::http::{HeaderName, HeaderValue, Request};
use fsx::runtime::sigv4::{PayloadHash, PercentEncodingMode, Signer, SigningParams, SigningSettings};

/// The cases that do not apply to our client, with reasons.
const SKIPPED: &[(&str, &str)] = &[(
    "post-sts-token/post-sts-header-after",
    "the session token is added after signing, as some services used to require; our signer always signs it",
)];

/// The expected number of cases, which ensures that all cases are found.
const CASES: usize = 34;

#[test]
fn signatures_match_the_published_suite() {
    let Some(source) = simba_tests::botocore() else { return };
    let suite = source.join("tests/unit/auth/aws4_testsuite");
    let mut cases = BTreeMap::new();
    find(&suite, &suite, &mut cases);
    assert_eq!(cases.len(), CASES, "the cases in {}", suite.display());
    for (name, why) in SKIPPED {
        assert!(cases.remove(*name).is_some(), "{name} is no longer in the suite");
        println!("skipped {name}: {why}");
    }

    // A single signer is used for all cases, to test that its cached key is replaced when necessary.
    let signer = Signer::new();
    let mut wrong = Vec::new();
    for (name, file) in &cases {
        let expected = read(&file.with_extension("authz"));
        let given = authorization(&signer, &read(&file.with_extension("req")), token(file).as_deref());
        if given != expected.trim_end() {
            wrong.push(format!("{name}: ours is\n  {given}\nnot\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases fail:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    println!("{} cases passed, {} were skipped", cases.len(), SKIPPED.len());
}

/// Finds the request files in a directory, by the path of their case.
fn find(suite: &Path, directory: &Path, cases: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(suite, &path, cases);
        } else if path.extension().is_some_and(|extension| extension == "req") {
            let name = directory.strip_prefix(suite).unwrap().to_str().unwrap().replace('\\', "/");
            cases.insert(name, path);
        }
    }
}

/// Returns the session token of a case. Some requests already contain the token. For others, only the canonical request
/// contains it.
fn token(file: &Path) -> Option<String> {
    let canonical = read(&file.with_extension("creq"));
    canonical.lines().find_map(|line| line.strip_prefix("x-amz-security-token:")).map(str::to_owned)
}

fn read(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.replace('\r', "")
}

fn authorization(signer: &Signer, text: &str, token: Option<&str>) -> String {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let (line, headers) = head.split_once('\n').unwrap();
    let (method, target) = line.strip_suffix(" HTTP/1.1").unwrap().split_once(' ').unwrap();
    let percent_encoding_mode =
        if target.contains(' ') { PercentEncodingMode::Single } else { PercentEncodingMode::Double };
    let settings = SigningSettings { percent_encoding_mode, ..SigningSettings::default() };
    let uri = format!("https://example.amazonaws.com{}", target.replace(' ', "%20"));
    let mut request = Request::builder().method(method).uri(uri);
    for header in unfold(headers).lines() {
        let (name, value) = header.split_once(':').unwrap();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        // The token is part of the credentials.
        if name != "x-amz-security-token" {
            request = request.header(name, HeaderValue::from_str(value).unwrap());
        }
    }
    let (mut parts, body) = request.body(body).unwrap().into_parts();
    let mut credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    credentials.session_token = token.map(str::to_owned);
    // All cases use this time: 2015-08-30, 12:36:00.
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    let signing = SigningParams { credentials: &credentials, region: "us-east-1", service: "service", time, settings };
    signer.sign(&mut parts, PayloadHash::Sha256(body.as_bytes()), signing).unwrap();
    parts.headers["authorization"].to_str().unwrap().to_owned()
}

/// Unfolds headers by replacing each fold with a space, since HTTP no longer supports folded headers.
fn unfold(headers: &str) -> String {
    headers.replace("\n ", " ").trim_end().to_owned()
}
