//! Lowers endpoint rules to an endpoint resolver. The rules are in the `smithy.rules#endpointRuleSet` or
//! `smithy.rules#endpointBdd` trait, and their tests are in the `smithy.rules#endpointTests` trait. Rules may also
//! refer to AWS's partitions.
//!
//! The JSON value of a trait is lowered in one pass, which reads and checks its members, checks references and types,
//! and names the variables. Both forms of rules become nested `if`s. A list of rules is lowered in order. A binary
//! decision diagram is lowered by following its edges from the root. A node or endpoint with several incoming edges
//! becomes a function.
//!
//! Problems are messages that start with their location in the value, such as `rules[2].conditions[0].fn`.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::ir::endpoint as ir;

mod bdd;
mod condition;
mod eliminate_dead_code;
mod endpoint_tests;
mod expression;
mod function;
mod partitions;
mod reader;
mod rule_result;
mod rules;
mod scope;
mod template;
#[cfg(test)]
mod tests;

pub(crate) use endpoint_tests::lower as lower_tests;

use expression::describe;
use reader::{Reader, join};
use scope::{Binding, Names, Presence, Scope};

const NO_PARTITIONS: &str = "`aws.partition` requires AWS's partitions; set `Options::partitions` to the contents \
                             of AWS's partitions.json";

/// Lowers the value of `smithy.rules#endpointRuleSet` or `smithy.rules#endpointBdd`.
///
/// `partitions` contains AWS's `partitions.json`, which is parsed only if a rule calls `aws.partition`.
///
/// # Errors
///
/// Returns every problem with its location in the value. Problems with references and types are reported only if the
/// value is well-formed.
pub(crate) fn lower(rules: &Json, partitions: Option<&str>) -> Result<ir::Rules, Vec<String>> {
    let mut context = Context::default();
    let rules = context.rule_set(rules, partitions);
    let problems = if context.reader.problems.is_empty() { context.problems } else { context.reader.problems };
    match rules {
        Some(rules) if problems.is_empty() => Ok(rules),
        _ => {
            // A condition in a decision diagram is lowered at each node that refers to it, so its problems may be
            // repeated.
            let mut seen = BTreeSet::new();
            Err(problems.into_iter().filter(|problem| seen.insert(problem.clone())).collect())
        }
    }
}

/// The state that is kept while a value is lowered.
#[derive(Default)]
struct Context {
    /// The reader of the JSON value, which also collects problems with its structure.
    reader: Reader,
    /// The problems with references and types that have been found so far.
    problems: Vec<String>,
    names: Names,
    missing: Missing,
    uses_partitions: bool,
    /// The names of the authentication schemes that endpoints use.
    auth_schemes: BTreeSet<String>,
}

/// How to lower the result of a rule if the result requires a value that may not be set.
///
/// A condition that requires an optional value does not match if the value is not set, as in AWS's SDKs. However, the
/// specification requires rules to check `isSet` first.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Missing {
    /// Reports a problem with the rules.
    #[default]
    Problem,
    /// Lowers the result to "no rule matches". The compiler that created the decision diagram may have moved the
    /// `isSet` check to a node that all paths pass through, and this cannot be verified without following every path.
    NoRule,
}

impl Context {
    /// Adds a problem with a reference or type.
    fn problem<T>(&mut self, at: &str, message: &str) -> Option<T> {
        self.problems.push(format!("{at}: {message}"));
        None
    }

    fn rule_set(&mut self, json: &Json, partitions: Option<&str>) -> Option<ir::Rules> {
        let object = self.reader.object("", json)?;
        let is_bdd = object.contains_key("nodes");
        self.version(object, is_bdd);
        let mut scope = Scope::default();
        let mut parameters = self.parameters(object, &mut scope);
        let (mut body, mut shared_nodes) = if is_bdd {
            self.bdd(object, &scope)?
        } else {
            // `documentation` and `serviceId` appear only in early rule sets.
            self.reader.only("", object, &["version", "parameters", "rules", "documentation", "serviceId"]);
            (self.rules("", object, &scope), Vec::new())
        };
        let used = eliminate_dead_code::eliminate_dead_code(&mut body, &mut shared_nodes);
        // A parameter that no rule reads does not affect the endpoint.
        parameters.retain(|parameter| used.contains(&parameter.local));
        let partitions = if self.uses_partitions { Some(self.partitions(partitions)?) } else { None };
        let auth_schemes = std::mem::take(&mut self.auth_schemes);
        Some(ir::Rules { parameters, partitions, body, shared_nodes, auth_schemes })
    }

