//! Rule sets: parameters, rules, and what rules end in.

use serde_json::{Map, Value as Json};

use super::diagram::{self, Diagram};
use super::expression::{self, Call, Expr};
use super::json::{Reader, join};
use super::{Kind, Value};

/// A service's endpoint rules, in either form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleSet {
    /// What the rules decide on, in the model's order.
    pub(crate) parameters: Vec<Parameter>,
    /// How they decide.
    pub(crate) body: Body,
}

/// How endpoint rules decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Rules that are tried in order: `smithy.rules#endpointRuleSet`.
    Rules(Vec<Rule>),
    /// A binary decision diagram: `smithy.rules#endpointBdd`.
    Diagram(Diagram),
}

/// A value that the rules decide on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name in the rules.
    pub(crate) name: String,
    /// What kind of value it takes.
    pub(crate) kind: Kind,
    /// Whether the rules cannot do without it.
    pub(crate) required: bool,
    /// Its value if none is set.
    pub(crate) default: Option<Value>,
    /// Where the client takes it from, such as `AWS::Region`.
    pub(crate) built_in: Option<String>,
}

/// A rule: if all conditions match, what then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The conditions, in order.
    pub(crate) conditions: Vec<Condition>,
    /// What follows.
    pub(crate) then: Then,
}

/// What follows if a rule's conditions match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Other rules decide; if none matches, there is no endpoint.
    Rules(Vec<Rule>),
    /// The decision.
    Outcome(Outcome),
}

/// What rules end in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An endpoint.
    Endpoint(Endpoint),
    /// The message that says why there is none.
    Error(Expr),
}

/// A function that has to give something other than nothing and `false`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The function and its arguments.
    pub(crate) call: Call,
    /// The variable that holds the result from here on.
    pub(crate) assign: Option<String>,
}

/// An endpoint that a rule describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Its URL.
    pub(crate) url: Expr,
    /// Headers to send, each with one or more values.
    pub(crate) headers: Vec<(String, Vec<Expr>)>,
    /// What it changes in authentication schemes.
    pub(crate) auth_schemes: Vec<AuthScheme>,
}

/// What an endpoint changes in one authentication scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthScheme {
    /// The scheme's name.
    pub(crate) name: Expr,
    /// The service name to sign with.
    pub(crate) signing_name: Option<Expr>,
    /// The region to sign with.
    pub(crate) signing_region: Option<Expr>,
    /// The regions that a signature is good for.
    pub(crate) signing_region_set: Vec<Expr>,
    /// Whether the path is signed as it is sent.
    pub(crate) disable_double_encoding: bool,
    /// Whether the path is signed without resolving `.` and `..`.
    pub(crate) disable_normalize_path: bool,
}

/// Reads the value of `smithy.rules#endpointRuleSet` or of `smithy.rules#endpointBdd`.
///
/// # Errors
///
/// Every problem found, each with its place inside the value.
pub(crate) fn read(trait_value: &Json) -> Result<RuleSet, Vec<String>> {
    let mut reader = Reader::default();
    let rule_set = rule_set(&mut reader, trait_value);
    reader.finish(rule_set)
}

fn rule_set(reader: &mut Reader, json: &Json) -> Option<RuleSet> {
    let object = reader.object("", json)?;
    let is_diagram = object.contains_key("nodes");
    version(reader, object, is_diagram);
    let parameters = parameters(reader, object);
    let body = if is_diagram {
        diagram::read(reader, object).map(Body::Diagram)
    } else {
        // `documentation` and `serviceId` are leftovers of the first rule sets.
        reader.only("", object, &["version", "parameters", "rules", "documentation", "serviceId"]);
        rules(reader, "", object).map(Body::Rules)
    };
    Some(RuleSet { parameters: parameters?, body: body? })
}

