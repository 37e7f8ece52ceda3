//! Tests of which failures are retried, when, and how often.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::toy::Toy;
use crate::clock::Clock;
use crate::config::Builder;
use crate::operation::Service;
use crate::retry::{FailedAttempt, FailureKind, RetryConfig, RetryPolicy, ServiceRetry};
use crate::testing::{MockResponse, RecordedRequest, TransportFault};
use crate::timeout::TimeoutConfig;

/// Returns the number of attempts that a call makes if every attempt receives the given response.
fn attempts(response: impl Fn() -> MockResponse + Send + Sync + 'static) -> u32 {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", move |_| response());
    let attempts = toy.get().unwrap_err().attempts();
    assert_eq!(toy.mock.requests().len() as u32, attempts);
    attempts
}

#[test]
fn transient_failures_are_tried_three_times_and_other_failures_once() {
    for status in [500, 502, 503, 504, 429] {
        assert_eq!(attempts(move || MockResponse::json("").status(status)), 3, "{status}");
    }
    for status in [301, 400, 401, 403, 404, 413, 501] {
        assert_eq!(attempts(move || MockResponse::json("").status(status)), 1, "{status}");
    }
    for code in ["ThrottlingException", "SlowDown", "RequestTimeout", "InternalError", "Asleep", "TooKeen"] {
        assert_eq!(attempts(move || MockResponse::error(code, "")), 3, "{code}");
    }
    for code in ["BadRequest", "ServiceLimitExceeded", "AccessDenied", "SignatureDoesNotMatch"] {
        assert_eq!(attempts(move || MockResponse::error(code, "")), 1, "{code}");
    }
    for fault in [TransportFault::ConnectionRefused, TransportFault::ConnectionReset, TransportFault::ConnectTimeout] {
        assert_eq!(attempts(move || fault.into()), 3, "{fault:?}");
    }
    assert_eq!(attempts(|| TransportFault::BadCertificate.into()), 1);
}

#[test]
fn attempts_share_the_token_and_the_invocation_id_and_are_numbered() {
    let toy = Toy::new();
    toy.mock.respond("GetToy", TransportFault::ConnectionReset).respond("GetToy", MockResponse::json("").status(503));
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    assert_eq!(toy.get().unwrap().attempts(), 3);
    assert_eq!(toy.sent("amz-sdk-request"), ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"]);
    let invocations = toy.sent("amz-sdk-invocation-id");
    assert!(invocations[0].len() == 36 && invocations.iter().all(|id| *id == invocations[0]));
    let token = |request: &RecordedRequest| serde_json::from_slice::<Value>(request.body()).unwrap()["Token"].clone();
    let tokens: Vec<Value> = toy.mock.requests().iter().map(token).collect();
    assert!(tokens[0].is_string() && tokens.iter().all(|token| *token == tokens[0]));
}

#[test]
fn the_wait_grows_has_jitter_and_is_longer_when_throttled() {
    let waits = |code: &'static str| -> Vec<Vec<Duration>> {
        let wait = |_| {
            let toy = Toy::with(|config| config.retry(RetryConfig::standard().max_attempts(4)));
            toy.mock.respond_with("GetToy", move |_| MockResponse::error(code, ""));
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
            // With full jitter, some of the forty waits are below half of the limit, and some are above it.
            assert!(of_round.iter().any(|wait| *wait < limit / 2), "{of_round:?}");
            assert!(of_round.iter().any(|wait| *wait > limit / 2), "{of_round:?}");
        }
    }
}

#[test]
fn the_service_can_extend_the_wait_by_at_most_five_seconds() {
    let waits = |header: &'static str, value: &'static str| {
        let toy = Toy::with(|config| config.random(Halves));
        let busy = MockResponse::json("").status(503);
        let busy = busy.header(HeaderName::from_static(header), HeaderValue::from_static(value));
        toy.mock.respond("GetToy", busy).respond("GetToy", MockResponse::json("{}"));
        assert_eq!(toy.get().unwrap().attempts(), 2, "{header}: {value}");
        toy.waits().iter().map(Duration::as_millis).collect::<Vec<_>>()
    };
    // The backoff is 25 ms, which is half of the maximum wait before the first retry.
    for (value, expected) in
        [("1500", 1500), ("0", 25), ("24", 25), ("26", 26), ("5025", 5025), ("5026", 5025), ("3600000", 5025)]
    {
        assert_eq!(waits("x-amz-retry-after", value), [expected], "{value}");
    }
    // Invalid numbers of milliseconds are ignored, and so is HTTP's own `Retry-After` header.
    for value in ["-5", "1.5", "soon", "", "99999999999999999999999"] {
        assert_eq!(waits("x-amz-retry-after", value), [25], "{value}");
    }
    for value in ["7", "299", "301", "Thu, 01 Jan 2026 00:00:30 GMT"] {
        assert_eq!(waits("retry-after", value), [25], "{value}");
    }
}

