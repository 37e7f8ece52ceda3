//! `cargo xtask conformance`: tests that others wrote, run against generated crates.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use simba_codegen::{Cases, Options, Tests};

use crate::{codegen, crates::Crates, files};

pub(crate) const HELP: &str = "\
Generates, builds and runs the tests that a model has for its protocol.

cargo xtask conformance MODEL...
    the cases of smithy.test#httpRequestTests and httpResponseTests in a model: files of JSON AST, or folders whose
    *.json are merged; every service whose protocol is supported is tested

The last line is `N passed, N failed, N for servers only`; what fails makes the command fail.
";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if let Some(unknown) = args.iter().find(|arg| arg.starts_with('-')) {
        return Err(format!("`{unknown}` is not understood; see `cargo xtask conformance --help`"));
    }
    if args.is_empty() {
        return Err("a model is missing; see `cargo xtask conformance --help`".to_owned());
    }
    let paths: Vec<PathBuf> = args.iter().map(PathBuf::from).collect();
    let outcome = model(&paths)?;
    outcome.tell()
}

/// How the cases went.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    passed: usize,
    failed: usize,
    for_servers: usize,
}

impl Outcome {
    /// Prints the last line, and fails if a case did.
    fn tell(self) -> Result<(), String> {
        println!("{} passed, {} failed, {} for servers only", self.passed, self.failed, self.for_servers);
        if self.failed == 0 { Ok(()) } else { Err(String::new()) }
    }
}

/// Tests every service of a model.
fn model(paths: &[PathBuf]) -> Result<Outcome, String> {
    let sources = files::read_model(paths)?;
    let services = simba_codegen::services(&sources).map_err(|report| report.to_string())?;
    if services.is_empty() {
        return Err("the model has no service of the protocols awsJson1_0 and awsJson1_1".to_owned());
    }
    let mut crates = Crates::new(&format!("conformance/{}", stem(&paths[0])));
    let mut cases = Cases::default();
    for service in services {
        let options = Options {
            service: Some(service.clone()),
            tests: Tests::Emit,
            crate_name: Some(crate_name(&service)),
            operations: None,
            runtime: crates.runtime()?,
            member: true,
            partitions: codegen::partitions()?,
            ..Options::default()
        };
        let generated = simba_codegen::generate(&sources, &options).map_err(|report| report.to_string())?;
        for warning in &generated.warnings.diagnostics {
            eprintln!("{warning}");
        }
        let Cases { protocol, for_servers, endpoints } = generated.cases;
        println!("{service}: {protocol} cases for clients, {for_servers} for servers only");
        cases.for_servers += for_servers;
        if protocol > 0 {
            cases.protocol += protocol;
            cases.endpoints += endpoints;
            crates.add(&generated.crate_name, &generated.files)?;
        }
    }
    let mut outcome = Outcome::default();
    if cases.protocol > 0 {
        crates.finish()?;
        outcome = test(&crates, &["--test", "protocol"], cases.protocol)?;
    }
    outcome.for_servers = cases.for_servers;
    Ok(outcome)
}

/// Builds and runs tests of the crates; what cannot be built has failed.
fn test(crates: &Crates, which: &[&str], cases: usize) -> Result<Outcome, String> {
    let mut command = crates.cargo("test");
    command.args(["--quiet", "--workspace", "--no-default-features", "--no-fail-fast"]).args(which);
    let output = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut outcome = Outcome::default();
    for line in text.lines().filter(|line| line.starts_with("test result: ")) {
        outcome.passed += count(line, " passed");
        outcome.failed += count(line, " failed");
    }
    if !output.status.success() {
        // A reader needs what the tests and the compiler say before the count.
        let _ = std::io::stdout().write_all(&output.stdout);
        let _ = std::io::stderr().write_all(&output.stderr);
    }
    let ran = outcome.passed + outcome.failed;
    if ran != cases {
        println!("{} of {cases} cases did not run", cases.saturating_sub(ran));
        outcome.failed += cases.saturating_sub(ran).max(1);
    }
    Ok(outcome)
}

/// The number before a word.
fn count(line: &str, word: &str) -> usize {
    let before = line.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// A crate's name for a service, which tells it from the others of its model.
fn crate_name(service: &str) -> String {
    let name: String = service.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    name.to_lowercase()
}

fn stem(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path.file_stem().map_or_else(|| "model".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
