//! Measures how costs grow with the size of a model, the number of operations, and the size of a response.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use simba_cli::data::PARTITIONS;
use simba_codegen::Options;

use super::{
    peer,
    plot::{self, Fit},
    report::{Figure, Unit},
    resource_usage,
};
use crate::{botocore, crates::Crates, files, process, services};

/// The generated crates, and the memory that was used to generate them.
struct Generations {
    generations: Vec<Generation>,
    /// The peak memory of a program that generates all crates one after another, in bytes.
    peak: f64,
}

/// A model, and how long it took to generate its crate.
struct Generation {
    model: String,
    bytes: f64,
    lines: f64,
    seconds: Vec<f64>,
}

/// The numbers of FSx operations for which crates are compiled.
const OPERATIONS: [usize; 4] = [1, 5, 20, 48];

/// Measures the generation of the FSx client in a release build.
pub(crate) fn generating_fsx() -> Result<Figure, String> {
    let fsx = generate(&[files::root().join("models/fsx")])?.generations;
    let seconds = fsx.into_iter().next().map(|generation| generation.seconds).unwrap_or_default();
    Ok(Figure::new("generating FSx, formatted, in process", Unit::Seconds, seconds, Vec::new()))
}

/// Measures the generation of clients for all of botocore's models with a supported protocol, and writes the plot.
pub(crate) fn all_models() -> Result<(), String> {
    let botocore = botocore::source(&files::root())?;
    let directory = peer::target("models");
    let failed = |error: io::Error| format!("{}: {error}", directory.display());
    // Models from another version of botocore may be left in the directory. They must not be measured.
    if directory.is_dir() {
        fs::remove_dir_all(&directory).map_err(failed)?;
    }
    fs::create_dir_all(&directory).map_err(failed)?;
    super::progress("converting botocore's models");
    let mut paths = vec![files::root().join("models/fsx")];
    for model in services::models(&botocore)?.into_iter().filter(|model| model.name != "fsx") {
        for source in model.sources? {
            let path = directory.join(&source.name);
            fs::write(&path, source.text).map_err(failed)?;
            paths.push(path);
        }
    }
    let text = generation(&paths)?;
    super::write("models.md", &text)?;
    print_line!("{text}");
    Ok(())
}

