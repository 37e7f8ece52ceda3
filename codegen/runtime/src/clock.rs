//! Time and timers, which tests can replace.

#[doc(hidden)]
pub(crate) mod limit;
pub(crate) mod system;
mod timers;

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use crate::BoxFuture;

pub(crate) use limit::{within, within_left};
pub use system::SystemClock;
#[cfg(any(test, feature = "blocking", feature = "testing"))]
pub(crate) use system::block_on;
pub(crate) use system::default;
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
