//! `cargo xtask conformance`: runs third-party tests against generated crates.

mod endpoints;
mod idl;
mod suites;

use std::{
    fmt,
    io::Write as _,
    path::{Path, PathBuf},
    process::Output,
};

use simba_cli::{data::PARTITIONS, report::Format};
use simba_codegen::{Cases, Generated, Options, Source, Tests};

use crate::{botocore, crates::Crates, files, process};

pub(crate) const HELP: &str = "\
Run protocol tests against generated crates.

Usage: cargo xtask conformance MODEL...
       cargo xtask conformance --botocore
       cargo xtask conformance --idl DIR

Arguments:
    MODEL...     Smithy files (*.smithy or JSON AST), or directories with such files: run the tests in the traits
                 smithy.test#httpRequestTests, httpResponseTests and eventStreamTests for every service with a
                 supported protocol

Options:
    --botocore   run AWS's tests from a pinned version of botocore, which is downloaded with pip: the protocol tests
                 of awsJson1_0, awsJson1_1, restJson1 and rpcv2Cbor, and the endpoint tests of every service with
                 these protocols
    --idl DIR    read all *.smithy files in DIR: NAME.smithy must be the same model as NAME.json beside it; any
                 other file that starts with a comment such as `// Expected an error at line 8` must have its first
                 error on that line

The last line of the output is `N passed, N failed, N skipped (for servers only)`. The exit code is 1 if a test fails.
";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let outcome = match args {
        [] => return Err("expected a model, `--botocore` or `--idl`; see `cargo xtask conformance --help`".to_owned()),
        [only] if only == "--botocore" => of_botocore()?,
        [flag, directory] if flag == "--idl" => return idl::run(Path::new(directory)),
        args => {
            if let Some(unknown) = args.iter().find(|arg| arg.starts_with('-')) {
                return Err(format!("unexpected argument `{unknown}`; see `cargo xtask conformance --help`"));
            }
            let paths: Vec<PathBuf> = args.iter().map(PathBuf::from).collect();
            of_model(&paths)?
        }
    };
    outcome.summarize()
}

/// The numbers of test cases, by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    passed: usize,
    failed: usize,
    for_servers: usize,
}

impl Outcome {
    /// Prints the summary, and returns an error if a case failed.
    fn summarize(self) -> Result<(), String> {
        print_line!("{self}");
        if self.failed == 0 { Ok(()) } else { Err(String::new()) }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped (for servers only)", self.passed, self.failed, self.for_servers)
    }
}

/// Runs the protocol tests of all services in a model.
fn of_model(paths: &[PathBuf]) -> Result<Outcome, String> {
    let sources = files::read_model(paths).map_err(files::reported)?;
    let services = simba_codegen::services(&sources).map_err(|report| files::rejected(report, &sources))?;
    if services.is_empty() {
        return Err("found no service with a supported protocol, such as `restJson1` or `awsJson1_1`".to_owned());
    }
    let mut crates = Crates::new(&format!("conformance/{}", stem(&paths[0])));
    let mut cases = Cases::default();
    for service in services {
        let generated = generate(&sources, Some(&service), &crate_name(&service), &crates)?;
        Format::Human.print_report(&generated.warnings, &sources);
        let Cases { protocol, for_servers, .. } = generated.cases;
        print_line!("{service}: {protocol} tests");
        cases.for_servers += for_servers;
        if protocol > 0 {
            cases.protocol += protocol;
            crates.add(&generated.crate_name, &generated.files)?;
        }
    }
    let mut outcome = Outcome { for_servers: cases.for_servers, ..Outcome::default() };
    if cases.protocol > 0 {
        crates.finish()?;
        let output = test(&crates, &["--test", "protocol"])?;
        (outcome.passed, outcome.failed) = count(&output, cases.protocol, |_| 1);
    }
    Ok(outcome)
}

/// Runs botocore's protocol tests and endpoint tests.
fn of_botocore() -> Result<Outcome, String> {
    let source = botocore::source(&files::root())?;
    let mut crates = Crates::new("conformance/botocore-protocols");
    let models = suites::models(&source)?;
    let mut cases = 0;
    for (name, model) in models {
        let generated = generate(&[model], None, &name, &crates)?;
        cases += generated.cases.protocol;
        crates.add(&name, &generated.files)?;
    }
    crates.finish()?;
    let (passed, failed) = count(&test(&crates, &["--test", "protocol"])?, cases, |_| 1);
    let mut outcome = Outcome { passed, failed, for_servers: 0 };
    print_line!("protocol: {outcome}");

    let mut crates = Crates::new("conformance/botocore-endpoints");
    let endpoints = endpoints::crates(&source, &mut crates)?;
    crates.finish()?;
    let cases = endpoints.values().sum();
    // Each service has a single test, which runs all of its cases.
    let weight = |test: &str| endpoints.iter().find(|(name, _)| test.starts_with(*name)).map_or(0, |(_, cases)| *cases);
    let (passed, failed) = count(&test(&crates, &["--lib"])?, cases, weight);
    print_line!("endpoints: {}", Outcome { passed, failed, for_servers: 0 });
    outcome.passed += passed;
    outcome.failed += failed;
    Ok(outcome)
}

fn generate(sources: &[Source], service: Option<&str>, name: &str, crates: &Crates) -> Result<Generated, String> {
    let options = Options {
        service: service.map(str::to_owned),
        tests: Tests::Emit,
        crate_name: Some(name.to_owned()),
        operations: None,
        runtime: crates.runtime()?,
        aws_config: crates.aws_config()?,
        partitions: Some(PARTITIONS.to_owned()),
        ..Options::default()
    };
    simba_codegen::generate(sources, &options).map_err(|report| files::rejected(report, sources))
}

/// Builds and runs the tests in the crates.
fn test(crates: &Crates, which: &[&str]) -> Result<Output, String> {
    let mut command = crates.cargo("test");
    command.args(["--quiet", "--workspace", "--no-default-features", "--no-fail-fast"]).args(which);
    // Prints each test on its own line, even if the output is a terminal.
    command.args(["--", "--format", "pretty"]);
    let output = process::output(&mut command)?;
    if !output.status.success() {
        // Prints the output of the tests and the compiler before the summary.
        let _ = std::io::stdout().write_all(&output.stdout);
        let _ = std::io::stderr().write_all(&output.stderr);
    }
    Ok(output)
}

/// Returns how many of the cases passed and failed. A case that did not run counts as failed.
fn count(output: &Output, cases: usize, weight: impl Fn(&str) -> usize) -> (usize, usize) {
    let text = String::from_utf8_lossy(&output.stdout);
    let tests = text.lines().filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "));
    let passed: usize = tests.filter(|(_, result)| *result == "ok").map(|(name, _)| weight(name)).sum();
    let failed = cases.saturating_sub(passed);
    // If the command failed even though no case did, for example because a crate does not compile, this counts as one
    // failure.
    let silent = failed == 0 && !output.status.success();
    (passed, if silent { 1 } else { failed })
}

/// Returns the crate name for a service. It is unique within the model.
fn crate_name(service: &str) -> String {
    let name: String = service.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    name.to_lowercase()
}

fn stem(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path.file_stem().map_or_else(|| "model".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_cases() {
        let outcome = Outcome { passed: 5, failed: 1, for_servers: 2 };
        assert_eq!(outcome.to_string(), "5 passed, 1 failed, 2 skipped (for servers only)");
    }
}
