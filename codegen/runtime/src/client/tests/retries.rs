//! Which failures are tried again, when, and how often.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::toy::Toy;
use crate::clock::Clock;
use crate::retry::{FailedAttempt, FailureKind, RetryConfig, RetryPolicy};
use crate::testing::{Answer, Fault, Recorded};

/// How many attempts a call makes that always gets this answer.
fn attempts(answer: impl Fn() -> Answer + Send + Sync + 'static) -> u32 {
    let toy = Toy::new();
    toy.mock.always("GetToy", move |_| answer());
    let attempts = toy.get().unwrap_err().attempts();
    assert_eq!(toy.mock.requests().len() as u32, attempts);
    attempts
}

#[test]
fn what_may_pass_by_itself_is_tried_three_times_and_the_rest_once() {
    for status in [500, 502, 503, 504, 429] {
        assert_eq!(attempts(move || Answer::json("").status(status)), 3, "{status}");
    }
    for status in [301, 400, 401, 403, 404, 413, 501] {
        assert_eq!(attempts(move || Answer::json("").status(status)), 1, "{status}");
    }
    for code in ["ThrottlingException", "SlowDown", "RequestTimeout", "InternalError", "Asleep", "TooKeen"] {
        assert_eq!(attempts(move || Answer::error(code, "")), 3, "{code}");
    }
    for code in ["BadRequest", "ServiceLimitExceeded", "AccessDenied", "SignatureDoesNotMatch"] {
        assert_eq!(attempts(move || Answer::error(code, "")), 1, "{code}");
    }
    for fault in [Fault::ConnectionRefused, Fault::ConnectionReset, Fault::ConnectTimeout] {
        assert_eq!(attempts(move || fault.into()), 3, "{fault:?}");
    }
    assert_eq!(attempts(|| Fault::BadCertificate.into()), 1);
}

#[test]
fn every_attempt_has_the_same_token_and_invocation_and_its_own_number() {
    let toy = Toy::new();
    toy.mock.answer("GetToy", Fault::ConnectionReset).answer("GetToy", Answer::json("").status(503));
    toy.mock.answer("GetToy", Answer::json("{}"));
    assert_eq!(toy.get().unwrap().attempts(), 3);
    assert_eq!(toy.sent("amz-sdk-request"), ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"]);
    let invocations = toy.sent("amz-sdk-invocation-id");
    assert!(invocations[0].len() == 36 && invocations.iter().all(|id| *id == invocations[0]));
    let token = |request: &Recorded| request.request::<Value>().unwrap()["Token"].clone();
    let tokens: Vec<Value> = toy.mock.requests().iter().map(token).collect();
    assert!(tokens[0].is_string() && tokens.iter().all(|token| *token == tokens[0]));
}

#[test]
fn the_wait_grows_is_jittered_and_longer_when_throttled() {
    let waits = |code: &'static str| -> Vec<Vec<Duration>> {
        let wait = |_| {
            let toy = Toy::with(|config| config.retry(RetryConfig::standard().max_attempts(4)));
            toy.mock.always("GetToy", move |_| Answer::error(code, ""));
            toy.get().unwrap_err();
            toy.waits()
        };
        (0..40).map(wait).collect()
    };
    for (code, base) in [("Asleep", Duration::from_millis(50)), ("SlowDown", Duration::from_secs(1))] {
        let runs = waits(code);
        for round in 0..3 {
            let limit = base * (1 << round);
            let of_round: Vec<Duration> = runs.iter().map(|run| run[round]).collect();
            assert!(of_round.iter().all(|wait| *wait <= limit), "{of_round:?}");
            // Full jitter: some of forty waits are in the lower half and some in the upper.
            assert!(of_round.iter().any(|wait| *wait < limit / 2), "{of_round:?}");
            assert!(of_round.iter().any(|wait| *wait > limit / 2), "{of_round:?}");
        }
    }
}

#[test]
fn the_service_says_how_long_to_wait_at_least() {
    for (name, value, least) in [
        ("retry-after", "7", 7000),
        ("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT", 30_000),
        ("x-amz-retry-after", "1500", 1500),
    ] {
        let toy = Toy::new();
        let answer = Answer::json("").status(503);
        let answer = answer.header(HeaderName::from_static(name), HeaderValue::from_static(value));
        toy.mock.answer("GetToy", answer).answer("GetToy", Answer::json("{}"));
        toy.get().unwrap();
        assert_eq!(toy.waits(), [Duration::from_millis(least)], "{name}: {value}");
    }
    // A wait that no caller expects is not slept out.
    let toy = Toy::new();
    let answer = Answer::json("").status(503);
    toy.mock.answer("GetToy", answer.header(HeaderName::from_static("retry-after"), HeaderValue::from_static("3600")));
    assert_eq!(toy.get().unwrap_err().attempts(), 1);
}

