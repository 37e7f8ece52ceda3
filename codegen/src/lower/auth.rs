//! Lowers authentication schemes.

use serde_json::Value;

use super::Context;
use crate::{
    diagnostic::Report,
    ir::{ApiKey, AuthSchemeId},
    model::Shape,
};

/// Returns the authentication schemes of an operation, in order of preference. If the operation has no `auth` trait,
/// the service's `auth` trait determines them. Without either trait, they are all supported schemes of the service.
pub(super) fn of_operation(context: &Context<'_>, shape: &Shape, report: &mut Report) -> Vec<AuthSchemeId> {
    let service = context.chosen.shape;
    let mut schemes = match listed(shape) {
        Some(own) => supported_schemes(service, Some(own)),
        None => supported_schemes(service, listed(service)),
    };
    // Unsupported schemes of the service are reported only once, by `of_service`.
    if schemes.is_empty() && listed(shape).is_some() {
        unsupported(context, shape, report);
    }
    if schemes.is_empty() || shape.traits.has("smithy.api#optionalAuth") {
        schemes.push(AuthSchemeId::NoAuth);
    }
    schemes
}

/// Returns the authentication schemes of operations without an `auth` trait.
pub(super) fn of_service(context: &Context<'_>, report: &mut Report) -> Vec<AuthSchemeId> {
    let service = context.chosen.shape;
    if let Some(Err(problem)) = api_key(service) {
        let message = format!("invalid value for the trait `{API_KEY}`");
        report.error(message).in_file(&service.file).at(&service.id).help(problem).in_trait(API_KEY);
    }
    let schemes = supported_schemes(service, listed(service));
    if schemes.is_empty() {
        unsupported(context, service, report);
        return vec![AuthSchemeId::NoAuth];
    }
    schemes
}

/// Returns the schemes in the `auth` trait of a service or operation.
fn listed(shape: &Shape) -> Option<&Vec<Value>> {
    shape.traits.get("smithy.api#auth")?.as_array()
}

/// Warns if `shape`, a service or operation without a supported authentication scheme, has an unsupported one.
fn unsupported(context: &Context<'_>, shape: &Shape, report: &mut Report) {
    let listed = listed(shape);
    // An invalid value of the trait for API keys is reported as an error.
    let is_unsupported = |id: &&str| {
        *id != API_KEY && context.model.is_auth_scheme(id) && listed.is_none_or(|listed| position(listed, id).is_some())
    };
    if let Some(scheme) = context.chosen.shape.traits.iter().map(|(id, _)| id).find(is_unsupported) {
        let message =
            format!("requests are not authenticated, because the authentication scheme `{scheme}` is not supported");
        report.warning(message).in_file(&shape.file).at(&shape.id);
    }
}

/// Returns the supported schemes of a service, in order of preference. If `listed` is given, returns only the schemes
/// in this list, in the order of the list.
fn supported_schemes(service: &Shape, listed: Option<&Vec<Value>>) -> Vec<AuthSchemeId> {
    let traits = &service.traits;
    // This list is in the order of preference that applies if there is no `smithy.api#auth` trait.
    let supported = [
        (SIGV4, traits.has(SIGV4).then_some(AuthSchemeId::SigV4)),
        (SIGV4A, traits.has(SIGV4A).then_some(AuthSchemeId::SigV4a)),
        (API_KEY, api_key(service).and_then(Result::ok).map(AuthSchemeId::HttpApiKeyAuth)),
        (BASIC, traits.has(BASIC).then_some(AuthSchemeId::HttpBasicAuth)),
        (BEARER, traits.has(BEARER).then_some(AuthSchemeId::HttpBearerAuth)),
    ];
    let mut schemes: Vec<(usize, AuthSchemeId)> = supported
        .into_iter()
        .filter_map(|(id, scheme)| Some((listed.map_or(Some(0), |listed| position(listed, id))?, scheme?)))
        .collect();
    schemes.sort_by_key(|(position, _)| *position);
    schemes.into_iter().map(|(_, scheme)| scheme).collect()
}

fn position(listed: &[Value], id: &str) -> Option<usize> {
    listed.iter().position(|scheme| scheme.as_str() == Some(id))
}

/// Reads `smithy.api#httpApiKeyAuth`. An error describes the expected value.
fn api_key(service: &Shape) -> Option<Result<ApiKey, &'static str>> {
    let value = service.traits.get(API_KEY)?;
    let string = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let is_token = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    Some(match (string("name"), string("in").as_deref(), string("scheme")) {
        (Some(name), Some("header"), scheme) if is_token(&name) && scheme.as_deref().is_none_or(is_token) => {
            Ok(ApiKey::Header { name, scheme })
        }
        (_, Some("header"), _) => Err("expected a header name in `name`, and a word without spaces in `scheme`"),
        (Some(name), Some("query"), None) if !name.is_empty() => Ok(ApiKey::Query { name }),
        // The definition of the trait allows only two locations: headers and the query string.
        _ => Err("expected the name of a parameter in `name`, and no `scheme`"),
    })
}

const SIGV4: &str = "aws.auth#sigv4";
const SIGV4A: &str = "aws.auth#sigv4a";
const API_KEY: &str = "smithy.api#httpApiKeyAuth";
const BASIC: &str = "smithy.api#httpBasicAuth";
const BEARER: &str = "smithy.api#httpBearerAuth";
