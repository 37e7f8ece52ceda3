//! IAM Identity Center, called SSO in AWS's configuration files.
//!
//! `aws sso login` stores a token in the user's cache. This module exchanges the token for credentials of the account
//! and role in the `sso_…` settings of a profile. A token that has expired or is about to expire is refreshed if the
//! cache contains a refresh token, and the new token is stored in the cache, so that other tools can use it. Services
//! that use bearer tokens use the token directly.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, StatusCode};
use sha1::{Digest as _, Sha1};
use simba_runtime::primitives::Document;

use super::http::{Limits, Operation, describe, encoded, get, json_code, request};
use super::{Context, json};
use super::{Credentials, CredentialsError, Token, cache_file_name};
use simba_runtime::__private::{Features, is_region};

use crate::load::SharedConfig;
use crate::profile_file::{Section, SectionKind};
use crate::time;

/// Tokens are refreshed if they expire within this time.
const SLACK: Duration = Duration::from_secs(300);

const GET_ROLE_CREDENTIALS: Operation =
    Operation { name: "GetRoleCredentials", limits: Limits::SERVICE, code: json_code, transient: &[] };

const CREATE_TOKEN: Operation =
    Operation { name: "CreateToken", transient: &["SlowDownException", "slow_down"], ..GET_ROLE_CREDENTIALS };

/// The SSO settings that select a role in an account.
#[derive(Debug, PartialEq)]
pub(super) struct Role {
    account_id: String,
    role_name: String,
    session: Session,
}

/// The settings with which a user signs in.
#[derive(Debug, PartialEq)]
pub(super) struct Session {
    region: String,
    /// The key of the token in the cache.
    token_key: TokenKey,
    /// The name of the profile that contains the SSO settings, for the `--profile` option of `aws sso login`.
    profile: String,
}

/// The key of a token in the cache.
#[derive(Debug, PartialEq)]
enum TokenKey {
    /// The name of an `[sso-session …]` section.
    Session(String),
    /// The start URL, in legacy profiles.
    StartUrl(String),
}

impl Role {
    /// Reads the profile's settings. Returns `None` if they do not select a role in an account. A session alone is
    /// meant for services that use its token directly, and an account alone may be meant for other tools.
    pub(super) fn of(found: &SharedConfig, name: &str, profile: &Section) -> Result<Option<Self>, CredentialsError> {
        let is_set = |key: &str| profile.get(key).is_some();
        if !is_set("sso_account_id") && !is_set("sso_role_name") {
            return Ok(None);
        }
        let session = match Session::of(found, name, profile)? {
            Some(session) => session,
            None if is_set("sso_start_url") => Session {
                region: region(profile)?,
                token_key: TokenKey::StartUrl(needed(profile, "sso_start_url")?),
                profile: name.to_owned(),
            },
            None => return Ok(None),
        };
        Ok(Some(Self {
            account_id: needed(profile, "sso_account_id")?,
            role_name: needed(profile, "sso_role_name")?,
            session,
        }))
    }

    /// Returns the features that the user agent reports.
    pub(super) fn features(&self) -> Features {
        match self.session.token_key {
            TokenKey::Session(_) => Features::CREDENTIALS_PROFILE_SSO | Features::CREDENTIALS_SSO,
            TokenKey::StartUrl(_) => Features::CREDENTIALS_PROFILE_SSO_LEGACY | Features::CREDENTIALS_SSO_LEGACY,
        }
    }
}

impl Session {
    /// Reads the `[sso-session …]` section that the profile references. Returns `None` if the profile does not
    /// reference a section.
    pub(super) fn of(found: &SharedConfig, name: &str, profile: &Section) -> Result<Option<Self>, CredentialsError> {
        let Some(reference) = profile.get("sso_session") else { return Ok(None) };
        let session = reference.value()?;
        let section = found.profiles.section(SectionKind::SsoSession, session).ok_or_else(|| {
            let origin = reference.origin();
            CredentialsError::invalid(format!("{origin}: the section [sso-session {session}] does not exist"))
        })?;
        for key in ["sso_region", "sso_start_url"] {
            check_same(key, profile, section)?;
        }
        Ok(Some(Self {
            region: region(section)?,
            token_key: TokenKey::Session(session.to_owned()),
            profile: name.to_owned(),
        }))
    }

