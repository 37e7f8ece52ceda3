//! Example values of shapes, for which expressions are evaluated.

use std::{collections::BTreeMap, rc::Rc};

use jmespath::{Variable, ast::Comparator};

use crate::model::{Member, Model, Shape, ShapeId, ShapeKind, Simple};

/// The size of strings, lists and maps in an example, unless their length is constrained.
const SIZE: usize = 2;

/// The largest size of a string or map in an example.
const LARGEST: usize = 100;

/// The number in an example, unless its range is constrained.
const NUMBER: f64 = 8.0;

/// An example value, or a part of one.
#[derive(Clone, Debug)]
pub(in crate::model::semantics) enum Value<'m> {
    /// A value of an unknown type, such as a document.
    Any,
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Rc<[Run<'m>]>),
    Object(Rc<BTreeMap<String, Value<'m>>>),
    /// A reference to an expression, which is the argument of a function.
    Expression,
    /// A value of an aggregate shape. Its parts are created only when an expression uses them.
    Shape(&'m Shape, Path<'m>),
}

/// An element of a list, and the number of times that it is repeated.
pub(super) type Run<'m> = (Value<'m>, usize);

/// The members on the path from the start of an expression to a value. If a member occurs twice, the value is unknown.
type Path<'m> = Option<Rc<Step<'m>>>;

#[derive(Debug)]
pub(in crate::model::semantics) struct Step<'m> {
    member: &'m Member,
    before: Path<'m>,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model::semantics) enum Type {
    Any,
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
    Expression,
}

impl Type {
    /// Returns a description of the type, with an article.
    pub(in crate::model::semantics) fn describe(self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "a list",
            Self::Object => "an object",
            Self::Expression => "an expression such as `&name`",
        }
    }

    /// Returns a description of several values of the type.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Any => "values",
            Self::Null => "nulls",
            Self::Boolean => "booleans",
            Self::Number => "numbers",
            Self::Text => "strings",
            Self::Array => "lists",
            Self::Object => "objects",
            Self::Expression => "expressions",
        }
    }
}

impl<'m> Value<'m> {
    /// Returns an example of a shape.
    pub(in crate::model::semantics) fn of_shape(model: &'m Model, id: &ShapeId) -> Self {
        model.get(id).map_or(Self::Any, |shape| Self::new(shape, None))
    }

    fn new(shape: &'m Shape, path: Path<'m>) -> Self {
        match &shape.kind {
            ShapeKind::Simple(Simple::Blob) => Self::Text("blob".to_owned()),
            ShapeKind::Simple(Simple::Boolean) => Self::Boolean(true),
            ShapeKind::Simple(Simple::Document) => Self::Any,
            ShapeKind::Simple(Simple::String) | ShapeKind::Enum(_) => Self::Text("a".repeat(size(shape).min(LARGEST))),
            ShapeKind::Simple(Simple::Timestamp) => Self::Number(0.0),
            ShapeKind::Simple(_) | ShapeKind::IntEnum(_) => Self::Number(number(shape)),
            ShapeKind::List(_) | ShapeKind::Map { .. } | ShapeKind::Structure(_) | ShapeKind::Union(_) => {
                Self::Shape(shape, path)
            }
            ShapeKind::Operation(_) | ShapeKind::Resource(_) | ShapeKind::Service(_) => Self::Any,
        }
    }

    /// Returns an example of a member. `before` is the path to the aggregate shape that contains the member.
    fn of_member(model: &'m Model, member: &'m Member, before: &Path<'m>) -> Self {
        let mut path = before.as_deref();
        while let Some(step) = path {
            if std::ptr::eq(step.member, member) {
                return Self::Any;
            }
            path = step.before.as_deref();
        }
        let path = Rc::new(Step { member, before: before.clone() });
        model.get(&member.target).map_or(Self::Any, |shape| Self::new(shape, Some(path)))
    }

    /// Returns the value of a literal.
    pub(super) fn of_literal(literal: &Variable) -> Self {
        match literal {
            Variable::Null => Self::Null,
            Variable::Bool(flag) => Self::Boolean(*flag),
            Variable::Number(number) => Self::Number(number.as_f64().unwrap_or_default()),
            Variable::String(text) => Self::Text(text.clone()),
            Variable::Array(items) => Self::List(items.iter().map(|item| (Self::of_literal(item), 1)).collect()),
            Variable::Object(entries) => {
                Self::object(entries.iter().map(|(key, value)| (key.clone(), Self::of_literal(value))))
            }
            Variable::Expref(_) => Self::Expression,
        }
    }

    pub(super) fn empty_list() -> Self {
        Self::List(Rc::new([]))
    }

    pub(super) fn object(entries: impl IntoIterator<Item = (String, Self)>) -> Self {
        Self::Object(Rc::new(entries.into_iter().collect()))
    }

