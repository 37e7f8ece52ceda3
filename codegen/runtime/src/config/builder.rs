//! Setting a configuration up in code.
//!
//! In: one call per setting. Out: a [`Config`]. What is set here comes before whatever was found
//! in the environment.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::error::{ConfigError, SearchedSources};
use super::{Config, EndpointUrls, Inner};
use crate::clock::Clock;
use crate::credentials::{CredentialsSource, ProvideCredentials};
use crate::endpoint::Setting;
use crate::interceptor::Interceptor;
use crate::random::Random;
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport::CaBundle;
use crate::transport::Transport;
use crate::url::Redacted;

/// Collects the settings of a [`Config`]; see [`Config::builder`].
#[derive(Clone, Default)]
pub struct Builder(ConfigValues);

/// All settings, whether set in code or found.
#[derive(Clone, Default)]
pub(crate) struct ConfigValues {
    pub(crate) region: Option<String>,
    pub(crate) credentials: CredentialsSetting,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) endpoint_urls: Option<Arc<dyn EndpointUrls>>,
    pub(crate) use_fips: Option<bool>,
    pub(crate) use_dual_stack: Option<bool>,
    pub(crate) retry: RetryConfig,
    pub(crate) timeouts: TimeoutConfig,
    pub(crate) max_response_size: Option<u64>,
    pub(crate) app_id: Option<String>,
    pub(crate) ca_bundle: Option<CaBundle>,
    pub(crate) compression: Compression,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) endpoint_params: BTreeMap<&'static str, Setting>,
    pub(crate) random: Option<Arc<dyn Random>>,
    pub(crate) disable_host_prefix: bool,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) searched: SearchedSources,
}

/// The size in bytes from which on requests are compressed, unless a setting says otherwise.
pub const MIN_COMPRESSION_SIZE: usize = 10_240;

/// The size in bytes from which on requests are compressed, `None` for never; or why the setting is
/// invalid, which only stops operations that compress.
#[derive(Clone)]
pub(crate) struct Compression(pub(crate) Result<Option<usize>, ConfigError>);

impl Compression {
    pub(crate) const MIN_SIZE: usize = MIN_COMPRESSION_SIZE;
}

impl Default for Compression {
    fn default() -> Self {
        Self(Ok(Some(Self::MIN_SIZE)))
    }
}

/// The origin of credentials.
#[derive(Clone, Debug, Default)]
pub(crate) enum CredentialsSetting {
    /// Nobody said.
    #[default]
    Unset,
    /// From what the program gave.
    Given(Arc<dyn ProvideCredentials>),
    /// A source, which makes a provider for each client.
    Source(Arc<dyn CredentialsSource>),
}

