//! HTTP to the services that hand out credentials.
//!
//! In: a request, and how long and how often to try. Out: the reply, or one sentence that says why
//! there is none. It goes through the client's own [`Transport`], so a mock or a proxy sees it too.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::CredentialsError;
use crate::clock::{Clock, within};
use crate::config::has_sound_port;
use crate::transport::{Settings, Transport, TransportErrorKind};

/// The longest pause before another attempt.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Sends requests on behalf of a source of credentials.
#[derive(Clone, Debug)]
pub(super) struct Http {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

/// How long to wait for each of how many attempts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) attempts: u32,
}

impl Limits {
    /// For services that are far away.
    pub(super) const SERVICE: Self = Self { timeout: Duration::from_secs(15), attempts: 3 };
}

impl Http {
    pub(super) fn new(transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) -> Self {
        Self { transport: Arc::clone(transport), clock: Arc::clone(clock) }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Sends the request that `request` makes, again if the failure may pass.
    pub(super) async fn send(
        &self,
        operation: &'static str,
        limits: Limits,
        request: impl Fn() -> Result<Request<Bytes>, CredentialsError>,
    ) -> Result<Response<Bytes>, CredentialsError> {
        let mut wait = Duration::from_millis(100);
        let mut attempt = 1;
        loop {
            let answer = self.attempt(operation, limits.timeout, request()?).await;
            let (may_pass, answer) = match answer {
                Ok(reply) => (is_passing(&reply), Ok(reply)),
                Err(failure) => (failure.may_pass, Err(failure.error)),
            };
            if !may_pass || attempt >= limits.attempts {
                return answer;
            }
            self.clock.sleep(wait).await;
            attempt += 1;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn attempt(
        &self,
        operation: &'static str,
        timeout: Duration,
        mut request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Failure> {
        let settings = Settings {
            operation: operation.into(),
            connect_timeout: Some(timeout),
            read_timeout: Some(timeout),
            attempt_timeout: Some(timeout),
            max_response_size: 1024 * 1024,
        };
        request.extensions_mut().insert(settings);
        let host = place(&request);
        let mut sent = self.transport.send(request);
        match within(&*self.clock, Some(timeout), sent.as_mut()).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(Failure {
                may_pass: matches!(
                    error.kind(),
                    TransportErrorKind::Connect | TransportErrorKind::Closed | TransportErrorKind::Timeout(_)
                ),
                error: CredentialsError::new(format!("{host} cannot be asked")).because(&error),
            }),
            Err(_) => Err(Failure {
                may_pass: true,
                error: CredentialsError::new(format!("{host} did not answer within {timeout:?}")),
            }),
        }
    }
}

struct Failure {
    error: CredentialsError,
    may_pass: bool,
}

/// The reply's failure may be gone a moment later.
fn is_passing(reply: &Response<Bytes>) -> bool {
    let status = reply.status();
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// `scheme://host:port` of the request.
fn place(request: &Request<Bytes>) -> String {
    let uri = request.uri();
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

/// A request, or why there can be none.
pub(super) fn get(url: &str, headers: &[(&'static str, &str)]) -> Result<Request<Bytes>, CredentialsError> {
    request("GET", url, headers, Bytes::new())
}

/// A request with a body, or why there can be none.
pub(super) fn request(
    method: &str,
    url: &str,
    headers: &[(&'static str, &str)],
    body: Bytes,
) -> Result<Request<Bytes>, CredentialsError> {
    let mut builder = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = builder
        .body(body)
        .map_err(|error| CredentialsError::new(format!("cannot write a request to `{url}`")).because(&error))?;
    if has_sound_port(request.uri()) {
        return Ok(request);
    }
    Err(CredentialsError::new(format!("cannot write a request to `{url}`: its port is no number up to 65535")))
}

/// A text as part of a URL's query or of a form.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;

    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The domain below which the services of a region are.
pub(super) fn dns_suffix(region: &str) -> &'static str {
    const SUFFIXES: [(&str, &str); 7] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isof-", "csp.hci.ic.gov"),
    ];
    let suffix = SUFFIXES.iter().find(|(prefix, _)| region.starts_with(prefix));
    suffix.map_or("amazonaws.com", |(_, suffix)| suffix)
}

/// The start of a body that was not expected, for an error's text.
pub(super) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
