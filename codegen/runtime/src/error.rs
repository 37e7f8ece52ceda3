//! The errors that calls return.
//!
//! [`SdkError`] is the error of a failed call. It is displayed on a single line that is suitable for logs. The line
//! contains the operation, and either the root cause or the service's error code and message, with the HTTP status and
//! the request ID.

mod cause;
mod credentials;
mod display;
mod failure_kind;
pub(crate) mod modeled;
mod transport;
mod unknown_variant;

pub use cause::{EndpointError, MissingMember, ResponseError, UnknownError};
pub use credentials::{CredentialsError, CredentialsErrorKind};
pub use failure_kind::FailureKind;
pub use transport::{TransportError, TransportErrorKind};

pub use crate::protocol::{DecodeError, ErrorMetadata, InputError};

pub(crate) use display::OneLine;
#[cfg(feature = "event-stream")]
pub(crate) use modeled::ExceptionReader;
pub use modeled::{ErrorShape, Fault};
pub use unknown_variant::UnknownVariantError;

#[doc(hidden)]
pub use crate::{__crate_error as crate_error, __modeled as modeled, __service_error as service_error};

use std::borrow::Cow;
use std::error::Error;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::protocol::ClientProtocol;
use crate::response::request_id;
use crate::schema::OperationSchema;
use crate::timeout::TimeoutError;

/// The modeled errors of an operation. Generated code implements this trait.
pub trait ServiceError: Error + Send + Sync + 'static {
    /// Deserializes the modeled error that the response's error code identifies. An error with an unknown code becomes
    /// an [`UnknownError`].
    fn from_response(response: &mut ErrorResponse<'_>) -> Self;
}

/// An error response, from which modeled errors are read.
#[derive(Debug)]
pub struct ErrorResponse<'a> {
    /// The error's code and message.
    pub metadata: &'a ErrorMetadata,
    /// The response and its protocol.
    pub(crate) raw: Option<(&'a http::Response<Bytes>, &'static dyn ClientProtocol)>,
    /// The message of the modeled error, if it differs from that of the metadata. Only the model contains the location
    /// of a message in a header, for example.
    pub(crate) message: Option<String>,
}

impl<'a> ErrorResponse<'a> {
    /// Creates an error response from an HTTP response and the metadata that the protocol has read from it.
    #[must_use]
    pub fn new(
        metadata: &'a ErrorMetadata,
        response: &'a http::Response<Bytes>,
        protocol: &'static dyn ClientProtocol,
    ) -> Self {
        Self { metadata, raw: Some((response, protocol)), message: None }
    }
}

/// The error that a failed call returns.
///
/// `Display` prints one line, including the root cause, so [`source`](Error::source) returns `None`.
///
/// ```
/// # use simba_runtime::error::SdkError;
/// #
/// fn advice(error: &SdkError) -> String {
///     match error {
///         SdkError::Service(_) => format!("the service returned {:?}", error.code()),
///         error if error.is_retryable() => "try again later".to_owned(),
///         error => error.to_string(),
///     }
/// }
/// # let _ = advice;
/// ```
#[non_exhaustive]
pub enum SdkError<E = UnknownError> {
    /// The service returned an error.
    Service(Box<CallFailure<E>>),
    /// The request is invalid and cannot be serialized.
    Input(Box<CallFailure<InputError>>),
    /// The endpoint cannot be resolved.
    Endpoint(Box<CallFailure<EndpointError>>),
    /// No valid credentials are available to sign the request.
    Credentials(Box<CallFailure<CredentialsError>>),
    /// A timeout expired.
    Timeout(Box<CallFailure<TimeoutError>>),
    /// The request could not be sent, or the response was not received completely.
    Transport(Box<CallFailure<TransportError>>),
    /// The response is not valid for the protocol.
    ResponseError(Box<CallFailure<ResponseError>>),
}

/// The cause and the context of a failed call.
pub struct CallFailure<T> {
    cause: T,
    /// Boxed so that conversions between error types move few bytes. These conversions are compiled separately for each
    /// operation.
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
    /// The protocol of the response.
    pub(crate) protocol: Option<&'static dyn ClientProtocol>,
}

impl CallContext {
    /// Creates the context of a call that has failed after the given number of attempts.
    pub(crate) fn of(operation: &OperationSchema, attempts: u32) -> Self {
        Self { operation: operation.name.clone(), attempts, ..Self::default() }
    }

    /// Returns the response in the form from which modeled errors are deserialized.
    fn response(&self) -> ErrorResponse<'_> {
        ErrorResponse { metadata: &self.meta, raw: self.response.as_ref().zip(self.protocol), message: None }
    }

    /// Replaces the message, unless `message` is `None`.
    fn set_message(&mut self, message: Option<String>) {
        if message.is_some() {
            self.meta.message = message;
        }
    }
}

impl<T> CallFailure<T> {
    pub(crate) fn new(cause: T, context: impl Into<Box<CallContext>>) -> Box<Self> {
        Box::new(Self { cause, context: context.into() })
    }

    /// Returns a reference to the cause.
    pub fn cause(&self) -> &T {
        &self.cause
    }

    /// Converts the failure into its cause.
    pub fn into_cause(self) -> T {
        self.cause
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        &self.context.operation
    }

    /// Returns the number of attempts, which is 0 if the call failed before the first attempt.
    pub fn attempts(&self) -> u32 {
        self.context.attempts
    }

    /// Returns the headers of the last response, if any.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.context.response.as_ref().map(http::Response::headers)
    }
}

impl<E> SdkError<E> {
    /// Returns the error that the service returned, if any. If the model does not list the error, it is the variant
    /// `Unknown`.
    pub fn service(&self) -> Option<&E> {
        match self {
            Self::Service(failure) => Some(&failure.cause),
            _ => None,
        }
    }

