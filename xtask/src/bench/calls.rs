//! Measures calls of this project's clients and of AWS's clients, with both in one process. Runs the programs in
//! `tests/bench/peer/measure` and `tests/bench/services/measure-services`.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use serde_json::Value;

use super::{
    peer::{self, FSX, PEER, SERVICES},
    report::{Figure, Reference, Unit},
};
use crate::{files, python};

/// The figures and references that the programs measured.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub figures: Vec<Figure>,
    pub references: Vec<Reference>,
}

/// Measures calls of FSx operations in the given number of rounds.
pub(crate) fn measure(rounds: usize) -> Result<Measured, String> {
    super::progress("building tests/bench/peer/measure");
    let built = PEER.build("measure")?;
    let program = |name: &str| Command::new(built.join(name));
    let server = Server::start(&mut program("server"))?;
    super::progress("counting allocations");
    let mut output = peer::output(program("count").arg(&server.url))?;
    super::progress("timing calls");
    output += &peer::output(program("time").arg(rounds.to_string()).arg(&server.url))?;
    read(&output)
}

/// Measures calls of other services' operations in the given number of rounds.
pub(crate) fn of_services(rounds: usize) -> Result<Vec<Figure>, String> {
    super::progress("building tests/bench/services/measure-services");
    let mut program = Command::new(SERVICES.build("measure-services")?.join("measure-services"));
    super::progress("timing calls to other services");
    Ok(read(&peer::output(program.arg(rounds.to_string()))?)?.figures)
}

/// Measures the programs that make one call to the server, from start to exit.
pub(crate) fn programs(rounds: usize) -> Result<Figure, String> {
    let server = Server::start(&mut Command::new(PEER.build("measure")?.join("server")))?;
    let built = FSX.clients.iter().map(|client| Ok(PEER.build(client.program)?.join(client.program)));
    let programs: Vec<PathBuf> = built.collect::<Result<_, String>>()?;
    let mut times = [Vec::new(), Vec::new()];
    // The first run of each program is not counted, since it reads the program from disk.
    for round in 0..=rounds {
        for (program, times) in programs.iter().zip(&mut times) {
            let mut program = Command::new(program);
            let started = Instant::now();
            peer::output(server.environment(&mut program))?;
            if round > 0 {
                times.push(started.elapsed().as_secs_f64());
            }
        }
    }
    let [ours, theirs] = times;
    Ok(Figure::new("program with one call, from start to exit, loopback", Unit::Seconds, ours, theirs))
}

/// Returns how many sequential calls per second botocore makes.
pub(crate) fn botocore() -> Result<f64, String> {
    let root = files::root();
    let mut python = python::command(python::interpreter(&root)?);
    let server = Server::start(&mut Command::new(PEER.build("measure")?.join("server")))?;
    super::progress("timing botocore");
    let said = peer::output(server.environment(python.arg(root.join("tests/bench/botocore_calls.py"))))?;
    said.trim().parse().map_err(|_| format!("expected a number from botocore_calls.py, found {said:?}"))
}

/// A server that responds to every request with a backup. It exits when this value is dropped.
struct Server {
    url: String,
    child: Child,
}

impl Server {
    fn start(program: &mut Command) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot start the server: {error}");
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let mut url = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut url).map_err(failed)?;
        }
        Ok(Self { url: url.trim().to_owned(), child })
    }

    /// Configures a program to call only this server, with dummy credentials.
    fn environment<'a>(&self, program: &'a mut Command) -> &'a mut Command {
        program
            .env("AWS_ENDPOINT_URL_FSX", &self.url)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server exits at the end of its input.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// Parses the figures and references that a program printed, one JSON object per line.
fn read(output: &str) -> Result<Measured, String> {
    let mut measured = Measured::default();
    for line in output.lines() {
        let invalid = || format!("invalid figure: {line}");
        let json: Value = serde_json::from_str(line).map_err(|_| invalid())?;
        match Reference::parse(&json) {
            Some(reference) => measured.references.push(reference),
            None => measured.figures.push(Figure::parse(&json).ok_or_else(invalid)?),
        }
    }
    Ok(measured)
}
