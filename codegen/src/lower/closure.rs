//! The closure of the selected operations, and the properties that depend on references between shapes: directions,
//! boxes that break recursion, types without `Eq` and `Hash`, and sensitivity.

use std::collections::{BTreeMap, BTreeSet};

use super::cycles;
use crate::{
    ir::Direction,
    model::{BOXED, Member, Model, Operation, Shape, ShapeId, ShapeKind, Simple},
};

/// The number of references to each shape in the closure of all operations of the service.
#[derive(Debug, Default)]
pub(super) struct References<'m> {
    counts: BTreeMap<&'m ShapeId, usize>,
}

impl<'m> References<'m> {
    /// Counts the references in the closure of the given operations and errors.
    pub(super) fn count(model: &'m Model, operations: &[&'m Shape], errors: &'m [ShapeId]) -> Self {
        let mut references = Self::default();
        let mut seen = BTreeSet::new();
        for operation in operations.iter().filter_map(|shape| as_operation(shape)) {
            let ends = [&operation.input, &operation.output];
            for id in ends.into_iter().chain(&operation.errors) {
                *references.counts.entry(id).or_default() += 1;
                references.walk(model, id, &mut seen);
            }
        }
        for id in errors {
            references.walk(model, id, &mut seen);
        }
        references
    }

    /// Returns whether operations and members contain exactly one reference to a shape.
    pub(super) fn only_once(&self, id: &ShapeId) -> bool {
        self.counts.get(id) == Some(&1)
    }

    fn walk(&mut self, model: &'m Model, start: &'m ShapeId, seen: &mut BTreeSet<&'m ShapeId>) {
        let mut queue = vec![start];
        while let Some(id) = queue.pop() {
            if !seen.insert(id) {
                continue;
            }
            for member in data_members(model, id) {
                *self.counts.entry(&member.target).or_default() += 1;
                queue.push(&member.target);
            }
        }
    }
}

/// The closure of the selected operations, and the properties of the shapes in it.
#[derive(Debug, Default)]
pub(super) struct Closure<'m> {
    /// The shapes that can be reached from an input.
    sent: BTreeSet<&'m ShapeId>,
    /// All shapes in the closure.
    reached: BTreeSet<&'m ShapeId>,
    /// The members that are boxed, as `shape$member`. A box either breaks recursion or is required by the model.
    boxed: BTreeSet<ShapeId>,
    /// The required members through which a structure contains itself. Such a structure cannot have a finite value.
    endless: BTreeSet<ShapeId>,
    /// The shapes that contain a floating-point number or a document, and therefore do not implement `Eq` and `Hash`.
    inexact: BTreeSet<&'m ShapeId>,
    /// The enumerations that are used as map keys.
    keys: BTreeSet<&'m ShapeId>,
    /// The inputs of the operations.
    inputs: BTreeSet<&'m ShapeId>,
    /// The outputs of the operations.
    outputs: BTreeSet<&'m ShapeId>,
}

impl<'m> Closure<'m> {
    /// Computes the closure of the given operations and errors.
    pub(super) fn of(model: &'m Model, operations: &[&'m Shape], errors: &'m [ShapeId]) -> Self {
        let operations: Vec<&Operation> = operations.iter().filter_map(|shape| as_operation(shape)).collect();
        let sent = reach(model, operations.iter().map(|operation| &operation.input));
        let received = operations.iter().flat_map(|operation| [&operation.output].into_iter().chain(&operation.errors));
        let mut reached = reach(model, received.chain(errors));
        reached.extend(&sent);
        let mut boxed = recursive_members(model, &reached);
        boxed.extend(explicitly_boxed(model, &reached));
        let endless = endless_members(model, &reached);
        let inexact = inexact(model, &reached);
        let keys = reached
            .iter()
            .filter_map(|id| model.get(id))
            .filter_map(|shape| match &shape.kind {
                ShapeKind::Map { key, .. } => Some(&key.target),
                _ => None,
            })
            .collect();
        let inputs = operations.iter().map(|operation| &operation.input).collect();
        let outputs = operations.iter().map(|operation| &operation.output).collect();
        Self { sent, reached, boxed, endless, inexact, keys, inputs, outputs }
    }

    /// Returns the shapes in the closure, sorted by ID.
    pub(super) fn reached(&self) -> impl ExactSizeIterator<Item = &'m ShapeId> {
        self.reached.iter().copied()
    }

    /// Returns the direction of a structure, which is [`Direction::Input`] if the structure can be part of a request.
    pub(super) fn direction(&self, id: &ShapeId) -> Direction {
        if self.sent.contains(id) { Direction::Input } else { Direction::Output }
    }

    /// Returns whether a member is in a `Box`.
    pub(super) fn is_boxed(&self, shape: &ShapeId, member: &str) -> bool {
        self.boxed.contains(&shape.member(member))
    }

    /// Returns whether a structure cannot have a finite value because of this required member.
    pub(super) fn is_endless(&self, structure: &ShapeId, member: &str) -> bool {
        self.endless.contains(&structure.member(member))
    }

    /// Returns whether a shape implements `Eq` and `Hash`.
    pub(super) fn is_exact(&self, id: &ShapeId) -> bool {
        !self.inexact.contains(id)
    }

    /// Returns whether a structure is the input of an operation.
    pub(super) fn is_input(&self, id: &ShapeId) -> bool {
        self.inputs.contains(id)
    }

    /// Returns whether a structure is the output of an operation.
    pub(super) fn is_output(&self, id: &ShapeId) -> bool {
        self.outputs.contains(id)
    }

    /// Returns whether an enumeration is used as a map key.
    pub(super) fn is_key(&self, id: &ShapeId) -> bool {
        self.keys.contains(id)
    }
}

