//! Resolves the endpoint of a call and prepares it for use in requests.

use std::borrow::Cow;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::uri::{Scheme, Uri};

use super::Client;
use super::auth::{EndpointAuth, preferred};
use crate::config::{fips_region, is_region};
use crate::endpoint::{Endpoint, Params, Value};
use crate::error::{CallContext, CallFailure, EndpointError, ErrorMetadata, InputError, SdkError};
use crate::features::Features;
use crate::operation::AccountIdEndpoints;
use crate::options::CallOptions;
use crate::schema::{AuthSchemeId, OperationSchema};
use crate::url;

#[derive(Debug)]
pub(super) struct ResolvedEndpoint {
    pub(super) uri: Uri,
    /// The value of the `Host` header.
    pub(super) host: HeaderValue,
    pub(super) headers: HeaderMap,
    pub(super) auth: EndpointAuth,
    /// The features that were used to resolve the endpoint, for the user agent.
    pub(super) features: Features,
}

impl Client {
    /// Resolves the endpoint of a call. The result is cached if the call has no host prefix and sets neither endpoint
    /// options nor endpoint parameters.
    pub(super) fn endpoint(
        &self,
        operation: &OperationSchema,
        options: &CallOptions,
        prefix: Option<&str>,
        special: &Params<'_>,
    ) -> Result<Arc<ResolvedEndpoint>, SdkError<ErrorMetadata>> {
        let failed = |error| SdkError::Endpoint(CallFailure::new(error, CallContext::of(operation, 0)));
        self.check_region(operation, options).map_err(failed)?;
        let usual = prefix.is_none()
            && *special == Params::new()
            && options.region_override().is_none()
            && options.endpoint_override().is_none();
        if usual && let Some(endpoint) = self.inner.endpoint.get() {
            return Ok(Arc::clone(endpoint));
        }
        let endpoint = Arc::new(self.resolve(options, prefix.unwrap_or_default(), special).map_err(failed)?);
        if usual {
            // If another call has stored an endpoint in the meantime, both endpoints are the same.
            let _ = self.inner.endpoint.set(Arc::clone(&endpoint));
        }
        Ok(endpoint)
    }

    /// Returns an error if no region is set and the requests of the operation must be signed for a region.
    fn check_region(&self, operation: &OperationSchema, options: &CallOptions) -> Result<(), EndpointError> {
        let config = &self.inner.config;
        let has_region = options.region_override().or(config.region()).is_some();
        if has_region
            || !operation.requires_credentials()
            || !operation.auth.contains(&AuthSchemeId::SigV4)
            || !self.prefers_signature(operation)
        {
            return Ok(());
        }
        Err(EndpointError::new(config.missing_region()))
    }

    /// Returns whether the requests of the operation are signed, unless there are no credentials or the endpoint rules
    /// choose a different authentication scheme.
    pub(super) fn prefers_signature(&self, operation: &OperationSchema) -> bool {
        let scheme = preferred(None, operation.auth, &self.inner.auth_scheme_preference, &self.inner.config);
        scheme.is_some_and(|scheme| scheme.is_signature())
    }

