//! Compiles JMESPath expressions against the types of a request and its response, and determines the type of the
//! result.
//!
//! A compiled expression follows the JMESPath specification. Where JMESPath returns an error because an argument of a
//! function is null, the result is null, which no matcher expects. A required member that is absent from a response is
//! not null, but has the value that Smithy's client error correction provides.

use jmespath::{
    Variable,
    ast::{Ast, Comparator},
};

use super::{
    Polled, functions,
    inferred_types::{self, Item, Kind, Owner, Typed},
};
use crate::{
    diagnostic::did_you_mean,
    ir::waiter::{Condition, Local, Node, Order, PathResult, Read, Truth, Value},
    lower::names::{self, Scope},
    model::jmespath::{Problem, parse},
};

/// The maximum number of nodes in a compiled path. A short path can have many nodes, since a pipe repeats its left side
/// for every `@` on its right side.
const LARGEST: usize = 500;

/// The type that a matcher requires of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A string.
    String,
    /// A list of strings.
    Strings,
    /// A string or a list of strings.
    StringOrStrings,
    /// A boolean.
    Boolean,
}

/// A compiled path.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The values that must not be null.
    pub(super) locals: Vec<Local>,
    /// The other conditions without which the evaluation fails.
    pub(super) requirements: Vec<Condition>,
    pub(super) value: Value,
    pub(super) gives: PathResult,
    /// Whether a member on the path is sensitive.
    pub(super) sensitive: bool,
}

/// Compiles a path that starts at the response or, if `reads_request` is true, at `{input, output}`.
pub(super) fn compile(
    polled: &Polled<'_, '_>,
    path: &str,
    reads_request: bool,
    wanted: Wanted,
) -> Result<Compiled, Problem> {
    let ast = parse(path)?;
    let start = match reads_request {
        true => Typed::new(Node::Response, false, Kind::Pair),
        false => Typed::new(Node::Response, false, Kind::Structure(Owner::Response)),
    };
    let mut scope = Scope::with(&NAMES);
    let mut compiler = Compiler::new(polled);
    // Each value that must not be null becomes a local variable, with which the path is compiled again.
    let typed = loop {
        let typed = compiler.value(&ast, &start)?;
        let Some((name, value)) = compiler.requirements.iter().find_map(required) else { break typed };
        let name = scope.take(name, names::member_name(name));
        let locals = compiler.locals.into_iter().chain([Local { name, value: value.clone() }]).collect();
        compiler = Compiler { locals, ..Compiler::new(polled) };
    };
    let gives = match (wanted, &typed.kind) {
        (Wanted::String | Wanted::StringOrStrings, Kind::String) => PathResult::String,
        (Wanted::Boolean, Kind::Boolean) => PathResult::Boolean,
        (Wanted::Strings | Wanted::StringOrStrings, Kind::List(item)) if item.kind == Kind::String => {
            PathResult::Strings { nullable: item.nullable }
        }
        (wanted, kind) => {
            let needed = match wanted {
                Wanted::String => "`stringEquals` expects a string",
                Wanted::Strings => "`allStringEquals` and `anyStringEquals` expect a list of strings",
                Wanted::StringOrStrings => "`message` expects a string or a list of strings",
                Wanted::Boolean => "`booleanEquals` expects a boolean",
            };
            return Err(Problem { offset: 0, message: format!("{needed}, found {}", kind.describe()) });
        }
    };
    let Compiler { locals, requirements, sensitive, .. } = compiler;
    Ok(Compiled { locals, requirements, value: typed.value, gives, sensitive })
}

/// The names that functions for paths use, other than those of members.
const NAMES: [&str; 7] = ["request", "response", "item", "value", "list", "left", "right"];

/// If a condition is that a member or element is not null, returns the name and the value of the first one on its path
/// that may be null.
fn required(condition: &Condition) -> Option<(&str, &Value)> {
    let Condition::Not(inner) = condition else { return None };
    let Condition::Null(value) = &**inner else { return None };
    first_nullable(value)
}

