//! Where requests go.

use std::fmt;

/// What endpoint rules decide upon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params<'a> {
    /// The region to call.
    pub region: Option<&'a str>,
    /// Whether to call FIPS endpoints.
    pub use_fips: bool,
    /// Whether to call dual-stack endpoints.
    pub use_dual_stack: bool,
    /// The endpoint to use whatever the rules say.
    pub endpoint: Option<&'a str>,
}

/// The value of an endpoint parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    Str(&'static str),
    /// A truth value.
    Bool(bool),
}

/// Where a request goes.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// Scheme, host, port and path.
    pub url: String,
    /// The service name to sign for, if it is not the service's own.
    pub signing_name: Option<String>,
    /// The region to sign for, if it is not the client's.
    pub signing_region: Option<String>,
}

/// The rules give no endpoint.
#[derive(Debug)]
pub struct ResolveError {
    message: String,
}

impl ResolveError {
    /// An error that says why.
    pub fn new(message: impl Into<String>) -> Self {
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
