//! Credentials and their providers.
//!
//! A [`Credentials`] is a provider of itself. A provider of your own is a [`ProvideCredentials`]; one that sends requests
//! over the client's transport is a [`CredentialsSource`], as the chain of `simba-aws-config` is. A client keeps what a
//! provider gives until shortly before it expires.

mod cache;

use std::fmt;
use std::sync::Arc;

#[doc(hidden)]
pub use cache::CredentialsCache;

pub use crate::error::CredentialsError;
pub use crate::identity::Credentials;

use crate::BoxFuture;
use crate::clock::Clock;
use crate::random::Random;
use crate::transport::Transport;

/// Where credentials come from.
///
/// The client keeps what it gets and asks again only shortly before the expiry, one call at a time.
///
/// ```
/// use simba_runtime::BoxFuture;
/// use simba_runtime::credentials::{Credentials, CredentialsError, ProvideCredentials};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
///         Box::pin(async {
///             let secret = std::fs::read_to_string("/run/secrets/aws").map_err(|error| {
///                 CredentialsError::new("cannot read /run/secrets/aws").because(&error)
///             })?;
///             Ok(Credentials::new("AKIDEXAMPLE", secret.trim()))
///         })
///     }
/// }
/// ```
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// Gives the credentials to sign with now.
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;
}

impl ProvideCredentials for Credentials {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let credentials = self.clone();
        Box::pin(std::future::ready(Ok(credentials)))
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        (**self).provide()
    }
}

impl From<crate::sigv4::InvalidCredentials> for CredentialsError {
    fn from(error: crate::sigv4::InvalidCredentials) -> Self {
        Self::new(error.to_string())
    }
}

/// A source of credentials that sends requests of its own, such as the chain of AWS's tools. A client makes its provider.
pub trait CredentialsSource: fmt::Debug + Send + Sync {
    /// Returns the provider for a client.
    fn provider(&self, config: ProviderConfig) -> Arc<dyn ProvideCredentials>;
}

/// The parts of a client that a [`CredentialsSource`] uses.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderConfig {
    /// The client's transport.
    pub transport: Arc<dyn Transport>,
    /// The client's clock.
    pub clock: Arc<dyn Clock>,
    /// The client's source of random numbers.
    pub random: Arc<dyn Random>,
    /// The client's region.
    pub region: Option<String>,
    /// Whether endpoints have to conform to FIPS.
    pub use_fips: bool,
    /// Whether endpoints have to have addresses of IPv6.
    pub use_dual_stack: bool,
}

/// The provider of a client that was given none.
#[derive(Debug)]
pub(crate) struct Unset;

impl ProvideCredentials for Unset {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(Err(CredentialsError::new(
            "no credentials: the configuration was built without; add `.credentials(…)` to \
             `Config::builder()`, or load the configuration from the environment (`from_env()`)",
        ))))
    }
}
