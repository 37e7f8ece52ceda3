//! What requests are signed with, and where it comes from.
//!
//! In: keys that the program has, a [`ProvideCredentials`] of its own, or what AWS's tools find in
//! the environment. Out: [`Credentials`] that are valid now, kept by a cache until shortly before
//! they expire.
//!
//! Without the feature `credentials` the environment means the variables AWS_ACCESS_KEY_ID,
//! AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. With it, the whole chain: those variables, the
//! profile (keys, roles to assume, SSO, processes, web identity), web identity variables, the
//! container's endpoint, and the EC2 instance's metadata.

mod cache;
#[cfg(feature = "credentials")]
mod chain;
#[cfg(feature = "credentials")]
mod container;
#[cfg(feature = "credentials")]
mod endpoint;
#[cfg(feature = "credentials")]
mod http;
#[cfg(feature = "credentials")]
mod imds;
#[cfg(feature = "credentials")]
mod process;
#[cfg(feature = "credentials")]
mod profile;
#[cfg(feature = "credentials")]
mod sso;
#[cfg(feature = "credentials")]
mod sts;
#[cfg(feature = "credentials")]
mod time;
mod variables;

use std::fmt;
use std::sync::Arc;

pub(crate) use cache::CredentialsCache;

pub use crate::error::CredentialsError;
pub use crate::identity::Credentials;

use crate::BoxFuture;
use crate::clock::Clock;
use crate::config::{Settings, SharedConfig};
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

/// Stands for credentials that nobody gave.
#[derive(Debug)]
pub(crate) struct Unset;

impl ProvideCredentials for Unset {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(Err(CredentialsError::new(
            "no credentials: the configuration was built without; add `.credentials(…)` to \
             `Config::builder()`, or use `Config::from_env()`, which searches the environment",
        ))))
    }
}

/// What provides the credentials that the environment and the profile files speak of.
pub(crate) fn found(
    found: &Arc<SharedConfig>,
    settings: &Settings,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> Arc<dyn ProvideCredentials> {
    #[cfg(feature = "credentials")]
    return Arc::new(chain::Chain::new(found, settings, transport, clock));
    #[cfg(not(feature = "credentials"))]
    {
        let _ = (settings, transport, clock);
        Arc::new(variables::Variables::new(&found.environment))
    }
}
