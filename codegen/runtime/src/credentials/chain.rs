//! The search for credentials, in the order of every AWS SDK.
//!
//! In: the environment and the profile files. Out: the credentials of the first source that is set
//! up. A source that is set up and fails ends the search: falling through to another would sign
//! with an identity that nobody asked for. If none is set up, the error says what each looked for.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::endpoint::host;
use super::http::Http;
use super::{Credentials, CredentialsError, ProvideCredentials};
use super::{container, imds, profile, sts, variables};
use crate::BoxFuture;
use crate::clock::Clock;
use crate::config::{ProfileSelection, Settings, SharedConfig};
use crate::random::SystemRandom;
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
    pub(super) found: Arc<SharedConfig>,
    pub(super) http: Http,
    pub(super) region: Option<String>,
    /// The last credentials of the EC2 instance: they serve if it does not give others.
    pub(super) last_of_instance: Mutex<Option<Credentials>>,
    settings: Settings,
}

impl Chain {
    pub(super) fn new(
        found: &Arc<SharedConfig>,
        settings: &Settings,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        // An endpoint that is set in code is that of the client's own service.
        let settings = Settings { endpoint_url: None, ..settings.clone() };
        let context = Context {
            found: Arc::clone(found),
            http: Http::new(transport, clock, settings.random.clone().unwrap_or_else(|| Arc::new(SystemRandom))),
            region: settings.region.clone(),
            last_of_instance: Mutex::default(),
            settings,
        };
        Self { context }
    }

    async fn search(&self) -> Result<Credentials, CredentialsError> {
        let context = &self.context;
        // As AWS's tools have it: who names a profile in code means its identity, not that of variables.
        let uses_variables = context.found.chosen_by != ProfileSelection::Program;
        let mut absent = Vec::new();
        if uses_variables {
            match variables::read(&context.found.environment)? {
                Some(credentials) => return Ok(credentials),
                None => absent.push("AWS_ACCESS_KEY_ID is not set".to_owned()),
            }
        }
        match profile::provide(context).await? {
            Answer::Credentials(credentials) => return Ok(credentials),
            Answer::Absent(reason) => absent.push(reason),
        }
        if uses_variables {
            match sts::web_identity_of_variables(context).await? {
                Answer::Credentials(credentials) => return Ok(credentials),
                Answer::Absent(reason) => absent.push(reason),
            }
        }
        match container::provide(context).await? {
            Answer::Credentials(credentials) => return Ok(credentials),
            Answer::Absent(reason) => absent.push(reason),
        }
        match imds::provide(context).await? {
            Answer::Credentials(credentials) => return Ok(credentials),
            Answer::Absent(reason) => absent.push(reason),
        }
        let fix = match uses_variables {
            true => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE",
            false => "add them to the profile, which is chosen in code, so that AWS_ACCESS_KEY_ID is not read",
        };
        let absent = absent.join("; ");
        Err(CredentialsError::new(format!(
            "no credentials found: {absent}; {fix}, or set them in code with `.credentials(…)`",
        )))
    }
}

impl Context {
    /// The URL of a service: the one that the environment or the profile sets, or its own in the
    /// region.
    pub(super) fn endpoint_url(
        &self,
        service_id: &str,
        prefix: &str,
        region: &str,
    ) -> Result<String, CredentialsError> {
        Ok(match self.settings.endpoint_url_for(service_id)? {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => {
                let use_fips = self.settings.use_fips.unwrap_or_default();
                let use_dual_stack = self.settings.use_dual_stack.unwrap_or_default();
                format!("https://{}", host(prefix, region, use_fips, use_dual_stack))
            }
        })
    }

    /// A variable, or the same setting in the profile.
    pub(super) fn setting(&self, variable: &str, key: &str) -> Result<Option<String>, CredentialsError> {
        let found = &self.found;
        match (found.environment.var(variable), found.profiles.profile(&found.profile)) {
            (Some(value), _) => Ok(Some(value)),
            (None, Some(section)) => Ok(section.value(key)?.map(str::to_owned)),
            (None, None) => Ok(None),
        }
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
