//! Prints errors and warnings. Problems with a model are printed together with the lines that contain them.

use std::{
    ffi::OsString,
    io::{IsTerminal as _, Write as _},
    ops::Range,
};

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use simba_codegen::{Diagnostic, Report, Severity, Source, Span};

use crate::{Error, Problem, files};

/// The maximum length of a line that is printed, in bytes. A JSON file may consist of a single line.
const LONGEST_LINE: usize = 400;

/// The maximum number of bytes of a file that are printed for a problem.
const LONGEST_SNIPPET: usize = 2000;

/// The maximum number of bytes between a problem and the opening bracket that is printed with it.
const LARGEST_DISTANCE: usize = 100_000;

/// The maximum number of problems that are printed as text.
const MOST_SHOWN: usize = 100;

/// The format in which errors and warnings are printed to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text, in color if standard error is a terminal.
    #[default]
    Human,
    /// One JSON object per line, for editors and other programs.
    Json,
}

/// Writes text to standard output. A closed pipe, as in `simba list | head`, is not an error, whereas `println!` would
/// panic.
///
/// # Errors
///
/// Returns an error if standard output cannot be written for any other reason.
pub fn print_output(text: &str) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// Writes a line to standard error, and ignores errors.
fn print_message(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

impl Format {
    /// Prints an error: the problems in its report, followed by the other problems.
    pub fn print_error(self, error: &Error) {
        self.print_report(&error.report, &error.sources);
        error.problems.iter().for_each(|problem| self.print_as("error", problem));
    }

    /// Prints a warning.
    pub fn print_warning(self, message: &str) {
        self.print_as("warning", &message.to_owned().into());
    }

    fn print_as(self, level: &str, problem: &Problem) {
        match self {
            Self::Json => {
                let mut json = serde_json::json!({ "level": level, "message": problem.message });
                if let Some(help) = &problem.help {
                    json["help"] = help.as_str().into();
                }
                print_message(&json.to_string());
            }
            Self::Human => print_message(&format!("{level}: {problem}")),
        }
    }

    /// Prints the problems with the contents of files, ordered by file and line.
    pub fn print_report(self, report: &Report, sources: &[Source]) {
        let mut problems: Vec<&Diagnostic> = report.diagnostics.iter().collect();
        problems.sort_by_key(|problem| (&problem.file, problem.position));
        match self {
            Self::Json => problems.iter().for_each(|problem| print_message(&problem.to_json().to_string())),
            Self::Human => print_problems(problems, sources),
        }
    }
}

fn print_problems(mut problems: Vec<&Diagnostic>, sources: &[Source]) {
    let is_colored = std::io::stderr().is_terminal() && wants_color(|name| std::env::var_os(name));
    let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
    // If there are too many problems to print all of them, errors precede warnings.
    if problems.len() > MOST_SHOWN {
        problems.sort_by_key(|problem| problem.severity);
    }
    for problem in problems.iter().take(MOST_SHOWN) {
        print_message(&(rendered(problem, sources, &renderer) + "\n"));
    }
    if let Some(note) = not_shown(problems.len()) {
        print_message(&(note + "\n"));
    }
}

/// Returns whether the environment variables allow colored output. An empty `NO_COLOR` has no effect.
fn wants_color(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    variable("NO_COLOR").is_none_or(|value| value.is_empty()) && variable("TERM").is_none_or(|value| value != "dumb")
}

/// Returns a note about problems that are not printed, if there are any.
fn not_shown(problems: usize) -> Option<String> {
    let others = problems.checked_sub(MOST_SHOWN).filter(|others| *others > 0)?;
    let others = files::count(others, "other problem");
    Some(format!("{others} not shown; `--message-format json` prints all of them"))
}

fn rendered(problem: &Diagnostic, sources: &[Source], renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let (file, shape) = (problem.file.as_deref(), problem.shape.as_deref());
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()));
    let source = sources.iter().find(|source| file == Some(&source.name));
    if let Some(snippet) = source.and_then(|source| snippet(problem, source)) {
        group = group.element(snippet);
    } else if let Some(file) = file {
        group = group.element(origin(problem, file));
        if let Some(shape) = shape {
            group = group.element(Level::NOTE.message(format!("in `{shape}`")));
        }
    } else if let Some(shape) = shape {
        group = group.element(Level::NOTE.message(format!("in `{shape}`")));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

fn origin<'a>(problem: &Diagnostic, file: &'a str) -> Origin<'a> {
    match problem.position {
        Some(position) => Origin::path(file).line(position.line).char_column(position.column),
        None => Origin::path(file),
    }
}

