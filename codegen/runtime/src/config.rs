//! A client's settings.

use std::sync::Arc;

use crate::clock::Clock;
use crate::credentials::ProvideCredentials;
use crate::hook::Hook;
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;
use crate::transport::Transport;

/// A client's settings. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Config {
    region: Option<String>,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    endpoint_url: Option<String>,
    use_fips: bool,
    use_dual_stack: bool,
    retry: RetryConfig,
    timeouts: TimeoutConfig,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    app_id: Option<String>,
    hooks: Vec<Arc<dyn Hook>>,
}

impl Config {
    /// Starts with no settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub(crate) fn credentials(&self) -> Option<&Arc<dyn ProvideCredentials>> {
        self.credentials.as_ref()
    }

    pub(crate) fn endpoint_url_for(&self, _service_id: &str) -> Option<&str> {
        self.endpoint_url.as_deref()
    }

    pub(crate) fn use_fips(&self) -> bool {
        self.use_fips
    }

    pub(crate) fn use_dual_stack(&self) -> bool {
        self.use_dual_stack
    }

    pub(crate) fn retry(&self) -> &RetryConfig {
        &self.retry
    }

    pub(crate) fn timeouts(&self) -> &TimeoutConfig {
        &self.timeouts
    }

    pub(crate) fn transport(&self) -> Option<&Arc<dyn Transport>> {
        self.transport.as_ref()
    }

    pub(crate) fn clock(&self) -> Option<&Arc<dyn Clock>> {
        self.clock.as_ref()
    }

    pub(crate) fn hooks(&self) -> &[Arc<dyn Hook>] {
        &self.hooks
    }

    pub(crate) fn min_compression_size(&self) -> Option<usize> {
        Some(10_240)
    }

    pub(crate) fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }
}

/// Collects settings.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    config: Config,
}

impl Builder {
    /// The region to call.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.config.region = Some(region.into());
        self
    }

    /// What requests are signed with.
    #[must_use]
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.config.credentials = Some(Arc::new(credentials));
        self
    }

    /// Where requests go, whatever the region says.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.config.endpoint_url = Some(url.into());
        self
    }

    /// Whether to call FIPS endpoints.
    #[must_use]
    pub fn use_fips(mut self, on: bool) -> Self {
        self.config.use_fips = on;
        self
    }

    /// Whether to call dual-stack endpoints.
    #[must_use]
    pub fn use_dual_stack(mut self, on: bool) -> Self {
        self.config.use_dual_stack = on;
        self
    }

    /// How to retry.
    #[must_use]
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.config.retry = retry;
        self
    }

    /// How long things may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: TimeoutConfig) -> Self {
        self.config.timeouts = timeouts;
        self
    }

    /// What sends the requests.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.config.transport = Some(Arc::new(transport));
        self
    }

    /// What tells the time.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.config.clock = Some(Arc::new(clock));
        self
    }

    /// The program's name in the user agent.
    #[must_use]
    pub fn app_id(mut self, id: impl Into<String>) -> Self {
        self.config.app_id = Some(id.into());
        self
    }

    /// Adds something that is told of every call.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.config.hooks.push(Arc::new(hook));
        self
    }

    /// The settings.
    #[must_use]
    pub fn build(self) -> Config {
        self.config
    }
}

/// Settings that cannot be read.
#[derive(Debug)]
pub struct ConfigError {
    message: String,
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}
