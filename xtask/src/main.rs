//! The commands of this workspace.

mod import;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        print!("{}", import::HELP);
        return ExitCode::FAILURE;
    };
    if command != "import" || rest.iter().any(|arg| arg == "--help") {
        print!("{}", import::HELP);
        return ExitCode::SUCCESS;
    }
    match import::run(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
