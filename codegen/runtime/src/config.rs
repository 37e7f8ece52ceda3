//! What a client is set up with: region, credentials, endpoints, retries, timeouts.
//!
//! In: calls in code, or the environment and the profile files. Out: a [`Config`] that belongs to
//! no service, so that one serves the clients of many.
//!
//! Code comes before variables, and variables come before the profile. Building a configuration
//! never fails: what is missing becomes the error of the call that needs it. Reading one fails if
//! a value cannot be, and the [`ConfigError`] names its place.

#[cfg(feature = "aws-config")]
mod aws;
mod builder;
mod endpoint_urls;
mod environment;
mod error;
mod load;
mod profile;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use builder::Builder;
pub use environment::Environment;

pub use error::{ConfigError, ConfigErrorKind, MissingRegion, SettingOrigin};

pub(crate) use builder::Settings;
pub(crate) use load::SharedConfig;
#[cfg(feature = "credentials")]
pub(crate) use {
    error::paths,
    load::ProfileSelection,
    profile::{Section, SectionKind, Setting as ProfileSetting},
};

use crate::clock::Clock;
use crate::credentials::CredentialsCache;
use crate::endpoint::{Value, functions::is_valid_host_label};
use crate::interceptor::Interceptor;
use crate::random::{Random, SystemRandom};
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport::{self, Transport};

/// What a client is set up with. Cheap to clone; clones share their credentials.
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
    settings: Settings,
    /// The built-in transport of the clients that are given none.
    transport: OnceLock<Arc<dyn Transport>>,
    /// The same for calls that block the thread.
    #[cfg(feature = "blocking")]
    blocking: OnceLock<Arc<dyn Transport>>,
    /// The caches, one for each transport: there is one that waits and one that blocks.
    credentials: Mutex<Caches>,
}

type Caches = Vec<(Arc<dyn Transport>, Arc<CredentialsCache>)>;

impl Config {
    /// A configuration put together in code. Nothing is read from the environment.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The configuration as every AWS tool finds it: variables such as AWS_REGION first, then the
    /// profile that AWS_PROFILE names, or `default`, in `~/.aws/config` and `~/.aws/credentials`.
    ///
    /// With the feature `credentials` the clients search all of AWS's sources of credentials, at
    /// their first call; without it only AWS_ACCESS_KEY_ID and its companions.
    ///
    /// # Errors
    ///
    /// An invalid value, a profile that does not exist, or a file that cannot be read. A missing
    /// region, an invalid endpoint URL and other settings that not every client uses are the error
    /// of the first call that needs them.
    pub async fn from_env() -> Result<Self, ConfigError> {
        Self::from_environment(&Environment::process())
    }

    /// As [`from_env`](Self::from_env), with a profile that the program chooses instead of
    /// AWS_PROFILE.
    ///
    /// Its credentials are used instead of those that variables hold (AWS_ACCESS_KEY_ID and its
    /// companions) or describe (AWS_WEB_IDENTITY_TOKEN_FILE), which are not read, as with the option
    /// `--profile` of the AWS CLI. A profile without credentials leaves those of the container and of
    /// the EC2 instance. All other variables, such as AWS_REGION, still come before the profile.
    ///
    /// Without the feature `credentials` the keys of profiles are not read: the credentials of the
    /// variables are used, as with [`from_env`](Self::from_env).
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub async fn from_profile(profile: &str) -> Result<Self, ConfigError> {
        load::load(&Environment::process(), Some(profile)).map(Builder::build)
    }

    /// As [`from_env`](Self::from_env), with variables and files from somewhere else than the
    /// process, and without waiting.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        load::load(environment, None).map(Builder::build)
    }

    /// These settings, to change some of them.
    ///
    /// ```
    /// # use simba_runtime::config::{Config, Environment};
    /// # let environment = Environment::fixed([("AWS_REGION", "eu-west-1")]);
    /// # let config = Config::from_environment(&environment)?;
    /// let config = config.to_builder().region("us-east-2").build();
    /// # assert_eq!(config.region(), Some("us-east-2"));
    /// # Ok::<_, simba_runtime::config::ConfigError>(())
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

    /// What to tell a user whose call needs a region when there is none.
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
    pub fn endpoint_url_for(&self, service_id: &str) -> Result<Option<&str>, ConfigError> {
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
        self.0.settings.max_response_size.unwrap_or(transport::MAX_RESPONSE_SIZE)
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

    /// What the environment and the profile files hold, if they were read.
    #[cfg(all(test, feature = "credentials"))]
    pub(crate) fn found(&self) -> Option<Arc<SharedConfig>> {
        match &self.0.settings.credentials {
            builder::Source::SharedConfig(found) => Some(Arc::clone(found)),
            _ => None,
        }
    }

    /// What sends the requests: the one chosen in code, else a built-in one that the clients of this
    /// configuration share, connections included.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        let chosen = self.0.settings.transport.as_ref();
        let transport =
            chosen.unwrap_or_else(|| self.0.transport.get_or_init(|| transport::default(self.ca_bundle_with_origin())));
        Arc::clone(transport)
    }

    /// What sends the requests of calls that block the thread.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking_transport(&self) -> Arc<dyn Transport> {
        let chosen = self.0.settings.transport.as_ref();
        let transport = chosen.unwrap_or_else(|| {
            self.0.blocking.get_or_init(|| transport::default_blocking(self.ca_bundle_with_origin()))
        });
        Arc::clone(transport)
    }

    /// What tells the time, if it was chosen in code.
    pub(crate) fn clock(&self) -> Option<&Arc<dyn Clock>> {
        self.0.settings.clock.as_ref()
    }

    /// What endpoint rules read besides region and endpoint.
    pub(crate) fn endpoint_params(&self) -> impl Iterator<Item = (&'static str, Value<'_>)> {
        self.0.settings.endpoint_params.iter().map(|(name, setting)| (*name, setting.value()))
    }

    /// What tokens and jitter are made of.
    pub(crate) fn random(&self) -> &dyn Random {
        self.0.settings.random.as_deref().unwrap_or(&SystemRandom)
    }

    /// Whether operations put their prefixes in front of the endpoint's host.
    pub(crate) fn host_prefix(&self) -> bool {
        !self.0.settings.disable_host_prefix
    }

    /// What is told of every call.
    pub(crate) fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.0.settings.interceptors
    }

    /// The credentials, for a client that has this transport and clock. Clients of the same
    /// configuration and transport share them.
    pub(crate) fn credentials(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) -> Arc<CredentialsCache> {
        let mut caches = self.0.credentials.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cache)) = caches.iter().find(|(known, _)| Arc::ptr_eq(known, transport)) {
            return Arc::clone(cache);
        }
        let provider = self.0.settings.provider(transport, clock);
        let cache = Arc::new(CredentialsCache::new(provider, Arc::clone(clock)));
        caches.push((Arc::clone(transport), Arc::clone(&cache)));
        cache
    }
}

/// Secrets are left out.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.settings.debug(f, "Config")
    }
}

/// Whether this can be the name of a region, which becomes part of host names: a label as RFC 1123 has it.
pub(crate) fn is_region(name: &str) -> bool {
    is_valid_host_label(name, false)
}

#[cfg(test)]
pub(crate) mod tests;