/// Measures generation, compilation, and deserialization, and writes the plot.
pub(crate) fn run(models: &Path) -> Result<(), String> {
    let mut paths: Vec<PathBuf> = vec![files::root().join("models/fsx")];
    let entries = fs::read_dir(models).map_err(|error| format!("{}: {error}", models.display()))?;
    paths.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    paths.retain(|path| path.is_dir() && path.ends_with("fsx") || path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    if paths.len() < 3 {
        return Err(format!("{}: too few models (*.json) for a linear fit", models.display()));
    }
    let text = format!("{}\n{}\n{}", generation(&paths)?, compilation()?, memory()?);
    super::write("scaling.md", &text)?;
    print_line!("{text}");
    Ok(())
}

fn generation(models: &[PathBuf]) -> Result<String, String> {
    let Generations { generations, peak } = generate(models)?;
    let mut total = 0.0;
    let mut table = String::from("| model | KB | lines | generated in |\n|---|---|---|---|\n");
    let (mut by_lines, mut by_size) = (Vec::new(), Vec::new());
    for generation in &generations {
        // The fastest run is the least affected by other processes.
        let seconds = generation.seconds.iter().copied().fold(f64::INFINITY, f64::min);
        total += seconds;
        by_lines.push((generation.lines, seconds * 1e3));
        by_size.push((generation.bytes / 1e3, seconds * 1e3));
        let (kilobytes, lines) = (Unit::Count.show(generation.bytes / 1e3), Unit::Count.show(generation.lines));
        table.push_str(&format!(
            "| {} | {kilobytes} | {lines} | {} |\n",
            generation.model,
            Unit::Seconds.show(seconds)
        ));
    }
    // The plot uses the number of generated lines, since the size of a model is less significant. Much of a model may
    // be documentation, or tests that clients do not include.
    let line = plot::fit(&by_lines);
    let title = format!("Generating {} crates: {}", by_lines.len(), described(line, "ms per line"));
    let svg = plot::svg(&by_lines, line, &title, "lines generated", "ms");
    let file = files::root().join("tests/bench/scaling.svg");
    fs::write(&file, svg).map_err(|error| format!("{}: {error}", file.display()))?;
    let (total, peak) = (Unit::Seconds.show(total), Unit::Bytes.show(peak));
    let by_size = described(plot::fit(&by_size), "ms per KB");
    Ok(format!(
        "{table}\n{title}\nBy the model's size: {by_size}\nAll models: {total}, with at most {peak} of memory\n"
    ))
}

fn compilation() -> Result<String, String> {
    let mut crates = Crates::new("bench/scaling");
    let model = [files::root().join("models/fsx")];
    let names = operations(&model[0])?;
    for count in OPERATIONS {
        let chosen: Vec<String> = names.iter().take(count).cloned().collect();
        let options = Options {
            crate_name: Some(crate_name(count)),
            operations: Some(chosen),
            runtime: crates.runtime()?,
            aws_config: crates.aws_config()?,
            partitions: Some(PARTITIONS.to_owned()),
            ..Options::default()
        };
        let (generated, _) = simba_cli::generate(&model, &options).map_err(files::reported)?;
        crates.add(&crate_name(count), &generated.files)?;
    }
    crates.finish()?;
    let mut table = String::from("| operations | the crate alone, release | processor time |\n|---|---|---|\n");
    let mut points = Vec::new();
    for count in OPERATIONS {
        let name = crate_name(count);
        super::progress(&format!("compiling {name}"));
        let mut cargo = crates.cargo("build");
        cargo.args(["--release", "--quiet", "--package", &name]);
        // The first build also compiles the dependencies, so it is not measured.
        process::run(&mut cargo)?;
        let mut clean = crates.cargo("clean");
        process::run(clean.args(["--release", "--quiet", "--package", &name]))?;
        let used = resource_usage::measured(&mut cargo)?;
        points.push((count as f64, used.processor));
        let shown = [used.wall, used.processor].map(|seconds| Unit::Seconds.show(seconds));
        table.push_str(&format!("| {count} | {} | {} |\n", shown[0], shown[1]));
    }
    Ok(format!("{table}\n{}\n", described(plot::fit(&points), "s of processor time per operation")))
}

fn memory() -> Result<String, String> {
    let output = peer::output(Command::new(peer::PEER.build("measure")?.join("count")).arg("sizes"))?;
    let mut table = String::from("| response | decoded with at most | times the response |\n|---|---|---|\n");
    for line in output.lines() {
        let line: Value =
            serde_json::from_str(line).map_err(|error| format!("invalid output of `count`: {line}: {error}"))?;
        let (body, peak) = (line["body"].as_f64().unwrap_or_default(), line["peak"].as_f64().unwrap_or_default());
        let ratio = peak / body;
        table.push_str(&format!("| {} | {} | {ratio:.2} |\n", Unit::Bytes.show(body), Unit::Bytes.show(peak)));
    }
    Ok(table)
}

/// Generates the crate of each model several times.
fn generate(models: &[PathBuf]) -> Result<Generations, String> {
    let program = peer::PEER.build("generate")?.join("generate");
    super::progress("timing the generator");
    let generation = |line: &Value| {
        Some(Generation {
            model: line["model"].as_str()?.to_owned(),
            bytes: line["bytes"].as_f64()?,
            lines: line["lines"].as_f64()?,
            seconds: line["seconds"].as_array()?.iter().filter_map(Value::as_f64).collect(),
        })
    };
    let output = peer::output(Command::new(program).args(models))?;
    let lines = output.lines().map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}")));
    let lines: Vec<Value> = lines.collect::<Result<_, _>>()?;
    let peak = lines.iter().find_map(|line| line["peak"].as_f64()).unwrap_or_default();
    Ok(Generations { generations: lines.iter().filter_map(generation).collect(), peak })
}

/// Returns the names of the operations in a model.
fn operations(model: &Path) -> Result<Vec<String>, String> {
    let file = model.join("model.json");
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(&file).map_err(|error| failed(&error))?;
    let model: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    let shapes = model["shapes"].as_object().into_iter().flatten();
    let operations = shapes.filter(|(_, shape)| shape["type"] == "operation");
    Ok(operations.filter_map(|(id, _)| Some(id.split_once('#')?.1.to_owned())).collect())
}

fn crate_name(operations: usize) -> String {
    format!("fsx-{operations}")
}

fn described(line: Fit, unit: &str) -> String {
    format!("{:.4} {unit}, and {:.2} at the start (R² = {:.3})", line.slope, line.start, line.r2)
}
