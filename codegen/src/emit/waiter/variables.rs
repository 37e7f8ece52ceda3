//! Finds the variables that an expression reads, so that unused ones can be omitted or named `_`.

use std::collections::BTreeSet;

use crate::ir::waiter::{Condition, Node, Value};

/// The variables that an expression reads.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) request: bool,
    pub(super) response: bool,
    pub(super) item: bool,
    /// Whether the current element of a list is read and is itself a list.
    pub(super) list: bool,
    /// The local variables of the function.
    pub(super) locals: BTreeSet<String>,
}

/// Returns the variables that an expression reads.
pub(super) fn read_by(of: &Value) -> Variables {
    let mut found = Variables::default();
    visit(of, &mut found);
    found
}

/// Adds the variables that an expression reads.
pub(super) fn visit(of: &Value, found: &mut Variables) {
    match &*of.node {
        Node::Request => found.request = true,
        Node::Response => found.response = true,
        Node::Item { list } => {
            found.item = true;
            found.list |= *list;
        }
        Node::Local { name, .. } => {
            found.locals.insert(name.clone());
        }
        Node::String(_) | Node::Number(_) | Node::Boolean(_) => {}
        Node::Member { of, .. }
        | Node::Variant { of, .. }
        | Node::Index { list: of, .. }
        // `each` is not visited, since it reads the elements of `list`, not the current element of an outer list.
        | Node::Each { list: of, .. }
        | Node::Flatten(of)
        | Node::OrEmpty(of)
        | Node::Keys(of)
        | Node::Values(of, _)
        | Node::Length(of, _) => visit(of, found),
        Node::List { values, .. } | Node::FirstOf(values) => values.iter().for_each(|value| visit(value, found)),
        Node::When(condition, then) => {
            visit_condition(condition, found);
            visit(then, found);
        }
        Node::Condition(condition) => visit_condition(condition, found),
        Node::Either { left, right, .. }
        | Node::Order(left, _, right)
        | Node::Contains(left, right)
        | Node::StringTest(left, _, right) => {
            visit(left, found);
            visit(right, found);
        }
    }
}

/// Adds the variables that a condition reads.
pub(super) fn visit_condition(condition: &Condition, found: &mut Variables) {
    match condition {
        Condition::Truthy(of, _) | Condition::Null(of) => visit(of, found),
        Condition::Equal(left, right) => {
            visit(left, found);
            visit(right, found);
        }
        // As in `Node::Each`, the condition for the elements is not visited.
        Condition::All(list, _) => visit(list, found),
        Condition::Not(inner) => visit_condition(inner, found),
        Condition::And(left, right) | Condition::Or(left, right) => {
            visit_condition(left, found);
            visit_condition(right, found);
        }
    }
}