/// Returns a snippet of the lines that contain a problem, or `None` if the position is unknown or the lines are too
/// long.
fn snippet<'a>(problem: &'a Diagnostic, source: &'a Source) -> Option<Element<'a>> {
    let (span, position) = (problem.span?, problem.position?);
    let text = source.text.as_str();
    let mut lines = lines_of(span, text).filter(|lines| lines.len() <= LONGEST_SNIPPET)?;
    let marker = |span: Span, start: usize, kind: AnnotationKind| kind.span(span.start - start..span.end - start);
    let mut first_line = position.line;
    let mut opening = None;
    // The opening bracket may be many lines before the problem, since the renderer omits most of the lines in between.
    let opened = problem.opening.and_then(|opening| Some((opening, lines_of(opening, text)?)));
    let is_near =
        |lines_of_opening: &Range<usize>| lines.end.saturating_sub(lines_of_opening.start) <= LARGEST_DISTANCE;
    if let Some((at, lines_of_opening)) = opened.filter(|(_, lines)| is_near(lines)) {
        first_line = first_line.saturating_sub(text.get(at.start..span.start)?.matches('\n').count());
        lines.start = lines_of_opening.start;
        opening = Some(marker(at, lines.start, AnnotationKind::Context).label("opened here"));
    }
    let is_end = problem.opening.is_some() && span.start == text.len();
    let label = problem.shape.as_deref().or(is_end.then_some("the file ends here"));
    let primary = marker(span, lines.start, AnnotationKind::Primary).label(label);
    let snippet = Snippet::source(text.get(lines)?).path(source.name.as_str()).line_start(first_line);
    Some(snippet.annotations(opening.into_iter().chain([primary])).into())
}

/// Returns the byte range of the lines that contain a span, or `None` if these lines are too long.
fn lines_of(span: Span, text: &str) -> Option<Range<usize>> {
    // Line breaks are searched for only in the part that may be printed, since a file may consist of a single line and
    // have many problems.
    let bytes = text.as_bytes();
    let before = bytes.get(span.start.saturating_sub(LONGEST_LINE + 1)..span.start)?;
    let after = bytes.get(span.end..text.len().min(span.end + LONGEST_LINE + 1))?;
    let start = match before.iter().rposition(|byte| *byte == b'\n') {
        Some(at) => span.start - before.len() + at + 1,
        None if before.len() <= LONGEST_LINE => 0,
        None => return None,
    };
    let end = match after.iter().position(|byte| *byte == b'\n') {
        Some(at) => span.end + at,
        None if after.len() <= LONGEST_LINE => text.len(),
        None => return None,
    };
    // A carriage return would be printed as a symbol.
    let end = if end > span.end && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
    let is_short = text.get(start..end)?.lines().all(|line| line.len() <= LONGEST_LINE);
    is_short.then_some(start..end)
}

#[cfg(test)]
mod tests {
    use simba_codegen::Position;

    use super::*;

    fn problem(severity: Severity) -> Diagnostic {
        let mut report = Report::default();
        let message = "the target `toy#Strng` is not defined";
        let problem = match severity {
            Severity::Error => report.error(message),
            Severity::Warning => report.warning(message),
        };
        problem.in_file("toy.smithy").at("toy#Part$name").help("did you mean `smithy.api#String`?").clone()
    }

    #[test]
    fn color_depends_on_the_environment() {
        for (variable, value, expected) in
            [("TERM", "xterm", true), ("TERM", "dumb", false), ("NO_COLOR", "1", false), ("NO_COLOR", "", true)]
        {
            let found = wants_color(|name| (name == variable).then(|| value.into()));
            assert_eq!(found, expected, "{variable}={value}");
        }
    }

