//! Tests of timeouts and of the cancellation of calls.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;

use super::toy::{GetToy, TOY, Toy, Watch};
use crate::BoxFuture;
use crate::body::{Body, BoxError};
use crate::clock::block_on;
use crate::credentials::{Credentials, CredentialsError, ProvideCredentials};
use crate::error::SdkError;
use crate::operation::{Request, Service};
use crate::options::CallOptions;
use crate::retry::RetryConfig;
use crate::testing::{MockResponse, TransportFault};
use crate::timeout::{ServiceReadTimeout, TimeoutConfig};
use crate::transport::{Transport, TransportError};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_slow_attempt_is_canceled_and_retried() {
    let toy = Toy::with(|config| config.timeouts(TimeoutConfig::new().attempt(2 * SECOND)));
    toy.mock.respond("GetToy", MockResponse::json("{}").after(3 * SECOND));
    toy.mock.respond("GetToy", MockResponse::json("{}").after(SECOND));
    assert_eq!(toy.get().unwrap().attempts(), 2);
    let elapsed = crate::clock::Clock::now(&toy.clock).duration_since(start()).unwrap();
    assert!(elapsed >= 3 * SECOND && elapsed <= 3 * SECOND + Duration::from_millis(50), "{elapsed:?}");
}

/// A credentials provider that never completes.
#[derive(Debug)]
struct Hangs;

impl ProvideCredentials for Hangs {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_provider_that_never_completes_runs_into_the_call_timeout() {
    let toy = Toy::with(|config| config.credentials_provider(Hangs));
    let options = || CallOptions::new().timeouts(TimeoutConfig::new().call(10 * SECOND));
    let sent = toy.get_with(options()).unwrap_err();
    let prepared = block_on(toy.client.prepare(GetToy::default(), options())).unwrap_err();
    for error in [sent, prepared] {
        assert_eq!(error.to_string(), "GetToy failed: the call did not complete within 10s");
        assert!(error.is_timeout());
        assert_eq!(error.attempts(), 0, "nothing was sent");
    }
}

fn start() -> std::time::SystemTime {
    crate::clock::Clock::now(&crate::testing::ManualClock::new())
}

#[test]
fn the_call_timeout_applies_even_if_attempts_are_left() {
    let timeouts = TimeoutConfig::new().attempt(4 * SECOND).call(10 * SECOND);
    let toy = Toy::with(|config| config.timeouts(timeouts).retry(RetryConfig::standard().max_attempts(9)));
    toy.mock.respond_with("GetToy", |_| TransportFault::Hang.into());
    let error = toy.get().unwrap_err();
    assert_eq!(error.to_string(), "GetToy failed: the call did not complete within 10s (3 attempts)");
    assert!(error.is_timeout() && error.is_retryable());
    assert_eq!(crate::clock::Clock::now(&toy.clock).duration_since(start()).unwrap(), 10 * SECOND);
}

#[test]
fn a_call_does_not_wait_if_no_time_would_be_left_for_an_attempt() {
    let options = CallOptions::new().timeouts(TimeoutConfig::new().call(5 * SECOND));
    let toy = Toy::new();
    let slow = http::HeaderName::from_static("x-amz-retry-after");
    let busy = MockResponse::json("").status(503).header(slow, "6000".parse().unwrap());
    toy.mock.respond("GetToy", busy);
    let error = toy.get_with(options).unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (503, 1));
    assert!(toy.waits().is_empty());
}

#[test]
fn extreme_timeouts_are_accepted() {
    let all = |timeout: Duration| TimeoutConfig::new().connect(timeout).read(timeout).attempt(timeout).call(timeout);
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_nanos(1), Duration::ZERO] {
        let toy = Toy::with(|config| config.timeouts(all(timeout)));
        toy.mock.respond("GetToy", MockResponse::json("{}")).respond("GetToy", TransportFault::Hang);
        assert!(toy.get().is_ok(), "a response that is already there is not cut off");
        assert!(toy.get().unwrap_err().is_timeout(), "{timeout:?}");
    }
}

#[test]
fn without_timeouts_nothing_is_canceled() {
    let toy = Toy::with(|config| config.timeouts(TimeoutConfig::disabled()));
    toy.mock.respond("GetToy", MockResponse::json("{}").after(3600 * SECOND));
    assert_eq!(toy.get().unwrap().attempts(), 1);
}

#[test]
fn the_transport_receives_the_timeouts() {
    let timeouts = TimeoutConfig::new().connect(SECOND).read(2 * SECOND).attempt(30 * SECOND).call(20 * SECOND);
    let toy = Toy::with(|config| config.timeouts(timeouts));
    toy.mock.respond("GetToy", MockResponse::json("{}"));
    toy.get().unwrap();
    let request = &toy.mock.requests()[0];
    let settings: &crate::transport::Settings = request.http().extensions().get().unwrap();
    assert_eq!(settings.operation, "GetToy");
    assert_eq!(settings.connect_timeout, Some(SECOND));
    assert_eq!(settings.read_timeout, Some(2 * SECOND));
    assert_eq!(settings.attempt_timeout, Some(20 * SECOND), "no longer than what is left of the call");
}

/// Returns the read timeout and the attempt timeout that the transport receives with a request.
fn limits(toy: &Toy, request: impl Request) -> [Option<Duration>; 2] {
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}")).respond_with("Watch", |_| MockResponse::json("{}"));
    assert!(toy.send(request).is_ok());
    let requests = toy.mock.requests();
    let settings: &crate::transport::Settings = requests[requests.len() - 1].http().extensions().get().unwrap();
    [settings.read_timeout, settings.attempt_timeout]
}

