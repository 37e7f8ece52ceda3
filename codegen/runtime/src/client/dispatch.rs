//! The one function that every call goes through: attempts until one succeeds or it is no use.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::HeaderValue;

use super::attempt::AttemptContext;
use super::trace::{self, Trace};
use super::{Client, DispatchResult, Received, RuntimeComponents, SerializedRequest};
use crate::body::Body;
use crate::clock::within;
use crate::error::{CallContext, CallFailure, ErrorMetadata, SdkError};
use crate::interceptor::{Interceptor, Outcome};
use crate::random::{self, Random};
use crate::retry::{FailedAttempt, FailureKind, Permit, RetryConfig, classify};
use crate::timeout::{TimeoutConfig, TimeoutError, TimeoutKind};

impl Client {
    /// Sends a call until it succeeds, retrying is no use, or time is up.
    pub(super) async fn dispatch(
        &self,
        io: &RuntimeComponents,
        call: Result<SerializedRequest, SdkError<ErrorMetadata>>,
    ) -> DispatchResult {
        let call = call?;
        // Known here as well, for the error of a call that is cut off.
        let attempts = AtomicU32::new(0);
        let timeouts = self.timeouts(&call);
        let trace = Trace::begin(&call);
        let work = pin!(trace.around(self.attempts(io, &call, timeouts, &attempts)));
        let dispatched = match within(&*io.clock, timeouts.call_timeout(), work).await {
            Ok(dispatched) => dispatched,
            Err(limit) => Err(operation_timeout(&call, attempts.load(Ordering::Relaxed), limit)),
        };
        trace.end(&dispatched);
        dispatched
    }

    /// The request as its first attempt would send it.
    pub(super) async fn sign(
        &self,
        call: Result<SerializedRequest, SdkError<ErrorMetadata>>,
    ) -> Result<http::Request<Body>, SdkError<ErrorMetadata>> {
        let (call, io) = (call?, &self.inner.io);
        let invocation = invocation(self.inner.config.random());
        let timeouts = self.timeouts(&call);
        let turn = AttemptContext {
            number: 1,
            of: self.retry(&call).attempts(),
            invocation: &invocation,
            timeouts,
            started: io.clock.elapsed(),
        };
        match within(&*io.clock, timeouts.call_timeout(), pin!(self.request(io, &call, turn))).await {
            Ok(signed) => Ok(signed?.0),
            Err(limit) => Err(operation_timeout(&call, 0, limit)),
        }
    }

    async fn attempts(
        &self,
        io: &RuntimeComponents,
        call: &SerializedRequest,
        timeouts: &TimeoutConfig,
        attempts: &AtomicU32,
    ) -> DispatchResult {
        let invocation = invocation(self.inner.config.random());
        let retry = self.retry(call);
        let retries = &self.inner.retries;
        let mut turn = AttemptContext {
            number: 1,
            of: retry.attempts(),
            invocation: &invocation,
            timeouts,
            started: io.clock.elapsed(),
        };
        let mut permit = retries.first_attempt();
        loop {
            while let Err(wait) = retries.may_send(retry, io.clock.elapsed()) {
                io.clock.sleep(wait).await;
            }
            permit.spend();
            attempts.store(turn.number, Ordering::Relaxed);
            let error = match self.attempt(io, call, turn).await {
                Ok(reply) => {
                    retries.measure(retry, io.clock.elapsed(), None);
                    permit.give_back();
                    self.interceptors(|interceptor| {
                        interceptor.after_attempt(&self.attempt_info(io, call, turn), Outcome::Success)
                    });
                    return Ok(Received { reply, attempts: turn.number, max_size: self.max_response_size(call) });
                }
                Err(error) => error,
            };
            if let Some("ExpiredToken" | "ExpiredTokenException") = error.code() {
                io.credentials.invalidate();
            }
            if was_sent(&error) {
                retries.measure(retry, io.clock.elapsed(), error.record().kind);
            }
            let Some((wait, next)) = self.wait(io, call, turn, retry, &error) else {
                let outcome = Outcome::Failure { error: &error };
                self.interceptors(|interceptor| interceptor.after_attempt(&self.attempt_info(io, call, turn), outcome));
                return Err(error);
            };
            trace::retry(&error, wait);
            let outcome = Outcome::Retry { error: &error, wait };
            self.interceptors(|interceptor| interceptor.after_attempt(&self.attempt_info(io, call, turn), outcome));
            drop(error);
            permit = permit.replaced_by(next);
            if !wait.is_zero() {
                io.clock.sleep(wait).await;
            }
            turn.number += 1;
        }
    }

    /// How long until the next attempt, and the permit for it, if there is to be one.
    fn wait(
        &self,
        io: &RuntimeComponents,
        call: &SerializedRequest,
        turn: AttemptContext<'_>,
        retry: &RetryConfig,
        error: &SdkError<ErrorMetadata>,
    ) -> Option<(Duration, Permit<'_>)> {
        if !was_sent(error) || !call.body.body().is_replayable() {
            return None;
        }
        let failed = FailedAttempt {
            operation: &call.operation.name,
            number: turn.number,
            kind: error.record().kind,
            code: error.code(),
            status: error.status(),
            retry_after: error.headers().and_then(classify::retry_after),
        };
        let (wait, permit) = self.inner.retries.wait(retry, self.inner.config.random(), &failed)?;
        // An error now says more than a timeout later.
        let left = turn.timeouts.call_timeout().map(|limit| limit.saturating_sub(turn.elapsed(io)));
        (left.is_none_or(|left| wait < left)).then_some((wait, permit))
    }

    /// The size beyond which the call's response is refused.
    pub(super) fn max_response_size(&self, call: &SerializedRequest) -> u64 {
        let own = call.options.max_response_size_override();
        own.unwrap_or_else(|| self.inner.config.max_response_size())
    }

    fn timeouts<'a>(&'a self, call: &'a SerializedRequest) -> &'a TimeoutConfig {
        let own = call.options.overrides.as_ref().and_then(|overrides| overrides.timeouts.as_ref());
        own.unwrap_or_else(|| self.inner.config.timeouts())
    }

    fn retry<'a>(&'a self, call: &'a SerializedRequest) -> &'a RetryConfig {
        let own = call.options.overrides.as_ref().and_then(|overrides| overrides.retry.as_ref());
        own.unwrap_or_else(|| self.inner.config.retry())
    }

    pub(super) fn interceptors(&self, mut tell: impl FnMut(&dyn Interceptor)) {
        for interceptor in self.inner.config.interceptors() {
            tell(&**interceptor);
        }
    }
}

/// Whether the failed attempt reached the transport.
fn was_sent(error: &SdkError<ErrorMetadata>) -> bool {
    matches!(error, SdkError::Service(_) | SdkError::Timeout(_) | SdkError::Transport(_) | SdkError::ResponseError(_))
}

/// The error of a call whose time is up.
fn operation_timeout(call: &SerializedRequest, attempts: u32, limit: Duration) -> SdkError<ErrorMetadata> {
    let error = TimeoutError::after(TimeoutKind::Call, limit, &call.place.origin());
    let (operation, kind) = (call.operation.name.clone(), Some(FailureKind::Transient));
    SdkError::Timeout(CallFailure::new(error, CallContext { operation, attempts, kind, ..CallContext::default() }))
}

/// Returns the identifier that all attempts of a call share, for the service's records.
fn invocation(random: &dyn Random) -> HeaderValue {
    // A UUID is always a header value; the fallback is only there for the type.
    HeaderValue::try_from(random::uuid(random)).unwrap_or_else(|_| HeaderValue::from_static("none"))
}
