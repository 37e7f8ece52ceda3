//! The causes of failed calls that are not another module's.

use std::error::Error;
use std::fmt;

use crate::schema::REDACTED;

/// What the protocol reads off an error reply.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ErrorMetadata {
    /// The error's code, with any namespace and URL cut off.
    pub code: Option<String>,
    /// The error's name in the model, if the code is another: that of a protocol that the service once spoke.
    pub shape: Option<String>,
    /// What the service says about it.
    pub message: Option<String>,
    /// Whether the model marks the message as sensitive: it is then redacted wherever the error is printed.
    pub sensitive: bool,
}

impl ErrorMetadata {
    /// The message as it may be printed.
    pub(crate) fn shown_message(&self) -> Option<&str> {
        self.message.as_deref().map(|message| if self.sensitive { REDACTED } else { message })
    }
}

impl fmt::Debug for ErrorMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorMetadata")
            .field("code", &self.code)
            .field("shape", &self.shape)
            .field("message", &self.shown_message())
            .finish()
    }
}

impl fmt::Display for ErrorMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_deref(), self.shown_message()) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(text),
            (None, None) => f.write_str("an error without code and message"),
        }
    }
}

/// An error that the model does not know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownError {
    /// The error's code.
    pub code: String,
    /// What the service says about it.
    pub message: Option<String>,
}

impl super::ServiceError for UnknownError {
    fn from_response(response: &super::ErrorResponse<'_>) -> Self {
        let meta = response.metadata;
        Self { code: meta.code.clone().unwrap_or_default(), message: meta.shown_message().map(str::to_owned) }
    }
}

impl fmt::Display for UnknownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}: {message}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

impl Error for UnknownError {}

/// A request that cannot be written.
#[derive(Debug)]
pub struct InputError {
    message: String,
}

impl InputError {
    /// An error that says what is wrong with which member.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for InputError {}

impl From<crate::config::ConfigError> for InputError {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<crate::schema::SerdeError> for InputError {
    fn from(error: crate::schema::SerdeError) -> Self {
        Self::new(format!("the request cannot be written: {error}"))
    }
}

/// A body that is not what the protocol says.
#[derive(Debug)]
pub struct DecodeError {
    message: String,
}

impl DecodeError {
    /// An error that says what was found where.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for DecodeError {}

impl From<crate::schema::SerdeError> for DecodeError {
    fn from(error: crate::schema::SerdeError) -> Self {
        Self::new(error.to_string())
    }
}

/// There is no place to send a request to.
#[derive(Debug)]
pub struct EndpointError {
    message: String,
}

impl EndpointError {
    /// An error that says what is missing and how to fix it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for EndpointError {}

/// A reply that the protocol does not know.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResponseError {
    /// The status says error and the reply gives no code: it comes from something in between, or
    /// from no AWS service.
    NoErrorCode,
    /// The status says success and the body cannot be read.
    Body(DecodeError),
    /// A member that the caller relied on is absent.
    Missing(MissingMember),
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoErrorCode => f.write_str("the reply has no error code"),
            Self::Body(error) => write!(f, "the response cannot be read: {error}"),
            Self::Missing(missing) => missing.fmt(f),
        }
    }
}

impl Error for ResponseError {}

/// A response lacks a member that the caller relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingMember {
    /// The structure that lacks it, mostly a response.
    pub structure: &'static str,
    /// The absent member's name.
    pub member: &'static str,
}

impl MissingMember {
    /// Creates the error of a structure that lacks a member.
    #[doc(hidden)]
    #[must_use]
    pub fn of(structure: &dyn crate::schema::SerializableStruct, member: &'static str) -> Self {
        Self { structure: structure.schema().id.name, member }
    }
}

impl fmt::Display for MissingMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no {}", self.structure, self.member)
    }
}

impl Error for MissingMember {}