    #[test]
    fn problems_that_are_not_printed_are_counted() {
        assert_eq!(not_shown(100), None);
        let expected = "2 other problems not shown; `--message-format json` prints all of them";
        assert_eq!(not_shown(102).as_deref(), Some(expected));
    }

    #[test]
    fn a_problem_is_printed_with_its_line() {
        let text = "namespace toy\nstructure Part {\n    name: Strng\n}\n";
        let start = text.find("name: ").expect("it is there");
        let source = Source { name: "toy.smithy".to_owned(), text: text.to_owned() };
        let mut problem = problem(Severity::Error);
        problem.span = Some(Span { start, end: start + 11 });
        problem.position = Some(Position { line: 3, column: 5 });
        let expected = "\
error: the target `toy#Strng` is not defined
 --> toy.smithy:3:5
  |
3 |     name: Strng
  |     ^^^^^^^^^^^ toy#Part$name
  |
  = help: did you mean `smithy.api#String`?";
        assert_eq!(rendered(&problem, std::slice::from_ref(&source), &Renderer::plain()), expected);
        assert!(rendered(&problem, &[source], &Renderer::styled()).contains("\u{1b}["));
    }

    /// Returns the output for the first problem with an IDL file.
    fn shown(text: &str) -> String {
        let source = Source { name: "toy.smithy".to_owned(), text: text.to_owned() };
        let report = simba_codegen::overview(std::slice::from_ref(&source), &Default::default()).expect_err("an error");
        rendered(&report.diagnostics[0], &[source], &Renderer::plain())
    }

    #[test]
    fn an_unclosed_bracket_is_printed_where_it_is_opened() {
        let text = "$version: \"2\"\nnamespace toy\n\n@documentation(\"\"\"\n    Long.\n    Longer.\n    The end.\n)\nstring A\n";
        let expected = "\
error: the text block is not closed
 --> toy.smithy:9:10
  |
4 | @documentation(\"\"\"
  |                --- opened here
...
9 | string A
  |         ^ the file ends here
  |
  = help: add \"\"\" at the end of the text block that starts on line 4";
        assert_eq!(shown(text), expected);
        let expected = "\
error: expected a member or `}`, found `structure`
 --> toy.smithy:6:1
  |
4 | structure A {
  |             - opened here
5 |     b: String
6 | structure C {}
  | ^^^^^^^^^
  |
  = help: the `{` on line 4 is not closed";
        let text = "$version: \"2\"\nnamespace toy\n\nstructure A {\n    b: String\nstructure C {}\n";
        assert_eq!(shown(text), expected);
        // An opening bracket that is far away is not printed.
        let far = format!("$version: \"2\"\nnamespace toy\nstructure A {{\n{}", "    // A comment\n".repeat(10_000));
        assert!(!shown(&far).contains("opened here"), "{}", shown(&far));
        assert!(shown(&far).contains("the `{` on line 3 is not closed"), "{}", shown(&far));
        // The carriage returns of Windows line breaks are not printed.
        assert_eq!(shown(&text.replace('\n', "\r\n")), expected);
    }

    #[test]
    fn a_long_line_or_unknown_position_is_not_printed() {
        let expected = "\
warning: the target `toy#Strng` is not defined
--> toy.smithy
 = note: in `toy#Part$name`
 = help: did you mean `smithy.api#String`?";
        assert_eq!(rendered(&problem(Severity::Warning), &[], &Renderer::plain()), expected);
        let source = Source { name: "toy.smithy".to_owned(), text: "x".repeat(1000) };
        let mut problem = problem(Severity::Error);
        problem.span = Some(Span { start: 500, end: 501 });
        problem.position = Some(Position { line: 1, column: 501 });
        let shown = rendered(&problem, &[source], &Renderer::plain());
        assert!(shown.contains("toy.smithy:1:501") && !shown.contains("xxx"), "{shown}");
    }
}
