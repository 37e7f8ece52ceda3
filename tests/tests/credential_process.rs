//! Tests a `credential_process` during a call that times out. Asynchronous and blocking clients must end the process
//! and all processes that it started.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use fsx::config::{Config, Environment};
use fsx::testing::{ManualClock, MockTransport};
use fsx::timeout::TimeoutConfig;

const LIMIT: Duration = Duration::from_secs(30);

/// Creates a program that reports its start through a named pipe and then hangs, as does its child process. Both keep
/// the pipe open.
fn hanging(pipe: &Path, clock: &ManualClock) -> Config {
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    // The path is written in octal, since it may contain characters that end a value or a word.
    let path: String = pipe.as_os_str().as_bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
    let script = format!(r#"exec 3> "$(printf "{path}")"; (sleep 10; echo late >&3) & echo started >&3; sleep 60"#);
    let profile = format!("[default]\nregion = us-east-1\ncredential_process = /bin/sh -c '{script}'\n");
    let environment = Environment::fixed([("HOME", "/home/me")]).file("/home/me/.aws/config", profile);
    fsx::config::from_environment(&environment)
        .unwrap()
        .to_builder()
        .transport(MockTransport::new())
        .clock(clock.clone())
        .timeouts(TimeoutConfig::disabled().call(LIMIT))
        .build()
}

/// Once the program runs, advances the clock by the timeout of the call. Returns what is written to the pipe
/// afterwards.
fn run_out_of_time(pipe: &Path, clock: &ManualClock) -> String {
    let mut reader = BufReader::new(File::open(pipe).unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "started\n");
    while clock.sleeping() == 0 {
        thread::yield_now();
    }
    clock.advance(LIMIT);
    // Reading ends when the last process that keeps the pipe open has ended.
    io::read_to_string(reader).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_runs_out_of_time_ends_every_program() {
    let directory = tempfile::tempdir().unwrap();
    let (pipe, clock) = (directory.path().join("pipe"), ManualClock::new());
    let client = fsx::Client::new(hanging(&pipe, &clock));
    let call = tokio::spawn(async move { client.describe_backups().await });
    let rest = tokio::task::spawn_blocking(move || run_out_of_time(&pipe, &clock)).await.unwrap();
    assert_eq!(
        call.await.unwrap().unwrap_err().to_string(),
        "DescribeBackups failed: the call did not complete within 30s"
    );
    assert_eq!(rest, "");
}

#[test]
fn a_blocking_call_that_runs_out_of_time_ends_every_program() {
    let directory = tempfile::tempdir().unwrap();
    let (pipe, clock) = (directory.path().join("pipe"), ManualClock::new());
    let client = fsx::blocking::Client::new(hanging(&pipe, &clock));
    let call = thread::spawn(move || client.describe_backups().send());
    let rest = run_out_of_time(&pipe, &clock);
    assert_eq!(
        call.join().unwrap().unwrap_err().to_string(),
        "DescribeBackups failed: the call did not complete within 30s"
    );
    assert_eq!(rest, "");
}