/// A source of random numbers with which each wait is half of its maximum.
#[derive(Debug)]
struct Halves;

impl crate::random::Random for Halves {
    fn bits(&self) -> u64 {
        1 << 63
    }
}

/// Returns how many of 5,000 calls fail, and how many attempts all calls make in total, if the given percentage of
/// attempts fails.
fn simulation(percent: u64, failure: fn() -> MockResponse) -> (usize, u32) {
    let toy = Toy::new();
    let state = Mutex::new(1_u64);
    toy.mock.respond_with("GetToy", move |_| {
        let mut state = state.lock().unwrap();
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if (*state >> 33) % 100 < percent { failure() } else { MockResponse::json("{}") }
    });
    let calls: Vec<_> = (0..5_000).map(|_| toy.get()).collect();
    let attempts = calls.iter().map(|call| call.as_ref().map_or_else(|error| error.attempts(), |ok| ok.attempts()));
    (calls.iter().filter(|call| call.is_err()).count(), attempts.sum())
}

/// The expected values come from botocore 1.44.8. Its `RetryQuotaChecker`, `StandardRetryConditions(3)` and
/// `RetryQuota` were driven with the same random number generator as in `simulation`, seeded with 1, using one number
/// for each attempt. A failure was a 500 with `InternalFailure`, or a 400 with `ThrottlingException`.
#[test]
fn the_quota_lets_as_many_calls_fail_as_botocores() {
    let broken = || MockResponse::error("InternalFailure", "").status(500);
    for (percent, expected) in
        [(5, (1, 5260)), (10, (5, 5521)), (20, (40, 6189)), (40, (1537, 5659)), (60, (2828, 5300)), (90, (4432, 5083))]
    {
        assert_eq!(simulation(percent, broken), expected, "{percent} % internal errors");
    }
    let throttled = || MockResponse::error("ThrottlingException", "");
    for (percent, expected) in
        [(5, (1, 5260)), (10, (5, 5521)), (20, (40, 6189)), (40, (871, 6781)), (60, (2578, 5880)), (90, (4420, 5233))]
    {
        assert_eq!(simulation(percent, throttled), expected, "{percent} % throttling");
    }
}

#[test]
fn a_retry_that_is_not_sent_costs_nothing() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::error("SlowDown", ""));
    // There are 500 tokens, and a retry costs 5. Each call is dropped while it waits for its first retry.
    for _ in 0..200 {
        let mut call = Box::pin(toy.client.send(super::toy::GetToy::default(), crate::call::CallOptions::new()));
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(toy.mock.requests().len(), 200);
    assert_eq!(toy.get().unwrap_err().attempts(), 3);
}

#[test]
fn the_wall_clock_may_be_set_during_a_call() {
    for hours in [2_i64, -2] {
        let toy = Toy::new();
        let clock = toy.clock.clone();
        toy.mock.respond_with("GetToy", move |_| {
            let hours = Duration::from_secs(2 * 3600);
            clock.set(if hours_ahead(&clock) { clock.now() - hours } else { clock.now() + hours });
            MockResponse::error("SlowDown", "")
        });
        if hours < 0 {
            toy.clock.set(toy.clock.now() + Duration::from_secs(2 * 3600));
        }
        assert_eq!(toy.get().unwrap_err().attempts(), 3, "set by {hours} h");
        assert_eq!(toy.waits().len(), 2);
    }
}

fn hours_ahead(clock: &crate::testing::ManualClock) -> bool {
    clock.now() > crate::testing::ManualClock::new().now() + Duration::from_secs(3600)
}

#[test]
fn retries_can_be_off_for_a_client_or_a_call() {
    let toy = Toy::with(|config| config.retry(RetryConfig::off()));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("").status(503));
    assert_eq!(toy.get().unwrap_err().attempts(), 1);
    assert_eq!(toy.sent("amz-sdk-request"), ["attempt=1; max=1"]);
    let options = crate::call::CallOptions::new().retry(RetryConfig::standard().max_attempts(5));
    assert_eq!(toy.get_with(options).unwrap_err().attempts(), 5);
}

#[test]
fn an_outage_uses_up_the_retry_quota() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("").status(500));
    let attempts: Vec<u32> = (0..20).map(|_| toy.get().unwrap_err().attempts()).collect();
    // The quota permits 35 retries: 17 calls make three attempts, one makes two, and the others make one.
    assert_eq!(attempts[..17], [3; 17]);
    assert_eq!(attempts[17..], [2, 1, 1]);
}

