//! The read timeout.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::progress::Progress;
use super::{Exchange, TransportError};
use crate::timeout::TimeoutKind;

/// The timer of a read timeout. It runs while no data arrives and no part of the request is sent.
///
/// A connection has one timer for all its requests, because moving a timer costs less than registering another one.
#[derive(Default)]
pub(super) struct ReadTimer {
    timer: Option<Pin<Box<Sleep>>>,
    /// The time at which the timeout expires, or `None` if the timer is not running.
    end: Option<Instant>,
}

impl ReadTimer {
    /// Starts the timeout unless it is already running. Returns the limit once that much time has passed both since the
    /// start of the timeout and since the last part of the request was sent.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        limit: Option<Duration>,
        progress: &Progress,
    ) -> Poll<Duration> {
        let Some(limit) = limit else { return Poll::Pending };
        if self.end.is_none() {
            self.end = Instant::now().checked_add(limit);
            self.timer = match (self.end, self.timer.take()) {
                (None, timer) => timer,
                (Some(end), None) => Some(Box::pin(sleep_until(end))),
                (Some(end), Some(mut timer)) => {
                    timer.as_mut().reset(end);
                    Some(timer)
                }
            };
        }
        // A timeout whose end the clock cannot represent never expires.
        let (Some(end), Some(timer)) = (&mut self.end, &mut self.timer) else { return Poll::Pending };
        loop {
            ready!(timer.as_mut().poll(cx));
            match progress.last().and_then(|last| last.checked_add(limit)) {
                Some(later) if later > *end => {
                    *end = later;
                    timer.as_mut().reset(later);
                }
                _ => return Poll::Ready(limit),
            }
        }
    }

    /// Stops the timeout. This is called when data has arrived.
    pub(super) fn stop(&mut self) {
        self.end = None;
    }
}

/// Returns the future's output, or an error if no data arrives and no part of the request is sent within the read
/// timeout.
pub(super) async fn limited<F: Future>(
    timer: &mut ReadTimer,
    exchange: &Exchange,
    mut future: Pin<&mut F>,
) -> Result<F::Output, TransportError> {
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            timer.stop();
            return Poll::Ready(Ok(output));
        }
        let expired = timer.poll(cx, exchange.settings.read_timeout, &exchange.progress);
        expired.map(|limit| Err(exchange.origin.timed_out(TimeoutKind::Read, limit)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::pin;

    use super::*;
    use crate::body::Body;

    const LIMIT: Duration = Duration::from_millis(5);

    async fn within<F: Future>(timer: &mut ReadTimer, limit: Duration, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let none = Progress::NONE;
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => timer.poll(cx, Some(limit), &none).map(|_| None),
        })
        .await
    }

    #[tokio::test]
    async fn the_timer_does_not_run_while_a_request_is_sent() {
        let (progress, _body) = Progress::of(Body::wrap(Body::empty()));
        let mut timer = ReadTimer::default();
        let mut parts = 0;
        // Only the timer wakes this future.
        let sent = poll_fn(|cx| {
            progress.advance();
            parts += 1;
            if parts > 5 { Poll::Ready(None) } else { timer.poll(cx, Some(LIMIT), &progress).map(Some) }
        });
        assert_eq!(sent.await, None);
        let started = Instant::now();
        assert_eq!(poll_fn(|cx| timer.poll(cx, Some(LIMIT), &progress)).await, LIMIT);
        assert!(started.elapsed() <= Duration::from_secs(5));
    }

    #[tokio::test]
    async fn the_limit_starts_again_for_each_request() {
        let mut timer = ReadTimer::default();
        for limit in [LIMIT, 3 * LIMIT, LIMIT, Duration::from_secs(3600), LIMIT] {
            timer.stop();
            let started = Instant::now();
            match limit > Duration::from_secs(1) {
                true => assert_eq!(within(&mut timer, limit, tokio::task::yield_now()).await, Some(())),
                false => {
                    assert_eq!(within(&mut timer, limit, pending::<()>()).await, None);
                    assert!(started.elapsed() >= limit);
                }
            }
        }
        timer.stop();
        assert_eq!(within(&mut timer, Duration::MAX, tokio::task::yield_now()).await, Some(()));
    }
}
