//! Reads files in the Smithy JSON AST (versions 1.0, 2.0 and 2.1).

mod json;
mod properties;
mod source;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    IMPORTED, Lifecycle, Member, Operation, Origin, Resource, Service, Shape, ShapeId, ShapeKind, Simple, Traits,
    Version,
    merge::{Applied, AppliedBy, Merge},
    shape,
};
use crate::{
    Source,
    diagnostic::{Diagnostic, Part, Report},
    number, parallel,
};
pub(super) use properties::properties;
use properties::{MODEL, unknown_property};

/// The contents of a file's top-level object.
#[derive(Default)]
pub(super) struct Document {
    shapes: Vec<Shape>,
    applied: Vec<Applied>,
    metadata: Map<String, Value>,
}

/// Reads the files on several threads, and merges the results in the order of the files.
pub(super) fn read(sources: &[&Source], merge: &mut Merge<'_>) {
    let documents = parallel::map_reporting(sources, merge.report, |source, report| {
        let Some(root) = source::parse(source, report) else { return Document::default() };
        source::unknown_keys(source, &root, report);
        let mut reader =
            Reader { source, version: Version::V2, origin: Origin::Model, document: Document::default(), report };
        reader.file(root);
        reader.document
    });
    for (source, Document { shapes, applied, metadata }) in sources.iter().zip(documents) {
        for (key, value) in metadata {
            merge.metadata(&source.name, &key, value, || json::keys(&source.text).metadata.remove(key.as_str()));
        }
        shapes.into_iter().for_each(|shape| merge.insert(shape));
        merge.applied.extend(applied);
    }
}

