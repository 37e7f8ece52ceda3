//! Selects the authentication scheme of a call.

use std::time::SystemTime;

use super::http_auth::HttpAuth;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::date::shift;
use crate::endpoint::{AuthScheme, Endpoint};
use crate::error::EndpointError;
use crate::features::Features;
use crate::schema::AuthSchemeId;
use crate::sigv4::{PercentEncodingMode, SigningAlgorithm, SigningParams, SigningSettings, UriPathNormalizationMode};

/// The authentication schemes of an endpoint, in order of preference.
#[derive(Debug)]
pub(super) struct EndpointAuth {
    schemes: Vec<SigningConfig>,
    source: SchemeSource,
}

/// The source of an endpoint's authentication schemes.
#[derive(Debug)]
enum SchemeSource {
    /// The endpoint rules, whose schemes replace the model's schemes. The string lists the names of all these schemes,
    /// including unsupported ones.
    Rules(String),
    /// The model, which defines the schemes of each operation.
    Model,
}

/// The signing settings for one of the authentication schemes of an endpoint.
#[derive(Debug)]
pub(super) struct SigningConfig {
    scheme: AuthSchemeId,
    /// The service name in the credential scope.
    name: String,
    /// The region, or the region set for SigV4a.
    region: String,
    settings: SigningSettings,
}

/// The authentication that was selected for a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum SelectedAuth<'a> {
    /// The request is signed.
    Signature(&'a SigningConfig),
    /// A header or the query string contains the identity itself.
    Http(HttpAuth),
}

impl EndpointAuth {
    /// Returns the schemes of an endpoint. Requests are signed for `service` and `region` unless the endpoint overrides
    /// them.
    pub(super) fn new(endpoint: &Endpoint, service: &str, region: &str, config: &Config) -> Self {
        let own = AuthScheme::default();
        let signing =
            |scheme: AuthSchemeId, settings: &AuthScheme| SigningConfig::new(scheme, settings, service, region, config);
        if endpoint.auth_schemes().is_empty() {
            let schemes = AuthSchemeId::SIGNING.iter().filter_map(|scheme| signing(*scheme, &own)).collect();
            return Self { schemes, source: SchemeSource::Model };
        }
        let known = |settings: &AuthScheme| signing(AuthSchemeId::from_name(&settings.name)?, settings);
        let schemes = endpoint.auth_schemes().iter().filter_map(known).collect();
        let names: Vec<&str> = endpoint.auth_schemes().iter().map(|scheme| &*scheme.name).collect();
        Self { schemes, source: SchemeSource::Rules(names.join("`, `")) }
    }

    /// Returns the region that is reported in traces and to interceptors.
    pub(super) fn region(&self) -> &str {
        self.schemes.first().map_or("", |scheme| &scheme.region)
    }

    /// Returns the authentication for the requests of an operation, or `None` if the requests are not authenticated.
    /// `operation` contains the authentication schemes of the operation, and `preference` contains the names of the
    /// schemes that are preferred over the others. Schemes that have an identity in the configuration are preferred
    /// over those that do not.
    ///
    /// # Errors
    ///
    /// Returns an error if none of the endpoint's schemes is supported.
    pub(super) fn select(
        &self,
        operation: &[AuthSchemeId],
        preference: &[String],
        config: &Config,
    ) -> Result<Option<SelectedAuth<'_>>, EndpointError> {
        let (own, names) = match &self.source {
            SchemeSource::Rules(names) if operation.iter().any(|scheme| scheme.is_signature()) => {
                (Some(&*self.schemes), &**names)
            }
            SchemeSource::Rules(_) | SchemeSource::Model => (None, ""),
        };
        let selected = preferred(own, operation, preference, config);
        if own.is_some() && selected.is_none() {
            return Err(unsupported(names));
        }
        let Some(selected) = selected else { return Ok(None) };
        Ok(match HttpAuth::of(*selected) {
            Some(scheme) => Some(SelectedAuth::Http(scheme)),
            None => self.schemes.iter().find(|signing| signing.scheme == *selected).map(SelectedAuth::Signature),
        })
    }
}

