//! Determines the types of JMESPath expressions in the same way as Smithy's own type checker.
//!
//! Like that type checker, this module evaluates an expression with an example value of the shape at which the
//! expression starts. Parts that are not evaluated for this value, such as the right side of a filter that rejects it,
//! are not checked. There is one difference: an index that is out of range results in a value of any type, not in null.

mod functions;
mod value;

use ::jmespath::ast::{Ast, Comparator};

use crate::{
    diagnostic::did_you_mean,
    model::{
        Model, ShapeId,
        jmespath::{self, Problem},
    },
};

pub(super) use self::value::{Type, Value};

/// The maximum number of evaluation steps, after which the rest of an expression is not checked. A limit is necessary
/// since each pipe can double the size of a value.
const MOST_STEPS: usize = 10_000;

/// The severity of a problem, which determines whether the model is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// The expression has an effect that its author may not expect.
    Warning,
    /// The expression cannot have a useful value. A model can suppress this error.
    Danger,
    /// The expression is invalid.
    Error,
}

/// The result of a check.
pub(super) struct Checked<'m> {
    /// The problems, in the order of evaluation.
    pub(super) problems: Vec<(Level, Problem)>,
    /// The value of the expression for the example. Its type is the type of the expression.
    pub(super) value: Value<'m>,
}

/// Checks an expression by evaluating it for `start`, which is an example value of a shape.
pub(super) fn check<'m>(model: &'m Model, path: &str, start: Value<'m>) -> Checked<'m> {
    let mut checker = Checker { model, steps: 0, problems: Vec::new() };
    let value = match jmespath::parse(path) {
        Ok(ast) => checker.value(&ast, &start),
        // The expression may be valid, but the generator does not support its size.
        Err(_) if jmespath::exceeds_limit(path).is_some() => Value::Any,
        Err(problem) => {
            checker.problems.push((Level::Error, problem));
            Value::Any
        }
    };
    Checked { problems: checker.problems, value }
}

/// Returns an example of the object `{input, output}`, at which the paths in `inputOutput` matchers start.
pub(super) fn input_and_output<'m>(model: &'m Model, input: &ShapeId, output: &ShapeId) -> Value<'m> {
    let entries = [("input", input), ("output", output)];
    let entries = entries.map(|(name, id)| (name.to_owned(), Value::of_shape(model, id)));
    Value::object(entries)
}

struct Checker<'m> {
    model: &'m Model,
    /// The number of evaluated nodes.
    steps: usize,
    problems: Vec<(Level, Problem)>,
}

impl<'m> Checker<'m> {
    fn report(&mut self, level: Level, ast: &Ast, message: impl Into<String>) {
        let problem = (level, Problem::at(ast, message));
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Reports a value whose type is not the one that an operator requires. Does nothing if the type is unknown, or if
    /// the value is null because of an earlier problem.
    fn mismatch(&mut self, ast: &Ast, what: &str, expected: Type, found: &Value<'m>) {
        let is_known = found.ty() != Type::Any && (found.ty() != Type::Null || self.problems.is_empty());
        if is_known {
            let message = format!("{what} requires {}, found {}", expected.describe(), found.describe());
            self.report(Level::Danger, ast, message);
        }
    }

    /// Evaluates an expression for `current`.
    fn value(&mut self, ast: &Ast, current: &Value<'m>) -> Value<'m> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Value::Any;
        }
        match ast {
            Ast::Identity { .. } => current.clone(),
            Ast::Field { name, .. } => self.field(ast, name, current),
            Ast::Subexpr { lhs, rhs, .. } => {
                let left = self.value(lhs, current);
                self.value(rhs, &left)
            }
            Ast::Index { idx, .. } => match current.items(self.model) {
                Some(items) => value::item(&items, *idx),
                None => {
                    self.mismatch(ast, &format!("the index `[{idx}]`"), Type::Array, current);
                    Value::Any
                }
            },
            Ast::Slice { .. } => {
                if current.ty() == Type::Array {
                    return current.clone();
                }
                self.mismatch(ast, "a slice", Type::Array, current);
                Value::empty_list()
            }
            Ast::Flatten { node, .. } => self.flatten(ast, node, current),
            Ast::Projection { lhs, rhs, .. } => self.projection(lhs, rhs, current),
            // `Condition` and `ObjectValues` nodes occur only inside a projection.
            Ast::Condition { predicate, then, .. } => {
                let condition = self.value(predicate, current);
                if condition.is_truthy(self.model) { self.value(then, current) } else { Value::Null }
            }
            Ast::ObjectValues { node, .. } => self.object_values(ast, node, current),
            Ast::MultiList { elements, .. } => {
                Value::List(elements.iter().map(|element| (self.value(element, current), 1)).collect())
            }
            Ast::MultiHash { elements, .. } => {
                Value::object(elements.iter().map(|entry| (entry.key.clone(), self.value(&entry.value, current))))
            }
            Ast::And { lhs, rhs, .. } | Ast::Or { lhs, rhs, .. } => {
                let (left, right) = (self.value(lhs, current), self.value(rhs, current));
                let takes_left = left.is_truthy(self.model) == matches!(ast, Ast::Or { .. });
                if takes_left { left } else { right }
            }
            Ast::Not { node, .. } => Value::Boolean(!self.value(node, current).is_truthy(self.model)),
            Ast::Comparison { comparator, lhs, rhs, .. } => {
                let (left, right) = (self.value(lhs, current), self.value(rhs, current));
                self.comparison(ast, comparator, &left, &right)
            }
            Ast::Literal { value, .. } => Value::of_literal(value),
            Ast::Function { name, args, .. } => self.call(ast, name, args, current),
            Ast::Expref { ast, .. } => {
                // The values that a function passes to the expression are unknown.
                self.value(ast, &Value::Any);
                Value::Expression
            }
        }
    }

