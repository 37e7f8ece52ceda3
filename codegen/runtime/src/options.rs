//! The options of a single call.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::url::Redacted;

/// The options of a single call, which take precedence over the client's configuration.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::call::CallOptions;
/// # use simba_runtime::retry::RetryConfig;
/// # use simba_runtime::timeout::TimeoutConfig;
///
/// let options = CallOptions::new()
///     .region("eu-west-1")
///     .timeouts(TimeoutConfig::new().call(Duration::from_secs(30)))
///     .retry(RetryConfig::off());
/// # drop(options);
/// ```
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) overrides: Option<Box<Overrides>>,
    pub(crate) caller: Caller,
}

/// The part of a program that sends a call. The user agent reports it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Caller {
    /// A request builder, or a method of the client.
    #[default]
    Program,
    /// A paginator, which requests a page.
    Paginator,
    /// A waiter, which polls an operation.
    Waiter,
}

/// The options that are set. They are boxed to keep calls without options small.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) region: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) timeouts: Option<TimeoutConfig>,
    pub(crate) retry: Option<RetryConfig>,
    pub(crate) headers: HeaderMap,
    pub(crate) max_response_size: Option<u64>,
}

/// Omits the values of headers, and the user information and query string of the endpoint URL, since they may be
/// secret.
impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("region", &self.region)
            .field("endpoint_url", &self.endpoint_url.as_deref().map(Redacted))
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("max_response_size", &self.max_response_size)
            .finish()
    }
}

impl CallOptions {
    /// Creates options without settings, so that the client's configuration applies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn region_override(&self) -> Option<&str> {
        self.overrides.as_ref()?.region.as_deref()
    }

    pub(crate) fn endpoint_override(&self) -> Option<&str> {
        self.overrides.as_ref()?.endpoint_url.as_deref()
    }

    pub(crate) fn max_response_size_override(&self) -> Option<u64> {
        self.overrides.as_ref()?.max_response_size
    }

    fn overrides(&mut self) -> &mut Overrides {
        self.overrides.get_or_insert_default()
    }

    /// Sets the region. It consists of 1 to 63 letters, digits and hyphens, and may be a pseudo region such as
    /// `fips-us-gov-west-1`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.overrides().region = Some(region.into());
        self
    }

    /// Sets the URL that the request is sent to, regardless of the region. It consists of a scheme and a host,
    /// optionally with a port and a path.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.overrides().endpoint_url = Some(url.into());
        self
    }

    /// Sets the timeouts, which replace all timeouts of the client.
    #[must_use]
    pub fn timeouts(mut self, timeouts: TimeoutConfig) -> Self {
        self.overrides().timeouts = Some(timeouts);
        self
    }

    /// Sets the retry configuration. If it is not set, the client's configuration applies.
    #[must_use]
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.overrides().retry = Some(retry);
        self
    }

    /// Sets the maximum size of the response, in bytes. If the response is larger, the call fails. By default, the
    /// client's limit applies.
    ///
    /// The deserialized values of the response, or of an event in the response, may use four times this size plus 1 MiB
    /// of memory. If they exceed this limit, the call or the event stream also fails.
    #[must_use]
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.overrides().max_response_size = Some(bytes);
        self
    }

    /// Adds a header to the request. The header is signed unless it may change on the way to the service, as is the
    /// case for `User-Agent`.
    ///
    /// A `User-Agent` header replaces the client's own. Headers that the client computes cannot be set. Examples are
    /// `Host`, `Content-Type`, `Content-Length`, `X-Amz-Target` and the headers of the signature. If one of them is
    /// set, the call fails with [`SdkError::Input`](crate::error::SdkError::Input), and nothing is sent.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.overrides().headers.insert(name, value);
        self
    }
}
