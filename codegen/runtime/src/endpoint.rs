//! Endpoints, and the support library for generated endpoint resolvers.
//!
//! The generator compiles a model's endpoint rules into a function
//! `fn resolve(&Params<'_>) -> Result<Endpoint, ResolveError>`. The client collects the [`Params`] from its
//! configuration and the request. The result is an [`Endpoint`], or an error with the rule's message. The standard
//! library of the rules is in [`functions`]. [`Partitions`] is the data behind `aws.partition`.

use std::borrow::Cow;
use std::fmt;

pub mod functions;
mod params;
mod partition;

pub use functions::{Arn, Url};
pub use params::{Params, Setting, Value};
pub use partition::{Partition, Partitions};

/// An endpoint: the URL that requests are sent to, and the headers and signing settings of these requests.
///
/// `Display` prints one line: the URL, followed by headers and authentication schemes, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    headers: Vec<(String, String)>,
    auth_schemes: Vec<AuthScheme>,
}

impl Endpoint {
    /// Creates an endpoint. `url` has a scheme and a host, and optionally a port and a path.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), headers: Vec::new(), auth_schemes: Vec::new() }
    }

    /// Adds a header that is sent with every request to this endpoint.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds an authentication scheme. Schemes must be added in order of preference.
    #[must_use]
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.auth_schemes.push(scheme);
        self
    }

    /// Returns the URL: `scheme://host`, optionally with `:port` and `/path`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the headers that are sent with every request to this endpoint.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Returns the authentication schemes that the endpoint accepts, in order of preference.
    ///
    /// If there are none, the authentication schemes in the service's model apply.
    #[must_use]
    pub fn auth_schemes(&self) -> &[AuthScheme] {
        &self.auth_schemes
    }

    /// Returns the endpoint's settings for the authentication scheme `name`, such as `sigv4`.
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

/// An endpoint's settings for an authentication scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthScheme {
    /// The name of the scheme, such as `sigv4` or `sigv4a`.
    pub name: String,
    /// The signing name, if it differs from the service's own.
    pub signing_name: Option<String>,
    /// The signing region, if it differs from the client's region.
    pub signing_region: Option<String>,
    /// The regions for which a `sigv4a` signature is valid. Regions in the client's configuration take precedence. If
    /// neither list is set, the signature is valid in the signing region.
    pub signing_region_set: Vec<String>,
    /// Whether the path is signed as sent, without being percent-encoded a second time.
    pub disable_double_encoding: bool,
    /// Whether the path is signed without resolving `.` and `..` segments.
    pub disable_normalize_path: bool,
}

impl AuthScheme {
    /// Creates a scheme with default settings.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Sets the signing name.
    #[must_use]
    pub fn signing_name(mut self, name: impl Into<String>) -> Self {
        self.signing_name = Some(name.into());
        self
    }

    /// Sets the signing region.
    #[must_use]
    pub fn signing_region(mut self, region: impl Into<String>) -> Self {
        self.signing_region = Some(region.into());
        self
    }

    /// Adds a region for which a `sigv4a` signature is valid.
    #[must_use]
    pub fn signing_region_set(mut self, region: impl Into<String>) -> Self {
        self.signing_region_set.push(region.into());
        self
    }

    /// Sets whether the path is signed as sent, without being percent-encoded a second time. Defaults to `false`.
    #[must_use]
    pub fn disable_double_encoding(mut self, disable: bool) -> Self {
        self.disable_double_encoding = disable;
        self
    }

    /// Sets whether the path is signed without resolving `.` and `..` segments. Defaults to `false`.
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

/// The reason why the endpoint rules did not resolve an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct ResolveError(Reason);

#[derive(Clone, PartialEq, Eq)]
enum Reason {
    Rule(Cow<'static, str>),
    Missing(&'static str),
    NoRule,
}

impl ResolveError {
    /// Creates an error for a rule that rejects the parameters, with the rule's message.
    pub fn rule(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Reason::Rule(message.into()))
    }

    /// Creates an error for a required parameter that is not set.
    #[must_use]
    pub fn missing(name: &'static str) -> Self {
        Self(Reason::Missing(name))
    }

    /// Creates an error for parameters that match no rule.
    #[must_use]
    pub fn no_rule() -> Self {
        Self(Reason::NoRule)
    }

    /// Returns the name of the required parameter that is not set, if that is the reason.
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
            Reason::Missing(name) => write!(f, "the endpoint parameter `{name}` is not set"),
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
    fn rules_without_a_match_are_an_error() {
        assert_eq!(ResolveError::no_rule().to_string(), "no endpoint rule matches the parameters");
    }

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
    fn an_error_has_the_message_of_the_rule() {
        assert_eq!(ResolveError::rule("Missing Region").to_string(), "Missing Region");
        let missing = ResolveError::missing("Bucket");
        assert_eq!(missing.missing_parameter(), Some("Bucket"));
        assert_eq!(missing.to_string(), "the endpoint parameter `Bucket` is not set");
    }
}