    fn sign_in(&self, problem: &str) -> CredentialsError {
        CredentialsError::new(format!(
            "{problem}; sign in with `aws sso login --profile {}`",
            self.profile.escape_debug()
        ))
    }
}

/// Checks that a profile and its session do not have different values for a setting.
fn check_same(key: &str, profile: &Section, session: &Section) -> Result<(), CredentialsError> {
    let (Some(own), Some(of_session)) = (profile.get(key), session.get(key)) else { return Ok(()) };
    if own.value()? == of_session.value()? {
        return Ok(());
    }
    Err(CredentialsError::invalid(format!(
        "{} differs from {}; remove it from the profile",
        own.origin(),
        of_session.origin()
    )))
}

fn needed(section: &Section, key: &str) -> Result<String, CredentialsError> {
    let value = section.value(key)?.map(str::to_owned);
    value.ok_or_else(|| CredentialsError::invalid(format!("`{key}` is not set, but SSO requires it")))
}

fn region(section: &Section) -> Result<String, CredentialsError> {
    let region = needed(section, "sso_region")?;
    if !is_region(&region) {
        let region = region.escape_debug();
        let message = format!("`sso_region`: invalid value `{region}`; expected a region such as `us-east-1`");
        return Err(CredentialsError::invalid(message));
    }
    Ok(region)
}

/// Returns the credentials of the role.
pub(super) async fn provide(context: &Context, role: &Role) -> Result<Credentials, CredentialsError> {
    let token = token(context, &role.session).await?.token;
    let base = context.endpoint_url("SSO", "portal.sso", &role.session.region, context.use_fips_in_all_regions)?;
    let url = format!(
        "{base}/federation/credentials?role_name={}&account_id={}",
        encoded(&role.role_name),
        encoded(&role.account_id),
    );
    let request = |_| get(&url, &[("x-amz-sso_bearer_token", &token)]);
    let response = context.http.send(GET_ROLE_CREDENTIALS, &request).await?;
    let body = json::parse(response.body()).unwrap_or_default();
    let refused = response.status() == StatusCode::UNAUTHORIZED
        || json_code(&response).as_deref() == Some("UnauthorizedException");
    match response.status() {
        _ if refused => Err(role.session.sign_in("SSO rejected the token")),
        status if !status.is_success() => {
            let said = describe(&response, None, body.get("message").and_then(Document::as_str));
            Err(CredentialsError::new(format!(
                "SSO returned no credentials for the role `{}` in account {}: {said}",
                role.role_name, role.account_id,
            )))
        }
        _ => Ok(read(&body)?.account_id(&role.account_id)),
    }
}

fn read(body: &Document) -> Result<Credentials, CredentialsError> {
    let incomplete = |name: &str| CredentialsError::new(format!("the response from SSO has no `{name}`"));
    let body = body.get("roleCredentials").ok_or_else(|| incomplete("roleCredentials"))?;
    let part = |name| body.get(name).and_then(Document::as_str).ok_or_else(|| incomplete(name));
    let expiry = body
        .get("expiration")
        .and_then(json::unsigned)
        .and_then(|millis| std::time::UNIX_EPOCH.checked_add(Duration::from_millis(millis)))
        .ok_or_else(|| incomplete("expiration"))?;
    Ok(Credentials::new(part("accessKeyId")?, part("secretAccessKey")?)
        .session_token(part("sessionToken")?)
        .expiry(expiry))
}

/// A token in the cache.
struct Cached {
    path: PathBuf,
    /// The whole content of the file.
    content: Document,
    token: Token,
    expiry: SystemTime,
}

impl Cached {
    async fn load(context: &Context, session: &Session) -> Result<Self, CredentialsError> {
        let (TokenKey::Session(key) | TokenKey::StartUrl(key)) = &session.token_key;
        let path = context.found.environment.expand(cache_file(key));
        let Some(content) = context.read_session(&path).await? else {
            return Err(session.sign_in(&format!("no SSO token in {}", path.display())));
        };
        let part = |name| content.get(name).and_then(Document::as_str);
        let (Some(token), Some(expiry)) = (part("accessToken"), part("expiresAt").and_then(time::parse)) else {
            return Err(session.sign_in(&format!("{} contains no SSO token", path.display())));
        };
        let token = Token::new(token).expiry(expiry);
        Ok(Self { path, content, token, expiry })
    }
}

