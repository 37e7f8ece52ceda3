//! The credentials or the bearer token of a request.

use std::fmt;
use std::time::SystemTime;

use crate::features::Features;

/// AWS credentials: an access key, and also a session token if the credentials are temporary.
///
/// This type is also a [provider](crate::credentials::ProvideCredentials), which returns the credentials themselves.
/// `Debug` omits the secrets.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// # use simba_runtime::credentials::Credentials;
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")
///     .session_token("a session token")
///     .expiry(SystemTime::now() + Duration::from_secs(3600));
/// assert!(!format!("{credentials:?}").contains("wJalrXUtnFEMI"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Credentials {
    /// The access key ID.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
    /// The time at which temporary credentials expire. Credentials without an expiry are used until a service rejects
    /// them as expired.
    pub expiry: Option<SystemTime>,
    /// The ID of the AWS account that the credentials belong to, if the provider returned it.
    pub account_id: Option<String>,
    /// The features that describe where the credentials come from. The user agent reports them.
    #[doc(hidden)]
    pub features: Features,
}

impl Credentials {
    /// Creates credentials that do not expire.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expiry: None,
            account_id: None,
            features: Features::NONE,
        }
    }

    /// Sets the session token of temporary credentials.
    #[must_use]
    pub fn session_token(mut self, token: impl Into<String>) -> Self {
        self.session_token = Some(token.into());
        self
    }

    /// Sets the time at which temporary credentials expire.
    #[must_use]
    pub fn expiry(mut self, expiry: SystemTime) -> Self {
        self.expiry = Some(expiry);
        self
    }

    /// Sets the ID of the AWS account that the credentials belong to, such as `123456789012`.
    #[must_use]
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        self.account_id = Some(id.into());
        self
    }
}

/// Credentials are equal regardless of where they come from.
impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        let Self { access_key_id, secret_access_key, session_token, expiry, account_id, features: _ } = self;
        (access_key_id, secret_access_key, session_token, expiry, account_id)
            == (&other.access_key_id, &other.secret_access_key, &other.session_token, &other.expiry, &other.account_id)
    }
}

impl Eq for Credentials {}

/// Omits secrets.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiry", &self.expiry)
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// A bearer token, for services that use one in place of a signature.
///
/// This type is also a [provider](crate::credentials::ProvideToken), which returns the token itself. `Debug` omits the
/// token.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use simba_runtime::credentials::Token;
///
/// let expiry = SystemTime::now() + Duration::from_secs(3600);
/// let token = Token::new("a bearer token").expiry(expiry);
/// assert!(!format!("{token:?}").contains("bearer"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// The token itself.
    pub token: String,
    /// The time at which the token expires. A token without an expiry is never refreshed.
    pub expiry: Option<SystemTime>,
}

impl Token {
    /// Creates a token that does not expire.
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: token.into(), expiry: None }
    }

    /// Sets the time at which the token expires.
    #[must_use]
    pub fn expiry(mut self, expiry: SystemTime) -> Self {
        self.expiry = Some(expiry);
        self
    }
}

/// Omits the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expiry", &self.expiry).finish_non_exhaustive()
    }
}
