//! Checks names, which must not differ only in case, and references to private shapes, which must not be used in other
//! namespaces.

use std::collections::{BTreeMap, BTreeSet};

use super::is_written;
use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Service, Shape, ShapeId, ShapeKind},
};

const PRIVATE: &str = "smithy.api#private";

/// Reports names that conflict, and references to private shapes.
pub(super) fn check(model: &Model, report: &mut Report) {
    let mut seen: BTreeMap<String, &ShapeId> = BTreeMap::new();
    let has_private = model.shapes.values().any(|shape| shape.traits.has(PRIVATE));
    for shape in model.shapes.values() {
        if has_private {
            private(model, shape, report);
        }
        if !is_written(shape) {
            continue;
        }
        if let Some(first) = seen.insert(shape.id.as_str().to_ascii_lowercase(), &shape.id) {
            let message = format!("the ID differs from `{first}` only in case");
            report.error(message).in_file(&shape.file).at(&shape.id).help("rename one of the two shapes");
        }
        members(shape, report);
    }
    let any_written = model.shapes.values().any(is_written);
    for (shape, service) in model.services().filter(|(_, service)| any_written || !service.rename.is_empty()) {
        let closure = closure(model, &shape.id);
        renamed(model, shape, service, &closure, report);
        of_service(model, shape, service, &closure, report);
    }
}

/// Reports members whose names differ only in case.
fn members(shape: &Shape, report: &mut Report) {
    let mut seen: BTreeMap<String, &Member> = BTreeMap::new();
    for member in shape.kind.members() {
        let Some(first) = seen.insert(member.name.to_ascii_lowercase(), member) else { continue };
        let message = format!("the name differs from that of the member `{}` only in case", first.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name));
        problem.help("rename one of the two members");
    }
}

/// Reports references to private shapes in other namespaces.
fn private(model: &Model, shape: &Shape, report: &mut Report) {
    let is_private = |id: &ShapeId| {
        id.namespace() != shape.id.namespace() && model.get(id).is_some_and(|found| found.traits.has(PRIVATE))
    };
    let mut error = |location: ShapeId, id: &str, part: Part| {
        let problem = report.error(format!("the shape `{id}` is private to its namespace"));
        let help = format!("use another shape, or remove the trait `{PRIVATE}` from the private shape");
        problem.in_file(&shape.file).at(location).help(help).part(part);
    };
    let places =
        shape.kind.members().into_iter().map(|one| (shape.id.member(&one.name), &one.traits, Some(&one.target)));
    for (location, traits, target) in std::iter::once((shape.id.clone(), &shape.traits, None)).chain(places) {
        if let Some(target) = target.filter(|target| is_private(target)) {
            error(location.clone(), target.as_str(), Part::Target);
        }
        for (name, _) in traits.iter() {
            if ShapeId::parse(name).is_some_and(|id| is_private(&id)) {
                error(location.clone(), name, Part::Trait(name.to_owned()));
            }
        }
    }
    for id in shape.kind.references().into_iter().filter(|id| is_private(id)) {
        error(shape.id.clone(), id.as_str(), Part::Target);
    }
}

/// Returns the shapes to which a service refers, directly or indirectly.
fn closure<'m>(model: &'m Model, service: &'m ShapeId) -> BTreeSet<&'m ShapeId> {
    let mut found = BTreeSet::from([service]);
    let mut queue = vec![service];
    while let Some(shape) = queue.pop().and_then(|id| model.get(id)) {
        let targets = shape.kind.members().into_iter().map(|member| &member.target);
        let of_resource = match &shape.kind {
            ShapeKind::Resource(one) => one.identifiers.values().chain(one.properties.values()).collect(),
            _ => Vec::new(),
        };
        let all = targets.chain(shape.kind.references()).chain(of_resource).filter(|id| !id.is_prelude("Unit"));
        queue.extend(all.filter(|id| model.get(id).is_some() && found.insert(id)));
    }
    found
}

/// Reports invalid entries in the `rename` property of a service.
fn renamed(model: &Model, shape: &Shape, service: &Service, closure: &BTreeSet<&ShapeId>, report: &mut Report) {
    for (id, name) in &service.rename {
        // An undefined shape is reported elsewhere.
        let Some(found) = model.get(id) else { continue };
        let what = found.kind.type_name();
        let (message, help) = if id.name() == name {
            (format!("`rename` does not change the name of `{id}`"), "remove the entry")
        } else if !closure.contains(id) {
            (format!("`rename` contains the shape `{id}`, which is not part of the service"), "remove the entry")
        } else if matches!(what, "operation" | "resource" | "service") {
            (
                format!("`rename` contains the {what} `{id}`"),
                "only data types can be renamed here; change the name in the definition",
            )
        } else {
            continue;
        };
        report.error(message).in_file(&shape.file).at(&shape.id).help(help);
    }
}

/// Reports different shapes in the closure of a service that have the same name. The comparison ignores case.
fn of_service(model: &Model, shape: &Shape, service: &Service, closure: &BTreeSet<&ShapeId>, report: &mut Report) {
    let mut seen: BTreeMap<String, &Shape> = BTreeMap::new();
    let (prelude, own): (Vec<_>, Vec<_>) = closure.iter().partition(|id| id.namespace() == "smithy.api");
    for found in prelude.into_iter().chain(own).filter_map(|id| model.get(id)) {
        let name = service.rename.get(&found.id).map_or(found.id.name(), String::as_str);
        let Some(first) = seen.insert(name.to_ascii_lowercase(), found) else { continue };
        // Conflicts within one namespace have already been reported.
        let keeps_name = |shape: &Shape| !service.rename.contains_key(&shape.id);
        let same_namespace = first.id.namespace() == found.id.namespace() && keeps_name(first) && keeps_name(found);
        if same_namespace || !is_written(found) || is_equivalent(model, first, found, 0) {
            continue;
        }
        let message = format!("the service `{}` also contains `{}`, which has the same name", shape.id, first.id);
        let help = "rename one of the two shapes, or add one of them to `rename` in the service";
        report.error(message).in_file(&found.file).at(&found.id).help(help);
    }
}

/// Returns whether two shapes can have the same name without a conflict. Such shapes have the same traits, and both are
/// simple types, equal enums, or lists of such types.
fn is_equivalent(model: &Model, first: &Shape, second: &Shape, depth: usize) -> bool {
    if first.kind.type_name() != second.kind.type_name() || first.traits != second.traits || depth > 32 {
        return false;
    }
    match (&first.kind, &second.kind) {
        (ShapeKind::List(one), ShapeKind::List(other)) => match (model.get(&one.target), model.get(&other.target)) {
            (Some(one), Some(other)) => is_equivalent(model, one, other, depth + 1),
            _ => true,
        },
        (ShapeKind::Enum(one), ShapeKind::Enum(other)) | (ShapeKind::IntEnum(one), ShapeKind::IntEnum(other)) => {
            one == other
        }
        (ShapeKind::Simple(_), _) => true,
        _ => false,
    }
}
