//! The AssumeRole and AssumeRoleWithWebIdentity operations of STS.
//!
//! STS uses form-encoded requests and XML responses. This module implements only the small part of both formats that is
//! needed.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Method, Request, Response};

use super::http::{Limits, Operation, describe, encoded, request};
use super::{Context, ProviderOutcome};
use super::{Credentials, CredentialsError};
use simba_runtime::__private::is_region;
use simba_runtime::sigv4::{PayloadHash, Signer, SigningParams, SigningSettings};

use crate::time;

const ASSUME_ROLE: Operation =
    Operation { name: "AssumeRole", limits: Limits::SERVICE, code: error_code, transient: &[] };

/// The operation that assumes a role with a web identity token. Two additional error codes are retryable, since the
/// identity provider may become reachable and a newly issued token may become valid.
const ASSUME_ROLE_WITH_WEB_IDENTITY: Operation = Operation {
    name: "AssumeRoleWithWebIdentity",
    transient: &["IDPCommunicationError", "InvalidIdentityToken"],
    ..ASSUME_ROLE
};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) duration_seconds: Option<u32>,
}

/// Assumes the role with the given credentials.
pub(super) async fn assume_role(
    context: &Context,
    role: &Role,
    credentials: &Credentials,
) -> Result<Credentials, CredentialsError> {
    let body = form(context, "AssumeRole", role, &[]);
    let endpoint = Endpoint::of(context)?;
    let signer = Signer::new();
    let request = |time: SystemTime| {
        let mut parts = endpoint.request(&body)?.into_parts().0;
        let signing = SigningParams {
            credentials,
            region: &endpoint.region,
            service: "sts",
            time,
            settings: SigningSettings::default(),
        };
        signer.sign(&mut parts, PayloadHash::Sha256(body.as_bytes()), signing).map_err(CredentialsError::from)?;
        Ok(Request::from_parts(parts, Bytes::from(body.clone())))
    };
    let response = context.http.send(ASSUME_ROLE, &request).await;
    response.and_then(|response| read(&response)).map_err(|error| failed(role, error))
}

/// Assumes the role with the web identity token in the given file.
pub(super) async fn web_identity(
    context: &Context,
    role: &Role,
    token_file: &str,
) -> Result<Credentials, CredentialsError> {
    let path = context.found.environment.expand(token_file);
    let endpoint = Endpoint::of(context)?;
    let token = context.read(&path).await.map_err(|error| {
        let message = format!("cannot read the web identity token {}", path.display());
        failed(role, CredentialsError::new(message).because(error))
    })?;
    let token = String::from_utf8_lossy(&token);
    let token = [("WebIdentityToken", token.trim())];
    let request = |_| endpoint.request(&form(context, "AssumeRoleWithWebIdentity", role, &token));
    let response = context.http.send(ASSUME_ROLE_WITH_WEB_IDENTITY, &request).await;
    response.and_then(|response| read(&response)).map_err(|error| failed(role, error))
}

/// Assumes a role as [`web_identity`] does, with the settings in environment variables. EKS sets these variables in
/// pods whose service account has a role.
pub(super) async fn web_identity_of_variables(context: &Context) -> Result<ProviderOutcome, CredentialsError> {
    let environment = &context.found.environment;
    let token_file = environment.var("AWS_WEB_IDENTITY_TOKEN_FILE");
    let (token_file, arn) = match (token_file, environment.var("AWS_ROLE_ARN")) {
        (Some(token_file), Some(arn)) => (token_file, arn),
        (Some(_), None) => {
            return Err(CredentialsError::invalid(
                "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not; set both or neither",
            ));
        }
        (None, _) => {
            return Ok(ProviderOutcome::NotConfigured("AWS_WEB_IDENTITY_TOKEN_FILE is not set".into()));
        }
    };
    let session_name = environment.var("AWS_ROLE_SESSION_NAME");
    let role = Role { arn, session_name, external_id: None, duration_seconds: None };
    web_identity(context, &role, &token_file).await.map(ProviderOutcome::Credentials)
}

fn failed(role: &Role, error: CredentialsError) -> CredentialsError {
    error.context(format_args!("cannot assume the role {}", role.arn))
}

/// The endpoint of STS and the region to sign for.
struct Endpoint {
    url: String,
    region: String,
}

