//! Waiters, which poll an operation until a resource is in the desired state.
//!
//! A [`Waiter`] is generated from the model. A [`Wait`] polls the waiter's operation and returns the first response
//! that shows the desired state, or a [`WaiterError`].
//!
//! ```
//! # use std::time::Duration;
//! # use simba_runtime::operation::Request;
//! # use simba_runtime::waiter::{Wait, WaiterError};
//! # async fn example<R: Request + Clone>(wait: Wait<R>) -> Result<(), WaiterError<R::Response, R::Error>> {
//! // A client's `wait_until_…` method returns `wait`.
//! let wait = wait.max_wait(Duration::from_secs(30 * 60)).on_poll(|poll| println!("{poll}"));
//! let response = wait.await?;
//! # Ok(()) }
//! ```

mod acceptor;
mod delay;
mod error;
mod path_values;

pub use error::{WaiterError, WaiterErrorKind};
pub use path_values::OneOrMore;

#[doc(hidden)]
pub use acceptor::{
    Acceptor, Matcher, all_string_equals, any_error, any_string_equals, boolean_equals, error, string_equals, success,
};
#[doc(hidden)]
pub use path_values::{and, contains, count, element, strings};

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::pin;
use std::time::Duration;

use crate::BoxFuture;
#[cfg(feature = "blocking")]
use crate::call::Blocking;
use crate::call::{Async, CallOptions};
use crate::client::{Client, RuntimeComponents};
use crate::clock::within;
use crate::error::SdkError;
use crate::operation::Request;
use crate::options::Caller;
use crate::response::Response;
use acceptor::AcceptorState;
use delay::Delay;

/// The default maximum duration of a wait: one hour.
pub const DEFAULT_MAX_WAIT: Duration = Duration::from_secs(60 * 60);

/// The minimum delay, so that a wait never polls the service in a tight loop.
const SHORTEST: Duration = Duration::from_millis(1);

/// The maximum duration of a wait. It is practically unlimited, but can be added to a time without overflow.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A condition to wait for. Generated crates contain a static of this type for each waiter.
#[derive(Debug)]
pub struct Waiter<R: Request> {
    /// The name of the waiter in the model.
    pub name: &'static str,
    /// The minimum delay between two calls, in seconds.
    pub min_delay: u64,
    /// The maximum delay between two calls, in seconds.
    pub max_delay: u64,
    /// The acceptors that classify the result of a call. The first one that matches applies.
    pub acceptors: &'static [Acceptor<R>],
}

/// The result of a call: a response or an error.
type CallResult<R> = Result<Response<<R as Request>::Response>, SdkError<<R as Request>::Error>>;

/// The error of a wait for `R`.
type Failure<R> = WaiterError<<R as Request>::Response, <R as Request>::Error>;

