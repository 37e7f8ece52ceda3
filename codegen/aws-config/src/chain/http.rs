//! The HTTP client of the credentials providers.
//!
//! Requests are sent over the [`Transport`] of the service client, so mock transports and proxies also apply to them.
//! Error messages consist of a single line.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response};

use super::{CredentialsError, json};
use simba_runtime::__private::{classify, collect, fraction, shift, url, within};
use simba_runtime::BoxFuture;
use simba_runtime::body::Body;
use simba_runtime::clock::Clock;
use simba_runtime::random::Random;
use simba_runtime::retry::FailureKind;
use simba_runtime::transport::{Settings, Transport, TransportErrorKind};

/// The maximum backoff, and the maximum time by which a service can extend a backoff.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The maximum size of a response, in bytes.
const MAX_RESPONSE_SIZE: u64 = 1024 * 1024;

/// The HTTP client of the credentials providers.
#[derive(Debug)]
pub(super) struct Http {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// The number of seconds by which the local clock is behind the services' clocks.
    skew: AtomicI64,
    corrects_skew: bool,
}

/// An operation that returns credentials or a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) limits: Limits,
    /// A function that extracts the error code from an error response.
    pub(super) code: fn(&Response<Bytes>) -> Option<String>,
    /// Error codes that are retryable for this operation, in addition to the codes that are retryable for all services.
    pub(super) transient: &'static [&'static str],
}

/// A function that builds the request for a point in time. The type is a trait object so that `send` is compiled only
/// once.
pub(super) type BuildRequest<'a> = dyn Fn(SystemTime) -> Result<Request<Bytes>, CredentialsError> + Send + Sync + 'a;

/// The timeout of an attempt and the maximum number of attempts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) attempts: u32,
    /// The maximum number of attempts that end without a response. Such attempts are slow, and usually mean that the
    /// endpoint does not exist.
    pub(super) silent_attempts: u32,
}

impl Limits {
    /// The limits for remote services.
    pub(super) const SERVICE: Self = Self { timeout: Duration::from_secs(15), attempts: 3, silent_attempts: 3 };
}

impl Http {
    pub(super) fn new(transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            transport: Arc::clone(transport),
            clock: Arc::clone(clock),
            random,
            skew: AtomicI64::new(0),
            corrects_skew: true,
        }
    }

    /// Sets whether signatures compensate for clock skew.
    pub(super) fn clock_skew_correction(self, on: bool) -> Self {
        Self { corrects_skew: on, ..self }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Returns a random number in the range `[0, 1)`.
    pub(super) fn random(&self) -> f64 {
        fraction(&*self.random)
    }

    /// Returns a random UUID.
    #[cfg(feature = "login")]
    pub(super) fn uuid(&self) -> String {
        simba_runtime::__private::uuid(&*self.random)
    }

    /// Sends the request that `request` builds for the current time, and retries transient failures.
    ///
    /// The future is boxed. Otherwise, its state, and the code that drops this state, would be duplicated in the future
    /// of each provider.
    pub(super) fn send<'a>(
        &'a self,
        operation: Operation,
        request: &'a BuildRequest<'a>,
    ) -> BoxFuture<'a, Result<Response<Bytes>, CredentialsError>> {
        Box::pin(self.attempts(operation, request))
    }

    async fn attempts(
        &self,
        operation: Operation,
        request: &BuildRequest<'_>,
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

    /// Classifies an error response for retries, or returns `None` if it is not retryable. If the response shows that
    /// the local clock is wrong, the difference is stored.
    fn kind(&self, operation: Operation, response: &Response<Bytes>, used_skew: i64) -> Option<FailureKind> {
        if response.status().is_success() {
            return None;
        }
        let code = (operation.code)(response);
        let code = code.as_deref();
        if self.corrects_skew
            && classify::may_be_skew(code)
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

    /// Returns the time to wait before the next attempt, which is an exponential backoff with full jitter, as in the
    /// AWS SDKs.
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
        let exchange = pin!(async { collect(response.await?, MAX_RESPONSE_SIZE, "", &host).await });
        match within(&*self.clock, Some(timeout), exchange).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Failure {
                may_pass: classify::transport(error.kind()).is_some(),
                silent: matches!(error.kind(), TransportErrorKind::Timeout(_)),
                error: CredentialsError::new(format!("cannot send a request to {host}")).because(error),
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
    /// Whether the attempt timed out without a response.
    silent: bool,
}

/// Returns the error code in a JSON response. The code is in `code` for containers, in `__type` or the
/// `x-amzn-errortype` header for AWS services, and in `error` for OAuth.
pub(super) fn json_code(response: &Response<Bytes>) -> Option<String> {
    let header = response.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = || {
        let body = json::parse(response.body())?;
        ["__type", "code", "Code", "error"].iter().find_map(|name| body.get(name)?.as_str().map(str::to_owned))
    };
    let code = header.or_else(body)?;
    // The format is `namespace#Name:http://…`.
    let name = code.split(':').next().unwrap_or_default();
    Some(name.rsplit('#').next().unwrap_or_default().to_owned())
}

/// Returns the origin of a request in the form `scheme://host:port`.
fn origin(request: &Request<Bytes>) -> String {
    let uri = request.uri();
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

/// Builds a `GET` request.
pub(super) fn get(url: &str, headers: &[(&'static str, &str)]) -> Result<Request<Bytes>, CredentialsError> {
    request(Method::GET, url, headers, Bytes::new())
}

/// Builds a request with a body. The headers are marked as sensitive, since most of them contain a token.
pub(super) fn request(
    method: Method,
    url: &str,
    headers: &[(&'static str, &str)],
    body: Bytes,
) -> Result<Request<Bytes>, CredentialsError> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = url::parse(url).map_err(|error| CredentialsError::invalid(error.to_string()))?;
    for (name, value) in headers {
        let invalid = || format!("the header `{name}` contains a character that is not allowed in HTTP headers");
        let mut value = HeaderValue::from_str(value).map_err(|_| CredentialsError::new(invalid()))?;
        value.set_sensitive(true);
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(request)
}

/// Percent-encodes a string for a query string or a form.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    url::percent_encode(text.as_bytes(), &mut out);
    out
}

/// Describes an error response. The description contains the status, and either the code and message or the start of
/// the body.
pub(super) fn describe(response: &Response<Bytes>, code: Option<&str>, message: Option<&str>) -> String {
    let said = match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(said), None) | (None, Some(said)) => said.to_owned(),
        (None, None) => excerpt(response.body()),
    };
    format!("{said} (HTTP {})", response.status().as_u16())
}

/// Returns the start of an unexpected body, for an error message.
pub(super) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_of_a_request_contains_no_token() {
        let request = get("http://localhost/", &[("authorization", "hush")]).unwrap();
        assert_eq!(request.headers()["authorization"], "hush");
        assert!(!format!("{request:?}").contains("hush"), "{request:?}");
    }

    #[test]
    fn an_error_response_is_described_by_what_it_contains() {
        let response = Response::builder().status(400).body(Bytes::from_static(b"<a>\n</a>")).unwrap();
        let described = |code, message| describe(&response, code, message);
        assert_eq!(described(Some("Code"), Some("no")), "Code: no (HTTP 400)");
        assert_eq!(described(Some("Code"), None), "Code (HTTP 400)");
        assert_eq!(described(None, Some("no")), "no (HTTP 400)");
        assert_eq!(described(None, None), "<a> </a> (HTTP 400)");
    }
}
