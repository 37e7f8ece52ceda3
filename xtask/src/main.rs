//! The commands of this workspace. This is the only code that accesses the file system.

mod bench;
mod botocore;
mod ci;
mod codegen;
mod conformance;
mod crates;
mod diff;
mod files;
mod import;
mod package;
mod process;
mod python;
mod services;
mod survey;
mod test;

use std::process::ExitCode;

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
        summary: "measure this client beside AWS's own, and how cost grows",
        help: bench::HELP,
        run: bench::run,
    },
    Command { name: "ci", summary: "check what has to hold before a change is merged", help: ci::HELP, run: ci::run },
    Command {
        name: "codegen",
        summary: "generate the crates under generated/, or one from any Smithy model",
        help: codegen::HELP,
        run: codegen::run,
    },
    Command {
        name: "conformance",
        summary: "run the protocol tests that a model has, or AWS's own",
        help: conformance::HELP,
        run: conformance::run,
    },
    Command {
        name: "diff",
        summary: "tell what a model's update changes in the Rust API, breaking changes first",
        help: diff::HELP,
        run: diff::run,
    },
    Command {
        name: "import",
        summary: "convert AWS's older JSON form of a model to Smithy",
        help: import::HELP,
        run: import::run,
    },
    Command {
        name: "survey",
        summary: "generate and type-check every model of a folder",
        help: survey::HELP,
        run: survey::run,
    },
    Command {
        name: "test",
        summary: "run every test, those against a real server included",
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
        eprintln!("error: there is no command `{name}`; `cargo xtask --help` lists them");
        return ExitCode::FAILURE;
    };
    if rest.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{}", command.help);
        return ExitCode::SUCCESS;
    }
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        // The command has already printed the error.
        Err(message) if message.is_empty() => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {}", message.strip_prefix("error: ").unwrap_or(&message));
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    println!("The commands of this workspace, each with a --help of its own:\n");
    for command in COMMANDS {
        println!("  cargo xtask {:<12} {}", command.name, command.summary);
    }
    ExitCode::SUCCESS
}