/// The callback that receives the result of each call.
type OnPoll<R> = Box<dyn FnMut(&Poll<'_, R>) + Send>;

/// The mode of waits that succeed with a response.
#[derive(Clone, Copy, Debug)]
pub struct SuccessOutput;

/// The mode of waits that can also succeed with an error, for example because a resource no longer exists. These waits
/// return an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct SuccessOrError;

/// A wait that has not started yet. To poll the operation until the waiter's condition is met, await this value or,
/// with a blocking client, call the `wait` method.
///
/// The delays between calls are random, and their upper limit grows exponentially from the waiter's minimum delay to
/// its maximum delay, as Smithy specifies. The wait takes at most [one hour](DEFAULT_MAX_WAIT) unless
/// [`max_wait`](Self::max_wait) is set.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::operation::Request;
/// # use simba_runtime::waiter::{Wait, WaiterError};
/// # async fn example<R: Request + Clone>(wait: Wait<R>) -> Result<R::Response, WaiterError<R::Response, R::Error>> {
/// // A client's `wait_until_…` method returns `wait`.
/// let response = wait
///     .delays(Duration::from_secs(5), Duration::from_secs(30))
///     .max_wait(Duration::from_secs(600))
///     .await?;
/// # Ok(response.into_inner()) }
/// ```
#[must_use = "a `Wait` sends nothing until it is awaited, or until its method `wait` is called"]
pub struct Wait<R: Request, M = Async, E = SuccessOutput> {
    client: Client,
    request: R,
    options: CallOptions,
    waiter: &'static Waiter<R>,
    delay: Delay,
    on_poll: Option<OnPoll<R>>,
    mode: PhantomData<fn() -> (M, E)>,
}

impl<R: Request + Clone, M, E> Wait<R, M, E> {
    #[doc(hidden)]
    pub fn new(client: &Client, request: R, waiter: &'static Waiter<R>) -> Self {
        let (min, max) = (Duration::from_secs(waiter.min_delay), Duration::from_secs(waiter.max_delay));
        let delay = Delay { min, max, limit: DEFAULT_MAX_WAIT };
        let options = CallOptions::new();
        Self { client: client.clone(), request, options, waiter, delay, on_poll: None, mode: PhantomData }
    }

    /// Sets the maximum duration of the wait. Defaults to [one hour](DEFAULT_MAX_WAIT). [`Duration::MAX`] disables the
    /// limit.
    ///
    /// When the limit is reached, an asynchronous call in progress is canceled. A blocking call continues until it ends
    /// or its own timeouts expire.
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.delay.limit = limit.min(LONGEST);
        self
    }

    /// Sets the minimum and maximum delay between two calls, which replace the waiter's own delays. The minimum delay
    /// is at least one millisecond.
    pub fn delays(mut self, min: Duration, max: Duration) -> Self {
        let min = min.clamp(SHORTEST, LONGEST);
        (self.delay.min, self.delay.max) = (min, max.clamp(min, LONGEST));
        self
    }

    /// Changes the request, for example to set members that are not arguments of the waiter.
    pub fn request(mut self, change: impl FnOnce(R) -> R) -> Self {
        self.request = change(self.request);
        self
    }

    /// Sets the options of the calls, such as the region, timeouts, retries and headers.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets a callback that receives the result of each call, for example to show progress.
    pub fn on_poll(mut self, callback: impl FnMut(&Poll<'_, R>) + Send + 'static) -> Self {
        self.on_poll = Some(Box::new(callback));
        self
    }

    /// Waits until the condition is met, and returns the result of the last call.
    async fn run(mut self, components: &RuntimeComponents) -> Result<(CallContext, CallResult<R>), Failure<R>> {
        let started = components.clock.elapsed();
        let mut context = CallContext { waiter: self.waiter.name, calls: 0, elapsed: Duration::ZERO };
        let mut last: Option<CallResult<R>> = None;
        self.options.caller = Caller::Waiter;
        loop {
            let call = pin!(self.client.send_over(components, self.request.clone(), self.options.clone()));
            let left = self.delay.limit.saturating_sub(context.elapsed);
            let outcome = within(&*components.clock, Some(left), call).await;
            context.elapsed = components.clock.elapsed().saturating_sub(started);
            context.calls += 1;
            let Ok(outcome) = outcome else { return Err(self.timed_out(context, last)) };
            let verdict = self.waiter.classify_response(&self.request, &outcome);
            if let Some(callback) = &mut self.on_poll {
                callback(&Poll { outcome: &outcome, request: &self.request, waiter: self.waiter, context: &context });
            }
            match verdict {
                Some((AcceptorState::Success, _)) => return Ok((context, outcome)),
                Some((AcceptorState::Retry, _)) => {}
                Some((AcceptorState::Failure, acceptor)) => {
                    let reason = acceptor.failure(&self.request, &outcome);
                    return Err(WaiterError::new(WaiterErrorKind::Failed, context, reason, Some(outcome)));
                }
                // An error that no acceptor matches ends the wait, as Smithy specifies.
                None if outcome.is_err() => {
                    let reason = outcome.as_ref().err().map(ToString::to_string);
                    return Err(WaiterError::new(WaiterErrorKind::Call, context, reason, Some(outcome)));
                }
                None => {}
            }
            last = Some(outcome);
            let left = self.delay.limit.saturating_sub(context.elapsed);
            let pause = self.delay.next(self.client.config().random(), context.calls, left);
            let Some(pause) = pause else { return Err(self.timed_out(context, last)) };
            components.clock.sleep(pause).await;
            context.elapsed = components.clock.elapsed().saturating_sub(started);
        }
    }

    fn timed_out(&self, context: CallContext, last: Option<CallResult<R>>) -> Failure<R> {
        let reason = last.as_ref().and_then(|last| self.waiter.seen(&self.request, last));
        WaiterError::new(WaiterErrorKind::TimedOut, context, reason, last)
    }
}

/// The context of a wait: the name of the waiter, the number of calls, and the elapsed time.
#[derive(Clone, Copy, Debug)]
struct CallContext {
    waiter: &'static str,
    calls: u32,
    elapsed: Duration,
}

impl<R: Request> Waiter<R> {
    /// Returns the first acceptor that matches, and its state.
    fn classify_response(&self, request: &R, outcome: &CallResult<R>) -> Option<(AcceptorState, &Acceptor<R>)> {
        let matching = self.acceptors.iter().find(|acceptor| acceptor.matches(request, outcome))?;
        Some((matching.state, matching))
    }

    /// Describes the result of a call: the error, or the first state that an acceptor finds in the response.
    fn seen(&self, request: &R, outcome: &CallResult<R>) -> Option<String> {
        match outcome {
            Err(error) => Some(error.to_string()),
            Ok(_) => self.acceptors.iter().find_map(|acceptor| acceptor.state_seen(request, outcome)),
        }
    }
}

/// A call that a wait has completed, and its result.
///
/// ```
/// # use simba_runtime::operation::Request;
/// # use simba_runtime::waiter::Wait;
/// # fn example<R: Request + Clone>(wait: Wait<R>) -> Wait<R> {
/// let wait = wait.on_poll(|poll| println!("call {} after {:?}", poll.number(), poll.elapsed()));
/// # wait }
/// ```
pub struct Poll<'a, R: Request> {
    outcome: &'a CallResult<R>,
    request: &'a R,
    waiter: &'static Waiter<R>,
    context: &'a CallContext,
}

