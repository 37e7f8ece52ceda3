//! How long a call and its parts may take.

use std::fmt;
use std::time::Duration;

/// How long a call and its parts may take; `None` is for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeoutConfig {
    connect: Option<Duration>,
    read: Option<Duration>,
    attempt: Option<Duration>,
    call: Option<Duration>,
}

impl Default for TimeoutConfig {
    /// 5 seconds to connect, 60 seconds of silence, 2 minutes an attempt, 5 minutes a call.
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(5)),
            read: Some(Duration::from_secs(60)),
            attempt: Some(Duration::from_secs(120)),
            call: Some(Duration::from_secs(300)),
        }
    }
}

impl TimeoutConfig {
    /// The default timeouts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No timeouts at all.
    #[must_use]
    pub fn disabled() -> Self {
        Self { connect: None, read: None, attempt: None, call: None }
    }

    /// How long a new connection may take, its TLS handshake included.
    #[must_use]
    pub fn connect(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect = timeout.into();
        self
    }

    /// How long the service may stay silent once the request is sent.
    #[must_use]
    pub fn read(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.read = timeout.into();
        self
    }

    /// How long one attempt may take.
    #[must_use]
    pub fn attempt(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt = timeout.into();
        self
    }

    /// How long the whole call may take, with all its attempts and the waits between them.
    #[must_use]
    pub fn call(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.call = timeout.into();
        self
    }

    /// How long a new connection may take.
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect
    }

    /// How long the service may stay silent.
    pub fn read_timeout(&self) -> Option<Duration> {
        self.read
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(&self) -> Option<Duration> {
        self.attempt
    }

    /// How long the whole call may take.
    pub fn call_timeout(&self) -> Option<Duration> {
        self.call
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