    /// Converts the error into the error that the service returned. If the model does not list the error, it is the
    /// variant `Unknown`.
    ///
    /// # Errors
    ///
    /// Returns the error itself if it is not a [`Service`](Self::Service) error.
    pub fn into_service(self) -> Result<E, Self> {
        match self {
            Self::Service(failure) => Ok(failure.cause),
            other => Err(other),
        }
    }

    /// Returns the service's error code, if any.
    pub fn code(&self) -> Option<&str> {
        self.context().meta.code.as_deref()
    }

    /// Returns the service's error message, if any.
    pub fn message(&self) -> Option<&str> {
        self.context().meta.message.as_deref()
    }

    /// Returns the HTTP status of the last response, if any.
    pub fn status(&self) -> Option<StatusCode> {
        self.context().response.as_ref().map(http::Response::status)
    }

    /// Returns the headers of the last response, if any.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.context().response.as_ref().map(http::Response::headers)
    }

    /// Returns the request ID of the last response, if any. Include it when you contact AWS Support.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(request_id)
    }

    /// Returns the unprocessed body of the last response, if any.
    pub fn raw_body(&self) -> Option<&Bytes> {
        self.context().response.as_ref().map(http::Response::body)
    }

    /// Returns the number of attempts, which is 0 if the call failed before the first attempt.
    pub fn attempts(&self) -> u32 {
        self.context().attempts
    }

    /// Returns the name of the operation. The name is empty if the error was converted from a [`MissingMember`], which
    /// is not the error of a call.
    pub fn operation(&self) -> &str {
        &self.context().operation
    }

    /// Returns whether the same call may succeed later. The client has already retried the call as often as the retry
    /// configuration allows, unless its body can be sent only once.
    pub fn is_retryable(&self) -> bool {
        self.context().kind.is_some()
    }

    /// Returns whether the service throttled the call.
    pub fn is_throttling(&self) -> bool {
        self.context().kind == Some(FailureKind::Throttling)
    }

    /// Returns whether a timeout expired.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns the transport error, if it caused the failure.
    pub fn transport(&self) -> Option<&TransportError> {
        match self {
            Self::Transport(failure) => Some(&failure.cause),
            _ => None,
        }
    }

    /// Converts the modeled error with `convert`. Other errors and the context remain unchanged.
    pub fn map_service<F>(self, convert: impl FnOnce(E) -> F) -> SdkError<F> {
        self.map(|error, _| convert(error))
    }

    /// Deserializes the modeled error again, as a different enum. Operation errors are converted into service errors in
    /// this way, without a mapping between the two.
    #[doc(hidden)]
    pub fn deserialize_error_as<F: ServiceError>(self) -> SdkError<F> {
        self.map(|_, context| {
            let mut response = context.response();
            let error = F::from_response(&mut response);
            let message = response.message;
            context.set_message(message);
            error
        })
    }

    fn map<F>(self, convert: impl FnOnce(E, &mut CallContext) -> F) -> SdkError<F> {
        match self {
            Self::Service(failure) => {
                let CallFailure { cause, mut context } = *failure;
                SdkError::Service(CallFailure::new(convert(cause, &mut context), context))
            }
            Self::Input(failure) => SdkError::Input(failure),
            Self::Endpoint(failure) => SdkError::Endpoint(failure),
            Self::Credentials(failure) => SdkError::Credentials(failure),
            Self::Timeout(failure) => SdkError::Timeout(failure),
            Self::Transport(failure) => SdkError::Transport(failure),
            Self::ResponseError(failure) => SdkError::ResponseError(failure),
        }
    }

    /// Returns the name of the variant.
    #[cfg(feature = "tracing")]
    pub(crate) fn kind_name(&self) -> &'static str {
        self.parts().0
    }

    /// Returns the cause if the service did not return a response.
    #[cfg(feature = "tracing")]
    pub(crate) fn cause_without_response(&self) -> Option<String> {
        match self.parts().1 {
            Err(cause) if !cause.is::<ResponseError>() => Some(crate::root_cause::with_root_cause(cause)),
            Ok(_) | Err(_) => None,
        }
    }

    pub(crate) fn context(&self) -> &CallContext {
        self.parts().2
    }

    /// Returns the name of the variant, the service's error or the cause of the failure, and the context of the call.
    fn parts(&self) -> (&'static str, Result<&E, &(dyn Error + 'static)>, &CallContext) {
        match self {
            Self::Service(failure) => ("Service", Ok(&failure.cause), &failure.context),
            Self::Input(failure) => ("Input", Err(&failure.cause), &failure.context),
            Self::Endpoint(failure) => ("Endpoint", Err(&failure.cause), &failure.context),
            Self::Credentials(failure) => ("Credentials", Err(&failure.cause), &failure.context),
            Self::Timeout(failure) => ("Timeout", Err(&failure.cause), &failure.context),
            Self::Transport(failure) => ("Transport", Err(&failure.cause), &failure.context),
            Self::ResponseError(failure) => ("ResponseError", Err(&failure.cause), &failure.context),
        }
    }
}

/// Converts the error that an accessor returns, so that `?` works in functions that return an [`SdkError`].
impl<E> From<MissingMember> for SdkError<E> {
    fn from(missing: MissingMember) -> Self {
        Self::ResponseError(CallFailure::new(ResponseError::Missing(missing), CallContext::default()))
    }
}

impl<E: std::fmt::Debug + std::fmt::Display> Error for SdkError<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_cheap_to_return() {
        assert!(size_of::<SdkError<UnknownError>>() <= 32);
    }
}