    /// Resolves the endpoint. The result must not depend on the operation, since operations share the cached endpoint.
    fn resolve(
        &self,
        options: &CallOptions,
        prefix: &str,
        special: &Params<'_>,
    ) -> Result<ResolvedEndpoint, EndpointError> {
        let (config, service) = (&self.inner.config, self.inner.service);
        let chosen = options.region_override().or(config.region());
        let pseudo = chosen.and_then(fips_region);
        let region = pseudo.or(chosen);
        if let Some(region) = region.filter(|region| !is_region(region)) {
            return Err(invalid_region(region));
        }
        let endpoint = match options.endpoint_override() {
            Some(url) => Some(Cow::Borrowed(url)),
            None => config.endpoint_url_for(service.schema.sdk_id).map_err(EndpointError::new)?,
        };
        let mut features = Features::NONE;
        let mut params = Params::new();
        if let Some(region) = region {
            params.set(Params::REGION, region);
        }
        params.set(Params::USE_FIPS, config.use_fips() || pseudo.is_some());
        params.set(Params::USE_DUAL_STACK, config.use_dual_stack());
        if let Some(url) = endpoint.as_deref() {
            // The URL is validated before the endpoint rules run, because they may drop its user information, or
            // include the URL in their error messages.
            url::parse(url).map_err(|error| EndpointError::new(format!("the endpoint {error}")))?;
            params.set(Params::ENDPOINT, url);
            features |= Features::ENDPOINT_OVERRIDE;
        }
        let of_input = special.str(Params::ENDPOINT).filter(|_| endpoint.is_none());
        if let Some(url) = of_input {
            check_https(url)?;
            params.set(Params::ENDPOINT, url);
        }
        if service.account_id_endpoints == AccountIdEndpoints::Supported {
            let mode = config.account_id_endpoint_mode();
            params.set(Params::ACCOUNT_ID_ENDPOINT_MODE, mode.name());
            features |= mode.features();
            if special.get(Params::ACCOUNT_ID).is_some() {
                features |= Features::RESOLVED_ACCOUNT_ID;
            }
        }
        for (name, value) in config.endpoint_params() {
            params.set(name, value);
        }
        for (name, value) in special.iter().filter(|(name, _)| *name != Params::ENDPOINT) {
            params.set(name, value.shorten());
        }
        let endpoint = (service.resolve_endpoint)(&params).map_err(EndpointError::new)?;
        self.check_host(endpoint.url(), &params)?;
        let auth =
            EndpointAuth::new(&endpoint, service.schema.signing_name, region.unwrap_or_default(), &self.inner.config);
        ResolvedEndpoint::new(&endpoint, prefix, auth, features)
    }
}

impl ResolvedEndpoint {
    fn new(endpoint: &Endpoint, prefix: &str, auth: EndpointAuth, features: Features) -> Result<Self, EndpointError> {
        let uri = uri(endpoint.url(), prefix)?;
        let mut headers = HeaderMap::new();
        for (name, value) in endpoint.headers() {
            let invalid = || {
                EndpointError::new(format!(
                    "the endpoint header `{name}` contains a character that is not allowed in HTTP headers"
                ))
            };
            let value = HeaderValue::from_str(value).map_err(|_| invalid())?;
            headers.append(HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?, value);
        }
        Ok(Self { auth, features, host: host(&uri), uri, headers })
    }

    /// Returns the URI of a request: the endpoint's URI joined with the path and query from the protocol.
    pub(super) fn join(&self, relative: &Uri) -> Result<Uri, InputError> {
        if relative.path() == "/" && relative.query().is_none() {
            return Ok(self.uri.clone());
        }
        let mut joined = format!("{}{}", self.uri.path().trim_end_matches('/'), relative.path());
        for (separator, query) in ['?', '&'].into_iter().zip([self.uri.query(), relative.query()].into_iter().flatten())
        {
            joined.push(separator);
            joined.push_str(query);
        }
        url::with_path_and_query(&self.uri, joined).map_err(InputError::invalid_url)
    }

    /// Returns the scheme, host and port, for error messages.
    pub(super) fn origin(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        format!("{scheme}://{}", self.uri.authority().map_or("", |authority| authority.as_str()))
    }
}

/// Rejects an endpoint from the input of an operation unless its URL uses https, since the signed request must not be
/// sent to it in plain text.
fn check_https(url: &str) -> Result<(), EndpointError> {
    let uri = url::parse(url).map_err(|error| EndpointError::new(format!("the endpoint {error}")))?;
    if uri.scheme() == Some(&Scheme::HTTPS) {
        return Ok(());
    }
    Err(EndpointError::new(format!(
        "invalid endpoint `{}` in the request; expected a URL that starts with https://",
        url::Redacted(url)
    )))
}

#[cold]
fn invalid_region(region: &str) -> EndpointError {
    EndpointError::new(format!(
        "invalid region `{}`; expected 1 to 63 letters, digits and hyphens, such as `us-east-1`",
        region.escape_debug(),
    ))
}

