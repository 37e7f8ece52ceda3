//! The error of credentials providers.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The reason why no credentials are available: the sources that were tried, and how each of them failed.
///
/// `Display` prints one line, including the causes, so [`source`](Error::source) returns `None`. Errors with the same
/// kind and message are equal.
#[derive(Clone)]
pub struct CredentialsError {
    kind: CredentialsErrorKind,
    message: Arc<str>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// The kind of a [`CredentialsError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsErrorKind {
    /// No credentials are configured.
    NotConfigured,
    /// A provider is configured, but failed.
    Failed,
    /// The credentials, or the settings of a provider, are invalid.
    Invalid,
}

impl CredentialsError {
    /// Creates an error of the kind [`Failed`](CredentialsErrorKind::Failed). The message is one line without a
    /// period, such as `cannot read /run/secrets/aws`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { kind: CredentialsErrorKind::Failed, message: message.into().into(), cause: None }
    }

    /// Creates an error of the kind [`NotConfigured`](CredentialsErrorKind::NotConfigured).
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self { kind: CredentialsErrorKind::NotConfigured, ..Self::new(message) }
    }

    /// Creates an error of the kind [`Invalid`](CredentialsErrorKind::Invalid).
    pub fn invalid(message: impl Into<String>) -> Self {
        Self { kind: CredentialsErrorKind::Invalid, ..Self::new(message) }
    }

    /// Sets the error that caused this one. Its message, and the messages of its own causes, are appended to the
    /// message.
    #[must_use]
    pub fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let cause: Arc<dyn Error + Send + Sync> = cause.into().into();
        let mut message = self.message.to_string();
        let mut next: Option<&(dyn Error + 'static)> = Some(&*cause);
        while let Some(error) = next {
            let text = error.to_string();
            // Many errors repeat the message of their cause.
            if !message.ends_with(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            next = error.source();
        }
        Self { kind: self.kind, message: message.into(), cause: Some(cause) }
    }

    /// Adds context, such as ``profile `dev` ``, to the start of the message. The kind and the cause remain unchanged.
    #[must_use]
    pub fn context(self, context: impl fmt::Display) -> Self {
        Self { message: format!("{context}: {self}").into(), ..self }
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> CredentialsErrorKind {
        self.kind
    }

    /// Returns the error that caused this one, if any.
    pub fn get_ref(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.cause.as_deref()
    }
}

impl PartialEq for CredentialsError {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.message == other.message
    }
}

impl Eq for CredentialsError {}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

debug_as_display!(CredentialsError);

impl Error for CredentialsError {}
