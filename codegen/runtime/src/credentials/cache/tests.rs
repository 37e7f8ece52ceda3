//! Tests of the cache with a manual clock and a scripted provider.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;
use crate::BoxFuture;
use crate::testing::ManualClock;

/// A provider that returns the scripted results in order. If a result is `None`, the call never completes.
#[derive(Debug, Default)]
struct Script {
    results: Mutex<VecDeque<Option<Result<Credentials, CredentialsError>>>>,
    asked: AtomicUsize,
}

impl ProvideCredentials for Script {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let result = self.results.lock().unwrap().pop_front().expect("a result is left");
        Box::pin(async {
            match result {
                Some(result) => result,
                None => std::future::pending().await,
            }
        })
    }
}

struct Fixture {
    clock: ManualClock,
    script: Arc<Script>,
    cache: CredentialsCache,
}

fn fixture<const N: usize>(results: [Option<Result<Credentials, CredentialsError>>; N]) -> Fixture {
    let clock = ManualClock::new();
    let script = Arc::new(Script { results: Mutex::new(results.into()), ..Script::default() });
    let cache = CredentialsCache::new(script.clone(), Arc::new(clock.clone()));
    Fixture { clock, script, cache }
}

fn until(id: &str, seconds: u64) -> Option<Result<Credentials, CredentialsError>> {
    let expiry = start() + Duration::from_secs(seconds);
    Some(Ok(Credentials::new(id, "secret").expiry(expiry)))
}

fn failure() -> Option<Result<Credentials, CredentialsError>> {
    Some(Err(CredentialsError::new("down")))
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

type Provided = Result<Arc<Credentials>, CredentialsError>;

fn poll(future: Pin<&mut impl Future<Output = Provided>>, woken: &Arc<Woken>) -> Poll<Provided> {
    future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(woken))))
}

/// The start time of every manual clock.
fn start() -> SystemTime {
    ManualClock::new().now()
}

impl Fixture {
    /// Sets the clock to the given number of seconds after the start.
    fn set(&self, seconds: u64) {
        let now = start() + Duration::from_secs(seconds);
        self.clock.advance(now.duration_since(self.clock.now()).unwrap());
    }

    /// Returns the access key ID that a call receives immediately, or the error message, or `pending` if the call has
    /// to wait.
    fn get(&self) -> String {
        match poll(pin!(self.cache.get()), &Arc::default()) {
            Poll::Ready(Ok(credentials)) => credentials.access_key_id.clone(),
            Poll::Ready(Err(error)) => error.to_string(),
            Poll::Pending => "pending".to_owned(),
        }
    }

    fn asked(&self) -> usize {
        self.script.asked.load(Ordering::SeqCst)
    }
}

/// A clock whose methods check that the cache is not locked while it calls them.
#[derive(Debug)]
struct Reentrant(Arc<Mutex<std::sync::Weak<CredentialsCache>>>);

impl Reentrant {
    fn check(&self) {
        let cache = self.0.lock().unwrap().upgrade().expect("the cache is in use");
        assert!(cache.state.try_lock().is_ok(), "the cache calls the clock while it is locked");
    }
}

impl Clock for Reentrant {
    fn now(&self) -> SystemTime {
        self.check();
        start()
    }

