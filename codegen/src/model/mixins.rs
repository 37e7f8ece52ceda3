//! Flattens mixins: adds their members and traits to the shapes that use them. A shape's own members and traits take
//! precedence.

use std::collections::{BTreeMap, BTreeSet};

use super::{Member, Model, Shape, ShapeId, ShapeKind, Traits};
use crate::diagnostic::{Part, Report};

const PRIVATE: &str = "smithy.api#private";

/// The maximum nesting depth of mixins.
const DEEPEST: usize = 64;

/// Flattens the mixins of all shapes.
pub(super) fn flatten(model: &mut Model, report: &mut Report) {
    let ids: Vec<ShapeId> = model.shapes.values().filter(|s| !s.mixins.is_empty()).map(|s| s.id.clone()).collect();
    for shape in model.shapes.values().filter(|shape| shape.traits.has("smithy.api#mixin")) {
        let found = match &shape.kind {
            ShapeKind::Resource(one) if !(one.identifiers.is_empty() && one.properties.is_empty()) => {
                "a mixin resource cannot have identifiers or properties"
            }
            ShapeKind::Operation(one) if !(one.input.is_prelude("Unit") && one.output.is_prelude("Unit")) => {
                "a mixin operation cannot have an input or output"
            }
            _ => continue,
        };
        let help = "move them to the shapes that use the mixin";
        report.error(found).in_file(&shape.file).at(&shape.id).help(help);
    }
    let too_deep = too_deep(model, report);
    let mut flattened = BTreeSet::new();
    for id in ids.into_iter().filter(|id| !too_deep.contains(id)) {
        flatten_one(&id, model, &mut flattened, &mut Vec::new(), report);
    }
}

/// Returns the shapes whose mixins are nested too deeply. Reports those with mixins that are not.
fn too_deep(model: &Model, report: &mut Report) -> BTreeSet<ShapeId> {
    let mut users: BTreeMap<&ShapeId, Vec<&Shape>> = BTreeMap::new();
    // For each shape, the number of mixins whose depth is unknown. It never becomes zero for a mixin in a cycle.
    let mut unknown = BTreeMap::new();
    let mut known = Vec::new();
    for shape in model.shapes.values() {
        let mixins = shape.mixins.iter().filter(|mixin| model.get(mixin).is_some());
        let count = mixins.map(|mixin| users.entry(mixin).or_default().push(shape)).count();
        unknown.insert(&shape.id, count);
        if count == 0 {
            known.push(&shape.id);
        }
    }
    let mut depths: BTreeMap<&ShapeId, usize> = BTreeMap::new();
    while let Some(id) = known.pop() {
        let depth = depths.get(id).copied().unwrap_or_default() + 1;
        for user in users.get(id).into_iter().flatten() {
            let of_user = depths.entry(&user.id).or_default();
            *of_user = depth.max(*of_user);
            let unknown = unknown.entry(&user.id).or_default();
            *unknown -= 1;
            if *unknown == 0 {
                known.push(&user.id);
            }
        }
    }
    let too_deep = depths.into_iter().filter(|(_, depth)| *depth > DEEPEST);
    let mut found = BTreeSet::new();
    for (id, depth) in too_deep {
        if let Some(shape) = model.get(id).filter(|_| depth == DEEPEST + 1) {
            let message = format!("mixins are nested more than {DEEPEST} levels deep");
            report.error(message).in_file(&shape.file).at(id).help("use fewer levels");
        }
        found.insert(id.clone());
    }
    found
}

