//! How long a call and its parts may take.

use std::fmt;
use std::time::Duration;

/// The time that a new connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The silence that is allowed, as in AWS's SDKs since November 2026.
const READ: Duration = Duration::from_secs(5 * 60);
/// The time for an attempt, which leaves room for the silence before a response and for its body.
const ATTEMPT: Duration = Duration::from_secs(10 * 60);
/// The time for a call: three attempts, and the waits between them.
const CALL: Duration = Duration::from_secs(35 * 60);

/// The timeouts of calls.
///
/// By default a connection is established within 5 seconds, the service sends something at least every 5 minutes, an
/// attempt takes at most 10 minutes, and a call at most 35 minutes. An operation whose model announces that responses
/// take longer (`smithy.api#longPoll`) has longer defaults. A timeout that is set applies to every operation.
///
/// ```
/// use std::time::Duration;
/// use simba_runtime::timeout::TimeoutConfig;
///
/// let timeouts = TimeoutConfig::new().read(Duration::from_secs(30)).call(None);
/// assert_eq!(timeouts.read_timeout(), Some(Duration::from_secs(30)));
/// assert_eq!(timeouts.call_timeout(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeoutConfig {
    connect: Timeout,
    read: Timeout,
    attempt: Timeout,
    call: Timeout,
}

/// One timeout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Timeout {
    /// The default of the operation.
    #[default]
    Default,
    /// The value that was set; `None` disables the timeout.
    Set(Option<Duration>),
}

impl Timeout {
    fn or(self, default: Duration) -> Option<Duration> {
        match self {
            Self::Default => Some(default),
            Self::Set(timeout) => timeout,
        }
    }

    /// Raises a default.
    fn at_least(self, default: Duration, minimum: Duration) -> Self {
        match self {
            Self::Default => Self::Set(Some(default.max(minimum))),
            Self::Set(_) => self,
        }
    }
}

impl TimeoutConfig {
    /// Creates the default timeouts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Disables all timeouts.
    #[must_use]
    pub fn disabled() -> Self {
        let never = Timeout::Set(None);
        Self { connect: never, read: never, attempt: never, call: never }
    }

    /// Returns the timeouts of an operation whose response may take this long: defaults are raised to it.
    pub(crate) fn for_response_after(&self, response: Duration) -> Self {
        Self {
            connect: self.connect,
            read: self.read.at_least(READ, response),
            attempt: self.attempt.at_least(ATTEMPT, response.saturating_mul(2)),
            call: self.call.at_least(CALL, response.saturating_mul(7)),
        }
    }

    /// How long a new connection may take, its TLS handshake included.
    #[must_use]
    pub fn connect(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect = Timeout::Set(timeout.into());
        self
    }

    /// How long the service may send nothing: before the response, and between two parts of it.
    #[must_use]
    pub fn read(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.read = Timeout::Set(timeout.into());
        self
    }

    /// How long one attempt may take.
    #[must_use]
    pub fn attempt(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt = Timeout::Set(timeout.into());
        self
    }

    /// How long the whole call may take, with all its attempts and the waits between them.
    #[must_use]
    pub fn call(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.call = Timeout::Set(timeout.into());
        self
    }

    /// How long a new connection may take.
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect.or(CONNECT)
    }

    /// How long the service may stay silent.
    pub fn read_timeout(&self) -> Option<Duration> {
        self.read.or(READ)
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(&self) -> Option<Duration> {
        self.attempt.or(ATTEMPT)
    }

    /// How long the whole call may take.
    pub fn call_timeout(&self) -> Option<Duration> {
        self.call.or(CALL)
    }
}

/// Which limit a call ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeoutKind {
    /// Connecting took too long.
    Connect,
    /// The service stayed silent too long.
    Read,
    /// One attempt took too long.
    Attempt,
    /// The whole call took too long.
    Call,
}

/// Time ran out.
#[derive(Clone, PartialEq, Eq)]
pub struct TimeoutError {
    kind: TimeoutKind,
    message: String,
}

impl TimeoutError {
    pub(crate) fn new(kind: TimeoutKind, message: String) -> Self {
        Self { kind, message }
    }

    pub(crate) fn after(kind: TimeoutKind, limit: Duration, origin: &str) -> Self {
        let message = match kind {
            TimeoutKind::Connect => format!("no connection to {origin} within {limit:?}"),
            TimeoutKind::Read => format!("{origin} sent no data for {limit:?}"),
            TimeoutKind::Attempt => format!("no complete response from {origin} within {limit:?}"),
            TimeoutKind::Call => format!("the call did not complete within {limit:?}"),
        };
        Self::new(kind, message)
    }

    /// Which limit it was.
    pub fn kind(&self) -> TimeoutKind {
        self.kind
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

debug_as_display!(TimeoutError);

impl std::error::Error for TimeoutError {}
