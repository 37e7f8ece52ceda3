//! The model, as far as the test has to read it by itself: independently of the generator, which is on trial.

use serde_json::{Map, Value};

/// The model of FSx. Shapes go by their ids.
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

/// What a value is made of.
pub(crate) enum Kind<'a> {
    Structure(Vec<Member<'a>>),
    /// Of what.
    List(&'a str),
    /// Its values.
    Enum(Vec<&'a str>),
    String,
    Boolean,
    Integer,
    Long,
    Timestamp,
}

impl Model {
    /// Reads the model that the crate `fsx` is generated from.
    pub(crate) fn load() -> Self {
        let mut model: Value = serde_json::from_str(include_str!("../../../models/fsx/model.json")).unwrap();
        let Value::Object(shapes) = model["shapes"].take() else { panic!("a model has shapes") };
        let service = shapes.iter().find(|(_, shape)| shape["type"] == "service").unwrap().0.clone();
        Self { shapes, service }
    }

    /// All operations.
    pub(crate) fn operations(&self) -> Vec<&str> {
        targets(&self.shapes[&self.service]["operations"])
    }

    /// All errors.
    pub(crate) fn errors(&self) -> Vec<&str> {
        let errors = self.shapes.iter().filter(|(_, shape)| shape["traits"].get("smithy.api#error").is_some());
        errors.map(|(id, _)| id.as_str()).collect()
    }

    /// The errors that the model lists for an operation.
    pub(crate) fn errors_of(&self, operation: &str) -> Vec<&str> {
        targets(&self.shapes[operation]["errors"])
    }

    /// The structure that an operation takes.
    pub(crate) fn input(&self, operation: &str) -> &str {
        target(&self.shapes[operation]["input"])
    }

    /// The structure that an operation gives.
    pub(crate) fn output(&self, operation: &str) -> &str {
        target(&self.shapes[operation]["output"])
    }

    /// What values of a shape are made of.
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
            other => panic!("{id} is of the type {other}, which this test does not know"),
        }
    }

    /// A structure's members.
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

/// The name in an id.
pub(crate) fn bare(id: &str) -> &str {
    id.split_once('#').map_or(id, |(_, name)| name)
}

fn target(reference: &Value) -> &str {
    reference["target"].as_str().unwrap()
}

fn targets(references: &Value) -> Vec<&str> {
    references.as_array().into_iter().flatten().map(target).collect()
}