/// Notes a version whose meaning is not known.
fn version(reader: &mut Reader, object: &Map<String, Json>, is_diagram: bool) {
    let Some(version) = reader.member("", object, "version") else {
        return;
    };
    let Some(version) = reader.string("version", version) else {
        return;
    };
    let parts: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    let least = if is_diagram { [1, 1] } else { [1, 0] };
    let is_known = parts.is_some_and(|v| v.len() == 2 && v[0] == 1 && v.as_slice() >= &least[..]);
    if !is_known {
        let [major, minor] = least;
        let message = format!("version {version} is not one of {major}.{minor} and later 1.x");
        reader.problem::<()>("version", &message);
    }
}

fn parameters(reader: &mut Reader, object: &Map<String, Json>) -> Option<Vec<Parameter>> {
    let parameters = reader.member("", object, "parameters")?;
    let parameters = reader.object("parameters", parameters)?;
    reader.each_member("parameters", parameters, parameter)
}

fn parameter(reader: &mut Reader, at: &str, name: &str, json: &Json) -> Option<Parameter> {
    let object = reader.object(at, json)?;
    // The rules' parameters are no part of the generated interface, which leaves their
    // documentation and deprecation without a reader.
    reader.only(at, object, &["type", "builtIn", "default", "required", "documentation", "deprecated"]);
    let kind = reader.member(at, object, "type").and_then(|json| {
        let kind = reader.string(&join(at, "type"), json)?;
        // The first rule sets spell the types with a capital.
        match kind.to_ascii_lowercase().as_str() {
            "string" => Some(Kind::Str),
            "boolean" => Some(Kind::Bool),
            "stringarray" => Some(Kind::StrArray),
            _ => reader.problem(
                &join(at, "type"),
                &format!("unknown type \"{kind}\"; known ones are string, boolean, stringArray"),
            ),
        }
    })?;
    let required = match object.get("required") {
        Some(json) => reader.bool(&join(at, "required"), json)?,
        None => false,
    };
    let default = match object.get("default") {
        Some(json) => Some(reader.value(&join(at, "default"), json)?),
        None => None,
    };
    if default.as_ref().is_some_and(|default| default.kind() != kind) {
        return reader.problem(&join(at, "default"), "the default is not of the parameter's type");
    }
    let built_in = match object.get("builtIn") {
        Some(json) => Some(reader.string(&join(at, "builtIn"), json)?),
        None => None,
    };
    Some(Parameter { name: name.to_owned(), kind, required, default, built_in })
}

/// Reads the member `rules`.
fn rules(reader: &mut Reader, at: &str, object: &Map<String, Json>) -> Option<Vec<Rule>> {
    let rules = reader.member(at, object, "rules")?;
    let at = join(at, "rules");
    let rules = reader.array(&at, rules)?;
    reader.each(&at, rules, rule)
}

fn rule(reader: &mut Reader, at: &str, json: &Json) -> Option<Rule> {
    let object = reader.object(at, json)?;
    let conditions = conditions(reader, at, object);
    let is_tree = object.get("type").and_then(Json::as_str) == Some("tree");
    let then = if is_tree {
        reader.only(at, object, &["type", "conditions", "rules", "documentation"]);
        rules(reader, at, object).map(Then::Rules)
    } else {
        outcome(reader, at, object).map(Then::Outcome)
    };
    Some(Rule { conditions: conditions?, then: then? })
}

/// Reads the member `conditions`.
pub(super) fn conditions(reader: &mut Reader, at: &str, object: &Map<String, Json>) -> Option<Vec<Condition>> {
    let conditions = reader.member(at, object, "conditions")?;
    let at = join(at, "conditions");
    let conditions = reader.array(&at, conditions)?;
    reader.each(&at, conditions, condition)
}

fn condition(reader: &mut Reader, at: &str, json: &Json) -> Option<Condition> {
    let object = reader.object(at, json)?;
    reader.only(at, object, &["fn", "argv", "assign", "documentation"]);
    let assign = match object.get("assign") {
        Some(json) => Some(reader.string(&join(at, "assign"), json)?),
        None => None,
    };
    Some(Condition { call: expression::call(reader, at, json)?, assign })
}