impl Client {
    /// Rejects an endpoint if the value of a parameter begins within the host and extends beyond the end of the host.
    /// Such a value could change the host: `evil.example/` would turn the rest of the intended host into a path.
    fn check_host(&self, url: &str, params: &Params<'_>) -> Result<(), EndpointError> {
        let end = authority(url).end;
        for (name, value) in params.iter().filter(|(name, _)| *name != Params::ENDPOINT) {
            let Value::Str(value) = value else { continue };
            let spans = |(at, _): (usize, &str)| authority(url).contains(&at) && at + value.len() > end;
            if !url.match_indices(*value).any(spans) {
                continue;
            }
            // The match may be a coincidence, since the rules may not use this parameter. Check whether a different
            // value changes the host.
            let mut harmless = params.clone();
            harmless.set(name, "x");
            let other = (self.inner.service.resolve_endpoint)(&harmless);
            if !other.is_ok_and(|other| other.url()[authority(other.url())] == url[authority(url)]) {
                let value = value.escape_debug();
                return Err(EndpointError::new(format!(
                    "invalid value `{value}` for the endpoint parameter `{name}`; expected a host label"
                )));
            }
        }
        Ok(())
    }
}

/// Returns the range of the authority (host and port) in a URL.
fn authority(url: &str) -> std::ops::Range<usize> {
    let start = url.find("://").map_or(0, |at| at + 3);
    start..url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at)
}

/// Returns the endpoint's URI, with the operation's host prefix before the host.
fn uri(url: &str, prefix: &str) -> Result<Uri, EndpointError> {
    let invalid = |error| EndpointError::new(format!("the endpoint {error}"));
    url::parse(url).map_err(invalid)?;
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    // The path must end with `/`, because this URI is used unchanged for operations whose path is `/`.
    let slash = if rest.contains('/') && !rest.ends_with('/') && !rest.contains('?') { "/" } else { "" };
    url::parse(&format!("{scheme}://{prefix}{rest}{slash}")).map_err(invalid)
}

