//! The default chain of bearer tokens. It consists of the service's environment variable and the profile's SSO session,
//! in that order.

use std::fmt;

use simba_runtime::__private::paths;
use simba_runtime::BoxFuture;
use simba_runtime::credentials::{CredentialsError, ProvideToken, ProviderConfig, Token};

use super::{Context, sso};
use crate::load::SharedConfig;
use crate::variables;

/// The default chain of token providers.
pub(crate) struct DefaultTokenChain {
    context: Context,
    /// The name of the variable that contains the token for the client's service.
    variable: String,
}

impl DefaultTokenChain {
    pub(crate) fn new(found: SharedConfig, config: ProviderConfig, signing_name: &str) -> Self {
        Self { context: Context::of_client(found, config), variable: variables::bearer_token(signing_name) }
    }

    async fn search(&self) -> Result<Token, CredentialsError> {
        let found = &self.context.found;
        if let Some(token) = variables::read_token(&found.environment, &self.variable) {
            return Ok(token);
        }
        let profile = &found.profile;
        let within = |error: CredentialsError| error.context(format_args!("profile `{profile}`"));
        let section = found.profiles.profile(profile);
        let session =
            section.map(|section| sso::Session::of(found, profile, section)).transpose().map_err(within)?.flatten();
        if let Some(session) = session {
            return sso::token(&self.context, &session).await.map_err(within);
        }
        let variable = &self.variable;
        let files = paths(&found.files, "or");
        let absent = match section {
            Some(_) => format!("the profile `{profile}` in {files} has no `sso_session`"),
            None => format!("profile `{profile}` not found in {files}"),
        };
        Err(CredentialsError::not_configured(format!(
            "no token found: {variable} is not set; {absent}; set {variable}, add `sso_session` to the profile, or set \
             the token in code with `.token_provider(…)`",
        )))
    }
}

impl ProvideToken for DefaultTokenChain {
    fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
        Box::pin(self.search())
    }
}

impl fmt::Debug for DefaultTokenChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultTokenChain").field("variable", &self.variable).finish_non_exhaustive()
    }
}
