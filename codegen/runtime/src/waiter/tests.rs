//! Tests waiters of a toy service, with a clock whose sleeps end immediately.

use std::sync::{Arc, Mutex};

use super::*;
use crate::client::tests::toy::{GetToy, Toy, ToyOutput};
use crate::clock::{Clock, block_on};
use crate::testing::{MockResponse as Canned, TransportFault};
#[cfg(feature = "blocking")]
use crate::{client::tests::toy::TOY, config::Config, credentials::Credentials, retry::RetryConfig};

fn states<'a>(_: &'a GetToy, response: &'a ToyOutput) -> Vec<&'a str> {
    response.states.iter().map(String::as_str).collect()
}

fn name<'a>(_: &'a GetToy, response: &'a ToyOutput) -> Vec<&'a str> {
    response.name.as_deref().into_iter().collect()
}

fn broken(_: &GetToy, response: &ToyOutput) -> Option<bool> {
    response.broken
}

static READY: Waiter<GetToy> = Waiter {
    name: "ToyReady",
    min_delay: 2,
    max_delay: 8,
    acceptors: &[
        all_string_equals("States", states, "READY").succeeds(),
        any_string_equals("States", states, &["LOST", "EATEN"]).fails().with_message(name),
        boolean_equals("Broken", broken, true).fails(),
        error(&["Asleep"]).retry(),
    ],
};

static GONE: Waiter<GetToy> = Waiter {
    name: "ToyGone",
    min_delay: 2,
    max_delay: 8,
    acceptors: &[error(&["NoSuchToy"]).succeeds(), string_equals("Left", states, "YES").succeeds()],
};

static FAILING: Waiter<GetToy> =
    Waiter { name: "ToyFailing", min_delay: 2, max_delay: 8, acceptors: &[any_error().succeeds(), success().retry()] };

fn toy(responses: &[&str]) -> Toy {
    let toy = Toy::new();
    for response in responses {
        toy.mock.respond("GetToy", Canned::json((*response).to_owned()));
    }
    toy
}

fn ready(toy: &Toy) -> Wait<GetToy> {
    Wait::new(&toy.client, GetToy::default(), &READY)
}

fn wait(wait: Wait<GetToy>) -> Result<Response<ToyOutput>, Failure<GetToy>> {
    block_on(wait.into_future())
}

#[test]
fn a_waiter_polls_until_an_acceptor_matches_and_returns_the_response() {
    let toy = toy(&[
        r#"{"States": ["MADE", "READY"]}"#,
        r#"{"States": []}"#,
        r#"{"States": null}"#,
        r#"{"States": ["READY", "READY"]}"#,
    ]);
    let response = wait(ready(&toy)).unwrap();
    assert_eq!(response.states[1], "READY");
    assert_eq!(toy.mock.requests().len(), 4);
    let pauses = toy.waits();
    assert_eq!(pauses.len(), 3);
    assert_eq!(pauses[0], Duration::from_secs(2));
    assert!(pauses.iter().all(|pause| (2.0..=8.0).contains(&pause.as_secs_f64())), "{pauses:?}");
}

