//! Expressions: looks up what they refer to, and checks the types of what functions take.

use crate::ir::endpoint::{Attribute, Expr, Local, Piece, Test, Type};
use crate::model::endpoint_rules::{self as model, Function, Step};

use super::Context;
use super::condition::Guard;
use super::scope::{Presence, Scope};

mod call;

/// A value with its type.
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

    /// A value of the type that `function` gives, for one that cannot be computed.
    pub(super) fn stand_in(function: Function) -> Self {
        let ty = match function {
            Function::AwsParseArn => Type::Arn,
            Function::AwsPartition => Type::Partition,
            Function::ParseUrl => Type::Url,
            Function::Split => Type::StrArray,
            Function::AwsIsVirtualHostableS3Bucket
            | Function::BooleanEquals
            | Function::IsSet
            | Function::IsValidHostLabel
            | Function::Not
            | Function::StringEquals => Type::Bool,
            Function::Coalesce | Function::GetAttr | Function::Ite | Function::Substring | Function::UriEncode => {
                Type::Str
            }
        };
        Self::new(Expr::Bool(true), ty)
    }
}

impl Context {
    /// A value; what has to be asked before it can be computed goes to `guards`.
    pub(super) fn expr(
        &mut self,
        at: &str,
        expr: &model::Expr,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        match expr {
            model::Expr::Template(pieces) => self.template(at, pieces, scope, guards),
            model::Expr::Bool(bool) => Some(Typed::new(Expr::Bool(*bool), Type::Bool)),
            model::Expr::Int(_) => self.problem(at, "an integer cannot stand here"),
            model::Expr::Ref(name) => self.variable(at, name, scope, guards),
            model::Expr::Call(call) => self.call(at, call, scope, guards),
        }
    }

    /// A string that has to be there.
    pub(super) fn text(
        &mut self,
        at: &str,
        expr: &model::Expr,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Expr> {
        let typed = self.expr(at, expr, scope, guards)?;
        self.typed(at, typed, Type::Str, scope, guards)
    }

    /// `typed`, which has to be there and of type `ty`.
    fn typed(&mut self, at: &str, typed: Typed, ty: Type, scope: &mut Scope, guards: &mut Vec<Guard>) -> Option<Expr> {
        if typed.ty != ty {
            let message = format!("expected {}, found {}", describe(ty), describe(typed.ty));
            return self.problem(at, &message);
        }
        Some(self.require(typed, None, scope, guards))
    }

    /// `typed` as a value that is there: if it is optional, that has to be asked first.
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

    /// A variable's value, which has to be there.
    fn variable(&mut self, at: &str, name: &str, scope: &mut Scope, guards: &mut Vec<Guard>) -> Option<Typed> {
        let typed = self.maybe(at, name, scope)?;
        let ty = typed.ty;
        let expr = self.require(typed, Some(name), scope, guards);
        Some(Typed::new(expr, ty))
    }

    /// A variable's value, which need not be there.
    fn maybe(&mut self, at: &str, name: &str, scope: &Scope) -> Option<Typed> {
        let Some(binding) = scope.get(name) else {
            return self.unknown(at, name, scope);
        };
        Some(Typed { expr: binding.expr(), ty: binding.ty, optional: binding.presence == Presence::Optional })
    }

    /// Notes a reference to nothing.
    pub(super) fn unknown<T>(&mut self, at: &str, name: &str, scope: &Scope) -> Option<T> {
        let known = scope.names();
        self.problem(at, &format!("\"{name}\" is nothing here; known names are {known}"))
    }

    fn template(
        &mut self,
        at: &str,
        pieces: &[model::Piece],
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        let mut parts = Vec::new();
        for piece in pieces {
            parts.push(match piece {
                model::Piece::Text(text) => Piece::Text(text.clone()),
                model::Piece::Value { name, path } => {
                    let base = self.variable(at, name, scope, guards)?;
                    let typed = self.attribute(at, base, path)?;
                    let value = self.typed(at, typed, Type::Str, scope, guards)?;
                    if pieces.len() == 1 {
                        // A value that is all of a string needs no string of its own.
                        return Some(Typed::new(value, Type::Str));
                    }
                    Piece::Local(self.hold(name, path, value, guards))
                }
            });
        }
        let expr = match parts.as_mut_slice() {
            [Piece::Text(text)] => Expr::Text(std::mem::take(text)),
            _ => Expr::Format(parts),
        };
        Some(Typed::new(expr, Type::Str))
    }

    /// The local variable that holds `value`, which is at `path` inside the variable `name`.
    fn hold(&mut self, name: &str, path: &[Step], value: Expr, guards: &mut Vec<Guard>) -> String {
        if let Expr::Local(local) = value {
            return local.name;
        }
        let mut keys = path.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        });
        let key = keys.next().unwrap_or("part");
        let local = self.names.local_of(name, key, &format!("{name}#{path:?}"));
        let is_held = |ask: &Guard| matches!(ask, Guard::Let { local: held, .. } if *held == local);
        if !guards.iter().any(is_held) {
            guards.push(Guard::Let { local: local.clone(), value });
        }
        local
    }

    /// The value at `path` inside `base`.
    fn attribute(&mut self, at: &str, base: Typed, path: &[Step]) -> Option<Typed> {
        let mut typed = base;
        for step in path {
            if typed.optional {
                return self.problem(at, "a path ends with its index");
            }
            typed = match step {
                Step::Key(key) => {
                    let Some((attribute, ty)) = attribute(typed.ty, key) else {
                        let message = format!("{} has no \"{key}\"", describe(typed.ty));
                        return self.problem(at, &message);
                    };
                    Typed::new(Expr::Attribute(Box::new(typed.expr), attribute), ty)
                }
                Step::Index(index) if typed.ty == Type::StrArray => {
                    Typed::optional(Expr::Element(Box::new(typed.expr), *index), Type::Str)
                }
                Step::Index(_) => {
                    let message = format!("{} has no elements", describe(typed.ty));
                    return self.problem(at, &message);
                }
            };
        }
        Some(typed)
    }
}