fn first_nullable(value: &Value) -> Option<(&str, &Value)> {
    let (of, name) = match &*value.node {
        Node::Member { of, step, .. } => (of, &*step.member.wire),
        Node::Variant { of, method, .. } => (of, &*method.wire),
        Node::Index { list, lists: false, .. } => (list, "element"),
        // An iterator would have to be cloned.
        _ => return None,
    };
    match of.nullable {
        true => first_nullable(of),
        false => value.nullable.then_some((name, value)),
    }
}

/// Compiles a path that starts at the request. Its value can have any type that an endpoint parameter can have.
/// The value is null if the evaluation fails.
pub(super) fn compile_request(polled: &Polled<'_, '_>, path: &str) -> Result<(Value, PathResult), Problem> {
    let ast = parse(path)?;
    let start = Typed::new(Node::Request, false, Kind::Structure(Owner::Request));
    let mut compiler = Compiler::new(polled);
    let typed = compiler.value(&ast, &start)?;
    let gives = match &typed.kind {
        Kind::String => PathResult::String,
        Kind::Boolean => PathResult::Boolean,
        Kind::List(item) if item.kind == Kind::String => PathResult::Strings { nullable: item.nullable },
        kind => {
            let message = format!("expected a string, a boolean or a list of strings, found {}", kind.describe());
            return Err(Problem { offset: 0, message });
        }
    };
    // If this value is null, so is the result.
    let decisive = not(Condition::Null(nullable_part(&typed.value).clone()));
    compiler.requirements.retain(|requirement| *requirement != decisive);
    let value = match all(compiler.requirements) {
        Some(required) => Value { node: Box::new(Node::When(required, typed.value)), nullable: true },
        None => typed.value,
    };
    Ok((value, gives))
}

/// The state that is kept while a path is compiled.
pub(super) struct Compiler<'c, 'p, 'm> {
    polled: &'c Polled<'p, 'm>,
    /// The approximate number of nodes in the parts of the current expression.
    size: usize,
    /// Whether a member on the path is sensitive.
    sensitive: bool,
    /// The conditions that must all be true for the evaluation to succeed.
    requirements: Vec<Condition>,
    /// The local variables that contain members.
    locals: Vec<Local>,
}

impl<'c, 'p, 'm> Compiler<'c, 'p, 'm> {
    fn new(polled: &'c Polled<'p, 'm>) -> Self {
        Self { polled, size: 0, sensitive: false, requirements: Vec::new(), locals: Vec::new() }
    }

    /// Compiles an expression that is evaluated on `current`.
    pub(super) fn value(&mut self, ast: &Ast, current: &Typed) -> Result<Typed, Problem> {
        let outside = std::mem::replace(&mut self.size, 1);
        let mut typed = self.node(ast, current)?;
        typed.size = match ast {
            Ast::Identity { .. } => current.size,
            Ast::Field { .. } | Ast::Index { .. } => current.size + 1,
            // The size of the right side already includes that of the left side.
            Ast::Subexpr { .. } => typed.size,
            _ => self.size,
        };
        self.size = outside + typed.size;
        match typed.size > LARGEST {
            true => Err(problem(ast, &format!("the expression has more than {LARGEST} nodes"))),
            false => Ok(typed),
        }
    }

    fn node(&mut self, ast: &Ast, current: &Typed) -> Result<Typed, Problem> {
        match ast {
            Ast::Identity { .. } => Ok(current.clone()),
            Ast::Field { name, .. } => self.field(ast, name, current),
            Ast::Subexpr { lhs, rhs, .. } => {
                let left = self.value(lhs, current)?;
                self.value(rhs, &left)
            }
            Ast::Index { idx, .. } => Ok(self.local(index(ast, *idx, current)?)),
            Ast::Projection { lhs, rhs, .. } => self.projection(lhs, rhs, current),
            Ast::Condition { predicate, then, .. } => {
                let condition = self.condition(predicate, current)?;
                let before = self.requirements.len();
                let then = self.value(then, current)?;
                self.require_unless(before, &not(condition.clone()));
                Ok(Typed::new(Node::When(condition, then.value), true, then.kind))
            }
            Ast::Flatten { node, .. } => self.flatten(node, current),
            Ast::ObjectValues { node, .. } => {
                let map = self.value(node, current)?;
                functions::values(ast, map)
            }
            Ast::Function { name, args, .. } => self.function(ast, name, args, current),
            Ast::Literal { value, .. } => literal(ast, value),
            Ast::MultiList { elements, .. } => self.list(ast, elements, current),
            Ast::Not { .. } => Ok(flag(self.condition(ast, current)?)),
            Ast::Comparison { comparator, lhs, rhs, .. } => {
                let order = match comparator {
                    Comparator::Equal | Comparator::NotEqual => return Ok(flag(self.condition(ast, current)?)),
                    Comparator::LessThan => Order::Less,
                    Comparator::LessThanEqual => Order::LessOrEqual,
                    Comparator::GreaterThan => Order::Greater,
                    Comparator::GreaterThanEqual => Order::GreaterOrEqual,
                };
                self.order(ast, order, (lhs, rhs), current)
            }
            Ast::And { lhs, rhs, .. } => self.either(ast, (lhs, rhs), false, current),
            Ast::Or { lhs, rhs, .. } => self.either(ast, (lhs, rhs), true, current),
            Ast::MultiHash { .. } => Err(problem(ast, "multi-select hashes are not supported")),
            Ast::Slice { .. } => Err(problem(ast, "slices are not supported")),
            Ast::Expref { .. } => Err(problem(ast, "expression references are not supported")),
        }
    }

