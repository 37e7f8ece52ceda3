//! Time and timers, which tests can replace.

mod system;
mod timers;

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use crate::BoxFuture;

pub use system::SystemClock;
#[cfg(any(test, feature = "blocking", feature = "testing"))]
#[doc(hidden)]
pub use system::block_on;
#[cfg(feature = "_hyper")]
pub(crate) use system::is_blocking;

/// A source of time and timers for a client.
///
/// Programs rarely need to implement this trait. Tests use `testing::ManualClock`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// # use simba_runtime::BoxFuture;
/// # use simba_runtime::clock::{Clock, SystemClock};
/// # use simba_runtime::config::Config;
///
/// /// A clock for a machine whose own clock is an hour slow.
/// #[derive(Debug)]
/// struct HourAhead;
///
/// impl Clock for HourAhead {
///     fn now(&self) -> SystemTime {
///         SystemClock.now() + Duration::from_secs(3600)
///     }
///
///     fn elapsed(&self) -> Duration {
///         SystemClock.elapsed()
///     }
///
///     fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
///         SystemClock.sleep(duration)
///     }
/// }
///
/// let config = Config::builder().clock(HourAhead).build();
/// # drop(config);
/// ```
pub trait Clock: Debug + Send + Sync {
    /// Returns the wall-clock time, which is used for signatures and for the expiry of credentials. It may be
    /// adjusted while the program runs.
    fn now(&self) -> SystemTime;

    /// Returns the time since a fixed moment in the past, which is used for timeouts, retries and waiters. It is
    /// monotonic and is not affected by adjustments of the wall clock.
    fn elapsed(&self) -> Duration;

    /// Returns a future that completes after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Returns the clock for clients that do not configure one.
#[doc(hidden)]
pub fn default() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Returns the future's output, or the limit as an error if the limit is reached first.
///
/// The timer starts when the future is first pending, so a future that is ready immediately needs no timer.
#[doc(hidden)]
pub fn within<'a, F: Future + ?Sized>(
    clock: &'a dyn Clock,
    limit: Option<Duration>,
    future: Pin<&'a mut F>,
) -> impl Future<Output = Result<F::Output, Duration>> + use<'a, F> {
    within_left(clock, move || limit, future)
}

/// Returns the future's output as [`within`] does. When the future is first pending, `limit` is called to determine the
/// time limit.
pub(crate) fn within_left<'a, F: Future + ?Sized, L: Fn() -> Option<Duration>>(
    clock: &'a dyn Clock,
    limit: L,
    mut future: Pin<&'a mut F>,
) -> impl Future<Output = Result<F::Output, Duration>> + use<'a, F, L> {
    let mut started = None;
    std::future::poll_fn(move |cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let started = started.get_or_insert_with(|| limit().map(|limit| (limit, clock.sleep(limit))));
        match started {
            Some((limit, timer)) => timer.as_mut().poll(cx).map(|()| Err(*limit)),
            None => Poll::Pending,
        }
    })
}
