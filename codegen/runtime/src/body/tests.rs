use std::collections::VecDeque;

use super::*;
use crate::clock::block_on;

/// A stream of chunks that are available immediately.
struct Pieces(VecDeque<Result<Bytes, BoxError>>);

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

fn pieces(pieces: &[&'static str]) -> Pieces {
    Pieces(pieces.iter().map(|piece| Ok(Bytes::from(*piece))).collect())
}

#[test]
fn bytes_can_be_sent_again_and_streams_cannot() {
    let open = || Body::from_stream(pieces(&["a", "b"]), Some(2));
    for (body, length, replayable) in [
        (Body::empty(), Some(0), true),
        (Body::from("ab"), Some(2), true),
        (Body::from_stream(pieces(&["a", "b"]), None), None, false),
        (open(), Some(2), false),
        (Body::wrap(Body::from("ab")), Some(2), false),
        (Body::replayable(Some(2), open), Some(2), true),
    ] {
        assert_eq!(body.content_length(), length, "{body:?}");
        assert_eq!(body.is_replayable(), replayable, "{body:?}");
        assert_eq!(body.try_clone().is_some(), replayable, "{body:?}");
    }
}

#[test]
fn a_body_is_read_in_chunks_or_as_a_whole() {
    let mut body = Body::from_stream(pieces(&["a", "b"]), None);
    let next = |body: &mut Body| block_on(body.next()).transpose().unwrap();
    assert_eq!([next(&mut body), next(&mut body), next(&mut body)], [Some("a".into()), Some("b".into()), None]);
    for body in [
        Body::from("one two"),
        Body::from_stream(pieces(&["one", " two"]), Some(7)),
        Body::replayable(None, || Body::from_stream(pieces(&["one", " ", "two"]), None)),
    ] {
        assert_eq!(block_on(body.collect()).unwrap(), "one two");
    }
}

#[test]
fn a_stream_ends_after_an_error() {
    let pieces = || Pieces([Ok("a".into()), Err("broken".into()), Err("broken".into())].into());
    for mut body in
        [Body::from_stream(pieces(), None), Body::replayable(None, move || Body::from_stream(pieces(), None))]
    {
        assert_eq!(block_on(body.next()).unwrap().unwrap(), "a");
        assert_eq!(block_on(body.next()).unwrap().unwrap_err().to_string(), "broken");
        assert!(block_on(body.next()).is_none());
    }
}

#[test]
fn a_replayable_body_is_opened_for_each_attempt() {
    let body = Body::replayable(None, || Body::from_stream(pieces(&["a", "b"]), None));
    for _ in 0..2 {
        assert_eq!(block_on(body.for_attempt().unwrap().collect()).unwrap(), "ab");
    }
    let once = Body::from_stream(pieces(&["a", "b"]), None);
    assert_eq!(block_on(once.for_attempt().unwrap().collect()).unwrap(), "ab");
    assert!(once.for_attempt().is_none());
}

#[test]
fn the_size_limit_applies_with_and_without_an_announced_length() {
    for body in [
        || Body::from("123456789"),
        || Body::from_stream(pieces(&["12345", "6789"]), None),
        || Body::from_stream(pieces(&["12345", "6789"]), Some(9)),
    ] {
        assert_eq!(block_on(body().collect_up_to(9)).unwrap(), "123456789");
        let error = block_on(body().collect_up_to(8)).unwrap_err();
        assert!(error.is::<LengthLimitError>(), "{error}");
        assert_eq!(error.to_string(), "the body is larger than 8 bytes");
    }
    // A body whose announced length is too large is not read.
    let unread = Pieces(VecDeque::from([Err("it was read".into())]));
    let error = block_on(Body::from_stream(unread, Some(9)).collect_up_to(8)).unwrap_err();
    assert!(error.is::<LengthLimitError>(), "{error}");
}

#[test]
fn debug_does_not_show_the_content() {
    assert_eq!(format!("{:?}", Body::from("secret")), "Body { kind: \"bytes\", length: Some(6) }");
    let stream = Body::from_stream(pieces(&["secret"]), None);
    assert_eq!(format!("{stream:?}"), "Body { kind: \"stream\", length: None }");
}

#[test]
fn a_stream_of_another_length_than_declared_is_an_error() {
    for (length, expected) in
        [(5, "the stream is shorter than its declared length"), (2, "the stream is longer than its declared length")]
    {
        let error = block_on(Body::from_stream(pieces(&["a", "bc"]), Some(length)).collect()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(block_on(Body::from_stream(pieces(&["a", "bc"]), Some(3)).collect()).unwrap(), "abc");
}

#[test]
fn an_announced_length_reserves_limited_memory() {
    let error = block_on(Body::from_stream(pieces(&["a", "b"]), Some(u64::MAX)).collect()).unwrap_err();
    assert!(error.to_string().starts_with("the stream is shorter"), "{error}");
}

#[test]
fn the_length_of_a_replayable_body_is_known_without_opening_it() {
    let body = Body::replayable(Some(2), || unreachable!("it is not read"));
    assert_eq!((body.content_length(), format!("{body:?}").contains("Some(2)")), (Some(2), true));
}
