//! Everything that can go wrong with a call, each as one type that says so in one line.
//!
//! In: what the protocol read off an error response, or what stopped the call before there was one.
//! Out: [`SdkError`], whose Display is a single line fit for a log: operation, code, message, HTTP
//! status and request id, or the root cause. The causes it wraps are in [`cause`](self).

mod cause;
mod credentials;
mod display;
mod failure_kind;
mod modeled;
mod transport;
mod unknown_variant;

pub use cause::{EndpointError, MissingMember, ResponseError, UnknownError};
pub use credentials::CredentialsError;
pub use failure_kind::FailureKind;
pub use transport::{TransportError, TransportErrorKind};

pub use crate::protocol::{DecodeError, ErrorMetadata, InputError};

pub(crate) use display::OneLine;
#[cfg(all(test, feature = "_tls"))]
pub(crate) use display::with_root_cause;
pub use modeled::{ErrorShape, Fault};
#[doc(hidden)]
pub use modeled::{display, fill_option, fill_required, names, recognize};
pub use unknown_variant::UnknownVariantError;

#[doc(hidden)]
pub use crate::{__crate_error as crate_error, __modeled as modeled, __service_error as service_error};

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::protocol::ClientProtocol;
use crate::response::request_id;
use crate::timeout::TimeoutError;

/// An operation's modeled errors. The generator implements it.
pub trait ServiceError: std::error::Error + Send + Sync + 'static {
    /// Reads the modeled error that a response's code names; a code that the model does not know becomes an
    /// [`UnknownError`].
    fn from_response(response: &ErrorResponse<'_>) -> Self;
}

/// An error response, which a modeled error is read from.
#[derive(Debug)]
pub struct ErrorResponse<'a> {
    /// The code and the message.
    pub metadata: &'a ErrorMetadata,
    /// The response, and the protocol that it speaks.
    pub(crate) raw: Option<(&'a http::Response<Bytes>, &'static dyn ClientProtocol)>,
}

impl<'a> ErrorResponse<'a> {
    /// Creates an error response of a protocol, whose metadata the protocol has read.
    #[must_use]
    pub fn new(
        metadata: &'a ErrorMetadata,
        response: &'a http::Response<Bytes>,
        protocol: &'static dyn ClientProtocol,
    ) -> Self {
        Self { metadata, raw: Some((response, protocol)) }
    }
}

/// Why a call failed.
///
/// Its Display holds the whole story in one line, causes included, so
/// [`source`](std::error::Error::source) has nothing to add and is `None`.
#[non_exhaustive]
pub enum SdkError<E = UnknownError> {
    /// The service answered with an error.
    Service(Box<CallFailure<E>>),
    /// The request cannot be written.
    Input(Box<CallFailure<InputError>>),
    /// There is no place to send the request to.
    Endpoint(Box<CallFailure<EndpointError>>),
    /// There is nothing to sign the request with.
    Credentials(Box<CallFailure<CredentialsError>>),
    /// Time ran out.
    Timeout(Box<CallFailure<TimeoutError>>),
    /// The request or its response was lost on the way.
    Transport(Box<CallFailure<TransportError>>),
    /// The response is not one that the protocol knows.
    ResponseError(Box<CallFailure<ResponseError>>),
}

/// One failed call: the cause, and what is known of the call.
pub struct CallFailure<T> {
    cause: T,
    /// Boxed, so that what turns one error into another, of which each operation has its own copy, moves little.
    context: Box<CallContext>,
}

/// The context of a failed call.
#[derive(Clone, Default)]
pub(crate) struct CallContext {
    pub(crate) operation: Cow<'static, str>,
    pub(crate) attempts: u32,
    pub(crate) meta: ErrorMetadata,
    pub(crate) kind: Option<FailureKind>,
    pub(crate) response: Option<http::Response<Bytes>>,
    /// The protocol that the response speaks.
    pub(crate) protocol: Option<&'static dyn ClientProtocol>,
}

impl CallContext {
    /// The response as modeled errors are read from.
    fn response(&self) -> ErrorResponse<'_> {
        ErrorResponse { metadata: &self.meta, raw: self.response.as_ref().zip(self.protocol) }
    }
}

impl<T> CallFailure<T> {
    pub(crate) fn new(cause: T, context: impl Into<Box<CallContext>>) -> Box<Self> {
        Box::new(Self { cause, context: context.into() })
    }

    /// Returns the cause.
    pub fn cause(&self) -> &T {
        &self.cause
    }

    /// Returns the cause by value.
    pub fn into_cause(self) -> T {
        self.cause
    }

    /// The name of the operation that was called.
    pub fn operation(&self) -> &str {
        &self.context.operation
    }

    /// How many times the request was sent; 0 if it never was.
    pub fn attempts(&self) -> u32 {
        self.context.attempts
    }

    /// The last response's headers, if there was a response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.context.response.as_ref().map(http::Response::headers)
    }
}

impl<E> SdkError<E> {
    /// The modeled error, if the service answered with one.
    pub fn service(&self) -> Option<&E> {
        match self {
            Self::Service(failure) => Some(&failure.cause),
            _ => None,
        }
    }