/// Returns the scheme to use: the most preferred scheme that has an identity, or else the most preferred scheme. If the
/// most preferred scheme is `NoAuth`, it is used in any case. Schemes that `preference` does not contain come last, in
/// the order of the operation. If the endpoint has schemes of its own, they replace those that sign requests, and come
/// before the others.
pub(super) fn preferred<'s>(
    own: Option<&'s [SigningConfig]>,
    operation: &'s [AuthSchemeId],
    preference: &[String],
    config: &Config,
) -> Option<&'s AuthSchemeId> {
    let rank =
        |scheme: &&AuthSchemeId| preference.iter().position(|name| name == scheme.name()).unwrap_or(preference.len());
    let others = operation.iter().filter(|scheme| own.is_none() || !scheme.is_signature());
    let schemes = own.unwrap_or_default().iter().map(|signing| &signing.scheme).chain(others);
    let first = schemes.clone().min_by_key(rank)?;
    if *first == AuthSchemeId::NoAuth {
        return Some(first);
    }
    schemes.filter(|scheme| has_identity(config, **scheme)).min_by_key(rank).or(Some(first))
}

/// Returns whether the configuration contains an identity for a scheme, or a source that provides one.
fn has_identity(config: &Config, scheme: AuthSchemeId) -> bool {
    let values = config.values();
    match scheme {
        AuthSchemeId::HttpBearerAuth => values.token.is_set(),
        #[cfg(feature = "http-auth")]
        AuthSchemeId::HttpApiKeyAuth(_) => values.api_key.is_some(),
        #[cfg(feature = "http-auth")]
        AuthSchemeId::HttpBasicAuth => values.basic_auth.is_some(),
        AuthSchemeId::NoAuth => false,
        AuthSchemeId::SigV4 => values.credentials.is_set(),
        #[cfg(feature = "sigv4a")]
        AuthSchemeId::SigV4a => values.credentials.is_set(),
    }
}

impl SigningConfig {
    pub(super) fn features(&self) -> Features {
        match self.settings.algorithm {
            SigningAlgorithm::HmacSha256 => Features::NONE,
            #[cfg(feature = "sigv4a")]
            SigningAlgorithm::EcdsaP256 => Features::SIGV4A_SIGNING,
        }
    }

    /// Returns whether the signature would be for no region, which no service accepts.
    pub(super) fn lacks_region(&self) -> bool {
        self.region.is_empty()
    }

    /// Returns the parameters of a signature. `skew` is the number of seconds by which the service's clock is ahead of
    /// `now`.
    pub(super) fn params<'a>(&'a self, credentials: &'a Credentials, now: SystemTime, skew: i64) -> SigningParams<'a> {
        let time = shift(now, skew).unwrap_or(now);
        SigningParams { credentials, region: &self.region, service: &self.name, time, settings: self.settings }
    }

