//! Determines whether failures are retryable, and why.

use http::header::{AGE, DATE};
use http::{HeaderMap, StatusCode};
use std::time::{Duration, SystemTime};

use super::FailureKind;
use crate::date::unix_seconds;
use crate::error::{CallContext, CallFailure, ErrorMetadata, SdkError};
use crate::primitives::Timestamp;
use crate::schema::{Retryable, StructSchema};
use crate::timeout::TimeoutError;
use crate::transport::{TransportError, TransportErrorKind};

/// The throttling error codes of AWS services.
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

/// The transient error codes of AWS services.
const TRANSIENT: [&str; 3] = ["InternalError", "RequestTimeout", "RequestTimeoutException"];

/// The codes of errors that may be due to a wrong local clock.
const SKEW: [&str; 7] = [
    "AccessDeniedException",
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
];

/// The codes of errors that are due to expired credentials.
const EXPIRED: [&str; 2] = ["ExpiredToken", "ExpiredTokenException"];

/// The clock skew, in seconds, above which the local clock is considered wrong. A smaller difference may be due to a
/// slow network.
const LARGEST_DELAY: i64 = 4 * 60;

/// Returns the reason why an error response is retryable, according to the model, the code and the status, or `None` if
/// it is not retryable.
///
/// `retryable` contains the codes that the model marks as retryable, and `errors` contains the modeled errors of the
/// operation. The status 429 alone does not make a modeled error retryable.
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

/// Returns the reason why an error response of any service is retryable, according to the code and the status, or
/// `None` if it is not retryable.
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

/// Returns the reason why a transport failure is retryable, or `None` if it is not retryable.
pub fn transport(kind: TransportErrorKind) -> Option<FailureKind> {
    match kind {
        TransportErrorKind::Connect | TransportErrorKind::Closed | TransportErrorKind::Timeout(_) => {
            Some(FailureKind::Transient)
        }
        TransportErrorKind::Tls | TransportErrorKind::TooLarge | TransportErrorKind::Other => None,
    }
}

/// Returns whether an error with the given code may be due to a wrong local clock.
pub fn may_be_skew(code: Option<&str>) -> bool {
    code.is_some_and(|code| SKEW.contains(&code))
}

/// Returns whether an error with the given code is due to expired credentials.
pub(crate) fn is_expired_token(code: Option<&str>) -> bool {
    code.is_some_and(|code| EXPIRED.contains(&code))
}

/// Returns how many seconds the local clock is behind the response's date, or `None` if this number is close to the
/// skew that the request was signed with. A response from a cache is ignored, since its date is that of an earlier
/// response.
pub fn skew(headers: &HeaderMap, now: SystemTime, used: i64) -> Option<i64> {
    if headers.contains_key(AGE) {
        return None;
    }
    let date = Timestamp::parse_http_date(headers.get(DATE)?.to_str().ok()?.trim())?;
    let skew = date.as_secs().saturating_sub(unix_seconds(now));
    (skew.saturating_sub(used).abs() > LARGEST_DELAY).then_some(skew)
}

/// Returns the delay that the service requests with the `x-amz-retry-after` header, which contains milliseconds.
///
/// HTTP's own `Retry-After` header is ignored, as in the AWS SDKs. Proxies and load balancers set this header, and its
/// delays of seconds or minutes would replace a backoff of milliseconds.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("x-amz-retry-after")?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_millis)
}

/// Returns the error for a call whose request or response could not be transferred.
pub(crate) fn transport_error(error: TransportError, context: CallContext) -> SdkError<ErrorMetadata> {
    let context = CallContext { kind: transport(error.kind()), ..context };
    match error.kind() {
        TransportErrorKind::Timeout(kind) => {
            SdkError::Timeout(CallFailure::new(TimeoutError::new(kind, error.to_string()), context))
        }
        _ => SdkError::Transport(CallFailure::new(error, context)),
    }
}
