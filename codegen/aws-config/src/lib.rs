//! The configuration that AWS's tools share: environment variables, profile files and credentials.
//!
//! [`from_env`] loads a [`Config`], which clients of all services can share. Environment variables take precedence over
//! the profile. An invalid setting results in an error that contains the setting's origin. If only some services or
//! operations use an invalid setting, only calls to these services or operations fail.
//!
//! Without the `credentials` feature, credentials come from the environment variables `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. With the feature, they come from the first of these providers that
//! is configured: the environment variables, the profile (static keys, assumed roles, SSO, processes, web identity, and
//! login sessions with the `login` feature), the web identity variables, the container credentials endpoint, and the
//! EC2 instance metadata service.
//!
#![doc = include_str!("settings.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "credentials")]
mod chain;
mod endpoint_urls;
mod environment;
mod lambda;
mod load;
mod profile_file;
mod time;
mod variables;

use simba_runtime::BoxFuture;

pub use environment::Environment;
pub use simba_runtime::config::{Config, ConfigError};

/// Loads the settings from the environment variables of this process and from the profile files.
///
/// In a tokio runtime, files are read on its threads for blocking work.
///
/// If no region is set and the `credentials` feature is enabled, the region is requested from the metadata service of
/// the EC2 instance that the program runs on. On other machines, this request takes up to a second. It is not sent if
/// `AWS_EC2_METADATA_DISABLED` is `true`.
///
/// # Errors
///
/// Returns an error if a setting or a file is invalid.
pub async fn from_env() -> Result<Config, ConfigError> {
    load_process(None).await
}

/// Loads the settings as [`from_env`] does, but from the given profile. The profile's credentials take precedence
/// over those in environment variables.
///
/// # Errors
///
/// Returns an error if the profile does not exist, or if a setting or a file is invalid.
pub async fn from_profile(profile: &str) -> Result<Config, ConfigError> {
    load_process(Some(profile)).await
}

/// Loads the settings from the environment of this process. The future is boxed so that its code is compiled once, in
/// this crate, rather than in every program.
#[inline(never)]
fn load_process(profile: Option<&str>) -> BoxFuture<'_, Result<Config, ConfigError>> {
    Box::pin(async move {
        let environment = Environment::process();
        #[cfg(feature = "credentials")]
        return load::load_with_instance(&environment, profile, simba_runtime::__private::components::transport).await;
        #[cfg(not(feature = "credentials"))]
        Ok(load::load_offloaded(&environment, profile).await?.0)
    })
}

/// Loads the settings from the given environment, such as a [`fixed`](Environment::fixed) environment in a test. This
/// function sends no requests, so it does not look up the region of an EC2 instance.
///
/// ```
/// # use simba_aws_config::{Environment, from_environment};
/// #
/// let environment = Environment::fixed([("AWS_REGION", "eu-west-1")]);
/// let config = from_environment(&environment)?;
/// assert_eq!(config.region(), Some("eu-west-1"));
/// # Ok::<(), simba_aws_config::ConfigError>(())
/// ```
///
/// # Errors
///
/// Returns an error if a setting or a file is invalid.
pub fn from_environment(environment: &Environment) -> Result<Config, ConfigError> {
    load::load(environment, None)
}

/// Functions that load settings without an asynchronous runtime.
#[cfg(feature = "blocking")]
pub mod blocking {
    use super::{Config, ConfigError, Environment, load};

    /// Loads the settings as [`from_env`](super::from_env) does, but blocks the current thread.
    ///
    /// # Errors
    ///
    /// Returns an error if a setting or a file is invalid.
    pub fn from_env() -> Result<Config, ConfigError> {
        load_process(None)
    }

    /// Loads the settings as [`from_profile`](super::from_profile) does, but blocks the current thread.
    ///
    /// # Errors
    ///
    /// Returns an error if the profile does not exist, or if a setting or a file is invalid.
    pub fn from_profile(profile: &str) -> Result<Config, ConfigError> {
        load_process(Some(profile))
    }

    fn load_process(profile: Option<&str>) -> Result<Config, ConfigError> {
        let environment = Environment::process();
        #[cfg(feature = "credentials")]
        {
            use simba_runtime::__private::{block_on, components};

            block_on(load::load_with_instance(&environment, profile, components::blocking_transport))
        }
        #[cfg(not(feature = "credentials"))]
        load::load(&environment, profile)
    }
}

#[cfg(test)]
mod tests;
