//! Reads the parts of the model that these tests need, independently of the generator.

use serde_json::{Map, Value};

/// The FSx model. Shapes are identified by their IDs.
pub(crate) struct Model {
    shapes: Map<String, Value>,
    service: String,
}

/// A member of a structure.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) target: &'a str,
    pub(crate) required: bool,
    pub(crate) idempotency_token: bool,
}

/// The type of a shape.
pub(crate) enum Kind<'a> {
    Structure(Vec<Member<'a>>),
    /// A list, with the shape of its elements.
    List(&'a str),
    /// An enumeration, with its values.
    Enum(Vec<&'a str>),
    String,
    Boolean,
    Integer,
    Long,
    Timestamp,
}

impl Model {
    /// Reads the model from which the `fsx` crate is generated.
    pub(crate) fn load() -> Self {
        let mut model: Value = serde_json::from_str(include_str!("../../../models/fsx/model.json")).unwrap();
        let Value::Object(shapes) = model["shapes"].take() else { panic!("a model has shapes") };
        let service = shapes.iter().find(|(_, shape)| shape["type"] == "service").unwrap().0.clone();
        Self { shapes, service }
    }

    /// Returns the IDs of all operations.
    pub(crate) fn operations(&self) -> Vec<&str> {
        targets(&self.shapes[&self.service]["operations"])
    }

    /// Returns the IDs of all errors.
    pub(crate) fn errors(&self) -> Vec<&str> {
        let errors = self.shapes.iter().filter(|(_, shape)| shape["traits"].get("smithy.api#error").is_some());
        errors.map(|(id, _)| id.as_str()).collect()
    }

    /// Returns the IDs of the errors that the model lists for an operation.
    pub(crate) fn errors_of(&self, operation: &str) -> Vec<&str> {
        targets(&self.shapes[operation]["errors"])
    }

    pub(crate) fn input(&self, operation: &str) -> &str {
        target(&self.shapes[operation]["input"])
    }

    pub(crate) fn output(&self, operation: &str) -> &str {
        target(&self.shapes[operation]["output"])
    }

    /// Returns the type of a shape.
    pub(crate) fn kind(&self, id: &str) -> Kind<'_> {
        let shape = &self.shapes[id];
        match shape["type"].as_str().unwrap() {
            "structure" => Kind::Structure(self.members(id)),
            "list" => Kind::List(target(&shape["member"])),
            "enum" => {
                let members = shape["members"].as_object().unwrap().values();
                Kind::Enum(members.map(|member| member["traits"]["smithy.api#enumValue"].as_str().unwrap()).collect())
            }
            "string" => Kind::String,
            "boolean" => Kind::Boolean,
            "integer" => Kind::Integer,
            "long" => Kind::Long,
            "timestamp" => Kind::Timestamp,
            other => panic!("{id} has the type {other}, which this test does not support"),
        }
    }

    /// Returns the members of a structure.
    pub(crate) fn members(&self, structure: &str) -> Vec<Member<'_>> {
        let members = self.shapes[structure]["members"].as_object();
        let members = members.into_iter().flatten().map(|(name, member)| Member {
            name,
            target: target(member),
            required: member["traits"].get("smithy.api#required").is_some(),
            idempotency_token: member["traits"].get("smithy.api#idempotencyToken").is_some(),
        });
        members.collect()
    }
}

/// Returns the name in a shape ID.
pub(crate) fn bare(id: &str) -> &str {
    id.split_once('#').map_or(id, |(_, name)| name)
}

fn target(reference: &Value) -> &str {
    reference["target"].as_str().unwrap()
}

fn targets(references: &Value) -> Vec<&str> {
    references.as_array().into_iter().flatten().map(target).collect()
}
