//! The system's clock, with or without an asynchronous runtime.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};
#[cfg(any(test, feature = "blocking", feature = "testing"))]
use std::{task::Waker, thread};

use super::Clock;
use super::timers::Timer;
use crate::BoxFuture;

/// The system's clock, which is the default. Sleeping uses tokio's timer inside a tokio runtime, and this crate's timer
/// thread otherwise.
///
/// If a test pauses tokio's clock, durations are measured with that clock too. The limits of calls and waiters
/// therefore include the delays that the paused clock skips.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// Returns the clock for clients that do not configure one.
#[doc(hidden)]
pub fn default() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        let start = START.get_or_init(|| {
            let now = Instant::now();
            now.checked_sub(MARGIN).unwrap_or(now)
        });
        instant().saturating_duration_since(*start)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        #[cfg(feature = "_hyper")]
        if !DRIVEN.get() && tokio::runtime::Handle::try_current().is_ok() {
            return Box::pin(tokio::time::sleep(duration));
        }
        let Some(end) = Instant::now().checked_add(duration) else {
            return Box::pin(std::future::pending());
        };
        let mut timer = Timer::new(end);
        Box::pin(poll_fn(move |cx| {
            if !DRIVEN.get() {
                return Pin::new(&mut timer).poll(cx);
            }
            if Instant::now() >= end {
                return Poll::Ready(());
            }
            WAKE_AT.set(Some(WAKE_AT.get().map_or(end, |earlier| earlier.min(end))));
            Poll::Pending
        }))
    }
}

/// The time by which `START` precedes the first measurement. Without this margin, if a paused tokio clock is behind the
/// real clock, elapsed times would be zero until the paused clock reaches `START`.
const MARGIN: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the current time of the clock that this thread's timers use.
fn instant() -> Instant {
    #[cfg(feature = "_hyper")]
    if !DRIVEN.get() {
        return tokio::time::Instant::now().into_std();
    }
    Instant::now()
}

