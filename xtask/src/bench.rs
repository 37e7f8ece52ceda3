//! `cargo xtask bench`: compares the performance of this project's clients with that of AWS's SDK. Both are measured in
//! the same run, on the same machine.
//!
//! The `tests/bench/peer` workspace pins the clients for FSx, and `tests/bench/services` pins those for other services.
//! The results are tables on standard output and in `docs/guide/benchmarks.md`. A JSON file in `target/bench` contains
//! the values of every run.

mod builds;
mod calls;
mod clients;
mod dimensions;
mod guide;
mod peer;
mod plot;
mod report;
mod resource_usage;
mod scaling;

use std::{
    fs,
    path::{Path, PathBuf},
};

use peer::{DYNAMODB, FSX, LAMBDA};
use report::{Figure, Unit};

pub(crate) const HELP: &str = "\
Compare the performance of fsx with that of aws-sdk-fsx.

Both clients are built and called alternately, in the workspace tests/bench/peer. The results are printed with their
spread (half of the interquartile range), and are written to docs/guide/benchmarks.md. All values are written to
target/bench/fsx.json.

Usage: cargo xtask bench [OPTIONS]
       cargo xtask bench --services [--rounds N]
       cargo xtask bench --compare OLD NEW
       cargo xtask bench --models
       cargo xtask bench --scaling DIR
       cargo xtask bench --dimensions

Options:
    --rounds N         number of builds of each kind (default: 1); a round takes ten minutes on two cores
    --quick            do not measure builds or whole programs, repeat calls less often, and leave
                       docs/guide/benchmarks.md unchanged
    --services         compare clients for Lambda and DynamoDB, generated from botocore's models, with aws-sdk-lambda
                       and aws-sdk-dynamodb instead; the values are written to target/bench/services.json
    --compare OLD NEW  print the differences between the JSON files of two runs
    --models           measure the time and memory of generating clients for all of botocore's models with a supported
                       protocol, and the time by model size; the results are also written to target/bench/models.md
                       and tests/bench/scaling.svg
    --scaling DIR      measure how costs grow: generation time by model size (*.json in DIR), compile time by number
                       of operations, and memory by response size; the results are also written to
                       target/bench/scaling.md and tests/bench/scaling.svg
    --dimensions       measure how the time of each phase of the generator grows with the number of shapes, members,
                       operations, errors and endpoint rules, with nesting, and with documentation; the results are
                       also written to target/bench/dimensions.md and tests/bench/dimensions.svg

Run the benchmark on an otherwise idle machine. It requires Linux.
";

/// The number of rounds for measurements that take only milliseconds each.
const CALL_ROUNDS: usize = 31;

/// The number of rounds that replaces [`CALL_ROUNDS`] with `--quick`, when approximate values are sufficient.
const QUICK_ROUNDS: usize = 5;

/// The parsed command line.
#[derive(Debug, PartialEq)]
enum Arguments {
    Compare { rounds: usize, quick: bool },
    Services { rounds: usize },
    Changes { old: PathBuf, new: PathBuf },
    Models,
    Scaling(PathBuf),
    Dimensions,
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let args = parse(args)?;
    if !matches!(args, Arguments::Changes { .. }) {
        resource_usage::available()?;
    }
    match args {
        Arguments::Compare { rounds, quick } => compare(rounds, quick),
        Arguments::Services { rounds } => services(rounds),
        Arguments::Changes { old, new } => changes(&old, &new),
        Arguments::Models => scaling::all_models(),
        Arguments::Scaling(models) => scaling::run(&models),
        Arguments::Dimensions => dimensions::run(),
    }
}

fn parse(args: &[String]) -> Result<Arguments, String> {
    let (mut rounds, mut quick, mut services, mut other) = (1, false, false, None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("missing value for `{arg}`"));
        match arg.as_str() {
            "--quick" => quick = true,
            "--services" => services = true,
            "--models" => other = Some(Arguments::Models),
            "--dimensions" => other = Some(Arguments::Dimensions),
            "--rounds" => {
                let text = value()?;
                let number = text.parse().ok().filter(|number| *number > 0);
                rounds = number.ok_or_else(|| {
                    format!("invalid value `{text}` for `--rounds`; expected an integer of at least 1")
                })?;
            }
            "--compare" => other = Some(Arguments::Changes { old: value()?.into(), new: value()?.into() }),
            "--scaling" => other = Some(Arguments::Scaling(value()?.into())),
            other => return Err(format!("unexpected argument `{other}`; see `cargo xtask bench --help`")),
        }
    }
    Ok(match other {
        Some(other) => other,
        None if services => Arguments::Services { rounds },
        None => Arguments::Compare { rounds, quick },
    })
}

fn compare(rounds: usize, quick: bool) -> Result<(), String> {
    let mut figures = Vec::new();
    if !quick {
        figures.extend(builds::figures(&FSX, rounds)?);
    }
    figures.extend(sizes()?);
    let calls = calls::measure(if quick { QUICK_ROUNDS } else { CALL_ROUNDS })?;
    figures.extend(calls.figures);
    if !quick {
        figures.push(calls::programs(CALL_ROUNDS)?);
    }
    figures.push(scaling::generating_fsx()?);

    let conditions = conditions(rounds, quick)?;
    write("fsx.json", &report::json(&figures, &calls.references, &conditions))?;
    if !quick {
        guide::update("fsx", &figures, &conditions)?;
    }
    let references = report::of_references(&calls.references, &figures);
    print_line!("{}\n{references}\n{conditions}", report::with_budgets(&figures));
    match calls::botocore() {
        Ok(calls) => print_line!("For comparison, botocore completes {calls:.0} calls per second, one at a time."),
        Err(problem) => crate::print_message(&format!("note: botocore was not measured: {problem}")),
    }
    Ok(())
}

