//! How sending a request fails.

use std::error::Error;
use std::fmt;

use super::display::with_root_cause;
use crate::timeout::TimeoutKind;

/// Why a request or its response was lost.
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kind of a [`TransportError`], which decides whether a retry makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made. Worth another attempt.
    Connect,
    /// The connection broke before the response was complete. Worth another attempt.
    Closed,
    /// Time ran out. Worth another attempt.
    Timeout(TimeoutKind),
    /// The peer could not be authenticated. Another attempt would fail the same way.
    Tls,
    /// The response's body or its headers are larger than the limit.
    TooLarge,
    /// Anything else, which another attempt does not fix: a transport that is not set up, a response
    /// that is no HTTP.
    Other,
}

impl TransportError {
    /// An error of this kind. The message says what could not be done: `cannot connect to …`.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds what caused it; the last cause of the chain ends up in the call's error line.
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

/// The message, its root cause, and the kind.
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