/// Programs typically repeat a long poll immediately after a failure. To limit the load when the retry quota is
/// exhausted, the client waits for the backoff before it returns the error.
#[test]
fn a_long_poll_that_may_not_be_retried_fails_after_the_backoff() {
    let toy = Toy::with(|config| config.random(Halves));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("").status(500));
    toy.mock.respond_with("Watch", |_| MockResponse::json("").status(500));
    (0..20).for_each(|_| drop(toy.get()));
    let waits = toy.waits().len();
    assert_eq!(toy.get().unwrap_err().attempts(), 1);
    assert_eq!(toy.waits().len(), waits, "another operation fails at once");
    assert_eq!(toy.send(super::toy::Watch).unwrap_err().attempts(), 1);
    assert_eq!(toy.waits()[waits..], [Duration::from_millis(25)]);
    // An error that is not retryable is returned without a delay.
    toy.mock.respond("Watch", MockResponse::error("BadRequest", ""));
    assert_eq!(toy.send(super::toy::Watch).unwrap_err().attempts(), 1);
    assert_eq!(toy.waits().len(), waits + 1);
}

/// A service with its own retry defaults, like DynamoDB.
static EAGER: Service =
    Service { retry: ServiceRetry { base_delay: Duration::from_millis(25), max_attempts: 4 }, ..super::toy::TOY };

#[test]
fn a_service_may_have_its_own_number_of_attempts_and_delay() {
    let run = |change: fn(Builder) -> Builder, code: &'static str| {
        let toy = Toy::of(&EAGER, |config| change(config.random(Halves)));
        toy.mock.respond_with("GetToy", move |_| MockResponse::error(code, ""));
        let attempts = toy.get().unwrap_err().attempts();
        assert_eq!(toy.sent("amz-sdk-request")[0], format!("attempt=1; max={attempts}"));
        (attempts, toy.waits().iter().map(Duration::as_micros).collect::<Vec<_>>())
    };
    assert_eq!(run(|config| config, "Asleep"), (4, vec![12_500, 25_000, 50_000]));
    assert_eq!(run(|config| config, "SlowDown"), (4, vec![500_000, 1_000_000, 2_000_000]));
    let set = |config: Builder| config.retry(RetryConfig::standard().max_attempts(2));
    assert_eq!(run(set, "Asleep"), (2, vec![12_500]), "a number that is set comes first");
    assert_eq!(run(|config| config.retry(RetryConfig::adaptive()), "Asleep").0, 4);
}

/// The cases are from botocore's tests of the standard retry mode. Each case has a status, a code, and whether the
/// attempt is retried. The last cases are modeled errors, which botocore's tests do not contain.
#[test]
fn failures_are_classified_as_botocore_classifies_them() {
    let cases: &[(u16, &str, bool)] = &[
        (400, "RequestTimeout", true),
        (400, "RequestTimeoutException", true),
        (400, "PriorRequestNotComplete", true),
        (500, "", true),
        (502, "", true),
        (503, "", true),
        (504, "", true),
        (500, "InternalServiceError", true),
        (502, "BadError", true),
        (400, "", false),
        (400, "Throttling", true),
        (400, "ThrottlingException", true),
        (400, "ThrottledException", true),
        (400, "RequestThrottledException", true),
        (400, "TooManyRequestsException", true),
        (400, "ProvisionedThroughputExceededException", true),
        (503, "RequestLimitExceeded", true),
        (509, "BandwidthLimitExceeded", true),
        (400, "LimitExceededException", true),
        (403, "RequestThrottled", true),
        (503, "SlowDown", true),
        (400, "EC2ThrottledException", true),
        (429, "", true),
        (429, "429", true),
        (429, "SomethingElse", true),
        (429, "TooKeen", true),
        (400, "TooKeen", true),
        (400, "Asleep", true),
        (429, "Spent", false),
        (400, "Spent", false),
        (500, "Spent", true),
    ];
    for &(status, code, repeated) in cases {
        let toy = Toy::new();
        toy.mock.respond_with("Watch", move |_| match code {
            "" => MockResponse::json("").status(status),
            code => MockResponse::error(code, "").status(status),
        });
        let attempts = toy.send(super::toy::Watch).unwrap_err().attempts();
        assert_eq!(attempts, if repeated { 3 } else { 1 }, "{status} {code}");
    }
}

#[test]
fn a_wrong_clock_is_corrected_for_this_call_and_later_calls() {
    let toy = Toy::new();
    let date = HeaderValue::from_static("Thu, 01 Jan 2026 01:00:00 GMT");
    let skewed = MockResponse::error("InvalidSignatureException", "Signature expired").header(http::header::DATE, date);
    toy.mock.respond("GetToy", skewed.clone());
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    assert_eq!(toy.get().unwrap().attempts(), 2);
    toy.get().unwrap();
    assert_eq!(toy.sent("x-amz-date"), ["20260101T000000Z", "20260101T010000Z", "20260101T010000Z"]);
    assert!(toy.waits().is_empty(), "the clock is right at once");
    // The request is now signed with the correct time, so the same response means that the secret is wrong.
    toy.mock.respond("GetToy", skewed);
    let error = toy.get().unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));
}

