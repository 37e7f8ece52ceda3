//! The `cargo simba` command, which does the same as `simba`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo passes the name of the subcommand as the first argument.
    let (program, arguments) = (std::env::args_os().take(1), std::env::args_os().skip(1));
    simba_cli::cli::run(program.chain(arguments.skip_while(|argument| argument == "simba")))
}
