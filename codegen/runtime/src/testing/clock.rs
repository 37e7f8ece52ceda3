//! A clock that tests control.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::BoxFuture;
use crate::clock::Clock;
use crate::sync::lock;

/// A clock that tests control. Clones share the same time.
///
/// The time starts at 2026-01-01T00:00:00Z.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::clock::Clock;
/// # use simba_runtime::testing::ManualClock;
///
/// let clock = ManualClock::new();
/// let start = clock.now();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now().duration_since(start)?, Duration::from_secs(3600));
/// # Ok::<(), std::time::SystemTimeError>(())
/// ```
#[derive(Clone)]
pub struct ManualClock {
    state: Arc<Mutex<ManualClockState>>,
}

struct ManualClockState {
    now: SystemTime,
    /// The time since the clock was created.
    elapsed: Duration,
    mode: Mode,
    /// The wakers of all sleeps, sorted by the elapsed time at which the sleeps end. The second part of the key
    /// distinguishes sleeps that end at the same time.
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
    /// Creates a clock that advances only when [`advance`](Self::advance) is called.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Mode::Advanced)
    }

    /// Creates a clock that skips sleeps: when nothing else is ready, it jumps ahead to the end of the next sleep.
    /// Tests for retries and waiters then run without delay and do not need to advance the clock.
    ///
    /// Use it with a mock transport. The clock is not aware of work outside the test's own task, so it may jump ahead
    /// before that work is done.
    #[must_use]
    pub fn skipping() -> Self {
        Self::with(Mode::Skipping)
    }

    fn with(mode: Mode) -> Self {
        let now = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let state = ManualClockState {
            now,
            elapsed: Duration::ZERO,
            mode,
            sleepers: BTreeMap::new(),
            count: 0,
            slept: Vec::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Sets the wall-clock time. This does not affect the elapsed time, sleeps or timeouts.
    pub fn set(&self, now: SystemTime) {
        self.lock().now = now;
    }

    /// Advances the time and ends the sleeps that are due.
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        state.pass(by);
        let elapsed = state.elapsed;
        for (_, waker) in state.sleepers.range(..=(elapsed, u64::MAX)) {
            waker.wake_by_ref();
        }
    }

    /// Returns the durations of the sleeps that have ended, in the order in which they ended. These include the waits
    /// between attempts.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.lock().slept.clone()
    }

    /// Returns the number of pending sleeps, for example to check that a canceled call leaves none.
    #[must_use]
    pub fn sleeping(&self) -> usize {
        self.lock().sleepers.len()
    }

    fn lock(&self) -> MutexGuard<'_, ManualClockState> {
        lock(&self.state)
    }
}

impl ManualClockState {
    fn pass(&mut self, time: Duration) {
        self.elapsed = self.elapsed.saturating_add(time);
        // A timeout may exceed the range of the wall clock.
        self.now = self.now.checked_add(time).unwrap_or(self.now);
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
            // All other futures of the task have been polled since this sleep began, and no other sleep ends earlier.
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
