//! Lowers expressions: resolves references and checks types.

use serde_json::Value as Json;

use crate::ir::endpoint::{Attribute, Expr, Local, Piece, Test, Type};

use super::Context;
use super::condition::Guard;
use super::reader::Reader;
use super::scope::{Presence, Scope};
use super::template::{self, Part, PathStep};

/// An expression and its type.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) ty: Type,
    pub(super) optional: bool,
}

impl Typed {
    pub(super) fn new(expr: Expr, ty: Type) -> Self {
        Self { expr, ty, optional: false }
    }

    pub(super) fn optional(expr: Expr, ty: Type) -> Self {
        Self { optional: true, ..Self::new(expr, ty) }
    }
}

impl Context {
    /// Lowers an expression whose value must be set. Adds the guards that ensure this to `guards`.
    pub(super) fn expr(&mut self, at: &str, json: &Json, scope: &mut Scope, guards: &mut Vec<Guard>) -> Option<Typed> {
        match json {
            Json::String(text) => self.template(at, text, scope, guards),
            Json::Bool(bool) => Some(Typed::new(Expr::Bool(*bool), Type::Bool)),
            Json::Number(_) => {
                self.reader.integer(at, json)?;
                self.problem(at, "unexpected integer")
            }
            Json::Object(object) if object.contains_key("ref") => {
                let name = self.reference(at, json)?;
                let typed = self.variable(at, name, scope)?;
                let ty = typed.ty;
                Some(Typed::new(self.require(typed, Some(name), scope, guards), ty))
            }
            Json::Object(object) => {
                self.reader.only(at, object, &["fn", "argv"]);
                let (function, argv) = self.function(at, object)?;
                self.call(at, function, argv, scope, guards)
            }
            Json::Null | Json::Array(_) => {
                let expected = "a string, a boolean, an integer, {\"ref\": …} or {\"fn\": …, \"argv\": […]}";
                self.reader.expected(at, expected, json)
            }
        }
    }

    /// Lowers an expression. If it is a reference or a call, its value may be absent.
    pub(super) fn optional_expr(
        &mut self,
        at: &str,
        json: &Json,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        match self.reference(at, json) {
            Some(name) => self.variable(at, name, scope),
            None => self.expr(at, json, scope, guards),
        }
    }

    /// Lowers an expression whose value must be a string and must be set.
    pub(super) fn text(&mut self, at: &str, json: &Json, scope: &mut Scope, guards: &mut Vec<Guard>) -> Option<Expr> {
        self.typed_expr(at, json, Type::Str, scope, guards)
    }

    /// Lowers an expression whose value must be set and have the type `ty`.
    pub(super) fn typed_expr(
        &mut self,
        at: &str,
        json: &Json,
        ty: Type,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Expr> {
        let typed = self.expr(at, json, scope, guards)?;
        self.check_type(at, &typed, ty)?;
        Some(self.require(typed, None, scope, guards))
    }

    fn check_type(&mut self, at: &str, typed: &Typed, ty: Type) -> Option<()> {
        if typed.ty == ty {
            return Some(());
        }
        let message = format!("expected {}, found {}", describe(ty), describe(typed.ty));
        self.problem(at, &message)
    }

    /// Returns the value of `typed`, which must be set. If it is optional, adds a guard that checks whether it is set.
    /// `variable` is the name in the rules, if the value is a variable.
    pub(super) fn require(
        &mut self,
        typed: Typed,
        variable: Option<&str>,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Expr {
        if !typed.optional {
            return typed.expr;
        }
        let value = typed.expr;
        if let Some((name, binding)) = variable.and_then(|name| Some((name, scope.get(name)?.clone()))) {
            scope.narrow(name);
            let local = binding.local.clone();
            guards.push(Guard::Test(Test::Some { local, value }));
            return binding.expr();
        }
        let local = self.names.fresh("value");
        let form = value.form();
        guards.push(Guard::Test(Test::Some { local: local.clone(), value }));
        Expr::Local(Local { name: local, form })
    }

    /// Returns the name in `{"ref": name}`, or `None` for other expressions.
    pub(super) fn reference<'a>(&mut self, at: &str, json: &'a Json) -> Option<&'a str> {
        let object = json.as_object().filter(|object| object.contains_key("ref"))?;
        self.reader.only(at, object, &["ref"]);
        self.reader.required(at, object, "ref", Reader::string)
    }

    /// Returns the value of a variable. The value may be absent.
    fn variable(&mut self, at: &str, name: &str, scope: &Scope) -> Option<Typed> {
        let Some(binding) = scope.get(name) else {
            return self.unknown(at, name, scope);
        };
        Some(Typed { expr: binding.expr(), ty: binding.ty, optional: binding.presence == Presence::Optional })
    }

    /// Reports a reference to an unknown variable.
    pub(super) fn unknown<T>(&mut self, at: &str, name: &str, scope: &Scope) -> Option<T> {
        let known = scope.names();
        self.problem(at, &format!("unknown variable `{name}`; expected one of {known}"))
    }

