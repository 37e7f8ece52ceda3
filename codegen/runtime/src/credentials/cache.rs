//! Keeps credentials until shortly before they expire.
//!
//! In: a provider and a clock. Out: the credentials to sign with now. However many calls wait, one
//! at a time asks the provider, and all share the result. Credentials that are still valid are
//! used while they are being renewed, and also if that fails.
//!
//! Nothing here belongs to a runtime: the call that finds the credentials due renews them itself,
//! and if it is dropped on the way, the next one takes over.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use super::{Credentials, CredentialsError, ProvideCredentials};
use crate::clock::Clock;

/// How long before the expiry credentials are renewed, if they live long enough.
const SLACK: Duration = Duration::from_secs(300);

/// How long credentials that should have been renewed, or that look expired, serve without another
/// try. The latter do not look so to AWS if only this machine's clock is wrong.
const PAUSE: Duration = Duration::from_secs(60);

/// Credentials and what provides them.
pub struct CredentialsCache {
    provider: Arc<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    renewing: bool,
    /// How many renewals have ended, and how the last one did.
    ended: u64,
    failure: Option<CredentialsError>,
    waiting: Vec<Waker>,
}

struct Kept {
    credentials: Arc<Credentials>,
    /// When they came, by the clock's elapsed time.
    since: Duration,
    /// When to renew them and until when to use them; `None` if they serve for ever.
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
    /// Another call renews; this is how many renewals had ended before.
    Wait(u64),
}

impl CredentialsCache {
    /// An empty cache.
    pub(crate) fn new(provider: Arc<dyn ProvideCredentials>, clock: Arc<dyn Clock>) -> Self {
        Self { provider, clock, state: Mutex::default() }
    }

    /// The credentials to sign with now.
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

    /// The service says that the credentials have expired, so the next call asks for others, unless
    /// these have only just come.
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

/// The right to renew. Dropping it, with or without a result, lets the next call have it.
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

/// Ends when no call renews any more: with the failure, if the renewal ended in one.
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
