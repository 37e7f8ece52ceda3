//! The options of one call, which come before its client's settings.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::url::Redacted;

/// The options of one call, which come before its client's settings.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) overrides: Option<Box<Overrides>>,
}

/// Boxed, so that the many calls without any are small.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) region: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) timeouts: Option<TimeoutConfig>,
    pub(crate) retry: Option<RetryConfig>,
    pub(crate) headers: HeaderMap,
    pub(crate) max_response_size: Option<u64>,
}

/// Headers are shown by name, and the endpoint without user and query: values may be secrets.
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
    /// Nothing different.
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

    /// Calls this region: 1 to 63 letters, digits and hyphens, or a pseudo region such as `fips-us-gov-west-1`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.overrides().region = Some(region.into());
        self
    }

    /// Calls this endpoint.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.overrides().endpoint_url = Some(url.into());
        self
    }

    /// Waits this long.
    #[must_use]
    pub fn timeouts(mut self, timeouts: TimeoutConfig) -> Self {
        self.overrides().timeouts = Some(timeouts);
        self
    }

    /// Retries this way.
    #[must_use]
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.overrides().retry = Some(retry);
        self
    }

    /// Reads a response of up to that many bytes, whatever the client's settings say.
    #[must_use]
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.overrides().max_response_size = Some(bytes);
        self
    }

    /// Sends this header too; it is signed.
    ///
    /// `User-Agent` replaces the client's own. The headers that the client computes itself, such as `Host`,
    /// `Content-Type`, `Content-Length`, `X-Amz-Target` and those of a signature, are refused: the call fails with
    /// [`SdkError::Input`](crate::error::SdkError::Input) and nothing is sent.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.overrides().headers.insert(name, value);
        self
    }
}
