//! The span of each call and the event of each failed attempt, for the `tracing` feature.
//!
//! A generated crate emits spans and events with its own functions, so that the crate is their target:
//! `RUST_LOG=fsx=debug` shows the spans and events of the `fsx` crate. They contain names, numbers, error codes and the
//! causes of failed connections. They contain no bodies, no messages from the service, and no headers except the
//! request ID.

/// The functions that emit the spans and events of a generated crate. Without the `tracing` feature, the structure is
/// empty.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    /// Creates the span of a call.
    #[cfg(feature = "tracing")]
    pub call: fn(&CallStart<'_>) -> tracing::Span,
    /// Emits the event for a failed attempt.
    #[cfg(feature = "tracing")]
    pub failed_attempt: fn(&AttemptFailure<'_>),
}

/// The start of a call.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug)]
pub struct CallStart<'a> {
    /// The service ID.
    pub service: &'a str,
    /// The name of the operation.
    pub operation: &'a str,
    /// The region that the request is signed for.
    pub region: &'a str,
}

/// A failed attempt.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug)]
pub struct AttemptFailure<'a> {
    /// The number of the attempt, starting at 1.
    pub number: u32,
    /// The maximum number of attempts.
    pub max_attempts: u32,
    /// The error code, or the kind of the error.
    pub error: &'a str,
    /// The cause, if there was no response.
    pub cause: Option<&'a str>,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// Whether the service throttled the call.
    pub throttling: bool,
    /// The wait before the next attempt, in milliseconds, or the reason why there is no next attempt.
    pub next: Result<u64, &'static str>,
}

/// Creates the `Events` of the crate that expands this macro.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "tracing")]
macro_rules! __events {
    () => {
        $crate::__private::Events {
            call: |call| {
                use $crate::__private::tracing::field::Empty;
                $crate::__private::tracing::debug_span!(
                    "aws_call",
                    service = call.service,
                    operation = call.operation,
                    region = call.region,
                    attempts = Empty,
                    status = Empty,
                    request_id = Empty,
                    error = Empty,
                )
            },
            failed_attempt: |failed| {
                $crate::__private::tracing::debug!(
                    attempt = failed.number,
                    max_attempts = failed.max_attempts,
                    error = failed.error,
                    cause = failed.cause,
                    status = failed.status,
                    throttling = failed.throttling,
                    wait_ms = failed.next.ok(),
                    reason = failed.next.err(),
                    "{}",
                    if failed.next.is_ok() { "retrying" } else { "not retrying" },
                )
            },
        }
    };
}

/// Creates the empty `Events` of a crate without the `tracing` feature.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "tracing"))]
macro_rules! __events {
    () => {
        $crate::__private::Events {}
    };
}
