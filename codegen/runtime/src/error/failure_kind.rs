//! Failures that another attempt may clear.

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
