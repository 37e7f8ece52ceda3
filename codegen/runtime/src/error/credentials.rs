//! The error of credentials providers.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The reason why no credentials are available: the sources that were tried, and how each of them failed.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialsError {
    message: Arc<str>,
}

impl CredentialsError {
    /// Creates an error. The message is one line without a full stop, such as `cannot read /run/secrets/aws`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into().into() }
    }

    /// Appends the message of the error that caused this one, and the messages of that error's own causes.
    #[must_use]
    pub fn because(self, cause: &(dyn Error + 'static)) -> Self {
        let mut message = self.message.to_string();
        let mut cause = Some(cause);
        while let Some(error) = cause {
            let text = error.to_string();
            // Many errors repeat the message of their cause.
            if !message.ends_with(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = error.source();
        }
        Self::new(message)
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

debug_as_display!(CredentialsError);

impl Error for CredentialsError {}
