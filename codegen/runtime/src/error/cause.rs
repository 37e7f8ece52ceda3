//! The causes of failed calls that are not another module's.

use std::error::Error;
use std::fmt;

use crate::protocol::DecodeError;

/// An error that the model does not know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownError {
    /// The error's code.
    pub code: String,
    /// The message of the service.
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

/// There is no place to send a request to.
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

debug_as_display!(EndpointError);

impl Error for EndpointError {}

/// A response that the protocol does not know.
#[non_exhaustive]
pub enum ResponseError {
    /// The status says error and the response gives no code: it comes from something in between, or
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
            Self::NoErrorCode => f.write_str("the response has no error code"),
            Self::Body(error) => write!(f, "cannot deserialize the response: {error}"),
            Self::Missing(missing) => missing.fmt(f),
        }
    }
}

debug_as_display!(ResponseError);

impl Error for ResponseError {}

/// A response lacks a member that the caller relied on.
#[derive(Clone, Copy, PartialEq, Eq)]
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

debug_as_display!(MissingMember);

impl Error for MissingMember {}