/// Returns the value of the `Host` header: the host, and the port if it is not the scheme's default.
fn host(uri: &Uri) -> HeaderValue {
    let host = uri.host().unwrap_or_default();
    let usual = if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
    let text = match uri.port_u16() {
        Some(port) if port != usual => format!("{host}:{port}"),
        _ => host.to_owned(),
    };
    // A URI's host is always a valid header value, so the fallback is never used.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::toy::{GetToy, Look, TOY, Toy};
    use crate::clock::block_on;
    use crate::config::Config;
    use crate::credentials::Credentials;
    use crate::operation::Request;
    use crate::testing::{MockResponse, MockTransport};

    fn endpoint(url: &str, prefix: &str) -> Result<(String, String), String> {
        let endpoint = Endpoint::new(url);
        let auth = EndpointAuth::new(&endpoint, "fsx", "us-east-1", &Config::default());
        let endpoint =
            ResolvedEndpoint::new(&endpoint, prefix, auth, Features::NONE).map_err(|error| error.to_string())?;
        Ok((endpoint.uri.to_string(), endpoint.host.to_str().unwrap().to_owned()))
    }

    #[test]
    fn the_uri_and_the_host_header_come_from_the_endpoint() {
        for (url, prefix, uri, host) in [
            (
                "https://fsx.us-east-1.amazonaws.com",
                "",
                "https://fsx.us-east-1.amazonaws.com/",
                "fsx.us-east-1.amazonaws.com",
            ),
            ("https://example.com:443", "", "https://example.com:443/", "example.com"),
            ("http://example.com:80/", "", "http://example.com:80/", "example.com"),
            ("http://example.com:443", "", "http://example.com:443/", "example.com:443"),
            ("http://127.0.0.1:5000/base/path", "", "http://127.0.0.1:5000/base/path/", "127.0.0.1:5000"),
            ("http://[::1]:5000", "", "http://[::1]:5000/", "[::1]:5000"),
            ("https://example.com", "data.", "https://data.example.com/", "data.example.com"),
        ] {
            assert_eq!(endpoint(url, prefix), Ok((uri.to_owned(), host.to_owned())));
        }
    }

    #[test]
    fn an_endpoint_in_the_input_requires_https_and_the_callers_takes_precedence() {
        let resolve = |toy: &Toy, options: &CallOptions, url: &str| {
            let mut params = Params::new();
            params.set(Params::ENDPOINT, url);
            let endpoint = toy.client.endpoint(GetToy::OPERATION, options, None, &params);
            endpoint.map(|endpoint| (endpoint.uri.to_string(), endpoint.auth.region().to_owned()))
        };
        let none = CallOptions::new();
        let toy = Toy::new();
        let at = |url: &str| (url.to_owned(), "eu-west-1".to_owned());
        assert_eq!(resolve(&toy, &none, "https://realtime.example.com").unwrap(), at("https://realtime.example.com/"));
        let own = CallOptions::new().endpoint_url("http://localhost:1");
        assert_eq!(resolve(&toy, &own, "https://realtime.example.com").unwrap(), at("http://localhost:1/"));
        let configured = Toy::with(|config| config.endpoint_url("http://localhost:2"));
        assert_eq!(resolve(&configured, &none, "https://realtime.example.com").unwrap(), at("http://localhost:2/"));
        for (url, problem) in [
            (
                "http://a.example.com",
                "invalid endpoint `http://a.example.com` in the request; expected a URL that starts with https://",
            ),
            ("", "the endpoint `` is not a valid URL; expected one that starts with https:// or http://"),
        ] {
            let error = resolve(&toy, &none, url).unwrap_err();
            assert_eq!(error.to_string(), format!("GetToy failed: {problem}"));
        }
    }

    #[test]
    fn a_signed_call_requires_a_region_even_after_an_unsigned_one() {
        let mock = MockTransport::new();
        mock.respond("Look", MockResponse::json("{}"));
        let config =
            Config::builder().credentials_provider(Credentials::new("AKIDEXAMPLE", "secret")).transport(mock.clone());
        let client = Client::new(&TOY, config.build());
        block_on(client.send(Look, CallOptions::new())).unwrap();
        let error = block_on(client.send(GetToy::default(), CallOptions::new())).unwrap_err();
        assert!(error.to_string().starts_with("GetToy failed: no region: "), "{error}");
        assert_eq!(mock.requests().len(), 1);
    }

    #[test]
    fn a_request_has_the_path_and_the_query_string_of_its_endpoint() {
        for (endpoint, relative, joined) in [
            ("http://h", "/", "http://h/"),
            ("http://h", "/a/?b", "http://h/a/?b"),
            ("http://h/base", "/", "http://h/base/"),
            ("http://h/base/", "/a?b=c", "http://h/base/a?b=c"),
            ("http://[::1]:80/base?key=1", "/a", "http://[::1]:80/base/a?key=1"),
            ("http://h?key=1", "/a?b=c", "http://h/a?key=1&b=c"),
            ("http://h/?key=1", "/", "http://h/?key=1"),
        ] {
            let resolved = Endpoint::new(endpoint);
            let auth = EndpointAuth::new(&resolved, "fsx", "us-east-1", &Config::default());
            let resolved = ResolvedEndpoint::new(&resolved, "", auth, Features::NONE).unwrap();
            assert_eq!(resolved.join(&Uri::from_static(relative)).unwrap(), joined, "{endpoint} {relative}");
        }
    }

    #[test]
    fn a_url_that_is_too_long_is_an_error() {
        let endpoint = Endpoint::new(format!("http://localhost/{}", "a".repeat(65_510)));
        let auth = EndpointAuth::new(&endpoint, "fsx", "us-east-1", &Config::default());
        let endpoint = ResolvedEndpoint::new(&endpoint, "", auth, Features::NONE).unwrap();
        let error = endpoint.join(&Uri::from_static("/service/Toy/operation/GetToy")).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "invalid request URL: uri too long");
    }

    #[test]
    fn the_error_for_an_invalid_endpoint_contains_the_endpoint() {
        for (url, why) in [
            (
                "example.com",
                "the endpoint `example.com` is not a valid URL; expected one that starts with https:// or http://",
            ),
            (
                "http://localhost:70000",
                "the endpoint `http://localhost:70000` has an invalid port; expected a number up to 65535",
            ),
            (
                "https://a:b@example.com",
                "the endpoint `https://***@example.com` contains a user name or password; remove everything from `//` \
                 to `@`",
            ),
        ] {
            assert_eq!(endpoint(url, ""), Err(why.to_owned()));
        }
    }
}