    pub(in crate::model::semantics) fn ty(&self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Null => Type::Null,
            Self::Boolean(_) => Type::Boolean,
            Self::Number(_) => Type::Number,
            Self::Text(_) => Type::Text,
            Self::List(_) => Type::Array,
            Self::Object(_) => Type::Object,
            Self::Expression => Type::Expression,
            Self::Shape(shape, _) if matches!(shape.kind, ShapeKind::List(_)) => Type::Array,
            Self::Shape(..) => Type::Object,
        }
    }

    /// Returns a description of the type, with an article.
    pub(in crate::model::semantics) fn describe(&self) -> &'static str {
        match self {
            Self::List(items) if items.iter().any(|(item, _)| item.ty() == Type::Object) => "a list of objects",
            Self::Shape(shape, _) => match &shape.kind {
                ShapeKind::Structure(_) => "a structure",
                ShapeKind::Union(_) => "a union",
                ShapeKind::Map { .. } => "a map",
                _ => "a list",
            },
            other => other.ty().describe(),
        }
    }

    /// Returns the elements, if the value is a list.
    pub(super) fn items(&self, model: &'m Model) -> Option<Rc<[Run<'m>]>> {
        match self {
            Self::List(items) => Some(items.clone()),
            Self::Shape(shape, path) => match &shape.kind {
                ShapeKind::List(member) if size(shape) > 0 => {
                    Some(Rc::new([(Self::of_member(model, member, path), size(shape))]))
                }
                ShapeKind::List(_) => Some(Rc::new([])),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether the value is a list whose elements all have the type `ty` or an unknown type.
    pub(in crate::model::semantics) fn is_list_of(&self, ty: Type, model: &'m Model) -> bool {
        let has_type = |(item, _): &Run<'m>| item.ty() == ty || item.ty() == Type::Any;
        self.items(model).is_some_and(|items| items.iter().all(has_type))
    }

    /// Returns the names of the members, or the keys of a map.
    pub(super) fn names(&self, model: &'m Model) -> Vec<String> {
        match self {
            Self::Object(entries) => entries.keys().cloned().collect(),
            Self::Shape(shape, path) => match &shape.kind {
                ShapeKind::Map { key, .. } => {
                    let Self::Text(key) = Self::of_member(model, key, path) else { return Vec::new() };
                    (0..size(shape).min(LARGEST)).map(|index| format!("{key}{index}")).collect()
                }
                kind => kind.members().iter().map(|member| member.name.clone()).collect(),
            },
            _ => Vec::new(),
        }
    }

    /// Returns the value of a member, or the value at a key of a map.
    pub(super) fn entry(&self, model: &'m Model, name: &str) -> Option<Self> {
        match self {
            Self::Object(entries) => entries.get(name).cloned(),
            Self::Shape(shape, path) => {
                let member = match &shape.kind {
                    ShapeKind::Map { value, .. } => self.names(model).iter().any(|key| key == name).then_some(value),
                    kind => kind.members().into_iter().find(|member| member.name == name),
                };
                member.map(|member| Self::of_member(model, member, path))
            }
            _ => None,
        }
    }

    /// Returns whether the value is an example of a map shape.
    pub(super) fn is_map(&self) -> bool {
        matches!(self, Self::Shape(shape, _) if matches!(shape.kind, ShapeKind::Map { .. }))
    }

    pub(super) fn is_truthy(&self, model: &'m Model) -> bool {
        match self {
            Self::Any | Self::Number(_) | Self::Expression => true,
            Self::Null => false,
            Self::Boolean(flag) => *flag,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Object(entries) => !entries.is_empty(),
            Self::Shape(shape, _) => match &shape.kind {
                ShapeKind::List(_) => size(shape) > 0,
                _ => !self.names(model).is_empty(),
            },
        }
    }

    /// Returns whether two values of the same type are equal. Lists and objects are equal only if both are empty.
    pub(super) fn equals(&self, other: &Self, model: &'m Model) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Null, Self::Null) => true,
            (a, b) => !a.is_truthy(model) && !b.is_truthy(model),
        }
    }

    /// Compares two numbers.
    pub(super) fn compare(&self, comparator: &Comparator, other: &Self) -> bool {
        let (Self::Number(a), Self::Number(b)) = (self, other) else { return false };
        let order = a.partial_cmp(b);
        match comparator {
            Comparator::Equal => order.is_some_and(|order| order.is_eq()),
            Comparator::NotEqual => order.is_none_or(|order| order.is_ne()),
            Comparator::LessThan => order.is_some_and(|order| order.is_lt()),
            Comparator::LessThanEqual => order.is_some_and(|order| order.is_le()),
            Comparator::GreaterThan => order.is_some_and(|order| order.is_gt()),
            Comparator::GreaterThanEqual => order.is_some_and(|order| order.is_ge()),
        }
    }
}

/// Returns the element at an index. A negative index counts from the end of the list. If the index is out of range, for
/// example because a filter has removed elements, the value is unknown.
pub(super) fn item<'m>(items: &[Run<'m>], index: i32) -> Value<'m> {
    let all: usize = items.iter().map(|(_, count)| count).fold(0, |all, count| all.saturating_add(*count));
    let from_end = || all.checked_sub(index.unsigned_abs() as usize);
    let Some(mut index) = usize::try_from(index).ok().or_else(from_end) else { return Value::Any };
    for (value, count) in items {
        match index.checked_sub(*count) {
            Some(rest) => index = rest,
            None => return value.clone(),
        }
    }
    Value::Any
}

/// Returns the size of the example value for a string, list or map.
fn size(shape: &Shape) -> usize {
    let limit = |key| shape.traits.get("smithy.api#length").and_then(|length| length.get(key)?.as_u64());
    let limit = |key| limit(key).map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    SIZE.max(limit("min").unwrap_or_default()).min(limit("max").unwrap_or(usize::MAX))
}

/// Returns the example value for a numeric shape.
fn number(shape: &Shape) -> f64 {
    let limit =
        |key| shape.traits.get("smithy.api#range").and_then(|range| crate::number::text(range.get(key)?).parse().ok());
    NUMBER.max(limit("min").unwrap_or(f64::NEG_INFINITY)).min(limit("max").unwrap_or(f64::INFINITY))
}