/// Reads the shapes of one file.
struct Reader<'a> {
    source: &'a Source,
    version: Version,
    origin: Origin,
    document: Document,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn file(&mut self, mut root: Value) {
        match root.get("smithy").and_then(Value::as_str) {
            Some(version) => {
                let Some((version, _)) = Version::parse(version) else {
                    let message = format!("unknown Smithy version `{}`", version.escape_debug());
                    self.top_level("smithy", message).help(Version::EXPECTED);
                    return;
                };
                self.version = version;
            }
            None if root.get("smithy").is_some() => {
                let message = number::mismatch("a string", "smithy", &root["smithy"]);
                self.top_level("smithy", message).help("write the version in quotes");
                return;
            }
            None => {
                let help = if root.get("metadata").is_some_and(|m| m.get("endpointPrefix").is_some()) {
                    "this is a model in botocore's format; convert it with `cargo xtask import`"
                } else {
                    "expected `\"smithy\": \"2.0\"` and `\"shapes\"` at the top level"
                };
                self.report
                    .error("not a Smithy JSON AST: missing `smithy` version")
                    .in_file(&self.source.name)
                    .help(help);
                return;
            }
        }
        match root.get_mut("metadata").map(Value::take) {
            Some(Value::Object(metadata)) => {
                if metadata.contains_key(IMPORTED) {
                    self.origin = Origin::Import;
                }
                self.document.metadata = metadata;
            }
            Some(found) => {
                self.top_level("metadata", number::mismatch("an object", "metadata", &found));
            }
            None => {}
        }
        match root.get_mut("shapes").map(Value::take) {
            Some(Value::Object(shapes)) => shapes.into_iter().for_each(|(id, body)| self.shape(&id, body)),
            Some(found) => {
                self.top_level("shapes", number::mismatch("an object", "shapes", &found));
            }
            None => {}
        }
    }

    /// Reports an error at a key of the top-level object.
    fn top_level(&mut self, key: &str, message: String) -> &mut Diagnostic {
        let problem = self.report.error(message).in_file(&self.source.name);
        problem.span = json::keys(&self.source.text).top_level.remove(key);
        problem
    }

    fn shape(&mut self, id: &str, body: Value) {
        let Some(parsed) = ShapeId::parse(id) else {
            let help = "expected `namespace#Name`, or `namespace#Name$member` in an `apply` statement";
            self.report.error("invalid shape ID").in_file(&self.source.name).at(id).help(help);
            return;
        };
        let mut body = match body {
            Value::Object(body) => body,
            found => {
                let message = format!("expected an object, found {}", number::describe(&found));
                self.report.error(message).in_file(&self.source.name).at(id);
                return;
            }
        };
        let mut traits = self.traits(&parsed, &mut body);
        let type_name = body.remove("type");
        let type_name = type_name.as_ref().and_then(Value::as_str);
        if type_name == Some("apply") {
            self.check_properties(&parsed, "`apply` statement", &body, &[]);
            let by = AppliedBy::Statement(BTreeMap::new());
            self.document.applied.push(Applied { file: self.source.name.clone(), target: parsed, traits, by });
            return;
        }
        if parsed.split_member().is_some() {
            self.report.error("only `apply` statements can refer to a member").in_file(&self.source.name).at(id);
            return;
        }
        if let Some(type_name) = type_name.filter(|name| shape::is_type_name(name)) {
            self.check_properties(&parsed, type_name, &body, properties(type_name));
        }
        let Some(kind) = self.kind(&parsed, type_name, &mut body) else { return };
        if type_name == Some("set") {
            traits.set_default("smithy.api#uniqueItems", Value::Object(Map::new()));
        }
        let mixins = self.mixins(&parsed, &body);
        let (file, version, origin) = (self.source.name.clone(), self.version, self.origin);
        let shape = Shape { id: parsed, file, version, origin, kind, traits, mixins, resource: None };
        self.document.shapes.push(shape);
    }

    /// Reports properties that Smithy does not define. The known properties are those of the shape's type, and `type`,
    /// `traits` and `mixins`, which all types have.
    fn check_properties(&mut self, id: &ShapeId, of: &str, body: &Map<String, Value>, known: &[&str]) {
        let of_all = ["type", "traits", "mixins"];
        let all = || known.iter().copied().chain(of_all);
        for key in body.keys().filter(|key| all().all(|name| name != *key)) {
            let help = self.report.did_you_mean(key, all());
            let problem = self.report.warning(unknown_property(key, of));
            problem.in_file(&self.source.name).at(id).part(Part::Property(key.clone())).event(MODEL);
            if let Some(help) = help {
                problem.help(help);
            }
        }
    }

    /// Reads the list of mixins. Reports mixins that appear twice.
    fn mixins(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Vec<ShapeId> {
        let mut mixins = Vec::new();
        for mixin in self.references(id, body, "mixins") {
            if mixins.contains(&mixin) {
                let problem =
                    self.report.warning(format!("the mixin `{mixin}` appears twice")).in_file(&self.source.name);
                problem.at(id).part(Part::Reference(mixin.as_str().to_owned())).help("remove it from the list");
            } else {
                mixins.push(mixin);
            }
        }
        mixins
    }

    fn kind(&mut self, id: &ShapeId, type_name: Option<&str>, body: &mut Map<String, Value>) -> Option<ShapeKind> {
        let Some(type_name) = type_name else {
            let help = "expected the type of the shape, such as `\"type\": \"structure\"`";
            self.report.error("missing `type`").in_file(&self.source.name).at(id).help(help);
            return None;
        };
        if let Some((simple, ..)) = Simple::ALL.iter().find(|(_, name, _)| *name == type_name) {
            return Some(ShapeKind::Simple(*simple));
        }
        Some(match type_name {
            "enum" => ShapeKind::Enum(self.members(id, body)),
            "intEnum" => ShapeKind::IntEnum(self.members(id, body)),
            // A Smithy 1.0 `set` is a list with unique items.
            "list" | "set" => ShapeKind::List(self.member_or_mixin(id, "member", body)?),
            "map" => ShapeKind::Map {
                key: self.member_or_mixin(id, "key", body)?,
                value: self.member_or_mixin(id, "value", body)?,
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
                let known = shape::type_names();
                let help = self.report.did_you_mean(unknown, known);
                let problem = self.report.error(format!("unknown shape type `{unknown}`"));
                problem.in_file(&self.source.name).at(id);
                if let Some(help) = help {
                    problem.help(help);
                }
                return None;
            }
        })
    }

    fn resource(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Resource {
        let lifecycle = Lifecycle::ALL.into_iter().filter_map(|one| {
            let value = body.get(one.property())?;
            Some((one, self.reference(id, one.property(), value)?))
        });
        Resource {
            lifecycle: lifecycle.collect(),
            operations: self.references(id, body, "operations"),
            collection_operations: self.references(id, body, "collectionOperations"),
            resources: self.references(id, body, "resources"),
            identifiers: self.properties(id, body, "identifiers"),
            properties: self.properties(id, body, "properties"),
        }
    }

    fn properties(&mut self, id: &ShapeId, body: &Map<String, Value>, key: &str) -> BTreeMap<String, ShapeId> {
        let properties = self.object(id, body, key).into_iter().flatten();
        properties.filter_map(|(name, value)| Some((name.clone(), self.reference(id, key, value)?))).collect()
    }

    fn service(&mut self, id: &ShapeId, body: &Map<String, Value>) -> Service {
        let mut rename = BTreeMap::new();
        for (shape, name) in self.object(id, body, "rename").into_iter().flatten() {
            match (ShapeId::parse(shape), name.as_str()) {
                (Some(shape), Some(name)) if shape::is_identifier(name) => {
                    rename.insert(shape, name.to_owned());
                }
                _ => {
                    let name = number::text(name);
                    let message = format!("invalid `rename` entry {shape:?}: {name}; expected a shape ID and a name");
                    self.report.error(message).in_file(&self.source.name).at(id);
                }
            }
        }
        if let Some(found) = body.get("version").filter(|version| !version.is_string()) {
            self.report.error(number::mismatch("a string", "version", found)).in_file(&self.source.name).at(id);
        }
        Service {
            version: body.get("version").and_then(Value::as_str).unwrap_or_default().to_owned(),
            operations: self.references(id, body, "operations"),
            resources: self.references(id, body, "resources"),
            errors: self.references(id, body, "errors"),
            rename,
        }
    }

    /// Returns the object at a key. Reports an error if the value has another type.
    fn object<'b>(&mut self, id: &ShapeId, body: &'b Map<String, Value>, key: &str) -> Option<&'b Map<String, Value>> {
        let value = body.get(key)?;
        if !value.is_object() {
            self.report.error(number::mismatch("an object", key, value)).in_file(&self.source.name).at(id);
        }
        value.as_object()
    }

    fn members(&mut self, id: &ShapeId, body: &mut Map<String, Value>) -> Vec<Member> {
        match body.remove("members") {
            None => Vec::new(),
            Some(Value::Object(members)) => {
                members.into_iter().filter_map(|(name, value)| self.member(id, name, Some(value))).collect()
            }
            Some(found) => {
                self.report.error(number::mismatch("an object", "members", &found)).in_file(&self.source.name).at(id);
                Vec::new()
            }
        }
    }

    /// Reads the member of a list or map. If the shape has mixins, the member may be absent, since a mixin may define
    /// it.
    fn member_or_mixin(&mut self, id: &ShapeId, name: &str, body: &mut Map<String, Value>) -> Option<Member> {
        if body.contains_key("mixins") && !body.contains_key(name) {
            return Some(Member { name: name.to_owned(), target: ShapeId::elided(), traits: Traits::default() });
        }
        self.member(id, name.to_owned(), body.remove(name))
    }

    fn member(&mut self, id: &ShapeId, name: String, body: Option<Value>) -> Option<Member> {
        if !shape::is_identifier(&name) {
            let help = "expected letters, digits and underscores";
            self.report
                .error(format!("invalid member name `{}`", name.escape_debug()))
                .in_file(&self.source.name)
                .at(id)
                .help(help);
            return None;
        }
        let location = id.member(&name);
        let mut body = match body {
            Some(Value::Object(body)) => body,
            Some(found) => {
                let message = format!("expected an object with a `target`, found {}", number::describe(&found));
                self.report.error(message).in_file(&self.source.name).at(&location);
                return None;
            }
            None => {
                let help = format!("add `\"{name}\": {{\"target\": \"ID\"}}` to the shape");
                self.report
                    .error(format!("missing member `{name}`"))
                    .in_file(&self.source.name)
                    .at(&location)
                    .help(help);
                return None;
            }
        };
        let target = self.target(&location, "target", body.get("target"))?;
        let traits = self.traits(&location, &mut body);
        for key in body.keys().filter(|key| *key != "target") {
            let problem = self.report.warning(unknown_property(key, "member")).in_file(&self.source.name);
            problem.at(&location).part(Part::Property(key.clone())).event(MODEL);
        }
        Some(Member { name, target, traits })
    }

    fn traits(&mut self, id: &ShapeId, body: &mut Map<String, Value>) -> Traits {
        match body.remove("traits") {
            None => Traits::default(),
            Some(Value::Object(mut traits)) => {
                traits.retain(|name, _| {
                    if ShapeId::parse(name).is_some() {
                        return true;
                    }
                    let problem = self.report.error(format!("invalid trait ID `{}`", name.escape_debug()));
                    let help = "expected an absolute ID such as `smithy.api#documentation`";
                    problem.in_file(&self.source.name).at(id).help(help).part(Part::Trait(name.clone()));
                    false
                });
                traits.into_iter().collect()
            }
            Some(found) => {
                self.report.error(number::mismatch("an object", "traits", &found)).in_file(&self.source.name).at(id);
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
            Some(found) => {
                self.report.error(number::mismatch("a list", key, found)).in_file(&self.source.name).at(id);
                Vec::new()
            }
        }
    }

    /// Reads a reference: `{"target": "namespace#Name"}`.
    fn reference(&mut self, id: &ShapeId, key: &str, value: &Value) -> Option<ShapeId> {
        self.target(id, key, value.get("target"))
    }

    fn target(&mut self, id: &ShapeId, key: &str, target: Option<&Value>) -> Option<ShapeId> {
        let target = target.and_then(Value::as_str);
        let parsed = target.and_then(ShapeId::parse);
        if parsed.is_none() {
            let message = match target {
                Some(target) => format!("invalid shape ID `{}` in `{key}`", target.escape_debug()),
                None if key == "target" => "missing `target`".to_owned(),
                None => format!("missing `target` in `{key}`"),
            };
            self.report.error(message).in_file(&self.source.name).at(id);
        }
        parsed
    }
}
