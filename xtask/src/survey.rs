//! `cargo xtask survey`: generates and type-checks all models of a folder, and prints a table.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use serde_json::Value;
use simba_codegen::{Diagnostic, Options, Severity, Tests};

use crate::{
    botocore, codegen,
    crates::Crates,
    files, process,
    services::{self, Model},
};

pub(crate) const HELP: &str = "\
Generates a crate from every model, checks that it compiles without warnings, and prints a table.

Usage: cargo xtask survey [DIR...] [--botocore] [--only NAME,...] [--no-check]

Arguments:
    DIR...        folders whose *.smithy and *.json files (JSON AST) are Smithy models; models without a supported
                  protocol are left out
    --botocore    include every service with a supported protocol from a pinned version of botocore, which is
                  downloaded with pip
    --only NAMES  only the models with these names, separated by commas
    --no-check    only generate, do not compile

The table is also written to target/survey/survey.md. The command fails if a model fails.
";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let (mut folders, mut with_botocore, mut only, mut check) = (Vec::new(), false, None, true);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--botocore" => with_botocore = true,
            "--only" => {
                let names = args.next().ok_or("missing value for `--only`; see `cargo xtask survey --help`")?;
                only = Some(names.split(',').collect::<Vec<_>>());
            }
            "--no-check" => check = false,
            other if other.starts_with('-') => {
                return Err(format!("unexpected argument `{other}`; see `cargo xtask survey --help`"));
            }
            path => folders.push(PathBuf::from(path)),
        }
    }
    let mut models = Vec::new();
    for folder in &folders {
        models.extend(smithy_models(folder)?);
    }
    if with_botocore {
        models.extend(services::models(&botocore::source(&files::root())?)?);
    }
    if let Some(only) = only {
        let is_missing = |name: &&&str| !models.iter().any(|model| model.name == **name);
        if let Some(missing) = only.iter().find(is_missing) {
            return Err(format!("model `{missing}` not found"));
        }
        models.retain(|model| only.contains(&model.name.as_str()));
    }
    if models.is_empty() {
        return Err("no models found; see `cargo xtask survey --help`".to_owned());
    }
    survey(models, check)
}

/// A row of the table.
#[derive(Default)]
struct Row {
    name: String,
    crate_name: String,
    operations: usize,
    lines: usize,
    milliseconds: u128,
    seconds: Option<f64>,
    left_out: BTreeSet<String>,
    failures: Vec<String>,
}

/// Returns the models in a folder that have a service with a supported protocol, or that cannot be read.
fn smithy_models(folder: &Path) -> Result<Vec<Model>, String> {
    let paths = files::files_in(folder, &["json", "smithy"])?;
    let model = |path: PathBuf| Model {
        name: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        sources: files::read_model(&[path]),
    };
    let is_supported = |model: &Model| {
        let services = model.sources.as_ref().ok().map(|sources| simba_codegen::services(sources));
        !matches!(services, Some(Ok(services)) if services.is_empty())
    };
    Ok(paths.into_iter().map(model).filter(is_supported).collect())
}

fn survey(models: Vec<Model>, check: bool) -> Result<(), String> {
    let mut crates = Crates::new("survey");
    let partitions = codegen::partitions()?;
    let mut rows = Vec::new();
    for model in models {
        rows.push(generate(model, &mut crates, &partitions)?);
    }
    if check {
        crates.finish()?;
        self::check(&crates, &mut rows)?;
    }
    let table = table(&rows);
    print!("{table}");
    for row in rows.iter().filter(|row| !row.failures.is_empty()) {
        eprintln!("{}:\n{}", row.name, row.failures.join("\n"));
    }
    let path = crates.folder().join("survey.md");
    fs::create_dir_all(crates.folder())
        .and_then(|()| fs::write(&path, &table))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let failed = rows.iter().filter(|row| !row.failures.is_empty()).count();
    let what = if check { "compiled" } else { "generated" };
    println!("\n{} of {} models {what}", rows.len() - failed, rows.len());
    if failed == 0 { Ok(()) } else { Err(String::new()) }
}

