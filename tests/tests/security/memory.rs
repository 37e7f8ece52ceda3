//! Tests that the memory for a response is limited, regardless of its contents.

use std::task::{Context, Poll, Waker};

use fsx::call::CallOptions;
use fsx::credentials::Credentials;
use fsx::operation::describe_file_systems::DescribeFileSystemsResponse;
use fsx::testing::{MockResponse, MockTransport};
use fsx::transport::{BlockingTransport, DEFAULT_MAX_RESPONSE_SIZE, HttpOptions, HyperTransport, MAX_HEADER_SIZE};
use fsx::{Client, Config};
use serde_json::json;
use simba_bench::file_systems_response;
use simba_runtime::codec::cbor::CborCodec;
use simba_runtime::codec::event_stream::{MAX_HEADERS_LENGTH, MessageDecoder};
use simba_runtime::codec::json::JsonCodec;
use simba_runtime::codec::{Codec, MemoryLimit};
use simba_runtime::primitives::Document;
use simba_runtime::schema::{DeserializableShape, ErrorCorrection, SerdeError};

use crate::server::{Security, Server, Step};

const MIB: u64 = 1024 * 1024;

fn client(status: u16, body: Vec<u8>, max_response_size: u64) -> Client {
    let mock = MockTransport::new();
    let body = fsx::Bytes::from(body);
    mock.respond_with("DescribeFileSystems", move |_| MockResponse::json(body.clone()).status(status));
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    Client::new(config.transport(mock).max_response_size(max_response_size).build())
}

