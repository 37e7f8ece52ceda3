//! The search for credentials, in the order of every AWS SDK.
//!
//! In: the environment and the profile files. Out: the credentials of the first source that is set
//! up. A source that is set up and fails ends the search: falling through to another would sign
//! with an identity that nobody asked for. If none is set up, the error says what each looked for.

use std::fmt;
use std::sync::Arc;

use super::http::Http;
use super::{Credentials, CredentialsError, ProvideCredentials};
use super::{container, imds, profile, sts, variables};
use crate::BoxFuture;
use crate::clock::Clock;
use crate::config::{ChosenBy, Found, Settings};
use crate::transport::Transport;

/// What a source says: credentials, or why it has none. A failure is an error instead.
pub(super) enum Answer {
    Credentials(Credentials),
    /// The source is not set up: what it looked for.
    Absent(String),
}

/// All sources, in their order.
pub(super) struct Chain {
    context: Context,
}

/// What sources need to know.
pub(super) struct Context {
    pub(super) found: Arc<Found>,
    pub(super) http: Http,
    pub(super) region: Option<String>,
    pub(super) use_fips: bool,
    settings: Settings,
}

impl Chain {
    pub(super) fn new(
        found: &Arc<Found>,
        settings: &Settings,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        // An endpoint that is set in code is that of the client's own service.
        let settings = Settings { endpoint_url: None, ..settings.clone() };
        let context = Context {
            found: Arc::clone(found),
            http: Http::new(transport, clock),
            region: settings.region.clone(),
            use_fips: settings.use_fips.unwrap_or_default(),
            settings,
        };
        Self { context }
    }

    async fn search(&self) -> Result<Credentials, CredentialsError> {
        let context = &self.context;
        let variables_first = context.found.chosen_by != ChosenBy::Program;
        let mut absent = Vec::new();
        if variables_first {
            match variables::read(&context.found.environment)? {
                Some(credentials) => return Ok(credentials),
                None => absent.push("AWS_ACCESS_KEY_ID is not set".to_owned()),
            }
        }
        match profile::provide(context).await? {
            Answer::Credentials(credentials) => return Ok(credentials),
            Answer::Absent(reason) => absent.push(reason),
        }
        if variables_first {
            match sts::web_identity_of_variables(context).await? {
                Answer::Credentials(credentials) => return Ok(credentials),
                Answer::Absent(reason) => absent.push(reason),
            }
            match container::provide(context).await? {
                Answer::Credentials(credentials) => return Ok(credentials),
                Answer::Absent(reason) => absent.push(reason),
            }
            match imds::provide(context).await? {
                Answer::Credentials(credentials) => return Ok(credentials),
                Answer::Absent(reason) => absent.push(reason),
            }
        }
        Err(CredentialsError::new(format!(
            "no credentials found: {}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a \
             profile with AWS_PROFILE, or set them in code with `.credentials(…)`",
            absent.join("; "),
        )))
    }
}

impl Context {
    /// The endpoint that the environment or the profile sets for a service.
    pub(super) fn endpoint_url(&self, service_id: &str) -> Option<String> {
        let url = self.settings.endpoint_url_for(service_id)?;
        Some(url.trim_end_matches('/').to_owned())
    }

    /// A variable, or the same setting in the profile.
    pub(super) fn setting(&self, variable: &str, key: &str) -> Option<String> {
        let found = &self.found;
        found.environment.var(variable).or_else(|| {
            let section = found.profiles.profile(&found.profile)?;
            section.text(key).map(str::to_owned)
        })
    }
}

impl ProvideCredentials for Chain {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.search())
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain").field("profile", &self.context.found.profile).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
