//! HTTP to the services that hand out credentials.
//!
//! In: a request, and how long and how often to try. Out: the response, or one sentence that says why
//! there is none. It goes through the client's own [`Transport`], so a mock or a proxy sees it too.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::CredentialsError;
use simba_runtime::__private::{classify, collect, fraction, shift, url, within};
use simba_runtime::body::Body;
use simba_runtime::clock::Clock;
use simba_runtime::random::Random;
use simba_runtime::retry::FailureKind;
use simba_runtime::transport::{Settings, Transport, TransportErrorKind};

/// The longest pause before another attempt, and how much longer a service may make it.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The most that a response may have, in bytes.
const MAX_RESPONSE_SIZE: u64 = 1024 * 1024;

/// Sends requests on behalf of a source of credentials.
#[derive(Debug)]
pub(super) struct Http {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// The seconds by which the clock is behind that of the services.
    skew: AtomicI64,
}

/// An operation that hands out credentials or what leads to them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) limits: Limits,
    /// Reads the code of an error response.
    pub(super) code: fn(&Response<Bytes>) -> Option<String>,
    /// Codes of errors that another attempt may clear, besides those of all services.
    pub(super) transient: &'static [&'static str],
}

/// How long to wait for each of how many attempts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) attempts: u32,
    /// How many attempts may end in silence: it takes long, and says that probably nobody is there.
    pub(super) silent_attempts: u32,
}

impl Limits {
    /// For services that are far away.
    pub(super) const SERVICE: Self = Self { timeout: Duration::from_secs(15), attempts: 3, silent_attempts: 3 };
}

impl Http {
    pub(super) fn new(transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { transport: Arc::clone(transport), clock: Arc::clone(clock), random, skew: AtomicI64::new(0) }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// A random number from 0 up to 1, without 1.
    pub(super) fn random(&self) -> f64 {
        fraction(&*self.random)
    }

    /// Sends the request that `request` makes for the time that it is given, again if the failure
    /// may pass.
    pub(super) async fn send(
        &self,
        operation: Operation,
        request: impl Fn(SystemTime) -> Result<Request<Bytes>, CredentialsError>,
    ) -> Result<Response<Bytes>, CredentialsError> {
        let Limits { attempts, silent_attempts, .. } = operation.limits;
        let mut attempt = 1;
        loop {
            let skew = self.skew.load(Ordering::Relaxed);
            let now = self.clock.now();
            let request = request(shift(now, skew).unwrap_or(now))?;
            let (most, kind, result) = match self.attempt(operation, request).await {
                Ok(response) => (attempts, self.kind(operation, &response, skew), Ok(response)),
                Err(failure) => {
                    let most = if failure.silent { silent_attempts } else { attempts };
                    (most, failure.may_pass.then_some(FailureKind::Transient), Err(failure.error))
                }
            };
            let Some(kind) = kind.filter(|_| attempt < most) else {
                return result;
            };
            let asked = result.ok().and_then(|response| classify::retry_after(response.headers()));
            self.clock.sleep(self.pause(kind, attempt, asked)).await;
            attempt += 1;
        }
    }

    /// Why another attempt may succeed where this response is a failure.
    fn kind(&self, operation: Operation, response: &Response<Bytes>, used_skew: i64) -> Option<FailureKind> {
        if response.status().is_success() {
            return None;
        }
        let code = (operation.code)(response);
        let code = code.as_deref();
        if classify::may_be_skew(code)
            && let Some(skew) = classify::skew(response.headers(), self.clock.now(), used_skew)
        {
            self.skew.store(skew, Ordering::Relaxed);
            return Some(FailureKind::ClockSkew);
        }
        if code.is_some_and(|code| operation.transient.contains(&code)) {
            return Some(FailureKind::Transient);
        }
        classify::of_any_service(response.status(), code)
    }

    /// How long to wait before another attempt: AWS's exponential backoff with full jitter.
    fn pause(&self, kind: FailureKind, attempt: u32, asked: Option<Duration>) -> Duration {
        let base = match kind {
            FailureKind::Transient => Duration::from_millis(100),
            FailureKind::Throttling => Duration::from_secs(1),
            FailureKind::ClockSkew => Duration::ZERO,
        };
        let longest = base.saturating_mul(1 << (attempt - 1).min(16)).min(LONGEST_WAIT);
        let pause = longest.mul_f64(self.random());
        asked.map_or(pause, |asked| asked.clamp(pause, pause + LONGEST_WAIT))
    }

    async fn attempt(&self, operation: Operation, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let timeout = operation.limits.timeout;
        let mut settings = Settings::default();
        settings.operation = operation.name.into();
        settings.connect_timeout = Some(timeout);
        settings.read_timeout = Some(timeout);
        settings.attempt_timeout = Some(timeout);
        request.extensions_mut().insert(settings);
        let host = origin(&request);
        let response = self.transport.send(request.map(Body::from));
        let exchange = pin!(async { collect(response.await?, MAX_RESPONSE_SIZE, || host.clone()).await });
        match within(&*self.clock, Some(timeout), exchange).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Failure {
                may_pass: classify::transport(error.kind()).is_some(),
                silent: matches!(error.kind(), TransportErrorKind::Timeout(_)),
                error: CredentialsError::new(format!("cannot send a request to {host}")).because(&error),
            }),
            Err(_) => Err(Failure {
                may_pass: true,
                silent: true,
                error: CredentialsError::new(format!("no response from {host} within {timeout:?}")),
            }),
        }
    }
}

struct Failure {
    error: CredentialsError,
    may_pass: bool,
    /// Nothing was heard before the time was over.
    silent: bool,
}

/// The code of an error response in JSON: `code` of containers, `__type` and `x-amzn-errortype` of
/// AWS's services, `error` of OAuth.
pub(super) fn json_code(response: &Response<Bytes>) -> Option<String> {
    let header = response.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = || {
        let body: Value = serde_json::from_slice(response.body()).ok()?;
        ["__type", "code", "Code", "error"].iter().find_map(|name| body.get(name)?.as_str().map(str::to_owned))
    };
    let code = header.or_else(body)?;
    // `namespace#Name:http://…`
    let name = code.split(':').next().unwrap_or_default();
    Some(name.rsplit('#').next().unwrap_or_default().to_owned())
}

/// `scheme://host:port` of the request.
fn origin(request: &Request<Bytes>) -> String {
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
    let invalid =
        |error: &dyn std::fmt::Display| CredentialsError::new(format!("cannot serialize the request: {error}"));
    let uri = url::parse(url).map_err(|error| invalid(&error))?;
    let mut builder = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(body).map_err(|error| invalid(&error))
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

/// The start of a body that was not expected, for an error's text.
pub(super) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
