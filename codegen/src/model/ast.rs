//! Reads files in the Smithy JSON AST (versions 1.0 and 2.x), and merges them into a model.
//!
//! Shapes are read as they are written. `apply` statements are returned, to be applied after all files have been
//! read.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Member, Model, Operation, Resource, Service, Shape, ShapeId, ShapeKind, Simple, Traits, Version};
use crate::{Source, diagnostic::Report, number};

/// An `apply` statement: traits of a shape or member that is defined elsewhere.
pub(super) struct Applied {
    file: String,
    target: ShapeId,
    traits: Traits,
}

/// Reads all files into the model, in the order of their names. Returns the `apply` statements in the order of their
/// targets.
pub(super) fn read(sources: &[Source], model: &mut Model, report: &mut Report) -> Vec<Applied> {
    let mut applied = Vec::new();
    let mut sources: Vec<&Source> = sources.iter().collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    for source in sources {
        let mut reader = Reader { file: &source.name, version: Version::V2, model, applied: &mut applied, report };
        reader.file(&source.text);
    }
    applied.sort_by(|a, b| (&a.target, &a.file).cmp(&(&b.target, &b.file)));
    applied
}

/// Applies the traits of `apply` statements to their targets.
pub(super) fn apply(applied: &[Applied], model: &mut Model, report: &mut Report) {
    for (index, Applied { file, target, traits }) in applied.iter().enumerate() {
        let (owner, member) = match target.split_member() {
            Some((owner, member)) => (owner, Some(member)),
            None => (target.clone(), None),
        };
        let Some(shape) = model.shapes.get_mut(&owner) else {
            let fix = report.did_you_mean(owner.as_str(), model.shapes.keys().map(ShapeId::as_str));
            let problem = report.error("the shape of the `apply` statement is not defined");
            problem.in_file(file).at(target);
            if let Some(fix) = fix {
                problem.help(fix);
            }
            continue;
        };
        let destination = match member {
            None => &mut shape.traits,
            Some(name) if shape.kind.member_mut(name).is_none() && shape.mixins.is_empty() => {
                report.error("the member of the `apply` statement is not defined").in_file(file).at(target);
                continue;
            }
            Some(name) => match shape.kind.member_mut(name) {
                Some(member) => &mut member.traits,
                // The member comes from a mixin that has not been flattened.
                None => shape.traits.deferred(name),
            },
        };
        for conflict in destination.combine(traits) {
            let before = applied[..index].iter().rfind(|one| one.target == *target && one.traits.has(&conflict));
            let first = before.map_or(&shape.file, |one| &one.file);
            let message = format!("the value of the trait `{conflict}` differs from that in {first}");
            let help = "remove one of the two; only lists are merged";
            report.error(message).in_file(file).at(target).help(help);
        }
    }
}

