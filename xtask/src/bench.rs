//! `cargo xtask bench`: measures the cost of this client and of AWS's SDK, in one run on one machine.
//!
//! The workspace tests/bench/peer pins both clients of FSx, and tests/bench/services those of other services. The results
//! are a table on standard output and in `target/bench/results.md`, and all values of all runs in
//! `target/bench/results.json`.

mod builds;
mod calls;
mod clients;
mod peer;
mod plot;
mod report;
mod scaling;
mod usage;

use std::{fs, path::PathBuf};

use peer::{DYNAMODB, FSX, LAMBDA};
use report::{Figure, Unit};

pub(crate) const HELP: &str = "\
Compare the performance of fsx with that of aws-sdk-fsx, and print the table of docs/guide/benchmarks.md.

Both clients are built and called alternately, in the workspace tests/bench/peer. The results are also written to
target/bench/results.md and target/bench/results.json.

Usage: cargo xtask bench [OPTIONS]
       cargo xtask bench --services [--rounds N]
       cargo xtask bench --scaling DIR

Options:
    --rounds N      number of builds of each kind (default: 1); a round takes ten minutes on two cores
    --quick         skip the measurement of builds and of whole programs, and repeat calls less often
    --services      compare clients of Lambda and DynamoDB, generated from botocore's models, with aws-sdk-lambda and
                    aws-sdk-dynamodb instead
    --scaling DIR   measure how costs grow: generation time by model size (*.json in DIR), compile time by number of
                    operations, and memory by response size; the results are also written to target/bench/scaling.md and tests/bench/scaling.svg

Run it on an otherwise idle machine. It requires Linux.
";

/// The number of rounds of measurements that take milliseconds.
const CALL_ROUNDS: usize = 31;

/// The number of these rounds in a quick run, where approximate values are sufficient.
const QUICK_ROUNDS: usize = 5;

/// The parsed command line.
#[derive(Debug, PartialEq)]
enum Arguments {
    Compare { rounds: usize, quick: bool },
    Services { rounds: usize },
    Scaling(PathBuf),
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let args = parse(args)?;
    usage::available()?;
    match args {
        Arguments::Compare { rounds, quick } => compare(rounds, quick),
        Arguments::Services { rounds } => services(rounds),
        Arguments::Scaling(models) => scaling::run(&models),
    }
}

fn parse(args: &[String]) -> Result<Arguments, String> {
    let (mut rounds, mut quick, mut services, mut models) = (1, false, false, None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("missing value for `{arg}`"));
        match arg.as_str() {
            "--quick" => quick = true,
            "--services" => services = true,
            "--rounds" => {
                let text = value()?;
                let number = text.parse().ok().filter(|number| *number > 0);
                rounds = number.ok_or_else(|| {
                    format!("invalid value `{text}` for `--rounds`; expected an integer of at least 1")
                })?;
            }
            "--scaling" => models = Some(PathBuf::from(value()?)),
            other => return Err(format!("unexpected argument `{other}`; see `cargo xtask bench --help`")),
        }
    }
    Ok(match models {
        Some(models) => Arguments::Scaling(models),
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
    figures.extend(calls::figures(if quick { QUICK_ROUNDS } else { CALL_ROUNDS })?);
    if !quick {
        figures.push(calls::programs(CALL_ROUNDS)?);
    }
    figures.push(scaling::generating_fsx()?);

    let mut text = report(&figures, rounds, quick)?;
    match calls::botocore() {
        Ok(calls) => {
            text.push_str(&format!("For comparison, botocore makes {calls:.0} calls per second, one in flight.\n"))
        }
        Err(problem) => eprintln!("note: botocore was not measured: {problem}"),
    }
    write("results.md", &text)?;
    println!("{text}");
    Ok(())
}

/// Compares clients of other services than FSx.
fn services(rounds: usize) -> Result<(), String> {
    let mut figures = Vec::new();
    for pair in [LAMBDA, DYNAMODB] {
        clients::generate(pair.clients[0].package)?;
    }
    for pair in [LAMBDA, DYNAMODB] {
        figures.extend(builds::figures(&pair, rounds)?);
    }
    figures.extend(calls::of_services(CALL_ROUNDS)?);
    let text = report(&figures, rounds, false)?;
    write("results.md", &text)?;
    println!("{text}");
    Ok(())
}

/// Formats the figures and their conditions, and writes all values to results.json.
fn report(figures: &[Figure], rounds: usize, quick: bool) -> Result<String, String> {
    let conditions = conditions(rounds, quick)?;
    write("results.json", &report::json(figures, &conditions))?;
    Ok(format!("{}\n{conditions}\n", report::markdown(figures)))
}

/// Returns the figures that can be counted without a build.
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
        pair("crates in several versions", Unit::Count, &|client| {
            Ok(peer::in_several_versions(&FSX.workspace.crates(client.program)?))
        })?,
        pair("generated lines", Unit::Count, &|client| Ok(source(client)?.0))?,
        pair("generated source", Unit::Bytes, &|client| Ok(source(client)?.1))?,
    ])
}

/// Describes when, on which machine and how the figures were measured.
fn conditions(rounds: usize, quick: bool) -> Result<String, String> {
    let date = peer::output(std::process::Command::new("date").args(["-u", "+%F"]))?;
    let rustc = peer::output(std::process::Command::new("rustc").arg("--version"))?;
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let processor = processor.unwrap_or("an unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let (date, rustc) = (date.trim(), rustc.trim().split(" (").next().unwrap_or_default());
    let builds = match (quick, rounds) {
        (true, _) => "no builds".to_owned(),
        (false, 1) => "builds once".to_owned(),
        (false, rounds) => format!("medians of {rounds} builds"),
    };
    let calls = if quick { QUICK_ROUNDS } else { CALL_ROUNDS };
    Ok(format!(
        "Measured on {date} with {rustc} on {cores} cores of {processor}: {builds}, and medians of {calls} rounds of \
         calls, by turns in one process. Lower is better, but for calls per second. Both programs of one call read \
         their settings from the environment, AWS's with `aws-config`."
    ))
}

/// Returns the Rust files of the workspaces that are measured.
pub(crate) fn sources() -> Result<Vec<PathBuf>, String> {
    let mut files = peer::rust_files(&peer::PEER.folder())?;
    files.extend(peer::rust_files(&peer::SERVICES.folder())?);
    Ok(files)
}

/// Prints to standard error what is being measured.
fn progress(what: &str) {
    eprintln!("bench: {what}");
}

/// Writes a file into target/bench.
fn write(name: &str, text: &str) -> Result<(), String> {
    let folder = peer::target("");
    let file = folder.join(name);
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, text));
    written.map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_command_line_is_understood_or_refused_in_one_sentence() {
        assert_eq!(parsed(""), Ok(Arguments::Compare { rounds: 1, quick: false }));
        assert_eq!(parsed("--rounds 3 --quick"), Ok(Arguments::Compare { rounds: 3, quick: true }));
        assert_eq!(parsed("--services --rounds 2"), Ok(Arguments::Services { rounds: 2 }));
        assert_eq!(parsed("--scaling models"), Ok(Arguments::Scaling("models".into())));
        assert_eq!(
            parsed("--rounds 0"),
            Err("invalid value `0` for `--rounds`; expected an integer of at least 1".to_owned())
        );
        assert_eq!(parsed("--rounds"), Err("missing value for `--rounds`".to_owned()));
        assert!(parsed("--slow").is_err());
    }
}
