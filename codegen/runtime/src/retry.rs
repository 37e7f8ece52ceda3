//! Retries of failed attempts.

#[doc(hidden)]
pub(crate) mod classify;
mod quota;
mod rate;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::random::{self, Random};

pub use crate::error::FailureKind;
pub(crate) use quota::Permit;
use quota::Quota;
use rate::Rate;

/// The maximum time by which a service can extend the backoff.
const LONGEST_EXTENSION: Duration = Duration::from_secs(5);

/// The retry mode of a client.
///
/// ```
/// # use simba_runtime::retry::{RetryConfig, RetryMode};
/// #
/// assert!(matches!(RetryConfig::standard().mode(), RetryMode::Standard));
/// assert!(matches!(RetryConfig::off().mode(), RetryMode::Off));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum RetryMode {
    /// AWS's standard mode: exponential backoff with full jitter, and a retry quota that all calls of a client share.
    #[default]
    Standard,
    /// The standard mode with an additional client-side rate limit, which applies once the service has throttled a
    /// call.
    Adaptive,
    /// No retries.
    Off,
    /// Retries determined by a custom policy.
    Custom(Arc<dyn RetryPolicy>),
}

/// A custom retry policy.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::retry::{FailedAttempt, RetryConfig, RetryPolicy};
///
/// /// Retries all retryable failures after one second.
/// #[derive(Debug)]
/// struct EverySecond;
///
/// impl RetryPolicy for EverySecond {
///     fn wait(&self, attempt: &FailedAttempt<'_>) -> Option<Duration> {
///         attempt.kind.map(|_| Duration::from_secs(1))
///     }
/// }
/// let retry = RetryConfig::custom(EverySecond).max_attempts(10);
/// ```
pub trait RetryPolicy: Debug + Send + Sync {
    /// Returns the time to wait before the next attempt, or `None` to stop retrying.
    fn wait(&self, attempt: &FailedAttempt<'_>) -> Option<Duration>;
}

/// A failed attempt, as passed to a [`RetryPolicy`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedAttempt<'a> {
    /// The name of the operation.
    pub operation: &'a str,
    /// The number of the attempt, starting at 1.
    pub number: u32,
    /// The reason why the failure is retryable, or `None` if it is not retryable.
    pub kind: Option<FailureKind>,
    /// The service's error code, if any.
    pub code: Option<&'a str>,
    /// The HTTP status of the response, if there was one.
    pub status: Option<http::StatusCode>,
    /// The delay that the service requests with the `x-amz-retry-after` header. In the standard and adaptive modes, it
    /// extends the backoff by at most 5 seconds.
    pub retry_after: Option<Duration>,
}

/// The retry configuration of a client: the mode and its limits.
///
/// The default is the standard mode with a maximum backoff of 20 seconds. The default number of attempts depends on the
/// service, and is 3 for most services.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::config::Config;
/// # use simba_runtime::retry::RetryConfig;
///
/// let retry = RetryConfig::standard().max_attempts(5).max_backoff(Duration::from_secs(10));
/// assert_eq!(retry.attempts(), 5);
/// let config = Config::builder().retry(retry).build();
/// ```
#[derive(Clone, Debug)]
pub struct RetryConfig {
    mode: RetryMode,
    /// The maximum number of attempts, or `None` for the default of the service.
    max_attempts: Option<u32>,
    max_backoff: Duration,
}

impl Default for RetryConfig {
    /// Returns the standard mode, with the service's default number of attempts and a maximum backoff of 20 seconds.
    fn default() -> Self {
        Self { mode: RetryMode::Standard, max_attempts: None, max_backoff: Duration::from_secs(20) }
    }
}

impl RetryConfig {
    /// Creates a configuration with the standard mode. This is the default.
    #[must_use]
    pub fn standard() -> Self {
        Self::default()
    }

    /// Creates a configuration with the adaptive mode, which limits the rate of requests once the service has throttled
    /// a call.
    #[must_use]
    pub fn adaptive() -> Self {
        Self { mode: RetryMode::Adaptive, ..Self::default() }
    }

    /// Creates a configuration without retries.
    #[must_use]
    pub fn off() -> Self {
        Self { mode: RetryMode::Off, ..Self::default() }
    }

    /// Creates a configuration with a custom policy. The number of attempts is not limited unless
    /// [`max_attempts`](Self::max_attempts) is set.
    #[must_use]
    pub fn custom(policy: impl RetryPolicy + 'static) -> Self {
        Self { mode: RetryMode::Custom(Arc::new(policy)), max_attempts: Some(u32::MAX), ..Self::default() }
    }

    /// Sets the maximum number of attempts, including the first one. 0 is treated as 1.
    ///
    /// The default depends on the service. It is 4 for Amazon DynamoDB and 3 for most other services.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts.max(1));
        self
    }

    /// Sets the maximum backoff between two attempts. Defaults to 20 seconds. The service can extend a backoff by up to
    /// 5 seconds.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Returns the retry mode.
    pub fn mode(&self) -> &RetryMode {
        &self.mode
    }

    /// Returns the maximum number of attempts, including the first one. If the number is not set, returns 3, which is
    /// the default for most services.
    pub fn attempts(&self) -> u32 {
        self.attempts_for(&ServiceRetry::STANDARD)
    }

    /// Returns the maximum number of attempts for a service.
    pub(crate) fn attempts_for(&self, service: &ServiceRetry) -> u32 {
        match self.mode {
            RetryMode::Off => 1,
            _ => self.max_attempts.unwrap_or(service.max_attempts),
        }
    }
}

