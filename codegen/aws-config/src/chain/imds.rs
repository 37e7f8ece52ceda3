//! The instance metadata service of EC2, version 2 (IMDSv2).
//!
//! The service has a well-known address, which the environment or the profile can override. Three requests are needed
//! to get the credentials of the instance's role: one for a session token, one for the role's name and one for the
//! role's credentials. The service also returns the region, which is used if no other region is set.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use simba_runtime::BoxFuture;
use simba_runtime::primitives::Document;

use super::container::of_json;
use super::http::{Limits, Operation, describe, excerpt, get, request};
use super::{Context, ProviderOutcome, json};
use super::{Credentials, CredentialsError};
use simba_runtime::__private::{is_region, lock, url};

use crate::load::POSITIVE;

const REGION: &str = "/latest/meta-data/placement/region";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// The path of the extended API, which returns credentials with an account ID. Not every instance has this API.
const EXTENDED_ROLES: &str = "/latest/meta-data/iam/security-credentials-extended/";

/// The default URL for each endpoint mode.
const ENDPOINTS: [(&str, &str); 2] = [("ipv4", "http://169.254.169.254"), ("ipv6", "http://[fd00:ec2::254]")];

/// The minimum time for which expired credentials remain in use. A random time of up to the same length is added.
const EXTENSION: Duration = Duration::from_secs(300);

/// Returns the credentials of the EC2 instance, or `NotConfigured` if the metadata service does not respond.
///
/// If the last credentials have expired and the service returns no new ones, the last credentials remain in use for
/// another 5 to 10 minutes. The extension is repeated until the service returns new credentials. During an outage of
/// the metadata service, AWS accepts credentials even after they have expired.
pub(super) async fn provide(context: &Context) -> Result<ProviderOutcome, CredentialsError> {
    let outcome = search(context).await;
    let now = context.http.clock().now();
    let mut last = lock(&context.last_of_instance);
    if let Ok(ProviderOutcome::Credentials(credentials)) = &outcome {
        *last = Some(credentials.clone());
    }
    match &*last {
        Some(credentials) if credentials.expiry.is_some_and(|expiry| expiry <= now) => {
            #[cfg(feature = "tracing")]
            tracing::warn!("EC2 instance metadata has no new credentials; the expired credentials remain in use");
            let extension = EXTENSION + EXTENSION.mul_f64(context.http.random());
            Ok(ProviderOutcome::Credentials(credentials.clone().expiry(now + extension)))
        }
        _ => outcome,
    }
}

async fn search(context: &Context) -> Result<ProviderOutcome, CredentialsError> {
    let absent = |reason: String| Ok(ProviderOutcome::NotConfigured(reason));
    let session = match Session::open(context).await {
        Ok(session) => session,
        Err(Unavailable::Absent(reason)) => return absent(reason),
        Err(Unavailable::Failed(error)) => return Err(error),
    };
    let named = context.lookup().raw(&["AWS_EC2_INSTANCE_PROFILE_NAME"], "ec2_instance_profile_name")?;
    let role = match named {
        Some((role, _)) => role,
        None => {
            let response = session.get_role(context, "").await?;
            if response.status() == StatusCode::NOT_FOUND {
                return absent("the EC2 instance has no role attached".into());
            }
            let roles = text(successful(&response)?);
            roles.lines().next().unwrap_or_default().trim().to_owned()
        }
    };
    if role.is_empty() {
        return absent("the EC2 instance has no role attached".into());
    }
    let response = session.get_role(context, &role).await?;
    read(&response, &role).map(ProviderOutcome::Credentials)
}

/// Returns the region of the EC2 instance.
pub(super) async fn region(context: &Context) -> Result<String, CredentialsError> {
    let session = Session::open(context).await.map_err(|unavailable| match unavailable {
        Unavailable::Absent(reason) => CredentialsError::new(reason),
        Unavailable::Failed(error) => error,
    })?;
    let response = session.get(context, REGION).await?;
    let region = text(successful(&response)?);
    if is_region(&region) {
        return Ok(region);
    }
    let found = excerpt(region.as_bytes());
    Err(CredentialsError::new(format!("EC2 instance metadata returned an invalid region: `{}`", found.escape_debug())))
}

fn read(response: &Response<Bytes>, role: &str) -> Result<Credentials, CredentialsError> {
    let within = |message: String| CredentialsError::new(format!("EC2 instance metadata, role `{role}`: {message}"));
    let response = successful(response)?;
    // A truncated response may contain a secret, so it is not shown.
    let body = json::parse(response.body()).ok_or_else(|| within("the response is not valid JSON".to_owned()))?;
    let part = |name| body.get(name).and_then(Document::as_str);
    if let Some(code) = part("Code").filter(|code| *code != "Success") {
        return Err(within(format!("{code}: {}", part("Message").unwrap_or("no message"))));
    }
    of_json(&body, "Token").map_err(|error| within(error.to_string()))
}

/// A session with the metadata service.
struct Session {
    service: Service,
    token: String,
}

/// The reason why a session is unavailable.
enum Unavailable {
    /// There is no metadata service, or it is disabled.
    Absent(String),
    Failed(CredentialsError),
}