impl Endpoint {
    fn of(context: &Context) -> Result<Self, CredentialsError> {
        let region = context.region.as_deref();
        if let Some(region) = region
            && !is_region(region)
        {
            return Err(CredentialsError::invalid(format!("invalid region `{region}`")));
        }
        let region = region.unwrap_or("us-east-1");
        let url = context.endpoint_url("STS", "sts", region, context.use_fips)?;
        // The global endpoint is located in `us-east-1`, so requests are signed for that region.
        let region = if region == "aws-global" { "us-east-1" } else { region };
        Ok(Self { url, region: region.to_owned() })
    }

    fn request(&self, form: &str) -> Result<Request<Bytes>, CredentialsError> {
        let url = format!("{}/", self.url);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let mut request = request(Method::POST, &url, &headers, Bytes::from(form.to_owned()))?;
        if let Some(authority) = request.uri().authority()
            && let Ok(host) = http::HeaderValue::from_str(authority.as_str())
        {
            request.headers_mut().insert(http::header::HOST, host);
        }
        Ok(request)
    }
}

fn form(context: &Context, action: &str, role: &Role, more: &[(&str, &str)]) -> String {
    let session_name = role.session_name.clone().unwrap_or_else(|| {
        let now = context.http.clock().now().duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("simba-{}", now.as_millis())
    });
    let duration = role.duration_seconds.map(|seconds| seconds.to_string());
    let mut pairs = vec![
        ("Action", action),
        ("Version", "2011-06-15"),
        ("RoleArn", role.arn.as_str()),
        ("RoleSessionName", session_name.as_str()),
    ];
    pairs.extend(role.external_id.as_deref().map(|id| ("ExternalId", id)));
    pairs.extend(duration.as_deref().map(|seconds| ("DurationSeconds", seconds)));
    pairs.extend_from_slice(more);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

fn read(response: &Response<Bytes>) -> Result<Credentials, CredentialsError> {
    let body = String::from_utf8_lossy(response.body());
    if !response.status().is_success() {
        let said = describe(response, element(&body, "Code").as_deref(), element(&body, "Message").as_deref());
        return Err(CredentialsError::new(format!("STS returned {said}")));
    }
    let part = |name| {
        element(&body, name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| CredentialsError::new(format!("the response from STS has no `{name}`")))
    };
    let expiry = part("Expiration")?;
    let expiry = time::parse(&expiry)
        .ok_or_else(|| CredentialsError::new(format!("invalid expiration `{expiry}` in the response from STS")))?;
    let mut credentials = Credentials::new(part("AccessKeyId")?, part("SecretAccessKey")?)
        .session_token(part("SessionToken")?)
        .expiry(expiry);
    credentials.account_id = element(&body, "Arn").and_then(|arn| account_id(&arn).map(str::to_owned));
    Ok(credentials)
}

/// Returns the account ID in an ARN such as `arn:aws:sts::123456789012:assumed-role/name/session`.
fn account_id(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|id| !id.is_empty())
}

fn error_code(response: &Response<Bytes>) -> Option<String> {
    element(&String::from_utf8_lossy(response.body()), "Code")
}

/// Returns the content of the first element with this name. The elements that are read occur only once in STS's
/// responses.
fn element(xml: &str, name: &str) -> Option<String> {
    let start = xml.find(&format!("<{name}>"))? + name.len() + 2;
    let text = &xml[start..];
    let text = text[..text.find(&format!("</{name}>"))?].trim();
    Some(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&#39;", "'")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_from_an_arn() {
        assert_eq!(account_id("arn:aws:sts::123456789012:assumed-role/a:b/c"), Some("123456789012"));
        assert_eq!(account_id("arn:aws:s3:::bucket"), None);
        assert_eq!(account_id("bucket"), None);
    }

    #[test]
    fn elements_are_read_from_a_response() {
        let xml = "<a><Code>X</Code><Message>\n a &lt;b&gt; &amp;amp; c </Message><Open></a>";
        assert_eq!(element(xml, "Code").as_deref(), Some("X"));
        assert_eq!(element(xml, "Message").as_deref(), Some("a <b> &amp; c"));
        assert_eq!(element(xml, "Open"), None);
        assert_eq!(element(xml, "Other"), None);
    }
}
