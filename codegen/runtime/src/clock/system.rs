//! The real clock, with or without an asynchronous runtime.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
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

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Drives a future to its end on this thread. Sleeping costs no thread of its own: the thread
/// itself sleeps until the first timer ends.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// Also when the future panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            DRIVEN.set(self.0);
        }
    }
    let _restore = Restore(DRIVEN.replace(true));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
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
