//! `cargo xtask survey`: generates and type-checks a crate for each model in a directory, and prints a table.
//!
//! Models are processed in batches, so that memory and disk usage do not grow with the number of models.

mod row;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use serde_json::Value;
use simba_cli::data::PARTITIONS;
use simba_codegen::{Diagnostic, Options, Severity, Tests};

use self::row::{Row, Rows};
use crate::{
    botocore,
    crates::Crates,
    files, process,
    services::{self, Model},
};

pub(crate) const HELP: &str = "\
Generate a crate from every model, check that it compiles without warnings, and print a table.

Usage: cargo xtask survey [DIR...] [--botocore] [--only A,B,...] [--part K/N] [--resume] [--no-check]

Arguments:
    DIR...           directories whose *.smithy and *.json files (JSON AST) are Smithy models; models without a
                     supported protocol are skipped

Options:
    --botocore       include every service with a supported protocol from a pinned version of botocore, which is
                     downloaded with pip
    --only A,B,...   survey only the models with these names
    --part K/N       survey only every Nth model, starting with the Kth
    --resume         continue an interrupted run: keep its results, and skip their models
    --no-check       generate crates, but do not compile them

Models are compiled in batches. The crates of a batch are deleted when it is done, except those that do not compile.
The table is also written to target/survey/survey.md after each batch. The exit code is 1 if a model fails.
";

/// The number of crates that are compiled together. Except for crates that do not compile, it is also the maximum
/// number of crates that are on disk at the same time.
const BATCH: usize = 8;

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let arguments = Arguments::parse(args)?;
    let mut entries = Vec::new();
    for directory in &arguments.directories {
        entries.extend(
            files::files_in(directory, &["json", "smithy"]).map_err(files::reported)?.into_iter().map(Entry::file),
        );
    }
    if arguments.with_botocore {
        let botocore = botocore::source(&files::root())?;
        entries.extend(services::names(&botocore)?.into_iter().map(|name| Entry::service(name, &botocore)));
    }
    if let Some(only) = &arguments.only {
        if let Some(missing) = only.iter().find(|name| !entries.iter().any(|entry| entry.name == **name)) {
            return Err(format!("model `{missing}` not found"));
        }
        entries.retain(|entry| only.contains(&entry.name));
    }
    if entries.is_empty() {
        return Err("no models found; see `cargo xtask survey --help`".to_owned());
    }
    name_crates(&mut entries);
    let (part, parts) = arguments.part;
    let entries = entries.into_iter().skip(part - 1).step_by(parts).collect();
    survey(entries, &arguments)
}

/// The arguments of the command.
struct Arguments {
    directories: Vec<PathBuf>,
    with_botocore: bool,
    only: Option<Vec<String>>,
    part: (usize, usize),
    resume: bool,
    check: bool,
}

impl Arguments {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut parsed = Self {
            directories: Vec::new(),
            with_botocore: false,
            only: None,
            part: (1, 1),
            resume: false,
            check: true,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value =
                || args.next().ok_or_else(|| format!("missing value for `{arg}`; see `cargo xtask survey --help`"));
            match arg.as_str() {
                "--botocore" => parsed.with_botocore = true,
                "--only" => parsed.only = Some(value()?.split(',').map(str::to_owned).collect()),
                "--part" => {
                    let text = value()?;
                    parsed.part = part(text).ok_or_else(|| {
                        format!("invalid part `{text}`; expected K/N, such as `1/3`; see `cargo xtask survey --help`")
                    })?;
                }
                "--resume" => parsed.resume = true,
                "--no-check" => parsed.check = false,
                other if other.starts_with('-') => {
                    return Err(format!("unexpected argument `{other}`; see `cargo xtask survey --help`"));
                }
                path => parsed.directories.push(PathBuf::from(path)),
            }
        }
        Ok(parsed)
    }
}

/// Parses `K/N`.
fn part(text: &str) -> Option<(usize, usize)> {
    let (part, parts) = text.split_once('/')?;
    let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
    (1..=parts).contains(&part).then_some((part, parts))
}

/// A model, which is read when its batch starts.
struct Entry {
    name: String,
    crate_name: String,
    /// The file of the model, or botocore's directory.
    source: (Origin, PathBuf),
}

#[derive(Clone, Copy)]
enum Origin {
    File,
    Botocore,
}

impl Entry {
    fn file(path: PathBuf) -> Self {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, crate_name: String::new(), source: (Origin::File, path) }
    }

    fn service(name: String, botocore: &Path) -> Self {
        Self { name, crate_name: String::new(), source: (Origin::Botocore, botocore.to_owned()) }
    }

    /// Reads the model. If its files cannot be read, `sources` in the result is an error. Returns `None` if the model
    /// has no service with a supported protocol.
    fn model(&self) -> Result<Option<Model>, String> {
        let (origin, path) = &self.source;
        match origin {
            Origin::Botocore => services::model(path, &self.name),
            Origin::File => {
                let sources = files::read_model(std::slice::from_ref(path)).map_err(files::reported);
                let services = sources.as_ref().ok().map(|sources| simba_codegen::services(sources));
                let is_unsupported = matches!(services, Some(Ok(services)) if services.is_empty());
                Ok((!is_unsupported).then(|| Model { name: self.name.clone(), sources }))
            }
        }
    }
}

