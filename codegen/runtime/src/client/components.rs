//! Assembles a client's transport and credentials from its configuration. Clients of one configuration share them.

use std::sync::{Arc, PoisonError};

use crate::clock::Clock;
use crate::config::{Config, CredentialsSetting};
use crate::credentials::{CredentialsCache, ProvideCredentials, ProviderConfig, Unset};
use crate::random::SystemRandom;
use crate::transport::{self, Transport};

/// Returns the configured transport, or a built-in one.
pub fn transport(config: &Config) -> Arc<dyn Transport> {
    let default = || config.shared().transport.get_or_init(|| transport::default(config.ca_bundle_with_origin()));
    Arc::clone(config.values().transport.as_ref().unwrap_or_else(default))
}

/// Returns the transport of blocking calls.
#[cfg(feature = "blocking")]
pub(super) fn blocking_transport(config: &Config) -> Arc<dyn Transport> {
    let default =
        || config.shared().blocking.get_or_init(|| transport::default_blocking(config.ca_bundle_with_origin()));
    Arc::clone(config.values().transport.as_ref().unwrap_or_else(default))
}

/// Returns the credentials cache of the clients that use this transport.
pub fn credentials(config: &Config, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) -> Arc<CredentialsCache> {
    let mut caches = config.shared().credentials.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, cache)) = caches.iter().find(|(known, _)| Arc::ptr_eq(known, transport)) {
        return Arc::clone(cache);
    }
    let cache = Arc::new(CredentialsCache::new(provider(config, transport, clock), Arc::clone(clock)));
    caches.push((Arc::clone(transport), Arc::clone(&cache)));
    cache
}

fn provider(config: &Config, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) -> Arc<dyn ProvideCredentials> {
    let values = config.values();
    match &values.credentials {
        CredentialsSetting::Given(provider) => Arc::clone(provider),
        CredentialsSetting::Unset => Arc::new(Unset),
        CredentialsSetting::Source(source) => source.provider(ProviderConfig {
            transport: Arc::clone(transport),
            clock: Arc::clone(clock),
            random: values.random.clone().unwrap_or_else(|| Arc::new(SystemRandom)),
            region: values.region.clone(),
            use_fips: values.use_fips.unwrap_or_default(),
            use_dual_stack: values.use_dual_stack.unwrap_or_default(),
        }),
    }
}
