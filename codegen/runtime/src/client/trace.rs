//! The feature `tracing`: one span for each call, and an event for each retry, all at the level debug.
//!
//! Names, numbers and error codes only: no bodies, no messages, no headers but the request id.
//! Without the feature everything here is empty.

use std::time::Duration;

#[cfg(feature = "tracing")]
use super::Received;
use super::{DispatchResult, SerializedRequest};
use crate::error::{ErrorMetadata, SdkError};

/// The span of one call.
pub(super) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(super) fn begin(call: &SerializedRequest) -> Self {
        use tracing::field::Empty;
        let span = tracing::debug_span!(
            "aws_call",
            service = call.operation.service.sdk_id,
            operation = &*call.operation.name,
            region = call.place.signing_region,
            attempts = Empty,
            status = Empty,
            request_id = Empty,
            error = Empty,
        );
        Self { span }
    }

    /// The future, with the span entered whenever it is polled.
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }

    pub(super) fn end(&self, dispatched: &DispatchResult) {
        match dispatched {
            Ok(Received { reply, attempts, .. }) => {
                self.span.record("attempts", attempts);
                self.span.record("status", reply.status().as_u16());
                if let Some(id) = crate::response::request_id(reply.headers()) {
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
}

/// Another attempt will be made.
#[cfg(feature = "tracing")]
pub(super) fn retry(error: &SdkError<ErrorMetadata>, wait: Duration) {
    tracing::debug!(
        attempt = error.attempts(),
        error = error.code().unwrap_or(error.kind_name()),
        status = error.status().map(|status| status.as_u16()),
        wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        "retrying",
    );
}

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(super) fn begin(_: &SerializedRequest) -> Self {
        Self {}
    }

    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn end(&self, _: &DispatchResult) {}
}

#[cfg(not(feature = "tracing"))]
pub(super) fn retry(_: &SdkError<ErrorMetadata>, _: Duration) {}
