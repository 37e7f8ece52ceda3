//! Dispatches a call: makes attempts until one succeeds or a failure is not retried.

use std::pin::pin;

use http::StatusCode;

use super::attempt::{AttemptContext, CallState, SENT_ONCE};
use super::trace::Trace;
use super::{Client, DispatchResult, Received, RuntimeComponents, SerializedRequest};
use crate::body::Body;
use crate::clock::within;
use crate::error::{ErrorMetadata, SdkError};
use crate::interceptor::{Interceptor, Outcome};
use crate::options::CallOptions;
use crate::retry::{CallRetry, FailedAttempt, RetryDecision, classify};
use crate::schema::OperationSchema;
use crate::timeout::{TimeoutConfig, TimeoutKind};

impl Client {
    /// Makes attempts until one succeeds, a failure is not retried, or the call times out.
    pub(super) async fn dispatch(&self, components: &RuntimeComponents, call: &SerializedRequest) -> DispatchResult {
        let state = self.begin(components, call).await?;
        let trace = Trace::begin(self.inner.service.events, call, &state.target.endpoint);
        let dispatched = trace.around(self.attempts(components, call, &state, &trace)).await;
        trace.end(&dispatched);
        dispatched
    }

    /// Returns the request as the first attempt would send it.
    pub(super) async fn sign(
        &self,
        call: Result<SerializedRequest, SdkError<ErrorMetadata>>,
    ) -> Result<http::Request<Body>, SdkError<ErrorMetadata>> {
        let (call, components) = (call?, &self.inner.components);
        let state = self.begin(components, &call).await?;
        let attempt = AttemptContext { number: 1, of: self.retry(&call).attempts(), state: &state };
        let request = pin!(self.request(components, &call, attempt));
        match within(&*components.clock, state.left(components), request).await {
            Ok(signed) => Ok(signed?.0),
            Err(_) => Err(state.timed_out(&call, 0)),
        }
    }

    /// Records the start time of a call, and resolves its endpoint.
    pub(super) async fn begin(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
    ) -> Result<CallState, SdkError<ErrorMetadata>> {
        let started = components.clock.elapsed();
        let mut timeouts = self.timeouts(&call.operation, &call.options);
        if call.body.body().as_bytes().is_none() {
            timeouts.allow_stream();
        }
        let target = self.target(components, call, timeouts.call_timeout()).await?;
        Ok(CallState { timeouts, target, started })
    }

    /// Makes attempts, and waits between them as the retry configuration requires. All of this is limited by the call
    /// timeout.
    async fn attempts(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        state: &CallState,
        trace: &Trace,
    ) -> DispatchResult {
        let retry = self.retry(call);
        let retries = &self.inner.retries;
        let mut attempt = AttemptContext { number: 1, of: retry.attempts(), state };
        let mut permit = retries.first_attempt();
        let after_attempt = |attempt: AttemptContext<'_>, outcome: Outcome<'_>| {
            self.interceptors(|interceptor| {
                interceptor.after_attempt(&self.attempt_info(components, call, attempt), outcome);
            });
        };
        let mut last = None;
        loop {
            while let Err(wait) = retries.may_send(retry.config, &*components.clock) {
                let left = state.left(components).filter(|left| *left <= wait);
                if left.is_some()
                    && let Some(error) = last.take()
                {
                    // The error of the last attempt is more useful than a timeout error.
                    return Err(error);
                }
                components.clock.sleep(left.unwrap_or(wait)).await;
                if left.is_some() {
                    return Err(state.timed_out(call, attempt.number - 1));
                }
            }
            // The error may contain a large response.
            drop(last.take());
            permit.spend();
            let error = match self.attempt(components, call, attempt).await {
                Ok((response, unread)) => {
                    retries.measure(retry.config, &*components.clock, None);
                    permit.give_back();
                    after_attempt(attempt, Outcome::Success);
                    let max_size = self.max_response_size(call);
                    return Ok(Received { response, unread, attempts: attempt.number, max_size });
                }
                Err(error) => error,
            };
            let decision = match is_call_timeout(&error) {
                true => RetryDecision::stop("the call timed out"),
                false => {
                    self.discard_rejected(components, &error);
                    if was_sent(&error) {
                        retries.measure(retry.config, &*components.clock, error.context().kind);
                    }
                    self.decide(components, call, attempt, retry, &error)
                }
            };
            trace.failed_attempt(attempt.number, attempt.of, &error, &decision);
            let (wait, next) = match decision {
                RetryDecision::Retry { wait, permit } => {
                    after_attempt(attempt, Outcome::Retry { error: &error, wait });
                    (wait, permit)
                }
                RetryDecision::Stop { wait, .. } => {
                    after_attempt(attempt, Outcome::Failure { error: &error });
                    if !wait.is_zero() {
                        components.clock.sleep(wait).await;
                    }
                    return Err(error);
                }
            };
            last = Some(error);
            permit = permit.replaced_by(next);
            if !wait.is_zero() {
                components.clock.sleep(wait).await;
            }
            attempt.number += 1;
        }
    }

