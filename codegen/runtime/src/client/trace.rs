//! Records the span of a call and the events of failed attempts. Without the `tracing` feature, nothing is recorded.

use super::endpoint::ResolvedEndpoint;
use super::{DispatchResult, SerializedRequest};
use crate::error::{ErrorMetadata, SdkError};
use crate::events::Events;
use crate::retry::RetryDecision;

/// The span of a call, and the functions that record the events within it.
pub(super) struct Trace {
    #[cfg(feature = "tracing")]
    events: Events,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(super) fn begin(events: Events, call: &SerializedRequest, endpoint: &ResolvedEndpoint) -> Self {
        let span = (events.call)(&crate::events::CallStart {
            service: call.operation.service.sdk_id,
            operation: &call.operation.name,
            region: endpoint.auth.region(),
        });
        Self { events, span }
    }

    /// Wraps a future so that the span is entered whenever the future is polled.
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }

    /// Records the result of the call.
    pub(super) fn end(&self, dispatched: &DispatchResult) {
        match dispatched {
            Ok(super::Received { response, attempts, .. }) => {
                self.span.record("attempts", attempts);
                self.span.record("status", response.status().as_u16());
                if let Some(id) = crate::response::request_id(response.headers()) {
                    self.span.record("request_id", id);
                }
            }
            Err(error) => {
                self.span.record("attempts", error.attempts());
                if let Some(status) = error.status() {
                    self.span.record("status", status.as_u16());
                }
                if let Some(id) = error.request_id() {
                    self.span.record("request_id", id);
                }
                self.span.record("error", error.code().unwrap_or(error.kind_name()));
            }
        }
    }

    /// Records a failed attempt, and whether it is retried.
    pub(super) fn failed_attempt(
        &self,
        number: u32,
        max_attempts: u32,
        error: &SdkError<ErrorMetadata>,
        decision: &RetryDecision<'_>,
    ) {
        let cause = error.cause_without_response();
        (self.events.failed_attempt)(&crate::events::AttemptFailure {
            number,
            max_attempts,
            error: error.code().unwrap_or(error.kind_name()),
            cause: cause.as_deref(),
            status: error.status().map(|status| status.as_u16()),
            throttling: error.is_throttling(),
            next: match decision {
                RetryDecision::Retry { wait, .. } => Ok(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
                RetryDecision::Stop { reason, .. } => Err(reason),
            },
        });
    }
}

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(super) fn begin(_: Events, _: &SerializedRequest, _: &ResolvedEndpoint) -> Self {
        Self {}
    }

    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn end(&self, _: &DispatchResult) {}

    pub(super) fn failed_attempt(&self, _: u32, _: u32, _: &SdkError<ErrorMetadata>, _: &RetryDecision<'_>) {}
}