    fn elapsed(&self) -> Duration {
        self.check();
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn the_clock_may_use_the_cache() {
    let script = Script { results: Mutex::new([until("a", 3600)].into()), ..Script::default() };
    let shared = Arc::default();
    let cache = Arc::new(CredentialsCache::new(Arc::new(script), Arc::new(Reentrant(Arc::clone(&shared)))));
    *shared.lock().unwrap() = Arc::downgrade(&cache);
    for _ in 0..2 {
        assert!(matches!(poll(pin!(cache.get()), &Arc::default()), Poll::Ready(Ok(_))));
    }
    cache.invalidate();
}

#[test]
fn credentials_without_expiry_are_requested_once() {
    let f = fixture([Some(Ok(Credentials::new("a", "s")))]);
    assert_eq!(f.get(), "a");
    f.set(1_000_000_000);
    assert_eq!(f.get(), "a");
    assert_eq!(f.asked(), 1);
}

#[test]
fn credentials_are_refreshed_five_minutes_before_they_expire() {
    let f = fixture([until("a", 3600), until("b", 7200)]);
    for (seconds, expected) in [(0, "a"), (3299, "a"), (3300, "b"), (6899, "b")] {
        f.set(seconds);
        assert_eq!(f.get(), expected, "{seconds}");
    }
    assert_eq!(f.asked(), 2);
}

#[test]
fn short_lived_credentials_are_used_for_three_quarters_of_their_lifetime() {
    let f = fixture([until("a", 100), until("b", 200)]);
    for (seconds, expected) in [(0, "a"), (74, "a"), (75, "b")] {
        f.set(seconds);
        assert_eq!(f.get(), expected, "{seconds}");
    }
}

#[test]
fn a_failed_refresh_keeps_valid_credentials_and_is_repeated_later() {
    let f = fixture([until("a", 3600), failure(), failure(), failure(), until("b", 9999)]);
    for (seconds, expected, asked) in
        [(0, "a", 1), (3300, "a", 2), (3359, "a", 2), (3360, "a", 3), (3600, "down", 4), (3600, "b", 5)]
    {
        f.set(seconds);
        assert_eq!(f.get(), expected, "{seconds}");
        assert_eq!(f.asked(), asked, "{seconds}");
    }
}

#[test]
fn credentials_that_appear_expired_are_used_for_a_minute() {
    let f = fixture([until("a", 10), until("b", 10)]);
    for (seconds, expected) in [(5000, "a"), (5059, "a"), (5060, "b")] {
        f.set(seconds);
        assert_eq!(f.get(), expected, "{seconds}");
    }
}

#[test]
fn one_call_refreshes_while_the_others_use_valid_credentials() {
    let f = fixture([until("a", 3600), None]);
    assert_eq!(f.get(), "a");
    f.set(3400);
    let mut renewing = pin!(f.cache.get());
    assert!(poll(renewing.as_mut(), &Arc::default()).is_pending());
    assert_eq!(f.get(), "a");
    assert_eq!(f.asked(), 2);
    f.set(3600);
    assert_eq!(f.get(), "pending");
    assert_eq!(f.asked(), 2);
}

/// A provider that waits until it is released.
#[derive(Debug, Default)]
struct Gate {
    open: Mutex<Option<Result<Credentials, CredentialsError>>>,
    asked: AtomicUsize,
}

impl ProvideCredentials for Gate {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::poll_fn(|_| match self.open.lock().unwrap().take() {
            Some(result) => Poll::Ready(result),
            None => Poll::Pending,
        }))
    }
}

