//! Removes unused variables, and unused parameters of shared nodes.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::endpoint::{Argument, Expr, Outcome, Pass, SharedNode, SharedNodeParameter, Step, Test};

/// The names of local variables that are used.
type Used = BTreeSet<String>;

/// The parameters of each shared node.
type Parameters = BTreeMap<String, Vec<SharedNodeParameter>>;

/// Removes dead code from a resolver. In `shared_nodes`, callers must precede the nodes that they call. Returns the
/// variables that the resolver uses but does not set.
pub(super) fn eliminate_dead_code(body: &mut Vec<Step>, shared_nodes: &mut [SharedNode]) -> Used {
    let mut parameters_of = Parameters::new();
    for node in shared_nodes.iter_mut().rev() {
        let used = steps(&mut node.body, &parameters_of);
        node.parameters.retain(|parameter| used.contains(&parameter.local));
        parameters_of.insert(node.name.clone(), node.parameters.clone());
    }
    steps(body, &parameters_of)
}

/// Removes dead code from a list of steps, from the end to the start, since a variable can be used only by later steps.
/// Returns the variables that the steps use but do not set.
fn steps(list: &mut Vec<Step>, parameters_of: &Parameters) -> Used {
    let mut used = Used::new();
    let mut kept = Vec::new();
    for mut step in std::mem::take(list).into_iter().rev() {
        match &mut step {
            Step::Let { local, value } => {
                if !used.remove(local) {
                    continue;
                }
                expr(value, &mut used);
            }
            Step::If { tests, then } => {
                let mut inside = steps(then, parameters_of);
                self::tests(tests, &mut inside);
                used.append(&mut inside);
            }
            Step::Return(outcome) => self::outcome(outcome, parameters_of, &mut used),
        }
        kept.push(step);
    }
    kept.reverse();
    *list = kept;
    used
}

/// Removes dead code from tests, from the end to the start. `used` contains the variables that are used after the
/// tests.
fn tests(list: &mut Vec<Test>, used: &mut Used) {
    for index in (0..list.len()).rev() {
        let pair = index.checked_sub(1).map(|before| (&list[before], &list[index]));
        if let Some(both) = pair.and_then(|(one, two)| both(one, two, used)) {
            list[index - 1] = both;
            list.remove(index);
        } else {
            test(&mut list[index], used);
        }
    }
}

/// Merges `let Some(local) = local && local == "text"` into `local == Some("text")` if the variable is not used later.
/// Booleans are merged in the same way.
fn both(one: &Test, two: &Test, used: &Used) -> Option<Test> {
    let Test::Some { local, value } = one else {
        return None;
    };
    let is_it = |expr: &Expr| matches!(expr, Expr::Local(found) if found.name == *local);
    if !is_it(value) || used.contains(local) {
        return None;
    }
    let wanted = match two {
        Test::True(expr) if is_it(expr) => Expr::Bool(true),
        Test::True(Expr::Not(expr)) if is_it(expr) => Expr::Bool(false),
        Test::True(Expr::Equal(expr, other)) if is_it(expr) && matches!(**other, Expr::String(_)) => (**other).clone(),
        Test::True(_) | Test::Some { .. } => return None,
    };
    let wanted = Expr::Some(Box::new(wanted));
    Some(Test::True(Expr::Equal(Box::new(value.clone()), Box::new(wanted))))
}

fn test(test: &mut Test, used: &mut Used) {
    match test {
        Test::Some { local, value } => {
            let is_used = used.remove(local);
            expr(value, used);
            if !is_used {
                let value = std::mem::replace(value, Expr::Bool(true));
                *test = Test::True(Expr::IsSet(Box::new(value)));
            }
        }
        Test::True(value) => expr(value, used),
    }
}

fn outcome(outcome: &mut Outcome, parameters_of: &Parameters, used: &mut Used) {
    match outcome {
        Outcome::Endpoint(endpoint) => {
            expr(&endpoint.url, used);
            endpoint.headers.iter().for_each(|(_, value)| expr(value, used));
            for scheme in &endpoint.auth_schemes {
                expr(&scheme.name, used);
                scheme.settings.iter().for_each(|(_, value)| expr(value, used));
            }
        }
        Outcome::Error(message) => expr(message, used),
        Outcome::NoRule => {}
        Outcome::SharedNode { name, arguments } => {
            let parameters = parameters_of.get(name).map_or(&[][..], Vec::as_slice);
            *arguments = parameters.iter().map(|p| argument(p, arguments)).collect();
            let passed = arguments.iter().filter(|a| a.pass != Pass::None);
            used.extend(passed.map(|argument| argument.local.clone()));
        }
    }
}

/// Returns the argument for `parameter`, which is the variable in `known` with the same name. If there is no such
/// variable, the argument is `None`.
fn argument(parameter: &SharedNodeParameter, known: &[Argument]) -> Argument {
    let found = known.iter().find(|a| a.local == parameter.local);
    let pass = found.map_or(Pass::None, |argument| argument.pass);
    Argument {
        local: parameter.local.clone(),
        pass: match pass {
            Pass::SomeValue if !parameter.optional => Pass::Value,
            Pass::SomeReference if !parameter.optional => Pass::Reference,
            pass => pass,
        },
    }
}

fn expr(value: &Expr, used: &mut Used) {
    value.for_each_local(&mut |name| {
        used.insert(name.to_owned());
    });
}
