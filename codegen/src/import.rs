//! Converts a model in botocore's format to a Smithy 2.0 JSON AST.
//!
//! The input consists of botocore's parsed files for a service with a supported protocol: `service-2.json` and, if they
//! exist, `paginators-1.json`, `waiters-2.json`, `examples-1.json` and `endpoint-rule-set-1.json`. A small additions
//! file contains the facts that botocore's format cannot express. The output is the model as JSON, which can be written
//! to a file or loaded by the generator. This module does not access the file system.
//!
//! Only facts are converted, not documentation. An unsupported key is never dropped silently: it is reported as an
//! error with its location. If Smithy cannot express something, a note is added to [`Import::notes`].
//!
//! The metadata of the model marks it as converted, since some of Smithy's rules do not apply to converted models.
//!
//! Botocore's format contains less information than a Smithy model:
//!
//! - Enums have only wire values, so the names of their members are derived from the values. The additions can override
//!   these names.
//! - Required members get only `@required`, since `@clientOptional` has no counterpart.
//! - There are no defaults. `box` distinguishes objects from primitives in Java. However, it is also absent in services
//!   whose official models have no `@default`, so its absence does not imply a default.
//! - `arnNamespace` is assumed to be the signing name in lower case, as Smithy recommends. Resources are lost.
//! - A target prefix with dots cannot be the name of a service shape. Its last part becomes the name, and the service's
//!   `simba.api#targetPrefix` trait contains the complete prefix.

mod additions;
mod enums;
mod examples;
mod http;
mod object_reader;
mod operation;
mod pagination;
mod references;
mod rules;
mod service;
mod shapes;
mod traits;
mod waiters;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use self::additions::Additions;
use self::object_reader::ObjectReader;
use self::references::References;
use self::traits::Names;
use crate::model;

pub use self::rules::partitions;
pub use self::service::is_supported;

/// The parsed files of a service. Only `service` is required.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// `service-2.json`, which contains the metadata, operations and shapes.
    pub service: &'a Value,
    /// `paginators-1.json`.
    pub paginators: Option<&'a Value>,
    /// `waiters-2.json`.
    pub waiters: Option<&'a Value>,
    /// `examples-1.json`.
    pub examples: Option<&'a Value>,
    /// `endpoint-rule-set-1.json`.
    pub endpoint_rules: Option<&'a Value>,
    /// The additions: names of enum members, and traits and unions that botocore's format cannot express.
    pub additions: Option<&'a Value>,
}

impl<'a> Source<'a> {
    /// Creates a source that consists of `service-2.json` only.
    pub fn new(service: &'a Value) -> Self {
        Self { service, paginators: None, waiters: None, examples: None, endpoint_rules: None, additions: None }
    }
}

/// A converted service.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The Smithy 2.0 JSON AST, with its shapes sorted by ID.
    pub model: Value,
    /// Notes about the properties of the source that Smithy cannot express.
    pub notes: Vec<Remark>,
}

/// A note or a problem, and its location in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The location in the source, such as `operations.CreateBackup.input`. The location is empty if the remark applies
    /// to the whole source.
    pub location: String,
    /// The note or problem, as one sentence.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.location.as_str() {
            // An empty location refers to the whole source.
            "" => f.write_str(&self.message),
            location => write!(f, "{location}: {}", self.message),
        }
    }
}

/// Converts a service.
///
/// # Errors
///
/// Returns a description of each part of the source that is malformed or not supported, and of each addition that is no
/// longer necessary.
pub fn import(source: &Source<'_>) -> Result<Import, Vec<Remark>> {
    let mut log = Log::default();
    let model = convert(source, &mut log);
    match model {
        Some(model) if log.problems.is_empty() => Ok(Import { model, notes: log.notes }),
        _ => Err(log.problems),
    }
}

