//! Lowers the results of rules: endpoints and errors.

use serde_json::{Map, Value as Json};

use crate::ir::endpoint::{AuthScheme, Endpoint, Expr, Outcome, Step};

use super::condition::Guard;
use super::reader::{Reader, join};
use super::rules::nest;
use super::scope::Scope;
use super::{Context, Missing};

/// The string settings of an authentication scheme, each with its name in the rules and its name in Rust.
const SIGNING_SETTINGS: [(&str, &str); 2] = [("signingName", "signing_name"), ("signingRegion", "signing_region")];

/// The boolean settings of an authentication scheme, each with its name in the rules and its name in Rust.
const SIGNING_FLAGS: [(&str, &str); 2] =
    [("disableDoubleEncoding", "disable_double_encoding"), ("disableNormalizePath", "disable_normalize_path")];

/// The members that an authentication scheme can have.
const SCHEME: [&str; 6] =
    ["name", "signingName", "signingRegion", "signingRegionSet", "disableDoubleEncoding", "disableNormalizePath"];

impl Context {
    /// Lowers the result of a rule to the steps that follow its conditions. The result is an endpoint or an error.
    pub(super) fn outcome(&mut self, at: &str, object: &Map<String, Json>, mut scope: Scope) -> Vec<Step> {
        let mut guards = Vec::new();
        let outcome = self.endpoint_or_error(at, object, &mut scope, &mut guards);
        let is_certain = !guards.iter().any(|guard| matches!(guard, Guard::Test(_)));
        if !is_certain && self.missing == Missing::Problem {
            self.problem::<()>(at, "the rule uses a value that may be absent; add an `isSet` condition");
        }
        // If `outcome` is `None`, a problem has been reported, and no crate is generated.
        let outcome = outcome.unwrap_or(Outcome::NoRule);
        let mut steps = nest(guards, vec![Step::Return(outcome)]);
        if !is_certain {
            steps.push(Step::Return(Outcome::NoRule));
        }
        steps
    }

    fn endpoint_or_error(
        &mut self,
        at: &str,
        object: &Map<String, Json>,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Outcome> {
        let kind = self.reader.required(at, object, "type", |_, _, kind| Some(kind))?;
        match kind.as_str() {
            Some("endpoint") => {
                self.reader.only(at, object, &["type", "conditions", "endpoint", "documentation"]);
                let endpoint = self.reader.required(at, object, "endpoint", Reader::object)?;
                self.endpoint(&join(at, "endpoint"), endpoint, scope, guards).map(Outcome::Endpoint)
            }
            Some("error") => {
                self.reader.only(at, object, &["type", "conditions", "error", "documentation"]);
                let error = self.reader.required(at, object, "error", |_, _, error| Some(error))?;
                self.text(&join(at, "error"), error, scope, guards).map(Outcome::Error)
            }
            _ => {
                let kind = kind.as_str().map_or_else(|| kind.to_string(), str::to_owned);
                // Only rule sets have rules of type `tree`; a decision diagram has none.
                let message =
                    format!("unexpected rule type `{kind}`; expected `endpoint` or `error`, or `tree` in a rule set");
                self.reader.problem(&join(at, "type"), &message)
            }
        }
    }

    fn endpoint(
        &mut self,
        at: &str,
        object: &Map<String, Json>,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Endpoint> {
        let parts = read_endpoint(&mut self.reader, at, object)?;
        let url = self.text(&join(at, "url"), parts.url, scope, guards);
        let mut headers = Vec::new();
        for (at, name, value) in parts.headers {
            headers.push(self.text(&at, value, scope, guards).map(|value| (name.to_owned(), value)));
        }
        let mut auth_schemes = Vec::new();
        for (at, scheme) in parts.auth_schemes {
            auth_schemes.push(self.auth_scheme(&at, scheme, scope, guards));
        }
        Some(Endpoint {
            url: url?,
            headers: headers.into_iter().collect::<Option<_>>()?,
            auth_schemes: auth_schemes.into_iter().collect::<Option<_>>()?,
        })
    }

    fn auth_scheme(
        &mut self,
        at: &str,
        object: &Map<String, Json>,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<AuthScheme> {
        let parts = read_auth_scheme(&mut self.reader, at, object)?;
        let name = self.text(&join(at, "name"), parts.name, scope, guards)?;
        if let Expr::String(name) = &name {
            self.auth_schemes.insert(name.clone());
        }
        let mut settings = Vec::new();
        for (at, setting, value) in parts.settings {
            settings.push((setting, self.text(&at, value, scope, guards)?));
        }
        settings.extend(parts.flags.into_iter().map(|flag| (flag, Expr::Bool(true))));
        Some(AuthScheme { name, settings })
    }
}

/// The parts of an endpoint, as JSON.
pub(super) struct EndpointJson<'a> {
    pub(super) url: &'a Json,
    /// The locations, names and values of the headers.
    pub(super) headers: Vec<(String, &'a str, &'a Json)>,
    /// The locations and values of the authentication schemes.
    pub(super) auth_schemes: Vec<(String, &'a Map<String, Json>)>,
}

pub(super) fn read_endpoint<'a>(
    reader: &mut Reader,
    at: &str,
    object: &'a Map<String, Json>,
) -> Option<EndpointJson<'a>> {
    reader.only(at, object, &["url", "headers", "properties"]);
    let url = reader.required(at, object, "url", |_, _, url| Some(url));
    let mut headers = Vec::new();
    for (at, name, values) in reader.optional(at, object, "headers", Reader::members)?.unwrap_or_default() {
        let values = reader.items(&at, values)?;
        headers.extend(values.into_iter().map(|(at, value)| (at, name, value)));
    }
    // Only `authSchemes` affects requests. AWS's SDKs use other properties, such as `metricValues` and `backend`, for
    // features of their own.
    let schemes = object.get("properties").and_then(|properties| properties.get("authSchemes"));
    let schemes = schemes.map(|schemes| reader.items(&join(at, "properties.authSchemes"), schemes));
    let mut auth_schemes = Vec::new();
    for (at, scheme) in schemes.unwrap_or_else(|| Some(Vec::new()))? {
        let scheme = reader.object(&at, scheme)?;
        auth_schemes.push((at, scheme));
    }
    Some(EndpointJson { url: url?, headers, auth_schemes })
}

/// The parts of an authentication scheme, as JSON.
pub(super) struct AuthSchemeJson<'a> {
    pub(super) name: &'a Json,
    /// The locations, Rust names and values of the string settings.
    pub(super) settings: Vec<(String, &'static str, &'a Json)>,
    /// The Rust names of the boolean settings that are set to true.
    pub(super) flags: Vec<&'static str>,
}

pub(super) fn read_auth_scheme<'a>(
    reader: &mut Reader,
    at: &str,
    object: &'a Map<String, Json>,
) -> Option<AuthSchemeJson<'a>> {
    reader.only(at, object, &SCHEME);
    let name = reader.required(at, object, "name", |_, _, name| Some(name))?;
    let mut settings = Vec::new();
    for (key, setting) in SIGNING_SETTINGS {
        settings.extend(object.get(key).map(|value| (join(at, key), setting, value)));
    }
    let regions = reader.optional(at, object, "signingRegionSet", Reader::items)?.unwrap_or_default();
    settings.extend(regions.into_iter().map(|(at, region)| (at, "signing_region_set", region)));
    let mut flags = Vec::new();
    for (key, flag) in SIGNING_FLAGS {
        flags.extend((reader.optional(at, object, key, Reader::bool)? == Some(true)).then_some(flag));
    }
    Some(AuthSchemeJson { name, settings, flags })
}
