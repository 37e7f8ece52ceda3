//! The error of credentials that could not be provided.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why there are no credentials: what was looked for, where, and what each place said.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialsError {
    message: Arc<str>,
}

impl CredentialsError {
    /// An error with one sentence for a user.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into().into() }
    }

    /// The same with the error that led to it, and what led to that.
    #[must_use]
    pub fn because(self, cause: &(dyn Error + 'static)) -> Self {
        let mut message = self.message.to_string();
        let mut cause = Some(cause);
        while let Some(error) = cause {
            let text = error.to_string();
            // Many errors repeat their cause in their own text.
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
