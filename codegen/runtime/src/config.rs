//! The configuration of clients: region, credentials, endpoints, retries and timeouts.
//!
//! A [`Config`] is independent of any service, so clients of several services can share one. Building one never fails.
//! If a setting is missing or invalid, the call that needs it fails. The `simba-aws-config` crate loads a `Config` from
//! environment variables and profile files. Settings in code take precedence over both.

mod account_id;
mod builder;
mod error;
#[cfg(feature = "aws-config")]
mod sdk_config;
mod settings;
mod shared;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use account_id::AccountIdEndpointMode;
pub use builder::Builder;
pub use error::{ConfigError, ConfigErrorKind, MissingRegion, SettingOrigin};
#[doc(hidden)]
pub use error::{SearchedSources, paths};
#[doc(hidden)]
pub use settings::MIN_COMPRESSION_SIZE;

pub(crate) use settings::{ConfigValues, IdentitySetting};
pub(crate) use shared::SharedComponents;

use crate::clock::Clock;
use crate::endpoint::{Value, functions::is_valid_host_label};
use crate::interceptor::Interceptor;
use crate::random::{Random, SystemRandom};
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport;

/// The configuration of a client. Cloning is cheap; clients that use clones of a `Config` share connections and
/// credentials.
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::credentials::Credentials;
/// #
/// let config = Config::builder()
///     .region("eu-west-1")
///     .credentials_provider(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI"))
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

impl Config {
    /// Returns a builder with default settings. The builder does not read the environment.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns a builder that starts with the settings of this configuration, so that some of them can be changed.
    ///
    /// Clients that use the new configuration do not share the connections of the built-in transport, or cached
    /// credentials, with clients that use this one. A transport that was set in code is shared. To change settings of
    /// individual calls, use [`CallOptions`](crate::call::CallOptions).
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

