//! The errors of reading and writing messages.

use std::error::Error;
use std::fmt;

use crate::schema::{REDACTED, SerdeError};

/// The facts of an error response that every protocol has.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ErrorMetadata {
    /// The error's code, with any namespace and URL cut off.
    pub code: Option<String>,
    /// The error's name in the model, if the code is another: that of a protocol that the service once spoke.
    pub shape: Option<String>,
    /// The message of the service.
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
            (None, None) => f.write_str("unknown error without a code or message"),
        }
    }
}

/// A request that cannot be written.
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

debug_as_display!(InputError);

impl Error for InputError {}

impl From<SerdeError> for InputError {
    fn from(error: SerdeError) -> Self {
        Self::new(format!("cannot serialize the request: {error}"))
    }
}

/// A body that is not what the protocol says.
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

debug_as_display!(DecodeError);

impl Error for DecodeError {}

impl From<SerdeError> for DecodeError {
    fn from(error: SerdeError) -> Self {
        Self::new(error.to_string())
    }
}
