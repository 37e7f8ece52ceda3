//! A cache for credentials or a token.
//!
//! Only one call at a time refreshes the credentials. As long as the current credentials are valid, other calls use
//! them during the refresh and after a failed refresh. If they are not valid, the other calls wait for the refresh and
//! share its result.
//!
//! The cache needs no background task: the call that finds the credentials due for refresh refreshes them. If that call
//! is dropped, the next one takes over.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use super::{Credentials, CredentialsError, ProvideCredentials, ProvideToken, Token};
use crate::BoxFuture;
use crate::clock::Clock;
use crate::sync::lock;

/// The duration by which a refresh precedes the expiry of the credentials. Credentials with a lifetime of less than 20
/// minutes are refreshed after three quarters of their lifetime.
const SLACK: Duration = Duration::from_secs(300);

/// The time until the next refresh after a refresh has failed, or after it has returned credentials that appear to have
/// expired. Such credentials are used nevertheless, since the local clock may be wrong. Rejected credentials that are
/// younger than this are not discarded.
const PAUSE: Duration = Duration::from_secs(60);

/// A cache for credentials.
pub type CredentialsCache = IdentityCache<Credentials>;

/// A cache for a bearer token.
pub type TokenCache = IdentityCache<Token>;

/// The value in a cache: credentials or a token.
pub trait Identity: Sized {
    /// The provider, as a trait object.
    type Provider: fmt::Debug + ?Sized;

    /// Calls the provider.
    fn provide(provider: &Self::Provider) -> BoxFuture<'_, Result<Self, CredentialsError>>;

    /// Returns the time at which the identity expires, if it does.
    fn expires_at(&self) -> Option<SystemTime>;
}

impl Identity for Credentials {
    type Provider = dyn ProvideCredentials;

    fn provide(provider: &Self::Provider) -> BoxFuture<'_, Result<Self, CredentialsError>> {
        provider.provide()
    }

    fn expires_at(&self) -> Option<SystemTime> {
        self.expiry
    }
}

impl Identity for Token {
    type Provider = dyn ProvideToken;

    fn provide(provider: &Self::Provider) -> BoxFuture<'_, Result<Self, CredentialsError>> {
        provider.provide_token()
    }

    fn expires_at(&self) -> Option<SystemTime> {
        self.expiry
    }
}

/// A cache for credentials or a token, with the provider that refreshes them.
pub struct IdentityCache<I: Identity> {
    provider: Arc<I::Provider>,
    clock: Arc<dyn Clock>,
    state: Mutex<CacheState<I>>,
}

struct CacheState<I> {
    kept: Option<Kept<I>>,
    /// Whether a call is refreshing the identity.
    renewing: bool,
    /// The number of completed refreshes.
    ended: u64,
    /// The error of the last refresh, if it failed.
    failure: Option<CredentialsError>,
    /// The calls that wait for a refresh.
    waiting: Waiting,
}

/// The calls that wait for a refresh. Each call has a number.
struct Waiting {
    /// The wakers of the calls, in the order of their numbers.
    wakers: Vec<(u64, Waker)>,
    /// The number of the last call.
    last: u64,
}

impl Waiting {
    /// Sets or removes the waker of a call, and returns the previous one.
    fn replace(&mut self, number: u64, waker: Option<&Waker>) -> Option<Waker> {
        let position = self.wakers.binary_search_by_key(&number, |(number, _)| *number);
        match (position, waker) {
            (Ok(at), Some(waker)) => Some(std::mem::replace(&mut self.wakers[at].1, waker.clone())),
            (Ok(at), None) => Some(self.wakers.remove(at).1),
            (Err(at), Some(waker)) => {
                self.wakers.insert(at, (number, waker.clone()));
                None
            }
            (Err(_), None) => None,
        }
    }
}

struct Kept<I> {
    identity: Arc<I>,
    /// The time at which the identity was received, as the clock's elapsed time.
    since: Duration,
    /// The times of the next refresh and of the expiry, or `None` if the identity does not expire.
    times: Option<Times>,
}

#[derive(Clone, Copy)]
struct Times {
    /// The time at which the identity is due for a refresh.
    renew: SystemTime,
    /// The time after which the identity is no longer used.
    end: SystemTime,
}

/// The next step of a call.
enum Turn<I> {
    Use(Arc<I>),
    Renew,
    /// Wait for another call's refresh.
    Wait {
        /// The number of refreshes that were completed before the other call's refresh started.
        ended: u64,
        /// The number of this call.
        number: u64,
    },
}

impl<I: Identity> IdentityCache<I> {
    /// Creates an empty cache.
    pub(crate) fn new(provider: Arc<I::Provider>, clock: Arc<dyn Clock>) -> Self {
        let waiting = Waiting { wakers: Vec::new(), last: 0 };
        let state = CacheState { kept: None, renewing: false, ended: 0, failure: None, waiting };
        Self { provider, clock, state: Mutex::new(state) }
    }

