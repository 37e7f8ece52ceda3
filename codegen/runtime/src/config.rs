//! The settings of a client: region, credentials, endpoints, retries, timeouts.
//!
//! A [`Config`] belongs to no service, so that one serves the clients of many. Building one never fails: what is missing
//! is the error of the call that needs it. The crate `simba-aws-config` loads one from environment variables and profile
//! files; what code sets comes before both.

mod builder;
mod error;
#[cfg(feature = "aws-config")]
mod sdk_config;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

pub use builder::Builder;
#[doc(hidden)]
pub use builder::MIN_COMPRESSION_SIZE;
pub use error::{ConfigError, ConfigErrorKind, MissingRegion, SettingOrigin};
#[doc(hidden)]
pub use error::{SearchedSources, paths};

pub(crate) use builder::{ConfigValues, CredentialsSetting};

use crate::clock::Clock;
use crate::credentials::CredentialsCache;
use crate::endpoint::{Value, functions::is_valid_host_label};
use crate::interceptor::Interceptor;
use crate::random::{Random, SystemRandom};
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport::{self, Transport};

/// The settings of a client. Cheap to clone; clients of clones share their connections and credentials.
///
/// ```
/// use simba_runtime::config::Config;
/// use simba_runtime::credentials::Credentials;
///
/// let config = Config::builder()
///     .region("eu-west-1")
///     .credentials(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI"))
///     .build();
/// assert_eq!(config.region(), Some("eu-west-1"));
/// ```
#[derive(Clone, Default)]
pub struct Config(Arc<Inner>);

#[derive(Default)]
struct Inner {
    settings: ConfigValues,
    shared: SharedComponents,
}

/// The components that clients of one configuration share. The first client makes them.
#[derive(Default)]
pub(crate) struct SharedComponents {
    /// The built-in transport of clients that are given none.
    pub(crate) transport: OnceLock<Arc<dyn Transport>>,
    /// The same for calls that block the thread.
    #[cfg(feature = "blocking")]
    pub(crate) blocking: OnceLock<Arc<dyn Transport>>,
    /// The caches of credentials, one for each transport: the provider sends its requests over it.
    pub(crate) credentials: Mutex<Caches>,
}

type Caches = Vec<(Arc<dyn Transport>, Arc<CredentialsCache>)>;

impl Config {
    /// A configuration put together in code. Nothing is read from the environment.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// These settings, to change some of them.
    ///
    /// ```
    /// # use simba_runtime::config::Config;
    /// # let config = Config::builder().region("eu-west-1").build();
    /// let config = config.to_builder().region("us-east-2").build();
    /// # assert_eq!(config.region(), Some("us-east-2"));
    /// ```
    #[must_use]
    pub fn to_builder(&self) -> Builder {
        Builder::from(self.0.settings.clone())
    }

    /// The region to call.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.settings.region.as_deref()
    }

    /// Returns the error of a call that needs a region when there is none.
    pub fn missing_region(&self) -> MissingRegion {
        MissingRegion(self.0.settings.searched.clone())
    }

    /// The endpoint that is set for the service with this identifier, such as `FSx`; the rules of
    /// the service decide if there is none.
    ///
    /// The first of: the one set in code, `AWS_ENDPOINT_URL_<SERVICE>`, AWS_ENDPOINT_URL, the
    /// profile's `services` section, the profile's `endpoint_url`.
    ///
    /// # Errors
    ///
    /// It is not a valid URL, or the profile names a `services` section that does not exist.
    pub fn endpoint_url_for(&self, service_id: &str) -> Result<Option<Cow<'_, str>>, ConfigError> {
        self.0.settings.endpoint_url_for(service_id)
    }

    /// Whether to call FIPS endpoints.
    #[must_use]
    pub fn use_fips(&self) -> bool {
        self.0.settings.use_fips.unwrap_or_default()
    }

    /// Whether to call dual-stack endpoints.
    #[must_use]
    pub fn use_dual_stack(&self) -> bool {
        self.0.settings.use_dual_stack.unwrap_or_default()
    }

    /// How to retry.
    #[must_use]
    pub fn retry(&self) -> &RetryConfig {
        &self.0.settings.retry
    }

    /// How long things may take.
    #[must_use]
    pub fn timeouts(&self) -> &TimeoutConfig {
        &self.0.settings.timeouts
    }

    /// The size in bytes beyond which a response is refused; see
    /// [`Builder::max_response_size`].
    #[must_use]
    pub fn max_response_size(&self) -> u64 {
        self.0.settings.max_response_size.unwrap_or(transport::DEFAULT_MAX_RESPONSE_SIZE)
    }

    /// The program's name in the user agent.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.0.settings.app_id.as_deref()
    }

    /// Certificates in PEM to trust instead of the system's.
    #[must_use]
    pub fn ca_bundle(&self) -> Option<&[u8]> {
        self.0.settings.ca_bundle.as_ref().map(|bundle| &*bundle.pem)
    }

    /// The same with where they are from.
    pub(crate) fn ca_bundle_with_origin(&self) -> Option<&crate::transport::CaBundle> {
        self.0.settings.ca_bundle.as_ref()
    }

    /// The size in bytes from which on a request's body is compressed where the operation allows
    /// it; `None` if never.
    ///
    /// # Errors
    ///
    /// A variable or the profile sets an invalid size or switch.
    pub fn min_compression_size(&self) -> Result<Option<usize>, ConfigError> {
        self.0.settings.compression.0.clone()
    }

    /// Returns the clock, if one is set.
    pub(crate) fn clock(&self) -> Option<&Arc<dyn Clock>> {
        self.0.settings.clock.as_ref()
    }

    /// Returns the endpoint parameters that are set besides region and endpoint.
    pub(crate) fn endpoint_params(&self) -> impl Iterator<Item = (&'static str, Value<'_>)> {
        self.0.settings.endpoint_params.iter().map(|(name, setting)| (*name, setting.value()))
    }

    /// Returns the source of randomness.
    pub(crate) fn random(&self) -> &dyn Random {
        self.0.settings.random.as_deref().unwrap_or(&SystemRandom)
    }

    /// Whether operations put their prefixes in front of the endpoint's host.
    pub(crate) fn host_prefix(&self) -> bool {
        !self.0.settings.disable_host_prefix
    }

    /// Returns the interceptors.
    pub(crate) fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.0.settings.interceptors
    }

    /// The settings as they are.
    pub(crate) fn values(&self) -> &ConfigValues {
        &self.0.settings
    }

    /// The components that clients of this configuration share.
    pub(crate) fn shared(&self) -> &SharedComponents {
        &self.0.shared
    }
}

/// Secrets are left out.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.settings.debug(f, "Config")
    }
}

/// Whether this can be the name of a region, which becomes part of host names: a label as RFC 1123 has it.
#[doc(hidden)]
#[must_use]
pub fn is_region(name: &str) -> bool {
    is_valid_host_label(name, false)
}

/// Endpoint URLs by service, such as those of the environment and of profile files.
pub trait EndpointUrls: fmt::Debug + Send + Sync {
    /// Returns the URL for a service by its identifier, such as `FSx`.
    ///
    /// # Errors
    ///
    /// If there is one that is not valid.
    fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, ConfigError>;
}
