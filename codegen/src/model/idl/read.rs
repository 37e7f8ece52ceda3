//! Converts the syntax tree of a file to shapes in the model.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    lexer::Range,
    scope::{Declared, Scope},
    syntax::{
        Body, File, Member as WrittenMember, Message, Name, Node, NodeValue, Object, Shape as WrittenShape, Target,
    },
};
use crate::model::{
    Lifecycle, Member, Operation, Origin, Resource, Service, Shape, ShapeId, ShapeKind, Traits,
    ast::properties,
    merge::{Applied, AppliedBy, Merge},
};

/// Reads a file into the model.
pub(super) fn read<'a>(name: &'a str, file: &'a File<'a>, declared: &'a Declared, merge: &mut Merge<'_>) {
    let simple = |used: &'a Name<'a>| (used.text.rsplit('#').next().unwrap_or_default(), &*used.text);
    let scope = Scope {
        file: name,
        version: file.control.version,
        namespace: file.namespace.as_ref().map_or("smithy.api", |name| &name.text),
        uses: file.uses.iter().map(simple).collect(),
        declared,
        documented: BTreeSet::new(),
        merge,
    };
    let mut reader = Reader { scope };
    for key in &file.control.unknown {
        let message = format!("unknown control statement `${}`, which is ignored", key.text.escape_debug());
        reader.scope.merge.report.warning(message).in_file(name).span(super::span(key.range)).event("Model");
    }
    for (key, value) in &file.metadata {
        let value = reader.scope.value(value);
        reader.scope.merge.metadata(name, &key.text, value, || Some(super::span(key.range)));
    }
    for shape in &file.shapes {
        reader.shape(shape);
    }
    for applied in &file.applied {
        let traits = reader.scope.traits(&applied.traits);
        let spans =
            applied.traits.iter().map(|one| (reader.scope.resolve(&one.name.text).id, super::span(one.name.range)));
        let by = AppliedBy::Statement(spans.collect());
        if let Some(target) = reader.scope.shape_id(&applied.target.text, applied.target.range) {
            reader.scope.merge.applied.push(Applied { file: name.to_owned(), target, traits, by });
        }
    }
    let Scope { documented, merge, .. } = reader.scope;
    for comment in file.docs.iter().filter(|comment| !documented.contains(&comment.start)) {
        let message = "the documentation comment does not document anything, and is ignored";
        let help = "move it directly before a shape or member and its traits, or start it with `//`";
        let problem = merge.report.warning(message).in_file(name).span(super::span(*comment)).help(help);
        problem.event("Model.BadDocumentationComment");
    }
}

fn plain(name: &str, target: ShapeId) -> Member {
    Member { name: name.to_owned(), target, traits: Traits::default() }
}

struct Reader<'a, 'm> {
    scope: Scope<'a, 'm>,
}

impl Reader<'_, '_> {
    fn shape(&mut self, written: &WrittenShape<'_>) {
        let Some(id) = ShapeId::parse(&format!("{}#{}", self.scope.namespace, written.name.text)) else { return };
        let mut traits = self.scope.traits(&written.traits);
        let mixins = self.mixins(&written.mixins);
        let resource = written.resource.as_ref().and_then(|name| self.scope.shape_id(&name.text, name.range));
        let kind = match &written.body {
            Body::Simple(simple) => ShapeKind::Simple(*simple),
            Body::Enum(members) => ShapeKind::Enum(self.members(members, "smithy.api#enumValue")),
            Body::IntEnum(members) => ShapeKind::IntEnum(self.members(members, "smithy.api#enumValue")),
            Body::List { is_set, members } => {
                if *is_set {
                    traits.set_default("smithy.api#uniqueItems", serde_json::json!({}));
                }
                match self.only_member(written, members, "member") {
                    Some(member) => ShapeKind::List(member),
                    None => return,
                }
            }
            Body::Map(members) => {
                let key = self.only_member(written, members, "key");
                match (key, self.only_member(written, members, "value")) {
                    (Some(key), Some(value)) => ShapeKind::Map { key, value },
                    _ => return,
                }
            }
            Body::Structure(members) => ShapeKind::Structure(self.members(members, "smithy.api#default")),
            Body::Union(members) => ShapeKind::Union(self.members(members, "smithy.api#default")),
            Body::Operation { input, output, errors } => ShapeKind::Operation(Operation {
                input: self.message(input.as_ref()),
                output: self.message(output.as_ref()),
                errors: self.scope.shape_ids(errors),
            }),
            Body::Resource(properties) => ShapeKind::Resource(self.resource(&id, properties)),
            Body::Service(properties) => ShapeKind::Service(self.service(&id, properties)),
        };
        let (file, version) = (self.scope.file.to_owned(), self.scope.version);
        self.scope.merge.insert(Shape { id, file, version, origin: Origin::Model, kind, traits, mixins, resource });
    }