    /// Compiles an expression to a condition that is true if the expression is truthy.
    fn condition(&mut self, ast: &Ast, current: &Typed) -> Result<Condition, Problem> {
        match ast {
            Ast::Not { node, .. } => Ok(not(self.condition(node, current)?)),
            Ast::And { lhs, rhs, .. } => {
                let left = self.condition(lhs, current)?;
                let before = self.requirements.len();
                let right = self.condition(rhs, current)?;
                self.require_unless(before, &not(left.clone()));
                Ok(Condition::And(Box::new(left), Box::new(right)))
            }
            Ast::Or { lhs, rhs, .. } => {
                let left = self.condition(lhs, current)?;
                let before = self.requirements.len();
                let right = self.condition(rhs, current)?;
                self.require_unless(before, &left);
                Ok(Condition::Or(Box::new(left), Box::new(right)))
            }
            Ast::Comparison { comparator: Comparator::Equal, lhs, rhs, .. } => self.equal(ast, (lhs, rhs), current),
            Ast::Comparison { comparator: Comparator::NotEqual, lhs, rhs, .. } => {
                Ok(not(self.equal(ast, (lhs, rhs), current)?))
            }
            _ => {
                let typed = self.value(ast, current)?;
                truthy(ast, typed)
            }
        }
    }

    /// Restricts the requirements after the first `before`: they apply only if `skipped` is false.
    fn require_unless(&mut self, before: usize, skipped: &Condition) {
        for requirement in self.requirements.split_off(before) {
            // The earlier requirements apply in any case.
            let implied = matches!((skipped, &requirement), (Condition::Not(evaluated), Condition::Not(absent))
                if matches!(&**absent, Condition::Null(value) if implies_presence(evaluated, value)));
            if !implied && !self.requirements.contains(&requirement) {
                self.requirements.push(Condition::Or(Box::new(skipped.clone()), Box::new(requirement)));
            }
        }
    }

    fn field(&mut self, ast: &Ast, name: &str, current: &Typed) -> Result<Typed, Problem> {
        let missing = || {
            let what = current.kind.describe();
            let names = inferred_types::member_names(self.polled, &current.kind);
            let message = format!("{what} has no member `{name}`");
            match did_you_mean(name, names.iter().map(String::as_str)) {
                Some(help) => problem(ast, &format!("{message}; {help}")),
                None => problem(ast, &message),
            }
        };
        let nullable = current.value.nullable;
        match &current.kind {
            Kind::Pair => match name {
                "input" => Ok(Typed::new(Node::Request, false, Kind::Structure(Owner::Request))),
                "output" => Ok(Typed::new(Node::Response, false, Kind::Structure(Owner::Response))),
                _ => Err(missing()),
            },
            Kind::Structure(owner) => {
                let found = inferred_types::member(self.polled, owner, name).ok_or_else(missing)?;
                self.sensitive |= found.sensitive;
                let nullable = nullable || found.step.optional;
                let node = Node::Member { of: current.value.clone(), step: found.step, read: found.read };
                Ok(self.local(Typed::new(node, nullable, found.kind)))
            }
            Kind::Union(id) => {
                let (found, read, kind) = inferred_types::variant(self.polled, id, name).ok_or_else(missing)?;
                self.sensitive |= found.sensitive;
                if found.ty.is_none() {
                    return Err(problem(ast, "union members of type `Unit` are not supported"));
                }
                let method = crate::ir::Name { wire: name.to_owned(), rust: found.method };
                let node = Node::Variant { of: current.value.clone(), method, read };
                Ok(self.local(Typed::new(node, true, kind)))
            }
            Kind::Map(_) => Err(problem(ast, "access to map entries by key is not supported")),
            other => {
                let found = other.describe();
                Err(problem(ast, &format!("expected a structure with the member `{name}`, found {found}")))
            }
        }
    }

