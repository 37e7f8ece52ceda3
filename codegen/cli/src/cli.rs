//! The commands of the `simba` program.

mod arguments;
mod clients;
mod list;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};

use crate::{files, package, report};
use arguments::{Cli, Command, GenerateArgs};

/// The exit code for an invalid command line.
const USAGE: u8 = 2;

/// The reason why a command failed.
#[derive(Debug)]
enum Failure {
    /// The command line is invalid, or selects a client that does not exist.
    Usage(String),
    /// The model has errors, a crate is stale, or a file cannot be read or written.
    Failed(String),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

/// Runs the command that the command line selects, and prints errors. The first argument is the name of the program.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    if wants_json(&arguments) {
        report::print_json();
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let is_wanted = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            match report::is_json() && !is_wanted {
                true => report::print_failure(&message(&error)),
                // An error that occurs while the message is printed is ignored.
                false => drop(error.print()),
            }
            return if is_wanted { ExitCode::SUCCESS } else { ExitCode::from(USAGE) };
        }
    };
    let (code, message) = match execute(cli.command) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => (ExitCode::FAILURE, message),
        Err(Failure::Usage(message)) => (ExitCode::from(USAGE), message),
    };
    report::print_failure(&message);
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

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Generate(arguments) => generate(&arguments),
        Command::Check(arguments) => check(&arguments),
        Command::Diff { old, new, service } => {
            let difference = crate::diff(&[old], &[new], service)?;
            report::print_output(&difference.markdown())?;
            match difference.is_breaking() {
                true => Err(Failure::Failed("found breaking changes".to_owned())),
                false => Ok(()),
            }
        }
        Command::List { model } => Ok(list::run(&model)?),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "simba", &mut script);
            Ok(report::print_output(&String::from_utf8_lossy(&script))?)
        }
    }
}

/// Generates crates. If one of them cannot be generated, the others are still generated.
fn generate(arguments: &GenerateArgs) -> Result<(), Failure> {
    let clients = clients::of(arguments)?;
    let (mut failures, mut files_written) = (Vec::new(), 0);
    for (name, client) in &clients {
        let written = client.generate().and_then(|outcome| outcome.write().map(|()| outcome));
        let outcome = match written {
            Ok(outcome) => outcome,
            Err(message) => {
                failures.push(in_client(name, clients.len(), &message));
                continue;
            }
        };
        report::print_output(&(outcome.summary(&files::shown(&client.out)) + "\n"))?;
        files_written += outcome.difference.stale.len() + outcome.difference.missing.len();
        if !outcome.difference.left.is_empty() {
            let left = files::listing(outcome.difference.left);
            let left = format!("left unchanged, because Simba did not generate these files:\n{left}\n");
            report::print_output(&left)?;
        }
        if client.options.package.workspace_root != Some(true)
            && let Some(warning) = package::foreign_workspace(&client.out)
        {
            report::print_warning(&warning);
        }
        let manifest = outcome.generated.files.get("Cargo.toml").map(String::as_str).unwrap_or_default();
        for warning in package::dependency_warnings(manifest, &client.out) {
            report::print_warning(&format!("{}: {warning}", files::shown(&client.out)));
        }
    }
    if clients.len() > 1 {
        let generated = clients.len() - failures.len();
        let written = files::count(files_written, "file");
        report::print_output(&format!("generated {generated} of {} crates, {written} written\n", clients.len()))?;
    }
    finished(failures)
}

/// Checks that crates are up to date.
fn check(arguments: &GenerateArgs) -> Result<(), Failure> {
    let clients = clients::of(arguments)?;
    let mut failures = Vec::new();
    for (name, client) in &clients {
        let (out, listed) = (files::shown(&client.out), client.generate().map(|outcome| outcome.difference.listed()));
        match listed {
            Ok(different) if different.is_empty() => report::print_output(&format!("{out}: up to date\n"))?,
            Ok(different) => failures.push(format!(
                "found {} between {out} and the model; run `simba generate` with the same arguments\n{}",
                files::count(different.len(), "difference"),
                files::listing(different)
            )),
            Err(message) => failures.push(in_client(name, clients.len(), &message)),
        }
    }
    finished(failures)
}

/// Prefixes a message with the name of the client, if there are several clients.
fn in_client(name: &str, clients: usize, message: &str) -> String {
    if clients > 1 { format!("client `{name}`: {message}") } else { message.to_owned() }
}

fn finished(failures: Vec<String>) -> Result<(), Failure> {
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(failures.join("\nerror: "))),
    }
}
