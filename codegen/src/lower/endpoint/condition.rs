//! Lowers conditions to guards, and determines the variables that are known if a condition matches.

use serde_json::Value as Json;

use crate::ir::endpoint::{Expr, Test, Type};

use super::Context;
use super::expression::Typed;
use super::function::Function;
use super::reader::{Reader, join};
use super::scope::{Binding, Presence, Scope};

/// A step that precedes the code guarded by a condition.
#[derive(Debug)]
pub(super) enum Guard {
    /// Computes a value.
    Let { local: String, value: Expr },
    /// Continues only if this test succeeds.
    Test(Test),
}

/// The guards under which a condition matches.
pub(super) enum Match {
    /// The condition matches if all guards hold. Without guards, it always matches.
    If(Vec<Guard>),
    /// The condition never matches.
    Never,
}

impl Match {
    /// Returns guards for an invalid condition. Since they could hold or fail, the rules in both branches are checked.
    fn unknown() -> Self {
        Self::If(vec![Guard::Test(Test::True(Expr::Bool(true)))])
    }
}

impl Context {
    /// Lowers a condition, and updates `scope` to the variables that are known if the condition matches.
    pub(super) fn condition(&mut self, at: &str, json: &Json, scope: &mut Scope) -> Match {
        let mut guards = Vec::new();
        let Some(object) = self.reader.object(at, json) else { return Match::unknown() };
        self.reader.only(at, object, &["fn", "argv", "assign", "documentation"]);
        let assign = self.reader.optional(at, object, "assign", Reader::string).flatten();
        let Some((function, argv)) = self.function(at, object) else { return Match::unknown() };
        if assign.is_none()
            && let Some(matched) = self.presence(at, function, argv, scope)
        {
            return matched;
        }
        let Some(typed) = self.call(at, function, argv, scope, &mut guards) else {
            // The problem has been reported. Assigning a placeholder to the variable allows the remaining rules to be
            // checked.
            if let Some(name) = assign {
                self.assign(name, &Typed::new(Expr::Bool(true), function.result), scope);
            }
            return Match::unknown();
        };
        match (assign, typed.optional) {
            (Some(name), optional) => {
                let (local, binding) = self.assign(name, &typed, scope);
                let value = typed.expr;
                guards.push(if optional {
                    Guard::Test(Test::Some { local, value })
                } else {
                    Guard::Let { local, value }
                });
                if typed.ty == Type::Bool {
                    guards.push(Guard::Test(Test::True(binding)));
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
                // A condition always matches if its value is always set and is not a boolean.
                _ => {}
            },
        }
        Match::If(guards)
    }

    /// Lowers `isSet` or `not(isSet)` of a variable. Updates `scope` if the variable is set when the condition matches.
    /// Returns `None` for other conditions.
    fn presence(&mut self, at: &str, function: &Function, argv: &[Json], scope: &mut Scope) -> Option<Match> {
        let at = join(at, "argv[0]");
        let (at, reference, wanted) = match (function.name, argv) {
            ("isSet", [reference]) => (at, reference, Presence::Set),
            ("not", [inner]) if inner.get("fn").and_then(Json::as_str) == Some("isSet") => {
                let object = inner.as_object()?;
                self.reader.only(&at, object, &["fn", "argv"]);
                let (_, argv) = self.function(&at, object)?;
                let [reference] = argv else { return None };
                (join(&at, "argv[0]"), reference, Presence::Optional)
            }
            _ => return None,
        };
        let name = self.reference(&at, reference)?;
        let Some(binding) = scope.get(name) else {
            self.unknown::<()>(&at, name, scope);
            return Some(Match::Never);
        };
        let (local, value) = (binding.local.clone(), binding.expr());
        Some(match (binding.presence, wanted) {
            (Presence::Set, Presence::Set) => Match::If(Vec::new()),
            (Presence::Set, Presence::Optional) => Match::Never,
            (Presence::Optional, Presence::Set) => {
                scope.narrow(name);
                Match::If(vec![Guard::Test(Test::Some { local, value })])
            }
            (Presence::Optional, Presence::Optional) => {
                let is_set = Expr::IsSet(Box::new(value));
                Match::If(vec![Guard::Test(Test::True(Expr::Not(Box::new(is_set))))])
            }
        })
    }

    /// Adds the variable `name` to the scope. Returns its Rust name and its value.
    fn assign(&mut self, name: &str, typed: &Typed, scope: &mut Scope) -> (String, Expr) {
        let local = self.names.local(name);
        let binding = Binding { local: local.clone(), ty: typed.ty, presence: Presence::Set, form: typed.expr.form() };
        let expr = binding.expr();
        scope.insert(name, binding);
        (local, expr)
    }
}