/// Flattens a shape after its mixins. `path` contains the shapes that are currently being flattened, and is used to
/// detect cycles.
fn flatten_one(
    id: &ShapeId,
    model: &mut Model,
    flattened: &mut BTreeSet<ShapeId>,
    path: &mut Vec<ShapeId>,
    report: &mut Report,
) {
    let Some(shape) = model.get(id) else { return };
    if shape.mixins.is_empty() || !flattened.insert(id.clone()) {
        return;
    }
    let (mut shape, mixins) = (shape.clone(), shape.mixins.clone());
    path.push(id.clone());
    let mut inherited: Vec<Member> = Vec::new();
    let mut traits = Traits::default();
    for mixin in mixins {
        let part = Part::Reference(mixin.as_str().to_owned());
        if path.contains(&mixin) {
            report.error(format!("the mixin `{mixin}` contains itself")).in_file(&shape.file).at(id).part(part);
            continue;
        }
        if path.len() > DEEPEST {
            let message = format!("the mixin `{mixin}` contains itself, or contains a mixin that contains itself");
            report.error(message).in_file(&shape.file).at(id).part(part);
            continue;
        }
        flatten_one(&mixin, model, flattened, path, report);
        let Some(mixin_shape) = model.get(&mixin) else {
            report.error(format!("the mixin `{mixin}` is not defined")).in_file(&shape.file).at(id).part(part);
            continue;
        };
        if mixin_shape.kind.type_name() != shape.kind.type_name() {
            let message = format!(
                "the mixin `{mixin}` is a {}; expected a {}",
                mixin_shape.kind.type_name(),
                shape.kind.type_name()
            );
            report.error(message).in_file(&shape.file).at(id).part(part);
            continue;
        }
        if !mixin_shape.traits.has("smithy.api#mixin") {
            let help = "add the trait `smithy.api#mixin` to it";
            report.error(format!("`{mixin}` is not a mixin")).in_file(&shape.file).at(id).help(help).part(part);
            continue;
        }
        if mixin_shape.traits.has(PRIVATE) && mixin.namespace() != id.namespace() {
            let help = format!("use another mixin, or remove the trait `{PRIVATE}` from the private mixin");
            let problem = report.error(format!("the mixin `{mixin}` is private to its namespace"));
            problem.in_file(&shape.file).at(id).help(help).part(part);
            continue;
        }
        traits.merge(inherited_traits(mixin_shape));
        for member in mixin_shape.kind.members() {
            match inherited.iter_mut().find(|known| known.name == member.name) {
                Some(known) if known.target != member.target => {
                    let message = format!(
                        "the mixin `{mixin}` defines the member `{}` with the target `{}`, but an earlier mixin \
                         defines it with the target `{}`",
                        member.name, member.target, known.target
                    );
                    let problem = report.error(message).in_file(&shape.file).at(id).part(part.clone());
                    problem.help("use the same target, or rename one of the two members");
                }
                Some(known) => known.traits.merge(member.traits.clone()),
                None => inherited.push(member.clone()),
            }
        }
        inherit_references(&mut shape.kind, &mixin_shape.kind);
    }
    path.pop();
    for (name, applied) in shape.traits.take_deferred() {
        match inherited.iter_mut().find(|member| member.name == name) {
            Some(member) => member.traits.merge(applied),
            None => {
                let location = id.member(&name);
                report
                    .error("the `apply` statement refers to a member that is not defined")
                    .in_file(&shape.file)
                    .at(location);
            }
        }
    }
    traits.merge(std::mem::take(&mut shape.traits));
    shape.traits = traits;
    merge_members(&mut shape, inherited, report);
    model.shapes.insert(id.clone(), shape);
}

/// Returns the traits that shapes inherit from a mixin: all except the `mixin` trait and the local traits that it
/// lists.
fn inherited_traits(mixin: &Shape) -> Traits {
    let local: Vec<&str> = mixin
        .traits
        .get("smithy.api#mixin")
        .and_then(|value| value.get("localTraits"))
        .and_then(|value| value.as_array())
        .map(|ids| ids.iter().filter_map(|id| id.as_str()).collect())
        .unwrap_or_default();
    mixin
        .traits
        .iter()
        .filter(|(id, _)| *id != "smithy.api#mixin" && !local.contains(id))
        .map(|(id, value)| (id.to_owned(), value.clone()))
        .collect()
}

/// Inserts inherited members before the shape's own members. If the shape redefines a member, the traits in the shape
/// extend or replace the inherited traits of the member.
fn merge_members(shape: &mut Shape, inherited: Vec<Member>, report: &mut Report) {
    let redefined: Vec<(Member, ShapeId)> = inherited
        .iter()
        .filter_map(|member| {
            let own = shape.kind.members().into_iter().find(|own| own.name == member.name)?;
            (own.target != member.target && !own.target.is_elided()).then(|| (member.clone(), own.target.clone()))
        })
        .collect();
    for (member, target) in redefined {
        conflict(shape, &member, &target, report);
    }
    match &mut shape.kind {
        ShapeKind::Enum(own) | ShapeKind::IntEnum(own) | ShapeKind::Structure(own) | ShapeKind::Union(own) => {
            let mut merged = inherited;
            for member in std::mem::take(own) {
                match merged.iter_mut().find(|known| known.name == member.name) {
                    Some(known) => known.traits.merge(member.traits),
                    None => merged.push(member),
                }
            }
            *own = merged;
        }
        ShapeKind::List(own) => inherited.into_iter().for_each(|member| redefine(own, member)),
        ShapeKind::Map { key, value } => {
            for member in inherited {
                redefine(if member.name == "key" { &mut *key } else { &mut *value }, member);
            }
        }
        ShapeKind::Simple(_) | ShapeKind::Operation(_) | ShapeKind::Resource(_) | ShapeKind::Service(_) => {}
    }
}