/// Compares the clients for services other than FSx.
fn services(rounds: usize) -> Result<(), String> {
    let mut figures = Vec::new();
    for pair in [LAMBDA, DYNAMODB] {
        clients::generate(pair.clients[0].package)?;
    }
    for pair in [LAMBDA, DYNAMODB] {
        figures.extend(builds::figures(&pair, rounds)?);
    }
    figures.extend(calls::of_services(CALL_ROUNDS)?);
    let conditions = conditions(rounds, false)?;
    write("services.json", &report::json(&figures, &[], &conditions))?;
    guide::update("services", &figures, &conditions)?;
    print_line!("{}\n{conditions}", report::with_budgets(&figures));
    Ok(())
}

/// Prints the differences between two runs.
fn changes(old: &Path, new: &Path) -> Result<(), String> {
    let read = |file: &Path| {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        report::parse(&text).ok_or_else(|| format!("{}: not a file that `cargo xtask bench` wrote", file.display()))
    };
    print_line!("{}", report::changes(&read(old)?, &read(new)?));
    Ok(())
}

/// Returns the figures that can be determined without a build.
fn sizes() -> Result<Vec<Figure>, String> {
    let pair = |name: &str, unit, of: &dyn Fn(&peer::Client) -> Result<usize, String>| {
        let [ours, theirs] = FSX.clients.each_ref().map(of);
        Ok::<_, String>(Figure::new(name, unit, vec![ours? as f64], vec![theirs? as f64]))
    };
    let source = |client: &peer::Client| peer::size(&FSX.workspace.source(client.package)?);
    Ok(vec![
        pair("crates, default features", Unit::Count, &|client| Ok(FSX.workspace.crates(client.program)?.len()))?,
        pair("crates, no features", Unit::Count, &|client| {
            Ok(FSX.workspace.crates(client.bare.unwrap_or(client.program))?.len())
        })?,
        pair("crates with several versions", Unit::Count, &|client| {
            Ok(peer::in_several_versions(&FSX.workspace.crates(client.program)?))
        })?,
        pair("generated lines", Unit::Count, &|client| Ok(source(client)?.0))?,
        pair("generated source", Unit::Bytes, &|client| Ok(source(client)?.1))?,
    ])
}

/// Describes when, how, and on which machine the figures were measured.
fn conditions(rounds: usize, quick: bool) -> Result<String, String> {
    let date = peer::output(std::process::Command::new("date").args(["-u", "+%F"]))?;
    let rustc = peer::output(std::process::Command::new("rustc").arg("--version"))?;
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let processor = processor.unwrap_or("an unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let (date, rustc) = (date.trim(), rustc.trim().split(" (").next().unwrap_or_default());
    let builds = match (quick, rounds) {
        (true, _) => "Builds were not measured.".to_owned(),
        (false, 1) => "Each build was measured once.".to_owned(),
        (false, rounds) => format!("The figures for builds are medians of {rounds} builds."),
    };
    let calls = if quick { QUICK_ROUNDS } else { CALL_ROUNDS };
    Ok(format!(
        "The measurements were made on {date} with {rustc} on {cores} cores of an {processor}. {builds} The figures for \
         calls are medians of {calls} rounds, in which both clients took turns in one process. Lower values are better, \
         except for calls per second. The programs read their settings from the environment; those that use the AWS SDK \
         do so through `aws-config`."
    ))
}

/// Returns the Rust files in the benchmark workspaces.
pub(crate) fn sources() -> Result<Vec<PathBuf>, String> {
    let mut files = peer::rust_files(&peer::PEER.directory())?;
    files.extend(peer::rust_files(&peer::SERVICES.directory())?);
    Ok(files)
}

/// Prints a description of what is being measured to standard error.
fn progress(what: &str) {
    crate::print_message(&format!("bench: {what}"));
}

/// Writes a file to `target/bench`.
fn write(name: &str, text: &str) -> Result<(), String> {
    let directory = peer::target("");
    let file = directory.join(name);
    let written = fs::create_dir_all(&directory).and_then(|()| fs::write(&file, text));
    written.map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn an_invalid_command_line_is_reported() {
        assert_eq!(parsed(""), Ok(Arguments::Compare { rounds: 1, quick: false }));
        assert_eq!(parsed("--rounds 3 --quick"), Ok(Arguments::Compare { rounds: 3, quick: true }));
        assert_eq!(parsed("--services --rounds 2"), Ok(Arguments::Services { rounds: 2 }));
        let changes = Arguments::Changes { old: "a.json".into(), new: "b.json".into() };
        assert_eq!(parsed("--compare a.json b.json"), Ok(changes));
        assert_eq!(parsed("--compare a.json"), Err("missing value for `--compare`".to_owned()));
        assert_eq!(parsed("--models"), Ok(Arguments::Models));
        assert_eq!(parsed("--scaling models"), Ok(Arguments::Scaling("models".into())));
        assert_eq!(
            parsed("--rounds 0"),
            Err("invalid value `0` for `--rounds`; expected an integer of at least 1".to_owned())
        );
        assert_eq!(parsed("--rounds"), Err("missing value for `--rounds`".to_owned()));
        assert!(parsed("--slow").is_err());
    }
}