    /// Returns the region, if set.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.settings.region.as_deref()
    }

    /// Returns the error for a call that requires a region when none is set.
    pub fn missing_region(&self) -> MissingRegion {
        MissingRegion(self.0.settings.searched.clone())
    }

    /// Returns the endpoint URL that is configured for the service with the given ID, such as `FSx`. If there is none,
    /// the service's endpoint rules determine the endpoint.
    ///
    /// The URL comes from the first of these sources that is set: code, `AWS_ENDPOINT_URL_<SERVICE>`,
    /// `AWS_ENDPOINT_URL`, the profile's `services` section, and the profile's `endpoint_url`.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid, or if the profile references a `services` section that does not exist.
    pub fn endpoint_url_for(&self, service_id: &str) -> Result<Option<Cow<'_, str>>, ConfigError> {
        self.0.settings.endpoint_url_for(service_id)
    }

    /// Returns whether to use FIPS endpoints. Defaults to `false`.
    #[must_use]
    pub fn use_fips(&self) -> bool {
        self.0.settings.region_is_fips || self.0.settings.use_fips.unwrap_or_default()
    }

    /// Returns whether to use dual-stack endpoints. Defaults to `false`.
    #[must_use]
    pub fn use_dual_stack(&self) -> bool {
        self.0.settings.use_dual_stack.unwrap_or_default()
    }

    /// Returns whether endpoints contain the account ID of the credentials. Defaults to
    /// [`AccountIdEndpointMode::Preferred`].
    #[must_use]
    pub fn account_id_endpoint_mode(&self) -> AccountIdEndpointMode {
        self.0.settings.account_id_endpoint_mode
    }

    /// Returns the names of the preferred authentication schemes; see [`Builder::auth_scheme_preference`].
    #[must_use]
    pub fn auth_scheme_preference(&self) -> &[String] {
        &self.0.settings.auth_scheme_preference
    }

    /// Returns the regions for which SigV4a signatures are valid. The list is empty if none are set.
    #[must_use]
    pub fn sigv4a_signing_region_set(&self) -> &[String] {
        &self.0.settings.sigv4a_signing_region_set
    }

    /// Returns the retry configuration.
    #[must_use]
    pub fn retry(&self) -> &RetryConfig {
        &self.0.settings.retry
    }

    /// Returns the timeouts.
    #[must_use]
    pub fn timeouts(&self) -> &TimeoutConfig {
        &self.0.settings.timeouts
    }

    /// Returns the maximum size of a response, in bytes; see [`Builder::max_response_size`].
    #[must_use]
    pub fn max_response_size(&self) -> u64 {
        self.0.settings.max_response_size.unwrap_or(transport::DEFAULT_MAX_RESPONSE_SIZE)
    }

    /// Returns the application's name for the user agent, if set.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.0.settings.app_id.as_deref()
    }

    /// Returns the execution environment for the user agent, if set. It is loaded from `AWS_EXECUTION_ENV`.
    #[doc(hidden)]
    #[must_use]
    pub fn execution_env(&self) -> Option<&str> {
        self.0.settings.execution_env.as_deref()
    }

    /// Returns the PEM-encoded certificates that are trusted instead of the system's, if set.
    #[must_use]
    pub fn ca_bundle(&self) -> Option<&[u8]> {
        self.0.settings.ca_bundle.as_ref().map(|bundle| &*bundle.pem)
    }

    /// Returns the trusted certificates and their origin, if set.
    pub(crate) fn ca_bundle_with_origin(&self) -> Option<&crate::transport::CaBundle> {
        self.0.settings.ca_bundle.as_ref()
    }

    /// Returns the minimum size in bytes of request bodies that are compressed, or `None` if compression is disabled;
    /// see [`Builder::min_compression_size`].
    ///
    /// # Errors
    ///
    /// Returns an error if the environment or the profile contains an invalid compression setting.
    pub fn min_compression_size(&self) -> Result<Option<usize>, ConfigError> {
        self.0.settings.compression.0.clone()
    }

    /// Returns the clock, if set.
    pub(crate) fn clock(&self) -> Option<&Arc<dyn Clock>> {
        self.0.settings.clock.as_ref()
    }

    /// Returns the endpoint parameters that were set in addition to the region and the endpoint.
    pub(crate) fn endpoint_params(&self) -> impl Iterator<Item = (&'static str, Value<'_>)> {
        self.0.settings.endpoint_params.iter().map(|(name, setting)| (*name, setting.value()))
    }

    /// Returns the source of random numbers.
    pub(crate) fn random(&self) -> &dyn Random {
        self.0.settings.random.as_deref().unwrap_or(&SystemRandom)
    }

    /// Returns whether operations prepend their host prefix to the endpoint's host. Defaults to `true`.
    pub fn host_prefix(&self) -> bool {
        !self.0.settings.disable_host_prefix
    }

    /// Returns whether the signing time is corrected for clock skew; see [`Builder::clock_skew_correction`]. Defaults
    /// to `true`.
    #[must_use]
    pub fn clock_skew_correction(&self) -> bool {
        !self.0.settings.disable_clock_skew_correction
    }

    pub(crate) fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.0.settings.interceptors
    }

    /// Returns the settings as they were set or loaded.
    pub(crate) fn values(&self) -> &ConfigValues {
        &self.0.settings
    }

    /// Returns the components that clients with this configuration share.
    pub(crate) fn shared(&self) -> &SharedComponents {
        &self.0.shared
    }
}

/// Omits secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.settings.debug(f, "Config")
    }
}

/// Returns the actual region if `name` is a pseudo region that selects FIPS endpoints, such as `fips-us-gov-west-1` or
/// `us-west-2-fips`. Returns `None` for other names.
#[doc(hidden)]
#[must_use]
pub fn fips_region(name: &str) -> Option<&str> {
    name.strip_prefix("fips-").or_else(|| name.strip_suffix("-fips"))
}

/// Returns whether `name` is a valid region name. The name becomes part of host names, so it must be a label as defined
/// by RFC 1123.
#[doc(hidden)]
#[must_use]
pub fn is_region(name: &str) -> bool {
    is_valid_host_label(name, false)
}

/// A source of endpoint URLs for services. The URLs can come from the environment and from profile files, for example.
pub trait EndpointUrls: fmt::Debug + Send + Sync {
    /// Returns the URL for a service ID, such as `FSx`, if set.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid.
    fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, ConfigError>;
}
