//! Merges the shapes, `apply` statements and metadata of several files.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Model, Shape, ShapeId, ShapeKind, Traits};
use crate::diagnostic::{Part, Report, Span};

/// Traits that are added to a shape or member that is defined elsewhere.
pub(super) struct Applied {
    pub(super) file: String,
    pub(super) target: ShapeId,
    pub(super) traits: Traits,
    pub(super) by: AppliedBy,
}

/// The origin of traits that are added to a shape or member.
pub(super) enum AppliedBy {
    /// An `apply` statement, with the positions of the traits if the file is in the IDL.
    Statement(BTreeMap<String, Span>),
    /// Another definition of the same shape.
    Definition,
}

/// A model into which files are being merged.
pub(super) struct Merge<'a> {
    pub(super) model: &'a mut Model,
    pub(super) applied: Vec<Applied>,
    /// The files that set the metadata keys, by key.
    metadata: BTreeMap<String, String>,
    pub(super) report: &'a mut Report,
}

impl<'a> Merge<'a> {
    pub(super) fn new(model: &'a mut Model, report: &'a mut Report) -> Self {
        Self { model, applied: Vec::new(), metadata: BTreeMap::new(), report }
    }

    /// Adds a shape. If another file also defines it, the definitions must be equal except for their traits, which are
    /// merged.
    pub(super) fn insert(&mut self, mut shape: Shape) {
        unique(&mut shape.kind);
        let Some(first) = self.model.shapes.get(&shape.id) else {
            self.model.shapes.insert(shape.id.clone(), shape);
            return;
        };
        let mut applied = vec![(shape.id.clone(), std::mem::take(&mut shape.traits))];
        for member in shape.kind.members_mut() {
            applied.push((shape.id.member(&member.name), std::mem::take(&mut member.traits)));
        }
        let mut bare = first.kind.clone();
        bare.members_mut().into_iter().for_each(|member| member.traits = Traits::default());
        if bare != shape.kind || first.mixins != shape.mixins {
            let message = format!("the definition of the shape differs from the one in {}", first.file);
            let help = "remove one of the two definitions, and use `apply` to add traits to a shape";
            self.report.error(message).in_file(&shape.file).at(&shape.id).help(help);
            return;
        }
        applied.retain(|(_, traits)| traits.iter().next().is_some());
        let file = &shape.file;
        let applied = applied.into_iter();
        self.applied.extend(applied.map(|(target, traits)| {
            let by = AppliedBy::Definition;
            Applied { file: file.clone(), target, traits, by }
        }));
    }

    /// Adds a key to the metadata. If several files set it, lists are concatenated, and other values must be equal.
    ///
    /// `span` returns the position of the key.
    pub(super) fn metadata(&mut self, file: &str, key: &str, value: Value, span: impl FnOnce() -> Option<Span>) {
        match (self.model.metadata.get_mut(key), value) {
            (None, value) => {
                self.model.metadata.insert(key.to_owned(), value);
                self.metadata.insert(key.to_owned(), file.to_owned());
            }
            (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
            (Some(known), value) if *known == value => {}
            (Some(_), _) => {
                let first = self.metadata.get(key).map_or("another file", String::as_str);
                let key = key.escape_debug();
                let message = format!("the value of the metadata key `{key}` differs from the one in {first}");
                let help = "remove one of them (only lists are merged)";
                self.report.error(message).in_file(file).help(help).span = span();
            }
        }
    }

    /// Applies the traits of all `apply` statements and repeated definitions, in the order of their targets.
    pub(super) fn finish(mut self) {
        self.applied.sort_by(|a, b| (&a.target, &a.file).cmp(&(&b.target, &b.file)));
        apply(&self.applied, self.model, self.report);
    }
}

/// Removes duplicate references from a service, resource or operation.
fn unique(kind: &mut ShapeKind) {
    for list in kind.reference_lists_mut() {
        let mut seen = BTreeSet::new();
        list.retain(|id| seen.insert(id.clone()));
    }
}

/// Applies traits to their targets, and reports the targets that are not defined and the traits whose values conflict.
fn apply(applied: &[Applied], model: &mut Model, report: &mut Report) {
    for (index, Applied { file, target, traits, by }) in applied.iter().enumerate() {
        let (owner, member) = match target.split_member() {
            Some((owner, member)) => (owner, Some(member)),
            None => (target.clone(), None),
        };
        let Some(shape) = model.shapes.get_mut(&owner) else {
            let fix = report.did_you_mean(owner.as_str(), model.shapes.keys().map(ShapeId::as_str));
            let problem = report.error("the `apply` statement refers to a shape that is not defined");
            problem.in_file(file).at(target);
            if let Some(fix) = fix {
                problem.help(fix);
            }
            continue;
        };
        let destination = match member {
            None => &mut shape.traits,
            Some(name) if shape.kind.member_mut(name).is_none() && shape.mixins.is_empty() => {
                let members = shape.kind.members();
                let fix = report.did_you_mean(name, members.iter().map(|member| member.name.as_str()));
                let problem = report.error("the `apply` statement refers to a member that is not defined");
                problem.in_file(file).at(target);
                if let Some(fix) = fix {
                    problem.help(fix);
                }
                continue;
            }
            Some(name) => match shape.kind.member_mut(name) {
                Some(member) => &mut member.traits,
                // The member is inherited from a mixin that has not been flattened yet.
                None => shape.traits.deferred(name),
            },
        };
        for conflict in destination.combine(traits) {
            let before = applied[..index].iter().rfind(|one| one.target == *target && one.traits.has(&conflict));
            let first = match before {
                Some(Applied { by: AppliedBy::Statement(_), file, .. }) => {
                    format!("another `apply` statement in {file}")
                }
                Some(Applied { by: AppliedBy::Definition, file, .. }) => format!("the definition in {file}"),
                None => format!("the definition in {}", shape.file),
            };
            let message = format!("the value of the trait `{conflict}` differs from the one in {first}");
            let problem =
                report.error(message).in_file(file).at(target).help("remove one of them (only lists are merged)");
            match by {
                AppliedBy::Definition => problem.part(Part::Trait(conflict)),
                AppliedBy::Statement(spans) => {
                    problem.span = spans.get(&conflict).copied();
                    problem.part(Part::Applied(conflict))
                }
            };
        }
    }
}
