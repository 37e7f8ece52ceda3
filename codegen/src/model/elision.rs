//! Finds the targets of members that are written without a target, such as `$name`.
//!
//! If the shape's resource has an identifier or property with the name of the member, the target comes from the
//! resource. Otherwise, it comes from the member with the same name in a mixin, and is inserted when mixins are
//! flattened.

use super::{Model, ShapeId, ShapeKind};
use crate::diagnostic::{Part, Report};

/// Inserts the targets that come from resources.
pub(super) fn from_resources(model: &mut Model, report: &mut Report) {
    let bound = model.shapes.values().filter_map(|shape| Some((shape.id.clone(), shape.resource.clone()?)));
    for (id, resource_id) in bound.collect::<Vec<_>>() {
        let resource = match model.get(&resource_id).map(|shape| &shape.kind) {
            Some(ShapeKind::Resource(resource)) => Some(resource.clone()),
            _ => None,
        };
        let Some(shape) = model.shapes.get_mut(&id) else { continue };
        let Some(resource) = resource else {
            let message = format!("`{resource_id}`, which follows `for`, is not a resource in the model");
            let part = Part::Reference(resource_id.as_str().to_owned());
            let problem = report.error(message).in_file(&shape.file).at(&id).part(part);
            problem.help("define it, or use the ID of a resource");
            // Members without a target get a placeholder, so that they are not reported in addition to the missing
            // resource.
            for member in shape.kind.members_mut().into_iter().filter(|member| member.target.is_elided()) {
                member.target = ShapeId::prelude("Document");
            }
            continue;
        };
        for member in shape.kind.members_mut().into_iter().filter(|member| member.target.is_elided()) {
            let found = resource.identifiers.get(&member.name).or_else(|| resource.properties.get(&member.name));
            if let Some(target) = found {
                member.target = target.clone();
            }
        }
    }
}

/// Reports the members that still have no target, and sets their targets to `Document`, so that later checks do not
/// report the members again.
pub(super) fn check(model: &mut Model, report: &mut Report) {
    for shape in model.shapes.values_mut() {
        let (id, file) = (shape.id.clone(), shape.file.clone());
        let is_bound = shape.resource.is_some();
        for member in shape.kind.members_mut().into_iter().filter(|member| member.target.is_elided()) {
            member.target = ShapeId::prelude("Document");
            let message = match is_bound {
                true => format!("neither the resource nor a mixin has a member `{}`", member.name),
                false => format!("no mixin has a member `{}`", member.name),
            };
            let help = "write the target of the member, without `$` before its name";
            report.error(message).in_file(&file).at(id.member(&member.name)).help(help);
        }
    }
}
