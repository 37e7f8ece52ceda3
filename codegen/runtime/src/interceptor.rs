//! Looking over the client's shoulder, for logging and metrics.
//!
//! Interceptors see each attempt of a call, and may add headers before it is signed.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;

use crate::error::{ErrorMetadata, SdkError};

/// Is told what happens to each call. All methods do nothing unless you write them.
///
/// Requests hold the caller's data and responses may too: think before you log a body.
pub trait Interceptor: Debug + Send + Sync {
    /// An attempt is about to be signed and sent. Headers that are added here are signed too.
    ///
    /// The headers that the client computes itself cannot be changed, as with
    /// [`CallOptions::header`](crate::call::CallOptions::header): the call fails with [`SdkError::Input`].
    fn before_send(&self, attempt: &Attempt<'_>, request: &mut http::request::Parts) {
        let _ = (attempt, request);
    }

    /// A response has arrived, successful or not, and was read whole.
    fn after_response(&self, attempt: &Attempt<'_>, response: &http::Response<Bytes>) {
        let _ = (attempt, response);
    }

    /// An attempt has ended.
    fn after_attempt(&self, attempt: &Attempt<'_>, outcome: Outcome<'_>) {
        let _ = (attempt, outcome);
    }
}

/// One attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The service's identifier, such as `FSx`.
    pub service: &'static str,
    /// The operation's name.
    pub operation: &'a str,
    /// The region that the request is signed for; empty if it is not signed.
    pub region: &'a str,
    /// Which attempt it is, counted from 1.
    pub number: u32,
    /// The time since the call began.
    pub elapsed: Duration,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// The service did what it was asked.
    Success,
    /// It did not, and there will be another attempt.
    Retry {
        /// The error.
        error: &'a SdkError<ErrorMetadata>,
        /// How long until the next attempt.
        wait: Duration,
    },
    /// It did not, and the call fails.
    Failure {
        /// The error.
        error: &'a SdkError<ErrorMetadata>,
    },
}
