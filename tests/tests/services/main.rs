//! Generates clients for services that use the restJson1 and rpcv2Cbor protocols, and compares their calls with those
//! of botocore. Sequences of calls are tested with moto.
//!
//! A single program contains all clients, so that they are built only once. `cargo xtask test` installs botocore and
//! moto, which are written in Python. Without them, these tests are skipped with a message.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "Tests fail by panicking, and print what they compared.")]

mod cbor;
mod models;
#[expect(dead_code, reason = "These tests use only a part of the module.")]
#[path = "../moto/server.rs"]
mod server;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use models::SERVICES;
use serde_json::{Map, Value, json};

/// The number of cases for each operation. In every fourth case, the service returns an error.
const CASES: usize = 20;

/// The program that calls the services.
static PROGRAM: LazyLock<Option<PathBuf>> = LazyLock::new(models::build);

#[test]
fn services_of_moto_can_be_used() {
    let Some((program, server)) = PROGRAM.as_ref().zip(server::Server::shared()) else { return };
    server.ask("roles.py");
    output(simba_tests::program(program).args(["moto", &server.url]));
}

#[test]
fn calls_match_botocore() {
    let Some((program, python)) = PROGRAM.as_ref().zip(simba_tests::python()) else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/calls.py");
    let words = SERVICES.iter().map(|service| match service.operations {
        [] => service.name.to_owned(),
        operations => format!("{}:{}", service.name, operations.join(",")),
    });
    let mut command = simba_tests::program(python);
    let jobs = output(command.env("PYTHONUTF8", "1").arg(script).arg(CASES.to_string()).args(words));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("services.jsonl");
    fs::write(&file, &jobs).unwrap();
    let called = output(simba_tests::program(program).arg("calls").arg(&file));

    let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let pairs: Vec<_> = jobs.lines().map(parse).zip(called.lines().map(parse)).collect();
    let differences: Vec<_> = pairs.iter().filter_map(|(job, ours)| compare(job, ours)).collect();
    let shown: Vec<_> = differences.iter().take(20).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} of {} calls differ:\n{}", differences.len(), pairs.len(), shown.join("\n"));
    assert_eq!(pairs.len(), jobs.lines().count());
    println!("{} calls of {} services are those of botocore", pairs.len(), SERVICES.len());
}

/// Runs a command, which must succeed, and returns its standard output.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Compares the request and the result of a call with those of botocore, and returns the first difference.
fn compare(job: &Value, ours: &Value) -> Option<String> {
    let mut theirs = compared(&job["theirs"]);
    let mut ours = compared(ours);
    // Smithy requires a content type for blobs and strings, but botocore does not send one.
    if theirs["headers"].get("content-type").is_none() {
        let sent = ours["headers"].get("content-type").cloned();
        if sent.is_some_and(|sent| sent == "application/octet-stream" || sent == "text/plain") {
            theirs["headers"]["content-type"] = ours["headers"]["content-type"].clone();
        }
    }
    let shown = ours.get_mut("error").and_then(|error| error.as_object_mut()?.remove("shown"));
    let differs = difference("", &ours, &theirs)?;
    Some(format!(
        "{} {} {}: {differs}\n  input {}\n  response {}\n  our error {}",
        job["service"],
        job["operation"],
        job["number"],
        job["input"],
        job["response"],
        shown.unwrap_or_default()
    ))
}

/// Headers that are not compared. They are about the client, the attempt and the signature, and differ on purpose.
const NOT_COMPARED: [&str; 8] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-length",
    "host",
    "user-agent",
    "x-amz-date",
    "x-amz-region-set",
];

/// Returns the parts of a result that are compared.
fn compared(result: &Value) -> Value {
    let mut result = result.clone();
    let is_cbor = result["headers"]["content-type"] == "application/cbor";
    if let Some(headers) = result["headers"].as_object_mut() {
        headers.retain(|name, _| !NOT_COMPARED.contains(&name.as_str()));
        for value in headers.values_mut() {
            // Smithy separates the elements of a list with a comma and a space, and botocore with a comma.
            *value = json!(value.as_str().unwrap_or_default().replace(", ", ","));
        }
    }
    // The order of members and the spelling of strings and numbers have no meaning.
    let body = bytes(result["body"].as_str().unwrap_or_default());
    if is_cbor {
        result["body"] = cbor::value(&body).unwrap_or_else(|| panic!("invalid CBOR: {body:?}"));
    } else if let Ok(body) = serde_json::from_slice::<Value>(&body) {
        result["body"] = body;
    }
    result
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Returns the first difference between two values. Numbers with the same value are equal.
fn difference(path: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let absent = json!("(absent)");
            let value = |object: &Map<String, Value>, name: &str| object.get(name).unwrap_or(&absent).clone();
            let names = ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name)));
            names
                .into_iter()
                .find_map(|name| difference(&format!("{path}.{name}"), &value(ours, name), &value(theirs, name)))
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.find_map(|(index, (ours, theirs))| difference(&format!("{path}[{index}]"), ours, theirs))
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.as_f64() == theirs.as_f64() => None,
        _ if ours == theirs => None,
        _ => Some(format!("{path}: ours is {ours}, botocore's is {theirs}")),
    }
}