    /// Returns the credentials to sign with or the token to send, and refreshes them if necessary.
    ///
    /// # Errors
    ///
    /// Returns the provider's error if there are no valid credentials and the refresh fails.
    pub async fn get(&self) -> Result<Arc<I>, CredentialsError> {
        loop {
            match self.turn() {
                Turn::Use(identity) => return Ok(identity),
                Turn::Renew => {
                    let renewal = Renewal { cache: self };
                    let result = I::provide(&self.provider).await;
                    return renewal.end(result);
                }
                Turn::Wait { ended, number } => {
                    if let Some(failure) = (Ended { cache: self, seen: ended, number }).await {
                        return Err(failure);
                    }
                }
            }
        }
    }

    /// Discards the credentials or the token after the service rejected them, unless they are less than a minute old.
    pub fn invalidate(&self) {
        let now = self.clock.elapsed();
        let mut state = self.state();
        if state.kept.as_ref().is_some_and(|kept| now.saturating_sub(kept.since) >= PAUSE) {
            state.kept = None;
        }
    }

    fn turn(&self) -> Turn<I> {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(kept) = &state.kept {
            let is_usable = kept
                .times
                .is_none_or(|times| now < if state.renewing { times.end } else { times.renew.min(times.end) });
            if is_usable {
                return Turn::Use(Arc::clone(&kept.identity));
            }
        }
        if state.renewing {
            state.waiting.last += 1;
            return Turn::Wait { ended: state.ended, number: state.waiting.last };
        }
        state.renewing = true;
        Turn::Renew
    }

    /// Locks the state. Code that holds this lock must not panic. It must not call the clock either, since a program's
    /// own clock may use this cache.
    fn state(&self) -> MutexGuard<'_, CacheState<I>> {
        lock(&self.state)
    }
}

impl<I: Identity> fmt::Debug for IdentityCache<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityCache").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// The right to refresh the identity. Dropping this value, with or without a result, passes the right to the next call.
struct Renewal<'a, I: Identity> {
    cache: &'a IdentityCache<I>,
}

impl<I: Identity> Renewal<'_, I> {
    fn end(self, result: Result<I, CredentialsError>) -> Result<Arc<I>, CredentialsError> {
        let (now, since) = (self.cache.clock.now(), self.cache.clock.elapsed());
        let mut state = self.cache.state();
        state.ended += 1;
        let failure = match result {
            Ok(identity) => {
                let kept = Kept::new(identity, now, since);
                let identity = Arc::clone(&kept.identity);
                state.kept = Some(kept);
                state.failure = None;
                return Ok(identity);
            }
            Err(failure) => failure,
        };
        if let Some(Kept { identity, times: Some(times), .. }) = &mut state.kept
            && now < times.end
        {
            times.renew = now + PAUSE;
            let identity = Arc::clone(identity);
            state.failure = None;
            return Ok(identity);
        }
        state.failure = Some(failure.clone());
        Err(failure)
    }
}

impl<I: Identity> Drop for Renewal<'_, I> {
    fn drop(&mut self) {
        let mut state = self.cache.state();
        state.renewing = false;
        let wakers = std::mem::take(&mut state.waiting.wakers);
        drop(state);
        wake(wakers);
    }
}

/// Wakes the given calls.
fn wake(wakers: Vec<(u64, Waker)>) {
    for (_, waker) in wakers {
        waker.wake();
    }
}

impl<I: Identity> Kept<I> {
    fn new(identity: I, now: SystemTime, since: Duration) -> Self {
        let times = identity.expires_at().map(|expiry| match expiry.duration_since(now) {
            Ok(life) if !life.is_zero() => Times { renew: expiry - SLACK.min(life / 4), end: expiry },
            _ => Times { renew: now + PAUSE, end: now + PAUSE },
        });
        Self { identity: Arc::new(identity), since, times }
    }
}

/// A future that completes when the current refresh has ended. Its output is the error of this refresh, if it failed.
struct Ended<'a, I: Identity> {
    cache: &'a IdentityCache<I>,
    seen: u64,
    number: u64,
}

impl<I: Identity> Future for Ended<'_, I> {
    type Output = Option<CredentialsError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.cache.state();
        if state.ended != self.seen {
            return Poll::Ready(state.failure.clone());
        }
        if !state.renewing {
            return Poll::Ready(None);
        }
        let previous = state.waiting.replace(self.number, Some(context.waker()));
        // Dropping a waker may run code that uses this cache.
        drop(state);
        drop(previous);
        Poll::Pending
    }
}

impl<I: Identity> Drop for Ended<'_, I> {
    fn drop(&mut self) {
        let waker = self.cache.state().waiting.replace(self.number, None);
        drop(waker);
    }
}

#[cfg(test)]
mod tests;
