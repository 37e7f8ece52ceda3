//! Interceptors, which observe the attempts of calls. They are useful for logging and metrics, for example.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;

use crate::error::{ErrorMetadata, SdkError};

/// Observes the attempts of a client's calls, and can add headers. By default, all methods do nothing.
///
/// Requests and responses may contain sensitive data, so be careful when you log their bodies.
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::interceptor::{Attempt, Interceptor, Outcome};
/// #
/// #[derive(Debug)]
/// struct Metrics;
///
/// impl Interceptor for Metrics {
///     fn after_attempt(&self, attempt: &Attempt<'_>, _: Outcome<'_>) {
///         println!("{} took {:?}", attempt.operation, attempt.elapsed);
///     }
/// }
/// let config = Config::builder().interceptor(Metrics).build();
/// ```
pub trait Interceptor: Debug + Send + Sync {
    /// Called before an attempt is signed and sent. Added headers are signed like the client's own headers.
    ///
    /// The headers that the client computes must not be changed. If an interceptor changes one of them, the call fails
    /// with [`SdkError::Input`], as it does if [`CallOptions::header`](crate::call::CallOptions::header) sets one.
    fn before_send(&self, attempt: &Attempt<'_>, request: &mut http::request::Parts) {
        let _ = (attempt, request);
    }

    /// Called when a response, successful or not, has been received. If the output contains a stream, a successful
    /// `response` does not contain the data of the stream.
    fn after_response(&self, attempt: &Attempt<'_>, response: &http::Response<Bytes>) {
        let _ = (attempt, response);
    }

    /// Called when an attempt has ended, even if its request was not sent. Not called if the call is canceled during
    /// the attempt, or if the request is only signed.
    ///
    /// The members of a modeled error are deserialized later, for the caller. Its code and its message are already
    /// known, unless the model marks a member other than `message` as the message.
    fn after_attempt(&self, attempt: &Attempt<'_>, outcome: Outcome<'_>) {
        let _ = (attempt, outcome);
    }
}

/// An attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The service ID, such as `FSx`.
    pub service: &'static str,
    /// The name of the operation.
    pub operation: &'a str,
    /// The region for which requests to the endpoint are signed, or an empty string if there is none. It is also set if
    /// the request is not signed.
    pub region: &'a str,
    /// The number of the attempt, starting at 1.
    pub number: u32,
    /// The time since the start of the call.
    pub elapsed: Duration,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// The attempt succeeded.
    Success,
    /// The attempt failed and will be retried.
    Retry {
        /// The error.
        error: &'a SdkError<ErrorMetadata>,
        /// The time until the next attempt.
        wait: Duration,
    },
    /// The attempt failed and will not be retried.
    Failure {
        /// The error.
        error: &'a SdkError<ErrorMetadata>,
    },
}