    /// Returns the local variable that contains a value, if there is one, or the value.
    fn local(&self, of: Typed) -> Typed {
        let read = match &*of.value.node {
            Node::Member { read, .. } | Node::Variant { read, .. } => read.clone(),
            _ => Read::Reference,
        };
        match self.locals.iter().find(|local| local.value == of.value) {
            Some(local) => Typed::new(Node::Local { name: local.name.clone(), read }, false, of.kind),
            None => of,
        }
    }

    /// Compiles `lhs[*].rhs`, `lhs[].rhs`, `lhs[?condition].rhs` and `lhs.*.rhs`, which are the values of `rhs` for all
    /// elements, without nulls.
    fn projection(&mut self, lhs: &Ast, rhs: &Ast, current: &Typed) -> Result<Typed, Problem> {
        let list = self.value(lhs, current)?;
        let Kind::List(item) = &list.kind else {
            return Err(problem(lhs, &format!("expected a list, found {}", list.kind.describe())));
        };
        let node = Node::Item { list: matches!(item.kind, Kind::List(_)) };
        let before = self.requirements.len();
        let each = self.value(rhs, &Typed::new(node, item.nullable, item.kind.clone()))?;
        if let Some(required) = all(self.requirements.split_off(before)) {
            // The evaluation fails if it fails for any element.
            self.requirements.push(Condition::All(list.value.clone(), Box::new(required)));
            self.size += list.size;
        }
        let kind = Kind::List(Box::new(Item { kind: each.kind, nullable: false }));
        if matches!(*each.value.node, Node::Item { .. }) && !each.value.nullable {
            return Ok(Typed { value: list.value, kind, size: list.size });
        }
        let nullable = list.value.nullable;
        Ok(Typed::new(Node::Each { list: list.value, each: each.value }, nullable, kind))
    }

    /// Compiles `node[]`, which replaces the lists in a list with their elements, and keeps other elements.
    fn flatten(&mut self, node: &Ast, current: &Typed) -> Result<Typed, Problem> {
        let list = self.value(node, current)?;
        let Kind::List(item) = &list.kind else {
            return Err(problem(node, &format!("expected a list, found {}", list.kind.describe())));
        };
        let Kind::List(inner) = item.kind.clone() else { return Ok(list) };
        let nullable = list.value.nullable;
        // JMESPath keeps null elements, but the projection that follows removes them.
        let mut value = list.value;
        if item.nullable {
            value = Value { node: Box::new(Node::Flatten(value)), nullable };
        }
        Ok(Typed::new(Node::Flatten(value), nullable, Kind::List(inner)))
    }

    fn list(&mut self, ast: &Ast, elements: &[Ast], current: &Typed) -> Result<Typed, Problem> {
        let elements = elements.iter().map(|element| self.value(element, current)).collect::<Result<Vec<_>, _>>()?;
        let kind = elements.first().map_or(Kind::Null, |first| first.kind.clone());
        if elements.iter().any(|element| element.kind != kind) {
            return Err(problem(ast, "lists of values of different types are not supported"));
        }
        let lists = matches!(kind, Kind::List(_));
        let item = Item { kind, nullable: elements.iter().any(|element| element.value.nullable) };
        let node = Node::List { values: elements.into_iter().map(|element| element.value).collect(), lists };
        let list = Typed::new(node, false, Kind::List(Box::new(item)));
        if !current.value.nullable {
            return Ok(list);
        }
        // If `a` is null, `a.[b, c]` is null rather than a list of nulls.
        let there = not(Condition::Null(current.value.clone()));
        Ok(Typed::new(Node::When(there, list.value), true, list.kind))
    }