/// The default retry settings of a service.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceRetry {
    /// The maximum backoff before the first retry, unless the service throttled the attempt.
    pub base_delay: Duration,
    /// The maximum number of attempts, including the first one.
    pub max_attempts: u32,
}

impl ServiceRetry {
    /// The defaults of AWS's standard mode.
    pub const STANDARD: Self = Self { base_delay: Duration::from_millis(50), max_attempts: 3 };
}

/// The retry settings of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallRetry<'a> {
    /// The configuration of the call, or of the client.
    pub(crate) config: &'a RetryConfig,
    /// The defaults of the service.
    pub(crate) service: &'a ServiceRetry,
    /// Whether the operation is a long poll, which programs repeat immediately after a failure.
    pub(crate) long_poll: bool,
}

impl CallRetry<'_> {
    /// Returns the maximum number of attempts.
    pub(crate) fn attempts(self) -> u32 {
        self.config.attempts_for(self.service)
    }
}

/// The decision on whether a failed attempt is retried.
pub(crate) enum RetryDecision<'a> {
    /// The attempt is retried.
    Retry {
        /// The time until the next attempt.
        wait: Duration,
        /// The permit to send the next attempt.
        permit: Permit<'a>,
    },
    /// The attempt is not retried.
    Stop {
        /// The reason, for logs.
        #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "Only logs show it."))]
        reason: &'static str,
        /// The time to wait before the call returns the error.
        wait: Duration,
    },
}

impl RetryDecision<'_> {
    pub(crate) const NOT_RETRYABLE: Self = Self::stop("the error is not retryable");

    /// Creates a decision that returns the error immediately.
    pub(crate) const fn stop(reason: &'static str) -> Self {
        Self::Stop { reason, wait: Duration::ZERO }
    }
}

/// The retry state that all calls of a client share.
#[derive(Debug, Default)]
pub(crate) struct Retries {
    quota: Quota,
    rate: Rate,
}

impl Retries {
    /// Returns the permit for a call's first attempt, which takes no tokens from the retry quota.
    pub(crate) fn first_attempt(&self) -> Permit<'_> {
        self.quota.first_attempt()
    }

    /// Checks whether an attempt may be sent now.
    ///
    /// # Errors
    ///
    /// Returns the time to wait before checking again.
    pub(crate) fn may_send(&self, config: &RetryConfig, clock: &dyn Clock) -> Result<(), Duration> {
        match config.mode {
            RetryMode::Adaptive => self.rate.acquire(clock.elapsed()),
            RetryMode::Standard | RetryMode::Off | RetryMode::Custom(_) => Ok(()),
        }
    }

    /// Records the result of an attempt. `kind` is set if the attempt failed and the failure is retryable.
    pub(crate) fn measure(&self, config: &RetryConfig, clock: &dyn Clock, kind: Option<FailureKind>) {
        if matches!(config.mode, RetryMode::Adaptive) {
            self.rate.record(clock.elapsed(), kind == Some(FailureKind::Throttling));
        }
    }

    /// Decides whether a failed attempt is retried.
    pub(crate) fn decide(
        &self,
        call: CallRetry<'_>,
        random: &dyn Random,
        failed: &FailedAttempt<'_>,
    ) -> RetryDecision<'_> {
        let config = call.config;
        let exhausted = failed.number >= call.attempts();
        if let RetryMode::Custom(policy) = &config.mode
            && !exhausted
        {
            return match policy.wait(failed) {
                Some(wait) => RetryDecision::Retry { wait, permit: self.quota.free() },
                None => RetryDecision::stop("the retry policy returned no delay"),
            };
        }
        let Some(kind) = failed.kind else { return RetryDecision::NOT_RETRYABLE };
        if exhausted {
            return RetryDecision::stop("no attempts left");
        }
        let base = match kind {
            FailureKind::Transient => call.service.base_delay,
            FailureKind::Throttling => Duration::from_secs(1),
            FailureKind::ClockSkew => Duration::ZERO,
        };
        let backoff = backoff(base, failed.number, config.max_backoff).mul_f64(random::fraction(random));
        let longest = backoff.saturating_add(LONGEST_EXTENSION);
        let wait = failed.retry_after.map_or(backoff, |asked| asked.clamp(backoff, longest));
        match self.quota.acquire(kind) {
            Some(permit) => RetryDecision::Retry { wait, permit },
            // Without this wait, a program that polls in a loop would send more requests during an outage.
            None => RetryDecision::Stop {
                reason: "the client's retry quota is exhausted",
                wait: if call.long_poll { wait } else { Duration::ZERO },
            },
        }
    }
}

/// Returns the base delay, doubled for each attempt after the first and limited to `longest`.
fn backoff(base: Duration, number: u32, longest: Duration) -> Duration {
    let doublings = number.saturating_sub(1).min(31);
    base.saturating_mul(1 << doublings).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_doubles_up_to_its_limit() {
        let limit = Duration::from_secs(20);
        let waits = |base: u64| -> Vec<u128> {
            (1..=12).map(|number| backoff(Duration::from_millis(base), number, limit).as_millis()).collect()
        };
        assert_eq!(waits(50), [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000]);
        assert_eq!(waits(1000)[..6], [1000, 2000, 4000, 8000, 16000, 20000]);
        assert_eq!(backoff(Duration::from_secs(1), u32::MAX, limit), limit);
    }
}
