//! Diagnostics about models. All problems with a model are collected and reported together.
//!
//! Each phase adds problems to a [`Report`] and continues as far as possible. No crate is generated if the report
//! contains an error. No phase panics, whatever the model contains.

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value, json};

/// The severity of a [`Diagnostic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No crate is generated.
    Error,
    /// The crate is generated, but it may lack a part of the model or be based on an assumption.
    Warning,
}

/// A problem with a model, including its location and a suggested fix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The severity, which determines whether a crate is generated.
    pub severity: Severity,
    /// The name of the file that contains the problem, if the problem is in a file.
    pub file: Option<String>,
    /// The range of the problem in the file, if it is known.
    pub span: Option<Span>,
    /// The line and column at which `span` starts.
    pub position: Option<Position>,
    /// The line and column after the last character of `span`.
    pub end: Option<Position>,
    /// The opening bracket or quotation mark, if the problem is that it is never closed. In this case, `position` is
    /// where the problem was detected.
    pub opening: Option<Span>,
    /// The shape or member that has the problem, such as `com.amazonaws.fsx#Backup$Type`.
    pub shape: Option<String>,
    /// A description of the problem, as a sentence without a period.
    pub message: String,
    /// A suggested fix, as a sentence without a period.
    pub help: Option<String>,
    /// The part of the shape or member that has the problem. It determines the span.
    pub(crate) part: Option<Part>,
    /// The ID of the validation event that Smithy emits for the same problem, if a model can suppress the event.
    pub(crate) event: Option<String>,
}

/// A part of a shape or member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The target of a member.
    Target,
    /// A trait, by its ID.
    Trait(String),
    /// A trait in an `apply` statement, by its ID.
    Applied(String),
    /// The value of a trait, by the trait's ID.
    Value(String),
    /// A part of a trait's value.
    Element {
        /// The ID of the trait.
        name: String,
        /// The path to the part, such as `a.b[0]`.
        path: String,
    },
    /// A key of an object in a trait's value.
    Key {
        /// The ID of the trait.
        name: String,
        /// The path to the key, such as `a.b`. The key is the last part of the path.
        path: String,
    },
    /// A reference to another shape, such as an input, an operation or a mixin, by the ID of that shape.
    Reference(String),
    /// A property in the JSON AST, by its name.
    Property(String),
}

impl Part {
    /// Returns the ID of the trait whose value contains the part, or `None` for a part that is not inside a value.
    pub(crate) fn inside(&self) -> Option<String> {
        match self {
            Self::Element { name, .. } | Self::Key { name, .. } => Some(name.clone()),
            Self::Target
            | Self::Trait(_)
            | Self::Applied(_)
            | Self::Value(_)
            | Self::Reference(_)
            | Self::Property(_) => None,
        }
    }
}

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The index of the first byte.
    pub start: usize,
    /// The index of the byte after the last one.
    pub end: usize,
}

