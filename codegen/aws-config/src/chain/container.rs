//! The credentials endpoint of ECS and EKS containers.
//!
//! `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI` configures the endpoint. Requests
//! contain an authorization token if one is configured. A full URI without TLS must point to the loopback interface or
//! to the addresses of ECS and EKS, so that the token is not sent anywhere else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use simba_runtime::primitives::Document;

use super::http::{Limits, Operation, describe, get, json_code};
use super::{Context, ProviderOutcome, json};
use super::{Credentials, CredentialsError};
use simba_runtime::__private::url::{self, Redacted};

use crate::time;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
const EKS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 23);
const EKS_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23);

const GET: Operation = Operation {
    name: "container credentials",
    limits: Limits { timeout: Duration::from_secs(2), attempts: 3, silent_attempts: 3 },
    code: json_code,
    transient: &[],
};

/// Returns the credentials from the container's endpoint.
pub(super) async fn provide(context: &Context) -> Result<ProviderOutcome, CredentialsError> {
    let environment = &context.found.environment;
    let url = match (environment.var(RELATIVE), environment.var(FULL)) {
        (Some(path), _) if path.starts_with('/') => format!("http://{ECS}{path}"),
        (Some(path), _) => {
            let message =
                format!("{RELATIVE}: invalid value `{}`; expected a path that starts with a slash", Redacted(&path));
            return Err(CredentialsError::invalid(message));
        }
        (None, Some(url)) => {
            check(&url)?;
            url
        }
        (None, None) => {
            let reason = format!("neither {RELATIVE} nor {FULL} is set");
            return Ok(ProviderOutcome::NotConfigured(reason));
        }
    };
    let token = token(context).await?;
    let headers: Vec<_> = token.iter().map(|token| ("authorization", token.as_str())).collect();
    let response = context.http.send(GET, &|_| get(&url, &headers)).await;
    response
        .and_then(|response| read(&response))
        .map(ProviderOutcome::Credentials)
        .map_err(|error| error.context("container credentials"))
}

/// Checks that the token may be sent to this URL.
fn check(url: &str) -> Result<(), CredentialsError> {
    let uri = url::parse(url).map_err(|error| CredentialsError::invalid(format!("{FULL}: {error}")))?;
    let host = uri.host().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let allowed = match (uri.scheme_str(), address) {
        (Some("https"), _) => !host.is_empty(),
        (Some("http"), Ok(IpAddr::V4(ip))) => ip.is_loopback() || ip == ECS || ip == EKS,
        (Some("http"), Ok(IpAddr::V6(ip))) => ip.is_loopback() || ip == EKS_V6,
        (Some("http"), Err(_)) => host.eq_ignore_ascii_case("localhost"),
        _ => false,
    };
    if allowed {
        return Ok(());
    }
    Err(CredentialsError::invalid(format!(
        "{FULL}: invalid value `{}`; expected an https URL, or an http URL whose host is localhost, a loopback address, {ECS}, {EKS} or [{EKS_V6}]",
        Redacted(url),
    )))
}

async fn token(context: &Context) -> Result<Option<String>, CredentialsError> {
    let environment = &context.found.environment;
    let Some(path) = environment.expanded(TOKEN_FILE) else {
        return Ok(environment.var(TOKEN));
    };
    let token = context.read(&path).await.map_err(|error| {
        let message = format!("cannot read {} (named by {TOKEN_FILE})", path.display());
        CredentialsError::new(message).because(error)
    })?;
    Ok(Some(String::from_utf8_lossy(&token).trim().to_owned()))
}

fn read(response: &Response<Bytes>) -> Result<Credentials, CredentialsError> {
    let body = json::parse(response.body());
    if !response.status().is_success() {
        let part = |name| body.as_ref()?.get(name)?.as_str();
        let said = describe(response, part("code").or(part("Code")), part("message").or(part("Message")));
        return Err(CredentialsError::new(format!("the endpoint returned an error: {said}")));
    }
    body.as_ref()
        .map_or_else(|| Err(CredentialsError::new("the response is not valid JSON")), |body| of_json(body, "Token"))
}

/// Reads credentials from the members that AWS's JSON responses have in common. `token` is the name of the member with
/// the session token.
pub(super) fn of_json(body: &Document, token: &str) -> Result<Credentials, CredentialsError> {
    // If a session token or an expiry of the wrong type were ignored, requests with the credentials would fail later.
    let string = |name| match body.get(name) {
        None | Some(Document::Null) => Ok(None),
        Some(Document::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(CredentialsError::new(format!("the `{name}` in the response is not a string"))),
    };
    let part = |name| string(name).map(|text| text.filter(|text| !text.is_empty()));
    let absent = |name| CredentialsError::new(format!("the response has no `{name}`"));
    let needed = |name| part(name)?.ok_or_else(|| absent(name));
    let mut credentials = Credentials::new(needed("AccessKeyId")?, needed("SecretAccessKey")?);
    credentials.session_token = part(token)?.map(str::to_owned);
    credentials.expiry = string("Expiration")?
        .map(|text| {
            time::parse(text)
                .ok_or_else(|| CredentialsError::new("the `Expiration` in the response is not a valid time"))
        })
        .transpose()?;
    credentials.account_id = part("AccountId")?.map(str::to_owned);
    Ok(credentials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_sent_only_to_allowed_hosts() {
        let table = [
            ("https://example.com/x", true),
            ("http://127.0.0.1:8080/x", true),
            ("http://127.255.1.2/x", true),
            ("http://localhost:8080/x", true),
            ("http://[::1]:80/x", true),
            ("http://169.254.170.2/x", true),
            ("http://169.254.170.23/v1/credentials", true),
            ("http://[fd00:ec2::23]/v1/credentials", true),
            ("http://169.254.170.3/x", false),
            ("http://169.254.169.254/x", false),
            ("http://example.com/x", false),
            ("http://127.0.0.1.example.com/x", false),
            ("http://localhost.example.com/x", false),
            ("http://user@example.com/x", false),
            ("https://user@example.com/x", false),
            ("https://user:secret@127.0.0.1/x", false),
            ("http://127.0.0.1@example.com/x", false),
            ("http://[::2]/x", false),
            ("ftp://127.0.0.1/x", false),
            ("/x", false),
            ("", false),
            ("http://", false),
        ];
        for (url, allowed) in table {
            assert_eq!(check(url).is_ok(), allowed, "{url}");
        }
    }
}
