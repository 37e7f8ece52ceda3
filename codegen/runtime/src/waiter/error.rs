//! Why a wait did not end well.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::CallContext;
use crate::error::{SdkError, ServiceError};
use crate::response::Response;

/// Why a wait did not end well, with the last response or error.
///
/// Its Display holds the whole story in one line.
pub struct WaiterError<A, E>(Box<Inner<A, E>>);

struct Inner<A, E> {
    kind: WaiterErrorKind,
    context: CallContext,
    reason: Option<String>,
    last: Option<Result<Response<A>, SdkError<E>>>,
}

/// How a wait can end that does not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaiterErrorKind {
    /// Time was up before the condition held.
    TimedOut,
    /// The condition cannot come about any more, by what the service answered.
    Failed,
    /// A call failed in a way that the waiter does not expect.
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

    /// How the wait ended.
    pub fn kind(&self) -> WaiterErrorKind {
        self.0.kind
    }

    /// Whether time was up.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == WaiterErrorKind::TimedOut
    }

    /// The waiter's name in the model.
    pub fn waiter(&self) -> &'static str {
        self.0.context.waiter
    }

    /// How many calls were made.
    pub fn calls(&self) -> u32 {
        self.0.context.calls
    }

    /// How long the wait lasted.
    pub fn elapsed(&self) -> Duration {
        self.0.context.elapsed
    }

    /// The last response, unless the last call failed.
    pub fn response(&self) -> Option<&Response<A>> {
        self.0.last.as_ref()?.as_ref().ok()
    }

    /// The last response by value, unless the last call failed.
    pub fn into_response(self) -> Option<Response<A>> {
        self.0.last?.ok()
    }

    /// Why the last call failed, if it did.
    pub fn call(&self) -> Option<&SdkError<E>> {
        self.0.last.as_ref()?.as_ref().err()
    }

    /// The error that the service answered last with, if it did.
    pub fn service(&self) -> Option<&E> {
        self.call()?.service()
    }

    /// The same without the response, as one of the service's errors.
    #[doc(hidden)]
    pub fn deserialize_error_as<F: ServiceError>(self) -> WaiterError<(), F> {
        let Inner { kind, context, reason, last } = *self.0;
        let last = last.map(|last| last.map(|answer| answer.map(drop)).map_err(SdkError::deserialize_error_as));
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
        write!(f, "waiting for {waiter} {how} after {} {calls} in {seconds} s", context.calls)?;
        match reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// The line of `Display`, since `main` prints the error that it returns with `Debug`; then, on the lines below, its parts.
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
