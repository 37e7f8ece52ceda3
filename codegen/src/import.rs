//! Turns AWS's older JSON form of a service into a Smithy 2.0 JSON AST.
//!
//! In go the parsed files that botocore ships for one awsJson service: `service-2.json` and, where they exist,
//! `paginators-1.json`, `waiters-2.json`, `examples-1.json` and `endpoint-rule-set-1.json`, plus our own small
//! file of what that form cannot say ([`extras`]). Out comes the model as JSON, ready to be written to a file or
//! loaded by the generator. Nothing here touches the file system.
//!
//! Only facts are kept: every documentation text is left out. A key that is not understood is a [`Remark`] in the
//! error list, never dropped; what Smithy cannot express is a remark in [`Import::notes`].
//!
//! What the older form knows less of than a Smithy model, and what is done about it:
//!
//! - Enums have wire values only: member names are derived from them ([`enums`]).
//! - `box` says whether a number is an object in Java, and many services set it nowhere. It is not a
//!   fact about the wire, so no `@default` is made of its absence.
//! - `@clientOptional` does not exist in it: required members carry `@required` alone.
//! - Documentation, `arnNamespace` and resources are absent; the first is left out here on purpose, the second
//!   is taken to be the signing name as Smithy recommends, the third cannot be recovered.

mod enums;
mod examples;
mod extras;
mod fields;
mod operation;
mod pagination;
mod rules;
mod service;
mod shapes;
mod traits;
mod usage;
mod waiters;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use self::extras::Extras;
use self::fields::Fields;
use self::traits::Names;
use self::usage::Usage;

pub use self::rules::partitions;

/// The parsed files of one service. Only `service` is indispensable.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// `service-2.json`: metadata, operations and shapes.
    pub service: &'a Value,
    /// `paginators-1.json`.
    pub paginators: Option<&'a Value>,
    /// `waiters-2.json`.
    pub waiters: Option<&'a Value>,
    /// `examples-1.json`.
    pub examples: Option<&'a Value>,
    /// `endpoint-rule-set-1.json`.
    pub endpoint_rules: Option<&'a Value>,
    /// Our own additions: enum member names and traits that the older form cannot say.
    pub extras: Option<&'a Value>,
}

impl<'a> Source<'a> {
    /// A source that has nothing but `service-2.json`.
    pub fn new(service: &'a Value) -> Self {
        Self {
            service,
            paginators: None,
            waiters: None,
            examples: None,
            endpoint_rules: None,
            extras: None,
        }
    }
}

/// A converted service.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The Smithy 2.0 JSON AST, its shapes sorted by id.
    pub model: Value,
    /// What the source says and Smithy cannot, each with its place.
    pub notes: Vec<Remark>,
}

/// Something to say about one place of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where in the source: `operations.CreateBackup.input`.
    pub place: String,
    /// What is to be said, as one sentence.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Converts one service.
///
/// # Errors
///
/// Every place of the source that is malformed or not understood, and every addition of ours that no longer
/// applies, in one go.
pub fn import(source: &Source<'_>) -> Result<Import, Vec<Remark>> {
    let mut log = Log::default();
    let model = convert(source, &mut log);
    match model {
        Some(model) if log.problems.is_empty() => Ok(Import {
            model,
            notes: log.notes,
        }),
        _ => Err(log.problems),
    }
}

fn convert(source: &Source<'_>, log: &mut Log) -> Option<Value> {
    let mut root = Fields::open("", source.service, log)?;
    root.skip(&["documentation", "version", "examples"]);
    let metadata = service::Metadata::read(&mut root, log)?;
    let operations = root.object("operations", log)?;
    let shapes = root.object("shapes", log)?;
    let names = Names::new(&metadata.namespace);
    let usage = Usage::of(operations, shapes);
    let extras = Extras::read(source.extras, log);

    let mut model = Model::default();
    shapes::convert(shapes, &names, &usage, &extras, &mut model, log);
    operation::convert(operations, &names, &mut model, log);
    service::convert(&metadata, operations, &names, &mut root, &mut model, log);
    root.finish(log);

    pagination::apply(source.paginators, &names, &mut model, log);
    waiters::apply(source.waiters, &names, &mut model, log);
    examples::apply(source.examples, &names, &mut model, log);
    if let Some(rules) = source.endpoint_rules {
        let rules = rules::endpoint_rules(rules, log);
        model.add_trait(
            &names.id(&metadata.shape_name),
            "smithy.rules#endpointRuleSet",
            rules,
        );
    }
    extras.apply(&names, &mut model, log);
    Some(model.into_value())
}

/// What the conversion has to say so far.
#[derive(Debug, Default)]
struct Log {
    problems: Vec<Remark>,
    notes: Vec<Remark>,
}

impl Log {
    fn problem(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Remark {
            place: place.into(),
            message: message.into(),
        });
    }

    fn note(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.notes.push(Remark {
            place: place.into(),
            message: message.into(),
        });
    }
}

/// The model in the making: shapes by absolute id.
#[derive(Debug, Default)]
struct Model {
    shapes: BTreeMap<String, Map<String, Value>>,
}

impl Model {
    /// Adds a shape, which must be new.
    fn add(&mut self, id: String, shape: Map<String, Value>, place: &str, log: &mut Log) {
        if self.shapes.contains_key(&id) {
            log.problem(
                place,
                format!("another shape or operation already has the name `{id}`"),
            );
            return;
        }
        self.shapes.insert(id, shape);
    }

    /// The shape or member that `target` (`Name` or `Name$member`) names.
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

    /// The members of a structure or union; none for anything else.
    fn members(&self, id: &str) -> Option<&Map<String, Value>> {
        self.shape(id)?.get("members")?.as_object()
    }

    /// The id of the shape that a member of a structure targets.
    fn member_target(&self, id: &str, member: &str) -> Option<&str> {
        self.members(id)?.get(member)?.get("target")?.as_str()
    }

    /// Sets a trait on a shape; on an absent shape it does nothing, because its absence has been reported.
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
        root.insert("shapes".to_owned(), Value::Object(shapes));
        Value::Object(root)
    }
}

/// Sets one trait in the `traits` of a shape or member and keeps them sorted.
fn add_trait(holder: &mut Map<String, Value>, name: &str, value: Value) {
    let traits = holder
        .entry("traits")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(traits) = traits {
        traits.insert(name.to_owned(), value);
        traits.sort_keys();
    }
}
