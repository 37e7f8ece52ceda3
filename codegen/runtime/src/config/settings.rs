//! The settings of a configuration, whether set in code or loaded.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::error::{ConfigError, SearchedSources};
use super::{AccountIdEndpointMode, EndpointUrls};
use crate::clock::Clock;
use crate::credentials::{CredentialsSource, ProvideCredentials, ProvideToken, TokenSource};
use crate::endpoint::Setting;
use crate::interceptor::Interceptor;
use crate::random::Random;
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport::CaBundle;
use crate::transport::Transport;
use crate::url::Redacted;

/// All settings, whether set in code or loaded.
#[derive(Clone, Default)]
pub(crate) struct ConfigValues {
    pub(crate) region: Option<String>,
    pub(crate) credentials: IdentitySetting<Arc<dyn ProvideCredentials>, Arc<dyn CredentialsSource>>,
    pub(crate) token: IdentitySetting<Arc<dyn ProvideToken>, Arc<dyn TokenSource>>,
    #[cfg(feature = "http-auth")]
    pub(crate) api_key: Option<String>,
    /// The user name and the password.
    #[cfg(feature = "http-auth")]
    pub(crate) basic_auth: Option<(String, String)>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) endpoint_urls: Option<Arc<dyn EndpointUrls>>,
    pub(crate) use_fips: Option<bool>,
    /// Whether the region was set by a pseudo region, which selects FIPS endpoints.
    pub(crate) region_is_fips: bool,
    pub(crate) use_dual_stack: Option<bool>,
    pub(crate) account_id_endpoint_mode: AccountIdEndpointMode,
    pub(crate) auth_scheme_preference: Vec<String>,
    /// Whether `auth_scheme_preference` was set in code. If so, a token in an environment variable does not change it.
    pub(crate) keeps_auth_scheme_preference: bool,
    pub(crate) sigv4a_signing_region_set: Vec<String>,
    pub(crate) retry: RetryConfig,
    pub(crate) timeouts: TimeoutConfig,
    pub(crate) max_response_size: Option<u64>,
    pub(crate) app_id: Option<String>,
    pub(crate) execution_env: Option<String>,
    pub(crate) ca_bundle: Option<CaBundle>,
    pub(crate) compression: Compression,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    /// Endpoint parameters. Their names are unique.
    pub(crate) endpoint_params: Vec<(&'static str, Setting)>,
    pub(crate) random: Option<Arc<dyn Random>>,
    pub(crate) disable_host_prefix: bool,
    pub(crate) disable_clock_skew_correction: bool,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) searched: SearchedSources,
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
            .field("token", &self.token)
            .field("endpoint_url", &self.endpoint_url.as_deref().map(Redacted))
            .field("endpoint_urls", &self.endpoint_urls)
            .field("use_fips", &self.use_fips)
            .field("region_is_fips", &self.region_is_fips)
            .field("use_dual_stack", &self.use_dual_stack)
            .field("account_id_endpoint_mode", &self.account_id_endpoint_mode)
            .field("endpoint_params", &self.endpoint_params)
            .field("host_prefix", &!self.disable_host_prefix)
            .field("auth_scheme_preference", &self.auth_scheme_preference)
            .field("sigv4a_signing_region_set", &self.sigv4a_signing_region_set)
            .field("clock_skew_correction", &!self.disable_clock_skew_correction)
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .field("max_response_size", &self.max_response_size)
            .field("min_compression_size", &self.compression.0)
            .field("app_id", &self.app_id)
            .field("transport", &self.transport)
            .field("clock", &self.clock)
            .field("interceptors", &self.interceptors)
            .finish_non_exhaustive()
    }
}

/// The default minimum size in bytes of request bodies that are compressed.
pub const MIN_COMPRESSION_SIZE: usize = 10_240;

/// The minimum size in bytes of request bodies that are compressed, `None` to disable compression, or the error for an
/// invalid setting. Only calls of operations that support compression return the error.
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

/// The setting for credentials or bearer tokens. The type parameters are trait objects for a provider and for a source
/// of providers.
#[derive(Clone, Debug, Default)]
pub(crate) enum IdentitySetting<P, S> {
    /// Not set.
    #[default]
    Unset,
    /// A provider that was set in code.
    Provider(P),
    /// A source that creates the providers for clients.
    Source(S),
}

impl<P: Clone, S> IdentitySetting<P, S> {
    pub(crate) fn is_set(&self) -> bool {
        !matches!(self, Self::Unset)
    }

    /// Returns the provider for a client, if set. `create` creates the provider from a source.
    pub(crate) fn provider(&self, create: impl FnOnce(&S) -> P) -> Option<P> {
        match self {
            Self::Unset => None,
            Self::Provider(provider) => Some(provider.clone()),
            Self::Source(source) => Some(create(source)),
        }
    }
}
