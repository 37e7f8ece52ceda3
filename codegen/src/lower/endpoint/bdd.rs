//! Decision diagrams: follows their ways from the root, which gives nested `if`s.
//!
//! What several ways lead to becomes a part, a function that takes the variables it needs. Parts
//! are lowered callers first, so that what is known at all ways to a part is known inside it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::endpoint::{Argument, Form, Outcome, Pass, SharedNode, SharedNodeParameter, Step};
use crate::model::endpoint_rules::{self as model, Diagram, Target};

use super::condition::{Guard, Match};
use super::rules::nest;
use super::scope::{Binding, Presence, Scope};
use super::{Context, Missing};

/// A diagram, and what has been found out about the ways through it.
struct Ways<'a> {
    diagram: &'a Diagram,
    /// The names of the parts.
    parts: BTreeMap<Target, String>,
    /// What is known wherever a part is called.
    calls: BTreeMap<Target, Vec<Scope>>,
}

impl Context {
    /// What to do to decide by `diagram`, and the parts that this calls, callers first.
    pub(super) fn diagram(&mut self, diagram: &Diagram, scope: &Scope) -> (Vec<Step>, Vec<SharedNode>) {
        self.missing = Missing::NoRule;
        let shared = shared(diagram);
        let mut ways = Ways {
            diagram,
            parts: shared.iter().map(|target| (*target, self.names.fresh(&name(*target)))).collect(),
            calls: BTreeMap::new(),
        };
        let body = self.expand(&mut ways, diagram.root, scope);
        let mut parts = Vec::new();
        for target in shared {
            let Some(calls) = ways.calls.remove(&target) else {
                // All conditions that lead here turned out to be known.
                continue;
            };
            let name = ways.parts[&target].clone();
            let scope = self.merge(&name, &calls);
            parts.push(SharedNode {
                body: self.expand(&mut ways, target, &scope),
                parameters: scope.iter().map(|(_, binding)| parameter(binding)).collect(),
                name,
            });
        }
        (body, parts)
    }

    /// What to do to go to `target`: call its part, or what the part would do.
    fn go(&mut self, ways: &mut Ways<'_>, target: Target, scope: &Scope) -> Vec<Step> {
        let Some(name) = ways.parts.get(&target).cloned() else {
            return self.expand(ways, target, scope);
        };
        ways.calls.entry(target).or_default().push(scope.clone());
        let arguments = scope.iter().map(|(_, binding)| argument(binding)).collect();
        vec![Step::Return(Outcome::SharedNode { name, arguments })]
    }

    /// What to do at `target`.
    fn expand(&mut self, ways: &mut Ways<'_>, target: Target, scope: &Scope) -> Vec<Step> {
        let (index, complement) = match target {
            Target::NoRule => return vec![Step::Return(Outcome::NoRule)],
            Target::Result(index) => {
                let result = &ways.diagram.results[index];
                return self.outcome(&format!("results[{index}]"), result, scope.clone());
            }
            Target::Node { index, complement } => (index, complement),
        };
        let node = ways.diagram.nodes[index];
        let (yes, no) = if complement { (node.low, node.high) } else { (node.high, node.low) };
        let condition = &ways.diagram.conditions[node.condition];
        let at = format!("conditions[{}]", node.condition);
        let mut known = scope.clone();
        match self.condition(&at, condition, &mut known) {
            Match::Never => self.go(ways, no, scope),
            Match::If(guards) => {
                let is_certain = guards.iter().all(|ask| matches!(ask, Guard::Let { .. }));
                let mut yes = self.go(ways, yes, &known);
                if is_certain {
                    return nest(guards, yes);
                }
                let no = self.go(ways, no, scope);
                if yes.ends_with(&no) {
                    // What both ways end in is written once, after the `if`.
                    yes.truncate(yes.len() - no.len());
                }
                if yes.is_empty() {
                    return no;
                }
                let mut steps = nest(guards, yes);
                steps.extend(no);
                steps
            }
        }
    }

    /// What is known at all of `calls`; what only some of them know is optional.
    fn merge(&mut self, part: &str, calls: &[Scope]) -> Scope {
        let mut merged = Scope::default();
        for (name, binding) in calls.iter().flat_map(Scope::iter) {
            if merged.get(name).is_some() {
                continue;
            }
            let others: Vec<_> = calls.iter().map(|call| call.get(name)).collect();
            if others.iter().flatten().any(|other| other.ty != binding.ty) {
                let message = format!("\"{name}\" has different types on different ways");
                self.problem::<()>(part, &message);
            }
            let is_set = |other: &Option<&Binding>| other.is_some_and(|binding| binding.presence == Presence::Set);
            let presence = if others.iter().all(is_set) { Presence::Set } else { Presence::Optional };
            let binding = Binding { presence, form: Form::Borrowed, ..binding.clone() };
            merged.insert(name, binding);
        }
        merged
    }
}

fn parameter(binding: &Binding) -> SharedNodeParameter {
    SharedNodeParameter {
        local: binding.local.clone(),
        ty: binding.ty,
        optional: binding.presence == Presence::Optional,
    }
}

/// A variable as the argument for an optional parameter; `tidy` takes off the `Some` where the
/// parameter turned out not to be.
fn argument(binding: &Binding) -> Argument {
    Argument {
        local: binding.local.clone(),
        pass: match (binding.presence, binding.form) {
            (Presence::Optional, _) => Pass::Value,
            (Presence::Set, Form::Borrowed) => Pass::SomeValue,
            (Presence::Set, Form::Owned) => Pass::SomeReference,
        },
    }
}

fn name(target: Target) -> String {
    match target {
        Target::NoRule => "no_rule".to_owned(),
        Target::Result(index) => format!("result_{index}"),
        Target::Node { index, complement: false } => format!("node_{index}"),
        Target::Node { index, complement: true } => format!("node_{index}_exchanged"),
    }
}

/// What several ways lead to and is worth a function, each before what it leads to.
fn shared(diagram: &Diagram) -> Vec<Target> {
    let mut ways: BTreeMap<Target, usize> = BTreeMap::new();
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    // Each entry is a target, and whether all that it leads to has been seen.
    let mut stack = vec![(diagram.root, false)];
    while let Some((target, is_done)) = stack.pop() {
        if is_done {
            order.push(target);
            continue;
        }
        if !seen.insert(target) {
            continue;
        }
        stack.push((target, true));
        if let Target::Node { index, .. } = target {
            let node = diagram.nodes[index];
            for next in [node.high, node.low] {
                *ways.entry(next).or_default() += 1;
                stack.push((next, false));
            }
        }
    }
    let is_shared = |target: &Target| {
        let is_worth_it = match target {
            Target::Node { .. } => true,
            Target::Result(index) => {
                matches!(diagram.results[*index], model::Outcome::Endpoint(_))
            }
            Target::NoRule => false,
        };
        is_worth_it && ways.get(target).is_some_and(|ways| *ways > 1)
    };
    order.into_iter().rev().filter(is_shared).collect()
}
