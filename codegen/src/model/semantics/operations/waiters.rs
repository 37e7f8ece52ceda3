//! Checks waiters: their delays, their acceptors, and the types of the paths in acceptors.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Part, Report},
    model::{
        Model, Operation, Shape,
        semantics::{
            applied_traits, is_written,
            path_types::{self, Checked, Level, Type, Value as Example},
        },
        waiters::{self, Comparator, Matcher, PathMatcher},
    },
};

const WAITABLE: &str = "smithy.waiters#waitable";

/// The prefix of the event IDs that Smithy's validator uses for problems with the paths of waiters.
const PATH_PROBLEM: &str = "WaitableTraitJmespathProblem";

/// Reports invalid waiters, and paths in acceptors that do not have the required type.
pub(super) fn check(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    let Some(value) = shape.traits.get(WAITABLE) else { return };
    if !applied_traits::has_valid_value(WAITABLE, value) {
        return;
    }
    for (name, waiter) in waiters::read(value) {
        let waiter = match waiter {
            Ok(waiter) => waiter,
            Err(problem) => {
                let problem = report.error(format!("invalid waiter `{name}`: {problem}"));
                problem.in_file(&shape.file).at(&shape.id).part(Part::Value(WAITABLE.to_owned()));
                continue;
            }
        };
        for (index, acceptor) in waiter.acceptors.iter().enumerate().filter(|_| is_written(shape)) {
            let paths = Paths { model, shape, operation, waiter: &name, acceptor: index };
            paths.matcher(&acceptor.matcher, report);
            if let Some(path) = &acceptor.message {
                paths.message(path, report);
            }
        }
    }
}

/// Reports waiters of a service whose names are equal or differ only in case.
pub(super) fn names(operations: &[&Shape], report: &mut Report) {
    let mut seen: BTreeMap<String, &Shape> = BTreeMap::new();
    for shape in operations {
        for name in shape.traits.get(WAITABLE).and_then(Value::as_object).into_iter().flat_map(|waiters| waiters.keys())
        {
            let Some(first) = seen.insert(name.to_ascii_lowercase(), shape) else { continue };
            let message = format!("the operation `{}` also has a waiter `{name}`", first.id);
            let problem = report.error(message).in_file(&shape.file).at(&shape.id).help("rename one of them");
            problem.part(Part::Key { name: WAITABLE.to_owned(), path: name.clone() });
        }
    }
}

/// The context in which the paths of an acceptor are checked.
struct Paths<'m> {
    model: &'m Model,
    shape: &'m Shape,
    operation: &'m Operation,
    /// The name of the waiter.
    waiter: &'m str,
    /// The index of the acceptor.
    acceptor: usize,
}

impl<'m> Paths<'m> {
    fn matcher(&self, matcher: &Matcher, report: &mut Report) {
        let output = || Example::of_shape(self.model, &self.operation.output);
        let (member, start, PathMatcher { path, comparator, .. }) = match matcher {
            Matcher::Success(_) | Matcher::ErrorType(_) => return,
            Matcher::Output(path) => ("output", output(), path),
            Matcher::InputOutput(path) => {
                let Operation { input, output, .. } = self.operation;
                ("inputOutput", path_types::input_and_output(self.model, input, output), path)
            }
        };
        let location = format!("matcher.{member}.path");
        let Checked { value, problems } = self.path(path, start, &location, report);
        let (name, expected) = match comparator {
            Comparator::String => ("stringEquals", Type::Text),
            Comparator::Boolean => ("booleanEquals", Type::Boolean),
            Comparator::AllString => ("allStringEquals", Type::Array),
            Comparator::AnyString => ("anyStringEquals", Type::Array),
        };
        let found = value.ty();
        let is_wrong =
            found != expected && found != Type::Any && problems.iter().all(|(level, _)| *level == Level::Warning);
        if is_wrong {
            let message = format!(
                "the comparator `{name}` requires {}, but the path evaluates to {}",
                expected.describe(),
                value.describe()
            );
            let problem = self.problem(Level::Danger, &message, &location, report);
            problem.help("change the path or the comparator").event(self.event("ReturnTypeMismatch"));
        }
    }

    fn message(&self, path: &str, report: &mut Report) {
        let start = Example::of_shape(self.model, &self.operation.output);
        let Checked { value, problems } = self.path(path, start, "message", report);
        let is_text = matches!(value.ty(), Type::Text | Type::Any) || value.is_list_of(Type::Text, self.model);
        if problems.is_empty() && !is_text {
            let message = format!(
                "`message` requires a string or a list of strings, but the path evaluates to {}",
                value.describe()
            );
            self.problem(Level::Error, &message, "message", report).help("change the path");
        }
    }

    /// Checks a path, and reports its problems.
    fn path(&self, path: &str, start: Example<'m>, location: &str, report: &mut Report) -> Checked<'m> {
        let checked = path_types::check(self.model, path, start);
        for (level, problem) in &checked.problems {
            let message = format!("column {} of the path: {}", problem.column(path), problem.message);
            let problem = self.problem(*level, &message, location, report);
            match level {
                Level::Error => problem,
                Level::Danger => problem.event(self.event("JmespathEventDanger")),
                Level::Warning => problem.event(self.event("JmespathEventWarning")),
            };
        }
        checked
    }

    /// Returns the event ID for a kind of problem with this acceptor.
    fn event(&self, kind: &str) -> String {
        format!("{PATH_PROBLEM}.{kind}.{}.{}", self.waiter, self.acceptor)
    }

    fn problem<'r>(&self, level: Level, message: &str, location: &str, report: &'r mut Report) -> &'r mut Diagnostic {
        let (waiter, index) = (self.waiter, self.acceptor);
        let message = format!("waiter `{waiter}`, acceptor {}: {message}", index + 1);
        let problem = match level {
            Level::Warning => report.warning(message),
            Level::Danger | Level::Error => report.error(message),
        };
        let path = format!("{waiter}.acceptors[{index}].{location}");
        problem.in_file(&self.shape.file).at(&self.shape.id).part(Part::Element { name: WAITABLE.to_owned(), path })
    }
}
