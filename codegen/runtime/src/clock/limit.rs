//! Futures with a time limit.

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::Clock;

/// Returns the future's output, or the limit as an error if the limit is reached first.
///
/// The timer starts when the future is first pending, so a future that is ready immediately needs no timer.
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
