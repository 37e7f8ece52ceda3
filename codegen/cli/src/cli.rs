//! The commands of the `simba` program.

mod arguments;
mod clients;
mod list;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};

use crate::{
    Client, Error, Outcome, Problem, files,
    report::{self, Format},
};
use arguments::{Cli, Command, GenerateArgs};

/// The exit code for an invalid command line.
const USAGE: u8 = 2;

/// The reason why a command failed.
#[derive(Debug)]
enum Failure {
    /// The command line is invalid, or selects a client that does not exist.
    Usage(String),
    /// The model has errors, a crate is stale, or a file cannot be read or written.
    Failed(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem.into())
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Failed(message.into())
    }
}

/// Runs the command that the command line selects, and prints errors. The first argument is the name of the program.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    let format = if wants_json(&arguments) { Format::Json } else { Format::Human };
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let is_wanted = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            match format {
                Format::Json if !is_wanted => format.print_error(&message(&error).into()),
                // An error that occurs while the message is printed is ignored.
                Format::Json | Format::Human => drop(error.print()),
            }
            return if is_wanted { ExitCode::SUCCESS } else { ExitCode::from(USAGE) };
        }
    };
    let (code, error) = match execute(cli.command, format) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Failed(error)) => (ExitCode::FAILURE, error),
        Err(Failure::Usage(message)) => (ExitCode::from(USAGE), message.into()),
    };
    format.print_error(&error);
    code
}

/// Returns whether the command line requests errors in JSON. Apart from this option, the command line may be invalid.
fn wants_json(arguments: &[OsString]) -> bool {
    let is_json =
        |pair: &[OsString]| matches!(pair, [option, value] if option == "--message-format" && value == "json");
    arguments.windows(2).any(is_json) || arguments.iter().any(|argument| argument == "--message-format=json")
}

/// Returns the message of a command-line error and how to fix the error, without the usage.
fn message(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut paragraphs = text.trim_start_matches("error: ").split("\n\n");
    let message = paragraphs.next().unwrap_or_default().trim().replace("\n  ", " ");
    match paragraphs.find_map(|paragraph| paragraph.trim().strip_prefix("tip: ")) {
        Some(tip) => format!("{message}; {tip}"),
        None => message,
    }
}

fn execute(command: Command, format: Format) -> Result<(), Failure> {
    match command {
        Command::Generate(arguments) => generate(&arguments, format),
        Command::Check(arguments) => check(&arguments, format),
        Command::Diff { old, new, service } => {
            let difference = crate::diff(&[old], &[new], service)?;
            report::print_output(&difference.markdown())?;
            match difference.is_breaking() {
                true => Err("found breaking changes".to_owned().into()),
                false => Ok(()),
            }
        }
        Command::List { model } => Ok(list::run(&model, format)?),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "simba", &mut script);
            Ok(report::print_output(&String::from_utf8_lossy(&script))?)
        }
    }
}

/// Generates crates. If one of them cannot be generated, the others are still generated.
fn generate(arguments: &GenerateArgs, format: Format) -> Result<(), Failure> {
    let clients = clients::of(arguments)?;
    let (mut problems, mut crates_generated, mut files_written) = (Vec::new(), 0, 0);
    for (name, client) in &clients {
        let outcome = match compared(client, format).and_then(|outcome| outcome.write().map(|()| outcome)) {
            Ok(outcome) => outcome,
            Err(error) => {
                problems.extend(failed(name, clients.len(), error, format));
                continue;
            }
        };
        crates_generated += 1;
        report::print_output(&(outcome.summary(&files::shown(&client.out)) + "\n"))?;
        files_written += outcome.difference.stale.len() + outcome.difference.missing.len();
        if !outcome.difference.left.is_empty() {
            let left = files::listing(outcome.difference.left.iter().cloned());
            let left = format!("left unchanged, because Simba did not generate these files:\n{left}\n");
            report::print_output(&left)?;
        }
        outcome.warnings().iter().for_each(|warning| format.print_warning(warning));
    }
    if clients.len() > 1 {
        let written = files::count(files_written, "file");
        let crates = clients.len();
        report::print_output(&format!("generated {crates_generated} of {crates} crates, {written} written\n"))?;
    }
    finished(problems)
}

/// Checks that crates are up to date.
fn check(arguments: &GenerateArgs, format: Format) -> Result<(), Failure> {
    let clients = clients::of(arguments)?;
    let mut problems = Vec::new();
    for (name, client) in &clients {
        let out = files::shown(&client.out);
        match compared(client, format).map(|outcome| outcome.difference.listed()) {
            Ok(different) if different.is_empty() => report::print_output(&format!("{out}: up to date\n"))?,
            Ok(different) => {
                let count = files::count(different.len(), "file");
                let listing = files::listing(different);
                problems.push(Problem::with_help(
                    format!("{out}: {count} not up to date with the model"),
                    format!("run `simba generate` with the same arguments\n{listing}"),
                ));
            }
            Err(error) => problems.extend(failed(name, clients.len(), error, format)),
        }
    }
    finished(problems)
}

/// Generates a crate, compares it with its directory, and prints the warnings.
fn compared(client: &Client, format: Format) -> Result<Outcome, Error> {
    let outcome = client.generate()?;
    format.print_report(&outcome.generated.warnings, &outcome.sources);
    Ok(outcome)
}

/// Prints the problems with the model of a client. Returns the other problems, which are printed last. If there are
/// several clients, the messages of the returned problems start with the name of the client.
fn failed(name: &str, clients: usize, error: Error, format: Format) -> Vec<Problem> {
    format.print_report(&error.report, &error.sources);
    let client = if clients > 1 { format!("client `{name}`: ") } else { String::new() };
    let problems = error.problems.into_iter();
    problems.map(|problem| Problem { message: format!("{client}{}", problem.message), ..problem }).collect()
}

fn finished(problems: Vec<Problem>) -> Result<(), Failure> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Error { problems, ..Error::default() }.into()),
    }
}
