//! A graph whose nodes are the shapes and members of a model, and whose edges are their relationships.

use std::collections::BTreeMap;

use crate::model::{Lifecycle, Member, Model, Shape, ShapeId, ShapeKind, Traits, definitions};

/// The relationship between a member and its target, which has no name in selectors.
const TARGET: &str = "";
const BOUND: &str = "bound";
const MIXIN: &str = "mixin";
const TRAIT: &str = "trait";

/// A shape or a member.
struct Node<'m> {
    shape: &'m Shape,
    member: Option<&'m Member>,
    /// The neighbors, with their relationships.
    neighbors: Vec<(&'static str, usize)>,
    /// The nodes that have this one as a neighbor, with their relationships.
    sources: Vec<(&'static str, usize)>,
}

/// A model as a graph of shapes and members. The graph includes the definitions of known traits.
pub(in crate::model::semantics) struct Graph<'m> {
    nodes: Vec<Node<'m>>,
    /// The index of each shape's node. The nodes of its members follow directly after it.
    shapes: BTreeMap<&'m ShapeId, usize>,
}

impl<'m> Graph<'m> {
    pub(in crate::model::semantics) fn new(model: &'m Model) -> Self {
        let known =
            definitions::traits().filter(|shape| model.get(&shape.id).is_none()).map(|shape| -> &'m Shape { shape });
        let mut graph = Self { nodes: Vec::new(), shapes: BTreeMap::new() };
        for shape in model.shapes.values().chain(known) {
            graph.shapes.insert(&shape.id, graph.nodes.len());
            let members = shape.kind.members().into_iter().map(Some);
            for member in std::iter::once(None).chain(members) {
                graph.nodes.push(Node { shape, member, neighbors: Vec::new(), sources: Vec::new() });
            }
        }
        for node in 0..graph.nodes.len() {
            for (relationship, neighbor) in graph.relationships(node) {
                graph.nodes[node].neighbors.push((relationship, neighbor));
                graph.nodes[neighbor].sources.push((relationship, node));
            }
        }
        graph
    }

    /// Returns the relationships of a node, except for `bound` relationships of services and resources.
    fn relationships(&self, node: usize) -> Vec<(&'static str, usize)> {
        let mut found: Vec<(&'static str, &'m ShapeId)> = Vec::new();
        let (shape, member) = (self.nodes[node].shape, self.nodes[node].member);
        let mut add = |name: &'static str, ids: &mut dyn Iterator<Item = &'m ShapeId>| {
            found.extend(ids.filter(|id| !id.is_prelude("Unit")).map(|id| (name, id)));
        };
        // Members have no relationships to the members of mixins.
        if member.is_none() {
            add(MIXIN, &mut shape.mixins.iter());
        }
        let mut all = Vec::new();
        match (member, &shape.kind) {
            (Some(member), _) => all.extend(self.shapes.get(&member.target).map(|target| (TARGET, *target))),
            (None, ShapeKind::Operation(operation)) => {
                add("input", &mut std::iter::once(&operation.input));
                add("output", &mut std::iter::once(&operation.output));
                add("error", &mut operation.errors.iter());
            }
            (None, ShapeKind::Resource(resource)) => {
                for (lifecycle, id) in &resource.lifecycle {
                    let of = match lifecycle {
                        Lifecycle::Create | Lifecycle::List => "collectionOperation",
                        Lifecycle::Put | Lifecycle::Read | Lifecycle::Update | Lifecycle::Delete => "instanceOperation",
                    };
                    for name in [lifecycle.property(), of, "operation"] {
                        add(name, &mut std::iter::once(id));
                    }
                }
                add("instanceOperation", &mut resource.operations.iter());
                add("collectionOperation", &mut resource.collection_operations.iter());
                add("operation", &mut resource.operations.iter().chain(&resource.collection_operations));
                add("resource", &mut resource.resources.iter());
                add("identifier", &mut resource.identifiers.values());
                add("property", &mut resource.properties.values());
            }
            (None, ShapeKind::Service(service)) => {
                add("operation", &mut service.operations.iter());
                add("resource", &mut service.resources.iter());
                add("error", &mut service.errors.iter());
            }
            (None, kind) => all.extend((1..=kind.members().len()).map(|index| ("member", node + index))),
        }
        all.extend(found.into_iter().filter_map(|(name, id)| Some((name, *self.shapes.get(id)?))));
        let traits = self.traits(node).iter().filter_map(|(id, _)| self.shapes.get(&ShapeId::parse(id)?));
        all.extend(traits.map(|node| (TRAIT, *node)));
        all
    }

    /// Returns all nodes.
    pub(super) fn all(&self) -> super::Nodes {
        (0..self.nodes.len()).collect()
    }

    /// Returns the ID of the shape or member.
    pub(super) fn id(&self, node: usize) -> ShapeId {
        let Node { shape, member, .. } = &self.nodes[node];
        member.map_or_else(|| shape.id.clone(), |member| shape.id.member(&member.name))
    }

    pub(super) fn shape(&self, node: usize) -> &'m Shape {
        self.nodes[node].shape
    }

