//! Authentication schemes.

use serde_json::Value;

use super::Context;
use crate::{diagnostic::Report, ir::AuthSchemeId, model::Shape};

/// Returns the authentication schemes of an operation, in order of preference: those of its `auth`, of the service's
/// `auth`, or of the service's traits.
pub(super) fn of_operation(context: &Context<'_>, shape: &Shape, report: &mut Report) -> Vec<AuthSchemeId> {
    let service = context.chosen.shape;
    let listed = shape.traits.get("smithy.api#auth").or_else(|| service.traits.get("smithy.api#auth"));
    let listed = listed.and_then(Value::as_array);
    let mut schemes = supported_schemes(service, listed);
    let is_listed = |id| listed.is_none_or(|listed| position(listed, id).is_some());
    let other = OTHER_SCHEMES.iter().find(|id| service.traits.has(id) && is_listed(id));
    if let (true, Some(other)) = (schemes.is_empty(), other) {
        let message = format!("requests are not signed: the authentication scheme `{other}` is not supported");
        report.warning(message).in_file(&shape.file).at(&shape.id);
    }
    if schemes.is_empty() || shape.traits.has("smithy.api#optionalAuth") {
        schemes.push(AuthSchemeId::NoAuth);
    }
    schemes
}

/// Returns the authentication schemes of the operations that do not have their own.
pub(super) fn of_service(context: &Context<'_>) -> Vec<AuthSchemeId> {
    let service = context.chosen.shape;
    let schemes = supported_schemes(service, service.traits.get("smithy.api#auth").and_then(Value::as_array));
    if schemes.is_empty() { vec![AuthSchemeId::NoAuth] } else { schemes }
}

/// Returns the supported schemes of a service that are listed, in the order of the list.
fn supported_schemes(service: &Shape, listed: Option<&Vec<Value>>) -> Vec<AuthSchemeId> {
    let traits = &service.traits;
    // The order that applies without `smithy.api#auth`.
    let supported = [
        (SIGV4, traits.has(SIGV4), AuthSchemeId::SigV4),
        (SIGV4A, traits.has(SIGV4A), AuthSchemeId::SigV4a),
        (BEARER, traits.has(BEARER), AuthSchemeId::HttpBearerAuth),
    ];
    let mut schemes: Vec<(usize, AuthSchemeId)> = supported
        .into_iter()
        .filter(|(_, has, _)| *has)
        .filter_map(|(id, _, scheme)| Some((listed.map_or(Some(0), |listed| position(listed, id))?, scheme)))
        .collect();
    schemes.sort_by_key(|(position, _)| *position);
    schemes.into_iter().map(|(_, scheme)| scheme).collect()
}

fn position(listed: &[Value], id: &str) -> Option<usize> {
    listed.iter().position(|scheme| scheme.as_str() == Some(id))
}

const SIGV4: &str = "aws.auth#sigv4";
const SIGV4A: &str = "aws.auth#sigv4a";
const BEARER: &str = "smithy.api#httpBearerAuth";

const OTHER_SCHEMES: [&str; 3] = ["smithy.api#httpApiKeyAuth", "smithy.api#httpBasicAuth", "smithy.api#httpDigestAuth"];