impl<'a, R: Request> Poll<'a, R> {
    /// Returns the number of the call, starting at 1.
    pub fn number(&self) -> u32 {
        self.context.calls
    }

    /// Returns the time since the start of the wait.
    pub fn elapsed(&self) -> Duration {
        self.context.elapsed
    }

    /// Returns the response, if the call succeeded.
    pub fn response(&self) -> Option<&'a Response<R::Response>> {
        self.outcome.as_ref().ok()
    }

    /// Returns the error, if the call failed.
    pub fn error(&self) -> Option<&'a SdkError<R::Error>> {
        self.outcome.as_ref().err()
    }
}

/// Prints one line: `call 3 after 12s: Backups[].Lifecycle is CREATING`.
impl<R: Request> fmt::Display for Poll<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call {} after {}s", self.context.calls, self.context.elapsed.as_secs())?;
        match self.waiter.seen(self.request, self.outcome) {
            Some(seen) => write!(f, ": {seen}"),
            None => Ok(()),
        }
    }
}

impl<R: Request> fmt::Debug for Poll<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poll").field("context", self.context).finish_non_exhaustive()
    }
}

impl<R: Request + fmt::Debug, M, E> fmt::Debug for Wait<R, M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("waiter", &self.waiter.name)
            .field("request", &self.request)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

impl<R: Request + Clone> IntoFuture for Wait<R, Async, SuccessOutput> {
    type Output = Result<Response<R::Response>, WaiterError<R::Response, R::Error>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let client = self.client.clone();
        Box::pin(async move { response::<R>(self.run(client.components()).await?) })
    }
}

impl<R: Request + Clone> IntoFuture for Wait<R, Async, SuccessOrError> {
    type Output = Result<Option<Response<R::Response>>, WaiterError<R::Response, R::Error>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let client = self.client.clone();
        Box::pin(async move { Ok(self.run(client.components()).await?.1.ok()) })
    }
}

#[cfg(feature = "blocking")]
impl<R: Request + Clone> Wait<R, Blocking, SuccessOutput> {
    /// Waits until the condition is met, blocking the current thread.
    ///
    /// # Errors
    ///
    /// Returns an error if the condition can no longer be met, if a call fails unexpectedly, or if the condition is not
    /// met within the maximum duration.
    pub fn wait(self) -> Result<Response<R::Response>, Failure<R>> {
        let client = self.client.clone();
        response::<R>(crate::clock::block_on(self.run(client.blocking_components()))?)
    }
}

#[cfg(feature = "blocking")]
impl<R: Request + Clone> Wait<R, Blocking, SuccessOrError> {
    /// Waits until the condition is met, blocking the current thread. Returns `None` if an error met the condition.
    ///
    /// # Errors
    ///
    /// Returns an error if the condition can no longer be met, if a call fails unexpectedly, or if the condition is not
    /// met within the maximum duration.
    pub fn wait(self) -> Result<Option<Response<R::Response>>, Failure<R>> {
        let client = self.client.clone();
        Ok(crate::clock::block_on(self.run(client.blocking_components()))?.1.ok())
    }
}

/// Returns the response of a wait that cannot succeed with an error.
fn response<R: Request>((context, outcome): (CallContext, CallResult<R>)) -> Result<Response<R::Response>, Failure<R>> {
    outcome.map_err(|error| {
        let reason = error.to_string();
        WaiterError::new(WaiterErrorKind::Call, context, Some(reason), Some(Err(error)))
    })
}

#[cfg(test)]
mod tests;
