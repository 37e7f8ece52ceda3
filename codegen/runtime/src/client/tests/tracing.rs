//! Tests of the spans and events that the `tracing` feature records for a call, and of the values that are omitted.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::toy::Toy;
use crate::retry::{FailedAttempt, RetryConfig, RetryPolicy};
use crate::testing::{MockResponse, TransportFault};
use crate::timeout::TimeoutConfig;

/// A subscriber that adds lines to a list of the current thread: one for each span, for each record of a span's values,
/// and for each event. The subscriber is global, because a subscriber for a single thread may miss callsites that other
/// threads registered first.
struct Journal;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // The wait is random, so it is omitted.
        if field.name() != "wait_ms" {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }
}

impl Journal {
    fn write(&self, start: String, fill: impl FnOnce(&mut Line)) {
        let mut line = Line(start);
        fill(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }
}

impl Subscriber for Journal {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let metadata = span.metadata();
        self.write(format!("{} {}", metadata.level(), metadata.name()), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.write("record".to_owned(), |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.write(event.metadata().level().to_string(), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn journal(toy: &Toy) -> Vec<String> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Journal).unwrap());
    // Other tests check the result of the call.
    let _ = toy.get();
    LINES.take()
}

#[test]
fn a_call_has_a_span_and_a_retry_has_an_event() {
    let toy = Toy::new();
    toy.mock.respond("GetToy", MockResponse::error("SlowDown", "a message").status(503));
    toy.mock.respond("GetToy", TransportFault::ConnectionReset);
    toy.mock.respond("GetToy", MockResponse::json(r#"{"a":"body"}"#));
    assert_eq!(
        journal(&toy),
        [
            "DEBUG aws_call service=\"Toy Box\" operation=\"GetToy\" region=\"eu-west-1\"",
            "DEBUG message=retrying attempt=1 max_attempts=3 error=\"SlowDown\" status=503 throttling=true",
            "DEBUG message=retrying attempt=2 max_attempts=3 error=\"Transport\" \
             cause=\"the connection to the mock failed: connection reset\" throttling=false",
            "record attempts=3",
            "record status=200",
            "record request_id=\"mock-request-id\"",
        ]
    );
}

#[test]
fn a_failure_is_logged_with_its_code_and_the_reason_why_it_is_not_retried() {
    let toy = Toy::new();
    toy.mock.respond("GetToy", MockResponse::error("NoSuchToy", "the secret name of the toy"));
    assert_eq!(
        journal(&toy)[1..],
        [
            "DEBUG message=not retrying attempt=1 max_attempts=3 error=\"NoSuchToy\" status=400 throttling=false \
             reason=\"the error is not retryable\"",
            "record attempts=1",
            "record status=400",
            "record request_id=\"mock-request-id\"",
            "record error=\"NoSuchToy\""
        ]
    );
}

#[test]
fn a_call_that_is_retried_no_longer_is_logged_with_the_reason() {
    let reason_for = |toy: Toy, fault: TransportFault| {
        toy.mock.respond_with("GetToy", move |_| fault.into());
        let lines = journal(&toy);
        let last = lines.iter().rfind(|line| line.contains("not retrying")).unwrap();
        last.split_once("reason=").unwrap().1.to_owned()
    };
    let reason = |toy: Toy| reason_for(toy, TransportFault::ConnectionReset);
    assert_eq!(reason(Toy::new()), "\"no attempts left\"");
    let stream = Toy::of(&super::streams::ONCE, |config| config);
    assert_eq!(reason(stream), "\"the request's body is a stream that can be sent only once\"");
    let own = Toy::with(|config| config.retry(RetryConfig::custom(Never)));
    assert_eq!(reason(own), "\"the retry policy returned no delay\"");
    let patient = RetryConfig::standard().max_attempts(1000);
    assert_eq!(reason(Toy::with(|config| config.retry(patient.clone()))), "\"the client's retry quota is exhausted\"");
    let short = TimeoutConfig::new().call(Duration::from_nanos(1));
    assert_eq!(
        reason(Toy::with(|config| config.retry(patient).timeouts(short))),
        "\"the call would time out before the next attempt\""
    );
    let brief = TimeoutConfig::new().call(Duration::from_secs(1));
    assert_eq!(reason_for(Toy::with(|config| config.timeouts(brief)), TransportFault::Hang), "\"the call timed out\"");
}

/// A policy that never retries.
#[derive(Debug)]
struct Never;

impl RetryPolicy for Never {
    fn wait(&self, _: &FailedAttempt<'_>) -> Option<Duration> {
        None
    }
}

#[test]
fn an_app_id_that_is_changed_is_logged_once() {
    let toy = Toy::new();
    journal(&toy);
    let once = Once::new();
    for _ in 0..2 {
        crate::user_agent::warn(&once, "my app", "my-app");
    }
    assert_eq!(
        LINES.take(),
        ["WARN message=the app ID is not valid and was changed; expected up to 50 characters: letters, digits and \
             !#$%&'*+,-.^_`|~ app_id=\"my app\" sent=\"my-app\""]
    );
}