/// The member `key` of a value of type `ty`, and the member's type.
fn attribute(ty: Type, key: &str) -> Option<(Attribute, Type)> {
    Some(match (ty, key) {
        (Type::Partition, "name") => (Attribute::PartitionName, Type::Str),
        (Type::Partition, "dnsSuffix") => (Attribute::PartitionDnsSuffix, Type::Str),
        (Type::Partition, "dualStackDnsSuffix") => (Attribute::PartitionDualStackDnsSuffix, Type::Str),
        (Type::Partition, "supportsFIPS") => (Attribute::PartitionSupportsFips, Type::Bool),
        (Type::Partition, "supportsDualStack") => (Attribute::PartitionSupportsDualStack, Type::Bool),
        (Type::Partition, "implicitGlobalRegion") => (Attribute::PartitionImplicitGlobalRegion, Type::Str),
        (Type::Arn, "partition") => (Attribute::ArnPartition, Type::Str),
        (Type::Arn, "service") => (Attribute::ArnService, Type::Str),
        (Type::Arn, "region") => (Attribute::ArnRegion, Type::Str),
        (Type::Arn, "accountId") => (Attribute::ArnAccountId, Type::Str),
        (Type::Arn, "resourceId") => (Attribute::ArnResourceId, Type::StrArray),
        (Type::Url, "scheme") => (Attribute::UrlScheme, Type::Str),
        (Type::Url, "authority") => (Attribute::UrlAuthority, Type::Str),
        (Type::Url, "path") => (Attribute::UrlPath, Type::Str),
        (Type::Url, "normalizedPath") => (Attribute::UrlNormalizedPath, Type::Str),
        (Type::Url, "isIp") => (Attribute::UrlIsIp, Type::Bool),
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

/// The place of `key` inside what is at `at`.
pub(super) fn join(at: &str, key: &str) -> String {
    format!("{at}.{key}")
}