#[test]
fn a_long_poll_raises_the_default_timeouts_but_not_those_that_are_set() {
    let toy = Toy::new();
    assert_eq!(limits(&toy, GetToy::default()), [Some(300 * SECOND), Some(600 * SECOND)]);
    assert_eq!(limits(&toy, Watch), [Some(400 * SECOND), Some(800 * SECOND)]);
    let toy = Toy::with(|config| config.timeouts(TimeoutConfig::new().read(30 * SECOND)));
    assert_eq!(limits(&toy, Watch), [Some(30 * SECOND), Some(800 * SECOND)]);
    let toy = Toy::with(|config| config.timeouts(TimeoutConfig::disabled()));
    assert_eq!(limits(&toy, Watch), [None, None]);
}

#[test]
fn a_service_may_have_a_longer_read_timeout_or_none() {
    static SLOW: Service = Service { read_timeout: ServiceReadTimeout::Raised(Duration::from_secs(900)), ..TOY };
    static ENDLESS: Service = Service { read_timeout: ServiceReadTimeout::Unlimited, ..TOY };
    let of = |service, timeouts: TimeoutConfig| Toy::of(service, |config| config.timeouts(timeouts));
    let slow = of(&SLOW, TimeoutConfig::new());
    assert_eq!(limits(&slow, GetToy::default()), [Some(900 * SECOND), Some(1800 * SECOND)]);
    assert_eq!(limits(&slow, Watch), [Some(900 * SECOND), Some(1800 * SECOND)], "more than the long poll needs");
    assert_eq!(limits(&of(&ENDLESS, TimeoutConfig::new()), GetToy::default()), [None, None]);
    let set = TimeoutConfig::new().read(30 * SECOND).call(60 * SECOND);
    assert_eq!(limits(&of(&ENDLESS, set), GetToy::default()), [Some(30 * SECOND), Some(60 * SECOND)]);
}

/// The default call timeout leaves time for three attempts that each take as long as the other defaults allow.
#[test]
fn the_default_timeouts_do_not_contradict_each_other() {
    for timeouts in [TimeoutConfig::new(), TimeoutConfig::new().for_response_after(3600 * SECOND)] {
        let (read, attempt) = (timeouts.read_timeout().unwrap(), timeouts.attempt_timeout().unwrap());
        assert!(read < attempt && attempt * 3 + 40 * SECOND < timeouts.call_timeout().unwrap());
    }
}

#[test]
fn a_long_poll_that_ends_empty_is_a_success() {
    let toy = Toy::new();
    toy.mock.respond("Watch", MockResponse::json("{}").after(399 * SECOND));
    assert_eq!(toy.send(Watch).unwrap().attempts(), 1);
}

#[test]
fn dropping_the_future_cancels_the_call() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| TransportFault::Hang.into());
    let mut future = Box::pin(toy.client.send(GetToy::default(), CallOptions::new()));
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!((toy.mock.requests().len(), toy.clock.sleeping()), (1, 1), "sent, with one timer");
    drop(future);
    assert_eq!((toy.clock.sleeping(), toy.waits().len()), (0, 0), "no timer is left behind");
}

#[test]
fn the_client_and_the_call_can_limit_the_size_of_a_response() {
    let toy = Toy::with(|config| config.max_response_size(8));
    for chunk_size in [9, 4] {
        toy.mock.respond_with("GetToy", move |_| MockResponse::json("{  }     ").chunk_size(chunk_size));
        let error = toy.get().unwrap_err();
        assert!(matches!(&error, SdkError::Transport(_)), "{error:?}");
        let line = error.to_string();
        assert!(line.contains("the response from https://toy.eu-west-1.example.com is larger than 8 bytes"), "{line}");
        assert_eq!(error.attempts(), 1, "another response would be as large");
        assert!(toy.get_with(CallOptions::new().max_response_size(9)).is_ok());
    }
}

/// A transport whose response bodies are endless sequences of empty frames or of trailers.
#[derive(Debug)]
struct Endless {
    trailers: bool,
}

impl Transport for Endless {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let body = EndlessBody { trailers: self.trailers, frames: 0 };
        Box::pin(std::future::ready(Ok(http::Response::new(Body::wrap(body)))))
    }
}

struct EndlessBody {
    trailers: bool,
    frames: u32,
}

impl http_body::Body for EndlessBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        self.frames += 1;
        assert!(self.frames < 10_000, "no timeout ends the call");
        let frame = match self.trailers {
            true => http_body::Frame::trailers(http::HeaderMap::new()),
            false => http_body::Frame::data(Bytes::new()),
        };
        Poll::Ready(Some(Ok(frame)))
    }
}

#[test]
fn a_body_that_is_always_ready_and_never_ends_is_canceled() {
    for trailers in [false, true] {
        let timeouts = TimeoutConfig::new().attempt(2 * SECOND);
        let toy = Toy::with(|config| config.timeouts(timeouts).transport(Endless { trailers }));
        let error = toy.get().unwrap_err();
        let expected =
            "GetToy failed: no complete response from https://toy.eu-west-1.example.com within 2s (3 attempts)";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn an_incomplete_response_is_retried() {
    let toy = Toy::new();
    toy.mock.respond("GetToy", MockResponse::json(r#"{"Name":"bear"}"#).reset_after(7));
    toy.mock.respond("GetToy", MockResponse::json(r#"{"Name":"bear"}"#).chunk_size(1));
    let response = toy.get().unwrap();
    assert_eq!((response.name.as_deref(), response.attempts()), (Some("bear"), 2));
}