    fn field(&mut self, ast: &Ast, name: &str, current: &Value<'m>) -> Value<'m> {
        if current.ty() != Type::Object {
            self.mismatch(ast, &format!("the member `{name}`"), Type::Object, current);
            return Value::Any;
        }
        if let Some(value) = current.entry(self.model, name) {
            return value;
        }
        let names = current.names(self.model);
        let found = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let message = match did_you_mean(name, names.iter().map(String::as_str)) {
            Some(help) => format!("no member `{name}`; {help}"),
            None if current.is_map() => {
                format!("no member `{name}`; the value is a map, whose keys are not part of the model")
            }
            None if names.is_empty() => format!("no member `{name}`; the value has no members"),
            None => format!("no member `{name}`; expected {}", found.join(" or ")),
        };
        self.report(Level::Danger, ast, message);
        Value::Null
    }

    /// Evaluates `node[]`, which replaces the lists in a list with their elements.
    fn flatten(&mut self, ast: &Ast, node: &Ast, current: &Value<'m>) -> Value<'m> {
        let list = self.value(node, current);
        let Some(items) = list.items(self.model) else {
            self.mismatch(ast, "`[]`", Type::Array, &list);
            return Value::empty_list();
        };
        let mut flat = Vec::new();
        for (item, count) in items.iter() {
            match item.items(self.model) {
                Some(inner) => {
                    self.steps += inner.len();
                    flat.extend(inner.iter().map(|(item, inner)| (item.clone(), inner.saturating_mul(*count))));
                }
                None if item.ty() == Type::Null => {}
                None => flat.push((item.clone(), *count)),
            }
        }
        Value::List(flat.into())
    }

    fn object_values(&mut self, ast: &Ast, node: &Ast, current: &Value<'m>) -> Value<'m> {
        let object = self.value(node, current);
        if object.ty() != Type::Object {
            self.mismatch(ast, "`*`", Type::Object, &object);
            return Value::Any;
        }
        let names = object.names(self.model);
        Value::List(names.iter().filter_map(|name| Some((object.entry(self.model, name)?, 1))).collect())
    }

    /// Evaluates `lhs[*].rhs`, `lhs[].rhs`, `lhs[?condition].rhs` and `lhs.*.rhs`.
    fn projection(&mut self, lhs: &Ast, rhs: &Ast, current: &Value<'m>) -> Value<'m> {
        let list = self.value(lhs, current);
        let items = list.items(self.model).filter(|items| !items.is_empty());
        let Some(items) = items else {
            if list.ty() != Type::Array {
                let what = if matches!(rhs, Ast::Condition { .. }) { "a filter" } else { "a projection" };
                self.mismatch(lhs, what, Type::Array, &list);
            }
            self.value(rhs, &Value::Any);
            return Value::empty_list();
        };
        let is_filter = matches!(rhs, Ast::Condition { .. });
        let each = items.iter().map(|(item, count)| (self.value(rhs, item), *count));
        Value::List(each.filter(|(item, _)| !is_filter || item.ty() != Type::Null).collect())
    }

    fn comparison(&mut self, ast: &Ast, comparator: &Comparator, left: &Value<'m>, right: &Value<'m>) -> Value<'m> {
        let orders = !matches!(comparator, Comparator::Equal | Comparator::NotEqual);
        match (left.ty(), right.ty()) {
            (Type::Any, _) => Value::Boolean(true),
            (a, b) if a != b => Value::Boolean(false),
            (Type::Number, _) => Value::Boolean(left.compare(comparator, right)),
            (ty, _) if orders => {
                self.report(Level::Warning, ast, format!("the comparison requires numbers, found {}", ty.describe()));
                Value::Null
            }
            _ => Value::Boolean(left.equals(right, self.model) == matches!(comparator, Comparator::Equal)),
        }
    }

    fn call(&mut self, ast: &Ast, name: &str, args: &[Ast], current: &Value<'m>) -> Value<'m> {
        let values: Vec<Value<'m>> = args.iter().map(|arg| self.value(arg, current)).collect();
        let Some(function) = functions::find(name) else {
            let help = did_you_mean(name, functions::names());
            let help = help.unwrap_or_else(|| "expected a JMESPath function such as `length`".to_owned());
            self.report(Level::Error, ast, format!("unknown function `{name}`; {help}"));
            return Value::Any;
        };
        if let Some(expected) = function.wrong_count(values.len()) {
            self.report(Level::Error, ast, format!("`{name}` expects {expected}, found {}", values.len()));
            return function.returns();
        }
        for ((index, value), arg) in values.iter().enumerate().zip(args) {
            if let Some((expected, found)) = function.wrong_argument(index, value, self.model) {
                let message = format!("argument {} of `{name}` must be {expected}, found {found}", index + 1);
                self.report(Level::Error, arg, message);
            }
        }
        function.returns()
    }
}
