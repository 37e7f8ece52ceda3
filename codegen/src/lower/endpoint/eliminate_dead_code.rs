//! Drops what nothing uses: variables, and parameters of parts.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::endpoint::{
    Argument, AuthScheme, Call, Expr, Outcome, Pass, Piece, SharedNode, SharedNodeParameter, Step, Test,
};

/// Names of local variables.
type Used = BTreeSet<String>;

/// The parameters that each part takes.
type Takes = BTreeMap<String, Vec<SharedNodeParameter>>;

/// Tidies a resolver whose `parts` come callers first; gives the variables that it does not set
/// itself.
pub(super) fn eliminate_dead_code(body: &mut Vec<Step>, parts: &mut [SharedNode]) -> Used {
    let mut takes = Takes::new();
    for part in parts.iter_mut().rev() {
        let used = steps(&mut part.body, &takes);
        part.parameters.retain(|parameter| used.contains(&parameter.local));
        takes.insert(part.name.clone(), part.parameters.clone());
    }
    steps(body, &takes)
}

/// Tidies `list` from its end, since only what follows a variable can use it.
fn steps(list: &mut Vec<Step>, takes: &Takes) -> Used {
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
                let mut inside = steps(then, takes);
                self::tests(tests, &mut inside);
                used.append(&mut inside);
            }
            Step::Return(outcome) => self::outcome(outcome, takes, &mut used),
        }
        kept.push(step);
    }
    kept.reverse();
    *list = kept;
    used
}

/// Tidies the tests before what uses `used`, the last of them first.
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

/// `local == Some("text")` for `let Some(local) = local && local == "text"`, unless the variable
/// is used later on; the same for booleans.
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
        Test::True(Expr::Equal(expr, text)) if is_it(expr) && matches!(**text, Expr::Text(_)) => (**text).clone(),
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

fn outcome(outcome: &mut Outcome, takes: &Takes, used: &mut Used) {
    match outcome {
        Outcome::Endpoint(endpoint) => {
            expr(&endpoint.url, used);
            for (_, value) in &endpoint.headers {
                expr(value, used);
            }
            for scheme in &endpoint.auth_schemes {
                auth_scheme(scheme, used);
            }
        }
        Outcome::Error(message) => expr(message, used),
        Outcome::NoRule => {}
        Outcome::SharedNode { name, arguments } => {
            let parameters = takes.get(name).map_or(&[][..], Vec::as_slice);
            *arguments = parameters.iter().map(|p| argument(p, arguments)).collect();
            let passed = arguments.iter().filter(|a| a.pass != Pass::None);
            used.extend(passed.map(|argument| argument.local.clone()));
        }
    }
}

/// What to pass for `parameter`, of all the variables that are known.
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

fn auth_scheme(scheme: &AuthScheme, used: &mut Used) {
    let optional = [&scheme.signing_name, &scheme.signing_region];
    let all = std::iter::once(&scheme.name).chain(optional.into_iter().flatten()).chain(&scheme.signing_region_set);
    for value in all {
        expr(value, used);
    }
}

fn expr(value: &Expr, used: &mut Used) {
    match value {
        Expr::Text(_) | Expr::Bool(_) => {}
        Expr::Local(local) => {
            used.insert(local.name.clone());
        }
        Expr::Format(pieces) => {
            for piece in pieces {
                match piece {
                    Piece::Text(_) => {}
                    Piece::Local(name) => {
                        used.insert(name.clone());
                    }
                }
            }
        }
        Expr::Attribute(value, _)
        | Expr::Element(value, _)
        | Expr::IsSet(value)
        | Expr::Not(value)
        | Expr::Some(value) => expr(value, used),
        Expr::Equal(left, right) => {
            expr(left, used);
            expr(right, used);
        }
        Expr::Coalesce(coalesce) => {
            for value in coalesce.optional.iter().chain(coalesce.last.as_deref()) {
                expr(value, used);
            }
        }
        Expr::Choose(choose) => {
            for value in [&choose.condition, &choose.then, &choose.otherwise] {
                expr(value, used);
            }
        }
        Expr::Call(call) => self::call(call, used),
    }
}

fn call(call: &Call, used: &mut Used) {
    match call {
        Call::Partition(value)
        | Call::ParseArn(value)
        | Call::ParseUrl(value)
        | Call::UriEncode(value)
        | Call::Substring { text: value, .. } => expr(value, used),
        Call::IsValidHostLabel(one, two)
        | Call::IsVirtualHostableS3Bucket(one, two)
        | Call::Split { text: one, delimiter: two, .. } => {
            expr(one, used);
            expr(two, used);
        }
    }
}