#[test]
fn calls_that_wait_share_one_result() {
    for result in [Ok(Credentials::new("a", "s")), Err(CredentialsError::new("down"))] {
        let gate = Arc::new(Gate::default());
        let cache = CredentialsCache::new(gate.clone(), Arc::new(ManualClock::default()));
        let (mut first, mut second, mut third) = (pin!(cache.get()), pin!(cache.get()), pin!(cache.get()));
        let woken = Arc::new(Woken::default());
        assert!(poll(first.as_mut(), &Arc::default()).is_pending());
        assert!(poll(second.as_mut(), &woken).is_pending());
        assert!(poll(third.as_mut(), &woken).is_pending());
        *gate.open.lock().unwrap() = Some(result.clone());
        let expected = result.map(Arc::new);
        assert_eq!(poll(first.as_mut(), &Arc::default()), Poll::Ready(expected.clone()));
        assert!(woken.0.load(Ordering::SeqCst) > 0);
        assert_eq!(poll(second.as_mut(), &woken), Poll::Ready(expected.clone()));
        assert_eq!(poll(third.as_mut(), &woken), Poll::Ready(expected));
        assert_eq!(gate.asked.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_call_that_is_dropped_while_it_waits_leaves_no_waker() {
    let gate = Arc::new(Gate::default());
    let cache = CredentialsCache::new(gate.clone(), Arc::new(ManualClock::default()));
    let mut first = pin!(cache.get());
    assert!(poll(first.as_mut(), &Arc::default()).is_pending());
    for _ in 0..3 {
        let mut dropped = pin!(cache.get());
        assert!(poll(dropped.as_mut(), &Arc::default()).is_pending());
        // A call that is polled again keeps a single waker.
        assert!(poll(dropped.as_mut(), &Arc::default()).is_pending());
        assert_eq!(cache.state().waiting.wakers.len(), 1);
    }
    assert_eq!(cache.state().waiting.wakers.len(), 0);
}

#[test]
fn the_next_call_refreshes_if_a_call_is_dropped() {
    let f = fixture([None, until("b", 3600)]);
    let woken = Arc::new(Woken::default());
    let mut waiting = Box::pin(f.cache.get());
    {
        let mut dropped = pin!(f.cache.get());
        assert!(poll(dropped.as_mut(), &Arc::default()).is_pending());
        assert!(poll(waiting.as_mut(), &woken).is_pending());
        assert_eq!(f.asked(), 1);
    }
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    let Poll::Ready(Ok(credentials)) = poll(waiting.as_mut(), &woken) else { panic!("no result") };
    assert_eq!(credentials.access_key_id, "b");
}

#[test]
fn credentials_that_the_service_rejects_are_requested_again() {
    let f = fixture([until("a", 3600), until("b", 3600)]);
    for (seconds, expected) in [(0, "a"), (59, "a"), (60, "b")] {
        f.set(seconds);
        assert_eq!(f.get(), if seconds < 60 { expected } else { "a" });
        f.cache.invalidate();
        assert_eq!(f.get(), expected);
    }
    assert_eq!(f.asked(), 2);
}

/// The token cache shares its code with the credentials cache, so a single test of its provider and expiry is enough.
#[test]
fn a_token_is_cached_until_shortly_before_it_expires() {
    #[derive(Debug)]
    struct Counting(AtomicUsize);

    impl ProvideToken for Counting {
        fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
            let number = self.0.fetch_add(1, Ordering::SeqCst) as u64 + 1;
            let token = Token::new(format!("token {number}")).expiry(start() + Duration::from_secs(3600 * number));
            Box::pin(std::future::ready(Ok(token)))
        }
    }

    let clock = ManualClock::new();
    let cache = TokenCache::new(Arc::new(Counting(AtomicUsize::new(0))), Arc::new(clock.clone()));
    for (seconds, expected) in [(0, "token 1"), (3299, "token 1"), (3300, "token 2"), (6899, "token 2")] {
        clock.set(start() + Duration::from_secs(seconds));
        let token = crate::clock::block_on(cache.get()).unwrap();
        assert_eq!(token.token, expected, "after {seconds} s");
    }
    assert!(!format!("{cache:?} {:?}", Token::new("hush")).contains("hush"));
}

/// A provider that panics when it is first called.
#[derive(Debug, Default)]
struct PanicsOnce(AtomicUsize);

impl ProvideCredentials for PanicsOnce {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "the provider panics");
            Ok(Credentials::new("AFTER", "secret"))
        })
    }
}

/// After a call has panicked during a refresh, the next call refreshes the credentials.
#[test]
fn a_provider_that_panics_leaves_the_cache_usable() {
    let cache = CredentialsCache::new(Arc::new(PanicsOnce::default()), Arc::new(ManualClock::new()));
    let (mut first, mut second) = (pin!(cache.get()), pin!(cache.get()));
    let woken = Arc::new(Woken::default());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| poll(first.as_mut(), &woken)));
    assert!(panicked.is_err());
    let Poll::Ready(found) = poll(second.as_mut(), &woken) else { panic!("nothing to wait for") };
    assert_eq!(found.unwrap().access_key_id, "AFTER");
}
