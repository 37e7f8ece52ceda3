//! Credentials and bearer tokens in environment variables.

use std::time::SystemTime;

use simba_runtime::__private::Features;
use simba_runtime::credentials::{Credentials, CredentialsError, Token};

use crate::environment::Environment;
use crate::time;

const ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

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
    credentials.expiry = expiry(environment)?;
    credentials.account_id = environment.var("AWS_ACCOUNT_ID");
    credentials.features = Features::CREDENTIALS_ENV_VARS;
    Ok(Some(credentials))
}

/// Returns the expiry of the credentials from a variable that `aws configure export-credentials` prints. The
/// credentials are read again before they expire.
fn expiry(environment: &Environment) -> Result<Option<SystemTime>, CredentialsError> {
    let Some(value) = environment.var(EXPIRATION) else { return Ok(None) };
    time::parse(&value).map(Some).ok_or_else(|| {
        let value = value.escape_debug();
        CredentialsError::invalid(format!(
            "{EXPIRATION}: invalid value `{value}`; expected a time such as `2026-11-22T10:00:00Z`"
        ))
    })
}

/// Returns the name of the variable that contains a service's bearer token, such as `AWS_BEARER_TOKEN_BEDROCK`.
pub(crate) fn bearer_token(signing_name: &str) -> String {
    format!("{}{}", "AWS_BEARER_TOKEN_", signing_name.replace([' ', '-'], "_").to_ascii_uppercase())
}

/// Returns the bearer token in the variable with this name.
pub(crate) fn read_token(environment: &Environment, variable: &str) -> Option<Token> {
    environment.var(variable).map(Token::new)
}

fn half(set: &str, missing: &str) -> CredentialsError {
    CredentialsError::invalid(format!("{set} is set, but {missing} is not; set both or neither"))
}

/// A provider of the credentials in environment variables. It is used if the `credentials` feature is disabled.
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

/// A provider of the bearer token in an environment variable. It is used if the `credentials` feature is disabled.
#[cfg(not(feature = "credentials"))]
#[derive(Debug)]
pub(crate) struct TokenVariable {
    environment: Environment,
    name: String,
}

#[cfg(not(feature = "credentials"))]
impl TokenVariable {
    pub(crate) fn new(environment: &Environment, signing_name: &str) -> Self {
        Self { environment: environment.clone(), name: bearer_token(signing_name) }
    }
}

#[cfg(not(feature = "credentials"))]
impl simba_runtime::credentials::ProvideToken for TokenVariable {
    fn provide_token(&self) -> simba_runtime::BoxFuture<'_, Result<Token, CredentialsError>> {
        let token = read_token(&self.environment, &self.name).ok_or_else(|| {
            CredentialsError::not_configured(format!(
                "no token: {} is not set; set it, add `.token_provider(…)` to the configuration, or enable the `credentials` \
                 feature, which also searches SSO",
                self.name,
            ))
        });
        Box::pin(std::future::ready(token))
    }
}

#[cfg(not(feature = "credentials"))]
impl simba_runtime::credentials::ProvideCredentials for Variables {
    fn provide(&self) -> simba_runtime::BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let result = read(&self.environment).and_then(|credentials| {
            credentials.ok_or_else(|| {
                CredentialsError::not_configured(
                    "no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; set them, add \
                     `.credentials_provider(…)` to the configuration, or enable the `credentials` feature, which \
                     also searches profiles, SSO, containers and instances",
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
            "no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; set them, add `.credentials_provider(…)` to the \
             configuration, or enable the `credentials` feature, which also searches profiles, SSO, containers and instances"
        );
    }

    #[test]
    fn the_variable_of_a_service_contains_its_signing_name() {
        assert_eq!(bearer_token("bedrock"), "AWS_BEARER_TOKEN_BEDROCK");
        assert_eq!(bearer_token("code-catalyst 2"), "AWS_BEARER_TOKEN_CODE_CATALYST_2");
    }

    #[cfg(not(feature = "credentials"))]
    #[test]
    fn a_token_is_read_without_the_chain() {
        use simba_runtime::__private::block_on;
        use simba_runtime::credentials::ProvideToken as _;

        let environment = Environment::fixed([("AWS_BEARER_TOKEN_BEDROCK", "token")]);
        let token = block_on(TokenVariable::new(&environment, "bedrock").provide_token());
        assert_eq!(token, Ok(Token::new("token")));
        let error = block_on(TokenVariable::new(&environment, "ecr").provide_token()).unwrap_err().to_string();
        assert_eq!(
            error,
            "no token: AWS_BEARER_TOKEN_ECR is not set; set it, add `.token_provider(…)` to the configuration, or \
             enable the `credentials` feature, which also searches SSO",
        );
    }

    #[test]
    fn both_keys_are_required() {
        let read = |vars: &[(&str, &str)]| read(&Environment::fixed(vars.iter().copied()));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[(ID, ""), (SECRET, "")]), Ok(None));
        let found = read(&[(ID, "id"), (SECRET, "secret\n"), ("AWS_SESSION_TOKEN", "token")]);
        assert_eq!(found, Ok(Some(Credentials::new("id", "secret").session_token("token"))));
        let found = read(&[(ID, "id"), (SECRET, "secret"), ("AWS_ACCOUNT_ID", "123456789012")]);
        assert_eq!(found, Ok(Some(Credentials::new("id", "secret").account_id("123456789012"))));
        assert_eq!(
            read(&[(ID, "id")]).unwrap_err().to_string(),
            "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or neither",
        );
        assert!(read(&[(SECRET, "secret")]).is_err());
    }

    #[test]
    fn credentials_may_expire() {
        let read = |expiration| {
            let vars = [(ID, "id"), (SECRET, "secret"), (EXPIRATION, expiration)];
            read(&Environment::fixed(vars)).map_err(|error| error.to_string())
        };
        // The AWS CLI prints times in both of these forms.
        let expiry = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_341_600);
        for text in ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00"] {
            assert_eq!(read(text), Ok(Some(Credentials::new("id", "secret").expiry(expiry))), "{text}");
        }
        assert_eq!(read(""), Ok(Some(Credentials::new("id", "secret"))));
        assert_eq!(
            read("soon").unwrap_err(),
            "AWS_CREDENTIAL_EXPIRATION: invalid value `soon`; expected a time such as `2026-11-22T10:00:00Z`",
        );
    }
}
