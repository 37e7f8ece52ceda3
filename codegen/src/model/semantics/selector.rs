//! Selectors, which are expressions that select shapes and members. They determine where a custom trait can be applied,
//! and to which shapes and members an `idRef` value can refer.

mod attribute;
mod graph;
mod parse;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use crate::model::ShapeId;

use self::attribute::Attribute;
pub(super) use self::graph::Graph;

/// A parsed selector.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selector {
    steps: Vec<Step>,
    /// The arguments of `:root`, each of which is evaluated once. A nested argument precedes the argument that contains
    /// it.
    roots: Vec<Vec<Step>>,
}

/// A step, which maps a set of shapes and members to another set.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Keeps the shapes and members of this type.
    Type(String),
    /// Keeps the shapes and members with this attribute.
    Attribute(Attribute),
    /// Keeps the shapes and members for which one of the selectors returns a result.
    Test(Vec<Vec<Step>>),
    /// Keeps the shapes and members for which none of the selectors returns a result.
    Not(Vec<Vec<Step>>),
    /// Returns the results of all selectors.
    Is(Vec<Vec<Step>>),
    /// Keeps a shape or member if the selector, starting at this shape or member, returns a result that contains it.
    In(Vec<Step>),
    /// Returns the result of the selector with this index in [`Selector::roots`]. The selector starts with all shapes
    /// and members.
    Root(usize),
    /// Returns the services, resources and operations that match the first selector or are contained in a match. The
    /// second selector, if present, excludes its matches and what they contain.
    TopDown(Vec<Step>, Option<Vec<Step>>),
    /// Returns the neighbors. If relationships are listed, only these are followed.
    Forward(Vec<String>),
    /// Returns the shapes and members that have one of the current ones as a neighbor. If relationships are listed,
    /// only these are followed.
    Reverse(Vec<String>),
    /// Returns all neighbors, the neighbors of these, and so on. The relationships `trait` and `bound` are not
    /// followed.
    Closure,
    /// Applies the selector to its own results repeatedly, and returns all results.
    Recursive(Vec<Step>),
    /// Sets a variable to the result of the selector.
    Set(String, Vec<Step>),
    /// Returns the value of a variable.
    Get(String),
    /// Returns nothing. This is the result of unknown functions.
    Nothing,
}

/// The indices of shapes and members in a graph.
type Nodes = BTreeSet<usize>;

/// The values of variables.
type Variables = BTreeMap<String, Nodes>;

impl Selector {
    /// Parses a selector. Returns `None` if it is invalid.
    pub(super) fn parse(text: &str) -> Option<Self> {
        parse::selector(text)
    }

    /// Returns the IDs of the shapes and members that the selector selects, or `None` if it would take too long to find
    /// them.
    pub(super) fn select(&self, graph: &Graph<'_>) -> Option<BTreeSet<ShapeId>> {
        let mut evaluation =
            Evaluation { graph, roots: Vec::new(), visits: Cell::default(), matches: RefCell::default() };
        for root in &self.roots {
            let found = evaluation.apply(root, graph.all(), &Variables::new());
            evaluation.roots.push(found);
        }
        let found = evaluation.apply(&self.steps, graph.all(), &Variables::new());
        (!evaluation.is_exhausted()).then(|| found.into_iter().map(|node| graph.id(node)).collect())
    }
}

/// The maximum number of shapes and members that the steps of a selector visit in total. Without variables, nested
/// functions visit each of them once, so only hostile selectors reach this limit.
const MOST_VISITS: usize = 5_000_000;

/// The evaluation of a selector.
struct Evaluation<'g, 'm> {
    graph: &'g Graph<'m>,
    /// The results of the `:root` arguments that have been evaluated so far.
    roots: Vec<Nodes>,
    /// The number of shapes and members that the steps have visited.
    visits: Cell<usize>,
    /// The results of [`Self::matches`] that do not depend on variables.
    matches: RefCell<BTreeMap<Question, bool>>,
}

/// A list of selectors, by address, and a shape or member.
type Question = (*const [Vec<Step>], usize);

impl Evaluation<'_, '_> {
    /// Returns whether the evaluation ends early.
    fn is_exhausted(&self) -> bool {
        self.visits.get() > MOST_VISITS
    }

