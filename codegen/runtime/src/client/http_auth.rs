//! HTTP authentication schemes, in which requests contain the identity itself instead of a signature.

#[cfg(feature = "http-auth")]
use base64::{Engine, prelude::BASE64_STANDARD};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::{Client, RuntimeComponents};
use crate::credentials::CredentialsError;
use crate::schema::AuthSchemeId;
#[cfg(feature = "http-auth")]
use crate::{
    error::InputError,
    schema::{ApiKeyLocation, HttpApiKeyAuth},
    url::{push_query, set_query},
};

/// An authentication scheme in which requests contain the identity itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HttpAuth {
    /// A bearer token.
    BearerToken,
    /// An API key.
    #[cfg(feature = "http-auth")]
    ApiKey(&'static HttpApiKeyAuth),
    /// A user name and a password.
    #[cfg(feature = "http-auth")]
    Basic,
}

impl HttpAuth {
    /// Returns the HTTP scheme with the given ID, or `None` if the scheme signs requests or does not authenticate them.
    pub(super) const fn of(scheme: AuthSchemeId) -> Option<Self> {
        match scheme {
            AuthSchemeId::HttpBearerAuth => Some(Self::BearerToken),
            #[cfg(feature = "http-auth")]
            AuthSchemeId::HttpApiKeyAuth(key) => Some(Self::ApiKey(key)),
            #[cfg(feature = "http-auth")]
            AuthSchemeId::HttpBasicAuth => Some(Self::Basic),
            AuthSchemeId::SigV4 | AuthSchemeId::NoAuth => None,
            #[cfg(feature = "sigv4a")]
            AuthSchemeId::SigV4a => None,
        }
    }
}

/// The part of a request that contains the identity.
pub(super) enum Placement {
    Header(HeaderName, HeaderValue),
    /// A query parameter, percent-encoded.
    #[cfg(feature = "http-auth")]
    Query(String),
}

impl Client {
    /// Returns the identity for a scheme, in the form in which it is sent.
    pub(super) async fn identity(
        &self,
        components: &RuntimeComponents,
        scheme: HttpAuth,
    ) -> Result<Placement, CredentialsError> {
        match scheme {
            HttpAuth::BearerToken => {
                let signing_name = self.inner.service.schema.signing_name;
                let (transport, clock) = (&components.transport, &components.clock);
                let token = super::components::token(&self.inner.config, transport, clock, signing_name).get().await?;
                header(AUTHORIZATION, format!("Bearer {}", token.token), "the bearer token")
            }
            #[cfg(feature = "http-auth")]
            HttpAuth::ApiKey(place) => {
                let key = self.inner.config.values().api_key.as_deref();
                api_key(place, key.ok_or_else(|| not_configured("API key", "api_key(…)"))?)
            }
            #[cfg(feature = "http-auth")]
            HttpAuth::Basic => {
                let basic = self.inner.config.values().basic_auth.as_ref();
                let (user, password) =
                    basic.ok_or_else(|| not_configured("user name and password", "basic_auth(…)"))?;
                if user.contains(':') {
                    return Err(CredentialsError::invalid(
                        "the user name contains a colon, which basic authentication does not allow",
                    ));
                }
                let encoded = BASE64_STANDARD.encode(format!("{user}:{password}"));
                header(AUTHORIZATION, format!("Basic {encoded}"), "the user name")
            }
        }
    }
}

fn header(name: HeaderName, value: String, identity: &str) -> Result<Placement, CredentialsError> {
    let value = HeaderValue::try_from(value);
    let message = || format!("{identity} contains a character that is not allowed in HTTP headers");
    let mut value = value.map_err(|_| CredentialsError::invalid(message()))?;
    value.set_sensitive(true);
    Ok(Placement::Header(name, value))
}

#[cfg(feature = "http-auth")]
fn api_key(place: &HttpApiKeyAuth, key: &str) -> Result<Placement, CredentialsError> {
    match place.location {
        ApiKeyLocation::Header => {
            let name = HeaderName::try_from(place.name);
            let name = name.map_err(|_| {
                CredentialsError::invalid(format!("invalid header name `{}` for the API key", place.name))
            })?;
            let value = place.scheme.map_or_else(|| key.to_owned(), |scheme| format!("{scheme} {key}"));
            header(name, value, "the API key")
        }
        ApiKeyLocation::Query => {
            let mut parameter = String::new();
            push_query(&mut parameter, place.name, key);
            Ok(Placement::Query(parameter))
        }
    }
}

/// Adds a query parameter to a URI.
#[cfg(feature = "http-auth")]
pub(super) fn add_to_query(uri: &mut http::Uri, parameter: &str) -> Result<(), InputError> {
    let query = uri.query().filter(|query| !query.is_empty());
    let query = query.map_or_else(|| parameter.to_owned(), |query| format!("{query}&{parameter}"));
    set_query(uri, &query).map_err(InputError::invalid_url)
}

#[cfg(feature = "http-auth")]
#[cold]
fn not_configured(identity: &str, method: &str) -> CredentialsError {
    CredentialsError::not_configured(format!("no {identity}; add `.{method}` to `Config::builder()`"))
}
