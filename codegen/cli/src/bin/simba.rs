//! The `simba` command. See `simba --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    simba_cli::cli::run(std::env::args_os())
}
