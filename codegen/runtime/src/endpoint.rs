//! Where a request goes: what a generated endpoint resolver reads, calls and returns.
//!
//! The generator compiles a model's endpoint rules to one function,
//! `fn resolve(&Params<'_>) -> Result<Endpoint, ResolveError>`. In come the [`Params`] that the
//! client gathered from its configuration and from the request; out goes an [`Endpoint`], or the
//! rule's own words on why there is none. The rules' standard functions are in [`functions`], the
//! table behind `aws.partition` is a [`Partitions`].

use std::borrow::Cow;
use std::fmt;

pub mod functions;
mod params;
mod partition;

pub use functions::{Arn, Url};
pub use params::{Params, Setting, Value};
pub use partition::{Partition, Partitions};

/// Where a request goes, and how it is signed for there.
///
/// `Display` is one line: the URL, then headers and authentication schemes if there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    headers: Vec<(String, String)>,
    auth_schemes: Vec<AuthScheme>,
}

impl Endpoint {
    /// The endpoint at `url`: a scheme, a host, and possibly a port and a path.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), headers: Vec::new(), auth_schemes: Vec::new() }
    }

    /// Adds a header that every request to this endpoint carries.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds an authentication scheme; the one added first is preferred.
    #[must_use]
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.auth_schemes.push(scheme);
        self
    }

    /// The URL: `scheme://host`, with `:port` and `/path` where the endpoint has them.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers that every request to this endpoint carries, in the rules' order.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The authentication schemes that the endpoint accepts, preferred first.
    ///
    /// Empty says that the rules leave the service's own scheme as it is.
    #[must_use]
    pub fn auth_schemes(&self) -> &[AuthScheme] {
        &self.auth_schemes
    }

    /// The properties that this endpoint gives to the scheme `name`, such as `sigv4`.
    #[must_use]
    pub fn scheme(&self, name: &str) -> Option<&AuthScheme> {
        self.auth_schemes.iter().find(|scheme| scheme.name == name)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        for (name, value) in &self.headers {
            write!(f, " {name}: {value}")?;
        }
        for scheme in &self.auth_schemes {
            write!(f, " [{scheme}]")?;
        }
        Ok(())
    }
}

/// The settings of an endpoint for one authentication scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthScheme {
    /// The scheme: `sigv4`, `sigv4a`, …
    pub name: String,
    /// The service name to sign with, in place of the service's own.
    pub signing_name: Option<String>,
    /// The region to sign with, in place of the client's.
    pub signing_region: Option<String>,
    /// The regions that a `sigv4a` signature is good for; empty leaves it to the client.
    pub signing_region_set: Vec<String>,
    /// Whether the path is signed as it is sent, without being escaped once more.
    pub disable_double_encoding: bool,
    /// Whether the path is signed without resolving `.` and `..` in it.
    pub disable_normalize_path: bool,
}

impl AuthScheme {
    /// The scheme `name`, with nothing changed.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Signs with the service name `name`.
    #[must_use]
    pub fn signing_name(mut self, name: impl Into<String>) -> Self {
        self.signing_name = Some(name.into());
        self
    }

    /// Signs with the region `region`.
    #[must_use]
    pub fn signing_region(mut self, region: impl Into<String>) -> Self {
        self.signing_region = Some(region.into());
        self
    }

    /// Adds a region to those that a `sigv4a` signature is good for.
    #[must_use]
    pub fn signing_region_set(mut self, region: impl Into<String>) -> Self {
        self.signing_region_set.push(region.into());
        self
    }

    /// Says whether the path is signed as it is sent.
    #[must_use]
    pub fn disable_double_encoding(mut self, disable: bool) -> Self {
        self.disable_double_encoding = disable;
        self
    }

    /// Says whether the path is signed without resolving `.` and `..` in it.
    #[must_use]
    pub fn disable_normalize_path(mut self, disable: bool) -> Self {
        self.disable_normalize_path = disable;
        self
    }
}

impl fmt::Display for AuthScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(name) = &self.signing_name {
            write!(f, " name={name}")?;
        }
        if let Some(region) = &self.signing_region {
            write!(f, " region={region}")?;
        }
        for region in &self.signing_region_set {
            write!(f, " region-set={region}")?;
        }
        if self.disable_double_encoding {
            f.write_str(" disable-double-encoding")?;
        }
        if self.disable_normalize_path {
            f.write_str(" disable-normalize-path")?;
        }
        Ok(())
    }
}

/// Why the rules gave no endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct ResolveError(Reason);

#[derive(Clone, PartialEq, Eq)]
enum Reason {
    Rule(Cow<'static, str>),
    Missing(&'static str),
    NoRule,
}

impl ResolveError {
    /// A rule says that these parameters have no endpoint, and why.
    pub fn rule(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Reason::Rule(message.into()))
    }

    /// The rules cannot do without the parameter `name`, and it is not set.
    #[must_use]
    pub fn missing(name: &'static str) -> Self {
        Self(Reason::Missing(name))
    }

    /// No rule of the service fits the parameters.
    #[must_use]
    pub fn no_rule() -> Self {
        Self(Reason::NoRule)
    }

    /// The parameter that is required and not set, if that is the reason.
    #[must_use]
    pub fn missing_parameter(&self) -> Option<&'static str> {
        match self.0 {
            Reason::Missing(name) => Some(name),
            Reason::Rule(_) | Reason::NoRule => None,
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Rule(message) => f.write_str(message),
            Reason::Missing(name) => write!(f, "the endpoint parameter {name} is not set"),
            Reason::NoRule => f.write_str("no endpoint rule matches the parameters"),
        }
    }
}

debug_as_display!(ResolveError);

impl std::error::Error for ResolveError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_prints_everything_that_changes_the_request() {
        let endpoint = Endpoint::new("https://example.com:8443/base")
            .header("x-account", "123")
            .auth_scheme(
                AuthScheme::new("sigv4").signing_name("svc").signing_region("eu-west-1").disable_double_encoding(true),
            )
            .auth_scheme(AuthScheme::new("sigv4a").signing_region_set("*"));
        assert_eq!(
            endpoint.to_string(),
            "https://example.com:8443/base x-account: 123 \
             [sigv4 name=svc region=eu-west-1 disable-double-encoding] [sigv4a region-set=*]"
        );
        assert_eq!(endpoint.scheme("sigv4a").map(|s| s.signing_region_set.len()), Some(1));
        assert_eq!(endpoint.scheme("none"), None);
    }

    #[test]
    fn an_error_speaks_in_the_rules_words() {
        assert_eq!(ResolveError::rule("Missing Region").to_string(), "Missing Region");
        let missing = ResolveError::missing("Bucket");
        assert_eq!(missing.missing_parameter(), Some("Bucket"));
        assert_eq!(missing.to_string(), "the endpoint parameter Bucket is not set");
    }
}