fn convert(source: &Source<'_>, log: &mut Log) -> Option<Value> {
    let mut root = ObjectReader::open("", source.service, log)?;
    root.skip(&["documentation", "version", "deprecated", "deprecatedMessage"]);
    if root.object("examples", log).is_some_and(|all| !all.is_empty()) {
        log.note("examples", "ignored: examples are read from `examples-1.json`");
    }
    let metadata = service::Metadata::read(&mut root, log)?;
    let operations = root.object("operations", log);
    let operations = root.required("operations", operations, log);
    let shapes = root.object("shapes", log);
    let shapes = root.required("shapes", shapes, log);
    let (operations, shapes) = operations.zip(shapes)?;
    let names = Names::new(&metadata.namespace, operations);
    let references = References::of(operations, shapes);
    let additions = Additions::read(source.additions, log);

    let mut model = Model::default();
    let has_bindings = metadata.has_bindings;
    let context =
        shapes::Context { shapes, names: &names, references: &references, additions: &additions, has_bindings };
    context.convert(&mut model, log);
    operation::Context { names: &names, shapes, has_bindings }.convert(operations, &mut model, log);
    service::convert(&metadata, operations, &names, &mut root, &mut model, log);
    root.finish(log);

    pagination::apply(source.paginators, &names, &mut model, log);
    waiters::apply(source.waiters, &names, &mut model, log);
    examples::apply(source.examples, &names, &mut model, log);
    if let Some(rules) = source.endpoint_rules {
        let rules = rules::endpoint_rules(rules, log);
        model.add_trait(&names.id(&metadata.shape_name), "smithy.rules#endpointRuleSet", rules);
    }
    additions.apply(&names, &mut model, log);
    Some(model.into_value())
}

/// The problems and notes that have been found so far.
#[derive(Debug, Default)]
struct Log {
    problems: Vec<Remark>,
    notes: Vec<Remark>,
}

impl Log {
    fn problem(&mut self, location: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Remark { location: location.into(), message: message.into() });
    }

    fn note(&mut self, location: impl Into<String>, message: impl Into<String>) {
        self.notes.push(Remark { location: location.into(), message: message.into() });
    }
}

/// The model that is being built, as a map from absolute shape IDs to shapes.
#[derive(Debug, Default)]
struct Model {
    shapes: BTreeMap<String, Map<String, Value>>,
}

impl Model {
    /// Adds a shape. If another shape has the same ID, reports a problem.
    fn add(&mut self, id: String, shape: Map<String, Value>, location: &str, log: &mut Log) {
        if self.shapes.contains_key(&id) {
            log.problem(location, format!("duplicate shape or operation `{id}`"));
            return;
        }
        self.shapes.insert(id, shape);
    }

    /// Returns the shape or member to which `target` refers (`Name` or `Name$member`).
    fn holder(&mut self, names: &Names, target: &str) -> Option<&mut Map<String, Value>> {
        let (shape, member) = match target.split_once('$') {
            Some((shape, member)) => (shape, Some(member)),
            None => (target, None),
        };
        let shape = self.shapes.get_mut(&names.id(shape))?;
        match member {
            Some(member) => shape.get_mut("members")?.get_mut(member)?.as_object_mut(),
            None => Some(shape),
        }
    }

    fn shape(&self, id: &str) -> Option<&Map<String, Value>> {
        self.shapes.get(id)
    }

    /// Returns the members of a structure or union, or `None` for other shapes.
    fn members(&self, id: &str) -> Option<&Map<String, Value>> {
        self.shape(id)?.get("members")?.as_object()
    }

    /// Returns the ID of the shape that a member of a structure or union targets.
    fn member_target(&self, id: &str, member: &str) -> Option<&str> {
        self.members(id)?.get(member)?.get("target")?.as_str()
    }

    /// Sets a trait of a shape. Does nothing if the shape does not exist, since that has already been reported.
    fn add_trait(&mut self, id: &str, name: &str, value: Value) {
        if let Some(shape) = self.shapes.get_mut(id) {
            add_trait(shape, name, value);
        }
    }

    fn into_value(self) -> Value {
        let mut shapes = Map::new();
        for (id, shape) in self.shapes {
            shapes.insert(id, Value::Object(shape));
        }
        let mut root = Map::new();
        root.insert("smithy".to_owned(), Value::from("2.0"));
        let metadata = Map::from_iter([(model::IMPORTED.to_owned(), Value::from("botocore"))]);
        root.insert("metadata".to_owned(), Value::Object(metadata));
        root.insert("shapes".to_owned(), Value::Object(shapes));
        Value::Object(root)
    }
}

/// Sets a trait of a shape or member, and keeps the traits sorted.
fn add_trait(holder: &mut Map<String, Value>, name: &str, value: Value) {
    let traits = holder.entry("traits").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(traits) = traits {
        traits.insert(name.to_owned(), value);
        traits.sort_keys();
    }
}

#[cfg(test)]
mod tests;
