//! Checks the `paginated` trait, which refers to members of inputs and outputs.

use serde_json::Value;

use super::member;
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Operation, Shape, ShapeKind, semantics::is_written},
};

const PAGINATED: &str = "smithy.api#paginated";

/// The types that a token can have.
const TOKENS: &[&str] = &["string", "enum", "map"];

/// The additional types of tokens and page sizes in models that were converted from botocore's format.
const IMPORTED: &[&str] = &["blob", "string", "structure", "union", "list", "integer", "long"];

/// The properties of the trait. Each entry contains the name of a property, the message with the member to which the
/// property refers, and the types that the member can have.
const PROPERTIES: [(&str, Message, &[&str]); 4] = [
    ("inputToken", Message::Input, TOKENS),
    ("outputToken", Message::Output, TOKENS),
    ("items", Message::Output, &["list", "map"]),
    ("pageSize", Message::Input, &["byte", "short", "integer", "long", "intEnum"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    Input,
    Output,
}

/// Reports paginated operations if a property is missing, or if a member does not exist or has the wrong type.
pub(super) fn check(model: &Model, report: &mut Report) {
    for (shape, operation) in super::all(model) {
        let Some(own) = shape.traits.get(PAGINATED) else { continue };
        for (key, message, types) in PROPERTIES {
            let path = own.get(key).and_then(Value::as_str);
            property(model, shape, operation, (key, message, types), path, report);
        }
    }
    for (of_service, service) in model.services() {
        let inherited = of_service.traits.get(PAGINATED);
        for shape in model.operations_of(service) {
            let (Some(own), ShapeKind::Operation(operation)) = (shape.traits.get(PAGINATED), &shape.kind) else {
                continue;
            };
            for (key, message, types) in PROPERTIES {
                if own.get(key).is_some() {
                    continue;
                }
                let path = inherited.and_then(|value| value.get(key)).and_then(Value::as_str);
                // The page size of a service applies only to operations that have a member of that name.
                match path {
                    Some(_) if key == "pageSize" => {}
                    Some(_) => property(model, shape, operation, (key, message, types), path, report),
                    None if key.ends_with("Token") => {
                        let help = format!("set it on the operation, or on the service `{}`", of_service.id);
                        error(shape, format!("missing `{key}` in the trait `{PAGINATED}`"), help, report);
                    }
                    None => {}
                }
            }
        }
    }
}

fn property(
    model: &Model,
    shape: &Shape,
    operation: &Operation,
    (key, message, types): (&str, Message, &[&str]),
    path: Option<&str>,
    report: &mut Report,
) {
    let Some(path) = path else { return };
    let (structure, what) = match message {
        Message::Input => (model.get(&operation.input), "input"),
        Message::Output => (model.get(&operation.output), "output"),
    };
    // An undefined structure is reported elsewhere.
    let Some(structure) = structure else { return };
    let found = match message {
        Message::Input => member(structure, path),
        Message::Output => follow(model, structure, path),
    };
    let Some(found) = found else {
        let message = format!("`{key}` refers to `{path}`, which is not a member of the {what}");
        return error(shape, message, format!("fix the trait `{PAGINATED}`"), report);
    };
    let fits = |target: &Shape| {
        let name = target.kind.type_name();
        types.contains(&name) || (!is_written(shape) && key != "items" && IMPORTED.contains(&name))
    };
    if let Some(target) = model.get(&found.target).filter(|target| !fits(target)) {
        let message = format!("`{key}` refers to the member `{path}` of type {}", target.kind.type_name());
        return error(shape, message, format!("expected one of `{}`", types.join("`, `")), report);
    }
    if key == "inputToken" && found.traits.has("smithy.api#required") {
        let message = format!("`{key}` refers to the member `{path}`, which is required");
        error(shape, message, "remove the trait `smithy.api#required` from the member".to_owned(), report);
    }
}

/// Returns the member at a path such as `a.b`.
fn follow<'m>(model: &'m Model, start: &'m Shape, path: &str) -> Option<&'m Member> {
    let mut parts = path.split('.');
    let first = member(start, parts.next()?)?;
    parts.try_fold(first, |found, part| member(model.get(&found.target)?, part))
}

fn error(shape: &Shape, message: String, help: String, report: &mut Report) {
    let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
    problem.part(Part::Value(PAGINATED.to_owned()));
}