thread_local! {
    /// Whether this thread is inside [`block_on`].
    static DRIVEN: Cell<bool> = const { Cell::new(false) };
    /// The earliest time at which the future that [`block_on`] drives on this thread needs to be polled again.
    static WAKE_AT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Returns whether this thread is inside [`block_on`].
#[cfg(feature = "_hyper")]
pub(crate) fn is_blocking() -> bool {
    DRIVEN.get()
}

#[cfg(any(test, feature = "blocking", feature = "testing"))]
struct Unpark(thread::Thread);

#[cfg(any(test, feature = "blocking", feature = "testing"))]
impl std::task::Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to completion on the current thread. Timers need no other thread: the current thread sleeps until the
/// first timer expires.
#[cfg(any(test, feature = "blocking", feature = "testing"))]
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// Restores [`DRIVEN`] when dropped, even if the future panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            DRIVEN.set(self.0);
        }
    }
    let _restore = Restore(DRIVEN.replace(true));
    let waker = Waker::from(std::sync::Arc::new(Unpark(thread::current())));
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        WAKE_AT.set(None);
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        match WAKE_AT.get() {
            Some(end) => thread::park_timeout(end.saturating_duration_since(Instant::now())),
            None => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(5);

    #[test]
    fn a_sleep_has_its_duration_on_any_executor() {
        let begin = Instant::now();
        block_on(SystemClock.sleep(SHORT));
        assert!(begin.elapsed() >= SHORT);
        // The future is polled manually, as an executor other than tokio's would do.
        let mut sleep = SystemClock.sleep(SHORT);
        let waker = Waker::from(std::sync::Arc::new(Unpark(thread::current())));
        let mut context = std::task::Context::from_waker(&waker);
        while sleep.as_mut().poll(&mut context).is_pending() {
            thread::park();
        }
        assert!(begin.elapsed() >= 2 * SHORT);
    }

    #[cfg(feature = "_hyper")]
    #[tokio::test(start_paused = true)]
    async fn durations_are_those_of_tokios_clock_if_it_is_paused() {
        const HOUR: Duration = Duration::from_secs(3600);
        let (begin, started) = (Instant::now(), SystemClock.elapsed());
        SystemClock.sleep(HOUR).await;
        assert_eq!((SystemClock.elapsed() - started).as_secs(), HOUR.as_secs());
        // Timers inside `block_on` do not use tokio's clock.
        let measured = block_on(async {
            let started = SystemClock.elapsed();
            SystemClock.sleep(SHORT).await;
            SystemClock.elapsed() - started
        });
        assert!(measured >= SHORT && begin.elapsed() < HOUR, "{measured:?}");
    }

    /// Returns the number of threads in this process.
    #[cfg(target_os = "linux")]
    fn threads() -> usize {
        std::fs::read_dir("/proc/self/task").unwrap().count()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thousand_timers_take_one_thread() {
        let before = threads();
        let mut sleeps: Vec<_> = (0..1000).map(|_| SystemClock.sleep(Duration::from_secs(3600))).collect();
        let mut context = std::task::Context::from_waker(Waker::noop());
        assert!(sleeps.iter_mut().all(|sleep| sleep.as_mut().poll(&mut context).is_pending()));
        // Other tests in this process may start a few threads.
        assert!(threads() < before + 100, "{before} threads before, {} now", threads());
    }

    /// A waker that counts how often it is woken, and unparks a thread.
    struct Counter(std::sync::atomic::AtomicU32, thread::Thread);

    impl std::task::Wake for Counter {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            self.1.unpark();
        }
    }

    #[test]
    fn the_last_waker_is_woken_unless_the_sleep_is_dropped() {
        let poll = |sleep: &mut BoxFuture<'static, ()>, waker: &Waker| {
            sleep.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending()
        };
        // On a busy machine, a sleep may end before it is polled for the second time. The loop then starts over.
        let (counters, last, mut sleep, other) = loop {
            let counters: [_; 3] =
                std::array::from_fn(|_| std::sync::Arc::new(Counter(Default::default(), thread::current())));
            let [first, last, dropped] = counters.each_ref().map(|counter| Waker::from(std::sync::Arc::clone(counter)));
            let mut sleep = SystemClock.sleep(4 * SHORT);
            let mut other = SystemClock.sleep(3 * SHORT);
            if poll(&mut other, &dropped) && poll(&mut sleep, &first) && poll(&mut sleep, &last) {
                break (counters, last, sleep, other);
            }
        };
        drop(other);
        while poll(&mut sleep, &last) {
            thread::park();
        }
        let woken = counters.map(|counter| counter.0.load(std::sync::atomic::Ordering::SeqCst));
        assert_eq!(woken, [0, 1, 0]);
    }

    #[test]
    fn a_waker_that_panics_does_not_stop_other_sleeps() {
        struct Panicking;

        impl std::task::Wake for Panicking {
            fn wake(self: std::sync::Arc<Self>) {
                panic!("the executor of this test is broken");
            }
        }

        let begin = Instant::now();
        let (mut broken, mut sleep) = (SystemClock.sleep(SHORT), SystemClock.sleep(2 * SHORT));
        let _ = broken.as_mut().poll(&mut std::task::Context::from_waker(&Waker::from(std::sync::Arc::new(Panicking))));
        let waker = Waker::from(std::sync::Arc::new(Unpark(thread::current())));
        while sleep.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_pending() {
            thread::park_timeout(Duration::from_secs(60));
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "it was not woken");
    }

    #[test]
    fn the_shorter_of_two_sleeps_ends_first() {
        let outcome = block_on(crate::clock::within(
            &SystemClock,
            Some(SHORT),
            SystemClock.sleep(Duration::from_secs(3600)).as_mut(),
        ));
        assert_eq!(outcome, Err(SHORT));
    }
}
