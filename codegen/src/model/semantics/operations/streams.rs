//! Checks streams: blobs and unions with the `streaming` trait, and the events of such unions.

use std::collections::BTreeSet;

use super::super::is_written;
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Shape, ShapeId, ShapeKind},
};

const EVENT_HEADER: &str = "smithy.api#eventHeader";
const EVENT_PAYLOAD: &str = "smithy.api#eventPayload";
const STREAMING: &str = "smithy.api#streaming";

/// Reports streams in positions where they are not allowed, and invalid events.
pub(super) fn check(model: &Model, report: &mut Report) {
    let mut messages: BTreeSet<&ShapeId> = BTreeSet::new();
    for (_, operation) in super::all(model) {
        messages.extend([&operation.input, &operation.output]);
    }
    let streams: BTreeSet<&ShapeId> =
        model.shapes.values().filter(|shape| shape.traits.has(STREAMING)).map(|shape| &shape.id).collect();
    let mut holders: BTreeSet<&ShapeId> = BTreeSet::new();
    for shape in model.shapes.values() {
        let members = shape.kind.members();
        for (index, member) in members.into_iter().filter(|member| streams.contains(&member.target)).enumerate() {
            stream(model, &messages, shape, member, index, report);
            if matches!(shape.kind, ShapeKind::Structure(_)) {
                holders.insert(&shape.id);
            }
        }
        if let (ShapeKind::Union(events), true) = (&shape.kind, shape.traits.has(STREAMING)) {
            for event in events {
                is_structure(model, shape, event, report);
            }
        }
        beside_payload(shape, report);
    }
    // A structure that contains a stream must be the input or output of an operation.
    for shape in model.shapes.values().filter(|_| !holders.is_empty()) {
        for member in shape.kind.members().into_iter().filter(|member| holders.contains(&member.target)) {
            let message = format!("the target `{}` has a member that is a stream", member.target);
            let help = "only operations can refer to a structure with a stream";
            error(shape, &member.name, message, help, Part::Target, report);
        }
    }
}

fn stream(
    model: &Model,
    messages: &BTreeSet<&ShapeId>,
    shape: &Shape,
    member: &Member,
    index: usize,
    report: &mut Report,
) {
    let is_blob = model.get(&member.target).is_some_and(|target| target.kind.type_name() == "blob");
    let has_value = ["smithy.api#required", "smithy.api#default"].iter().any(|id| member.traits.has(id));
    let (message, help) = match &shape.kind {
        ShapeKind::Structure(_) if shape.traits.has("smithy.api#error") => {
            ("an error cannot have a stream", "target a shape without the trait `smithy.api#streaming`")
        }
        ShapeKind::Structure(_) if index > 0 => {
            ("the structure already has a stream", "only one member of a structure can be a stream")
        }
        ShapeKind::Structure(_) if !messages.contains(&shape.id) && !shape.traits.has("smithy.api#mixin") => (
            "the structure has a stream, but is neither an input nor an output",
            "move the member to an input or output",
        ),
        // Models that were converted from botocore's format have no defaults for streams.
        ShapeKind::Structure(_) if is_blob && !has_value && is_written(shape) => {
            ("a stream of bytes must not be optional", "add the trait `smithy.api#required`, or `= \"\"`")
        }
        ShapeKind::Structure(_) => return,
        _ => {
            ("only a member of a structure can be a stream", "target a shape without the trait `smithy.api#streaming`")
        }
    };
    error(shape, &member.name, message.to_owned(), help, Part::Target, report);
}

fn is_structure(model: &Model, shape: &Shape, event: &Member, report: &mut Report) {
    let target = model.get(&event.target).filter(|target| !matches!(target.kind, ShapeKind::Structure(_)));
    if let Some(target) = target {
        let message = format!("invalid event of type {}", target.kind.type_name());
        error(shape, &event.name, message, "target a structure", Part::Target, report);
    }
}

/// Reports members of an event that are not headers although another member is the payload.
fn beside_payload(shape: &Shape, report: &mut Report) {
    let members = shape.kind.members();
    let Some(payload) = members.iter().find(|member| member.traits.has(EVENT_PAYLOAD)) else { return };
    for member in members.iter().filter(|one| one.name != payload.name && !one.traits.has(EVENT_HEADER)) {
        // A second payload is reported elsewhere.
        if !member.traits.has(EVENT_PAYLOAD) {
            let message =
                format!("the member is in the payload, but the member `{}` is the whole payload", payload.name);
            let help = "add the trait `smithy.api#eventHeader`";
            error(shape, &member.name, message, help, Part::Target, report);
        }
    }
}

fn error(shape: &Shape, member: &str, message: String, help: &str, part: Part, report: &mut Report) {
    report.error(message).in_file(&shape.file).at(shape.id.member(member)).help(help).part(part);
}
