//! Whether a failed attempt is worth another, and when.

#[doc(hidden)]
pub mod classify;
mod quota;
mod rate;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use crate::random::{self, Random};

pub use crate::error::FailureKind;
pub(crate) use quota::Permit;
use quota::Quota;
use rate::Rate;

/// How much longer than the backoff a service may ask to wait.
const LONGEST_EXTENSION: Duration = Duration::from_secs(5);

/// How a client retries.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum RetryMode {
    /// AWS's standard mode: exponential backoff with full jitter, and a budget of retries that all
    /// calls of a client share.
    #[default]
    Standard,
    /// The standard mode, and sending slows down while the service throttles.
    Adaptive,
    /// Every call is sent once.
    Off,
    /// As the policy says.
    Custom(Arc<dyn RetryPolicy>),
}

/// A retry policy of your own.
pub trait RetryPolicy: Debug + Send + Sync {
    /// How long to wait before another attempt; `None` gives up.
    fn wait(&self, attempt: &FailedAttempt<'_>) -> Option<Duration>;
}

/// A failed attempt, as a [`RetryPolicy`] sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedAttempt<'a> {
    /// The operation's name.
    pub operation: &'a str,
    /// Which attempt it was, counted from 1.
    pub number: u32,
    /// Why another attempt may succeed; `None` if it cannot be expected to.
    pub kind: Option<FailureKind>,
    /// The error code that the service answered.
    pub code: Option<&'a str>,
    /// The response's HTTP status.
    pub status: Option<http::StatusCode>,
    /// How long the service asks to wait: its header `x-amz-retry-after`. AWS's modes wait at most 5 seconds longer
    /// than the backoff for it.
    pub retry_after: Option<Duration>,
}

/// How, how often and how fast a client retries.
#[derive(Clone, Debug)]
pub struct RetryConfig {
    mode: RetryMode,
    /// `None` is the default of the service.
    max_attempts: Option<u32>,
    max_backoff: Duration,
}

impl Default for RetryConfig {
    /// Standard mode, the service's default of attempts (3 for most), at most 20 seconds between two.
    fn default() -> Self {
        Self { mode: RetryMode::Standard, max_attempts: None, max_backoff: Duration::from_secs(20) }
    }
}

impl RetryConfig {
    /// AWS's standard mode, which is the default.
    #[must_use]
    pub fn standard() -> Self {
        Self::default()
    }

    /// The standard mode, and sending slows down while the service throttles.
    #[must_use]
    pub fn adaptive() -> Self {
        Self { mode: RetryMode::Adaptive, ..Self::default() }
    }

    /// Every call is sent once.
    #[must_use]
    pub fn off() -> Self {
        Self { mode: RetryMode::Off, ..Self::default() }
    }

    /// As the policy says; the number of attempts is the policy's to limit.
    #[must_use]
    pub fn custom(policy: impl RetryPolicy + 'static) -> Self {
        Self { mode: RetryMode::Custom(Arc::new(policy)), max_attempts: Some(u32::MAX), ..Self::default() }
    }

    /// Sets how often a call is sent at most, the first time included. 0 counts as 1.
    ///
    /// The default is that of the service: 3 for most, 4 for `DynamoDB`.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts.max(1));
        self
    }

    /// The longest wait between two attempts. The service may ask for up to 5 seconds more.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// How the client retries.
    pub fn mode(&self) -> &RetryMode {
        &self.mode
    }

    /// How often a call is sent at most: the number that was set, or 3, which is the default of most services.
    pub fn attempts(&self) -> u32 {
        self.attempts_for(&ServiceRetry::STANDARD)
    }

    /// How often a call of a service is sent at most.
    pub(crate) fn attempts_for(&self, service: &ServiceRetry) -> u32 {
        match self.mode {
            RetryMode::Off => 1,
            _ => self.max_attempts.unwrap_or(service.max_attempts),
        }
    }
}

/// A service's defaults of retries.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceRetry {
    /// The longest wait before the first retry, unless the service throttles.
    pub base_delay: Duration,
    /// How often a call is sent at most.
    pub max_attempts: u32,
}

impl ServiceRetry {
    /// The defaults of AWS's standard mode.
    pub const STANDARD: Self = Self { base_delay: Duration::from_millis(50), max_attempts: 3 };
}

/// How one call is retried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallRetry<'a> {
    /// The client's settings, or the call's own.
    pub(crate) config: &'a RetryConfig,
    /// The service's defaults.
    pub(crate) service: &'a ServiceRetry,
    /// Whether the operation is a long poll, which programs repeat at once when it fails.
    pub(crate) long_poll: bool,
}

impl CallRetry<'_> {
    /// How often the call is sent at most.
    pub(crate) fn attempts(self) -> u32 {
        self.config.attempts_for(self.service)
    }
}

/// Whether a failed attempt is followed by another.
pub(crate) enum RetryDecision<'a> {
    /// Another attempt follows.
    Retry {
        /// The time until then.
        wait: Duration,
        /// The right to send it.
        permit: Permit<'a>,
    },
    /// The call has failed.
    Stop {
        /// The reason, for logs.
        #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "Only logs show it."))]
        reason: &'static str,
        /// The time until the caller is told.
        wait: Duration,
    },
}

impl RetryDecision<'_> {
    pub(crate) const NOT_RETRYABLE: Self = Self::stop("the error is not retryable");

    /// The call has failed, and the caller is told at once.
    pub(crate) const fn stop(reason: &'static str) -> Self {
        Self::Stop { reason, wait: Duration::ZERO }
    }
}

/// The state of retries that all calls of a client share.
#[derive(Debug, Default)]
pub(crate) struct Retries {
    quota: Quota,
    rate: Rate,
}

impl Retries {
    /// The permit of a call's first attempt, which costs nothing.
    pub(crate) fn first_attempt(&self) -> Permit<'_> {
        self.quota.first_attempt()
    }

    /// Whether an attempt may be sent now.
    ///
    /// # Errors
    ///
    /// How long to wait before asking again.
    pub(crate) fn may_send(&self, config: &RetryConfig, now: Duration) -> Result<(), Duration> {
        match config.mode {
            RetryMode::Adaptive => self.rate.acquire(now),
            RetryMode::Standard | RetryMode::Off | RetryMode::Custom(_) => Ok(()),
        }
    }

    /// An attempt that was sent has ended: well, or with a failure of this kind.
    pub(crate) fn measure(&self, config: &RetryConfig, now: Duration, kind: Option<FailureKind>) {
        if matches!(config.mode, RetryMode::Adaptive) {
            self.rate.record(now, kind == Some(FailureKind::Throttling));
        }
    }

    /// Decides whether a failed attempt is followed by another.
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
                None => RetryDecision::stop("the retry policy gave up"),
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
            // Without the wait a program that polls in a loop would send more, not less, during an outage.
            None => RetryDecision::Stop {
                reason: "the client's retry quota is exhausted",
                wait: if call.long_poll { wait } else { Duration::ZERO },
            },
        }
    }
}

/// The base, doubled for each attempt already made after the first.
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