    /// The modeled error by value.
    ///
    /// # Errors
    ///
    /// The error itself, if it is not one that the service answered.
    pub fn into_service(self) -> Result<E, Self> {
        match self {
            Self::Service(failure) => Ok(failure.cause),
            other => Err(other),
        }
    }

    /// The error code that the service answered.
    pub fn code(&self) -> Option<&str> {
        self.context().meta.code.as_deref()
    }

    /// The message that the service answered.
    pub fn message(&self) -> Option<&str> {
        self.context().meta.message.as_deref()
    }

    /// The last response's HTTP status.
    pub fn status(&self) -> Option<StatusCode> {
        self.context().response.as_ref().map(http::Response::status)
    }

    /// The last response's headers.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.context().response.as_ref().map(http::Response::headers)
    }

    /// The identifier that AWS gave the last attempt: what its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(request_id)
    }

    /// The last response's body as it came.
    pub fn raw_body(&self) -> Option<&Bytes> {
        self.context().response.as_ref().map(http::Response::body)
    }

    /// How many times the request was sent; 0 if it never was.
    pub fn attempts(&self) -> u32 {
        self.context().attempts
    }

    /// The name of the operation that was called; empty for a [`MissingMember`], which no call
    /// is to blame for.
    pub fn operation(&self) -> &str {
        &self.context().operation
    }

    /// Whether the same call may succeed later; the client has then already tried as often as its
    /// retry settings allow.
    pub fn is_retryable(&self) -> bool {
        self.context().kind.is_some()
    }

    /// Whether the service asked its callers to slow down.
    pub fn is_throttling(&self) -> bool {
        self.context().kind == Some(FailureKind::Throttling)
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns the transport's error, if the request or its response was lost.
    pub fn transport(&self) -> Option<&TransportError> {
        match self {
            Self::Transport(failure) => Some(&failure.cause),
            _ => None,
        }
    }

    /// The same failure with another type for the modeled error.
    pub fn map_service<F>(self, convert: impl FnOnce(E) -> F) -> SdkError<F> {
        self.map(|error, _| convert(error))
    }

    /// The same failure with its modeled error read anew as one of another enumeration: what the service answered is
    /// kept, so that an operation's error becomes the service's without a table of both.
    #[doc(hidden)]
    pub fn deserialize_error_as<F: ServiceError>(self) -> SdkError<F> {
        self.map(|_, context| F::from_response(&context.response()))
    }

    fn map<F>(self, convert: impl FnOnce(E, &CallContext) -> F) -> SdkError<F> {
        match self {
            Self::Service(failure) => {
                let CallFailure { cause, context } = *failure;
                SdkError::Service(CallFailure::new(convert(cause, &context), context))
            }
            Self::Input(failure) => SdkError::Input(failure),
            Self::Endpoint(failure) => SdkError::Endpoint(failure),
            Self::Credentials(failure) => SdkError::Credentials(failure),
            Self::Timeout(failure) => SdkError::Timeout(failure),
            Self::Transport(failure) => SdkError::Transport(failure),
            Self::ResponseError(failure) => SdkError::ResponseError(failure),
        }
    }

    /// The name of the variant.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Service(_) => "Service",
            Self::Input(_) => "Input",
            Self::Endpoint(_) => "Endpoint",
            Self::Credentials(_) => "Credentials",
            Self::Timeout(_) => "Timeout",
            Self::Transport(_) => "Transport",
            Self::ResponseError(_) => "ResponseError",
        }
    }

    /// Returns the cause of a failure without a response.
    #[cfg(feature = "tracing")]
    pub(crate) fn cause_without_response(&self) -> Option<String> {
        match self {
            Self::Service(_) | Self::ResponseError(_) => None,
            Self::Input(failure) => Some(failure.cause.to_string()),
            Self::Endpoint(failure) => Some(failure.cause.to_string()),
            Self::Credentials(failure) => Some(failure.cause.to_string()),
            Self::Timeout(failure) => Some(failure.cause.to_string()),
            Self::Transport(failure) => Some(display::with_root_cause(&failure.cause)),
        }
    }

    pub(crate) fn context(&self) -> &CallContext {
        match self {
            Self::Service(failure) => &failure.context,
            Self::Input(failure) => &failure.context,
            Self::Endpoint(failure) => &failure.context,
            Self::Credentials(failure) => &failure.context,
            Self::Timeout(failure) => &failure.context,
            Self::Transport(failure) => &failure.context,
            Self::ResponseError(failure) => &failure.context,
        }
    }
}

/// Lets `?` convert the error of an accessor.
impl<E> From<MissingMember> for SdkError<E> {
    fn from(missing: MissingMember) -> Self {
        Self::ResponseError(CallFailure::new(ResponseError::Missing(missing), CallContext::default()))
    }
}

impl<E: std::fmt::Debug + std::fmt::Display> std::error::Error for SdkError<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_cheap_to_return() {
        assert!(size_of::<SdkError<UnknownError>>() <= 32);
    }
}
