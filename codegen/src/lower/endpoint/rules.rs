//! Lowers lists of rules, and nests their conditions.

use serde_json::{Map, Value as Json};

use crate::ir::endpoint::{Outcome, Step};

use super::Context;
use super::condition::{Guard, Match};
use super::reader::{Reader, join};
use super::scope::Scope;

impl Context {
    /// Lowers the rules in the `rules` member, which are tried in order.
    pub(super) fn rules(&mut self, at: &str, object: &Map<String, Json>, scope: &Scope) -> Vec<Step> {
        let mut steps = Vec::new();
        for (at, rule) in self.reader.required(at, object, "rules", Reader::items).unwrap_or_default() {
            let Some(rule) = self.reader.object(&at, rule) else {
                continue;
            };
            let mut scope = scope.clone();
            let Some(guards) = self.conditions(&at, rule, &mut scope) else {
                continue;
            };
            let is_certain = guards.iter().all(|guard| matches!(guard, Guard::Let { .. }));
            let then = if rule.get("type").and_then(Json::as_str) == Some("tree") {
                self.reader.only(&at, rule, &["type", "conditions", "rules", "documentation"]);
                self.rules(&at, rule, &scope)
            } else {
                self.outcome(&at, rule, scope)
            };
            steps.extend(nest(guards, then));
            if is_certain {
                // Rules after one that always matches are unreachable.
                return steps;
            }
        }
        steps.push(Step::Return(Outcome::NoRule));
        steps
    }

    /// Returns the guards of a rule, or `None` if it never matches.
    fn conditions(&mut self, at: &str, rule: &Map<String, Json>, scope: &mut Scope) -> Option<Vec<Guard>> {
        let mut guards = Vec::new();
        for (at, condition) in self.reader.required(at, rule, "conditions", Reader::items).unwrap_or_default() {
            let assign = condition.get("assign").and_then(Json::as_str);
            if let Some(name) = assign.filter(|name| scope.get(name).is_some()) {
                let message = format!("`{name}` is already a parameter or variable");
                self.problem::<()>(&join(&at, "assign"), &message);
            }
            match self.condition(&at, condition, scope) {
                Match::If(more) => guards.extend(more),
                Match::Never => return None,
            }
        }
        Some(guards)
    }
}

/// Nests `then` inside the guards that precede it.
pub(super) fn nest(guards: Vec<Guard>, then: Vec<Step>) -> Vec<Step> {
    guards.into_iter().rev().fold(then, |mut steps, guard| match guard {
        Guard::Let { local, value } => {
            steps.insert(0, Step::Let { local, value });
            steps
        }
        Guard::Test(test) => {
            if let [Step::If { tests, .. }] = steps.as_mut_slice() {
                tests.insert(0, test);
                return steps;
            }
            vec![Step::If { tests: vec![test], then: steps }]
        }
    })
}