    pub(super) fn traits(&self, node: usize) -> &'m Traits {
        let Node { shape, member, .. } = &self.nodes[node];
        member.map_or(&shape.traits, |member| &member.traits)
    }

    /// Returns the neighbors with one of the given relationships. If none are given, returns all neighbors except
    /// traits.
    pub(super) fn neighbors(&self, node: usize, relationships: &[String]) -> impl Iterator<Item = usize> {
        let bound = wants(relationships, BOUND).then(|| self.containers(node)).into_iter().flatten();
        let wanted = |(name, _): &&(&str, usize)| wants(relationships, name);
        self.nodes[node].neighbors.iter().filter(wanted).map(|(_, neighbor)| *neighbor).chain(bound)
    }

    /// Returns the nodes that have this one as a neighbor, with one of the given relationships.
    pub(super) fn sources(&self, node: usize, relationships: &[String]) -> impl Iterator<Item = usize> {
        let is_container = wants(relationships, BOUND) && matches!(self.kind(node), "service" | "resource");
        let bound = self.nodes[node].neighbors.iter().filter(move |(name, _)| is_container && is_binding(name));
        let wanted = |(name, _): &&(&str, usize)| wants(relationships, name);
        self.nodes[node].sources.iter().filter(wanted).chain(bound).map(|(_, source)| *source)
    }

    /// Returns the neighbors, except for traits and for the containers to which the node is bound.
    pub(super) fn contents(&self, node: usize) -> impl Iterator<Item = usize> {
        self.nodes[node].neighbors.iter().filter(|(name, _)| *name != TRAIT).map(|(_, neighbor)| *neighbor)
    }

    /// Returns the services and resources to which an operation or resource is bound.
    fn containers(&self, node: usize) -> impl Iterator<Item = usize> {
        let containers = self.nodes[node].sources.iter().filter(|(name, _)| is_binding(name));
        containers.map(|(_, source)| *source)
    }

    fn kind(&self, node: usize) -> &'static str {
        let Node { shape, member, .. } = &self.nodes[node];
        if member.is_some() { "member" } else { shape.kind.type_name() }
    }

    /// Returns whether a node has the given type, or a type of the given category.
    pub(super) fn is_a(&self, node: usize, name: &str) -> bool {
        let own = self.kind(node);
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
}

fn wants(relationships: &[String], name: &str) -> bool {
    match relationships {
        [] => name != TRAIT,
        wanted => name != TARGET && wanted.iter().any(|one| one == name),
    }
}

/// Returns whether a relationship binds an operation or resource to a service or resource.
fn is_binding(name: &str) -> bool {
    matches!(name, "operation" | "resource")
}

const NUMBERS: &[&str] = crate::model::semantics::trait_targets::NUMBERS;

const SIMPLE: &[&str] = &["blob", "boolean", "document", "string", "enum", "timestamp"];
