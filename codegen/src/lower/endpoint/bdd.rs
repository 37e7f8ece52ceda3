//! Lowers binary decision diagrams to nested `if`s, by following the edges from the root.
//!
//! A node or endpoint with several incoming edges becomes a function, whose parameters are the variables that it uses.
//! A function is lowered after its callers, since the variables that are known at its calls determine those that are
//! known inside it.

mod nodes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::ir::endpoint::{Argument, Form, Outcome, Pass, SharedNode, SharedNodeParameter, Step};

use nodes::{Bdd, Target};

use super::condition::{Guard, Match};
use super::rules::nest;
use super::scope::{Binding, Presence, Scope};
use super::{Context, Missing};

/// A diagram, and the calls of its shared nodes that have been found so far.
struct Paths<'a> {
    bdd: Bdd<'a>,
    /// The functions of the shared nodes.
    functions: BTreeMap<Target, String>,
    /// For each shared node, the variables that are known at each of its calls.
    calls: BTreeMap<Target, Vec<Scope>>,
}

impl Context {
    /// Lowers a diagram to the steps of its root, and to shared nodes. Callers precede the nodes that they call.
    pub(super) fn bdd(&mut self, object: &Map<String, Json>, scope: &Scope) -> Option<(Vec<Step>, Vec<SharedNode>)> {
        self.missing = Missing::NoRule;
        let bdd = nodes::read(&mut self.reader, object)?;
        let shared = shared(&bdd);
        let functions = shared.iter().map(|target| (*target, self.names.fresh(&name(*target)))).collect();
        let root = bdd.root;
        let mut paths = Paths { bdd, functions, calls: BTreeMap::new() };
        let body = self.expand(&mut paths, root, scope);
        let mut shared_nodes = Vec::new();
        for target in shared {
            // If there are no calls, the target is unreachable, since conditions on all paths to it were decided during
            // lowering.
            let (Some(calls), Some(name)) = (paths.calls.remove(&target), paths.functions.get(&target).cloned()) else {
                continue;
            };
            let scope = self.merge(&name, &calls);
            shared_nodes.push(SharedNode {
                body: self.expand(&mut paths, target, &scope),
                parameters: scope.iter().map(|(_, binding)| parameter(binding)).collect(),
                name,
            });
        }
        Some((body, shared_nodes))
    }

    /// Returns the steps for an edge to `target`: a call to its function or, if it has none, its own steps.
    fn follow(&mut self, paths: &mut Paths<'_>, target: Target, scope: &Scope) -> Vec<Step> {
        let Some(name) = paths.functions.get(&target).cloned() else {
            return self.expand(paths, target, scope);
        };
        paths.calls.entry(target).or_default().push(scope.clone());
        let arguments = scope.iter().map(|(_, binding)| argument(binding)).collect();
        vec![Step::Return(Outcome::SharedNode { name, arguments })]
    }

    /// Returns the steps of `target` itself.
    fn expand(&mut self, paths: &mut Paths<'_>, target: Target, scope: &Scope) -> Vec<Step> {
        let (index, complement) = match target {
            Target::NoRule => return vec![Step::Return(Outcome::NoRule)],
            Target::Result(index) => {
                let (at, result) = &paths.bdd.results[index];
                return self.outcome(at, result, scope.clone());
            }
            Target::Node { index, complement } => (index, complement),
        };
        let node = paths.bdd.nodes[index];
        let (yes, no) = if complement { (node.low, node.high) } else { (node.high, node.low) };
        let (at, condition) = &paths.bdd.conditions[node.condition];
        let mut known = scope.clone();
        match self.condition(at, condition, &mut known) {
            Match::Never => self.follow(paths, no, scope),
            Match::If(guards) => {
                let is_certain = guards.iter().all(|guard| matches!(guard, Guard::Let { .. }));
                let mut yes = self.follow(paths, yes, &known);
                if is_certain {
                    return nest(guards, yes);
                }
                let no = self.follow(paths, no, scope);
                if yes.ends_with(&no) {
                    // Steps at the end that both branches have in common are emitted once, after the `if`.
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

    /// Returns the variables that are known inside a shared node. Variables that are set only at some of its calls are
    /// optional.
    fn merge(&mut self, function: &str, calls: &[Scope]) -> Scope {
        let mut merged = Scope::default();
        for (name, binding) in calls.iter().flat_map(Scope::iter) {
            if merged.get(name).is_some() {
                continue;
            }
            let others: Vec<_> = calls.iter().map(|call| call.get(name)).collect();
            if others.iter().flatten().any(|other| other.ty != binding.ty) {
                let message = format!("the variable `{name}` has different types on different paths");
                self.problem::<()>(function, &message);
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

/// Returns the argument that passes a variable to a parameter, under the assumption that the parameter is optional. If
/// it is not, dead code elimination removes the `Some`.
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

/// Returns the targets that become functions. Each target precedes the targets that can be reached from it.
fn shared(bdd: &Bdd<'_>) -> Vec<Target> {
    let mut edges: BTreeMap<Target, usize> = BTreeMap::new();
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    // Each entry consists of a target, and whether all targets that can be reached from it have been visited.
    let mut stack = vec![(bdd.root, false)];
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
            let node = bdd.nodes[index];
            for next in [node.high, node.low] {
                *edges.entry(next).or_default() += 1;
                stack.push((next, false));
            }
        }
    }
    let is_shared = |target: &Target| {
        let is_worth_it = match target {
            Target::Node { .. } => true,
            Target::Result(index) => bdd.results[*index].1.get("type").and_then(Json::as_str) == Some("endpoint"),
            Target::NoRule => false,
        };
        is_worth_it && edges.get(target).is_some_and(|edges| *edges > 1)
    };
    order.into_iter().rev().filter(is_shared).collect()
}