/// Reads what an endpoint rule or an error rule ends in.
pub(super) fn outcome(reader: &mut Reader, at: &str, object: &Map<String, Json>) -> Option<Outcome> {
    let kind = reader.member(at, object, "type")?;
    match kind.as_str() {
        Some("endpoint") => {
            reader.only(at, object, &["type", "conditions", "endpoint", "documentation"]);
            let json = reader.member(at, object, "endpoint")?;
            endpoint(reader, &join(at, "endpoint"), json).map(Outcome::Endpoint)
        }
        Some("error") => {
            reader.only(at, object, &["type", "conditions", "error", "documentation"]);
            let json = reader.member(at, object, "error")?;
            expression::expr(reader, &join(at, "error"), json).map(Outcome::Error)
        }
        _ => reader
            .problem(&join(at, "type"), &format!("unknown rule type {kind}; known ones are endpoint, error, tree")),
    }
}

/// Reads an endpoint.
pub(super) fn endpoint(reader: &mut Reader, at: &str, json: &Json) -> Option<Endpoint> {
    let object = reader.object(at, json)?;
    reader.only(at, object, &["url", "headers", "properties"]);
    let url = reader.member(at, object, "url")?;
    let url = expression::expr(reader, &join(at, "url"), url);
    let headers = match object.get("headers") {
        Some(json) => headers(reader, &join(at, "headers"), json),
        None => Some(Vec::new()),
    };
    // Of the properties only `authSchemes` changes a request. The others (`metricValues`,
    // `backend`) tell AWS's own SDKs what to count or which of their features to switch on.
    let schemes = object.get("properties").and_then(|json| json.get("authSchemes"));
    let auth_schemes = match schemes {
        Some(json) => {
            let at = join(at, "properties.authSchemes");
            let schemes = reader.array(&at, json)?;
            reader.each(&at, schemes, auth_scheme)
        }
        None => Some(Vec::new()),
    };
    Some(Endpoint { url: url?, headers: headers?, auth_schemes: auth_schemes? })
}

fn headers(reader: &mut Reader, at: &str, json: &Json) -> Option<Vec<(String, Vec<Expr>)>> {
    let object = reader.object(at, json)?;
    reader.each_member(at, object, |reader, at, name, json| {
        let values = reader.array(at, json)?;
        let values = reader.each(at, values, expression::expr)?;
        Some((name.to_owned(), values))
    })
}

fn auth_scheme(reader: &mut Reader, at: &str, json: &Json) -> Option<AuthScheme> {
    let object = reader.object(at, json)?;
    reader.only(
        at,
        object,
        &["name", "signingName", "signingRegion", "signingRegionSet", "disableDoubleEncoding", "disableNormalizePath"],
    );
    let name = reader.member(at, object, "name")?;
    let name = expression::expr(reader, &join(at, "name"), name)?;
    let mut text = |key: &str| match object.get(key) {
        Some(json) => expression::expr(reader, &join(at, key), json).map(Some),
        None => Some(None),
    };
    let (signing_name, signing_region) = (text("signingName")?, text("signingRegion")?);
    let mut flag = |key: &str| match object.get(key) {
        Some(json) => reader.bool(&join(at, key), json),
        None => Some(false),
    };
    let disable_double_encoding = flag("disableDoubleEncoding")?;
    let disable_normalize_path = flag("disableNormalizePath")?;
    let signing_region_set = match object.get("signingRegionSet") {
        Some(json) => {
            let at = join(at, "signingRegionSet");
            let regions = reader.array(&at, json)?;
            reader.each(&at, regions, expression::expr)?
        }
        None => Vec::new(),
    };
    Some(AuthScheme {
        name,
        signing_name,
        signing_region,
        signing_region_set,
        disable_double_encoding,
        disable_normalize_path,
    })
}
