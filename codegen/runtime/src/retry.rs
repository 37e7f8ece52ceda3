//! Whether a failed attempt is worth another, and when.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// Why another attempt may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The failure passes by itself: a lost connection, a timeout, a server's internal error.
    Transient,
    /// The service asked its callers to slow down.
    Throttling,
    /// The signature was refused because this machine's clock is wrong. The client has learnt the
    /// difference and signs the next attempt with it.
    ClockSkew,
}

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

/// What a [`RetryPolicy`] decides upon.
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
    /// The reply's HTTP status.
    pub status: Option<http::StatusCode>,
    /// How long the service asks to wait.
    pub retry_after: Option<Duration>,
}

/// How, how often and how fast a client retries.
#[derive(Clone, Debug)]
pub struct RetryConfig {
    mode: RetryMode,
    max_attempts: u32,
    max_backoff: Duration,
}

impl Default for RetryConfig {
    /// Standard mode, 3 attempts, at most 20 seconds between two.
    fn default() -> Self {
        Self {
            mode: RetryMode::Standard,
            max_attempts: 3,
            max_backoff: Duration::from_secs(20),
        }
    }
}

impl RetryConfig {
    /// AWS's standard mode with 3 attempts: what a client does unless told otherwise.
    #[must_use]
    pub fn standard() -> Self {
        Self::default()
    }

    /// The standard mode, and sending slows down while the service throttles.
    #[must_use]
    pub fn adaptive() -> Self {
        Self {
            mode: RetryMode::Adaptive,
            ..Self::default()
        }
    }

    /// Every call is sent once.
    #[must_use]
    pub fn off() -> Self {
        Self {
            mode: RetryMode::Off,
            ..Self::default()
        }
    }

    /// As the policy says; the number of attempts is the policy's to limit.
    #[must_use]
    pub fn custom(policy: impl RetryPolicy + 'static) -> Self {
        Self {
            mode: RetryMode::Custom(Arc::new(policy)),
            max_attempts: u32::MAX,
            ..Self::default()
        }
    }

    /// How often a call is sent at most, the first time included. 0 counts as 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest wait between two attempts, unless the service asks for a longer one.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// How the client retries.
    pub fn mode(&self) -> &RetryMode {
        &self.mode
    }

    /// How often a call is sent at most.
    pub fn attempts(&self) -> u32 {
        match self.mode {
            RetryMode::Off => 1,
            _ => self.max_attempts,
        }
    }
}
