//! The timeouts of calls.

use std::fmt;
use std::time::Duration;

/// The default timeout for establishing a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// The default read timeout, as in AWS's SDKs since November 2026.
const READ: Duration = Duration::from_secs(5 * 60);
/// The default timeout of an attempt. It is longer than the read timeout, so that there is time to receive the body.
const ATTEMPT: Duration = Duration::from_secs(10 * 60);
/// The default timeout of a call. It leaves time for three attempts and the waits between them.
const CALL: Duration = Duration::from_secs(35 * 60);

/// The timeouts of calls.
///
/// The defaults are 5 seconds for establishing a connection, 5 minutes without data, 10 minutes for an attempt and 35
/// minutes for a call.
///
/// As in AWS's SDKs, the default read timeout of a few services is 15 minutes, and a few others have no default read
/// timeout. Their attempts and calls have correspondingly longer default timeouts, or none. The defaults are also
/// longer for operations that the model marks as long polls (`smithy.api#longPoll`). Attempts and calls that send a
/// stream have no default timeouts, since sending a large file may take hours. The read timeout still limits how long
/// the server may go without receiving data.
///
/// A timeout that is set explicitly applies to all operations. Setting it to `None` disables it.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::timeout::TimeoutConfig;
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

/// The default read timeout of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceReadTimeout {
    /// The default of most services: 5 minutes.
    Standard,
    /// A longer timeout, for a service that may take a long time to respond.
    Raised(Duration),
    /// No timeout, for a service whose streams may pause.
    Unlimited,
}

/// The setting for a timeout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Timeout {
    /// The default.
    #[default]
    Default,
    /// The value that was set. `None` disables the timeout.
    Set(Option<Duration>),
}

impl Timeout {
    fn or(self, default: Duration) -> Option<Duration> {
        match self {
            Self::Default => Some(default),
            Self::Set(timeout) => timeout,
        }
    }

    /// Removes the default timeout. A timeout that was set explicitly is unchanged.
    fn remove_default(&mut self) {
        if let Self::Default = self {
            *self = Self::Set(None);
        }
    }

    /// Raises the default timeout to a minimum. A timeout that was set explicitly is unchanged.
    fn at_least(self, default: Duration, minimum: Duration) -> Self {
        match self {
            Self::Default => Self::Set(Some(default.max(minimum))),
            Self::Set(_) => self,
        }
    }
}

impl TimeoutConfig {
    /// Creates a configuration with the default timeouts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a configuration without timeouts.
    #[must_use]
    pub fn disabled() -> Self {
        let never = Timeout::Set(None);
        Self { connect: never, read: never, attempt: never, call: never }
    }

    /// Returns the timeouts for an operation, with the defaults of its service. If the operation is a long poll,
    /// `long_poll` is the time that a response may take.
    pub(crate) fn for_operation(&self, service: ServiceReadTimeout, long_poll: Option<Duration>) -> Self {
        match (service, long_poll) {
            (ServiceReadTimeout::Unlimited, _) => {
                let mut timeouts = self.clone();
                timeouts.read.remove_default();
                timeouts.allow_stream();
                timeouts
            }
            (ServiceReadTimeout::Raised(read), response) => self.for_response_after(read.max(response.unwrap_or(read))),
            (ServiceReadTimeout::Standard, Some(response)) => self.for_response_after(response),
            (ServiceReadTimeout::Standard, None) => self.clone(),
        }
    }

    /// Removes the default timeouts of attempts and calls, for a request with a stream, which may take hours to send.
    pub(crate) fn allow_stream(&mut self) {
        self.attempt.remove_default();
        self.call.remove_default();
    }

    /// Returns the timeouts for an operation whose response may take as long as `response`, with the defaults raised
    /// accordingly.
    pub(crate) fn for_response_after(&self, response: Duration) -> Self {
        Self {
            connect: self.connect,
            read: self.read.at_least(READ, response),
            attempt: self.attempt.at_least(ATTEMPT, response.saturating_mul(2)),
            call: self.call.at_least(CALL, response.saturating_mul(7)),
        }
    }

    /// Sets the timeout for establishing a connection, including the TLS handshake. Defaults to 5 seconds.
    #[must_use]
    pub fn connect(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect = Timeout::Set(timeout.into());
        self
    }

    /// Sets how long to wait for data. The timeout applies to the wait for the response, and to each wait between two
    /// parts of the response. It does not apply while the request is sent. Defaults to 5 minutes.
    #[must_use]
    pub fn read(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.read = Timeout::Set(timeout.into());
        self
    }

    /// Sets the timeout of a single attempt. Defaults to 10 minutes.
    #[must_use]
    pub fn attempt(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt = Timeout::Set(timeout.into());
        self
    }

    /// Sets the timeout of the whole call, including all attempts and the waits between them. Defaults to 35 minutes.
    #[must_use]
    pub fn call(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.call = Timeout::Set(timeout.into());
        self
    }

    /// Returns the timeout for establishing a connection.
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect.or(CONNECT)
    }

    /// Returns how long to wait for data after the request was sent.
    pub fn read_timeout(&self) -> Option<Duration> {
        self.read.or(READ)
    }

    /// Returns the timeout of a single attempt.
    pub fn attempt_timeout(&self) -> Option<Duration> {
        self.attempt.or(ATTEMPT)
    }

    /// Returns the timeout of the whole call.
    pub fn call_timeout(&self) -> Option<Duration> {
        self.call.or(CALL)
    }
}

/// The kind of a timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// Establishing the connection took too long.
    Connect,
    /// No data arrived in time.
    Read,
    /// An attempt took too long.
    Attempt,
    /// The whole call took too long.
    Call,
}

/// The error for a call that exceeded one of its timeouts.
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
            TimeoutKind::Connect => format!("could not connect to {origin} within {limit:?}"),
            TimeoutKind::Read => format!("{origin} sent no data for {limit:?}"),
            TimeoutKind::Attempt => format!("no complete response from {origin} within {limit:?}"),
            TimeoutKind::Call => format!("the call did not complete within {limit:?}"),
        };
        Self::new(kind, message)
    }

    /// Returns the kind of the timeout.
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