#[test]
fn every_code_that_may_be_due_to_a_wrong_clock_corrects_it_unless_that_is_disabled() {
    let date = HeaderValue::from_static("Thu, 01 Jan 2026 01:00:00 GMT");
    let codes = [
        "AccessDeniedException",
        "AuthFailure",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    ];
    for code in codes {
        let attempts = |on: bool, cached: bool| {
            let toy = Toy::with(|config| config.clock_skew_correction(on));
            let skewed = MockResponse::error(code, "").header(http::header::DATE, date.clone());
            let age = HeaderValue::from_static("3600");
            toy.mock.respond("GetToy", if cached { skewed.header(http::header::AGE, age) } else { skewed });
            toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
            toy.get().map_or_else(|error| error.attempts(), |response| response.attempts())
        };
        assert_eq!(attempts(true, false), 2, "{code}");
        assert_eq!(attempts(false, false), 1, "{code}, without correction");
        assert_eq!(attempts(true, true), 1, "{code}, from a cache with the date of an earlier response");
    }
}

#[test]
fn adaptive_mode_slows_down_while_the_service_throttles() {
    let toy = Toy::with(|config| config.retry(RetryConfig::adaptive()));
    toy.mock.respond("GetToy", MockResponse::error("SlowDown", ""));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    toy.get().unwrap();
    let before = toy.clock.now();
    (0..3).for_each(|_| drop(toy.get().unwrap()));
    let took = toy.clock.now().duration_since(before).unwrap();
    assert!(took > Duration::from_secs(1), "three calls took {took:?}");
}

#[test]
fn a_retry_that_cannot_be_sent_in_time_returns_the_error_of_the_last_attempt() {
    let timeouts = TimeoutConfig::new().call(Duration::from_millis(1500));
    let toy = Toy::with(|config| config.retry(RetryConfig::adaptive()).timeouts(timeouts));
    toy.mock.respond_with("GetToy", |_| MockResponse::error("SlowDown", ""));
    let error = toy.get().unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("SlowDown"), 1), "{error}");
}

/// Sends 100 requests at once while the service throttles for 5 seconds, and drops all of the calls after 3 seconds.
/// Later calls must not be slowed down by the dropped ones.
#[test]
fn adaptive_mode_forgets_the_calls_that_were_dropped() {
    let toy = Toy::with(|config| config.retry(RetryConfig::adaptive()));
    let (clock, start) = (toy.clock.clone(), toy.clock.now());
    let healthy = start + Duration::from_secs(5);
    toy.mock.respond_with("GetToy", move |_| match clock.now() < healthy {
        true => MockResponse::error("SlowDown", ""),
        false => MockResponse::json("{}"),
    });
    let send = |_| Box::pin(toy.client.send(super::toy::GetToy::default(), crate::call::CallOptions::new()));
    let mut calls: Vec<_> = (0..100).map(send).collect();
    let mut limit = toy.clock.sleep(Duration::from_secs(3));
    crate::clock::block_on(std::future::poll_fn(|cx| {
        calls.retain_mut(|call| call.as_mut().poll(cx).is_pending());
        limit.as_mut().poll(cx)
    }));
    assert!(calls.len() > 50, "{} calls still wait", calls.len());
    drop(calls);
    crate::clock::block_on(toy.clock.sleep(Duration::from_secs(3)));
    let before = toy.clock.now();
    (0..10).for_each(|_| drop(toy.get().unwrap()));
    let took = toy.clock.now().duration_since(before).unwrap();
    assert!(took < Duration::from_secs(20), "ten calls took {took:?}");
}

/// The number of a failed attempt, and the kind of its failure.
type Seen = (u32, Option<FailureKind>);

/// A policy that does not retry failures without a code or with a code that ends in `!`. Otherwise, it waits one second
/// for each attempt that has been made.
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
fn a_custom_policy_alone_decides() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let policy = Own(Arc::clone(&seen));
    let toy = Toy::with(|config| config.retry(RetryConfig::custom(policy)));
    for code in ["BadRequest", "Asleep", "SlowDown", "Enough!"] {
        toy.mock.respond("GetToy", MockResponse::error(code, ""));
    }
    assert_eq!(toy.get().unwrap_err().attempts(), 4);
    assert_eq!(toy.waits(), [1, 2, 3].map(Duration::from_secs));
    let kinds = [None, Some(FailureKind::Transient), Some(FailureKind::Throttling), None];
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3, 4].into_iter().zip(kinds).collect::<Vec<_>>());
    assert_eq!(toy.sent("amz-sdk-request")[3], "attempt=4");
}
