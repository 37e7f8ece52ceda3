//! Credentials in environment variables.

use simba_runtime::credentials::{Credentials, CredentialsError};

use crate::environment::Environment;

const ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";

/// Returns the credentials in the environment variables, or `None` if they are not set.
pub(crate) fn read(environment: &Environment) -> Result<Option<Credentials>, CredentialsError> {
    let (id, secret) = match (environment.var(ID), environment.var(SECRET)) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(half(ID, SECRET)),
        (None, Some(_)) => return Err(half(SECRET, ID)),
    };
    let mut credentials = Credentials::new(id.trim(), secret.trim());
    credentials.session_token = environment.var("AWS_SESSION_TOKEN").map(|token| token.trim().to_owned());
    Ok(Some(credentials))
}

fn half(set: &str, missing: &str) -> CredentialsError {
    CredentialsError::new(format!("{set} is set, but {missing} is not: set both or none"))
}

/// The provider of credentials in environment variables, used without the `credentials` feature.
#[cfg(not(feature = "credentials"))]
#[derive(Debug)]
pub(crate) struct Variables {
    environment: Environment,
}

#[cfg(not(feature = "credentials"))]
impl Variables {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self { environment: environment.clone() }
    }
}

#[cfg(not(feature = "credentials"))]
impl simba_runtime::credentials::ProvideCredentials for Variables {
    fn provide(&self) -> simba_runtime::BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let result = read(&self.environment).and_then(|credentials| {
            credentials.ok_or_else(|| {
                CredentialsError::new(
                    "no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; set them, add \
                     `.credentials(…)` to the configuration, or enable the feature `credentials`, which also searches \
                     profiles, SSO, containers and instances",
                )
            })
        });
        Box::pin(std::future::ready(result))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(feature = "credentials"))]
    #[test]
    fn without_the_feature_the_variables_are_the_only_source() {
        use simba_runtime::credentials::ProvideCredentials as _;

        let provided = |vars: &[(&str, &str)]| {
            let variables = Variables::new(&Environment::fixed(vars.iter().copied()));
            simba_runtime::__private::block_on(variables.provide()).map_err(|error| error.to_string())
        };
        assert_eq!(provided(&[(ID, "id"), (SECRET, "secret")]), Ok(Credentials::new("id", "secret")));
        assert_eq!(
            provided(&[]).unwrap_err(),
            "no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; set them, add `.credentials(…)` to the \
             configuration, or enable the feature `credentials`, which also searches profiles, SSO, containers and instances"
        );
    }

    #[test]
    fn both_keys_or_none() {
        let read = |vars: &[(&str, &str)]| read(&Environment::fixed(vars.iter().copied()));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[(ID, ""), (SECRET, "")]), Ok(None));
        let found = read(&[(ID, "id"), (SECRET, "secret\n"), ("AWS_SESSION_TOKEN", "token")]);
        assert_eq!(found, Ok(Some(Credentials::new("id", "secret").session_token("token"))));
        assert_eq!(
            read(&[(ID, "id")]).unwrap_err().to_string(),
            "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not: set both or none",
        );
        assert!(read(&[(SECRET, "secret")]).is_err());
    }
}