impl Session {
    /// Requests the token of a session. The future is boxed, since it is awaited in several places.
    fn open(context: &Context) -> BoxFuture<'_, Result<Self, Unavailable>> {
        Box::pin(Self::request_token(context))
    }

    async fn request_token(context: &Context) -> Result<Self, Unavailable> {
        let disabled = context.lookup().turned_on_by("AWS_EC2_METADATA_DISABLED", "disable_ec2_metadata");
        if let Some(origin) = disabled.map_err(|error| Unavailable::Failed(error.into()))? {
            return Err(Unavailable::Absent(format!("EC2 instance metadata is disabled by {origin}")));
        }
        let service = Service::of(context).map_err(Unavailable::Failed)?;
        match service.token(context).await {
            Ok(response) if response.status().is_success() => Ok(Self { token: text(&response), service }),
            Ok(response) => {
                let reason = format!("EC2 instance metadata returned no token: {}", describe(&response, None, None));
                Err(match response.status().is_server_error() {
                    true => Unavailable::Failed(CredentialsError::new(reason)),
                    false => Unavailable::Absent(reason),
                })
            }
            Err(error) => Err(Unavailable::Absent(format!("no EC2 instance metadata: {error}"))),
        }
    }

    /// Requests the credentials of a role from the extended API or, if the instance lacks it, from the basic API. If
    /// `name` is empty, requests the names of the roles instead.
    async fn get_role(&self, context: &Context, name: &str) -> Result<Response<Bytes>, CredentialsError> {
        let is_basic = &context.instance_has_basic_api;
        if !is_basic.load(Ordering::Relaxed) {
            let response = self.get(context, &format!("{EXTENDED_ROLES}{name}")).await?;
            if response.status() != StatusCode::NOT_FOUND {
                return Ok(response);
            }
        }
        let response = self.get(context, &format!("{ROLES}{name}")).await?;
        if response.status().is_success() {
            is_basic.store(true, Ordering::Relaxed);
        }
        Ok(response)
    }

    /// Requests a path. The future is boxed, since it is awaited in several places.
    fn get<'a>(
        &'a self,
        context: &'a Context,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Response<Bytes>, CredentialsError>> {
        Box::pin(async move {
            let url = format!("{}{path}", self.service.url);
            // The service has responded, so retries are worthwhile.
            let limits = self.service.limits;
            let attempts = limits.attempts.max(3);
            let limits = Limits { attempts, silent_attempts: attempts, ..limits };
            let headers = [("x-aws-ec2-metadata-token", self.token.as_str())];
            let response = context.http.send(operation(limits), &|_| get(&url, &headers)).await;
            response.map_err(|error| error.context("EC2 instance metadata"))
        })
    }
}

/// The address of the metadata service, and the limits for requests to the service.
struct Service {
    url: String,
    limits: Limits,
}

impl Service {
    fn of(context: &Context) -> Result<Self, CredentialsError> {
        let lookup = context.lookup();
        let endpoint = lookup.raw(&["AWS_EC2_METADATA_SERVICE_ENDPOINT"], "ec2_metadata_service_endpoint")?;
        let variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
        let default = lookup.get(&[variable], "ec2_metadata_service_endpoint_mode", "`IPv4` or `IPv6`", |mode| {
            let mode = mode.to_ascii_lowercase();
            ENDPOINTS.into_iter().find(|(name, _)| *name == mode).map(|(_, url)| url)
        })?;
        let url = match endpoint {
            Some((url, origin)) => {
                url::parse(&url).map_err(|error| CredentialsError::invalid(format!("{origin}: {error}")))?;
                url.trim_end_matches('/').to_owned()
            }
            None => default.unwrap_or(ENDPOINTS[0].1).to_owned(),
        };
        let number = |variable, key| {
            let positive = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
            lookup.get(&[variable], key, POSITIVE, positive)
        };
        let seconds = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        let attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")?;
        let limits = Limits {
            timeout: Duration::from_secs(seconds.unwrap_or(1).into()),
            attempts: attempts.unwrap_or(3),
            // Most machines are not EC2 instances. On these machines, nothing responds at the address of the metadata
            // service.
            silent_attempts: attempts.unwrap_or(1),
        };
        Ok(Self { url, limits })
    }

    async fn token(&self, context: &Context) -> Result<Response<Bytes>, CredentialsError> {
        let url = format!("{}/latest/api/token", self.url);
        let headers = [("x-aws-ec2-metadata-token-ttl-seconds", "21600"), ("content-length", "0")];
        let put = |_| request(Method::PUT, &url, &headers, Bytes::new());
        context.http.send(operation(self.limits), &put).await
    }
}

fn operation(limits: Limits) -> Operation {
    Operation { name: "instance metadata", limits, code: |_| None, transient: &[] }
}

fn successful(response: &Response<Bytes>) -> Result<&Response<Bytes>, CredentialsError> {
    if response.status().is_success() {
        return Ok(response);
    }
    Err(CredentialsError::new(format!("EC2 instance metadata returned {}", describe(response, None, None))))
}

fn text(response: &Response<Bytes>) -> String {
    String::from_utf8_lossy(response.body()).trim().to_owned()
}
