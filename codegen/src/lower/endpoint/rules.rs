//! Rules that are tried in order, and how conditions nest.

use crate::ir::endpoint::{Outcome, Step};
use crate::model::endpoint_rules::{Rule, Then};

use super::condition::{Guard, Match};
use super::scope::Scope;
use super::{Context, expression};

impl Context {
    /// What to do to try `rules` one after the other.
    pub(super) fn rules(&mut self, at: &str, rules: &[Rule], scope: &Scope) -> Vec<Step> {
        let mut steps = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let at = format!("{at}[{index}]");
            let mut scope = scope.clone();
            let Some(guards) = self.conditions(&at, rule, &mut scope) else {
                continue;
            };
            let is_last = guards.iter().all(|ask| matches!(ask, Guard::Let { .. }));
            let then = match &rule.then {
                Then::Rules(rules) => self.rules(&format!("{at}.rules"), rules, &scope),
                Then::Outcome(outcome) => self.outcome(&at, outcome, scope),
            };
            steps.extend(nest(guards, then));
            if is_last {
                // Whatever rules follow one without conditions, no parameters reach them.
                return steps;
            }
        }
        steps.push(Step::Return(Outcome::NoRule));
        steps
    }

    /// What to ask before a rule's outcome; `None` if the rule can never match.
    fn conditions(&mut self, at: &str, rule: &Rule, scope: &mut Scope) -> Option<Vec<Guard>> {
        let mut guards = Vec::new();
        for (index, condition) in rule.conditions.iter().enumerate() {
            let at = format!("{at}.conditions[{index}]");
            if let Some(name) = condition.assign.as_deref().filter(|name| scope.get(name).is_some()) {
                let message = format!("\"{name}\" is a parameter or variable already");
                self.problem::<()>(&expression::join(&at, "assign"), &message);
            }
            match self.condition(&at, condition, scope) {
                Match::If(more) => guards.extend(more),
                Match::Never => return None,
            }
        }
        Some(guards)
    }
}

/// Puts `then` inside what has to be asked before it.
pub(super) fn nest(guards: Vec<Guard>, then: Vec<Step>) -> Vec<Step> {
    guards.into_iter().rev().fold(then, |mut steps, ask| match ask {
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
