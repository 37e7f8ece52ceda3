//! Credentials and their providers.
//!
//! [`Credentials`] are their own provider. Custom providers implement [`ProvideCredentials`], or
//! [`CredentialsSource`] if they send requests over the client's transport, like the default chain of
//! `simba-aws-config`. A client caches credentials until shortly before they expire.

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

/// A provider of credentials.
///
/// The client caches the credentials. Shortly before they expire, a single call refreshes them while the others use
/// the current ones.
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
    /// Returns the credentials to sign with.
    ///
    /// # Errors
    ///
    /// Returns an error if no credentials are available.
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

/// A source of credentials that sends requests, such as the default chain of AWS's tools. Each client creates its
/// provider.
pub trait CredentialsSource: fmt::Debug + Send + Sync {
    /// Creates the provider of a client.
    fn provider(&self, config: ProviderConfig) -> Arc<dyn ProvideCredentials>;
}

/// The components and settings of a client that a [`CredentialsSource`] can use.
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
    /// Whether to use FIPS endpoints.
    pub use_fips: bool,
    /// Whether to use dual-stack endpoints.
    pub use_dual_stack: bool,
}

/// The provider of clients without credentials settings.
#[derive(Debug)]
pub(crate) struct Unset;

impl ProvideCredentials for Unset {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(Err(CredentialsError::new(
            "no credentials: the configuration was built without any; add `.credentials(…)` to \
             `Config::builder()`, or load the configuration from the environment (`from_env()`)",
        ))))
    }
}