#[test]
fn an_unexpected_success_with_an_error_counts_the_calls() {
    let toy = toy(&[r#"{"Left": "NO"}"#]);
    toy.mock.respond("GetToy", Canned::error("NoSuchToy", "gone"));
    // Generated code creates waits of this type only for waiters without an acceptor in which an error means success.
    let error = wait(Wait::new(&toy.client, GetToy::default(), &GONE)).unwrap_err();
    assert_eq!((error.kind(), error.calls(), error.elapsed().as_secs()), (WaiterErrorKind::Call, 2, 2));
}

#[test]
fn debug_output_has_the_names_of_the_fields() {
    let toy = toy(&[r#"{"States": ["READY"]}"#]);
    let ready = ready(&toy).on_poll(|poll| assert!(format!("{poll:?}").starts_with("Poll { context: CallContext {")));
    let debug = format!("{ready:?}");
    assert!(debug.starts_with("Wait { waiter: \"ToyReady\", request: GetToy {"), "{debug}");
    assert!(debug.contains(", delay: Delay {"), "{debug}");
    wait(ready).unwrap();
}

#[test]
fn the_user_agent_reports_a_waiter() {
    let toy = toy(&[r#"{"States": ["READY"]}"#]);
    wait(ready(&toy)).unwrap();
    let agent = toy.sent("user-agent").remove(0);
    assert!(agent.contains(" m/B,E,e "), "{agent}");
}

#[test]
fn the_error_of_a_failed_wait_contains_the_state() {
    for (response, said) in [
        (r#"{"States": ["READY", "LOST", "LOST"]}"#, "States is READY, LOST"),
        (r#"{"States": ["EATEN"]}"#, "States is EATEN"),
        (r#"{"States": ["EATEN"], "Name": "by a dog"}"#, "States is EATEN: by a dog"),
        (r#"{"Broken": true, "States": ["MADE"]}"#, "Broken is true"),
    ] {
        let toy = toy(&[r#"{"Broken": false}"#, response]);
        let error = wait(ready(&toy)).unwrap_err();
        assert_eq!(error.to_string(), format!("waiting for ToyReady failed after 2 calls in 2s: {said}"));
        assert_eq!(error.kind(), WaiterErrorKind::Failed);
        assert_eq!((error.waiter(), error.calls(), error.elapsed().as_secs()), ("ToyReady", 2, 2));
        assert!(error.response().is_some() && error.call().is_none() && !error.is_timeout());
    }
}

#[test]
fn a_wait_times_out_as_specified_and_shows_the_last_response() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| Canned::json(r#"{"States": ["MADE"]}"#));
    let error =
        wait(ready(&toy).delays(Duration::from_secs(4), Duration::from_secs(4)).max_wait(Duration::from_secs(10)))
            .unwrap_err();
    // The calls are sent at 0, 4 and 6 s. After the last one, as much time is left as the minimum delay.
    assert_eq!(toy.waits(), [Duration::from_secs(4), Duration::from_secs(2)]);
    assert_eq!(error.to_string(), "waiting for ToyReady timed out after 3 calls in 6s: States is MADE");
    assert!(error.is_timeout());
    assert_eq!(error.into_response().unwrap().states[0], "MADE");
}

#[test]
fn a_wait_takes_at_most_an_hour_by_default() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| Canned::json("{}"));
    let error = wait(ready(&toy)).unwrap_err();
    assert_eq!(error.elapsed(), DEFAULT_MAX_WAIT - Duration::from_secs(2));
    assert!(error.to_string().ends_with(" calls in 3598s"), "{error}");
}

#[test]
fn setting_the_wall_clock_changes_no_wait() {
    const HOURS: Duration = Duration::from_secs(2 * 60 * 60);
    for ahead in [true, false] {
        let toy = Toy::new();
        toy.mock.respond_with("GetToy", |_| Canned::json("{}"));
        let clock = toy.clock.clone();
        let set = move |poll: &Poll<'_, GetToy>| {
            if poll.number() == 1 {
                let now = clock.now();
                clock.set(if ahead { now + HOURS } else { now - HOURS });
            }
        };
        let error = wait(ready(&toy).max_wait(Duration::from_secs(600)).on_poll(set)).unwrap_err();
        assert_eq!(error.elapsed(), Duration::from_secs(598), "ahead: {ahead}");
        assert_eq!(toy.waits().iter().sum::<Duration>(), Duration::from_secs(598));
    }
}

#[test]
fn extreme_settings_are_accepted() {
    let toy = Toy::new();
    toy.mock.respond("GetToy", Canned::json("{}").after(Duration::from_secs(1)));
    toy.mock.respond("GetToy", Canned::json(r#"{"States": ["READY"]}"#));
    wait(ready(&toy).max_wait(Duration::MAX).delays(Duration::ZERO, Duration::ZERO)).unwrap();
    // The first sleep is the delay of the response, and the second one is the delay between the calls.
    assert_eq!(toy.waits(), [Duration::from_secs(1), SHORTEST]);
    toy.mock.respond_with("GetToy", |_| Canned::json("{}"));
    let error = wait(ready(&toy).max_wait(Duration::ZERO)).unwrap_err();
    assert_eq!((error.calls(), error.is_timeout()), (1, true));
}

#[test]
fn a_call_in_progress_is_dropped_when_the_wait_times_out() {
    let toy = toy(&[r#"{"States": ["MADE"]}"#]);
    toy.mock.respond_with("GetToy", |_| Canned::from(TransportFault::Hang));
    let error = wait(ready(&toy).max_wait(Duration::from_secs(20))).unwrap_err();
    assert_eq!(error.to_string(), "waiting for ToyReady timed out after 2 calls in 20s: States is MADE");
    let error = wait(ready(&toy).max_wait(Duration::ZERO)).unwrap_err();
    assert_eq!(error.to_string(), "waiting for ToyReady timed out after 1 call in 0s");
    assert_eq!(toy.mock.requests().len(), 3);
}

#[test]
fn an_error_ends_the_wait_unless_an_acceptor_expects_it() {
    let toy = Toy::with(|config| config.retry(crate::retry::RetryConfig::off()));
    toy.mock.respond("GetToy", Canned::error("Asleep", "not now"));
    toy.mock.respond("GetToy", Canned::error("NoSuchToy", "whatever that is"));
    let error = wait(ready(&toy)).unwrap_err();
    assert_eq!(error.kind(), WaiterErrorKind::Call);
    assert_eq!(error.service().map(|error| error.code.as_str()), Some("NoSuchToy"));
    assert_eq!(
        error.to_string(),
        "waiting for ToyReady failed after 2 calls in 2s: GetToy failed: NoSuchToy: whatever that is (HTTP 400, \
         request ID mock-request-id)"
    );
    let erased = error.deserialize_error_as::<crate::error::UnknownError>();
    assert_eq!(erased.calls(), 2);
    assert_eq!(erased.call().and_then(|error| error.code()), Some("NoSuchToy"));
}

#[test]
fn a_wait_can_succeed_with_an_error() {
    let toy = toy(&["{}"]);
    toy.mock.respond("GetToy", Canned::error("NoSuchToy", "it went"));
    let wait: Wait<GetToy, Async, SuccessOrError> = Wait::new(&toy.client, GetToy::default(), &GONE);
    assert!(block_on(wait.into_future()).unwrap().is_none());

    toy.mock.respond("GetToy", Canned::json(r#"{"States": ["YES"]}"#));
    let wait: Wait<GetToy, Async, SuccessOrError> = Wait::new(&toy.client, GetToy::default(), &GONE);
    assert!(block_on(wait.into_future()).unwrap().is_some());

    toy.mock.respond("GetToy", Canned::json("{}"));
    toy.mock.respond("GetToy", Canned::error("Anything", ""));
    let wait: Wait<GetToy, Async, SuccessOrError> = Wait::new(&toy.client, GetToy::default(), &FAILING);
    assert!(block_on(wait.into_future()).unwrap().is_none());
}

#[test]
fn progress_is_reported_call_by_call() {
    let toy = Toy::with(|config| config.retry(crate::retry::RetryConfig::off()));
    for response in ["{}", r#"{"States": ["MADE"]}"#, r#"{"States": ["READY"]}"#] {
        toy.mock.respond("GetToy", Canned::json(response));
    }
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = Arc::clone(&told);
    let delay = Duration::from_secs(3);
    let progress = ready(&toy).delays(delay, delay).on_poll(move |poll| {
        assert!(poll.response().is_some() && poll.error().is_none());
        tell.lock().unwrap().push(format!("{}/{}: {poll}", poll.number(), poll.elapsed().as_secs()));
    });
    wait(progress).unwrap();
    let told = told.lock().unwrap();
    let expected =
        ["1/0: call 1 after 0s", "2/3: call 2 after 3s: States is MADE", "3/6: call 3 after 6s: States is READY"];
    assert_eq!(*told, expected);
}

#[test]
fn the_request_can_be_changed_before_it_is_sent() {
    let toy = toy(&[r#"{"States": ["READY"]}"#]);
    let changed = ready(&toy).request(|request| GetToy { token: Some("mine".to_owned()), ..request });
    wait(changed).unwrap();
    assert_eq!(toy.mock.requests()[0].body(), r#"{"Token":"mine"}"#);
}

#[test]
fn a_wait_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let toy = Toy::new();
    is_send(&ready(&toy));
    is_send(&ready(&toy).into_future());
}

#[cfg(feature = "blocking")]
#[test]
fn a_wait_can_block_the_thread() {
    let toy = toy(&[r#"{"States": ["MADE"]}"#, r#"{"States": ["READY"]}"#, "{}"]);
    toy.mock.respond("GetToy", Canned::error("NoSuchToy", "it went"));
    let wait: Wait<GetToy, Blocking> = Wait::new(&toy.client, GetToy::default(), &READY);
    assert_eq!(wait.wait().unwrap().states[0], "READY");
    let wait: Wait<GetToy, Blocking, SuccessOrError> = Wait::new(&toy.client, GetToy::default(), &GONE);
    assert!(wait.wait().unwrap().is_none());
    assert_eq!(toy.waits(), [Duration::from_secs(2), Duration::from_secs(2)]);
}

/// The default transport for blocking calls needs no asynchronous runtime. The asynchronous transport would return a
/// different error in this test.
#[cfg(feature = "blocking")]
#[test]
fn a_blocking_wait_uses_the_blocking_transport() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
    let config = Config::builder()
        .region("eu-west-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"))
        .endpoint_url(format!("http://{nobody}"))
        .retry(RetryConfig::off());
    let client = Client::new(&TOY, config.build());
    let refused = format!("GetToy failed: cannot connect to http://{nobody}: connection refused");
    let wait: Wait<GetToy, Blocking> = Wait::new(&client, GetToy::default(), &READY);
    assert_eq!(wait.wait().unwrap_err().call().unwrap().to_string(), refused);
    let wait: Wait<GetToy, Blocking, SuccessOrError> = Wait::new(&client, GetToy::default(), &GONE);
    assert_eq!(wait.wait().unwrap_err().call().unwrap().to_string(), refused);
}
