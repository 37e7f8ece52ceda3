//! The errors of this crate.

use std::fmt;

use simba_codegen::{Report, Severity, Source};

use crate::files;

/// A problem with a file, a directory or a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A description of the problem, as a sentence without a period.
    pub message: String,
    /// A suggested fix, as a sentence without a period.
    pub help: Option<String>,
}

impl Problem {
    /// Creates a problem with a suggested fix.
    #[must_use]
    pub fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self { message, help: None }
    }
}

impl From<Problem> for String {
    fn from(problem: Problem) -> Self {
        problem.to_string()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// The reason why a crate could not be generated, or why a file could not be read or written.
///
/// [`Format::print_error`](crate::report::Format::print_error) prints all problems. The `Display` output contains only
/// `problems`, each on its own line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Error {
    /// The problems with the contents of models and of `simba.toml`, which may include warnings.
    pub report: Report,
    /// The files to which `report` refers. Problems in other files are printed without their lines.
    pub sources: Vec<Source>,
    /// The problems with files, directories and settings. If `report` contains errors, `problems` contains their
    /// number.
    pub problems: Vec<Problem>,
}

impl Error {
    /// Creates the error for a model that was rejected.
    #[must_use]
    pub fn of_model(report: Report, sources: Vec<Source>) -> Self {
        let errors = report.diagnostics.iter().filter(|problem| problem.severity == Severity::Error).count();
        let summary = format!("the model has {}", files::count(errors, "error"));
        Self { report, sources, problems: vec![summary.into()] }
    }

    /// Adds the problems of another error.
    pub(crate) fn extend(&mut self, other: Self) {
        self.report.diagnostics.extend(other.report.diagnostics);
        self.sources.extend(other.sources);
        self.problems.extend(other.problems);
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Problem::from(message).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn problems_are_separate_whatever_the_paths_contain() {
        let paths = ["no; such", "no\nerror: such"].map(PathBuf::from);
        let error = files::read_model(&paths).expect_err("the files do not exist");
        assert_eq!(error.problems.len(), 2, "{error}");
        assert!(error.problems.iter().all(|problem| problem.help.is_none()), "{error}");
    }
}