/// A position in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line. The first line is 1.
    pub line: usize,
    /// The column, in characters. The first column is 1.
    pub column: usize,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.severity {
            Severity::Error => "error: ",
            Severity::Warning => "warning: ",
        })?;
        if let Some(file) = &self.file {
            f.write_str(file)?;
            if let Some(Position { line, column }) = self.position {
                write!(f, ":{line}:{column}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(shape) = &self.shape {
            write!(f, "{shape}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// The number of diagnostics after which a report stops suggesting names.
const MOST_SUGGESTIONS: usize = 100;

/// The problems that have been found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// All problems, in the order in which they were found.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Adds an error and returns it, so that its location and a fix can be set.
    pub fn error(&mut self, message: impl Into<String>) -> &mut Diagnostic {
        self.add(Severity::Error, message.into())
    }

    /// Adds a warning and returns it, so that its location and a fix can be set.
    pub fn warning(&mut self, message: impl Into<String>) -> &mut Diagnostic {
        self.add(Severity::Warning, message.into())
    }

    /// Suggests the known name that is most similar to a misspelled one. Returns `None` if no name is similar enough.
    ///
    /// Also returns `None` if the report already has many problems, since comparing each misspelled name with all names
    /// in a model would take too long.
    pub(crate) fn did_you_mean<'a>(&self, wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
        if self.diagnostics.len() < MOST_SUGGESTIONS { did_you_mean(wrong, known) } else { None }
    }

    /// Returns whether the report contains an error, which prevents generation.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// Removes the problems after the first `count` that are consequences of earlier errors. A problem is a consequence
    /// of an error with the same location. A problem with the value of a trait is also a consequence of an error in an
    /// element or key of that value.
    pub(crate) fn remove_consequences(&mut self, count: usize) {
        let later = self.diagnostics.split_off(count);
        let position = |problem: &Diagnostic| Some((problem.file.clone()?, problem.span?));
        let errors = self.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
        let wrong: BTreeSet<_> = errors.clone().filter_map(position).collect();
        let of_trait = |problem: &Diagnostic, name| (problem.file.clone(), problem.shape.clone(), name);
        let inside = |problem: &Diagnostic| Some(of_trait(problem, problem.part.as_ref()?.inside()?));
        let wrong_traits: BTreeSet<_> = errors.filter_map(inside).collect();
        let is_new = |problem: &Diagnostic| match &problem.part {
            None => true,
            Some(Part::Trait(name) | Part::Value(name)) if wrong_traits.contains(&of_trait(problem, name.clone())) => {
                false
            }
            Some(_) => !position(problem).is_some_and(|position| wrong.contains(&position)),
        };
        self.diagnostics.extend(later.into_iter().filter(is_new));
    }

    fn add(&mut self, severity: Severity, message: String) -> &mut Diagnostic {
        let index = self.diagnostics.len();
        self.diagnostics.push(Diagnostic {
            severity,
            file: None,
            span: None,
            position: None,
            end: None,
            opening: None,
            shape: None,
            message,
            help: None,
            part: None,
            event: None,
        });
        &mut self.diagnostics[index]
    }
}

impl Diagnostic {
    /// Returns the diagnostic as a JSON object, for editors.
    ///
    /// The members of the object are `level` (`error` or `warning`), `message` and, if they are known, `help`, `shape`
    /// (the ID of the shape or member), `file` and `span`. A span consists of two positions: `start`, and `end` after
    /// the last character. Each position has a `line` and a `column`, which start at 1, and an `offset` in bytes, which
    /// starts at 0. Columns count characters.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let level = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut object =
            Map::from_iter([("level".to_owned(), level.into()), ("message".to_owned(), self.message.as_str().into())]);
        for (key, value) in [("help", &self.help), ("shape", &self.shape), ("file", &self.file)] {
            object.extend(value.as_ref().map(|value| (key.to_owned(), value.as_str().into())));
        }
        if let (Some(span), Some(start), Some(end)) = (self.span, self.position, self.end) {
            let position =
                |at: Position, offset: usize| json!({"line": at.line, "column": at.column, "offset": offset});
            object.insert(
                "span".to_owned(),
                json!({"start": position(start, span.start), "end": position(end, span.end)}),
            );
        }
        Value::Object(object)
    }

    /// Sets the name of the file that contains the problem.
    pub fn in_file(&mut self, file: &str) -> &mut Self {
        self.file = Some(file.to_owned());
        self
    }

    /// Sets the range of the problem in the file.
    pub fn span(&mut self, span: Span) -> &mut Self {
        self.span = Some(span);
        self
    }

    /// Sets the shape or member that has the problem.
    pub fn at(&mut self, shape: impl fmt::Display) -> &mut Self {
        self.shape = Some(shape.to_string());
        self
    }

    /// Sets the part of the shape or member that has the problem.
    pub(crate) fn part(&mut self, part: Part) -> &mut Self {
        self.part = Some(part);
        self
    }

    /// Sets the ID of the corresponding validation event in Smithy, so that a model can suppress the problem.
    pub(crate) fn event(&mut self, id: impl Into<String>) -> &mut Self {
        self.event = Some(id.into());
        self
    }

    /// Sets the part to the value of a trait or, if the trait has no value, to the trait itself.
    pub(crate) fn in_trait(&mut self, id: &str) -> &mut Self {
        self.part(Part::Value(id.to_owned()))
    }

    /// Sets the suggested fix.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

/// Suggests the known name that is most similar to a misspelled one. Returns `None` if no name is similar enough.
pub(crate) fn did_you_mean<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let wrong = wrong.to_lowercase();
    known
        .map(|name| (likeness(&wrong, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| format!("did you mean `{name}`?"))
}

/// The minimum similarity between a misspelled name and the name that is suggested instead.
const NEAR: f64 = 0.85;

/// Returns the similarity of two lower-case names, from 0 to 1. For shape IDs with similar names in different
/// namespaces, the result is the lower of two similarities: that of the names, and that of the namespaces. If only the
/// namespaces differ, the result is always high enough for a suggestion.
fn likeness(wrong: &str, known: &str) -> f64 {
    let (Some((namespace, wrong)), Some((other, known))) = (wrong.split_once('#'), known.split_once('#')) else {
        return strsim::jaro_winkler(wrong, known);
    };
    let namespaces = || strsim::jaro_winkler(namespace, other);
    match strsim::jaro_winkler(wrong, known) {
        names if namespace == other => names,
        names if names > NEAR && wrong != known => names.min(namespaces()),
        names if names > NEAR => NEAR + (1.0 - NEAR) * namespaces().max(0.1),
        names => names,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_contains_file_position_problem_and_fix() {
        let mut report = Report::default();
        report.error("the target `a#B` is not defined").in_file("m.json").at("a#C$d").help("did you mean `a#Bb`?");
        assert_eq!(report.to_string(), "error: m.json: a#C$d: the target `a#B` is not defined; did you mean `a#Bb`?");
        assert!(report.has_errors());
    }

    #[test]
    fn a_diagnostic_is_a_json_object_for_editors() {
        let mut report = Report::default();
        report.error("unknown trait `x`").in_file("m.smithy").at("a#B").span(Span { start: 30, end: 32 });
        let problem = &mut report.diagnostics[0];
        problem.position = Some(Position { line: 3, column: 1 });
        problem.end = Some(Position { line: 3, column: 3 });
        let expected = json!({
            "level": "error", "message": "unknown trait `x`", "shape": "a#B", "file": "m.smithy",
            "span": {"start": {"line": 3, "column": 1, "offset": 30}, "end": {"line": 3, "column": 3, "offset": 32}},
        });
        assert_eq!(problem.to_json(), expected);
        report.warning("something was omitted").help("do nothing");
        let expected = json!({"level": "warning", "message": "something was omitted", "help": "do nothing"});
        assert_eq!(report.diagnostics[1].to_json(), expected);
    }

    #[test]
    fn a_warning_does_not_prevent_generation() {
        let mut report = Report::default();
        report.warning("an operation is omitted");
        assert!(!report.has_errors());
    }

    #[test]
    fn suggestions_are_made_only_for_the_first_problems() {
        let mut compared = 0;
        let mut report = Report::default();
        for _ in 0..10 * MOST_SUGGESTIONS {
            let known = std::iter::repeat_n("Volume", 1000).inspect(|_| compared += 1);
            let fix = report.did_you_mean("Volumee", known);
            report.error("unknown").help(fix.unwrap_or_default());
        }
        assert_eq!(compared, 1000 * MOST_SUGGESTIONS);
    }

    #[test]
    fn only_a_similar_name_is_suggested() {
        let known = ["CreateBackup", "DeleteBackup"];
        assert_eq!(did_you_mean("createbackups", known.into_iter()).as_deref(), Some("did you mean `CreateBackup`?"));
        assert_eq!(did_you_mean("Zebra", known.into_iter()), None);
        let known = || ["a.long.namespace#Toy", "other#Gone"].into_iter();
        assert_eq!(did_you_mean("a.long.namespace#Goon", known()), None);
        assert_eq!(
            did_you_mean("a.long.namespce#Toys", known()).as_deref(),
            Some("did you mean `a.long.namespace#Toy`?")
        );
        assert_eq!(did_you_mean("a.long.namespace#Gone", known()).as_deref(), Some("did you mean `other#Gone`?"));
    }
}