    fn equal(&mut self, ast: &Ast, sides: (&Ast, &Ast), current: &Typed) -> Result<Condition, Problem> {
        let (left, right) = (self.value(sides.0, current)?, self.value(sides.1, current)?);
        let lists = |typed: &Typed| matches!(typed.kind, Kind::List(_));
        match (&left.kind, &right.kind) {
            (Kind::Null, _) if !lists(&right) => Ok(null(right.value)),
            (_, Kind::Null) if !lists(&left) => Ok(null(left.value)),
            (Kind::String, Kind::String) | (Kind::Number, Kind::Number) | (Kind::Boolean, Kind::Boolean) => {
                Ok(Condition::Equal(left.value, right.value))
            }
            (a, b) => Err(problem(ast, &format!("comparing {} with {} is not supported", a.describe(), b.describe()))),
        }
    }

    fn order(&mut self, ast: &Ast, order: Order, sides: (&Ast, &Ast), current: &Typed) -> Result<Typed, Problem> {
        let (left, right) = (self.value(sides.0, current)?, self.value(sides.1, current)?);
        for side in [&left, &right] {
            if side.kind != Kind::Number {
                let message = format!("expected a number, found {}", side.kind.describe());
                return Err(problem(ast, &message));
            }
        }
        let nullable = left.value.nullable || right.value.nullable;
        Ok(Typed::new(Node::Order(left.value, order, right.value), nullable, Kind::Boolean))
    }

    /// Compiles `lhs || rhs` and `lhs && rhs` as values. The result is one of the operands.
    fn either(&mut self, ast: &Ast, sides: (&Ast, &Ast), or: bool, current: &Typed) -> Result<Typed, Problem> {
        let before = self.requirements.len();
        let left = self.value(sides.0, current)?;
        let before_right = self.requirements.len();
        let right = self.value(sides.1, current)?;
        if self.requirements.len() > before_right {
            let left = truthy(ast, left.clone())?;
            self.require_unless(before_right, &if or { left } else { not(left) });
        }
        let nothing = Kind::List(Box::new(Item { kind: Kind::Null, nullable: false }));
        if or && matches!(left.kind, Kind::List(_)) && right.kind == nothing {
            let kind = left.kind;
            return Ok(match left.value.nullable {
                true => Typed::new(Node::OrEmpty(left.value), false, kind),
                false => Typed { value: left.value, kind, size: left.size },
            });
        }
        if !or && left.kind != right.kind {
            // If the left side is falsy, it is the result. It is treated as null, since the result must have the kind
            // of the right side.
            let condition = truthy(ast, left)?;
            return Ok(Typed::new(Node::When(condition, right.value), true, right.kind));
        }
        let operator = if or { "||" } else { "&&" };
        if left.kind != right.kind || matches!(left.kind, Kind::List(_)) {
            let (a, b) = (left.kind.describe(), right.kind.describe());
            return Err(problem(ast, &format!("`{operator}` between {a} and {b} is not supported")));
        }
        if left.kind == Kind::Boolean && !left.value.nullable && !right.value.nullable {
            self.requirements.truncate(before);
            return Ok(flag(self.condition(ast, current)?));
        }
        let truth = left.kind.truth().ok_or_else(|| problem(ast, &no_truth(&left.kind)))?;
        // `||` never returns a left side that is null, but `&&` can.
        let nullable = !or || right.value.nullable;
        let node = Node::Either { left: left.value, right: right.value, truth, take_left: or };
        Ok(Typed::new(node, nullable, left.kind))
    }

    fn function(&mut self, ast: &Ast, name: &str, args: &[Ast], current: &Typed) -> Result<Typed, Problem> {
        let args = args.iter().map(|arg| self.value(arg, current)).collect::<Result<Vec<_>, _>>()?;
        let not_null = functions::arguments_without_null(name, &args);
        for arg in args.iter().take(not_null).filter(|arg| arg.value.nullable) {
            let part = nullable_part(&arg.value);
            let requirement = match &*part.node {
                Node::When(condition, then) if !then.nullable => condition.clone(),
                _ => not(Condition::Null(part.clone())),
            };
            if !self.requirements.contains(&requirement) {
                self.requirements.push(requirement);
                self.size += arg.size;
            }
        }
        functions::call(ast, name, args)
    }
}

