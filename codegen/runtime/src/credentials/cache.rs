//! A cache of credentials.
//!
//! Only one call at a time refreshes the credentials; the others share the result. Credentials that are still valid
//! are used during the refresh, and also if it fails.
//!
//! The cache needs no background task: the call that finds the credentials due for refresh does it, and if that call
//! is dropped, the next one takes over.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use super::{Credentials, CredentialsError, ProvideCredentials};
use crate::clock::Clock;

/// How long before their expiry credentials are refreshed. Short-lived credentials are refreshed after three quarters
/// of their lifetime.
const SLACK: Duration = Duration::from_secs(300);

/// How long to use credentials without another refresh if a refresh failed, or if they look expired. The latter may
/// only be due to a wrong local clock.
const PAUSE: Duration = Duration::from_secs(60);

/// Credentials and their provider.
pub struct CredentialsCache {
    provider: Arc<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    renewing: bool,
    /// The number of completed refreshes, and the failure of the last one.
    ended: u64,
    failure: Option<CredentialsError>,
    waiting: Vec<Waker>,
}

struct Kept {
    credentials: Arc<Credentials>,
    /// When the credentials were received, as the clock's elapsed time.
    since: Duration,
    /// When to refresh the credentials and until when to use them, or `None` if they do not expire.
    times: Option<Times>,
}

#[derive(Clone, Copy)]
struct Times {
    renew: SystemTime,
    end: SystemTime,
}

/// The next step of a call.
enum Turn {
    Use(Arc<Credentials>),
    Renew,
    /// Wait for another call's refresh. Contains the number of refreshes completed before it.
    Wait(u64),
}

impl CredentialsCache {
    /// Creates an empty cache.
    pub(crate) fn new(provider: Arc<dyn ProvideCredentials>, clock: Arc<dyn Clock>) -> Self {
        Self { provider, clock, state: Mutex::default() }
    }

    /// Returns the credentials to sign with, refreshed if necessary.
    ///
    /// # Errors
    ///
    /// Returns the provider's error if there are no valid credentials and the refresh fails.
    pub async fn get(&self) -> Result<Arc<Credentials>, CredentialsError> {
        loop {
            match self.turn() {
                Turn::Use(credentials) => return Ok(credentials),
                Turn::Renew => {
                    let renewal = Renewal { cache: self };
                    let answer = self.provider.provide().await;
                    return renewal.end(answer);
                }
                Turn::Wait(ended) => {
                    if let Some(failure) = (Ended { cache: self, seen: ended }).await {
                        return Err(failure);
                    }
                }
            }
        }
    }

    /// Discards the credentials after the service rejected them as expired, unless they are less than a minute old.
    pub fn invalidate(&self) {
        let now = self.clock.elapsed();
        let mut state = self.state();
        if state.kept.as_ref().is_some_and(|kept| now.saturating_sub(kept.since) >= PAUSE) {
            state.kept = None;
        }
    }

    fn turn(&self) -> Turn {
        let now = self.clock.now();
        let mut state = self.state();
        let usable = state.kept.as_ref().filter(|kept| kept.times.is_none_or(|t| now < t.end));
        if let Some(kept) = usable
            && (state.renewing || kept.times.is_none_or(|times| now < times.renew))
        {
            return Turn::Use(Arc::clone(&kept.credentials));
        }
        if state.renewing {
            return Turn::Wait(state.ended);
        }
        state.renewing = true;
        Turn::Renew
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CredentialsCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsCache").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// The right to refresh the credentials. Dropping it, with or without a result, passes it to the next call.
struct Renewal<'a> {
    cache: &'a CredentialsCache,
}

impl Renewal<'_> {
    fn end(self, answer: Result<Credentials, CredentialsError>) -> Result<Arc<Credentials>, CredentialsError> {
        let now = self.cache.clock.now();
        let mut state = self.cache.state();
        state.ended += 1;
        let failure = match answer {
            Ok(credentials) => {
                let kept = Kept::new(credentials, &*self.cache.clock);
                let credentials = Arc::clone(&kept.credentials);
                state.kept = Some(kept);
                state.failure = None;
                return Ok(credentials);
            }
            Err(failure) => failure,
        };
        if let Some(Kept { credentials, times: Some(times), .. }) = &mut state.kept
            && now < times.end
        {
            times.renew = now + PAUSE;
            let credentials = Arc::clone(credentials);
            state.failure = None;
            return Ok(credentials);
        }
        state.failure = Some(failure.clone());
        Err(failure)
    }
}

impl Drop for Renewal<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.state();
        state.renewing = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl Kept {
    fn new(credentials: Credentials, clock: &dyn Clock) -> Self {
        let now = clock.now();
        let times = credentials.expiry.map(|expiry| match expiry.duration_since(now) {
            Ok(life) if !life.is_zero() => Times { renew: expiry - SLACK.min(life / 4), end: expiry },
            _ => Times { renew: now + PAUSE, end: now + PAUSE },
        });
        Self { credentials: Arc::new(credentials), since: clock.elapsed(), times }
    }
}

/// A future that completes when no refresh is in progress, with the failure of the refresh, if any.
struct Ended<'a> {
    cache: &'a CredentialsCache,
    seen: u64,
}

impl Future for Ended<'_> {
    type Output = Option<CredentialsError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.cache.state();
        if state.ended != self.seen {
            return Poll::Ready(state.failure.clone());
        }
        if !state.renewing {
            return Poll::Ready(None);
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