/// Returns whether a shape is sensitive or, if it is a collection, contains sensitive elements.
pub(super) fn is_sensitive(model: &Model, id: &ShapeId) -> bool {
    let mut queue = vec![id];
    let mut seen = BTreeSet::new();
    while let Some(id) = queue.pop() {
        let Some(shape) = model.get(id).filter(|_| seen.insert(id)) else { continue };
        if shape.traits.has("smithy.api#sensitive") {
            return true;
        }
        if matches!(shape.kind, ShapeKind::List(_) | ShapeKind::Map { .. }) {
            let members = shape.kind.members();
            // Smithy 1.0 also allows the `sensitive` trait on members.
            if members.iter().any(|member| member.traits.has("smithy.api#sensitive")) {
                return true;
            }
            queue.extend(members.into_iter().map(|member| &member.target));
        }
    }
    false
}

/// Returns the operation that a shape defines, or `None` for other shapes.
pub(super) fn as_operation(shape: &Shape) -> Option<&Operation> {
    match &shape.kind {
        ShapeKind::Operation(operation) => Some(operation),
        _ => None,
    }
}

/// Returns the members of a shape that hold data. The members of enumerations are not included.
fn data_members<'m>(model: &'m Model, id: &ShapeId) -> Vec<&'m Member> {
    match model.get(id) {
        Some(shape) if !matches!(shape.kind, ShapeKind::Enum(_) | ShapeKind::IntEnum(_)) => shape.kind.members(),
        _ => Vec::new(),
    }
}

fn reach<'m>(model: &'m Model, starts: impl Iterator<Item = &'m ShapeId>) -> BTreeSet<&'m ShapeId> {
    let mut queue: Vec<&ShapeId> = starts.collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if reached.insert(id) {
            queue.extend(data_members(model, id).into_iter().map(|member| &member.target));
        }
    }
    reached
}

/// Returns the members through which a structure or union contains itself without a list or map in between.
fn recursive_members(model: &Model, reached: &BTreeSet<&ShapeId>) -> BTreeSet<ShapeId> {
    in_cycles(reached, |id| match model.get(id).map(|shape| &shape.kind) {
        Some(ShapeKind::Structure(members) | ShapeKind::Union(members)) => members.iter().collect(),
        _ => Vec::new(),
    })
}

/// Returns the required members through which a structure contains itself. A structure with such a member cannot have a
/// finite value.
fn endless_members(model: &Model, reached: &BTreeSet<&ShapeId>) -> BTreeSet<ShapeId> {
    in_cycles(reached, |id| match model.get(id).map(|shape| &shape.kind) {
        Some(ShapeKind::Structure(members)) => {
            members.iter().filter(|member| member.traits.has("smithy.api#required")).collect()
        }
        _ => Vec::new(),
    })
}

/// Returns the members that are part of a cycle. Only the members that `members` returns for a shape are followed.
fn in_cycles<'m>(reached: &BTreeSet<&ShapeId>, members: impl Fn(&ShapeId) -> Vec<&'m Member>) -> BTreeSet<ShapeId> {
    let ids: Vec<&ShapeId> = reached.iter().copied().collect();
    let number = |member: &Member| ids.binary_search(&&member.target).ok();
    let targets = |at: usize| members(ids[at]).into_iter().filter_map(number).collect();
    let components = cycles::components(ids.len(), targets);
    let mut found = BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        let same = |member: &&Member| number(member).is_some_and(|at| components[at] == components[index]);
        found.extend(members(id).into_iter().filter(same).map(|member| id.member(&member.name)));
    }
    found
}

/// Returns the members that the model requires to be boxed.
fn explicitly_boxed(model: &Model, reached: &BTreeSet<&ShapeId>) -> BTreeSet<ShapeId> {
    let mut asked_for = BTreeSet::new();
    for id in reached {
        let members = data_members(model, id).into_iter().filter(|member| member.traits.has(BOXED));
        asked_for.extend(members.map(|member| id.member(&member.name)));
    }
    asked_for
}

/// Returns the shapes that contain a float, a double or a document, directly or indirectly.
fn inexact<'m>(model: &'m Model, reached: &BTreeSet<&'m ShapeId>) -> BTreeSet<&'m ShapeId> {
    let mut holders: BTreeMap<&ShapeId, Vec<&ShapeId>> = BTreeMap::new();
    let mut queue = Vec::new();
    for &id in reached {
        if let Some(ShapeKind::Simple(Simple::Document | Simple::Double | Simple::Float)) =
            model.get(id).map(|shape| &shape.kind)
        {
            queue.push(id);
        }
        for member in data_members(model, id) {
            holders.entry(&member.target).or_default().push(id);
        }
    }
    let mut inexact = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if inexact.insert(id) {
            queue.extend(holders.get(id).into_iter().flatten().copied());
        }
    }
    inexact
}