    fn apply(&self, steps: &[Step], mut current: Nodes, variables: &Variables) -> Nodes {
        for (index, step) in steps.iter().enumerate() {
            self.visits.set(self.visits.get() + 1 + current.len());
            if self.is_exhausted() {
                return Nodes::new();
            }
            if let Step::Set(name, selector) = step {
                // The value of the variable differs for each shape, so the remaining steps are evaluated for one shape
                // at a time.
                let rest = steps.get(index + 1..).unwrap_or_default();
                let of_node = |node: usize| {
                    let mut variables = variables.clone();
                    let value = self.apply(selector, Nodes::from([node]), &variables);
                    variables.insert(name.clone(), value);
                    self.apply(rest, Nodes::from([node]), &variables)
                };
                return current.into_iter().flat_map(of_node).collect();
            }
            current = self.step(step, current, variables);
        }
        current
    }

    fn step(&self, step: &Step, mut current: Nodes, variables: &Variables) -> Nodes {
        let graph = self.graph;
        match step {
            Step::Type(name) => current.retain(|node| graph.is_a(*node, name)),
            Step::Attribute(attribute) => current.retain(|node| attribute.matches(graph, *node, variables)),
            Step::Test(selectors) => current.retain(|node| self.matches(selectors, *node, variables)),
            Step::Not(selectors) => current.retain(|node| !self.matches(selectors, *node, variables)),
            Step::Is(selectors) => {
                return selectors.iter().flat_map(|one| self.apply(one, current.clone(), variables)).collect();
            }
            Step::In(selector) => {
                current.retain(|node| self.apply(selector, Nodes::from([*node]), variables).contains(node));
            }
            Step::Root(index) => {
                return if current.is_empty() { current } else { self.roots.get(*index).cloned().unwrap_or_default() };
            }
            Step::TopDown(qualifier, disqualifier) => {
                return self.top_down(qualifier, disqualifier.as_deref(), current, variables);
            }
            Step::Forward(relationships) => {
                return current.into_iter().flat_map(|node| graph.neighbors(node, relationships)).collect();
            }
            Step::Reverse(relationships) => {
                return current.into_iter().flat_map(|node| graph.sources(node, relationships)).collect();
            }
            Step::Closure => return repeated(current, |node| graph.contents(node).collect()),
            Step::Recursive(selector) => {
                return repeated(current, |node| self.apply(selector, Nodes::from([node]), variables));
            }
            Step::Get(name) => {
                return if current.is_empty() { current } else { variables.get(name).cloned().unwrap_or_default() };
            }
            Step::Set(..) | Step::Nothing => current.clear(),
        }
        current
    }

    /// Returns whether at least one of the selectors returns a result for a node.
    fn matches(&self, selectors: &[Vec<Step>], node: usize, variables: &Variables) -> bool {
        let evaluate =
            || selectors.iter().any(|selector| !self.apply(selector, Nodes::from([node]), variables).is_empty());
        if !variables.is_empty() {
            return evaluate();
        }
        let key = (std::ptr::from_ref(selectors), node);
        if let Some(known) = self.matches.borrow().get(&key) {
            return *known;
        }
        let found = evaluate();
        self.matches.borrow_mut().insert(key, found);
        found
    }

    fn top_down(
        &self,
        qualifier: &[Step],
        disqualifier: Option<&[Step]>,
        current: Nodes,
        variables: &Variables,
    ) -> Nodes {
        let is_true = |selector: &[Step], node| !self.apply(selector, Nodes::from([node]), variables).is_empty();
        let mut found = Nodes::new();
        let mut seen = BTreeSet::new();
        let mut queue: Vec<(usize, bool)> = current.into_iter().map(|node| (node, false)).collect();
        while let Some((node, inherited)) = queue.pop() {
            let is_match = (inherited || is_true(qualifier, node))
                && !disqualifier.is_some_and(|disqualifier| is_true(disqualifier, node));
            let can_match = ["service", "resource", "operation"].iter().any(|name| self.graph.is_a(node, name));
            if !can_match || !seen.insert((node, is_match)) {
                continue;
            }
            if is_match {
                found.insert(node);
            }
            let bound = ["operation".to_owned(), "resource".to_owned()];
            queue.extend(self.graph.neighbors(node, &bound).map(|neighbor| (neighbor, is_match)));
        }
        found
    }
}

/// Returns the nodes that can be reached from the given ones in one or more steps.
fn repeated(start: Nodes, next: impl Fn(usize) -> Nodes) -> Nodes {
    let mut found = Nodes::new();
    let mut queue: Vec<usize> = start.into_iter().collect();
    while let Some(node) = queue.pop() {
        queue.extend(next(node).into_iter().filter(|node| found.insert(*node)));
    }
    found
}

#[cfg(test)]
mod tests;
