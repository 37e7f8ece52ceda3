//! Selectors: the shapes and members to which a custom trait applies.
//!
//! Supported are types, attributes, neighbors and the functions `:is`, `:not` and `:test`, which nearly all
//! selectors of traits consist of. A selector with anything else is not evaluated.

mod parse;

use std::collections::BTreeSet;

use crate::model::{Member, Model, Shape, ShapeId, ShapeKind};

/// A parsed selector. Each step maps a set of shapes and members to another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selector(Vec<Step>);

#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Keeps the shapes and members of this type.
    Type(String),
    /// Keeps the shapes and members with this attribute. If values are listed, it must have one of them.
    Attribute { path: Vec<String>, comparison: Option<(Comparator, Vec<String>)> },
    /// Keeps the shapes and members for which one of the selectors returns a result.
    Test(Vec<Selector>),
    /// Keeps the shapes and members for which none of the selectors returns a result.
    Not(Vec<Selector>),
    /// Returns the results of all selectors.
    Is(Vec<Selector>),
    /// Returns the neighbors. If relationships are listed, only these are followed.
    Forward(Vec<String>),
    /// Returns the shapes and members that have this neighbor. If relationships are listed, only these are followed.
    Reverse(Vec<String>),
    /// Returns all neighbors and their neighbors.
    Recursive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Equal,
    NotEqual,
    StartsWith,
    EndsWith,
    Contains,
}

/// A shape, or a member of it.
#[derive(Clone, Copy)]
struct Node<'m> {
    shape: &'m Shape,
    member: Option<&'m Member>,
}

type Ids = BTreeSet<ShapeId>;

impl Selector {
    /// Parses a selector. Returns `None` if it is invalid or not supported.
    pub(super) fn parse(text: &str) -> Option<Self> {
        parse::selector(text)
    }

    /// Returns the IDs of the shapes and members of a model that the selector selects.
    pub(super) fn select(&self, model: &Model) -> Ids {
        let graph = Graph { model };
        self.apply(&graph, graph.nodes().map(Node::id).collect())
    }

    fn apply(&self, graph: &Graph<'_>, start: Ids) -> Ids {
        self.0.iter().fold(start, |current, step| step.apply(graph, current))
    }
}

impl Step {
    fn apply(&self, graph: &Graph<'_>, current: Ids) -> Ids {
        let keep = |fits: &dyn Fn(Node<'_>) -> bool| {
            current.iter().filter(|id| graph.node(id).is_some_and(fits)).cloned().collect()
        };
        match self {
            Self::Type(name) => keep(&|node| node.is_a(name)),
            Self::Attribute { path, comparison } => keep(&|node| node.has(path, comparison.as_ref())),
            Self::Test(selectors) => keep(&|node| graph.matches(selectors, node)),
            Self::Not(selectors) => keep(&|node| !graph.matches(selectors, node)),
            Self::Is(selectors) => selectors.iter().flat_map(|one| one.apply(graph, current.clone())).collect(),
            Self::Forward(relationships) => {
                let nodes = current.iter().filter_map(|id| graph.node(id));
                nodes.flat_map(|node| node.neighbors(relationships)).collect()
            }
            Self::Reverse(relationships) => {
                let reaches = |node: &Node<'_>| node.neighbors(relationships).iter().any(|id| current.contains(id));
                graph.nodes().filter(reaches).map(Node::id).collect()
            }
            Self::Recursive => {
                let mut found = Ids::new();
                let mut queue: Vec<ShapeId> = current.into_iter().collect();
                while let Some(id) = queue.pop() {
                    let neighbors = graph.node(&id).map(|node| node.neighbors(&[])).unwrap_or_default();
                    queue.extend(neighbors.into_iter().filter(|id| found.insert(id.clone())));
                }
                found
            }
        }
    }
}

/// The shapes and members of a model, as nodes.
struct Graph<'m> {
    model: &'m Model,
}

impl<'m> Graph<'m> {
    fn nodes(&self) -> impl Iterator<Item = Node<'m>> {
        self.model.shapes.values().flat_map(|shape| {
            let members = shape.kind.members().into_iter().map(move |member| Node { shape, member: Some(member) });
            std::iter::once(Node { shape, member: None }).chain(members)
        })
    }

    fn node(&self, id: &ShapeId) -> Option<Node<'m>> {
        let Some((shape, name)) = id.split_member() else {
            return Some(Node { shape: self.model.get(id)?, member: None });
        };
        let shape = self.model.get(&shape)?;
        let member = shape.kind.members().into_iter().find(|member| member.name == name)?;
        Some(Node { shape, member: Some(member) })
    }

    /// Returns whether one of the selectors returns anything for a node.
    fn matches(&self, selectors: &[Selector], node: Node<'_>) -> bool {
        selectors.iter().any(|selector| !selector.apply(self, Ids::from([node.id()])).is_empty())
    }
}

