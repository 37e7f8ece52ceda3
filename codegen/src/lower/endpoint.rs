//! Endpoint rules to an endpoint resolver: names its variables, checks its types, decides what is
//! optional and in which order things are asked.
//!
//! In goes a [`RuleSet`] whose references nobody has checked; out comes [`ir::Rules`], which can
//! be written as it is. Both forms of rules become the same nested `if`s: a list of rules as it
//! stands, a decision diagram by following its ways, where each node that several ways lead to
//! becomes a function of its own.

use crate::ir::endpoint as ir;
use crate::model::endpoint_rules::{Body, EndpointTest, Kind, Parameter, Partitions, RuleSet, Value};

mod bdd;
mod cases;
mod condition;
mod eliminate_dead_code;
mod expression;
mod outcome;
mod partitions;
mod rules;
mod scope;
#[cfg(test)]
mod tests;

use scope::{Binding, Names, Presence, Scope};

/// The problem of rules that refer to partitions which are not given.
const NO_PARTITIONS: &str = "`aws.partition` needs the partitions of AWS; set `Options::partitions` to the content of \
                             AWS's partitions.json";

/// Decides how to resolve endpoints by `rule_set`.
///
/// # Errors
///
/// Every problem found, each with its place inside the trait's value.
pub(crate) fn lower(rule_set: &RuleSet, partitions: Option<&Partitions>) -> Result<ir::Rules, Vec<String>> {
    let mut context = Context::default();
    let scope = context.parameters(&rule_set.parameters);
    let (mut body, mut parts) = match &rule_set.body {
        Body::Rules(rules) => (context.rules("rules", rules, &scope), Vec::new()),
        Body::Diagram(diagram) => context.diagram(diagram, &scope),
    };
    let partitions = match partitions {
        _ if !context.asks_partition => None,
        Some(partitions) => partitions::lower(partitions).map_err(|problems| context.problems.extend(problems)).ok(),
        None => {
            context.problems.push(NO_PARTITIONS.to_owned());
            None
        }
    };
    if !context.problems.is_empty() {
        return Err(context.problems);
    }
    let used = eliminate_dead_code::eliminate_dead_code(&mut body, &mut parts);
    let parameters = rule_set.parameters.iter().map(|p| context.parameter(p));
    // A parameter that no rule reads cannot change the endpoint, whether it is set or not.
    let parameters = parameters.filter(|parameter| used.contains(&parameter.local));
    Ok(ir::Rules { parameters: parameters.collect(), partitions, body, parts })
}

/// Decides how to test the resolver of `rule_set`.
#[must_use]
pub(crate) fn tests(rule_set: &RuleSet, tests: &[EndpointTest]) -> Vec<ir::Case> {
    cases::cases(rule_set, tests)
}

/// What is known throughout one lowering.
#[derive(Default)]
struct Context {
    problems: Vec<String>,
    names: Names,
    /// What to make of a value that may be missing where an outcome needs it.
    missing: Missing,
    asks_partition: bool,
}

/// What to make of a value that may be missing where an outcome needs it.
///
/// A condition that needs one simply does not match without it, as in AWS's own SDKs, although
/// the specification would have the rules ask `isSet` first.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Missing {
    /// The rules are wrong.
    #[default]
    Problem,
    /// No rule fits. Whoever compiled a decision diagram may have moved the question to where no
    /// way can leave it out, which nothing but following all ways would show.
    NoRule,
}

impl Context {
    /// Notes a problem.
    fn problem<T>(&mut self, at: &str, message: &str) -> Option<T> {
        self.problems.push(format!("{at}: {message}"));
        None
    }

    /// The variables that every rule sees.
    fn parameters(&mut self, parameters: &[Parameter]) -> Scope {
        let mut scope = Scope::default();
        for parameter in parameters {
            let is_set = parameter.required || parameter.default.is_some();
            let binding = Binding {
                local: self.names.local(&parameter.name),
                ty: ty(parameter.kind),
                presence: if is_set { Presence::Set } else { Presence::Optional },
                form: ir::Form::Borrowed,
            };
            scope.insert(&parameter.name, binding);
        }
        scope
    }

    fn parameter(&mut self, parameter: &Parameter) -> ir::Parameter {
        let mut names = vec![parameter.name.clone()];
        // The client sets what it knows under the last part of the built-in's name, which is what
        // AWS's rules call the parameter too.
        if let Some(name) = parameter.built_in.as_deref().and_then(|b| b.rsplit("::").next())
            && name != parameter.name
        {
            names.push(name.to_owned());
        }
        ir::Parameter {
            local: self.names.local(&parameter.name),
            names,
            ty: ty(parameter.kind),
            unset: match &parameter.default {
                Some(default) => ir::MissingParameter::Default(value(default)),
                None if parameter.required => ir::MissingParameter::Error,
                None => ir::MissingParameter::None,
            },
        }
    }
}

fn ty(kind: Kind) -> ir::Type {
    match kind {
        Kind::Str => ir::Type::Str,
        Kind::Bool => ir::Type::Bool,
        Kind::StrArray => ir::Type::StrArray,
    }
}

fn value(value: &Value) -> ir::Value {
    match value {
        Value::Str(text) => ir::Value::Str(text.clone()),
        Value::Bool(bool) => ir::Value::Bool(*bool),
        Value::StrArray(array) => ir::Value::StrArray(array.clone()),
    }
}
