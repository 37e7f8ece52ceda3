//! Where requests go.

use std::fmt;

/// What endpoint rules decide upon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params<'a> {
    values: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Params<'a> {
    /// The region that the client is configured for, a string.
    pub const REGION: &'static str = "Region";
    /// Whether to use the endpoints that conform to FIPS 140.
    pub const USE_FIPS: &'static str = "UseFIPS";
    /// Whether to use the endpoints that answer on IPv4 and IPv6.
    pub const USE_DUAL_STACK: &'static str = "UseDualStack";
    /// The endpoint that the user configured in place of the service's, a URL.
    pub const ENDPOINT: &'static str = "Endpoint";

    /// No parameters.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// Sets the parameter `name`, in place of what it was.
    pub fn set(&mut self, name: &'a str, value: impl Into<Value<'a>>) -> &mut Self {
        let value = value.into();
        match self.values.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.values.push((name, value)),
        }
        self
    }

    /// The parameter `name`, if it is set and is a string.
    #[must_use]
    pub fn str(&self, name: &str) -> Option<&'a str> {
        match self.values.iter().find(|(key, _)| *key == name)? {
            (_, Value::Str(value)) => Some(value),
            _ => None,
        }
    }
}

/// The value of an endpoint parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A string.
    Str(&'a str),
    /// A truth value.
    Bool(bool),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Str(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Where a request goes.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    url: String,
    headers: Vec<(String, String)>,
}

/// What an endpoint changes in one authentication scheme.
#[derive(Clone, Debug, Default)]
pub struct AuthScheme {
    /// The service name to sign with, in place of the service's own.
    pub signing_name: Option<String>,
    /// The region to sign with, in place of the client's.
    pub signing_region: Option<String>,
}

impl Endpoint {
    /// The endpoint at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            headers: Vec::new(),
        }
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers that every request to this endpoint carries.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The properties that this endpoint gives to the scheme `name`, such as `sigv4`.
    #[must_use]
    pub fn scheme(&self, _name: &str) -> Option<&AuthScheme> {
        None
    }
}

/// The rules give no endpoint.
#[derive(Debug)]
pub struct ResolveError {
    message: String,
}

impl ResolveError {
    /// An error that says why.
    pub fn rule(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ResolveError {}