impl Builder {
    /// The region to call, such as `us-east-1`: 1 to 63 letters, digits and hyphens. Any other is the error of the
    /// first call, before anything is sent.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.0.region = Some(region.into());
        self
    }

    /// Sets the credentials that requests are signed with: [`Credentials`](crate::credentials::Credentials), or their
    /// provider. They are kept until shortly before they expire.
    #[must_use]
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.0.credentials = CredentialsSetting::Given(Arc::new(credentials));
        self
    }

    /// Where requests go, whatever the region says. Scheme, host, port and path are kept; a user name or password is
    /// the error of the first call.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.0.endpoint_url = Some(url.into());
        self
    }

    /// Sets a source of credentials, which makes a provider for each client.
    #[must_use]
    pub fn credentials_source(mut self, source: impl CredentialsSource + 'static) -> Self {
        self.0.credentials = CredentialsSetting::Source(Arc::new(source));
        self
    }

    /// Sets endpoint URLs by service. One that [`endpoint_url`](Self::endpoint_url) sets comes before them.
    #[must_use]
    pub fn endpoint_urls(mut self, urls: impl EndpointUrls + 'static) -> Self {
        self.0.endpoint_urls = Some(Arc::new(urls));
        self
    }

    /// Whether to call FIPS endpoints.
    #[must_use]
    pub fn use_fips(mut self, on: bool) -> Self {
        self.0.use_fips = Some(on);
        self
    }

    /// Whether to call dual-stack endpoints.
    #[must_use]
    pub fn use_dual_stack(mut self, on: bool) -> Self {
        self.0.use_dual_stack = Some(on);
        self
    }

    /// How to retry.
    #[must_use]
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.0.retry = retry;
        self
    }

    /// How long things may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: TimeoutConfig) -> Self {
        self.0.timeouts = timeouts;
        self
    }

    /// Reads responses of up to that many bytes; of up to
    /// [`DEFAULT_MAX_RESPONSE_SIZE`](crate::transport::DEFAULT_MAX_RESPONSE_SIZE) unless told otherwise.
    ///
    /// The values that a response is read into may take four times as many bytes of memory, and a MiB; a response that
    /// needs more is an error.
    #[must_use]
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.0.max_response_size = Some(bytes);
        self
    }

    /// Sets the transport of all requests, those for credentials included.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.0.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.0.clock = Some(Arc::new(clock));
        self
    }

    /// Sets a parameter that a service's endpoint rules read besides region and endpoint. The crates of such services
    /// have a method for each of them.
    #[must_use]
    pub fn endpoint_param(mut self, name: &'static str, value: impl Into<Setting>) -> Self {
        self.0.endpoint_params.insert(name, value.into());
        self
    }

    /// Sets the source of randomness for idempotency tokens, invocation IDs and the jitter of retries.
    #[must_use]
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.0.random = Some(Arc::new(random));
        self
    }

    /// Whether an operation puts its prefix, if the model gives it one, in front of the endpoint's host: so it is
    /// unless this says otherwise. A server of your own may not have all those names.
    #[must_use]
    pub fn host_prefix(mut self, on: bool) -> Self {
        self.0.disable_host_prefix = !on;
        self
    }

    /// The program's name in the user agent: up to 50 letters, digits and characters of ``!#$%&'*+,-.^_`|~``. Others
    /// are sent as `-`, and the 51st and later ones are not sent.
    #[must_use]
    pub fn app_id(mut self, id: impl Into<String>) -> Self {
        self.0.app_id = Some(id.into());
        self
    }

    /// Certificates in PEM that the built-in transports trust instead of the system's.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.0.ca_bundle = Some(CaBundle::of_code(pem.into()));
        self
    }

    /// Sets a bundle of certificates and its origin, as errors name it.
    #[doc(hidden)]
    #[must_use]
    pub fn ca_bundle_from(mut self, pem: Vec<u8>, origin: String) -> Self {
        self.0.ca_bundle = Some(CaBundle { pem, origin });
        self
    }

    /// Sets the size from which on requests are compressed, or why it is not valid.
    #[doc(hidden)]
    #[must_use]
    pub fn compression(mut self, min_size: Result<Option<usize>, ConfigError>) -> Self {
        self.0.compression = Compression(min_size);
        self
    }

    /// Sets the places where settings were looked for, which the error of a missing region lists.
    #[doc(hidden)]
    #[must_use]
    pub fn searched(mut self, sources: SearchedSources) -> Self {
        self.0.searched = sources;
        self
    }

    /// The size in bytes from which on a request's body is compressed where the operation allows
    /// it; `None` is never.
    #[must_use]
    pub fn min_compression_size(mut self, size: impl Into<Option<usize>>) -> Self {
        self.0.compression = Compression(Ok(size.into()));
        self
    }

    /// Adds something that is told of every call.
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.0.interceptors.push(Arc::new(interceptor));
        self
    }

    /// The configuration.
    #[must_use]
    pub fn build(self) -> Config {
        Config(Arc::new(Inner { settings: self.0, ..Inner::default() }))
    }
}

impl ConfigValues {
    pub(crate) fn endpoint_url_for(&self, service_id: &str) -> Result<Option<Cow<'_, str>>, ConfigError> {
        if let Some(url) = &self.endpoint_url {
            return Ok(Some(Cow::Borrowed(url)));
        }
        match &self.endpoint_urls {
            Some(urls) => Ok(urls.endpoint_url(service_id)?.map(Cow::Owned)),
            None => Ok(None),
        }
    }

    pub(crate) fn debug(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        f.debug_struct(name)
            .field("region", &self.region)
            .field("credentials", &self.credentials)
            .field("endpoint_url", &self.endpoint_url.as_deref().map(Redacted))
            .field("endpoint_urls", &self.endpoint_urls)
            .field("use_fips", &self.use_fips)
            .field("use_dual_stack", &self.use_dual_stack)
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .field("max_response_size", &self.max_response_size)
            .field("app_id", &self.app_id)
            .field("transport", &self.transport)
            .field("clock", &self.clock)
            .field("interceptors", &self.interceptors)
            .finish_non_exhaustive()
    }
}

impl From<ConfigValues> for Builder {
    fn from(settings: ConfigValues) -> Self {
        Self(settings)
    }
}

/// Secrets are left out.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f, "Builder")
    }
}
