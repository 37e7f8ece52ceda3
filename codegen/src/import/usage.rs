//! Who refers to a shape: what the older form says at the place of use and Smithy says on the shape.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The uses of one shape.
#[derive(Debug, Default)]
struct Uses {
    inputs: usize,
    outputs: usize,
    errors: usize,
    members: usize,
    json_members: usize,
    streaming_members: usize,
}

/// The uses of all shapes.
#[derive(Debug, Default)]
pub(super) struct Usage<'a> {
    shapes: BTreeMap<&'a str, Uses>,
    server_errors: BTreeSet<&'a str>,
}

/// Whether a shape is an operation's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The input of one operation and used nowhere else.
    Input,
    /// The output of one operation and used nowhere else.
    Output,
    /// Anything else.
    Shared,
}

/// How the references to a shape say something that belongs on the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// None of them says it.
    None,
    /// Some do and some do not.
    Some,
    /// All of them say it.
    All,
}

impl<'a> Usage<'a> {
    /// Counts the references that operations and shapes make. Malformed ones are passed over: whoever
    /// converts them reports them.
    pub(super) fn of(operations: &'a Map<String, Value>, shapes: &'a Map<String, Value>) -> Self {
        let mut usage = Self::default();
        for operation in operations.values() {
            if let Some(name) = shape_of(operation.get("input")) {
                usage.uses(name).inputs += 1;
            }
            if let Some(name) = shape_of(operation.get("output")) {
                usage.uses(name).outputs += 1;
            }
            let errors = operation.get("errors").and_then(Value::as_array);
            for error in errors.into_iter().flatten() {
                let Some(name) = shape_of(Some(error)) else {
                    continue;
                };
                usage.uses(name).errors += 1;
                if is_set(error, "fault") {
                    usage.server_errors.insert(name);
                }
            }
        }
        for shape in shapes.values() {
            let members = shape.get("members").and_then(Value::as_object);
            for member in members.into_iter().flat_map(Map::values) {
                usage.count_member(member);
            }
            for key in ["member", "key", "value"] {
                if let Some(member) = shape.get(key) {
                    usage.count_member(member);
                }
            }
        }
        usage
    }

    pub(super) fn role(&self, shape: &str) -> Role {
        match self.shapes.get(shape) {
            Some(Uses { inputs: 1, outputs: 0, errors: 0, members: 0, .. }) => Role::Input,
            Some(Uses { inputs: 0, outputs: 1, errors: 0, members: 0, .. }) => Role::Output,
            _ => Role::Shared,
        }
    }

    pub(super) fn is_error(&self, shape: &str) -> bool {
        self.shapes.get(shape).is_some_and(|uses| uses.errors > 0)
    }

    /// Whether an operation's list of errors says that this one is the server's fault.
    pub(super) fn is_server_error(&self, shape: &str) -> bool {
        self.server_errors.contains(shape)
    }

    /// Which references say that the string holds JSON.
    pub(super) fn holds_json(&self, shape: &str) -> Agreement {
        self.agreement(shape, |uses| uses.json_members)
    }

    /// Which references say that the blob is streamed.
    pub(super) fn is_streamed(&self, shape: &str) -> Agreement {
        self.agreement(shape, |uses| uses.streaming_members)
    }

    fn agreement(&self, shape: &str, count: impl Fn(&Uses) -> usize) -> Agreement {
        match self.shapes.get(shape) {
            Some(uses) if count(uses) == 0 => Agreement::None,
            Some(uses) if count(uses) == uses.members => Agreement::All,
            Some(_) => Agreement::Some,
            None => Agreement::None,
        }
    }

    fn count_member(&mut self, member: &'a Value) {
        if let Some(name) = shape_of(Some(member)) {
            let uses = self.uses(name);
            uses.members += 1;
            uses.json_members += usize::from(is_set(member, "jsonvalue"));
            uses.streaming_members += usize::from(is_set(member, "streaming"));
        }
    }

    fn uses(&mut self, name: &'a str) -> &mut Uses {
        self.shapes.entry(name).or_default()
    }
}

fn shape_of(reference: Option<&Value>) -> Option<&str> {
    reference?.get("shape")?.as_str()
}

fn is_set(reference: &Value, key: &str) -> bool {
    reference.get(key).and_then(Value::as_bool).unwrap_or(false)
}