    fn template(&mut self, at: &str, text: &str, scope: &mut Scope, guards: &mut Vec<Guard>) -> Option<Typed> {
        let parts = match template::parse(text) {
            Ok(parts) => parts,
            Err(problem) => return self.reader.problem(at, &problem),
        };
        let is_one = parts.len() == 1;
        let mut pieces = Vec::new();
        for part in parts {
            pieces.push(match part {
                Part::Literal(literal) if is_one => return Some(Typed::new(Expr::String(literal), Type::Str)),
                Part::Literal(literal) => Piece::Literal(literal),
                Part::Value { name, path } => {
                    let base = self.variable(at, name, scope)?;
                    let ty = base.ty;
                    let base = Typed::new(self.require(base, Some(name), scope, guards), ty);
                    let typed = self.attribute(at, base, &path)?;
                    self.check_type(at, &typed, Type::Str)?;
                    let value = self.require(typed, None, scope, guards);
                    if is_one {
                        // If the string consists of a single value, the value is used directly.
                        return Some(Typed::new(value, Type::Str));
                    }
                    Piece::Local(self.hold(name, &path, value, guards))
                }
            });
        }
        Some(Typed::new(Expr::Format(pieces), Type::Str))
    }

    /// Returns a local variable that holds `value`, the value at `path` in the variable `name`.
    fn hold(&mut self, name: &str, path: &[PathStep<'_>], value: Expr, guards: &mut Vec<Guard>) -> String {
        if let Expr::Local(local) = value {
            return local.name;
        }
        let mut keys = path.iter().rev().filter_map(|step| match step {
            PathStep::Key(key) => Some(*key),
            PathStep::Index(_) => None,
        });
        let key = keys.next().unwrap_or("part");
        let local = self.names.local_of(name, key, &format!("{name}#{path:?}"));
        let is_held = |guard: &Guard| matches!(guard, Guard::Let { local: held, .. } if *held == local);
        if !guards.iter().any(is_held) {
            guards.push(Guard::Let { local: local.clone(), value });
        }
        local
    }

    /// Returns the value at `path` in `base`.
    pub(super) fn attribute(&mut self, at: &str, base: Typed, path: &[PathStep<'_>]) -> Option<Typed> {
        let mut typed = base;
        for step in path {
            if typed.optional {
                return self.problem(at, "an index must be the last part of a path");
            }
            typed = match step {
                PathStep::Key(key) => {
                    let Some((attribute, ty)) = attribute(typed.ty, key) else {
                        let message = format!("{} has no attribute `{key}`", describe(typed.ty));
                        return self.problem(at, &message);
                    };
                    Typed::new(Expr::Attribute(Box::new(typed.expr), attribute), ty)
                }
                PathStep::Index(index) if typed.ty == Type::StrArray => {
                    Typed::optional(Expr::Element(Box::new(typed.expr), *index), Type::Str)
                }
                PathStep::Index(_) => {
                    let message = format!("{} cannot be indexed", describe(typed.ty));
                    return self.problem(at, &message);
                }
            };
        }
        Some(typed)
    }
}

/// Returns the attribute `key` of values of the type `ty`, and the type of the attribute.
fn attribute(ty: Type, key: &str) -> Option<(Attribute, Type)> {
    use Attribute::{Field, Method};
    Some(match (ty, key) {
        (Type::Partition, "name") => (Field("name"), Type::Str),
        (Type::Partition, "dnsSuffix") => (Field("dns_suffix"), Type::Str),
        (Type::Partition, "dualStackDnsSuffix") => (Field("dual_stack_dns_suffix"), Type::Str),
        (Type::Partition, "supportsFIPS") => (Field("supports_fips"), Type::Bool),
        (Type::Partition, "supportsDualStack") => (Field("supports_dual_stack"), Type::Bool),
        (Type::Partition, "implicitGlobalRegion") => (Field("implicit_global_region"), Type::Str),
        (Type::Arn, "partition") => (Method("partition"), Type::Str),
        (Type::Arn, "service") => (Method("service"), Type::Str),
        (Type::Arn, "region") => (Method("region"), Type::Str),
        (Type::Arn, "accountId") => (Method("account_id"), Type::Str),
        (Type::Arn, "resourceId") => (Method("resource_id"), Type::StrArray),
        (Type::Url, "scheme") => (Method("scheme"), Type::Str),
        (Type::Url, "authority") => (Method("authority"), Type::Str),
        (Type::Url, "path") => (Method("path"), Type::Str),
        (Type::Url, "normalizedPath") => (Method("normalized_path"), Type::Str),
        (Type::Url, "isIp") => (Method("is_ip"), Type::Bool),
        _ => return None,
    })
}

pub(super) fn describe(ty: Type) -> &'static str {
    match ty {
        Type::Str => "a string",
        Type::Bool => "a boolean",
        Type::StrArray => "a list of strings",
        Type::Partition => "a partition",
        Type::Arn => "an ARN",
        Type::Url => "a URL",
    }
}
