//! The memory that a response can use is limited, whatever it contains.

use std::task::{Context, Poll, Waker};

use fsx::call::CallOptions;
use fsx::credentials::Credentials;
use fsx::testing::{MockResponse, MockTransport};
use fsx::transport::DEFAULT_MAX_RESPONSE_SIZE;
use fsx::{Client, Config};
use serde_json::json;
use simba_bench::file_systems_response;

const MIB: u64 = 1024 * 1024;

fn client(status: u16, body: Vec<u8>, max_response_size: u64) -> Client {
    let mock = MockTransport::new();
    let body = fsx::Bytes::from(body);
    mock.respond_with("DescribeFileSystems", move |_| MockResponse::json(body.clone()).status(status));
    let config = Config::builder().region("us-east-1").credentials(Credentials::new("AKIDEXAMPLE", "secret"));
    Client::new(config.transport(mock).max_response_size(max_response_size).build())
}

/// Returns the result of a call, and its peak memory in bytes.
fn measure<T, E: std::fmt::Display>(call: impl Future<Output = Result<T, E>>) -> (Result<(), String>, u64) {
    let mut call = std::pin::pin!(call);
    let mut outcome = None;
    // A mock does not need a runtime, and the measurement is limited to this thread.
    let info = allocation_counter::measure(|| {
        while outcome.is_none() {
            if let Poll::Ready(ready) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                outcome = Some(ready.map(drop).map_err(|error| error.to_string()));
            }
        }
    });
    (outcome.unwrap(), info.bytes_max)
}

/// Returns a response of the given size whose list consists of this element.
fn list(element: &str, size: u64) -> Vec<u8> {
    let count = (usize::try_from(size).unwrap() - "{\"FileSystems\":[]}".len()) / (element.len() + 1);
    format!("{{\"FileSystems\":[{}]}}", vec![element; count].join(",")).into_bytes()
}

#[test]
fn small_elements_do_not_become_large_ones_without_end() {
    // This was reported: with the default limit, 8 MB of `{},` became 1.2 GB.
    for (size, max, most) in [(8 * MIB, DEFAULT_MAX_RESPONSE_SIZE, 400 * MIB), (MIB, MIB, 8 * MIB)] {
        let client = client(200, list("{}", size), max);
        let (outcome, peak) = measure(async { client.describe_file_systems().await });
        let error = outcome.unwrap_err();
        assert!(
            error.contains("the deserialized response exceeds") && error.contains("`max_response_size`"),
            "{error}"
        );
        assert!(peak < most, "{} MiB", peak / MIB);
    }
    // A call can set another limit.
    let client = client(200, list("{}", MIB), MIB);
    let options = CallOptions::new().max_response_size(1024 * MIB);
    let (outcome, _) = measure(async { client.describe_file_systems().with_options(options).await });
    outcome.unwrap();
}

#[test]
fn nested_lists_share_the_limit() {
    let client = client(200, list(r#"{"AdministrativeActions":[{}],"Tags":[{}]}"#, MIB), MIB);
    let (outcome, peak) = measure(async { client.describe_file_systems().await });
    assert!(outcome.is_err() && peak < 8 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn documents_are_bounded_too() {
    for element in ["[0]", r#"{"":0}"#, "[[[0]]]"] {
        for status in [200, 400] {
            let client = client(status, list(element, MIB), MIB);
            let (outcome, peak) = measure(async { client.call_raw("DescribeFileSystems", json!({})).await });
            let error = outcome.unwrap_err();
            assert!(status != 200 || error.contains("the deserialized response exceeds"), "{error}");
            assert!(peak < 8 * MIB, "{element}, {status}: {} MiB", peak / MIB);
        }
    }
}

#[test]
fn what_services_send_is_read_at_its_largest() {
    let body = file_systems_response(500);
    let size = body.len() as u64;
    let client = client(200, body, size);
    let (outcome, _) = measure(async { client.describe_file_systems().await });
    outcome.unwrap();
}