/// The reader of a file.
struct Reader<'a> {
    file: &'a str,
    version: Version,
    model: &'a mut Model,
    applied: &'a mut Vec<Applied>,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn file(&mut self, text: &str) {
        if text.trim().is_empty() {
            self.report.error("the file is empty").in_file(self.file).help("expected a Smithy model as JSON AST");
            return;
        }
        let Some(text) = number::keep(text.trim_start_matches('\u{feff}')) else {
            let message = "invalid string \"\\ufdd0\": U+FDD0 is not a character";
            self.report.error(message).in_file(self.file).help("remove the string");
            return;
        };
        let root: Value = match serde_json::from_str(&text) {
            Ok(root) => root,
            Err(error) => {
                let help = "expected a Smithy model as JSON AST: convert `.smithy` files with `smithy ast`";
                self.report.error(format!("not JSON: {error}")).in_file(self.file).help(help);
                return;
            }
        };
        match root.get("smithy").and_then(Value::as_str) {
            Some(version) if version.starts_with('1') => self.version = Version::V1,
            Some(version) if version.starts_with('2') => {}
            Some(version) => {
                let message = format!("unknown Smithy version {version:?}");
                self.report.error(message).in_file(self.file).help("expected 1.0 or 2.x");
                return;
            }
            None => {
                let help = if root.get("metadata").is_some_and(|m| m.get("endpointPrefix").is_some()) {
                    "this is AWS's older JSON form: convert it with `cargo xtask import`"
                } else {
                    "expected `\"smithy\": \"2.0\"` and `\"shapes\"` at the top level"
                };
                self.report.error("not a Smithy JSON AST: no `smithy` version").in_file(self.file).help(help);
                return;
            }
        }
        match root.get("shapes") {
            Some(Value::Object(shapes)) => shapes.iter().for_each(|(id, body)| self.shape(id, body)),
            Some(_) => {
                self.report.error("`shapes` is not an object").in_file(self.file);
            }
            None => {}
        }
    }

    fn shape(&mut self, id: &str, body: &Value) {
        let Some(parsed) = ShapeId::parse(id) else {
            let help = "expected `namespace#Name`, or `namespace#Name$member` in an `apply` statement";
            self.report.error("invalid shape ID").in_file(self.file).at(id).help(help);
            return;
        };
        let Some(body) = body.as_object() else {
            self.report.error("expected an object").in_file(self.file).at(id);
            return;
        };
        let mut traits = self.traits(&parsed, body);
        let type_name = body.get("type").and_then(Value::as_str);
        if type_name == Some("apply") {
            self.applied.push(Applied { file: self.file.to_owned(), target: parsed, traits });
            return;
        }
        if parsed.split_member().is_some() {
            self.report.error("only `apply` statements can name a member").in_file(self.file).at(id);
            return;
        }
        let Some(kind) = self.kind(&parsed, type_name, body) else { return };
        if type_name == Some("set") {
            traits.set_default("smithy.api#uniqueItems", Value::Object(Map::new()));
        }
        let mixins = self.references(&parsed, body, "mixins");
        let (file, version) = (self.file.to_owned(), self.version);
        let shape = Shape { id: parsed.clone(), file, version, kind, traits, mixins };
        self.insert(shape);
    }

    /// Adds a shape. If another file also defines it, both definitions have to be equal except for traits, which are
    /// merged.
    fn insert(&mut self, mut shape: Shape) {
        let Some(first) = self.model.shapes.get(&shape.id) else {
            self.model.shapes.insert(shape.id.clone(), shape);
            return;
        };
        let mut applied = vec![(shape.id.clone(), std::mem::take(&mut shape.traits))];
        for member in shape.kind.members_mut() {
            applied.push((shape.id.member(&member.name), std::mem::take(&mut member.traits)));
        }
        let mut bare = first.kind.clone();
        bare.members_mut().into_iter().for_each(|member| member.traits = Traits::default());
        if bare != shape.kind || first.mixins != shape.mixins {
            let message = format!("the definition of the shape differs from that in {}", first.file);
            let help = "remove one of the two definitions, and use `apply` to add traits to a shape";
            self.report.error(message).in_file(self.file).at(&shape.id).help(help);
            return;
        }
        applied.retain(|(_, traits)| traits.iter().next().is_some());
        let file = self.file;
        self.applied.extend(applied.into_iter().map(|(target, traits)| Applied {
            file: file.to_owned(),
            target,
            traits,
        }));
    }

    fn kind(&mut self, id: &ShapeId, type_name: Option<&str>, body: &Map<String, Value>) -> Option<ShapeKind> {
        let Some(type_name) = type_name else {
            self.report.error("the shape has no `type`").in_file(self.file).at(id);
            return None;
        };
        if let Some((simple, ..)) = Simple::ALL.iter().find(|(_, name, _)| *name == type_name) {
            return Some(ShapeKind::Simple(*simple));
        }
        Some(match type_name {
            "enum" => ShapeKind::Enum(self.members(id, body)),
            "intEnum" => ShapeKind::IntEnum(self.members(id, body)),
            // A Smithy 1.0 `set` is a list with unique items.
            "list" | "set" => ShapeKind::List(self.member(id, "member", body.get("member"))?),
            "map" => ShapeKind::Map {
                key: self.member(id, "key", body.get("key"))?,
                value: self.member(id, "value", body.get("value"))?,
            },
            "structure" => ShapeKind::Structure(self.members(id, body)),
            "union" => ShapeKind::Union(self.members(id, body)),
            "operation" => ShapeKind::Operation(Operation {
                input: self.reference_or_unit(id, body, "input"),
                output: self.reference_or_unit(id, body, "output"),
                errors: self.references(id, body, "errors"),
            }),
            "resource" => ShapeKind::Resource(self.resource(id, body)),
            "service" => ShapeKind::Service(self.service(id, body)),
            unknown => {
                let known = Simple::ALL.iter().map(|(_, name, _)| *name).chain(AGGREGATES);
                let help = self.report.did_you_mean(unknown, known);
                let problem = self.report.error(format!("unknown shape type `{unknown}`"));
                problem.in_file(self.file).at(id);
                if let Some(help) = help {
                    problem.help(help);
                }
                return None;
            }
        })
    }

    fn resource(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Resource {
        let mut operations = Vec::new();
        for key in ["create", "put", "read", "update", "delete", "list"] {
            operations.extend(body.get(key).and_then(|value| self.reference(id, key, value)));
        }
        operations.extend(self.references(id, body, "operations"));
        operations.extend(self.references(id, body, "collectionOperations"));
        Resource { operations, resources: self.references(id, body, "resources") }
    }

    fn service(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Service {
        let mut rename = BTreeMap::new();
        for (shape, name) in body.get("rename").and_then(Value::as_object).into_iter().flatten() {
            match (ShapeId::parse(shape), name.as_str()) {
                (Some(shape), Some(name)) if super::shape::is_identifier(name) => {
                    rename.insert(shape, name.to_owned());
                }
                _ => {
                    let name = number::text(name);
                    let message =
                        format!("invalid entry {shape:?}: {name} of `rename`, expected a shape ID and a name");
                    self.report.error(message).in_file(self.file).at(id);
                }
            }
        }
        Service {
            version: body.get("version").and_then(Value::as_str).unwrap_or_default().to_owned(),
            operations: self.references(id, body, "operations"),
            resources: self.references(id, body, "resources"),
            errors: self.references(id, body, "errors"),
            rename,
        }
    }

    fn members(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Vec<Member> {
        match body.get("members") {
            None => Vec::new(),
            Some(Value::Object(members)) => {
                members.iter().filter_map(|(name, value)| self.member(id, name, Some(value))).collect()
            }
            Some(_) => {
                self.report.error("`members` is not an object").in_file(self.file).at(id);
                Vec::new()
            }
        }
    }

    fn member(&mut self, id: &ShapeId, name: &str, body: Option<&Value>) -> Option<Member> {
        if !super::shape::is_identifier(name) {
            let help = "expected letters, digits and underscores";
            self.report.error(format!("invalid member name {name:?}")).in_file(self.file).at(id).help(help);
            return None;
        }
        let place = id.member(name);
        let Some(body) = body else {
            self.report.error("the member is missing").in_file(self.file).at(&place);
            return None;
        };
        let Some(body) = body.as_object() else {
            self.report.error("expected an object with a `target`").in_file(self.file).at(&place);
            return None;
        };
        let target = self.reference(&place, "target", &Value::Object(body.clone()))?;
        let traits = self.traits(&place, body);
        Some(Member { name: name.to_owned(), target, traits })
    }

    fn traits(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Traits {
        match body.get("traits") {
            None => Traits::default(),
            Some(Value::Object(traits)) => traits.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
            Some(_) => {
                self.report.error("`traits` is not an object").in_file(self.file).at(id);
                Traits::default()
            }
        }
    }

    fn reference_or_unit(&mut self, id: &ShapeId, body: &Map<String, Value>, key: &str) -> ShapeId {
        body.get(key).and_then(|value| self.reference(id, key, value)).unwrap_or_else(|| ShapeId::prelude("Unit"))
    }

    fn references(&mut self, id: &ShapeId, body: &Map<String, Value>, key: &str) -> Vec<ShapeId> {
        match body.get(key) {
            None => Vec::new(),
            Some(Value::Array(values)) => values.iter().filter_map(|value| self.reference(id, key, value)).collect(),
            Some(_) => {
                self.report.error(format!("`{key}` is not a list")).in_file(self.file).at(id);
                Vec::new()
            }
        }
    }

    /// Reads `{"target": "namespace#Name"}`.
    fn reference(&mut self, id: &ShapeId, key: &str, value: &Value) -> Option<ShapeId> {
        let target = value.get("target").and_then(Value::as_str);
        let parsed = target.and_then(ShapeId::parse);
        if parsed.is_none() {
            let message = match target {
                Some(target) => format!("invalid shape ID {target:?} in `{key}`"),
                None if key == "target" => "`target` is missing".to_owned(),
                None => format!("`target` is missing in `{key}`"),
            };
            self.report.error(message).in_file(self.file).at(id);
        }
        parsed
    }
}

const AGGREGATES: [&str; 10] =
    ["enum", "intEnum", "list", "set", "map", "structure", "union", "operation", "resource", "service"];
