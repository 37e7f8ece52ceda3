//! `cargo xtask bench`: measures the cost of this client and of AWS's SDK, in one run on one machine.
//!
//! The workspace tests/bench/peer pins both clients. The results are a table on the standard output and in
//! `target/bench/results.md`, and all values of all runs in `target/bench/results.json`.

mod builds;
mod calls;
mod peer;
mod plot;
mod report;
mod scaling;
mod usage;

use std::{fs, path::PathBuf};

use report::{Figure, Unit};

pub(crate) const HELP: &str = "\
Compares the performance of this client with that of aws-sdk-fsx, and prints the table of docs/guide/benchmarks.md. Both are built and
called alternately, from the workspace tests/bench/peer. The results are also written to results.md and results.json in
target/bench.

Usage: cargo xtask bench [OPTIONS]
       cargo xtask bench --scaling DIR

Options:
    --rounds N      number of times that each build is repeated (default: 1); a round takes ten minutes on two cores
    --quick         skip builds that are not required, and measure fewer rounds of calls
    --scaling DIR   measure how costs grow: the time to generate with the size of the models (*.json) in DIR, the time
                    to compile with the number of operations, and the memory to deserialize with the size of the
                    response. The results are also written to target/bench/scaling.md and tests/bench/scaling.svg

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
    Scaling(PathBuf),
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let args = parse(args)?;
    usage::available()?;
    match args {
        Arguments::Compare { rounds, quick } => compare(rounds, quick),
        Arguments::Scaling(models) => scaling::run(&models),
    }
}

fn parse(args: &[String]) -> Result<Arguments, String> {
    let (mut rounds, mut quick, mut models) = (1, false, None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("missing value for `{arg}`"));
        match arg.as_str() {
            "--quick" => quick = true,
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
        None => Arguments::Compare { rounds, quick },
    })
}

fn compare(rounds: usize, quick: bool) -> Result<(), String> {
    let mut figures = Vec::new();
    if !quick {
        figures.extend(builds::figures(rounds)?);
    }
    figures.extend(sizes()?);
    figures.extend(calls::figures(if quick { QUICK_ROUNDS } else { CALL_ROUNDS })?);
    if !quick {
        figures.push(calls::programs(CALL_ROUNDS)?);
    }
    figures.push(scaling::generating_fsx()?);

    let mut text = report::markdown(&figures);
    let conditions = conditions(rounds, quick)?;
    text.push_str(&format!("\n{conditions}\n"));
    match calls::botocore() {
        Ok(calls) => {
            text.push_str(&format!("For comparison, botocore makes {calls:.0} calls per second, one in flight.\n"))
        }
        Err(problem) => eprintln!("note: botocore was not measured: {problem}"),
    }
    write("results.md", &text)?;
    write("results.json", &report::json(&figures, &conditions))?;
    println!("{text}");
    Ok(())
}

/// Returns the figures that can be counted without a build.
fn sizes() -> Result<Vec<Figure>, String> {
    let pair = |name: &str, unit, of: &dyn Fn(&peer::Client) -> Result<usize, String>| {
        let [ours, theirs] = peer::CLIENTS.each_ref().map(of);
        Ok::<_, String>(Figure::new(name, unit, vec![ours? as f64], vec![theirs? as f64]))
    };
    let source = |client: &peer::Client| peer::size(&peer::source(client.package)?);
    Ok(vec![
        pair("crates, default features", Unit::Count, &|client| Ok(peer::crates(client.program)?.len()))?,
        pair("crates, no features", Unit::Count, &|client| Ok(peer::crates(client.bare)?.len()))?,
        pair("crates in several versions", Unit::Count, &|client| {
            Ok(peer::in_several_versions(&peer::crates(client.program)?))
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

/// Returns the Rust files of the workspace tests/bench/peer.
pub(crate) fn sources() -> Result<Vec<PathBuf>, String> {
    peer::rust_files(&peer::folder())
}

/// Prints to the standard error what is being measured.
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
        assert_eq!(parsed("--scaling models"), Ok(Arguments::Scaling("models".into())));
        assert_eq!(
            parsed("--rounds 0"),
            Err("invalid value `0` for `--rounds`; expected an integer of at least 1".to_owned())
        );
        assert_eq!(parsed("--rounds"), Err("missing value for `--rounds`".to_owned()));
        assert!(parsed("--slow").is_err());
    }
}