/// Names the crates. Models that have the same name in several directories get crates with different names.
fn name_crates(entries: &mut [Entry]) {
    let mut seen = BTreeMap::<String, usize>::new();
    for entry in entries {
        let name = entry.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_lowercase();
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        entry.crate_name = if *count > 1 { format!("{name}_{count}") } else { name };
    }
}

fn survey(entries: Vec<Entry>, arguments: &Arguments) -> Result<(), String> {
    let directory = Crates::new("survey").directory().to_owned();
    let mut rows = Rows::open(&directory, arguments.resume)?;
    let mut entries =
        entries.into_iter().filter(|entry| !rows.contains(&entry.crate_name)).collect::<Vec<_>>().into_iter();
    loop {
        let started = Instant::now();
        let (mut crates, mut batch) = (Crates::new("survey"), Vec::new());
        while batch.len() < BATCH
            && let Some(entry) = entries.next()
        {
            match entry.model() {
                Ok(None) => {}
                Ok(Some(model)) => batch.push(generate(model, entry.crate_name, &mut crates)?),
                Err(problem) => batch.push(Row::failed(entry.name, entry.crate_name, problem)),
            }
        }
        if batch.is_empty() {
            break;
        }
        if arguments.check && batch.iter().any(|row| row.failures.is_empty()) {
            crates.finish()?;
            check(&crates, &mut batch)?;
            crates.remove(batch.iter().filter(|row| row.failures.is_empty()).map(|row| row.crate_name.as_str()))?;
        }
        let names: Vec<_> = batch.iter().map(|row| row.name.as_str()).collect();
        print_line!("{} ({} s)", names.join(", "), started.elapsed().as_secs());
        rows.add(batch)?;
    }
    rows.summarize(if arguments.check { "compiled" } else { "generated" })
}

fn generate(model: Model, crate_name: String, crates: &mut Crates) -> Result<Row, String> {
    let sources = match model.sources {
        Ok(sources) => sources,
        Err(problem) => return Ok(Row::failed(model.name, crate_name, problem)),
    };
    let mut row = Row { name: model.name, crate_name, ..Row::default() };
    let options = Options {
        crate_name: Some(row.crate_name.clone()),
        operations: None,
        runtime: crates.runtime()?,
        aws_config: crates.aws_config()?,
        tests: Tests::Omit,
        service: None,
        partitions: Some(PARTITIONS.to_owned()),
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

/// Formats a problem for a cell in the table.
fn short(problem: &Diagnostic) -> String {
    let shape = problem.shape.as_deref().unwrap_or_default();
    format!("{}: {}", shape.rsplit('#').next().unwrap_or(shape), problem.message)
}

/// Type-checks all crates together. Records the compiler's errors for each crate, and how long the check took.
fn check(crates: &Crates, rows: &mut [Row]) -> Result<(), String> {
    let timings = crates.directory().join("build/cargo-timings/cargo-timing.html");
    // A report from an earlier batch must not remain, since Cargo does not record the times of crates that it has
    // already checked.
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
        // Cargo failed before it ran the compiler. Other batches may not be affected.
        let problem = String::from_utf8_lossy(&output.stderr);
        rows.iter_mut().for_each(|row| row.failures.push(problem.clone().into_owned()));
        return Ok(());
    }
    let seconds = fs::read_to_string(&timings).map(|html| durations(&html)).unwrap_or_default();
    for row in rows {
        row.failures.extend(said.remove(&row.crate_name).into_iter().flatten());
        row.seconds = seconds.get(&row.crate_name).copied();
    }
    Ok(())
}

/// Returns how long it took to check each crate, in seconds, from the HTML file that Cargo writes.
fn durations(html: &str) -> BTreeMap<String, f64> {
    let data = html.split_once("const UNIT_DATA = ").and_then(|(_, rest)| rest.split_once("];"));
    let units: Value = data.and_then(|(data, _)| serde_json::from_str(&format!("{data}]")).ok()).unwrap_or_default();
    let unit = |unit: &Value| Some((unit.get("name")?.as_str()?.to_owned(), unit.get("duration")?.as_f64()?));
    units.as_array().into_iter().flatten().filter_map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbered_from_one() {
        assert_eq!(part("2/3"), Some((2, 3)));
        for invalid in ["0/3", "4/3", "1", "1/", "a/b", "1/0"] {
            assert_eq!(part(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn models_with_the_same_name_are_different_crates() {
        let mut entries = ["a/b-c.json", "d/B.c.json", "e/x.json"].map(|path| Entry::file(path.into()));
        name_crates(&mut entries);
        assert_eq!(entries.map(|entry| entry.crate_name), ["b_c", "b_c_2", "x"]);
    }
}