    /// Reads a list of mixins. Reports mixins that appear twice.
    fn mixins(&mut self, written: &[Name<'_>]) -> Vec<ShapeId> {
        let mut mixins = Vec::new();
        for name in written {
            let Some(id) = self.scope.shape_id(&name.text, name.range) else { continue };
            if mixins.contains(&id) {
                let problem = self.scope.merge.report.warning(format!("the mixin `{id}` appears twice"));
                problem.in_file(self.scope.file).span(super::span(name.range)).help("remove it from the list");
            } else {
                mixins.push(id);
            }
        }
        mixins
    }

    fn members(&mut self, written: &[WrittenMember<'_>], value: &str) -> Vec<Member> {
        written.iter().filter_map(|member| self.member(member, value)).collect()
    }

    /// Reads a member. If a value is assigned to the member, it becomes the value of the trait whose ID is `value`.
    fn member(&mut self, written: &WrittenMember<'_>, value: &str) -> Option<Member> {
        let mut traits = self.scope.traits(&written.traits);
        if let Some(node) = &written.value {
            let assigned = self.scope.value(node);
            if !traits.add(value, assigned) {
                let help = "remove the trait or the assigned value";
                self.scope.error(node.range, format!("the value differs from that of the trait `{value}`")).help(help);
            }
        }
        let target = self.target(&written.target)?;
        Some(Member { name: written.name.text.clone().into_owned(), target, traits })
    }

    fn target(&mut self, written: &Target<'_>) -> Option<ShapeId> {
        match written {
            Target::Named(name) => self.scope.shape_id(&name.text, name.range),
            Target::Elided => Some(ShapeId::elided()),
            Target::Unit => Some(ShapeId::prelude("Unit")),
            Target::List(element) => {
                let element = self.target(element)?;
                let name = format!("ListOf{}", self.part(&element));
                self.unnamed(&name, ShapeKind::List(plain("member", element)))
            }
            Target::Map(targets) => {
                let [key, value] = &**targets;
                let (key, value) = (self.target(key)?, self.target(value)?);
                let name = format!("MapOf{}_To_{}", self.part(&key), self.part(&value));
                self.unnamed(&name, ShapeKind::Map { key: plain("key", key), value: plain("value", value) })
            }
        }
    }

    /// Adds a list or map that has no name in the file. Equal lists or maps become a single shape, with the name that
    /// Smithy's own loader generates.
    fn unnamed(&mut self, name: &str, kind: ShapeKind) -> Option<ShapeId> {
        let id = ShapeId::parse(&format!("{}#_Synthetic{name}", self.scope.namespace))?;
        let traits = Traits::from_iter([("smithy.api#synthetic".to_owned(), serde_json::json!({}))]);
        let (file, version) = (self.scope.file.to_owned(), self.scope.version);
        let origin = Origin::Model;
        let shape = Shape { id: id.clone(), file, version, origin, kind, traits, mixins: Vec::new(), resource: None };
        self.scope.merge.insert(shape);
        Some(id)
    }

    /// Returns the part of an unnamed shape's name that identifies a target.
    fn part(&self, id: &ShapeId) -> String {
        let namespace = match id.namespace() {
            own if own == self.scope.namespace => String::new(),
            "smithy.api" => "_".to_owned(),
            other => format!("_{}", other.replace('.', "_")),
        };
        format!("{namespace}_{}", id.name())
    }

    /// Reads the member of a list or map that has the given name.
    fn only_member(&mut self, shape: &WrittenShape<'_>, members: &[WrittenMember<'_>], name: &str) -> Option<Member> {
        match members.iter().find(|member| member.name.text == name) {
            Some(member) => self.member(member, "smithy.api#default"),
            None if shape.mixins.is_empty() => {
                let message = format!("missing member `{name}` of `{}`", shape.name.text);
                self.scope.error(shape.name.range, message).help(format!("add `{name}: Target`"));
                None
            }
            None => Some(plain(name, ShapeId::elided())),
        }
    }

    fn message(&mut self, message: Option<&Message<'_>>) -> ShapeId {
        let id = match message {
            None => None,
            Some(Message::Named(name)) => self.scope.shape_id(&name.text, name.range),
            Some(Message::Inline(shape)) => {
                self.shape(shape);
                ShapeId::parse(&format!("{}#{}", self.scope.namespace, shape.name.text))
            }
        };
        id.unwrap_or_else(|| ShapeId::prelude("Unit"))
    }

    fn resource(&mut self, id: &ShapeId, written: &Object<'_>) -> Resource {
        let mut resource = Resource::default();
        for (key, node) in written {
            match &*key.text {
                "operations" => resource.operations = self.list(node),
                "collectionOperations" => resource.collection_operations = self.list(node),
                "resources" => resource.resources = self.list(node),
                "identifiers" => resource.identifiers = self.properties(node),
                "properties" => resource.properties = self.properties(node),
                property => match Lifecycle::ALL.into_iter().find(|one| one.property() == property) {
                    Some(one) => resource.lifecycle.extend(self.scope.node_id(node).map(|id| (one, id))),
                    None => self.unknown(id, key, "resource", properties("resource")),
                },
            }
        }
        resource
    }

    fn service(&mut self, id: &ShapeId, written: &Object<'_>) -> Service {
        let mut service = Service::default();
        for (key, node) in written {
            match &*key.text {
                "version" => match &node.value {
                    NodeValue::String(version) => service.version = version.clone().into_owned(),
                    _ => self.expected(node.range, "a string"),
                },
                "operations" => service.operations = self.list(node),
                "resources" => service.resources = self.list(node),
                "errors" => service.errors = self.list(node),
                "rename" => service.rename = self.rename(node),
                _ => self.unknown(id, key, "service", properties("service")),
            }
        }
        service
    }

    fn list(&mut self, node: &Node<'_>) -> Vec<ShapeId> {
        match &node.value {
            NodeValue::List(items) => items.iter().filter_map(|item| self.scope.node_id(item)).collect(),
            _ => {
                self.expected(node.range, "a list");
                Vec::new()
            }
        }
    }

    fn properties(&mut self, node: &Node<'_>) -> BTreeMap<String, ShapeId> {
        let NodeValue::Object(members) = &node.value else {
            self.expected(node.range, "an object");
            return BTreeMap::new();
        };
        let property =
            |(name, target): &(Name<'_>, Node<'_>)| Some((name.text.clone().into_owned(), self.scope.node_id(target)?));
        members.iter().filter_map(property).collect()
    }

    fn rename(&mut self, node: &Node<'_>) -> BTreeMap<ShapeId, String> {
        let mut rename = BTreeMap::new();
        let NodeValue::Object(members) = &node.value else {
            self.expected(node.range, "an object");
            return rename;
        };
        for (shape, name) in members {
            match (self.scope.shape_id(&shape.text, shape.range), &name.value) {
                (Some(shape), NodeValue::String(name)) if crate::model::is_identifier(name) => {
                    rename.insert(shape, name.clone().into_owned());
                }
                (Some(_), _) => self.expected(name.range, "a name in quotes"),
                (None, _) => {}
            }
        }
        rename
    }

    fn expected(&mut self, at: Range, expected: &str) {
        self.scope.error(at, "invalid value").help(format!("expected {expected}"));
    }

    fn unknown(&mut self, id: &ShapeId, key: &Name<'_>, what: &str, known: &[&str]) {
        let report = &mut *self.scope.merge.report;
        let near = report.did_you_mean(&key.text, known.iter().copied());
        let message = format!("the unknown property `{}` of this {what} is ignored", key.text.escape_debug());
        let problem = report.warning(message).in_file(self.scope.file).at(id);
        problem.span(super::span(key.range)).event("Model").help = near;
    }
}
