//! Reads files in the Smithy JSON AST (versions 1.0 and 2.x).

mod json;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    IMPORTED, Lifecycle, Member, Operation, Origin, Resource, Service, Shape, ShapeId, ShapeKind, Simple, Traits,
    Version, locate,
    merge::{Applied, AppliedBy, Merge},
};
use crate::{
    Source,
    diagnostic::{Diagnostic, Part, Position, Report, Span},
    number, parallel,
};

/// The top-level object of a file.
#[derive(Default)]
pub(super) struct Document {
    shapes: Vec<Shape>,
    applied: Vec<Applied>,
    metadata: Map<String, Value>,
}

/// Reads the files on several threads, and merges the results in the order of the files.
pub(super) fn read(sources: &[&Source], merge: &mut Merge<'_>) {
    let documents = parallel::map_reporting(sources, merge.report, |source, report| {
        let Some(root) = parse(source, report) else { return Document::default() };
        unknown_keys(source, &root, report);
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

/// Parses a file. If it is not valid JSON, reports an error and returns `None`.
fn parse(source: &Source, report: &mut Report) -> Option<Value> {
    let Source { name: file, text: whole } = source;
    if whole.trim().is_empty() {
        report.error("the file is empty").in_file(file).help("expected a Smithy model in the JSON AST");
        return None;
    }
    let text = whole.trim_start_matches('\u{feff}');
    let Some(exact) = number::keep(text) else {
        let message = "invalid string \"\\ufdd0\": U+FDD0 is a noncharacter";
        let problem = report.error(message).in_file(file).help("remove it from the string");
        let found =
            ["\"\u{fdd0}\"", "\"\\ufdd0\""].iter().find_map(|key| Some((whole.to_ascii_lowercase().find(key)?, key)));
        if let Some((start, key)) = found {
            problem.span(Span { start, end: start + key.len() });
        }
        return None;
    };
    let error = match json::parse(&exact) {
        Ok((document, has_duplicates)) => {
            if has_duplicates {
                duplicates(source, report);
            }
            return Some(document);
        }
        // The position of the error must refer to the original text, in which no numbers have been replaced.
        Err(error) => serde_json::from_str::<Value>(text).err().unwrap_or(error),
    };
    let help = "*.json files must contain JSON AST, and *.smithy files must contain Smithy IDL";
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let problem = report.error(format!("invalid JSON: {message}")).in_file(file).help(help);
    let Span { start, end } = position(text, &error);
    let mark = whole.len() - text.len();
    problem.span(Span { start: mark + start, end: mark + end });
    None
}

/// Reports keys of the top-level object that Smithy does not define.
fn unknown_keys(source: &Source, root: &Value, report: &mut Report) {
    let is_known = |key: &str| ["smithy", "metadata", "shapes"].contains(&key);
    let unknown: Vec<&String> =
        root.as_object().into_iter().flat_map(Map::keys).filter(|key| !is_known(key.as_str())).collect();
    // A file without a version is not in the JSON AST.
    if unknown.is_empty() || root.get("smithy").is_none() {
        return;
    }
    let keys = json::keys(&source.text).top_level;
    for key in unknown {
        let problem = report.warning(unknown_property(key, "file")).in_file(&source.name).event(MODEL);
        problem.span = keys.get(key.as_str()).copied();
    }
}

/// Reports the keys that an object contains twice.
fn duplicates(source: &Source, report: &mut Report) {
    let found = json::keys(&source.text).duplicates;
    let positions = locate::positions(&source.text, found.iter().map(|(_, first, _)| *first));
    for (key, first, second) in found {
        let Some(Position { line, column }) = positions.get(&first.start) else { continue };
        let help = format!("remove one of them; the first is on line {line}, column {column}");
        let problem = report.error(format!("the key `{}` appears twice", key.escape_debug()));
        problem.in_file(&source.name).span(second).help(help);
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
            Some(version) if version.starts_with('1') => self.version = Version::V1,
            Some(version) if version.starts_with('2') => {}
            Some(version) => {
                let message = format!("unknown Smithy version `{}`", version.escape_debug());
                self.top_level("smithy", message).help("expected `1.0`, `2.0` or `2.1`");
                return;
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
        if let Some(type_name) = type_name.filter(|name| is_type(name)) {
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

    /// Reports properties that Smithy does not define. The properties of the shape's type are known, and `type`,
    /// `traits` and `mixins`.
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

    /// Reads the list of mixins. Reports those that appear twice.
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
                let known = Simple::ALL.iter().map(|(_, name, _)| *name).chain(AGGREGATES);
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
                (Some(shape), Some(name)) if super::shape::is_identifier(name) => {
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
        if !super::shape::is_identifier(&name) {
            let help = "expected letters, digits and underscores";
            self.report
                .error(format!("invalid member name `{}`", name.escape_debug()))
                .in_file(&self.source.name)
                .at(id)
                .help(help);
            return None;
        }
        let place = id.member(&name);
        let mut body = match body {
            Some(Value::Object(body)) => body,
            Some(found) => {
                let message = format!("expected an object with a `target`, found {}", number::describe(&found));
                self.report.error(message).in_file(&self.source.name).at(&place);
                return None;
            }
            None => {
                let help = format!("add `\"{name}\": {{\"target\": \"ID\"}}` to the shape");
                self.report.error(format!("missing member `{name}`")).in_file(&self.source.name).at(&place).help(help);
                return None;
            }
        };
        let target = self.target(&place, "target", body.get("target"))?;
        let traits = self.traits(&place, &mut body);
        for key in body.keys().filter(|key| *key != "target") {
            let problem = self.report.warning(unknown_property(key, "member")).in_file(&self.source.name);
            problem.at(&place).part(Part::Property(key.clone())).event(MODEL);
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

fn unknown_property(key: &str, of: &str) -> String {
    let article = if of.trim_start_matches('`').starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("unknown property `{}` of {article} {of}, which is ignored", key.escape_debug())
}

fn is_type(name: &str) -> bool {
    AGGREGATES.contains(&name) || Simple::ALL.iter().any(|(_, simple, _)| *simple == name)
}

/// Returns the properties of shapes of a type, in addition to those that all shapes have.
pub(super) fn properties(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "enum" | "intEnum" | "structure" | "union" => &["members"],
        "list" | "set" => &["member"],
        "map" => &["key", "value"],
        "operation" => &["input", "output", "errors"],
        "resource" => &RESOURCE,
        "service" => &["version", "operations", "resources", "errors", "rename"],
        _ => &[],
    }
}

/// Returns the position of a JSON syntax error.
fn position(text: &str, error: &serde_json::Error) -> Span {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let start = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let start = (0..=start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Span { start, end: start }
}

/// The ID of the events that Smithy's loader reports.
const MODEL: &str = "Model";

const RESOURCE: [&str; 11] = [
    "identifiers",
    "properties",
    "create",
    "put",
    "read",
    "update",
    "delete",
    "list",
    "operations",
    "collectionOperations",
    "resources",
];

const AGGREGATES: [&str; 10] =
    ["enum", "intEnum", "list", "set", "map", "structure", "union", "operation", "resource", "service"];
