//! The builder for configurations.

use std::fmt;
use std::sync::Arc;

use super::error::{ConfigError, SearchedSources};
use super::settings::{Compression, ConfigValues, IdentitySetting};
use super::{AccountIdEndpointMode, Config, EndpointUrls, Inner, fips_region};
use crate::clock::Clock;
use crate::credentials::{CredentialsSource, ProvideCredentials, ProvideToken, TokenSource};
use crate::endpoint::Setting;
use crate::interceptor::Interceptor;
use crate::random::Random;
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport::CaBundle;
use crate::transport::Transport;

/// A builder for a [`Config`], created by [`Config::builder`]. Its settings take precedence over those in the
/// environment.
///
/// ```
/// use std::time::Duration;
/// # use simba_runtime::config::Config;
/// # use simba_runtime::retry::RetryConfig;
/// # use simba_runtime::timeout::TimeoutConfig;
///
/// let config = Config::builder()
///     .region("eu-west-1")
///     .retry(RetryConfig::standard().max_attempts(5))
///     .timeouts(TimeoutConfig::default().attempt(Duration::from_secs(10)))
///     .build();
/// assert_eq!(config.region(), Some("eu-west-1"));
/// ```
#[derive(Clone, Default)]
pub struct Builder(ConfigValues);

impl Builder {
    /// Sets the region, such as `us-east-1`. A region consists of 1 to 63 letters, digits and hyphens. Calls with an
    /// invalid region fail before anything is sent.
    ///
    /// A pseudo region such as `fips-us-gov-west-1` or `us-west-2-fips` sets the region to the name without `fips`, and
    /// selects FIPS endpoints in this region, regardless of [`use_fips`](Self::use_fips).
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        let region = region.into();
        let real = fips_region(&region).map(str::to_owned);
        self.0.region_is_fips = real.is_some();
        self.0.region = Some(real.unwrap_or(region));
        self
    }

    /// Sets the credentials that sign requests: either [`Credentials`](crate::credentials::Credentials) or a
    /// credentials provider. The credentials are cached until shortly before they expire.
    #[must_use]
    pub fn credentials_provider(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.0.credentials = IdentitySetting::Provider(Arc::new(credentials));
        self
    }

    /// Sets the bearer token for services that use one in place of a signature: either a
    /// [`Token`](crate::credentials::Token) or a token provider.
    #[must_use]
    pub fn token_provider(mut self, token: impl ProvideToken + 'static) -> Self {
        self.0.token = IdentitySetting::Provider(Arc::new(token));
        self
    }

    /// Sets the API key for services that use one. The service's model determines whether a header or the query string
    /// contains the key.
    #[cfg(feature = "http-auth")]
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.0.api_key = Some(key.into());
        self
    }

    /// Sets the user name and the password for services that use HTTP basic authentication.
    #[cfg(feature = "http-auth")]
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.0.basic_auth = Some((user.into(), password.into()));
        self
    }

    /// Sets the URL that requests are sent to, regardless of the region. The URL consists of a scheme and a host,
    /// optionally with a port and a path. Calls fail if the URL contains a user name or a password.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.0.endpoint_url = Some(url.into());
        self
    }

    /// Sets a source of credentials, which creates the provider for clients with this configuration.
    #[must_use]
    pub fn credentials_source(mut self, source: impl CredentialsSource + 'static) -> Self {
        self.0.credentials = IdentitySetting::Source(Arc::new(source));
        self
    }

    /// Sets a source of bearer tokens, which creates a provider for the clients of each service.
    #[must_use]
    pub fn token_source(mut self, source: impl TokenSource + 'static) -> Self {
        self.0.token = IdentitySetting::Source(Arc::new(source));
        self
    }

    /// Sets the source of endpoint URLs for individual services. A URL set by [`endpoint_url`](Self::endpoint_url)
    /// takes precedence.
    #[must_use]
    pub fn endpoint_urls(mut self, urls: impl EndpointUrls + 'static) -> Self {
        self.0.endpoint_urls = Some(Arc::new(urls));
        self
    }

    /// Sets whether to use FIPS endpoints. Defaults to `false`.
    #[must_use]
    pub fn use_fips(mut self, on: bool) -> Self {
        self.0.use_fips = Some(on);
        self
    }

    /// Sets whether to use dual-stack endpoints. Defaults to `false`.
    #[must_use]
    pub fn use_dual_stack(mut self, on: bool) -> Self {
        self.0.use_dual_stack = Some(on);
        self
    }

    /// Sets whether endpoints contain the account ID of the credentials. Defaults to
    /// [`AccountIdEndpointMode::Preferred`].
    #[must_use]
    pub fn account_id_endpoint_mode(mut self, mode: AccountIdEndpointMode) -> Self {
        self.0.account_id_endpoint_mode = mode;
        self
    }

    /// Sets the names of the authentication schemes that are preferred over the others, in order of preference:
    /// `sigv4`, `sigv4a`, `httpBearerAuth`, `httpApiKeyAuth`, `httpBasicAuth` or `noAuth`. A call uses the first of
    /// these schemes that its operation supports, or else the scheme that the service prefers. A scheme whose identity,
    /// such as a token, is not configured comes last.
    ///
    /// By default, `httpBearerAuth` is preferred if the environment contains a token for the service, such as
    /// `AWS_BEARER_TOKEN_BEDROCK`. Otherwise, the service's order applies.
    #[must_use]
    pub fn auth_scheme_preference(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.auth_scheme_preference = names.into_iter().map(Into::into).collect();
        self.0.keeps_auth_scheme_preference = true;
        self
    }

    /// Sets the authentication scheme preference that was loaded from the environment. A bearer token in a
    /// service-specific environment variable overrides this preference.
    #[doc(hidden)]
    #[must_use]
    pub fn loaded_auth_scheme_preference(mut self, names: Vec<String>) -> Self {
        self.0.auth_scheme_preference = names;
        self
    }

    /// Sets the regions for which SigV4a signatures are valid, or `*` for all. Defaults to the regions in the endpoint
    /// rules, or else to the client's region. Only services that support SigV4a are affected.
    #[must_use]
    pub fn sigv4a_signing_region_set(mut self, regions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.sigv4a_signing_region_set = regions.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the retry configuration. Defaults to [`RetryConfig::standard`].
    #[must_use]
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.0.retry = retry;
        self
    }

    /// Sets the timeouts. See [`TimeoutConfig`] for the defaults.
    #[must_use]
    pub fn timeouts(mut self, timeouts: TimeoutConfig) -> Self {
        self.0.timeouts = timeouts;
        self
    }

    /// Sets the maximum size of a response, in bytes. If a response is larger, the call fails. Defaults to
    /// [`DEFAULT_MAX_RESPONSE_SIZE`](crate::transport::DEFAULT_MAX_RESPONSE_SIZE), which is 64 MiB.
    ///
    /// The deserialized values of a response, or of an event in a response, may use four times this size plus 1 MiB of
    /// memory. If they exceed this limit, the call or the event stream also fails.
    #[must_use]
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.0.max_response_size = Some(bytes);
        self
    }

    /// Sets the transport for all requests, including those that credentials providers send. Defaults to the built-in
    /// transport that the features enable.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.0.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock. Defaults to the [`SystemClock`](crate::clock::SystemClock).
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.0.clock = Some(Arc::new(clock));
        self
    }

    /// Sets a parameter of the service's endpoint rules, in addition to the region and the endpoint. A crate for a
    /// service with such parameters has a method for each of them.
    #[must_use]
    pub fn endpoint_param(mut self, name: &'static str, value: impl Into<Setting>) -> Self {
        self.0.endpoint_params.retain(|(existing, _)| *existing != name);
        self.0.endpoint_params.push((name, value.into()));
        self
    }

    /// Sets the source of random numbers for idempotency tokens, invocation IDs and retry jitter. Defaults to
    /// [`SystemRandom`](crate::random::SystemRandom).
    #[must_use]
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.0.random = Some(Arc::new(random));
        self
    }

    /// Sets whether to prepend an operation's modeled host prefix to the endpoint's host. Defaults to `true`. Pass
    /// `false` for servers that have no DNS names with such prefixes.
    #[must_use]
    pub fn host_prefix(mut self, on: bool) -> Self {
        self.0.disable_host_prefix = !on;
        self
    }

    /// Sets whether to correct the signing time if a service rejects a request and the service's clock differs from the
    /// local clock by more than 4 minutes. Defaults to `true`.
    #[must_use]
    pub fn clock_skew_correction(mut self, on: bool) -> Self {
        self.0.disable_clock_skew_correction = !on;
        self
    }

    /// Sets the application's name for the user agent: up to 50 letters, digits and characters of
    /// ``!#$%&'*+,-.^_`|~``. Other characters are replaced by `-`, and longer names are truncated.
    #[must_use]
    pub fn app_id(mut self, id: impl Into<String>) -> Self {
        self.0.app_id = Some(id.into());
        self
    }

    /// Sets the execution environment for the user agent.
    #[doc(hidden)]
    #[must_use]
    pub fn execution_env(mut self, name: impl Into<String>) -> Self {
        self.0.execution_env = Some(name.into());
        self
    }

    /// Sets the PEM-encoded certificates that the built-in transports trust instead of the system's.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.0.ca_bundle = Some(CaBundle::of_code(pem.into()));
        self
    }

    /// Sets the trusted certificates, and their origin for error messages.
    #[doc(hidden)]
    #[must_use]
    pub fn ca_bundle_from(mut self, pem: Vec<u8>, origin: String) -> Self {
        self.0.ca_bundle = Some(CaBundle { pem, origin });
        self
    }

    /// Sets the minimum size in bytes of request bodies that are compressed, or the error for an invalid setting.
    #[doc(hidden)]
    #[must_use]
    pub fn compression(mut self, min_size: Result<Option<usize>, ConfigError>) -> Self {
        self.0.compression = Compression(min_size);
        self
    }

    /// Sets the sources that were searched for settings. The error for a missing region lists them.
    #[doc(hidden)]
    #[must_use]
    pub fn searched(mut self, sources: SearchedSources) -> Self {
        self.0.searched = sources;
        self
    }

    /// Sets the minimum size in bytes of request bodies that are compressed, or disables compression with `None`. Only
    /// operations that support compression are affected. Defaults to 10,240 bytes.
    #[must_use]
    pub fn min_compression_size(mut self, size: impl Into<Option<usize>>) -> Self {
        self.0.compression = Compression(Ok(size.into()));
        self
    }

    /// Adds an interceptor. Interceptors are called in the order in which they were added.
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.0.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Creates the configuration.
    #[must_use]
    pub fn build(self) -> Config {
        Config(Arc::new(Inner { settings: self.0, ..Inner::default() }))
    }
}

impl From<ConfigValues> for Builder {
    fn from(settings: ConfigValues) -> Self {
        Self(settings)
    }
}

/// Omits secrets.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f, "Builder")
    }
}
