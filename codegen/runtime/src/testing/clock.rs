//! A clock that only tests move.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::BoxFuture;
use crate::clock::Clock;

/// A clock on which time passes only as the test says. Clones are the same clock.
///
/// It starts on 2026-01-01.
#[derive(Clone)]
pub struct ManualClock {
    state: Arc<Mutex<State>>,
}

struct State {
    now: SystemTime,
    /// The time that has passed since the clock was made.
    elapsed: Duration,
    mode: Mode,
    /// Who sleeps, by the elapsed time at which to wake; the number keeps two of the same time apart.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    count: u64,
    slept: Vec<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Advanced,
    Skipping,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualClock").field("now", &self.lock().now).finish_non_exhaustive()
    }
}

impl ManualClock {
    /// A clock that stands still until it is [advanced](Self::advance).
    #[must_use]
    pub fn new() -> Self {
        Self::with(Mode::Advanced)
    }

    /// A clock that jumps ahead whenever somebody sleeps and nothing else happens, so that a test
    /// of retries or waiters runs at once and needs nobody to advance time.
    ///
    /// Use it with a mock transport: work that goes on outside of the test's own task looks like
    /// nothing happening.
    #[must_use]
    pub fn skipping() -> Self {
        Self::with(Mode::Skipping)
    }

    fn with(mode: Mode) -> Self {
        let now = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let state =
            State { now, elapsed: Duration::ZERO, mode, sleepers: BTreeMap::new(), count: 0, slept: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Sets the time of day, as an administrator does. No time passes: sleeps and timeouts do not notice.
    pub fn set(&self, now: SystemTime) {
        self.lock().now = now;
    }

    /// Lets time pass and wakes whose time has come.
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        state.pass(by);
        let elapsed = state.elapsed;
        for (_, waker) in state.sleepers.range(..=(elapsed, u64::MAX)) {
            waker.wake_by_ref();
        }
    }

    /// The sleeps that ended, in order: the waits between attempts, for instance.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.lock().slept.clone()
    }

    /// How many sleep now: timers that a cancelled call left behind, for instance.
    #[must_use]
    pub fn sleeping(&self) -> usize {
        self.lock().sleepers.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pass(&mut self, time: Duration) {
        self.elapsed = self.elapsed.saturating_add(time);
        self.now += time;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.lock().now
    }

    fn elapsed(&self) -> Duration {
        self.lock().elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.lock();
        state.count += 1;
        let key = (state.elapsed.saturating_add(duration), state.count);
        Box::pin(Sleep { clock: self.clone(), key, duration, polled: false })
    }
}

struct Sleep {
    clock: ManualClock,
    key: (Duration, u64),
    duration: Duration,
    polled: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = std::mem::replace(&mut self.polled, true);
        let mut state = self.clock.lock();
        if state.mode == Mode::Skipping && polled && state.sleepers.keys().next() == Some(&self.key) {
            // Everybody else in the task has had a turn since this sleep began, and sleeps longer.
            let left = self.key.0.saturating_sub(state.elapsed);
            state.pass(left);
        }
        if state.elapsed >= self.key.0 {
            state.sleepers.remove(&self.key);
            state.slept.push(self.duration);
            state.sleepers.values().for_each(Waker::wake_by_ref);
            return Poll::Ready(());
        }
        state.sleepers.insert(self.key, cx.waker().clone());
        if state.mode == Mode::Skipping {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.lock().sleepers.remove(&self.key);
    }
}
