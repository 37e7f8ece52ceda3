//! Conditions: what to ask for one to match, and what is known after that.

use crate::ir::endpoint::{Expr, Test, Type};
use crate::model::endpoint_rules::{self as model, Condition, Function};

use super::expression::Typed;
use super::scope::{Binding, Presence, Scope};
use super::{Context, expression};

/// One of the things to do, in order, before what a condition guards.
#[derive(Debug)]
pub(super) enum Guard {
    /// Compute a value.
    Let {
        /// The variable that holds it.
        local: String,
        /// The value.
        value: Expr,
    },
    /// Go on only if this holds.
    Test(Test),
}

/// Whether a condition matches.
pub(super) enum Match {
    /// If all of this holds; always, if there is nothing to ask.
    If(Vec<Guard>),
    /// Under no circumstances.
    Never,
}

impl Context {
    /// What to ask for `condition` to match; `scope` is what is known if it does.
    pub(super) fn condition(&mut self, at: &str, condition: &Condition, scope: &mut Scope) -> Match {
        if let Some(matched) = self.presence(at, condition, scope) {
            return matched;
        }
        let mut guards = Vec::new();
        let typed = self.call(at, &condition.call, scope, &mut guards);
        let Some(typed) = typed else {
            // The problem is noted; a stand-in lets the rules that follow be checked.
            if let Some(name) = &condition.assign {
                self.assign(name, &Typed::stand_in(condition.call.function), scope);
            }
            return Match::If(guards);
        };
        match (&condition.assign, typed.optional) {
            (Some(name), optional) => {
                let local = self.assign(name, &typed, scope);
                let value = typed.expr;
                guards.push(if optional {
                    Guard::Test(Test::Some { local, value })
                } else {
                    Guard::Let { local, value }
                });
                if typed.ty == Type::Bool
                    && let Some(binding) = scope.get(name)
                {
                    guards.push(Guard::Test(Test::True(binding.expr())));
                }
            }
            (None, true) if typed.ty == Type::Bool => {
                let value = self.require(typed, None, scope, &mut guards);
                guards.push(Guard::Test(Test::True(value)));
            }
            (None, true) => guards.push(Guard::Test(Test::True(Expr::IsSet(Box::new(typed.expr))))),
            (None, false) => match typed.expr {
                Expr::Bool(true) => {}
                Expr::Bool(false) => return Match::Never,
                expr if typed.ty == Type::Bool => guards.push(Guard::Test(Test::True(expr))),
                // A value that is always there and no boolean matches as it is.
                _ => {}
            },
        }
        Match::If(guards)
    }

    /// `isSet` and `not(isSet)` of a variable, after which it is known to be there or not.
    fn presence(&mut self, at: &str, condition: &Condition, scope: &mut Scope) -> Option<Match> {
        if condition.assign.is_some() {
            return None;
        }
        let is_set = |call: &model::Call| match (call.function, call.arguments.as_slice()) {
            (Function::IsSet, [model::Expr::Ref(name)]) => Some(name.clone()),
            _ => None,
        };
        let call = &condition.call;
        let (name, wanted) = match (call.function, call.arguments.as_slice()) {
            (Function::Not, [model::Expr::Call(inner)]) => (is_set(inner)?, Presence::Optional),
            _ => (is_set(call)?, Presence::Set),
        };
        let Some(binding) = scope.get(&name) else {
            self.unknown::<()>(&expression::join(at, "argv[0]"), &name, scope);
            return Some(Match::Never);
        };
        let (local, value) = (binding.local.clone(), binding.expr());
        Some(match (binding.presence, wanted) {
            (Presence::Set, Presence::Set) => Match::If(Vec::new()),
            (Presence::Set, Presence::Optional) => Match::Never,
            (Presence::Optional, Presence::Set) => {
                scope.narrow(&name);
                Match::If(vec![Guard::Test(Test::Some { local, value })])
            }
            (Presence::Optional, Presence::Optional) => {
                let is_set = Expr::IsSet(Box::new(value));
                Match::If(vec![Guard::Test(Test::True(Expr::Not(Box::new(is_set))))])
            }
        })
    }

    /// Makes the variable `name` known.
    fn assign(&mut self, name: &str, typed: &Typed, scope: &mut Scope) -> String {
        let local = self.names.local(name);
        let binding = Binding { local: local.clone(), ty: typed.ty, presence: Presence::Set, form: typed.expr.form() };
        scope.insert(name, binding);
        local
    }
}