impl Node<'_> {
    fn id(self) -> ShapeId {
        self.member.map_or_else(|| self.shape.id.clone(), |member| self.shape.id.member(&member.name))
    }

    fn is_a(self, name: &str) -> bool {
        let own = if self.member.is_some() { "member" } else { self.shape.kind.type_name() };
        match name {
            "*" => true,
            "collection" | "set" => own == "list",
            "dataType" => !matches!(own, "member" | "operation" | "resource" | "service"),
            "integer" => matches!(own, "integer" | "intEnum"),
            "number" => NUMBERS.contains(&own),
            "simpleType" => NUMBERS.contains(&own) || SIMPLE.contains(&own),
            "string" => matches!(own, "string" | "enum"),
            other => own == other,
        }
    }

    fn has(self, path: &[String], comparison: Option<&(Comparator, Vec<String>)>) -> bool {
        let traits = self.member.map_or(&self.shape.traits, |member| &member.traits);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let (id, name) = (self.id(), self.shape.id.name());
        let found: Option<&str> = match path.as_slice() {
            ["id"] => Some(id.as_str()),
            ["id", "namespace"] => Some(id.namespace()),
            ["id", "name"] => Some(name),
            ["id", "member"] => self.member.map(|member| &*member.name),
            ["trait", name, rest @ ..] => {
                let id = if name.contains('#') { (*name).to_owned() } else { format!("smithy.api#{name}") };
                let value = rest.iter().try_fold(traits.get(&id), |value, key| Some(value?.get(key))).flatten();
                match value {
                    Some(value) if comparison.is_some() => value.as_str(),
                    value => return value.is_some() != comparison.is_some_and(|(how, _)| *how == Comparator::NotEqual),
                }
            }
            _ => None,
        };
        match (found, comparison) {
            (found, None) => found.is_some(),
            (None, Some((how, _))) => *how == Comparator::NotEqual,
            (Some(found), Some((how, values))) => values.iter().any(|value| how.compare(found, value)),
        }
    }

    /// Returns the IDs that a shape or member refers to. If relationships are listed, only these are followed.
    fn neighbors(self, relationships: &[String]) -> Vec<ShapeId> {
        let mut found: Vec<(&str, ShapeId)> = Vec::new();
        let mut add = |name: &'static str, ids: &mut dyn Iterator<Item = &ShapeId>| {
            found.extend(ids.map(|id| (name, id.clone())));
        };
        if let Some(member) = self.member {
            found.push(("target", member.target.clone()));
        } else {
            match &self.shape.kind {
                ShapeKind::Operation(operation) => {
                    add("input", &mut std::iter::once(&operation.input));
                    add("output", &mut std::iter::once(&operation.output));
                    add("error", &mut operation.errors.iter());
                }
                ShapeKind::Resource(resource) => {
                    resource.lifecycle.iter().for_each(|(one, id)| add(one.property(), &mut std::iter::once(id)));
                    add("operation", &mut resource.operations.iter());
                    add("collectionOperation", &mut resource.collection_operations.iter());
                    add("resource", &mut resource.resources.iter());
                    add("identifier", &mut resource.identifiers.values());
                    add("property", &mut resource.properties.values());
                }
                ShapeKind::Service(service) => {
                    add("operation", &mut service.operations.iter());
                    add("resource", &mut service.resources.iter());
                    add("error", &mut service.errors.iter());
                }
                other => {
                    let members = other.members().into_iter().map(|member| self.shape.id.member(&member.name));
                    found.extend(members.map(|id| ("member", id)));
                }
            }
        }
        let is_wanted = |name: &str| relationships.is_empty() || relationships.iter().any(|one| one == name);
        found.into_iter().filter(|(name, _)| is_wanted(name)).map(|(_, id)| id).collect()
    }
}

impl Comparator {
    fn compare(self, found: &str, value: &str) -> bool {
        match self {
            Self::Equal => found == value,
            Self::NotEqual => found != value,
            Self::StartsWith => found.starts_with(value),
            Self::EndsWith => found.ends_with(value),
            Self::Contains => found.contains(value),
        }
    }
}

const NUMBERS: &[&str] =
    &["byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal", "intEnum"];

const SIMPLE: &[&str] = &["blob", "boolean", "document", "string", "enum", "timestamp"];