    /// Discards the credentials if the service rejected them as expired, and the bearer token if the service rejected
    /// it. Servers respond with status 401 to tokens that have expired or have been revoked.
    fn discard_rejected(&self, components: &RuntimeComponents, error: &SdkError<ErrorMetadata>) {
        if classify::is_expired_token(error.code()) {
            components.credentials.invalidate();
        }
        if error.status() == Some(StatusCode::UNAUTHORIZED) {
            let signing_name = self.inner.service.schema.signing_name;
            super::components::invalidate_token(&self.inner.config, &components.transport, signing_name);
        }
    }

    /// Decides whether a failed attempt is retried.
    fn decide(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        attempt: AttemptContext<'_>,
        retry: CallRetry<'_>,
        error: &SdkError<ErrorMetadata>,
    ) -> RetryDecision<'_> {
        if !was_sent(error) {
            return RetryDecision::NOT_RETRYABLE;
        }
        if !call.body.body().is_replayable() {
            return RetryDecision::stop(SENT_ONCE);
        }
        let failed = FailedAttempt {
            operation: &call.operation.name,
            number: attempt.number,
            kind: error.context().kind,
            code: error.code(),
            status: error.status(),
            retry_after: error.headers().and_then(classify::retry_after),
        };
        let decision = self.inner.retries.decide(retry, self.inner.config.random(), &failed);
        // If the wait would exceed the call's timeout, return this attempt's error, which is more useful than a timeout
        // error.
        let left = attempt.state.left(components);
        match decision {
            RetryDecision::Retry { wait, .. } if left.is_some_and(|left| wait >= left) => {
                RetryDecision::stop("the call would time out before the next attempt")
            }
            RetryDecision::Stop { reason, wait } if left.is_some_and(|left| wait >= left) => {
                RetryDecision::stop(reason)
            }
            decision => decision,
        }
    }

    /// Returns the maximum size of the call's response, in bytes.
    pub(super) fn max_response_size(&self, call: &SerializedRequest) -> u64 {
        let own = call.options.max_response_size_override();
        own.unwrap_or_else(|| self.inner.config.max_response_size())
    }

    fn timeouts(&self, operation: &OperationSchema, options: &CallOptions) -> TimeoutConfig {
        let own = options.overrides.as_ref().and_then(|overrides| overrides.timeouts.as_ref());
        let timeouts = own.unwrap_or_else(|| self.inner.config.timeouts());
        timeouts.for_operation(self.inner.service.read_timeout, operation.long_poll)
    }

    pub(super) fn retry<'a>(&'a self, call: &'a SerializedRequest) -> CallRetry<'a> {
        let own = call.options.overrides.as_ref().and_then(|overrides| overrides.retry.as_ref());
        CallRetry {
            config: own.unwrap_or_else(|| self.inner.config.retry()),
            service: &self.inner.service.retry,
            long_poll: call.operation.long_poll.is_some(),
        }
    }

    pub(super) fn interceptors(&self, mut notify: impl FnMut(&dyn Interceptor)) {
        for interceptor in self.inner.config.interceptors() {
            notify(&**interceptor);
        }
    }
}

/// Returns whether the call's timeout has expired, rather than an attempt's.
fn is_call_timeout(error: &SdkError<ErrorMetadata>) -> bool {
    matches!(error, SdkError::Timeout(failure) if failure.cause().kind() == TimeoutKind::Call)
}

/// Returns whether the failed attempt reached the transport.
fn was_sent(error: &SdkError<ErrorMetadata>) -> bool {
    matches!(error, SdkError::Service(_) | SdkError::Timeout(_) | SdkError::Transport(_) | SdkError::ResponseError(_))
}