/// Returns the user's token from the cache, after refreshing it if necessary.
pub(super) async fn token(context: &Context, session: &Session) -> Result<Token, CredentialsError> {
    let cached = Cached::load(context, session).await?;
    let now = context.http.clock().now();
    if now + SLACK < cached.expiry {
        return Ok(cached.token);
    }
    match renew(context, session, &cached).await {
        Ok(token) => Ok(token),
        Err(error) => {
            // A refresh token can be used only once. Another program may have used it and stored the new token.
            let current = Cached::load(context, session).await.unwrap_or(cached);
            match context.http.clock().now() < current.expiry {
                true => Ok(current.token),
                false => Err(session.sign_in(&match error {
                    RenewError::NoRefreshToken => "the SSO token has expired".to_owned(),
                    RenewError::Failed(error) => {
                        format!("the SSO token has expired and cannot be refreshed: {error}")
                    }
                })),
            }
        }
    }
}

/// The reason why a token was not refreshed.
enum RenewError {
    /// The cache contains no refresh token, no client ID, or no client secret.
    NoRefreshToken,
    Failed(CredentialsError),
}

impl From<CredentialsError> for RenewError {
    fn from(error: CredentialsError) -> Self {
        Self::Failed(error)
    }
}

/// Refreshes the token and stores the new token.
async fn renew(context: &Context, session: &Session, cached: &Cached) -> Result<Token, RenewError> {
    let part = |name| cached.content.get(name).and_then(Document::as_str);
    let (Some(id), Some(secret), Some(refresh)) = (part("clientId"), part("clientSecret"), part("refreshToken")) else {
        return Err(RenewError::NoRefreshToken);
    };
    let base = context.endpoint_url("SSO OIDC", "oidc", &session.region, context.use_fips_in_all_regions)?;
    let url = format!("{base}/token");
    let body = json::object([
        ("clientId", id.into()),
        ("clientSecret", secret.into()),
        ("grantType", "refresh_token".into()),
        ("refreshToken", refresh.into()),
    ]);
    let body = Bytes::from(body.to_string());
    let post = |_| request(Method::POST, &url, &[("content-type", "application/json")], body.clone());
    let response = context.http.send(CREATE_TOKEN, &post).await?;
    let body = json::parse(response.body()).unwrap_or_default();
    let (token, seconds) = match (body.get("accessToken"), body.get("expiresIn")) {
        (Some(Document::String(token)), Some(seconds)) if response.status().is_success() => {
            (token.clone(), json::unsigned(seconds).unwrap_or_default())
        }
        _ => {
            let code = body.get("error").and_then(Document::as_str).unwrap_or("no token");
            let status = response.status().as_u16();
            return Err(CredentialsError::new(format!("{code} (HTTP {status})")).into());
        }
    };
    let mut renewed = cached.content.clone();
    json::set_member(&mut renewed, "accessToken", token.as_str().into());
    let now = context.http.clock().now();
    let end = now.checked_add(Duration::from_secs(seconds)).unwrap_or(now);
    json::set_member(&mut renewed, "expiresAt", time::format(end).into());
    if let Some(refresh) = body.get("refreshToken").filter(|refresh| refresh.as_str().is_some()) {
        json::set_member(&mut renewed, "refreshToken", refresh.clone());
    }
    let _ = context.store(&cached.path, &renewed).await;
    Ok(Token::new(token).expiry(end))
}

/// Returns the path at which the AWS CLI stores the token.
fn cache_file(key: &str) -> String {
    format!("~/.aws/sso/cache/{}", cache_file_name(&Sha1::digest(key.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_file_is_that_of_the_aws_cli() {
        assert_eq!(cache_file("abc"), "~/.aws/sso/cache/a9993e364706816aba3e25717850c26c9cd0d89d.json");
    }
}
