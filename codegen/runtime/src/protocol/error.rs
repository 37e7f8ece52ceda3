//! The errors that occur when requests are serialized and responses are deserialized.

use std::error::Error;
use std::fmt;

use crate::schema::{REDACTED, SerdeError};

/// The metadata of an error response, in the same form for all protocols.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ErrorMetadata {
    /// The error code, without a namespace or URL.
    pub code: Option<String>,
    /// The error's shape name, if `code` is a code of the query protocol. Such codes can differ from shape names.
    pub shape: Option<String>,
    /// The service's error message.
    pub message: Option<String>,
    /// Whether the model marks the message as sensitive. A sensitive message is redacted in all output.
    pub sensitive: bool,
}

impl ErrorMetadata {
    /// Returns the message, redacted if it is sensitive.
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
            (None, None) => f.write_str("unknown error, without a code or message"),
        }
    }
}

/// The error for an invalid request that cannot be serialized.
pub struct InputError(Box<dyn Error + Send + Sync>);

impl InputError {
    /// Creates an error from its cause, or from a message that describes the member and what is wrong with it.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }

    /// Returns a reference to the cause. It is a [`ConfigError`](crate::config::ConfigError) if a loaded setting that
    /// applies to the body is invalid, and a [`SigningError`](crate::sigv4::SigningError) if the request cannot be
    /// signed. Any other problem has only a message.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }

    /// Creates an error for a request whose URL is invalid, for example because it is too long.
    pub(crate) fn invalid_url(error: impl fmt::Display) -> Self {
        Self::new(format!("invalid request URL: {error}"))
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

debug_as_display!(InputError);

impl Error for InputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl From<SerdeError> for InputError {
    fn from(error: SerdeError) -> Self {
        Self::new(format!("cannot serialize the request: {error}"))
    }
}

/// The error for a response whose body is not valid for the protocol.
pub struct DecodeError(pub(crate) SerdeError);

impl DecodeError {
    /// Creates an error. The message describes what was found, and where.
    pub fn new(message: impl Into<String>) -> Self {
        Self(SerdeError::new(message.into()))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

debug_as_display!(DecodeError);

impl Error for DecodeError {}

impl From<SerdeError> for DecodeError {
    fn from(error: SerdeError) -> Self {
        Self(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_shown_as_code_and_message() {
        let shown = |code: Option<&str>, message: Option<&str>, sensitive| {
            let (code, message) = (code.map(str::to_owned), message.map(str::to_owned));
            ErrorMetadata { code, message, sensitive, shape: None }.to_string()
        };
        assert_eq!(shown(Some("Busy"), Some("try later"), false), "Busy: try later");
        assert_eq!(shown(Some("Busy"), Some("try later"), true), "Busy: *** redacted ***");
        assert_eq!(shown(Some("Busy"), None, false), "Busy");
        assert_eq!(shown(None, Some("try later"), false), "try later");
        assert_eq!(shown(None, None, false), "unknown error, without a code or message");
    }
}
