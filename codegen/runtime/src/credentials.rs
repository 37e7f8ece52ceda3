//! Credentials, bearer tokens and their providers.
//!
//! [`Credentials`] are their own provider. Custom providers implement [`ProvideCredentials`], or [`CredentialsSource`]
//! if they send requests over the client's transport, like the default chain of `simba-aws-config`. A client caches
//! credentials until shortly before they expire. Bearer tokens have the corresponding types [`Token`], [`ProvideToken`]
//! and [`TokenSource`].

mod cache;

use std::fmt;
use std::sync::Arc;

#[doc(hidden)]
pub use cache::{CredentialsCache, TokenCache};

pub use crate::error::{CredentialsError, CredentialsErrorKind};
pub use crate::identity::{Credentials, Token};

use crate::BoxFuture;
use crate::clock::Clock;
use crate::features::Features;
use crate::random::Random;
use crate::transport::Transport;

/// A provider of credentials.
///
/// The client caches the credentials. Shortly before the credentials expire, a single call refreshes them while other
/// calls use the current ones.
///
/// ```
/// # use simba_runtime::BoxFuture;
/// # use simba_runtime::credentials::{Credentials, CredentialsError, ProvideCredentials};
/// #
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
///         Box::pin(async {
///             let secret = std::fs::read_to_string("/run/secrets/aws").map_err(|error| {
///                 CredentialsError::new("cannot read /run/secrets/aws").because(error)
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
        let mut credentials = self.clone();
        if credentials.features == Features::NONE {
            credentials.features = Features::CREDENTIALS_CODE;
        }
        Box::pin(std::future::ready(Ok(credentials)))
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        (**self).provide()
    }
}

impl From<crate::sigv4::SigningError> for CredentialsError {
    fn from(error: crate::sigv4::SigningError) -> Self {
        Self::invalid(error.to_string()).because(error)
    }
}

/// A source of credentials, such as the default credentials chain. A client creates its provider from the source. The
/// provider can send requests over the client's transport.
///
/// ```
/// use std::sync::Arc;
/// # use simba_runtime::BoxFuture;
/// # use simba_runtime::config::Config;
/// # use simba_runtime::credentials::{
/// #     Credentials, CredentialsError, CredentialsSource, ProvideCredentials, ProviderConfig,
/// # };
/// # use simba_runtime::transport::Transport;
///
/// /// Requests credentials from a server.
/// #[derive(Debug)]
/// struct Broker;
///
/// /// The provider of a client.
/// #[derive(Debug)]
/// struct BrokerProvider(Arc<dyn Transport>);
///
/// impl CredentialsSource for Broker {
///     fn provider(&self, config: ProviderConfig) -> Arc<dyn ProvideCredentials> {
///         Arc::new(BrokerProvider(config.transport))
///     }
/// }
///
/// impl ProvideCredentials for BrokerProvider {
///     fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
///         // Send a request with `self.0`, and parse the response.
/// #       Box::pin(async { Err(CredentialsError::new("not connected")) })
///     }
/// }
///
/// let config = Config::builder().credentials_source(Broker).build();
/// # drop(config);
/// ```
pub trait CredentialsSource: fmt::Debug + Send + Sync {
    /// Creates the provider for a client. Clients with the same configuration share the provider. If two clients are
    /// created at the same time, this method may be called for each of them, and one of the providers is dropped.
    fn provider(&self, config: ProviderConfig) -> Arc<dyn ProvideCredentials>;
}

/// A provider of bearer tokens. The client caches and refreshes tokens in the same way as
/// [credentials](ProvideCredentials). If the service rejects a token with HTTP status 401, the next call requests a new
/// token, unless the rejected token is less than a minute old.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// # use simba_runtime::BoxFuture;
/// # use simba_runtime::config::Config;
/// # use simba_runtime::credentials::{CredentialsError, ProvideToken, Token};
///
/// /// Reads the token from a file that another program replaces every hour.
/// #[derive(Debug)]
/// struct TokenFile;
///
/// impl ProvideToken for TokenFile {
///     fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
///         Box::pin(async {
///             let token = std::fs::read_to_string("/run/secrets/token").map_err(|error| {
///                 CredentialsError::new("cannot read /run/secrets/token").because(error)
///             })?;
///             Ok(Token::new(token.trim()).expiry(SystemTime::now() + Duration::from_secs(3600)))
///         })
///     }
/// }
///
/// let config = Config::builder().token_provider(TokenFile).build();
/// # drop(config);
/// ```
pub trait ProvideToken: fmt::Debug + Send + Sync {
    /// Returns the token to send.
    ///
    /// # Errors
    ///
    /// Returns an error if no token is available.
    fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>>;
}

impl ProvideToken for Token {
    fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
        let token = self.clone();
        Box::pin(std::future::ready(Ok(token)))
    }
}

impl<P: ProvideToken + ?Sized> ProvideToken for Arc<P> {
    fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
        (**self).provide_token()
    }
}

/// A source of bearer tokens, such as the default token chain. A client creates its provider from the source. The
/// provider can depend on the service and can send requests over the client's transport.
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// Creates the provider for a client. `signing_name` is the name of the client's service in signatures, such as
    /// `bedrock`.
    fn token_provider(&self, config: ProviderConfig, signing_name: &str) -> Arc<dyn ProvideToken>;

    /// Returns whether there is a token that is specific to the service. If so, operations that support both tokens and
    /// signatures use the token. The default implementation returns `false`.
    fn has_token_of_service(&self, _signing_name: &str) -> bool {
        false
    }
}

/// The components and settings of a client that a [`CredentialsSource`] or a [`TokenSource`] can use.
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
    /// Whether to use FIPS endpoints in the client's region.
    pub use_fips: bool,
    /// Whether to use FIPS endpoints in all regions, including those other than the client's. A pseudo region such as
    /// `fips-us-gov-west-1` selects FIPS endpoints only in that region.
    pub use_fips_in_all_regions: bool,
    /// Whether to use dual-stack endpoints.
    pub use_dual_stack: bool,
    /// Whether to correct signing times for clock skew.
    pub clock_skew_correction: bool,
}

/// The provider for clients without configured credentials or tokens. It always returns an error.
#[derive(Debug)]
pub(crate) struct Unset;

impl ProvideCredentials for Unset {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(Err(CredentialsError::not_configured(
            "no credentials: the configuration was built without any; add `.credentials_provider(…)` to \
             `Config::builder()`, or load the configuration from the environment (`from_env()`)",
        ))))
    }
}

impl ProvideToken for Unset {
    fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
        Box::pin(std::future::ready(Err(CredentialsError::not_configured(
            "no token: the configuration was built without one; add `.token_provider(…)` to `Config::builder()`",
        ))))
    }
}