fn redefine(own: &mut Member, mut inherited: Member) {
    inherited.traits.merge(std::mem::take(&mut own.traits));
    *own = inherited;
}

/// Reports a member whose target differs from that of the inherited member.
fn conflict(shape: &Shape, member: &Member, other: &ShapeId, report: &mut Report) {
    let message = format!("the target `{other}` differs from the target in a mixin, `{}`", member.target);
    let help = "rename the member, or write its name with a `$` to use the target of the mixin";
    report.error(message).in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
}

/// Adds the references of a mixin to a service, resource or operation.
fn inherit_references(kind: &mut ShapeKind, mixin: &ShapeKind) {
    match (kind, mixin) {
        (ShapeKind::Service(own), ShapeKind::Service(mixin)) => {
            union(&mut own.operations, &mixin.operations);
            union(&mut own.resources, &mixin.resources);
            union(&mut own.errors, &mixin.errors);
            for (id, name) in &mixin.rename {
                own.rename.entry(id.clone()).or_insert_with(|| name.clone());
            }
            if own.version.is_empty() {
                own.version.clone_from(&mixin.version);
            }
        }
        (ShapeKind::Resource(own), ShapeKind::Resource(mixin)) => {
            for (lifecycle, id) in &mixin.lifecycle {
                own.lifecycle.entry(*lifecycle).or_insert_with(|| id.clone());
            }
            union(&mut own.operations, &mixin.operations);
            union(&mut own.collection_operations, &mixin.collection_operations);
            union(&mut own.resources, &mixin.resources);
        }
        (ShapeKind::Operation(own), ShapeKind::Operation(mixin)) => union(&mut own.errors, &mixin.errors),
        _ => {}
    }
}

fn union(own: &mut Vec<ShapeId>, inherited: &[ShapeId]) {
    let added: Vec<ShapeId> = inherited.iter().filter(|id| !own.contains(id)).cloned().collect();
    own.splice(0..0, added);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    /// Returns the problems with a chain of mixins of the given length. `name` returns the name of each mixin.
    fn chain(length: usize, name: impl Fn(usize) -> String) -> String {
        let mut text = "$version: \"2\"\nnamespace a\n".to_owned();
        for index in 0..length {
            let with = if index == 0 { String::new() } else { format!(" with [{}]", name(index - 1)) };
            text += &format!("@mixin\nstructure {}{with} {{}}\n", name(index));
        }
        let mut report = Report::default();
        crate::model::load(&[Source { name: "a.smithy".to_owned(), text }], &mut report);
        report.to_string()
    }

    #[test]
    fn the_depth_of_mixins_does_not_depend_on_their_names() {
        let ascending = |index: usize| format!("A{index:03}");
        let descending = |index: usize| format!("A{:03}", 999 - index);
        for length in [DEEPEST, DEEPEST + 1] {
            assert_eq!(chain(length, ascending), "");
            assert_eq!(chain(length, descending), "");
        }
        let problem = |name: &str| {
            format!("error: a.smithy: a#{name}: mixins are nested more than 64 levels deep; use fewer levels")
        };
        for length in [DEEPEST + 2, 900] {
            assert_eq!(chain(length, ascending), problem("A065"));
            assert_eq!(chain(length, descending), problem("A934"));
        }
    }

    #[test]
    fn long_cycles_of_mixins_are_reported() {
        let name = |index: usize| format!("A{}", index % 200);
        let text: String = (0..200)
            .map(|index| format!("@mixin\nstructure {} with [{}] {{}}\n", name(index), name(index + 1)))
            .collect();
        let mut report = Report::default();
        let text = format!("$version: \"2\"\nnamespace a\n{text}");
        crate::model::load(&[Source { name: "a.smithy".to_owned(), text }], &mut report);
        assert!(
            report.to_string().contains("the mixin `a#A65` contains itself, or contains a mixin that contains itself"),
            "{report}"
        );
    }
}
