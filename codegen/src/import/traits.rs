//! Shape IDs, the traits of a shape that is being converted, and the conversion of traits that several kinds of shapes
//! can have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Log;
use super::object_reader::ObjectReader;

/// Converts the names of operations and shapes in the source to absolute shape IDs.
#[derive(Debug)]
pub(super) struct Names {
    namespace: String,
    operations: BTreeSet<String>,
}

impl Names {
    pub(super) fn new(namespace: &str, operations: &Map<String, Value>) -> Self {
        Self { namespace: namespace.to_owned(), operations: operations.keys().cloned().collect() }
    }

    /// Returns the absolute ID of an operation, or of anything else in the service's namespace.
    pub(super) fn id(&self, name: &str) -> String {
        format!("{}#{name}", self.namespace)
    }

    /// Returns the absolute ID of a shape. In botocore's format, a shape can have the same name as an operation. Smithy
    /// does not allow this, so `Shape` is appended to the name of the shape.
    pub(super) fn shape_id(&self, name: &str) -> String {
        let suffix = if self.operations.contains(name) { "Shape" } else { "" };
        format!("{}#{name}{suffix}", self.namespace)
    }

    /// Returns a reference to a shape of this service.
    pub(super) fn target(&self, name: &str) -> Value {
        json!({ "target": self.shape_id(name) })
    }
}

/// Returns whether a string is a valid name for a shape or member in Smithy.
pub(super) fn is_identifier(name: &str) -> bool {
    let body = name.trim_start_matches('_');
    let starts_well =
        body.starts_with(|c: char| c.is_ascii_alphabetic() || (c.is_ascii_digit() && body.len() < name.len()));
    starts_well && body.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The traits of a shape or member, sorted by ID.
#[derive(Debug, Default)]
pub(super) struct Traits(BTreeMap<String, Value>);

impl Traits {
    pub(super) fn add(&mut self, id: &str, value: impl Into<Value>) {
        self.0.insert(id.to_owned(), value.into());
    }

    /// Adds an annotation trait if `present` is true.
    pub(super) fn mark(&mut self, id: &str, present: bool) {
        if present {
            self.add(id, json!({}));
        }
    }

    /// Adds the traits to the shape or member to which they belong.
    pub(super) fn put(self, holder: &mut Map<String, Value>) {
        if !self.0.is_empty() {
            let traits: Map<String, Value> = self.0.into_iter().collect();
            holder.insert("traits".to_owned(), Value::Object(traits));
        }
    }
}

/// Converts `deprecated`, `deprecatedMessage` and `deprecatedSince`.
pub(super) fn deprecation(object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    let deprecated = object.flag("deprecated", log);
    let message = object.str("deprecatedMessage", log);
    let since = object.str("deprecatedSince", log);
    if !deprecated {
        return;
    }
    let mut value = Map::new();
    if let Some(message) = message {
        value.insert("message".to_owned(), Value::from(message));
    }
    if let Some(since) = since {
        value.insert("since".to_owned(), Value::from(since));
    }
    traits.add("smithy.api#deprecated", value);
}

/// Converts `min` and `max` to the Smithy trait with this ID.
pub(super) fn bounds(id: &str, object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    let mut value = Map::new();
    for key in ["min", "max"] {
        if let Some(bound) = object.number(key, log) {
            value.insert(key.to_owned(), bound.clone());
        }
    }
    if !value.is_empty() {
        traits.add(id, value);
    }
}

/// Converts `timestampFormat` to the name of the format in Smithy.
pub(super) fn timestamp_format(object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    let Some(format) = object.str("timestampFormat", log) else {
        return;
    };
    let format = match format {
        "iso8601" => "date-time",
        "unixTimestamp" => "epoch-seconds",
        "rfc822" => "http-date",
        other => {
            log.problem(
                object.at("timestampFormat"),
                format!("unknown timestamp format `{other}`; expected `iso8601`, `unixTimestamp` or `rfc822`"),
            );
            return;
        }
    };
    traits.add("smithy.api#timestampFormat", format);
}
