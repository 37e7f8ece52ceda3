//! Checks the `auth` trait, which lists authentication schemes.

use serde_json::Value;

use super::super::is_written;
use crate::{
    diagnostic::{Diagnostic, Part, Report},
    model::{Model, Shape, ShapeId},
};

const AUTH: &str = "smithy.api#auth";
const DEFINITION: &str = "smithy.api#authDefinition";

/// The known authentication schemes.
const SCHEMES: &[&str] = &[
    "aws.auth#cognitoUserPools",
    "aws.auth#sigv4",
    "aws.auth#sigv4a",
    "smithy.api#httpApiKeyAuth",
    "smithy.api#httpBasicAuth",
    "smithy.api#httpBearerAuth",
    "smithy.api#httpDigestAuth",
];

impl Model {
    /// Returns whether a trait is an authentication scheme: a known one, or one that the model defines.
    pub(crate) fn is_auth_scheme(&self, id: &str) -> bool {
        let defined = ShapeId::parse(id).and_then(|id| self.get(&id));
        SCHEMES.contains(&id) || defined.is_some_and(|found| found.traits.has(DEFINITION))
    }
}

/// Reports schemes in `auth` traits that do not exist, or that the service does not support.
pub(super) fn check(model: &Model, report: &mut Report) {
    for shape in model.shapes.values() {
        for id in listed(shape) {
            if !model.is_auth_scheme(id) {
                let help = format!("expected the ID of a trait with the trait `{DEFINITION}`");
                error(shape, format!("`{id}` is not an authentication scheme"), help, report);
            }
        }
    }
    for (service, operations) in model.services() {
        for shape in model.operations_of(operations).into_iter().chain([service]) {
            for id in listed(shape).filter(|id| is_written(shape) && !service.traits.has(id)) {
                let message = format!("the service `{}` does not support the authentication scheme `{id}`", service.id);
                let help = "add the trait to the service, or remove the scheme from the list".to_owned();
                error(shape, message, help, report).event("AuthTrait");
            }
        }
    }
}

fn listed(shape: &Shape) -> impl Iterator<Item = &str> {
    shape.traits.get(AUTH).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn error<'r>(shape: &Shape, message: String, help: String, report: &'r mut Report) -> &'r mut Diagnostic {
    let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
    problem.part(Part::Value(AUTH.to_owned()))
}
