//! Tests with the encoded messages from botocore's test suite, and with malformed messages.

use super::*;
use crate::primitives::Timestamp;

/// Returns encoded messages, each with the decoded message.
fn known() -> Vec<(&'static [u8], Message)> {
    let empty = Message::default;
    vec![
        (b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff", empty()),
        (
            b"\x00\x00\x00\x17\x00\x00\x00\x07)\x86\x01X\x04byte\x02\xff\xc2\xf8i\xdc",
            empty().with_header("byte", HeaderValue::Byte(-1)),
        ),
        (
            b"\x00\x00\x00\x19\x00\x00\x00\tq\x0e\x92>\x05short\x03\xff\xff\xb2|\xb6\xcc",
            empty().with_header("short", HeaderValue::Short(-1)),
        ),
        (
            b"\x00\x00\x00\x1d\x00\x00\x00\r\x83\xe3\xf0\xe7\x07integer\x04\xff\xff\xff\xff\x8b\x8e\x12\xeb",
            empty().with_header("integer", HeaderValue::Integer(-1)),
        ),
        (
            b"\x00\x00\x00\x1e\x00\x00\x00\x0e]J\xdb\x8d\x04long\x05\xff\xff\xff\xff\xff\xff\xff\xffK\xc22\xda",
            empty().with_header("long", HeaderValue::Long(-1)),
        ),
        (b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", Message::new("{'foo':'bar'}")),
        (
            b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
            Message::new("{'foo':'bar'}").with_header("content-type", "application/json"),
        ),
        (
            b"\x00\x00\x00\x62\x00\x00\x00\x52\x03\xb5\xcb\x9c\x010\x00\x011\x01\x012\x02\x02\x013\x03\x00\x03\
              \x014\x04\x00\x00\x00\x04\x015\x05\x00\x00\x00\x00\x00\x00\x00\x05\x016\x06\x00\x05bytes\
              \x017\x07\x00\x04utf8\x018\x08\x00\x00\x00\x00\x00\x00\x00\x08\x019\x090123456789abcdef\x63\x35\x36\x71",
            empty()
                .with_header("0", HeaderValue::Boolean(true))
                .with_header("1", HeaderValue::Boolean(false))
                .with_header("2", HeaderValue::Byte(2))
                .with_header("3", HeaderValue::Short(3))
                .with_header("4", HeaderValue::Integer(4))
                .with_header("5", HeaderValue::Long(5))
                .with_header("6", HeaderValue::Blob(Bytes::from_static(b"bytes")))
                .with_header("7", "utf8")
                .with_header("8", HeaderValue::Timestamp(Timestamp::new(0, 8_000_000)))
                .with_header("9", HeaderValue::Uuid(*b"0123456789abcdef")),
        ),
    ]
}

fn decode(encoded: &[u8]) -> Result<Option<Message>, SerdeError> {
    MessageDecoder::new().decode(&mut Bytes::copy_from_slice(encoded))
}

/// Returns the error for a message with the given encoded headers and valid checksums.
fn header_error(headers: &[u8]) -> String {
    let mut frame = Vec::new();
    frame.put_u32(u32::try_from(headers.len() + 16).unwrap());
    frame.put_u32(u32::try_from(headers.len()).unwrap());
    frame.put_u32(crc32fast::hash(&frame));
    frame.extend_from_slice(headers);
    frame.put_u32(crc32fast::hash(&frame));
    decode(&frame).unwrap_err().to_string()
}

/// Returns the error for a prelude with the given lengths and a valid checksum.
fn prelude_error(total: u32, headers: u32) -> String {
    let mut prelude = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    prelude.put_u32(crc32fast::hash(&prelude));
    decode(&prelude).unwrap_err().to_string()
}

#[test]
fn known_encodings_are_encoded_and_decoded() {
    for (encoded, message) in known() {
        assert_eq!(message.encode().unwrap(), encoded, "{message:?}");
        assert_eq!(decode(encoded).unwrap(), Some(message));
    }
}

#[test]
fn messages_are_decoded_from_chunks_of_any_size() {
    let (encoded, messages): (Vec<_>, Vec<_>) = known().into_iter().unzip();
    let stream = encoded.concat();
    for size in [1, 2, 7, 16, 50, stream.len()] {
        let mut decoder = MessageDecoder::new();
        let mut decoded = Vec::new();
        for chunk in stream.chunks(size) {
            let mut chunk = Bytes::copy_from_slice(chunk);
            while let Some(message) = decoder.decode(&mut chunk).unwrap() {
                decoded.push(message);
            }
            assert!(chunk.is_empty());
        }
        decoder.finish().unwrap();
        assert_eq!(decoded, messages, "chunks of {size} bytes");
    }
}

#[test]
fn a_corrupted_message_is_an_error() {
    let valid = Message::new("{'foo':'bar'}").with_header("content-type", "application/json").encode().unwrap();
    for (at, expected) in [
        (3, "checksum mismatch in the prelude: expected 07fd8396, computed 3a9daa26"),
        (11, "checksum mismatch in the prelude: expected 07fd8397, computed 07fd8396"),
        (20, "checksum mismatch in the message: expected 8d9c08b1, computed 0d6c1fae"),
        (50, "checksum mismatch in the message: expected 8d9c08b1, computed 2beb0305"),
        (60, "checksum mismatch in the message: expected 8d9c08b0, computed 8d9c08b1"),
    ] {
        let mut corrupted = valid.to_vec();
        corrupted[at] ^= 1;
        assert_eq!(decode(&corrupted).unwrap_err().to_string(), expected, "byte {at}");
    }
}

#[test]
fn lengths_are_checked_before_anything_is_buffered() {
    assert_eq!(prelude_error(15, 0), "a message of 15 bytes cannot have 0 bytes of headers");
    assert_eq!(prelude_error(20, 5), "a message of 20 bytes cannot have 5 bytes of headers");
    assert_eq!(
        prelude_error(200_000, 128 * 1024 + 1),
        "a message has 131073 bytes of headers, which exceeds the limit of 131072"
    );
    assert_eq!(
        prelude_error(u32::MAX, 0),
        "a message has 4294967279 bytes of payload, which exceeds the limit of 25165824"
    );
}

#[test]
fn a_long_message_takes_only_the_memory_for_the_received_bytes() {
    let long = Message::new(vec![0; MAX_PAYLOAD_LENGTH]).encode().unwrap();
    let mut decoder = MessageDecoder::new();
    assert_eq!(decoder.decode(&mut long.slice(..1000)).unwrap(), None);
    assert!(decoder.partial.capacity() < 4000, "{}", decoder.partial.capacity());
    assert!(decoder.decode(&mut long.slice(1000..)).unwrap().is_some());
    assert!(Message::new(vec![0; MAX_PAYLOAD_LENGTH + 1]).encode().is_err());
}

#[test]
fn a_stream_that_ends_within_a_message_is_an_error() {
    let encoded = Message::new("payload").encode().unwrap();
    for (length, expected) in [
        (1, "the stream ended in the middle of a message: received 1 of at least 16 bytes"),
        (12, "the stream ended in the middle of a message: received 12 of 23 bytes"),
        (22, "the stream ended in the middle of a message: received 22 of 23 bytes"),
    ] {
        let mut decoder = MessageDecoder::new();
        assert_eq!(decoder.decode(&mut encoded.slice(..length)).unwrap(), None);
        assert_eq!(decoder.finish().unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_malformed_header_is_an_error() {
    for (headers, expected) in [
        (&b"\x09test"[..], "a header name exceeds the length of the headers"),
        (b"\x00\x00", "a header has no name"),
        (b"\x02\xff\xfe\x00", "a header name is not valid UTF-8"),
        (b"\x04test", "the header `test` exceeds the length of the headers"),
        (b"\x04test\x0a", "the header `test` has a value of unknown type 10"),
        (b"\x04test\x04\x00\x00\x00", "the header `test` exceeds the length of the headers"),
        (b"\x04test\x07\x00", "the header `test` exceeds the length of the headers"),
        (b"\x04test\x07\x00\x05four", "the header `test` exceeds the length of the headers"),
        (b"\x04test\x07\x00\x01\xff", "the header `test` is not valid UTF-8"),
        (
            b"\x04test\x08\x7f\xff\xff\xff\xff\xff\xff\xff",
            "the header `test` contains a timestamp that is out of range",
        ),
        (b"\x04test\x09\x00", "the header `test` exceeds the length of the headers"),
        (b"\x04test\x00\x04test\x01", "duplicate header `test`"),
    ] {
        assert_eq!(header_error(headers), expected);
    }
}

#[test]
fn a_header_that_is_too_long_is_not_encoded() {
    let error = |message: Message| message.encode().unwrap_err().to_string();
    let empty = Message::default;
    assert_eq!(error(empty().with_header("", "")), "a header name has 0 bytes; expected 1 to 255");
    assert_eq!(error(empty().with_header("x".repeat(256), "")), "a header name has 256 bytes; expected 1 to 255");
    assert_eq!(
        error(empty().with_header("x", &*"x".repeat(65_536))),
        "the value of the header `x` has 65536 bytes; expected at most 65535"
    );
    let beyond = Timestamp::new(i64::MAX, 0);
    assert_eq!(
        error(empty().with_header("x", HeaderValue::Timestamp(beyond))),
        "the timestamp in the header `x` is out of range"
    );
    let many = (0..3).fold(empty(), |message, n| message.with_header(n.to_string(), &*"x".repeat(50_000)));
    assert_eq!(error(many), "a message has 150015 bytes of headers, which exceeds the limit of 131072");
}
