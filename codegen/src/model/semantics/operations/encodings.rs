//! Checks the traits for checksums and request compression.

use serde_json::Value;

use super::member;
use crate::{
    diagnostic::{Part, Report},
    model::{Model, Operation, Shape, ShapeKind, semantics::is_written},
};

const CHECKSUM: &str = "aws.protocols#httpChecksum";
const COMPRESSION: &str = "smithy.api#requestCompression";

/// The algorithms that the `requestCompression` trait supports.
const ENCODINGS: &[&str] = &["gzip"];

/// Reports checksum traits with missing or invalid properties, compression traits on operations without an input, and
/// unknown encodings.
pub(super) fn check(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    if is_written(shape) {
        checksum(model, shape, operation, report);
        compression(shape, operation, report);
    }
}

fn checksum(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    let Some(value) = shape.traits.get(CHECKSUM) else { return };
    let mut error = |message: String, help: &str, path: Option<&str>| {
        let name = CHECKSUM.to_owned();
        let part = match path {
            Some(path) => Part::Element { name, path: path.to_owned() },
            None => Part::Value(name),
        };
        report.error(message).in_file(&shape.file).at(&shape.id).help(help).part(part);
    };
    let (of_request, mode, algorithms) =
        ("requestAlgorithmMember", "requestValidationModeMember", "responseAlgorithms");
    let has = |key: &str| value.get(key).is_some();
    if has(mode) != has(algorithms) {
        let (set, other) = if has(mode) { (mode, algorithms) } else { (algorithms, mode) };
        error(format!("`{set}` is set, but `{other}` is not"), "response checksums require both", Some(set));
    } else if !has(mode) && !has(of_request) && value.get("requestChecksumRequired") != Some(&Value::Bool(true)) {
        let help = format!("set `{of_request}` or `requestChecksumRequired`, or `{mode}` and `{algorithms}`");
        error("neither requests nor responses have a checksum".to_owned(), &help, None);
    }
    let input = model.get(&operation.input);
    for key in [of_request, mode] {
        let (Some(input), Some(name)) = (input, value.get(key).and_then(Value::as_str)) else { continue };
        let target = member(input, name).map(|member| model.get(&member.target));
        let is_enum = |found: &Shape| matches!(found.kind, ShapeKind::Enum(_)) || found.traits.has("smithy.api#enum");
        match target {
            None => error(
                format!("`{key}` refers to `{name}`, which is not a member of the input"),
                "use the name of a member",
                Some(key),
            ),
            Some(Some(target)) if !is_enum(target) => {
                let message = format!("`{key}` refers to the member `{name}` of type {}", target.kind.type_name());
                error(message, "expected an enum", Some(key));
            }
            Some(_) => {}
        }
    }
}

fn compression(shape: &Shape, operation: &Operation, report: &mut Report) {
    let Some(value) = shape.traits.get(COMPRESSION) else { return };
    let mut error = |message: String, help: String, part: Part| {
        report.error(message).in_file(&shape.file).at(&shape.id).help(help).part(part);
    };
    if operation.input.is_prelude("Unit") {
        let help = "add an input, or remove the trait";
        error(
            "the operation has no input to compress".to_owned(),
            help.to_owned(),
            Part::Trait(COMPRESSION.to_owned()),
        );
    }
    let help = format!("expected `{}`", ENCODINGS.join("` or `"));
    let Some(encodings) = value.get("encodings").and_then(Value::as_array) else { return };
    if encodings.is_empty() {
        error("the list of encodings is empty".to_owned(), help.clone(), Part::Value(COMPRESSION.to_owned()));
    }
    for (index, encoding) in encodings.iter().enumerate() {
        let Some(name) = encoding.as_str() else { continue };
        if !ENCODINGS.contains(&name.to_ascii_lowercase().as_str()) {
            let part = Part::Element { name: COMPRESSION.to_owned(), path: format!("encodings[{index}]") };
            error(format!("unknown encoding `{}`", name.escape_debug()), help.clone(), part);
        }
    }
}
