//! The rows of the table that the survey prints. They are stored in a file, so that an interrupted run can be resumed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

/// A row of the table.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) crate_name: String,
    pub(super) operations: usize,
    pub(super) lines: usize,
    pub(super) milliseconds: u128,
    pub(super) seconds: Option<f64>,
    pub(super) left_out: BTreeSet<String>,
    pub(super) failures: Vec<String>,
}

impl Row {
    /// Returns the row for a model that cannot be read.
    pub(super) fn failed(name: String, crate_name: String, problem: String) -> Self {
        Self { name, crate_name, failures: vec![problem], ..Self::default() }
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "crate": self.crate_name,
            "operations": self.operations,
            "lines": self.lines,
            "milliseconds": u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
            "seconds": self.seconds,
            "left_out": self.left_out,
            "failures": self.failures,
        })
    }

    fn from_json(row: &Value) -> Option<Self> {
        let text = |key: &str| row.get(key)?.as_str().map(str::to_owned);
        let number = |key: &str| row.get(key)?.as_u64();
        let texts =
            |key: &str| Some(row.get(key)?.as_array()?.iter().filter_map(|text| Some(text.as_str()?.to_owned())));
        Some(Self {
            name: text("name")?,
            crate_name: text("crate")?,
            operations: usize::try_from(number("operations")?).ok()?,
            lines: usize::try_from(number("lines")?).ok()?,
            milliseconds: number("milliseconds")?.into(),
            seconds: row.get("seconds").and_then(Value::as_f64),
            left_out: texts("left_out")?.collect(),
            failures: texts("failures")?.collect(),
        })
    }
}

/// All rows, which are stored in `rows.json`, and as a table in `survey.md`.
pub(super) struct Rows {
    directory: PathBuf,
    rows: Vec<Row>,
}

impl Rows {
    /// Opens the files. If `resume` is true, reads the rows of the earlier run.
    pub(super) fn open(directory: &Path, resume: bool) -> Result<Self, String> {
        fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        let text =
            if resume { fs::read_to_string(directory.join("rows.json")).unwrap_or_default() } else { String::new() };
        let rows: Value = serde_json::from_str(&text).unwrap_or_default();
        let rows = rows.as_array().into_iter().flatten().filter_map(Row::from_json).collect();
        Ok(Self { directory: directory.to_owned(), rows })
    }

    /// Returns whether there is already a result for a crate.
    pub(super) fn contains(&self, crate_name: &str) -> bool {
        self.rows.iter().any(|row| row.crate_name == crate_name)
    }

    /// Adds the results of a batch, and updates the files.
    pub(super) fn add(&mut self, batch: Vec<Row>) -> Result<(), String> {
        self.rows.extend(batch);
        let rows = Value::Array(self.rows.iter().map(Row::to_json).collect());
        for (name, text) in [("rows.json", rows.to_string()), ("survey.md", table(&self.rows))] {
            let path = self.directory.join(name);
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    /// Prints the table and the failures. Returns an error if there are failures. `done` describes what was done with
    /// the models.
    pub(super) fn summarize(&self, done: &str) -> Result<(), String> {
        if self.rows.is_empty() {
            return Err("no models found; see `cargo xtask survey --help`".to_owned());
        }
        crate::print(&table(&self.rows));
        let failed: Vec<_> = self.rows.iter().filter(|row| !row.failures.is_empty()).collect();
        for row in &failed {
            crate::print_message(&format!("{}:\n{}", row.name, row.failures.join("\n")));
        }
        let operations: usize = self.rows.iter().map(|row| row.operations).sum();
        let (passed, total) = (self.rows.len() - failed.len(), self.rows.len());
        print_line!("\n{}", summary(passed, total, done, operations));
        if failed.is_empty() { Ok(()) } else { Err(String::new()) }
    }
}

fn summary(passed: usize, total: usize, done: &str, operations: usize) -> String {
    format!("{passed} of {total} models {done}, {operations} operations")
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| model | operations | lines | generate, ms | check, s | omitted | failures |\n|---|---:|---:|---:|---:|---|---|\n",
    );
    for row in rows {
        let seconds = row.seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.1}"));
        let left_out: Vec<String> = row.left_out.iter().map(|text| cell(text)).collect();
        let failures = row.failures.first().map(|first| format!("{}: {}", row.failures.len(), cell(first)));
        table += &format!(
            "| {} | {} | {} | {} | {seconds} | {} | {} |\n",
            row.name,
            row.operations,
            row.lines,
            row.milliseconds,
            left_out.join("<br>"),
            failures.unwrap_or_default()
        );
    }
    table
}

/// Converts a string to a single line, escapes the characters that would end a table cell, and shortens the line.
fn cell(text: &str) -> String {
    let line = text.trim().replace('|', "\\|").lines().map(str::trim).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_formatted_for_a_table() {
        let row = Row { name: "toy".to_owned(), failures: vec!["a | b\nc".to_owned()], ..Row::default() };
        let expected = "| model | operations | lines | generate, ms | check, s | omitted | failures |\n\
                        |---|---:|---:|---:|---:|---|---|\n\
                        | toy | 0 | 0 | 0 | – |  | 1: a \\| b c |\n";
        assert_eq!(table(&[row]), expected);
    }

    #[test]
    fn the_summary_counts_models() {
        assert_eq!(summary(1, 2, "compiled", 3), "1 of 2 models compiled, 3 operations");
    }

    #[test]
    fn an_interrupted_run_continues_with_its_rows() {
        let directory = tempfile::tempdir().unwrap();
        let row = |name: &str| Row {
            name: name.to_owned(),
            crate_name: name.to_owned(),
            operations: 2,
            seconds: Some(1.5),
            left_out: BTreeSet::from(["x".to_owned()]),
            ..Row::default()
        };
        Rows::open(directory.path(), true).unwrap().add(vec![row("a"), row("b")]).unwrap();
        let resumed = Rows::open(directory.path(), true).unwrap();
        assert_eq!(resumed.rows, [row("a"), row("b")]);
        assert!(resumed.contains("b") && !resumed.contains("c"));
        assert!(!Rows::open(directory.path(), false).unwrap().contains("b"));
    }
}