    fn version(&mut self, object: &Map<String, Json>, is_bdd: bool) {
        let Some(version) = self.reader.required("", object, "version", Reader::string) else {
            return;
        };
        let parts: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
        let least = if is_bdd { [1, 1] } else { [1, 0] };
        let is_known = parts.is_some_and(|v| v.len() == 2 && v[0] == 1 && v.as_slice() >= &least[..]);
        if !is_known {
            let [major, minor] = least;
            let message = format!("unknown version {version}; expected {major}.{minor} or a later 1.x");
            self.reader.problem::<()>("version", &message);
        }
    }

    /// Reads the parameters in the order of the model, and adds them to `scope`.
    fn parameters(&mut self, object: &Map<String, Json>, scope: &mut Scope) -> Vec<ir::Parameter> {
        let members = self.reader.required("", object, "parameters", Reader::members).unwrap_or_default();
        members.into_iter().filter_map(|(at, name, json)| self.parameter(&at, name, json, scope)).collect()
    }

    fn parameter(&mut self, at: &str, name: &str, json: &Json, scope: &mut Scope) -> Option<ir::Parameter> {
        let reader = &mut self.reader;
        let object = reader.object(at, json)?;
        // Parameters are not part of the API of the generated crate, so their documentation is not used.
        reader.only(at, object, &["type", "builtIn", "default", "required", "documentation", "deprecated"]);
        let ty = reader.required(at, object, "type", parameter_type)?;
        let required = reader.optional(at, object, "required", Reader::bool)?.unwrap_or_default();
        let default = reader.optional(at, object, "default", Reader::value)?;
        if let Some(found) = default.as_ref().map(ir::Value::ty).filter(|found| *found != ty) {
            let message = format!("expected {}, found {}", describe(ty), describe(found));
            return reader.problem(&join(at, "default"), &message);
        }
        let built_in = reader.optional(at, object, "builtIn", Reader::string)?;
        let local = self.names.local(name);
        let presence = if required || default.is_some() { Presence::Set } else { Presence::Optional };
        scope.insert(name, Binding { local: local.clone(), ty, presence, form: ir::Form::Borrowed });
        // The client sets a built-in value under the last part of the value's ID. In AWS's rules, this is also the name
        // of the parameter.
        let short = built_in.and_then(|built_in| built_in.rsplit("::").next()).filter(|short| *short != name);
        Some(ir::Parameter {
            local,
            built_in: built_in.map(str::to_owned),
            names: [Some(name), short].into_iter().flatten().map(str::to_owned).collect(),
            ty,
            missing: match default {
                Some(default) => ir::MissingParameter::Default(default),
                None if required => ir::MissingParameter::Error,
                None => ir::MissingParameter::None,
            },
        })
    }

    fn partitions(&mut self, text: Option<&str>) -> Option<ir::Partitions> {
        let Some(text) = text else {
            self.problems.push(NO_PARTITIONS.to_owned());
            return None;
        };
        let note = |problem: String| self.problems.push(format!("partitions.json: {problem}"));
        partitions::read(text).map_err(|problems| problems.into_iter().for_each(note)).ok()
    }
}

fn parameter_type(reader: &mut Reader, at: &str, json: &Json) -> Option<ir::Type> {
    let name = reader.string(at, json)?;
    // Early rule sets capitalize the types.
    match name.to_ascii_lowercase().as_str() {
        "string" => Some(ir::Type::Str),
        "boolean" => Some(ir::Type::Bool),
        "stringarray" => Some(ir::Type::StrArray),
        _ => reader.problem(at, &format!("unknown type `{name}`; expected `string`, `boolean` or `stringArray`")),
    }
}
