//! Tests of the rules: what the resolver's answer has to look like.

use std::fmt::Write as _;

use crate::ir::endpoint::Case;
use crate::model::endpoint_rules::{AuthScheme, Endpoint, EndpointTest, Expectation, Expr, Piece, RuleSet, Value};

/// The tests, each once.
///
/// A parameter that is set to its default is left out, which makes the most common tests short;
/// the resolver does not tell the two apart.
pub(super) fn cases(rule_set: &RuleSet, tests: &[EndpointTest]) -> Vec<Case> {
    let mut cases = Vec::new();
    for test in tests {
        let case = case(rule_set, test);
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    cases
}

fn case(rule_set: &RuleSet, test: &EndpointTest) -> Case {
    let is_default = |(name, value): &(String, Value)| {
        let parameter = rule_set.parameters.iter().find(|p| p.name == *name);
        parameter.is_some_and(|parameter| parameter.default.as_ref() == Some(value))
    };
    let params = test.params.iter().filter(|param| !is_default(param));
    Case {
        params: params.map(|(name, value)| (name.clone(), super::value(value))).collect(),
        expect: match &test.expect {
            Expectation::Endpoint(endpoint) => Ok(display(endpoint)),
            Expectation::Error(message) => Err(message.clone()),
        },
    }
}

/// The endpoint as the runtime's `Endpoint` displays.
fn display(endpoint: &Endpoint) -> String {
    let mut line = literal(&endpoint.url);
    for (name, values) in &endpoint.headers {
        for value in values {
            // Writing to a string cannot fail.
            let _ = write!(line, " {name}: {}", literal(value));
        }
    }
    for scheme in &endpoint.auth_schemes {
        line.push_str(" [");
        auth_scheme(&mut line, scheme);
        line.push(']');
    }
    line
}

fn auth_scheme(line: &mut String, scheme: &AuthScheme) {
    line.push_str(&literal(&scheme.name));
    let single = [("name", &scheme.signing_name), ("region", &scheme.signing_region)];
    let single = single.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
    let set = scheme.signing_region_set.iter().map(|region| ("region-set", region));
    for (key, value) in single.chain(set) {
        let _ = write!(line, " {key}={}", literal(value));
    }
    if scheme.disable_double_encoding {
        line.push_str(" disable-double-encoding");
    }
    if scheme.disable_normalize_path {
        line.push_str(" disable-normalize-path");
    }
}

/// A string of a test, which has no values in it.
fn literal(expr: &Expr) -> String {
    match expr {
        Expr::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Value { name, .. } => name.as_str(),
            })
            .collect(),
        Expr::Bool(bool) => bool.to_string(),
        Expr::Int(integer) => integer.to_string(),
        Expr::Ref(name) => name.clone(),
        Expr::Call(call) => call.function.name().to_owned(),
    }
}
