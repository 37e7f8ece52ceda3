//! Login sessions, which contain credentials of a user of the AWS Management Console.
//!
//! `aws login` stores credentials that expire after 15 minutes, a refresh token and a private key in the user's cache.
//! Shortly before the credentials expire, they are refreshed through AWS Sign-In, with a proof that this program has
//! the key. The new credentials are stored in the cache, so that other tools can use them.

pub(super) mod dpop;
mod endpoint;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Response;
use simba_runtime::primitives::Document;

use super::http::{Limits, Operation, describe, json_code, request};
use super::{Context, json};
use super::{Credentials, CredentialsError, cache_file_name};
use dpop::Key;
use simba_runtime::__private::is_region;

use crate::time;

/// Credentials are refreshed if they expire within this time.
const SLACK: Duration = Duration::from_secs(300);

const CREATE_TOKEN: Operation =
    Operation { name: "CreateOAuth2Token", limits: Limits::SERVICE, code: json_code, transient: &[] };

/// The `login_session` of a profile.
#[derive(Debug, PartialEq)]
pub(super) struct Session {
    /// The ARN of the user or the role that is logged in. It is the key of the session in the cache.
    pub(super) arn: String,
    pub(super) profile: String,
}

/// A session in the cache.
struct Cached {
    /// The whole content of the file.
    content: Document,
    credentials: Credentials,
    expiry: SystemTime,
    client_id: String,
    refresh_token: String,
    key: String,
}

impl Session {
    /// Returns the credentials in the cache, after refreshing them if necessary.
    pub(super) async fn credentials(&self, context: &Context) -> Result<Credentials, CredentialsError> {
        let path = self.cache_file(context);
        let cached = self.load(context, &path).await?;
        let now = context.http.clock().now();
        if now + SLACK < cached.expiry {
            return Ok(cached.credentials);
        }
        match self.refresh(context, &cached, &path).await {
            Ok(credentials) => Ok(credentials),
            Err(error) => {
                // A refresh token can be used only once. Another program may have used it and stored the new session.
                let current = self.load(context, &path).await.unwrap_or(cached);
                let is_valid = context.http.clock().now() < current.expiry;
                if is_valid { Ok(current.credentials) } else { Err(error) }
            }
        }
    }

    /// Returns the path at which the AWS CLI stores the session.
    fn cache_file(&self, context: &Context) -> PathBuf {
        let environment = &context.found.environment;
        let directory = environment.expanded("AWS_LOGIN_CACHE_DIRECTORY");
        directory.unwrap_or_else(|| environment.expand("~/.aws/login/cache")).join(file_name(&self.arn))
    }

    async fn load(&self, context: &Context, path: &Path) -> Result<Cached, CredentialsError> {
        let Some(content) = context.read_session(path).await? else {
            let arn = self.arn.escape_debug();
            return Err(self.log_in(&format!("no login session for {arn} in {}", path.display())));
        };
        let invalid = |problem: String| self.log_in(&format!("the login session in {} has {problem}", path.display()));
        let text = |parent: &Document, name: &str| {
            let value = parent.get(name).and_then(Document::as_str).map(str::to_owned);
            value.ok_or_else(|| invalid(format!("no `{name}`")))
        };
        let access = content.get("accessToken").ok_or_else(|| invalid("no `accessToken`".to_owned()))?;
        let access = |name| text(access, name);
        let expiry = time::parse(&access("expiresAt")?).ok_or_else(|| invalid("an invalid `expiresAt`".to_owned()))?;
        let mut credentials = Credentials::new(access("accessKeyId")?, access("secretAccessKey")?)
            .session_token(access("sessionToken")?)
            .expiry(expiry);
        credentials.account_id = access("accountId").ok();
        Ok(Cached {
            credentials,
            expiry,
            client_id: text(&content, "clientId")?,
            refresh_token: text(&content, "refreshToken")?,
            key: text(&content, "dpopKey")?,
            content,
        })
    }

