//! Counts the references to each shape, since some properties belong to shapes in Smithy, but to references in
//! botocore's format.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The numbers of references to a shape.
#[derive(Debug, Default)]
struct Counts {
    inputs: usize,
    outputs: usize,
    errors: usize,
    members: usize,
    json_members: usize,
    streaming_members: usize,
}

/// The references to all shapes.
#[derive(Debug, Default)]
pub(super) struct References<'a> {
    shapes: BTreeMap<&'a str, Counts>,
    server_errors: BTreeSet<&'a str>,
}

/// How the operations of a service use a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The shape is the input of one operation, and is not used elsewhere.
    Input,
    /// The shape is the output of one operation, and is not used elsewhere.
    Output,
    /// The shape is used in any other way.
    Shared,
}

/// How many references to a shape have a property. In Smithy, the shape itself has the property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// No reference has the property.
    None,
    /// Some references have the property, and others do not.
    Some,
    /// All references have the property.
    All,
}

impl<'a> References<'a> {
    /// Counts the references in operations and shapes. Malformed references are ignored here, and reported when they
    /// are converted.
    pub(super) fn of(operations: &'a Map<String, Value>, shapes: &'a Map<String, Value>) -> Self {
        let mut references = Self::default();
        for operation in operations.values() {
            if let Some(name) = shape_of(operation.get("input")) {
                references.counts_of(name).inputs += 1;
            }
            if let Some(name) = shape_of(operation.get("output")) {
                references.counts_of(name).outputs += 1;
            }
            let errors = operation.get("errors").and_then(Value::as_array);
            for error in errors.into_iter().flatten() {
                let Some(name) = shape_of(Some(error)) else {
                    continue;
                };
                references.counts_of(name).errors += 1;
                if is_set(error, "fault") {
                    references.server_errors.insert(name);
                }
            }
        }
        for shape in shapes.values() {
            let members = shape.get("members").and_then(Value::as_object);
            for member in members.into_iter().flat_map(Map::values) {
                references.count_member(member);
            }
            for key in ["member", "key", "value"] {
                if let Some(member) = shape.get(key) {
                    references.count_member(member);
                }
            }
        }
        references
    }

    pub(super) fn role(&self, shape: &str) -> Role {
        match self.shapes.get(shape) {
            Some(Counts { inputs: 1, outputs: 0, errors: 0, members: 0, .. }) => Role::Input,
            Some(Counts { inputs: 0, outputs: 1, errors: 0, members: 0, .. }) => Role::Output,
            _ => Role::Shared,
        }
    }

    pub(super) fn is_error(&self, shape: &str) -> bool {
        self.shapes.get(shape).is_some_and(|uses| uses.errors > 0)
    }

    /// Returns whether the error list of an operation marks this error as a server fault.
    pub(super) fn is_server_error(&self, shape: &str) -> bool {
        self.server_errors.contains(shape)
    }

    /// Returns whether all, some or none of the references mark a string as JSON.
    pub(super) fn holds_json(&self, shape: &str) -> Agreement {
        self.agreement(shape, |uses| uses.json_members)
    }

    /// Returns whether all, some or none of the references mark a blob as streaming.
    pub(super) fn is_streamed(&self, shape: &str) -> Agreement {
        self.agreement(shape, |uses| uses.streaming_members)
    }

    fn agreement(&self, shape: &str, count: impl Fn(&Counts) -> usize) -> Agreement {
        match self.shapes.get(shape) {
            Some(uses) if count(uses) == 0 => Agreement::None,
            Some(uses) if count(uses) == uses.members => Agreement::All,
            Some(_) => Agreement::Some,
            None => Agreement::None,
        }
    }

    fn count_member(&mut self, member: &'a Value) {
        if let Some(name) = shape_of(Some(member)) {
            let uses = self.counts_of(name);
            uses.members += 1;
            uses.json_members += usize::from(is_set(member, "jsonvalue"));
            uses.streaming_members += usize::from(is_set(member, "streaming"));
        }
    }

    fn counts_of(&mut self, name: &'a str) -> &mut Counts {
        self.shapes.entry(name).or_default()
    }
}

fn shape_of(reference: Option<&Value>) -> Option<&str> {
    reference?.get("shape")?.as_str()
}

fn is_set(reference: &Value, key: &str) -> bool {
    reference.get(key).and_then(Value::as_bool).unwrap_or(false)
}
