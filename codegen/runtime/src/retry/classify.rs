//! Classifies failures: whether another attempt may succeed, and why.

use http::header::DATE;
use http::{HeaderMap, StatusCode};
use std::time::{Duration, SystemTime};

use super::FailureKind;
use crate::date::{parse_http_date, unix_seconds};
use crate::schema::{Retryable, StructSchema};
use crate::transport::TransportErrorKind;

/// Error codes of AWS services that throttle.
const THROTTLING: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Error codes of AWS services for transient failures.
const TRANSIENT: [&str; 3] = ["InternalError", "RequestTimeout", "RequestTimeoutException"];

/// Error codes that a wrong clock may cause.
const SKEW: [&str; 6] = [
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
];

/// A server's time that is this many seconds from ours shows a wrong clock, not a slow network.
const LARGEST_DELAY: i64 = 4 * 60;

/// Returns why another attempt may succeed after an error response, by its code and status.
///
/// `retryable` are the codes that the model marks, and `errors` the errors of the operation. An error of the model that
/// is not marked does not become retryable by the status 429.
pub(crate) fn response(
    retryable: &[(&str, Retryable)],
    errors: &[&StructSchema],
    status: StatusCode,
    code: Option<&str>,
) -> Option<FailureKind> {
    match code.and_then(|code| retryable.iter().find(|(known, _)| *known == code)) {
        Some((_, Retryable::Transient)) => return Some(FailureKind::Transient),
        Some((_, Retryable::Throttling)) => return Some(FailureKind::Throttling),
        None => {}
    }
    let is_modeled = |code| errors.iter().any(|error| error.has_error_code(code));
    match of_any_service(status, code) {
        Some(FailureKind::Throttling) if status == StatusCode::TOO_MANY_REQUESTS => {
            code.is_none_or(|code| THROTTLING.contains(&code) || !is_modeled(code)).then_some(FailureKind::Throttling)
        }
        kind => kind,
    }
}

/// The same for what all services share.
pub fn of_any_service(status: StatusCode, code: Option<&str>) -> Option<FailureKind> {
    if let Some(code) = code {
        if THROTTLING.contains(&code) {
            return Some(FailureKind::Throttling);
        }
        if TRANSIENT.contains(&code) {
            return Some(FailureKind::Transient);
        }
    }
    match status.as_u16() {
        429 => Some(FailureKind::Throttling),
        500 | 502 | 503 | 504 => Some(FailureKind::Transient),
        _ => None,
    }
}

/// Returns why another attempt may succeed after a failure of the transport.
pub fn transport(kind: TransportErrorKind) -> Option<FailureKind> {
    match kind {
        TransportErrorKind::Connect | TransportErrorKind::Closed | TransportErrorKind::Timeout(_) => {
            Some(FailureKind::Transient)
        }
        TransportErrorKind::Tls | TransportErrorKind::TooLarge | TransportErrorKind::Other => None,
    }
}

/// Whether a wrong clock may explain the refusal.
pub fn may_be_skew(code: Option<&str>) -> bool {
    code.is_some_and(|code| SKEW.contains(&code))
}

/// The seconds by which the clock is behind the response's date, if that is not what the request was signed with.
pub fn skew(headers: &HeaderMap, now: SystemTime, used: i64) -> Option<i64> {
    let date = parse_http_date(headers.get(DATE)?.to_str().ok()?)?;
    let skew = unix_seconds(date).saturating_sub(unix_seconds(now));
    (skew.saturating_sub(used).abs() > LARGEST_DELAY).then_some(skew)
}

/// How long the service asks to wait: `x-amz-retry-after`, in milliseconds.
///
/// HTTP's own `Retry-After` is ignored, as in AWS's SDKs: it comes from proxies and load balancers, and delays of
/// seconds or minutes would replace a backoff of milliseconds.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("x-amz-retry-after")?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_millis)
}