/// Returns the condition that a value is null.
fn null(value: Value) -> Condition {
    match value.nullable {
        true => Condition::Null(value),
        false => Condition::Truthy(Value { node: Box::new(Node::Boolean(false)), nullable: false }, Truth::Itself),
    }
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

/// Combines conditions into one that is true if all of them are true. Returns `None` if there are no conditions.
fn all(conditions: Vec<Condition>) -> Option<Condition> {
    conditions.into_iter().reduce(|left, right| Condition::And(Box::new(left), Box::new(right)))
}

/// Returns the part of a value that is null if and only if the value is null. A projection, for example, is null if its
/// list is null.
fn nullable_part(value: &Value) -> &Value {
    match &*value.node {
        Node::Each { list: of, .. }
        | Node::Flatten(of)
        | Node::Keys(of)
        | Node::Values(of, _)
        | Node::Length(of, _)
            if of.nullable =>
        {
            nullable_part(of)
        }
        _ => value,
    }
}

/// Returns whether a value is not null if a condition is true.
fn implies_presence(condition: &Condition, value: &Value) -> bool {
    match condition {
        Condition::Truthy(of, _) => nullable_part(of) == value,
        Condition::Not(inner) => matches!(&**inner, Condition::Null(of) if nullable_part(of) == value),
        Condition::And(left, right) => implies_presence(left, value) || implies_presence(right, value),
        Condition::Or(left, right) => implies_presence(left, value) && implies_presence(right, value),
        Condition::Equal(left, right) => {
            let (left, right) = (nullable_part(left), nullable_part(right));
            (left == value && !right.nullable) || (right == value && !left.nullable)
        }
        Condition::Null(_) | Condition::All(..) => false,
    }
}

fn index(ast: &Ast, index: i32, current: &Typed) -> Result<Typed, Problem> {
    let Kind::List(item) = &current.kind else {
        return Err(problem(ast, &format!("expected a list, found {}", current.kind.describe())));
    };
    let lists = matches!(item.kind, Kind::List(_));
    let node = Node::Index { list: current.value.clone(), index, nullable_items: item.nullable, lists };
    Ok(Typed::new(node, true, item.kind.clone()))
}

fn literal(ast: &Ast, value: &Variable) -> Result<Typed, Problem> {
    Ok(match value {
        Variable::Null => Typed::new(Node::Boolean(false), true, Kind::Null),
        Variable::String(string) => Typed::new(Node::String(string.clone()), false, Kind::String),
        Variable::Bool(flag) => Typed::new(Node::Boolean(*flag), false, Kind::Boolean),
        Variable::Number(number) if number.as_f64().is_some_and(f64::is_finite) => {
            Typed::new(Node::Number(number.as_f64().unwrap_or_default()), false, Kind::Number)
        }
        Variable::Array(items) if items.is_empty() => {
            let item = Item { kind: Kind::Null, nullable: false };
            Typed::new(Node::List { values: Vec::new(), lists: false }, false, Kind::List(Box::new(item)))
        }
        Variable::Number(_) | Variable::Array(_) | Variable::Object(_) | Variable::Expref(_) => {
            return Err(problem(ast, "unsupported literal; expected a string, a boolean, a number or null"));
        }
    })
}

fn truthy(ast: &Ast, typed: Typed) -> Result<Condition, Problem> {
    let truth = typed.kind.truth().ok_or_else(|| problem(ast, &no_truth(&typed.kind)))?;
    Ok(match *typed.value.node {
        Node::Condition(condition) if !typed.value.nullable => condition,
        node => Condition::Truthy(Value { node: Box::new(node), nullable: typed.value.nullable }, truth),
    })
}

fn no_truth(kind: &Kind) -> String {
    format!("{} cannot be used as a condition", kind.describe())
}

fn flag(condition: Condition) -> Typed {
    Typed::new(Node::Condition(condition), false, Kind::Boolean)
}

/// Creates a problem at a node.
pub(super) fn problem(ast: &Ast, message: &str) -> Problem {
    Problem::at(ast, message)
}