#[test]
fn retries_can_be_off_for_a_client_or_a_call() {
    let toy = Toy::with(|config| config.retry(RetryConfig::off()));
    toy.mock.always("GetToy", |_| Answer::json("").status(503));
    assert_eq!(toy.get().unwrap_err().attempts(), 1);
    assert_eq!(toy.sent("amz-sdk-request"), ["attempt=1; max=1"]);
    let options = crate::call::CallOptions::new().retry(RetryConfig::standard().max_attempts(5));
    assert_eq!(toy.get_with(options).unwrap_err().attempts(), 5);
}

#[test]
fn an_outage_uses_up_the_clients_budget_of_retries() {
    let toy = Toy::new();
    toy.mock.always("GetToy", |_| Answer::json("").status(500));
    let attempts: Vec<u32> = (0..20).map(|_| toy.get().unwrap_err().attempts()).collect();
    // 35 retries: 17 calls of three attempts, one of two, and then single attempts.
    assert_eq!(attempts[..17], [3; 17]);
    assert_eq!(attempts[17..], [2, 1, 1]);
}

#[test]
fn a_wrong_clock_is_corrected_for_this_call_and_those_after() {
    let toy = Toy::new();
    let date = HeaderValue::from_static("Thu, 01 Jan 2026 01:00:00 GMT");
    let skewed = Answer::error("InvalidSignatureException", "Signature expired").header(http::header::DATE, date);
    toy.mock.answer("GetToy", skewed.clone());
    toy.mock.always("GetToy", |_| Answer::json("{}"));
    assert_eq!(toy.get().unwrap().attempts(), 2);
    toy.get().unwrap();
    assert_eq!(toy.sent("x-amz-date"), ["20260101T000000Z", "20260101T010000Z", "20260101T010000Z"]);
    assert!(toy.waits().is_empty(), "the clock is right at once");
    // The same answer to a request that was signed with the right time is about the secret.
    toy.mock.answer("GetToy", skewed);
    let error = toy.get().unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));
}

#[test]
fn adaptive_mode_slows_down_while_the_service_throttles() {
    let toy = Toy::with(|config| config.retry(RetryConfig::adaptive()));
    toy.mock.answer("GetToy", Answer::error("SlowDown", ""));
    toy.mock.always("GetToy", |_| Answer::json("{}"));
    toy.get().unwrap();
    let before = toy.clock.now();
    (0..3).for_each(|_| drop(toy.get().unwrap()));
    let took = toy.clock.now().duration_since(before).unwrap();
    assert!(took > Duration::from_secs(1), "three calls took {took:?}");
}

/// An attempt's number, and why it failed.
type Seen = (u32, Option<FailureKind>);

/// Gives up on codes that end in `!`, and otherwise waits a second for each attempt made.
#[derive(Debug, Default)]
struct Own(Arc<Mutex<Vec<Seen>>>);

impl RetryPolicy for Own {
    fn wait(&self, attempt: &FailedAttempt<'_>) -> Option<Duration> {
        self.0.lock().unwrap().push((attempt.number, attempt.kind));
        let stop = attempt.code.is_none_or(|code| code.ends_with('!'));
        (!stop).then(|| Duration::from_secs(attempt.number.into()))
    }
}

#[test]
fn a_policy_of_your_own_decides_alone() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let policy = Own(Arc::clone(&seen));
    let toy = Toy::with(|config| config.retry(RetryConfig::custom(policy)));
    for code in ["BadRequest", "Asleep", "SlowDown", "Enough!"] {
        toy.mock.answer("GetToy", Answer::error(code, ""));
    }
    assert_eq!(toy.get().unwrap_err().attempts(), 4);
    assert_eq!(toy.waits(), [1, 2, 3].map(Duration::from_secs));
    let kinds = [None, Some(FailureKind::Transient), Some(FailureKind::Throttling), None];
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3, 4].into_iter().zip(kinds).collect::<Vec<_>>());
    assert_eq!(toy.sent("amz-sdk-request")[3], "attempt=4");
}
