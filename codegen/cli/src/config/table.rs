//! Tables whose keys and values have positions, so that each problem is reported with its position.

use std::{borrow::Cow, ops::Range};

use simba_codegen::{Diagnostic, Position, Report, Source, Span};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::table_with;
use crate::Problem;

/// A key with its position.
type Key<'i> = Spanned<Cow<'i, str>>;

/// The file that is being read, and the problems that have been found in it.
pub(super) struct Context<'r> {
    pub(super) source: &'r Source,
    pub(super) report: &'r mut Report,
    /// The name of the client whose tables are being read, or `NAME` outside these tables.
    pub(super) client: String,
}

impl Context<'_> {
    /// Reports an error in a part of the file.
    pub(super) fn error(&mut self, span: Range<usize>, message: String) -> &mut Diagnostic {
        let position = |at: usize| {
            let before = self.source.text.get(..at).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}');
            Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
        };
        let length = self.source.text.len();
        let span = Span { start: span.start.min(length), end: span.end.clamp(span.start, length) };
        let problem = self.report.error(message).in_file(&self.source.name);
        problem.position = Some(position(span.start));
        problem.end = Some(position(span.end));
        problem.span(span)
    }
}

/// A TOML table.
pub(super) struct Table<'t> {
    values: &'t DeTable<'t>,
    /// The position of the table's name.
    pub(super) span: Range<usize>,
}

impl<'t> Table<'t> {
    pub(super) fn new(values: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { values, span }
    }

    /// Returns a value as a table. Reports an error if it has a different type.
    pub(super) fn of(key: &Key<'_>, value: &'t Spanned<DeValue<'t>>, context: &mut Context<'_>) -> Option<Self> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            expected(key.get_ref(), "a table", value, context);
        }
        table.map(|values| Self { values, span: key.span() })
    }

    /// Returns the entries, sorted by key.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'t Key<'t>, &'t Spanned<DeValue<'t>>)> + use<'t> {
        self.values.iter()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    pub(super) fn is_table(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_table())
    }

    pub(super) fn is_boolean(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_bool())
    }

    /// Reports unknown keys. Returns the known keys for which they were probably meant.
    pub(super) fn check_keys<'k>(&self, known: &[&'k str], context: &mut Context<'_>) -> Vec<&'k str> {
        let mut meant = Vec::new();
        for (key, _) in self.entries().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let similarity = |name: &str| strsim::jaro_winkler(key.get_ref(), name);
            let similar = known.iter().copied().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
            let similar = similar.filter(|name| similarity(name) > 0.85);
            let help = match (table_with(key.get_ref(), &context.client), similar, known) {
                (Some(table), _, _) => format!("move it to the table `[{table}]`"),
                (None, Some(name), _) => {
                    meant.push(name);
                    format!("did you mean `{name}`?")
                }
                (None, None, [table]) => format!("expected a table `[{table}.NAME]`"),
                (None, None, known) => format!("expected one of `{}`", known.join("`, `")),
            };
            context.error(key.span(), format!("unknown key `{}`", key.get_ref())).help(help);
        }
        meant
    }

    pub(super) fn table(&self, key: &str, context: &mut Context<'_>) -> Option<Table<'t>> {
        let (key, value) = self.entries().find(|(name, _)| name.get_ref() == key)?;
        Self::of(key, value, context)
    }

    pub(super) fn boolean(&self, key: &str, context: &mut Context<'_>) -> Option<bool> {
        let value = self.value(key)?;
        let boolean = value.get_ref().as_bool();
        if boolean.is_none() {
            expected(key, "a boolean", value, context);
        }
        boolean
    }

    /// Returns a string, which must not be empty.
    pub(super) fn string(&self, key: &str, context: &mut Context<'_>) -> Option<String> {
        let value = self.value(key)?;
        string(key, "a string", value, context)
    }

    /// Returns a string that is checked or converted by a function.
    pub(super) fn checked(
        &self,
        key: &str,
        check: impl Fn(&str) -> Result<String, Problem>,
        context: &mut Context<'_>,
    ) -> Option<String> {
        let text = self.string(key, context)?;
        self.or_error(key, check(&text), context)
    }

    /// Returns a value that was computed from the value of a key. Reports an error if the computation failed.
    pub(super) fn or_error(
        &self,
        key: &str,
        value: Result<String, Problem>,
        context: &mut Context<'_>,
    ) -> Option<String> {
        let span = self.value(key).map(Spanned::span).unwrap_or_default();
        or_error(span, value, context)
    }

    /// Returns an array of strings.
    pub(super) fn strings(&self, key: &str, context: &mut Context<'_>) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let Some(array) = value.get_ref().as_array() else {
            expected(key, "an array of strings", value, context);
            return None;
        };
        Some(array.iter().filter_map(|item| string(key, "an array of strings", item, context)).collect())
    }

    /// Returns an array of strings, which must not be empty.
    fn some_strings(&self, key: &str, context: &mut Context<'_>) -> Option<Vec<String>> {
        self.some_checked(key, |item| Ok(item.to_owned()), context)
    }

    /// Returns an array of strings, which must not be empty. Each string is checked or converted by a function.
    pub(super) fn some_checked(
        &self,
        key: &str,
        check: impl Fn(&str) -> Result<String, Problem>,
        context: &mut Context<'_>,
    ) -> Option<Vec<String>> {
        let value = self.value(key)?;
        if value.get_ref().as_array().is_some_and(|array| array.is_empty()) {
            context.error(value.span(), format!("empty value for `{key}`"));
            return None;
        }
        let Some(array) = value.get_ref().as_array() else {
            expected(key, "an array of strings", value, context);
            return None;
        };
        let checked = array.iter().filter_map(|item| {
            let text = string(key, "an array of strings", item, context)?;
            or_error(item.span(), check(&text), context)
        });
        Some(checked.collect())
    }

    /// Returns an array of strings, which must not be empty, or a single string as an array.
    pub(super) fn strings_or_one(&self, key: &str, context: &mut Context<'_>) -> Option<Vec<String>> {
        match self.value(key)?.get_ref().is_str() {
            true => self.string(key, context).map(|one| vec![one]),
            false => self.some_strings(key, context),
        }
    }

    fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.values.get(key)
    }
}

/// Returns a value, or reports an error.
fn or_error(span: Range<usize>, value: Result<String, Problem>, context: &mut Context<'_>) -> Option<String> {
    match value {
        Ok(value) => Some(value),
        Err(Problem { message, help }) => {
            context.error(span, message).help = help;
            None
        }
    }
}

fn string(key: &str, what: &str, value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<String> {
    match value.get_ref().as_str() {
        Some(text) if !text.trim().is_empty() => return Some(text.to_owned()),
        Some(_) => {
            context.error(value.span(), format!("empty value for `{key}`"));
        }
        None => expected(key, what, value, context),
    }
    None
}

fn expected(key: &str, what: &str, value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) {
    let found = match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    };
    context.error(value.span(), format!("expected {what} for `{key}`, found {found}"));
}
