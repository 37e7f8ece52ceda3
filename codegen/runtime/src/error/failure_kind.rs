//! The kinds of retryable failures.

/// The reason why a failure is retryable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// A temporary problem, such as a lost connection, a timeout or an internal server error.
    Transient,
    /// The service throttled the call.
    Throttling,
    /// The service rejected the signature because the local clock is wrong. The client has measured the difference and
    /// uses it to sign the next attempt.
    ClockSkew,
}