    /// Refreshes the credentials and stores them.
    async fn refresh(&self, context: &Context, cached: &Cached, path: &Path) -> Result<Credentials, CredentialsError> {
        let key = Key::from_pem(&cached.key).map_err(|found| {
            self.log_in(&format!(
                "the `dpopKey` of the login session in {} is {found}; expected a P-256 key in PEM",
                path.display(),
            ))
        })?;
        let url = self.url(context, cached)?;
        let body = json::object([
            ("clientId", cached.client_id.as_str().into()),
            ("grantType", "refresh_token".into()),
            ("refreshToken", cached.refresh_token.as_str().into()),
        ]);
        let body = Bytes::from(body.to_string());
        let post = |now: SystemTime| {
            let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let proof = key.proof(&url, &context.http.uuid(), seconds);
            let proof = proof.ok_or_else(|| CredentialsError::new("signing failed"))?;
            let headers = [("content-type", "application/json"), ("dpop", &*proof)];
            request(http::Method::POST, &url, &headers, body.clone())
        };
        let response = context.http.send(CREATE_TOKEN, &post).await.map_err(|error| self.not_refreshed(&error))?;
        let body = json::parse(response.body()).unwrap_or_default();
        if !response.status().is_success() {
            return Err(self.refused(&response, &body));
        }
        let now = context.http.clock().now();
        let credentials = read(&body, cached, now).ok_or_else(|| {
            self.not_refreshed(&CredentialsError::new("the response from AWS Sign-In contains no credentials"))
        })?;
        let content = refreshed(cached, &credentials, &body);
        let _ = context.store(path, &content).await;
        Ok(credentials)
    }

    fn url(&self, context: &Context, cached: &Cached) -> Result<String, CredentialsError> {
        // Sessions that older versions of the AWS CLI have stored contain no region.
        let own = cached.content.get("signInRegion").and_then(Document::as_str).filter(|region| !region.is_empty());
        let region = own.or(context.region.as_deref()).ok_or_else(|| {
            CredentialsError::invalid("cannot refresh the login session without a region; set AWS_REGION")
        })?;
        if !is_region(region) {
            return Err(CredentialsError::invalid(format!("invalid region `{}`", region.escape_debug())));
        }
        let base = match context.found.endpoint_urls.get("Signin")? {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => {
                let use_fips = if own.is_some() { context.use_fips_in_all_regions } else { context.use_fips };
                format!("https://{}", endpoint::host(region, use_fips, context.use_dual_stack))
            }
        };
        Ok(format!("{base}/v1/token"))
    }

    /// Returns the error for an unsuccessful response.
    fn refused(&self, response: &Response<Bytes>, body: &Document) -> CredentialsError {
        match body.get("error").and_then(Document::as_str) {
            Some("TOKEN_EXPIRED") => self.log_in("the login session has expired"),
            Some("USER_CREDENTIALS_CHANGED") => self.log_in("the user's password has changed since the login"),
            Some("INSUFFICIENT_PERMISSIONS") => CredentialsError::new(
                "the user is not allowed to refresh the login session; allow the action `signin:CreateOAuth2Token`",
            ),
            code => {
                let said = describe(response, code, body.get("message").and_then(Document::as_str));
                self.not_refreshed(&CredentialsError::new(format!("AWS Sign-In returned {said}")))
            }
        }
    }

    fn not_refreshed(&self, reason: &CredentialsError) -> CredentialsError {
        self.log_in(&format!("the login session cannot be refreshed: {reason}"))
    }

    fn log_in(&self, problem: &str) -> CredentialsError {
        CredentialsError::new(format!("{problem}; run `aws login --profile {}`", self.profile.escape_debug()))
    }
}

/// Reads the credentials in a response. They belong to the same account as the cached credentials.
fn read(body: &Document, cached: &Cached, now: SystemTime) -> Option<Credentials> {
    let access = |name| body.get("accessToken")?.get(name)?.as_str();
    let seconds = json::unsigned(body.get("expiresIn")?)?;
    let mut credentials = Credentials::new(access("accessKeyId")?, access("secretAccessKey")?)
        .session_token(access("sessionToken")?)
        .expiry(now.checked_add(Duration::from_secs(seconds))?);
    credentials.account_id.clone_from(&cached.credentials.account_id);
    Some(credentials)
}

/// Returns the content of the file in the cache, updated with the new credentials.
fn refreshed(cached: &Cached, credentials: &Credentials, body: &Document) -> Document {
    let mut content = cached.content.clone();
    let text = |value: Option<&str>| value.map_or(Document::Null, Document::from);
    let expires_at = credentials.expiry.map(time::format);
    let access = json::object([
        ("accessKeyId", credentials.access_key_id.as_str().into()),
        ("secretAccessKey", credentials.secret_access_key.as_str().into()),
        ("sessionToken", text(credentials.session_token.as_deref())),
        ("accountId", text(credentials.account_id.as_deref())),
        ("expiresAt", text(expires_at.as_deref())),
    ]);
    json::set_member(&mut content, "accessToken", access);
    if let Some(token) = body.get("refreshToken").filter(|token| token.as_str().is_some()) {
        json::set_member(&mut content, "refreshToken", token.clone());
    }
    content
}

/// Returns the name of a session's file in the cache, which contains the SHA-256 hash of the session's ARN.
fn file_name(arn: &str) -> String {
    cache_file_name(ring::digest::digest(&ring::digest::SHA256, arn.trim().as_bytes()).as_ref())
}
