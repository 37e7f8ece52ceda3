//! The real clock, with or without an asynchronous runtime.

use std::cell::Cell;
use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::Clock;
use crate::BoxFuture;

/// The system's time. Sleeping uses tokio's timer where there is one, and this crate's own
/// otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        #[cfg(feature = "_hyper")]
        if !DRIVEN.get() && tokio::runtime::Handle::try_current().is_ok() {
            return Box::pin(tokio::time::sleep(duration));
        }
        let Some(end) = Instant::now().checked_add(duration) else {
            return Box::pin(std::future::pending());
        };
        let mut helper = None;
        Box::pin(poll_fn(move |cx| {
            if Instant::now() >= end {
                return Poll::Ready(());
            }
            if DRIVEN.get() {
                WAKE_AT.set(Some(WAKE_AT.get().map_or(end, |earlier| earlier.min(end))));
            } else if helper.is_none() {
                // An executor that we know nothing of: a thread that sleeps serves any.
                let waker: Waker = cx.waker().clone();
                helper = Some(thread::spawn(move || {
                    thread::sleep(end.saturating_duration_since(Instant::now()));
                    waker.wake();
                }));
            }
            Poll::Pending
        }))
    }
}

thread_local! {
    /// Whether this thread is inside [`block_on`].
    static DRIVEN: Cell<bool> = const { Cell::new(false) };
    /// When a future that this thread drives wants to be polled again.
    static WAKE_AT: Cell<Option<Instant>> = const { Cell::new(None) };
}

#[cfg(any(test, feature = "blocking", feature = "testing"))]
struct Unpark(thread::Thread);

#[cfg(any(test, feature = "blocking", feature = "testing"))]
impl std::task::Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}

/// Drives a future to its end on this thread. Sleeping costs no thread of its own: the thread
/// itself sleeps until the first timer ends.
#[cfg(any(test, feature = "blocking", feature = "testing"))]
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// Also when the future panics.
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
    fn sleeping_takes_its_time_on_any_executor() {
        let begin = Instant::now();
        block_on(SystemClock.sleep(SHORT));
        assert!(begin.elapsed() >= SHORT);
        // Polled by hand, as an executor would that this crate does not know.
        let mut sleep = SystemClock.sleep(SHORT);
        let waker = Waker::from(std::sync::Arc::new(Unpark(thread::current())));
        let mut context = std::task::Context::from_waker(&waker);
        while sleep.as_mut().poll(&mut context).is_pending() {
            thread::park();
        }
        assert!(begin.elapsed() >= 2 * SHORT);
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
