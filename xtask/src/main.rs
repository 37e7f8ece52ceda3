//! `cargo xtask`: the development commands of this workspace.

/// Prints a line to standard output. Unlike `println!`, does not panic if the output is a closed pipe.
macro_rules! print_line {
    ($($argument:tt)*) => {
        crate::print(&(format!($($argument)*) + "\n"))
    };
}

mod bench;
mod botocore;
mod ci;
mod codegen;
mod conformance;
mod crates;
mod diff;
mod files;
mod import;
mod process;
mod python;
mod services;
mod survey;
mod test;

use std::{io::Write as _, process::ExitCode};

use simba_cli::report::{self, Format};

/// A command with its name, summary, help and function.
struct Command {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result<(), String>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "bench",
        summary: "compare the performance of fsx with that of aws-sdk-fsx",
        help: bench::HELP,
        run: bench::run,
    },
    Command {
        name: "ci",
        summary: "run all checks that must pass before a change is merged",
        help: ci::HELP,
        run: ci::run,
    },
    Command {
        name: "codegen",
        summary: "generate the crates in generated/, or a crate from any Smithy model",
        help: codegen::HELP,
        run: codegen::run,
    },
    Command {
        name: "conformance",
        summary: "run the protocol tests in a model, or those of AWS",
        help: conformance::HELP,
        run: conformance::run,
    },
    Command {
        name: "diff",
        summary: "show how an update to a model changes the Rust API",
        help: diff::HELP,
        run: diff::run,
    },
    Command {
        name: "import",
        summary: "convert a model from botocore's format to Smithy",
        help: import::HELP,
        run: import::run,
    },
    Command {
        name: "survey",
        summary: "generate and compile crates for all models in a directory",
        help: survey::HELP,
        run: survey::run,
    },
    Command {
        name: "test",
        summary: "run all tests, and install the tools that they use",
        help: test::HELP,
        run: test::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match args.split_first() {
        None => return usage(),
        Some((name, _)) if name == "--help" || name == "-h" || name == "help" => return usage(),
        Some((name, rest)) => (name, rest),
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        print_error(format!("unknown command `{name}`; see `cargo xtask --help`"));
        return ExitCode::FAILURE;
    };
    if rest.iter().any(|arg| arg == "--help" || arg == "-h") {
        print(command.help);
        return ExitCode::SUCCESS;
    }
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        // The command has already printed the error.
        Err(message) if message.is_empty() => ExitCode::FAILURE,
        Err(message) => {
            print_error(message.strip_prefix("error: ").unwrap_or(&message).to_owned());
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    print_line!("Usage: cargo xtask COMMAND [ARGUMENTS...]\n\nCommands:");
    for command in COMMANDS {
        print_line!("    {:<12} {}", command.name, command.summary);
    }
    print_line!("\nSee `cargo xtask COMMAND --help` for the arguments of a command.");
    print_line!("The exit code is 0 on success and 1 on failure.");
    ExitCode::SUCCESS
}

/// Prints text to standard output. A closed pipe is ignored; any other error is printed.
fn print(text: &str) {
    if let Err(problem) = report::print_output(text) {
        print_error(problem);
    }
}

/// Prints a line to standard error. Unlike `eprintln!`, does not panic if the output is a closed pipe.
fn print_message(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn print_error(message: String) {
    Format::Human.print_error(&message.into());
}