fn generate(model: Model, crates: &mut Crates, partitions: &str) -> Result<Row, String> {
    let mut row = Row { name: model.name, ..Row::default() };
    row.crate_name = row.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_lowercase();
    let sources = match model.sources {
        Ok(sources) => sources,
        Err(problem) => {
            row.failures.push(problem);
            return Ok(row);
        }
    };
    let options = Options {
        crate_name: Some(row.crate_name.clone()),
        operations: None,
        runtime: crates.runtime()?,
        aws_config: crates.aws_config()?,
        tests: Tests::Omit,
        service: None,
        partitions: Some(partitions.to_owned()),
        ..Options::default()
    };
    let started = Instant::now();
    let generated = simba_codegen::generate(&sources, &options);
    row.milliseconds = started.elapsed().as_millis();
    match generated {
        Ok(generated) => {
            row.operations = generated.operations;
            row.lines = generated.files.values().map(|text| text.lines().count()).sum();
            row.left_out = generated.warnings.diagnostics.iter().map(short).collect();
            crates.add(&row.crate_name, &generated.files)?;
        }
        Err(report) => {
            let errors = report.diagnostics.iter().filter(|problem| problem.severity == Severity::Error);
            row.failures.extend(errors.map(ToString::to_string));
        }
    }
    Ok(row)
}

/// Formats a problem for a cell of the table.
fn short(problem: &Diagnostic) -> String {
    let place = problem.place.as_deref().unwrap_or_default();
    format!("{}: {}", place.rsplit('#').next().unwrap_or(place), problem.message)
}

/// Type-checks all crates together. Records the compiler's errors for each crate, and the time that it took.
fn check(crates: &Crates, rows: &mut [Row]) -> Result<(), String> {
    let timings = crates.folder().join("build/cargo-timings/cargo-timing.html");
    // No times are recorded for crates that were already checked.
    let _ = fs::remove_file(&timings);
    let mut cargo = crates.cargo("check");
    let output = process::output(cargo.args(["--workspace", "--keep-going", "--timings", "--message-format", "json"]))?;
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
        if text("/reason") == Some("compiler-message")
            && let (Some(target), Some(rendered)) = (text("/target/name"), text("/message/rendered"))
            && matches!(text("/message/level"), Some("error" | "warning"))
        {
            said.entry(target.to_owned()).or_default().push(rendered.to_owned());
        }
    }
    if !output.status.success() && said.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let seconds = fs::read_to_string(&timings).map(|html| durations(&html)).unwrap_or_default();
    for row in rows {
        row.failures.extend(said.remove(&row.crate_name).into_iter().flatten());
        row.seconds = seconds.get(&row.crate_name).copied();
    }
    Ok(())
}

/// Returns the seconds that each crate took, from the HTML file that Cargo writes.
fn durations(html: &str) -> BTreeMap<String, f64> {
    let data = html.split_once("const UNIT_DATA = ").and_then(|(_, rest)| rest.split_once("];"));
    let units: Value = data.and_then(|(data, _)| serde_json::from_str(&format!("{data}]")).ok()).unwrap_or_default();
    let unit = |unit: &Value| Some((unit.get("name")?.as_str()?.to_owned(), unit.get("duration")?.as_f64()?));
    units.as_array().into_iter().flatten().filter_map(unit).collect()
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| model | operations | lines | generate, ms | check, s | left out | failures |\n|---|---:|---:|---:|---:|---|---|\n",
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

/// Converts a string to one line without characters that end a table cell.
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
    fn a_row_of_the_table() {
        let row = Row { name: "toy".to_owned(), failures: vec!["a | b\nc".to_owned()], ..Row::default() };
        let expected = "| model | operations | lines | generate, ms | check, s | left out | failures |\n\
                        |---|---:|---:|---:|---:|---|---|\n\
                        | toy | 0 | 0 | 0 | – |  | 1: a \\| b c |\n";
        assert_eq!(table(&[row]), expected);
    }
}