    /// Creates the settings for a scheme, or returns `None` if the scheme does not sign requests.
    fn new(scheme: AuthSchemeId, own: &AuthScheme, service: &str, region: &str, config: &Config) -> Option<Self> {
        let (algorithm, region) = match scheme {
            AuthSchemeId::HttpBearerAuth | AuthSchemeId::NoAuth => return None,
            #[cfg(feature = "http-auth")]
            AuthSchemeId::HttpApiKeyAuth(_) | AuthSchemeId::HttpBasicAuth => return None,
            AuthSchemeId::SigV4 => {
                (SigningAlgorithm::HmacSha256, own.signing_region.clone().unwrap_or_else(|| region.to_owned()))
            }
            #[cfg(feature = "sigv4a")]
            AuthSchemeId::SigV4a => (SigningAlgorithm::EcdsaP256, region_set(own, region, config)),
        };
        #[cfg(not(feature = "sigv4a"))]
        let _ = config;
        let mut settings = SigningSettings { algorithm, ..SigningSettings::default() };
        if own.disable_double_encoding {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
        }
        if own.disable_normalize_path {
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let name = own.signing_name.clone().unwrap_or_else(|| service.to_owned());
        Some(Self { scheme, name, region, settings })
    }
}

#[cold]
fn unsupported(names: &str) -> EndpointError {
    EndpointError::new(format!("unsupported authentication scheme in the endpoint: `{names}`"))
}

/// Returns the regions for which a SigV4a signature is valid: the set in the configuration, or else the endpoint's set,
/// or else the signing region. Without any region, the signature is valid in all regions.
#[cfg(feature = "sigv4a")]
fn region_set(own: &AuthScheme, region: &str, config: &Config) -> String {
    let lists = [config.sigv4a_signing_region_set(), &own.signing_region_set];
    match (lists.into_iter().find(|list| !list.is_empty()), &own.signing_region) {
        (Some(list), _) => list.join(","),
        (None, Some(region)) => region.clone(),
        (None, None) if region.is_empty() => "*".to_owned(),
        (None, None) => region.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::AuthSchemeId::{HttpBearerAuth, NoAuth, SigV4};

    fn select(endpoint: &Endpoint, operation: &[AuthSchemeId], preference: &[&str]) -> Option<String> {
        let preference: Vec<String> = preference.iter().map(|name| (*name).to_owned()).collect();
        let config = Config::default();
        let auth = EndpointAuth::new(endpoint, "toy", "eu-west-1", &config);
        match auth.select(operation, &preference, &config).unwrap()? {
            SelectedAuth::Signature(selected) => {
                Some(format!("{} {} {}", selected.scheme.name(), selected.name, selected.region))
            }
            SelectedAuth::Http(scheme) => Some(format!("{scheme:?}")),
        }
    }

    #[test]
    fn the_schemes_of_the_operation_apply_if_the_endpoint_has_none() {
        let plain = Endpoint::new("https://toy");
        let sigv4 = Some("sigv4 toy eu-west-1".to_owned());
        assert_eq!(select(&plain, &[SigV4], &[]), sigv4);
        assert_eq!(select(&plain, &[SigV4], &["noAuth"]), sigv4, "the operation does not support it");
        assert_eq!(select(&plain, &[SigV4, NoAuth], &["httpBearerAuth"]), sigv4);
        assert_eq!(select(&plain, &[SigV4, NoAuth], &["noAuth", "sigv4"]), None);
        assert_eq!(select(&plain, &[NoAuth], &["sigv4"]), None);
        let token = Some("BearerToken".to_owned());
        assert_eq!(select(&plain, &[HttpBearerAuth], &[]), token);
        assert_eq!(select(&plain, &[SigV4, HttpBearerAuth], &[]), sigv4);
        assert_eq!(select(&plain, &[SigV4, HttpBearerAuth], &["httpBearerAuth"]), token);
    }

    #[test]
    fn schemes_of_the_endpoint_replace_those_of_an_operation_with_authentication() {
        let own = AuthScheme::new("sigv4").signing_name("toys").signing_region("us-east-1");
        let endpoint = Endpoint::new("https://toy").auth_scheme(AuthScheme::new("sigv4-s3express")).auth_scheme(own);
        assert_eq!(select(&endpoint, &[SigV4], &[]).as_deref(), Some("sigv4 toys us-east-1"));
        assert_eq!(select(&endpoint, &[SigV4, NoAuth], &["noAuth"]), None);
        assert_eq!(select(&endpoint, &[NoAuth], &[]), None);
    }

    #[test]
    fn an_endpoint_whose_schemes_are_not_supported_is_an_error() {
        let endpoint = Endpoint::new("https://toy").auth_scheme(AuthScheme::new("sigv9"));
        let auth = EndpointAuth::new(&endpoint, "toy", "eu-west-1", &Config::default());
        let error = auth.select(&[SigV4], &[], &Config::default()).unwrap_err();
        assert_eq!(error.to_string(), "unsupported authentication scheme in the endpoint: `sigv9`");
        assert!(auth.select(&[NoAuth], &[], &Config::default()).unwrap().is_none());
    }

    #[cfg(feature = "sigv4a")]
    #[test]
    fn sigv4a_is_selected_by_order_or_preference_and_has_a_set_of_regions() {
        use crate::schema::AuthSchemeId::SigV4a;

        let plain = Endpoint::new("https://toy");
        assert_eq!(select(&plain, &[SigV4a, SigV4], &[]).as_deref(), Some("sigv4a toy eu-west-1"));
        assert_eq!(select(&plain, &[SigV4, SigV4a], &["sigv4a"]).as_deref(), Some("sigv4a toy eu-west-1"));
        assert_eq!(select(&plain, &[SigV4a, SigV4], &["sigv4"]).as_deref(), Some("sigv4 toy eu-west-1"));
        let own = AuthScheme::new("sigv4a").signing_region_set("us-east-1").signing_region_set("us-east-2");
        let endpoint = Endpoint::new("https://toy").auth_scheme(own);
        assert_eq!(select(&endpoint, &[SigV4], &[]).as_deref(), Some("sigv4a toy us-east-1,us-east-2"));
        let config = Config::builder().sigv4a_signing_region_set(["*"]).build();
        let auth = EndpointAuth::new(&endpoint, "toy", "eu-west-1", &config);
        let Some(SelectedAuth::Signature(selected)) = auth.select(&[SigV4], &[], &config).unwrap() else {
            panic!("expected a signature")
        };
        assert_eq!(selected.region, "*");
    }
}
