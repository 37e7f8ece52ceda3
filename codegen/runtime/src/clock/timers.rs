//! Timers for futures that run outside tokio. A single thread wakes all of these futures.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::sync;

/// The time that the thread waits for a new timer before it exits.
const IDLE: Duration = Duration::from_secs(10);

static TIMERS: Mutex<Timers> = Mutex::new(Timers { wakers: VecDeque::new(), count: 0, running: false });

/// Signals that a new timer expires before all others.
static CHANGED: Condvar = Condvar::new();

/// The expiry of a timer, and a number that distinguishes timers with the same expiry.
type TimerKey = (Instant, u64);

struct Timers {
    /// The wakers, sorted by key. Most timers are added near the back and removed near the front, where both operations
    /// are fast. A map would add more code to each program.
    wakers: VecDeque<(TimerKey, Waker)>,
    count: u64,
    running: bool,
}

impl Timers {
    /// Returns the index of a timer, or the index at which it can be inserted.
    fn index_of(&self, key: TimerKey) -> Result<usize, usize> {
        self.wakers.binary_search_by_key(&key, |(key, _)| *key)
    }

    /// Returns the time at which the first timer expires.
    fn first(&self) -> Option<Instant> {
        self.wakers.front().map(|((end, _), _)| *end)
    }
}

/// A future that completes at `end`. The timer is registered when first polled, and canceled when dropped.
pub(super) struct Timer {
    end: Instant,
    number: Option<u64>,
}

impl Timer {
    pub(super) fn new(end: Instant) -> Self {
        Self { end, number: None }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.end {
            return Poll::Ready(());
        }
        let mut timers = lock();
        let number = *self.number.get_or_insert_with(|| {
            timers.count += 1;
            timers.count
        });
        let key = (self.end, number);
        let waker = cx.waker().clone();
        let (replaced, is_new_first) = match timers.index_of(key) {
            Ok(index) => (Some(std::mem::replace(&mut timers.wakers[index].1, waker)), false),
            Err(index) => {
                timers.wakers.insert(index, (key, waker));
                (None, index == 0)
            }
        };
        if !timers.running {
            timers.running = thread::Builder::new().name("simba-timers".to_owned()).spawn(run).is_ok();
            if !timers.running {
                // The thread could not be started. Waking the future immediately makes it try again.
                cx.waker().wake_by_ref();
            }
        } else if is_new_first {
            CHANGED.notify_one();
        }
        drop(timers);
        // Dropping a waker may run the executor's code, so the lock is released first.
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let mut timers = lock();
            let waker = timers.index_of((self.end, number)).ok().and_then(|index| timers.wakers.remove(index));
            drop(timers);
            drop(waker);
        }
    }
}

fn lock() -> MutexGuard<'static, Timers> {
    sync::lock(&TIMERS)
}

/// Wakes timers as they expire. Returns once there have been no timers for the duration of [`IDLE`].
fn run() {
    let mut timers = lock();
    loop {
        let first = timers.first();
        let pause = first.map_or(IDLE, |end| end.saturating_duration_since(Instant::now()));
        if !pause.is_zero() {
            let timed_out;
            (timers, timed_out) = match CHANGED.wait_timeout(timers, pause) {
                Ok((timers, result)) => (timers, result.timed_out()),
                Err(poisoned) => (poisoned.into_inner().0, false),
            };
            if first.is_none() && timed_out && timers.wakers.is_empty() {
                timers.running = false;
                return;
            }
            continue;
        }
        if let Some((_, waker)) = timers.wakers.pop_front() {
            drop(timers);
            // A panic in an executor's code must not end the thread, which the timers of all other futures depend on.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            timers = lock();
        }
    }
}
