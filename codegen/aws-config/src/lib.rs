//! The settings that AWS's tools share: environment variables, profile files, and the credentials that both describe.
//!
//! [`from_env`] reads them into a [`Config`], which serves the clients of all services. Variables come before the
//! profile. A value that is not valid is an error that names its place; where only some services or operations use a
//! setting, it is the error of the call that does.
//!
//! Without the feature `credentials`, credentials come from the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
//! AWS_SESSION_TOKEN. With it, they come from the first of these that is configured: those variables, the profile (keys,
//! roles to assume, SSO, processes, web identity), the variables of a web identity, the container's endpoint, and the
//! EC2 instance's metadata.

#[cfg(feature = "credentials")]
mod chain;
mod endpoint_urls;
mod environment;
mod load;
mod profile_file;
mod variables;

pub use environment::Environment;
pub use simba_runtime::config::{Config, ConfigError};

/// Loads the settings that the environment variables of this process and the profile files hold.
///
/// The files are read on the calling thread: they are small, local and read once.
///
/// # Errors
///
/// If a setting or a file is not valid.
pub async fn from_env() -> Result<Config, ConfigError> {
    from_environment(&Environment::process())
}

/// Loads the settings as [`from_env`] does, but from this profile. Its credentials come before those of variables.
///
/// # Errors
///
/// If the profile does not exist, or a setting or a file is not valid.
pub async fn from_profile(profile: &str) -> Result<Config, ConfigError> {
    load::load(&Environment::process(), Some(profile))
}

/// Loads the settings of an environment, which may be made up for a test. This is the function for programs without an
/// asynchronous runtime as well.
///
/// # Errors
///
/// If a setting or a file is not valid.
pub fn from_environment(environment: &Environment) -> Result<Config, ConfigError> {
    load::load(environment, None)
}

#[cfg(test)]
mod tests;
