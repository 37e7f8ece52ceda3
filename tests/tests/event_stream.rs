//! Compares the encoding and decoding of event stream messages with those of AWS's own implementation.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

use aws_smithy_eventstream::frame::{read_message_from, write_message_to};
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream as aws;
use fsx::Bytes;
use fsx::primitives::Timestamp;
use fsx::runtime::codec::event_stream::{Header, HeaderValue, Message, MessageDecoder};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = HeaderValue> {
    prop_oneof![
        any::<bool>().prop_map(HeaderValue::Boolean),
        any::<i8>().prop_map(HeaderValue::Byte),
        any::<i16>().prop_map(HeaderValue::Short),
        any::<i32>().prop_map(HeaderValue::Integer),
        any::<i64>().prop_map(HeaderValue::Long),
        vec(any::<u8>(), 0..40).prop_map(|bytes| HeaderValue::Blob(bytes.into())),
        ".{0,40}".prop_map(HeaderValue::String),
        // All timestamps with years from 0 to 9999.
        (-62_167_219_200_i64..253_402_300_800, 0_u32..1000)
            .prop_map(|(seconds, millis)| HeaderValue::Timestamp(Timestamp::new(seconds, millis * 1_000_000))),
        any::<[u8; 16]>().prop_map(HeaderValue::Uuid),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    (btree_map(".{1,60}", value(), 0..6), vec(any::<u8>(), 0..200)).prop_map(|(headers, payload)| Message {
        headers: headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
        payload: payload.into(),
    })
}

/// Converts a message to AWS's type.
fn to_aws(message: &Message) -> aws::Message {
    message.headers.iter().fold(aws::Message::new(message.payload.clone()), |converted, header| {
        let value = match &header.value {
            HeaderValue::Boolean(value) => aws::HeaderValue::Bool(*value),
            HeaderValue::Byte(value) => aws::HeaderValue::Byte(*value),
            HeaderValue::Short(value) => aws::HeaderValue::Int16(*value),
            HeaderValue::Integer(value) => aws::HeaderValue::Int32(*value),
            HeaderValue::Long(value) => aws::HeaderValue::Int64(*value),
            HeaderValue::Blob(value) => aws::HeaderValue::ByteArray(value.clone()),
            HeaderValue::String(value) => aws::HeaderValue::String(value.clone().into()),
            HeaderValue::Timestamp(value) => {
                aws::HeaderValue::Timestamp(DateTime::from_secs_and_nanos(value.as_secs(), value.subsec_nanos()))
            }
            HeaderValue::Uuid(value) => aws::HeaderValue::Uuid(u128::from_be_bytes(*value)),
        };
        converted.add_header(aws::Header::new(header.name.clone(), value))
    })
}

/// Decodes a stream that arrives in chunks of these sizes. After the last size, the sizes are repeated.
fn decode(stream: &[u8], sizes: &[usize]) -> Result<Vec<Message>, fsx::runtime::schema::SerdeError> {
    let mut decoder = MessageDecoder::new();
    let (mut messages, mut rest, mut sizes) = (Vec::new(), stream, sizes.iter().cycle());
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
        rest = behind;
        let mut chunk = Bytes::copy_from_slice(chunk);
        while let Some(message) = decoder.decode(&mut chunk)? {
            messages.push(message);
        }
    }
    decoder.finish()?;
    Ok(messages)
}

proptest! {
    #[test]
    fn messages_are_compatible_with_aws(message in message()) {
        let ours = message.encode().unwrap();
        let mut theirs = Vec::new();
        write_message_to(&to_aws(&message), &mut theirs).unwrap();
        prop_assert_eq!(&ours[..], &theirs[..]);
        prop_assert_eq!(read_message_from(&mut ours.clone()).unwrap(), to_aws(&message));
        prop_assert_eq!(decode(&theirs, &[theirs.len()]).unwrap(), vec![message]);
    }

    #[test]
    fn messages_arrive_in_chunks_of_any_sizes(
        messages in vec(message(), 0..5),
        sizes in vec(1_usize..300, 1..10),
    ) {
        let stream: Vec<u8> = messages.iter().flat_map(|message| message.encode().unwrap()).collect();
        prop_assert_eq!(decode(&stream, &sizes).unwrap(), messages);
    }

    #[test]
    fn changed_and_truncated_messages_are_rejected(
        message in message(),
        at in any::<prop::sample::Index>(),
        change in 1_u8..=255,
        sizes in vec(1_usize..300, 1..10),
    ) {
        let valid = message.encode().unwrap();
        let at = at.index(valid.len());
        let mut changed = valid.to_vec();
        changed[at] ^= change;
        prop_assert!(decode(&changed, &sizes).is_err());
        prop_assert_eq!(decode(&valid[..at], &sizes).is_err(), at > 0);
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(stream in vec(any::<u8>(), 0..300), sizes in vec(1_usize..300, 1..10)) {
        let _ = decode(&stream, &sizes);
    }

    /// Checks that both implementations read the same headers. The checksums of the messages are valid, so that the
    /// headers are read.
    #[test]
    fn aws_accepts_the_headers_that_we_accept(headers in vec(any::<u8>(), 0..60)) {
        let message = with_headers(&headers);
        if let Ok(messages) = decode(&message, &[message.len()]) {
            let read = read_message_from(&mut Bytes::from(message)).unwrap();
            prop_assert_eq!(vec![read], messages.iter().map(to_aws).collect::<Vec<_>>());
        }
    }
}

/// Returns a message with these encoded headers and valid checksums.
fn with_headers(headers: &[u8]) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    let mut message = [length(headers.len() + 16), length(headers.len())].concat();
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend(headers);
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message
}
