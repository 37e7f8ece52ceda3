//! Assembles a client's transport, credentials and bearer token from its configuration. Clients with the same
//! configuration share these components.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{Config, IdentitySetting};
use crate::credentials::{CredentialsCache, CredentialsSource, ProviderConfig, TokenCache, Unset};
use crate::random::SystemRandom;
use crate::schema::AuthSchemeId;
use crate::transport::{self, Transport};

/// Returns the configured transport, or a built-in one.
pub fn transport(config: &Config) -> Arc<dyn Transport> {
    let default = || config.shared().transport.get_or_init(|| transport::default(config.ca_bundle_with_origin()));
    Arc::clone(config.values().transport.as_ref().unwrap_or_else(default))
}

/// Returns the configured transport, or a built-in one for blocking calls.
#[cfg(feature = "blocking")]
pub fn blocking_transport(config: &Config) -> Arc<dyn Transport> {
    let default =
        || config.shared().blocking.get_or_init(|| transport::default_blocking(config.ca_bundle_with_origin()));
    Arc::clone(config.values().transport.as_ref().unwrap_or_else(default))
}

/// Returns the credentials cache that the clients with the given transport share.
pub fn credentials(config: &Config, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) -> Arc<CredentialsCache> {
    config.shared().credentials.get_or_create(transport, &(), || {
        let create = |source: &Arc<dyn CredentialsSource>| source.provider(provider_config(config, transport, clock));
        let provider = config.values().credentials.provider(create);
        CredentialsCache::new(provider.unwrap_or_else(|| Arc::new(Unset)), Arc::clone(clock))
    })
}

/// Returns the token cache that the clients with the given transport and signing name share.
pub fn token(
    config: &Config,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
    signing_name: &str,
) -> Arc<TokenCache> {
    config.shared().tokens.get_or_create(transport, signing_name, || {
        let provider = config
            .values()
            .token
            .provider(|source| source.token_provider(provider_config(config, transport, clock), signing_name));
        TokenCache::new(provider.unwrap_or_else(|| Arc::new(Unset)), Arc::clone(clock))
    })
}

/// Discards the cached bearer token of the clients with the given transport and signing name, if there is one.
pub(crate) fn invalidate_token(config: &Config, transport: &Arc<dyn Transport>, signing_name: &str) {
    if let Some(cache) = config.shared().tokens.get(transport, signing_name) {
        cache.invalidate();
    }
}

/// Returns whether the environment contains a bearer token that is specific to the service with the given signing name.
pub(crate) fn has_token_of_service(config: &Config, signing_name: &str) -> bool {
    match &config.values().token {
        IdentitySetting::Source(source) => source.has_token_of_service(signing_name),
        IdentitySetting::Provider(_) | IdentitySetting::Unset => false,
    }
}

/// Returns the names of the authentication schemes that a client prefers, in order of preference.
pub(crate) fn auth_scheme_preference(config: &Config, has_token_of_service: bool) -> Vec<String> {
    let bearer = has_token_of_service && !config.values().keeps_auth_scheme_preference;
    let bearer = bearer.then(|| AuthSchemeId::HttpBearerAuth.name().to_owned());
    bearer.into_iter().chain(config.auth_scheme_preference().iter().cloned()).collect()
}

fn provider_config(config: &Config, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) -> ProviderConfig {
    let values = config.values();
    ProviderConfig {
        transport: Arc::clone(transport),
        clock: Arc::clone(clock),
        random: values.random.clone().unwrap_or_else(|| Arc::new(SystemRandom)),
        region: values.region.clone(),
        use_fips: config.use_fips(),
        use_fips_in_all_regions: values.use_fips.unwrap_or_default(),
        use_dual_stack: values.use_dual_stack.unwrap_or_default(),
        clock_skew_correction: !values.disable_clock_skew_correction,
    }
}