/// Returns the result of a call, and its peak memory in bytes.
fn measure<T, E: std::fmt::Display>(call: impl Future<Output = Result<T, E>>) -> (Result<(), String>, u64) {
    let mut call = std::pin::pin!(call);
    let mut outcome = None;
    // A mock does not need a runtime. The call is polled in this thread, since only this thread is measured.
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
fn the_memory_of_small_elements_is_limited() {
    // This is a regression test. In an earlier version, 8 MB of `{},` took 1.2 GB of memory with the default limit.
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
    // A call can set a different limit.
    let client = client(200, list("{}", MIB), MIB);
    let options = CallOptions::new().max_response_size(1024 * MIB);
    let (outcome, _) = measure(async { client.describe_file_systems().with_options(options).await });
    outcome.unwrap();
}

#[test]
fn nested_lists_share_a_limit() {
    let client = client(200, list(r#"{"AdministrativeActions":[{}],"Tags":[{}]}"#, MIB), MIB);
    let (outcome, peak) = measure(async { client.describe_file_systems().await });
    assert!(outcome.is_err() && peak < 8 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn the_memory_of_documents_is_limited() {
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
fn large_valid_responses_are_read() {
    let body = file_systems_response(500);
    let size = body.len() as u64;
    let client = client(200, body, size);
    let (outcome, _) = measure(async { client.describe_file_systems().await });
    outcome.unwrap();
}

/// Reads a value from a body of 1 MiB that consists of `start` and repetitions of `part`. Checks that the peak memory
/// is limited, and returns the error.
fn read(codec: &dyn Codec, value: &mut dyn DeserializableShape, start: &[u8], part: &[u8]) -> Option<SerdeError> {
    let count = usize::try_from(MIB).unwrap() / part.len();
    let body = [start, &part.repeat(count)].concat();
    let mut error = None;
    let info = allocation_counter::measure(|| {
        error = codec.deserialize(&body, MemoryLimit::for_response(MIB), value).err();
    });
    let (start, part, peak) = (start.escape_ascii(), part.escape_ascii(), info.bytes_max / MIB);
    assert!(peak < 9, "{codec:?}, {start}{part}…: {peak} MiB, {error:?}");
    error
}

/// Reads a value, which must fail because the value exceeds the limit.
fn exceed(codec: &dyn Codec, value: &mut dyn DeserializableShape, start: &[u8], part: &[u8]) {
    let error = read(codec, value, start, part).map(|error| error.to_string());
    let exceeds = error.as_ref().is_some_and(|error| error.contains("the deserialized response exceeds"));
    assert!(exceeds, "{codec:?}, {}{}…: {error:?}", start.escape_ascii(), part.escape_ascii());
}

#[test]
fn every_codec_limits_the_memory_of_every_kind_of_value() {
    let json = |value: &mut dyn DeserializableShape, start, part| exceed(&JsonCodec::AWS_JSON, value, start, part);
    json(&mut DescribeFileSystemsResponse::corrected(), br#"{"FileSystems":["#, b"{},");
    json(&mut DescribeFileSystemsResponse::corrected(), br#"{"FileSystems":[{"Tags":["#, b"{},");
    json(&mut Vec::<Vec<bool>>::new(), b"[", b"[],");
    json(&mut Vec::<String>::new(), b"[", b"\"\",");
    json(&mut Document::Null, b"[", b"0,");
    json(&mut Document::Null, b"[", b"[0],");
    json(&mut Document::Null, b"[", b"{\"\":0},");

    // Lists of indefinite length, and lists whose length is greater than that of the body.
    let cbor = |value: &mut dyn DeserializableShape, start, part| exceed(&CborCodec, value, start, part);
    cbor(&mut DescribeFileSystemsResponse::corrected(), b"\xa1\x6bFileSystems\x9f", b"\xa0");
    cbor(&mut DescribeFileSystemsResponse::corrected(), b"\xa1\x6bFileSystems\x9b\x7f\0\0\0\0\0\0\0", b"\xa0");
    cbor(&mut Vec::<Vec<bool>>::new(), b"\x9b\x7f\0\0\0\0\0\0\0", b"\x80");
    cbor(&mut Vec::<String>::new(), b"\x9f", b"\x60");
    cbor(&mut Document::Null, b"\x9f", b"\0");
    cbor(&mut Document::Null, b"\x9f", b"\x81\0");
    cbor(&mut Document::Null, b"\x9f", b"\xa1\x60\0");
}

#[test]
fn the_memory_of_skipped_and_malformed_bodies_is_limited() {
    // Unknown members, unlimited nesting, and strings and blobs that consist of many pieces.
    read(&JsonCodec::AWS_JSON, &mut DescribeFileSystemsResponse::corrected(), br#"{"Unknown":"#, b"[");
    read(&JsonCodec::AWS_JSON, &mut Document::Null, b"", b"[");
    read(&CborCodec, &mut DescribeFileSystemsResponse::corrected(), b"\xa1\x67Unknown", b"\x81");
    read(&CborCodec, &mut Document::Null, b"", b"\x81");
    read(&CborCodec, &mut String::new(), b"\x7f", b"\x61a");
    read(&CborCodec, &mut Document::Null, b"\x5f", b"\x40");
}

#[test]
fn the_memory_of_event_headers_is_limited() {
    // Headers with different short names and a boolean value. The type byte of such a header encodes the value.
    let headers: Vec<u8> =
        (0..MAX_HEADERS_LENGTH / 7).flat_map(|number| format!("\x05{number:05}\0").into_bytes()).collect();
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    let mut message = [length(16 + headers.len()), length(headers.len())].concat();
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend(&headers);
    message.extend(crc32fast::hash(&message).to_be_bytes());
    let (mut message, mut count) = (message.into(), 0);
    let info = allocation_counter::measure(|| {
        let decoded = MessageDecoder::new().decode(&mut message).unwrap();
        count = decoded.map_or(0, |message| message.headers.len());
    });
    assert_eq!(count, MAX_HEADERS_LENGTH / 7);
    assert!(info.bytes_max < 8 * MIB, "{} MiB", info.bytes_max / MIB);
}

#[test]
fn the_headers_of_a_response_take_little_memory() {
    let response = |headers: &str| {
        vec![Step::Respond(format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 2\r\n\r\n{{}}").into_bytes())]
    };
    let headers = |count: usize, value: usize| -> String {
        (0..count).map(|number| format!("X-{number}: {}\r\n", "y".repeat(value))).collect()
    };
    let endless = |part: Vec<u8>| vec![Step::Respond(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Repeat(part, 1 << 20)];
    let allowed = headers(90, MAX_HEADER_SIZE / 100);
    for (name, script, is_allowed) in [
        ("almost as many and as large headers as are allowed", response(&allowed), true),
        ("a large header", response(&headers(1, 2 * MAX_HEADER_SIZE)), false),
        ("many tiny headers", response(&headers(MAX_HEADER_SIZE / 8, 0)), false),
        ("endless tiny headers", endless(b"a:\r\n".repeat(1024)), false),
        ("an endless header", endless(vec![b'y'; 4096]), false),
    ] {
        let check = |client: &str, outcome: Result<(), String>, peak: u64| {
            let limit = format!("more than 100 headers, or more than {MAX_HEADER_SIZE} bytes of headers");
            let is_expected =
                outcome.as_ref().map_or_else(|error| !is_allowed && error.contains(&limit), |()| is_allowed);
            assert!(is_expected, "{client}, {name}: {outcome:?}");
            assert!(peak < MIB, "{client}, {name}: {} KiB", peak / 1024);
        };
        let config = |server: &Server| {
            let config =
                Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
            config.endpoint_url(server.url())
        };
        let error = |error: fsx::error::SdkError<_>| error.to_string();

        let server = Server::start(Security::Plain, vec![script.clone()]);
        let client = Client::new(config(&server).transport(HyperTransport::new(HttpOptions::new())).build());
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut outcome = Ok(());
        let info = allocation_counter::measure(|| {
            outcome = tokio.block_on(async { client.describe_backups().await.map(drop).map_err(error) });
        });
        check("asynchronous", outcome, info.bytes_max);

        let server = Server::start(Security::Plain, vec![script]);
        let transport = BlockingTransport::new(HttpOptions::new());
        let client = fsx::blocking::Client::new(config(&server).transport(transport).build());
        let mut outcome = Ok(());
        let info = allocation_counter::measure(|| {
            outcome = client.describe_backups().send().map(drop).map_err(error);
        });
        check("blocking", outcome, info.bytes_max);
    }
}
