//! Setting a configuration up in code.
//!
//! In: one call per setting. Out: a [`Config`]. What is set here comes before whatever was found
//! in the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::endpoint_urls::EndpointUrls;
use super::error::{ConfigError, SearchedSources};
use super::load::SharedConfig;
use super::{Config, Inner};
use crate::clock::Clock;
use crate::credentials::{self, ProvideCredentials};
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
pub struct Builder(Settings);

/// All settings, whether set in code or found.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) region: Option<String>,
    pub(crate) credentials: Source,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) endpoint_urls: EndpointUrls,
    #[cfg(feature = "aws-config")]
    pub(crate) foreign: Option<super::aws::SdkConfigEndpoints>,
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

/// The size in bytes from which on requests are compressed, `None` for never; or why the setting is
/// invalid, which only stops operations that compress.
#[derive(Clone)]
pub(crate) struct Compression(pub(crate) Result<Option<usize>, ConfigError>);

impl Compression {
    pub(crate) const MIN_SIZE: usize = 10_240;
}

impl Default for Compression {
    fn default() -> Self {
        Self(Ok(Some(Self::MIN_SIZE)))
    }
}

/// Where credentials will come from.
#[derive(Clone, Debug, Default)]
pub(crate) enum Source {
    /// Nobody said.
    #[default]
    Unset,
    /// From what the program gave.
    Given(Arc<dyn ProvideCredentials>),
    /// From the environment and the profile files.
    SharedConfig(Arc<SharedConfig>),
}

impl Builder {
    /// The region to call, such as `us-east-1`: 1 to 63 letters, digits and hyphens. Any other is the error of the
    /// first call, before anything is sent.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.0.region = Some(region.into());
        self
    }

    /// What requests are signed with: [`Credentials`](crate::credentials::Credentials), or what
    /// provides them. They are kept until shortly before they expire.
    #[must_use]
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.0.credentials = Source::Given(Arc::new(credentials));
        self
    }

    /// Where requests go, whatever the region says. Scheme, host, port and path are kept; a user name or password is
    /// the error of the first call.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.0.endpoint_url = Some(url.into());
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
    /// [`MAX_RESPONSE_SIZE`](crate::transport::MAX_RESPONSE_SIZE) unless told otherwise.
    ///
    /// The values that a response is read into may take four times as many bytes of memory, and a MiB; a response that
    /// needs more is an error.
    #[must_use]
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.0.max_response_size = Some(bytes);
        self
    }

    /// What sends the requests, those for credentials included.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.0.transport = Some(Arc::new(transport));
        self
    }

    /// What tells the time.
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

    /// What idempotency tokens, invocation ids and the jitter of retries are made of.
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

impl Settings {
    pub(crate) fn endpoint_url_for(&self, service_id: &str) -> Result<Option<&str>, ConfigError> {
        if let Some(url) = &self.endpoint_url {
            return Ok(Some(url));
        }
        #[cfg(feature = "aws-config")]
        if let Some(foreign) = &self.foreign {
            return Ok(foreign.endpoint_url(service_id));
        }
        self.endpoint_urls.get(service_id)
    }

    /// What provides credentials, for a client that has this transport and clock.
    pub(crate) fn provider(
        &self,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Arc<dyn ProvideCredentials> {
        match &self.credentials {
            Source::Given(provider) => Arc::clone(provider),
            Source::Unset => Arc::new(credentials::Unset),
            Source::SharedConfig(found) => credentials::found(found, self, transport, clock),
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

impl From<Settings> for Builder {
    fn from(settings: Settings) -> Self {
        Self(settings)
    }
}

/// Secrets are left out.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f, "Builder")
    }
}
