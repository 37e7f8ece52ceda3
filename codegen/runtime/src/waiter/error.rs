//! The errors of waits.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::CallContext;
use crate::error::{SdkError, ServiceError};
use crate::response::Response;

/// The error for a wait that did not succeed. It contains the last response or error.
///
/// `Display` prints one line, including the cause.
///
/// ```
/// # use simba_runtime::error::ServiceError;
/// # use simba_runtime::waiter::{WaiterError, WaiterErrorKind};
/// # fn advice<A: std::fmt::Debug, E: ServiceError>(error: &WaiterError<A, E>) {
/// match error.kind() {
///     WaiterErrorKind::TimedOut => println!("still waiting after {:?}", error.elapsed()),
///     WaiterErrorKind::Failed => println!("the resource failed: {error}"),
///     _ => println!("a call failed: {error}"),
/// }
/// # }
/// ```
pub struct WaiterError<A, E>(Box<Inner<A, E>>);

struct Inner<A, E> {
    kind: WaiterErrorKind,
    context: CallContext,
    reason: Option<String>,
    last: Option<Result<Response<A>, SdkError<E>>>,
}

/// The kind of a [`WaiterError`].
///
/// ```
/// # use simba_runtime::waiter::{WaiterError, WaiterErrorKind};
/// # fn advice<A, E>(error: &WaiterError<A, E>) -> &'static str {
/// match error.kind() {
///     WaiterErrorKind::TimedOut => "wait again, or for longer",
///     WaiterErrorKind::Failed => "create the resource again",
///     _ => "see the error of the call",
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaiterErrorKind {
    /// The condition was not met within the maximum duration.
    TimedOut,
    /// The service's response shows that the condition can no longer be met.
    Failed,
    /// A call failed with an error that the waiter does not expect.
    Call,
}

impl<A, E> WaiterError<A, E> {
    pub(super) fn new(
        kind: WaiterErrorKind,
        context: CallContext,
        reason: Option<String>,
        last: Option<Result<Response<A>, SdkError<E>>>,
    ) -> Self {
        Self(Box::new(Inner { kind, context, reason, last }))
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> WaiterErrorKind {
        self.0.kind
    }

    /// Returns whether the condition was not met within the maximum duration.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == WaiterErrorKind::TimedOut
    }

    /// Returns the name of the waiter in the model.
    pub fn waiter(&self) -> &'static str {
        self.0.context.waiter
    }

    /// Returns the number of calls, including one that was in progress when the wait timed out.
    pub fn calls(&self) -> u32 {
        self.0.context.calls
    }

    /// Returns the duration of the wait.
    pub fn elapsed(&self) -> Duration {
        self.0.context.elapsed
    }

    /// Returns the last response, unless the last call failed.
    pub fn response(&self) -> Option<&Response<A>> {
        self.0.last.as_ref()?.as_ref().ok()
    }

    /// Converts the error into the last response, unless the last call failed.
    pub fn into_response(self) -> Option<Response<A>> {
        self.0.last?.ok()
    }

    /// Returns the error of the last call, if it failed.
    pub fn call(&self) -> Option<&SdkError<E>> {
        self.0.last.as_ref()?.as_ref().err()
    }

    /// Returns the modeled error of the last call, if the service returned one.
    pub fn service(&self) -> Option<&E> {
        self.call()?.service()
    }

    /// Converts the operation's error type into the error type of the whole service. The response is dropped.
    #[doc(hidden)]
    pub fn deserialize_error_as<F: ServiceError>(self) -> WaiterError<(), F> {
        let Inner { kind, context, reason, last } = *self.0;
        let last = last.map(|last| last.map(|result| result.map(drop)).map_err(SdkError::deserialize_error_as));
        WaiterError::new(kind, context, reason, last)
    }
}

impl<A, E> fmt::Display for WaiterError<A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, context, reason, .. } = &*self.0;
        let how = match kind {
            WaiterErrorKind::TimedOut => "timed out",
            WaiterErrorKind::Failed | WaiterErrorKind::Call => "failed",
        };
        let calls = if context.calls == 1 { "call" } else { "calls" };
        let (waiter, seconds) = (context.waiter, context.elapsed.as_secs());
        write!(f, "waiting for {waiter} {how} after {} {calls} in {seconds}s", context.calls)?;
        match reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// Prints the line of `Display` first, since `main` prints the error that it returns with `Debug`. The fields follow
/// on separate lines.
impl<A, E> fmt::Debug for WaiterError<A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{self}")?;
        let Inner { kind, context, reason, .. } = &*self.0;
        f.debug_struct("WaiterError")
            .field("kind", kind)
            .field("waiter", &context.waiter)
            .field("calls", &context.calls)
            .field("elapsed", &context.elapsed)
            .field("reason", reason)
            .finish_non_exhaustive()
    }
}

impl<A, E> Error for WaiterError<A, E> {}
