//! Transport errors.

use std::error::Error;
use std::fmt;

use crate::{root_cause::with_root_cause, timeout::TimeoutKind};

/// The error for a request that could not be sent, or whose response was not received.
///
/// ```
/// use std::io;
/// # use simba_runtime::transport::{TransportError, TransportErrorKind};
///
/// // In your own transport, if a connection could not be established:
/// let cause = io::Error::from(io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, "cannot connect to example.com")
///     .with_source(cause);
/// assert_eq!(error.kind(), TransportErrorKind::Connect);
/// ```
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kind of a [`TransportError`], which determines whether the failure is retryable.
///
/// Failures of the kinds [`Connect`](Self::Connect), [`Closed`](Self::Closed) and [`Timeout`](Self::Timeout) are
/// retryable. All other failures are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The connection could not be established.
    Connect,
    /// The connection was closed before the response was complete.
    Closed,
    /// A timeout expired.
    Timeout(TimeoutKind),
    /// The peer could not be authenticated.
    Tls,
    /// The response's body or headers exceed the size limit.
    TooLarge,
    /// Another problem occurred, such as an invalid HTTP response or a missing transport.
    Other,
}

impl TransportError {
    /// Creates an error. The message describes what failed, such as `cannot connect to …`.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Sets the underlying error, whose root cause becomes part of the call's error message.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Prints the message, the root cause and the kind.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", with_root_cause(self), self.kind)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}
