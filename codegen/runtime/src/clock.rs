//! Time and timers, which tests replace so that they need not wait.

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

/// The time and timers of a client.
pub trait Clock: Debug + Send + Sync {
    /// Returns the time of day, for signatures and the expiry of credentials. It may be set while the program runs.
    fn now(&self) -> SystemTime;

    /// Returns the time since some fixed moment in the past. It never goes back, and setting the time of day does not
    /// change it: timeouts, retries and waiters measure with it.
    fn elapsed(&self) -> Duration;

    /// Ends after that long.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of clients that are given none.
#[doc(hidden)]
pub fn default() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The future's output, or the limit if that is reached first.
///
/// The clock is asked only once the future has to wait, so that a response that is there at once
/// costs no timer.
#[doc(hidden)]
pub async fn within<F: Future + ?Sized>(
    clock: &dyn Clock,
    limit: Option<Duration>,
    mut future: Pin<&mut F>,
) -> Result<F::Output, Duration> {
    let mut timer = None;
    std::future::poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let Some(limit) = limit else {
            return Poll::Pending;
        };
        let timer = timer.get_or_insert_with(|| clock.sleep(limit));
        timer.as_mut().poll(cx).map(|()| Err(limit))
    })
    .await
}
