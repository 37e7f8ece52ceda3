//! Attribute selectors, such as `[trait|range|min > 1]`, and the comparison of values.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{Graph, Variables};
use crate::{
    model::{ShapeId, ShapeKind},
    number::{self, Decimal},
};

/// An attribute that must exist or have certain values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// The path from the shape to the attribute. An empty path refers to the shape itself.
    pub(super) path: Vec<String>,
    /// Whether a single value must satisfy all comparisons, if the attribute has several values.
    pub(super) is_scoped: bool,
    /// The comparisons. If there are none, it is sufficient that the attribute exists.
    pub(super) comparisons: Vec<Comparison>,
}

/// A comparison with one or more values on the right. It is true if it holds for any of these values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) left: Operand,
    pub(super) comparator: Comparator,
    pub(super) right: Vec<Operand>,
    pub(super) ignores_case: bool,
}

/// An operand of a comparison.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Literal(String),
    /// The path from the attribute to a value. An empty path refers to the attribute itself.
    Path(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    StartsWith,
    EndsWith,
    Contains,
    Exists,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    ProjectionEqual,
    ProjectionNotEqual,
    Subset,
    ProperSubset,
}

/// The value of an attribute.
#[derive(Clone)]
enum Found<'a> {
    Nothing,
    Shape(usize),
    Id(Cow<'a, str>),
    Text(Cow<'a, str>),
    /// The traits of a shape.
    Traits(usize),
    /// The properties of a service.
    Service(usize),
    Variables,
    Node(&'a Value),
    Projection(Vec<Found<'a>>),
}

impl Attribute {
    pub(super) fn matches(&self, graph: &Graph<'_>, node: usize, variables: &Variables) -> bool {
        let scope = Scope { graph, variables, node };
        let found = scope.follow(Found::Shape(node), &self.path);
        if self.comparisons.is_empty() {
            return found.exists();
        }
        let all_match = |value: &Found<'_>| self.comparisons.iter().all(|comparison| scope.compare(value, comparison));
        match &found {
            Found::Projection(_) if self.is_scoped => found.flattened().into_iter().any(all_match),
            found => all_match(found),
        }
    }
}

/// The context in which an attribute is evaluated.
struct Scope<'a, 'm> {
    graph: &'a Graph<'m>,
    variables: &'a Variables,
    /// The shape or member that has the attribute.
    node: usize,
}

impl<'a> Scope<'a, '_> {
    fn follow(&self, start: Found<'a>, path: &[String]) -> Found<'a> {
        path.iter().fold(start, |found, key| self.get(found, key))
    }

    /// Returns a property of a value.
    fn get(&self, found: Found<'a>, key: &str) -> Found<'a> {
        match (found, key) {
            (Found::Nothing, _) => Found::Nothing,
            (Found::Shape(node), "id") => Found::Id(Cow::Owned(self.graph.id(node).as_str().to_owned())),
            (Found::Shape(node), "trait") => Found::Traits(node),
            (Found::Shape(node), "service") if self.graph.is_a(node, "service") => Found::Service(node),
            // Only the current shape has variables.
            (Found::Shape(node), "var") if node == self.node => Found::Variables,
            (Found::Shape(_), _) => Found::Nothing,
            (Found::Id(id), key) => of_id(&id, key),
            (Found::Text(text), "(length)") => length(text.chars().count()),
            (Found::Text(_), _) => Found::Nothing,
            (Found::Traits(node), key) => self.of_traits(node, key),
            (Found::Service(node), "id") => self.get(Found::Shape(node), "id"),
            (Found::Service(node), "version") => match &self.graph.shape(node).kind {
                ShapeKind::Service(service) => Found::Text(Cow::Owned(service.version.clone())),
                _ => Found::Nothing,
            },
            (Found::Service(_), _) => Found::Nothing,
            (Found::Variables, name) => match self.variables.get(name) {
                Some(nodes) => Found::Projection(nodes.iter().map(|node| Found::Shape(*node)).collect()),
                None => Found::Nothing,
            },
            (Found::Node(value), key) => of_value(value, key),
            (found @ Found::Projection(_), "(first)") => {
                found.flattened().first().map_or(Found::Nothing, |one| (*one).clone())
            }
            (Found::Projection(values), key) => {
                let values = values.into_iter().map(|value| self.get(value, key));
                Found::Projection(values.filter(|value| !matches!(value, Found::Nothing)).collect())
            }
        }
    }

    fn of_traits(&self, node: usize, key: &str) -> Found<'a> {
        let traits = self.graph.traits(node);
        match key {
            "(keys)" => Found::Projection(traits.iter().map(|(id, _)| Found::Id(Cow::Owned(id.to_owned()))).collect()),
            "(values)" => Found::Projection(traits.iter().map(|(_, value)| Found::Node(value)).collect()),
            "(length)" => length(traits.iter().count()),
            name if name.contains('#') => traits.get(name).map_or(Found::Nothing, Found::Node),
            name => traits.get(&format!("smithy.api#{name}")).map_or(Found::Nothing, Found::Node),
        }
    }

    fn compare(&self, scope: &Found<'a>, comparison: &Comparison) -> bool {
        let left = self.read(scope, &comparison.left);
        comparison.right.iter().any(|right| {
            let right = self.read(scope, right);
            comparison.comparator.matches(self.graph, &left, &right, comparison.ignores_case)
        })
    }

    fn read(&self, scope: &Found<'a>, operand: &Operand) -> Found<'a> {
        match operand {
            Operand::Literal(text) => Found::Text(Cow::Owned(text.clone())),
            Operand::Path(path) => self.follow(scope.clone(), path),
        }
    }
}

fn of_id<'a>(id: &str, key: &str) -> Found<'a> {
    let Some(parsed) = ShapeId::parse(id) else { return Found::Nothing };
    let text = |text: &str| Found::Text(Cow::Owned(text.to_owned()));
    match key {
        "namespace" => text(parsed.namespace()),
        "name" => text(parsed.name()),
        "member" => parsed.split_member().map_or(Found::Nothing, |(_, member)| text(member)),
        "(length)" => length(id.chars().count()),
        _ => Found::Nothing,
    }
}

fn of_value<'a>(value: &'a Value, key: &str) -> Found<'a> {
    match (value, key) {
        (Value::Object(entries), _) if number::is_object(value) => match key {
            "(keys)" => Found::Projection(entries.keys().map(|key| Found::Text(Cow::Borrowed(key))).collect()),
            "(values)" => Found::Projection(entries.values().map(Found::Node).collect()),
            "(length)" => length(entries.len()),
            name => entries.get(name).map_or(Found::Nothing, Found::Node),
        },
        (Value::Array(items), "(values)") => Found::Projection(items.iter().map(Found::Node).collect()),
        (Value::Array(items), "(length)") => length(items.len()),
        (Value::String(text), "(length)") => length(text.chars().count()),
        _ => Found::Nothing,
    }
}

fn length<'a>(length: usize) -> Found<'a> {
    Found::Text(Cow::Owned(length.to_string()))
}

impl<'a> Found<'a> {
    fn exists(&self) -> bool {
        match self {
            Self::Nothing | Self::Node(Value::Null) => false,
            Self::Projection(values) => values.iter().any(Found::exists),
            _ => true,
        }
    }

    /// Returns the value itself or, if it is a projection, its values, including those in nested projections.
    fn flattened(&self) -> Vec<&Self> {
        match self {
            Self::Projection(values) => values.iter().flat_map(Found::flattened).collect(),
            other => vec![other],
        }
    }

    /// Returns the value as a string, which is empty for objects and lists. Returns `None` if the value does not exist.
    fn text(&self, graph: &Graph<'_>) -> Option<Cow<'_, str>> {
        match self {
            Self::Nothing | Self::Node(Value::Null) => None,
            Self::Id(text) | Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Shape(node) | Self::Service(node) => Some(Cow::Owned(graph.id(*node).as_str().to_owned())),
            Self::Node(Value::String(text)) => Some(Cow::Borrowed(text)),
            Self::Node(value) if value.is_boolean() || number::written(value).is_some() => {
                Some(Cow::Owned(number::text(value)))
            }
            Self::Traits(_) | Self::Variables | Self::Node(_) | Self::Projection(_) => Some(Cow::Borrowed("")),
        }
    }
}

impl Comparator {
    fn matches(self, graph: &Graph<'_>, left: &Found<'_>, right: &Found<'_>, ignores_case: bool) -> bool {
        match self {
            Self::Exists => {
                let expected = right.text(graph);
                (left.exists() && expected.as_deref() == Some("true"))
                    || (!left.exists() && expected.as_deref() == Some("false"))
            }
            Self::ProjectionEqual => {
                is_subset(graph, left, right, ignores_case) && is_subset(graph, right, left, ignores_case)
            }
            Self::ProjectionNotEqual => !Self::ProjectionEqual.matches(graph, left, right, ignores_case),
            Self::Subset => is_subset(graph, left, right, ignores_case),
            Self::ProperSubset => {
                is_subset(graph, left, right, ignores_case) && !is_subset(graph, right, left, ignores_case)
            }
            _ => left.flattened().into_iter().filter_map(|left| left.text(graph)).any(|left| {
                let mut right = right.flattened().into_iter().filter_map(|right| right.text(graph));
                right.any(|right| self.compare(&left, &right, ignores_case))
            }),
        }
    }

    /// Compares two strings.
    fn compare(self, left: &str, right: &str, ignores_case: bool) -> bool {
        if ignores_case {
            return self.compare(&left.to_lowercase(), &right.to_lowercase(), false);
        }
        let order = || Some(Decimal::parse(left)?.cmp(&Decimal::parse(right)?));
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::StartsWith => left.starts_with(right),
            Self::EndsWith => left.ends_with(right),
            Self::Contains => left.contains(right),
            Self::Greater => order().is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
            Self::Less => order().is_some_and(Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
            Self::Exists | Self::ProjectionEqual | Self::ProjectionNotEqual | Self::Subset | Self::ProperSubset => {
                false
            }
        }
    }
}

/// Returns whether both values are projections, and the second one contains all values in the first.
fn is_subset(graph: &Graph<'_>, left: &Found<'_>, right: &Found<'_>, ignores_case: bool) -> bool {
    let are_projections = matches!((left, right), (Found::Projection(_), Found::Projection(_)));
    let contains =
        |text: &str| Comparator::Equal.matches(graph, &Found::Text(Cow::Borrowed(text)), right, ignores_case);
    are_projections && left.flattened().into_iter().filter_map(|left| left.text(graph)).all(|left| contains(&left))
}
