//! Tests the behavior of calls when a server misbehaves. Every fault is tested with the real transport, including TLS.
//!
//! The faults are in `faults/rows.rs`. The results are documented in `FAULTS.md`, which must be up to date. To update
//! this file, set `UPDATE_FAULTS=1`. Whatever the server does, a call must end in bounded time, all of its attempts
//! must have the same idempotency token, and no connection or task may be left behind.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

#[path = "faults/rows.rs"]
mod rows;
#[path = "faults/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use fsx::call::CallOptions;
use fsx::credentials::Credentials;
use fsx::error::SdkError;
use fsx::operation::create_backup::{CreateBackupError, CreateBackupResponse};
use fsx::response::Response;
use fsx::retry::RetryConfig;
use fsx::timeout::TimeoutConfig;
use fsx::transport::{BlockingTransport, HttpOptions, HyperTransport, TransportErrorKind};
use fsx::{Client, Config};

use rows::{Between, End, Fault};
use server::{Security, Seen, Server, Step};

/// The maximum duration of a call. It is generous, since other programs may keep the machine busy.
const BOUND: Duration = Duration::from_secs(30);

type Outcome = Result<Response<CreateBackupResponse>, SdkError<CreateBackupError>>;

#[test]
fn every_fault_has_the_documented_result() {
    let faults = rows::all();
    assert!(faults.len() >= 35, "there are {} faults", faults.len());
    let mut table = String::from(HEAD);
    let mut wrong = String::new();
    for fault in faults {
        let (name, ends, attempts) = (fault.name, fault.ends, fault.attempts);
        let (outcome, url) = meet(fault);
        let sent = outcome.as_ref().map_or_else(SdkError::attempts, Response::attempts);
        if !ends_so(&outcome, ends) || sent != attempts {
            writeln!(wrong, "the server {name}: not {ends:?} after {attempts} attempts, but {outcome:?}").unwrap();
        }
        writeln!(table, "| {name} | {} | {sent} |", told(&outcome, &url)).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong}");
    in_step(&table);
}

const HEAD: &str = "\
# Faults of a server and their errors

tests/tests/faults.rs generates this table. It causes each fault with the real transport, and fails if the table is out
of date. The call is `CreateBackup`, and `SERVER` is the address of the server. In every case, the call ends in bounded
time, all of its attempts have the same idempotency token, and no connection or task remains.

| The server… | The caller gets | Attempts |
|---|---|--:|
";

/// Runs the calls for a fault, and checks the properties that all faults have in common. Returns the result of the last
/// call and the URL of the server.
fn meet(fault: Fault) -> (Outcome, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::start(fault.security, fault.script);
        let client = Client::new(config(&server, fault.timeouts));
        let mut outcome = None;
        for call in 0..fault.calls {
            if call > 0 && fault.between == Between::Close {
                server.quiet().await;
            }
            let call = tokio::time::timeout(BOUND, client.create_backup().file_system_id("fs-1").send());
            outcome = Some(call.await.unwrap_or_else(|_| panic!("the server {}: the call hangs", fault.name)));
        }
        drop(client);
        let quiet = tokio::time::timeout(BOUND, nothing_is_left(&server));
        assert!(quiet.await.is_ok(), "the server {}: {} connections are left", fault.name, server.open());
        tokens_are_kept(fault.name, &server.seen(), fault.calls);
        (outcome.unwrap(), server.url())
    })
}

fn config(server: &Server, timeouts: TimeoutConfig) -> Config {
    Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .endpoint_url(server.url())
        .retry(RetryConfig::standard().max_backoff(Duration::from_millis(1)))
        .timeouts(timeouts)
        .transport(HyperTransport::new(HttpOptions::new().ca_bundle(server.trusted())))
        .build()
}

/// The faults whose results are different for blocking calls, since ureq does not distinguish some errors. A failed
/// handshake is reported as a lost connection, a reset as the end of a body without a length, and endless interim
/// responses as endless headers.
const BLOCKING: [(&str, End, u32); 4] = [
    ("speaks HTTP where TLS is expected", End::Transport(TransportErrorKind::Closed), 3),
    ("closes the connection in the TLS handshake", End::Transport(TransportErrorKind::Closed), 3),
    ("resets a TLS connection mid-body, in a response without a length", End::Backup, 1),
    ("never stops sending 100 Continue", End::Transport(TransportErrorKind::TooLarge), 1),
];

#[test]
fn blocking_calls_have_the_same_results() {
    let mut wrong = String::new();
    for mut fault in rows::all() {
        if let Some((_, ends, attempts)) = BLOCKING.iter().find(|(name, _, _)| *name == fault.name) {
            (fault.ends, fault.attempts) = (*ends, *attempts);
            // The faults in `BLOCKING` occur immediately. Without timeouts, a busy machine cannot cause a different
            // result.
            fault.timeouts = TimeoutConfig::new();
        }
        let server = Server::start(fault.security, fault.script);
        let config = config(&server, fault.timeouts)
            .to_builder()
            .transport(BlockingTransport::new(HttpOptions::new().ca_bundle(server.trusted())));
        let client = fsx::blocking::Client::new(config.build());
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let call = || client.create_backup().file_system_id("fs-1").send();
            let outcome = (1..fault.calls).fold(call(), |_, _| call());
            tell.send(outcome).unwrap();
        });
        let Ok(outcome) = told.recv_timeout(BOUND) else {
            writeln!(wrong, "the server {}: the call hangs", fault.name).unwrap();
            continue;
        };
        let sent = outcome.as_ref().map_or_else(SdkError::attempts, Response::attempts);
        // A blocking client detects that the server has closed a connection only when it sends a request. It may
        // therefore need one more attempt.
        let late = u32::from(fault.between == Between::Close);
        if !ends_so(&outcome, fault.ends) || !(fault.attempts..=fault.attempts + late).contains(&sent) {
            let (name, ends, attempts) = (fault.name, fault.ends, fault.attempts);
            writeln!(wrong, "the server {name}: not {ends:?} after {attempts} attempts, but {outcome:?}").unwrap();
        }
        tokens_are_kept(fault.name, &server.seen(), fault.calls);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn the_maximum_response_size_can_be_set_for_clients_and_calls() {
    let server = Server::start(Security::Plain, vec![vec![Step::Serve(rows::ok(rows::BODY))]]);
    let size = rows::BODY.len() as u64;
    let client = |size| Client::new(config(&server, TimeoutConfig::new()).to_builder().max_response_size(size).build());
    assert!(client(size).create_backup().await.is_ok());
    let error = client(size - 1).create_backup().await.unwrap_err();
    let line = format!(
        "CreateBackup failed: the response from {} is larger than {} bytes; increase `max_response_size` to read it",
        server.url(),
        size - 1
    );
    assert_eq!(error.to_string(), line);

    let options = |size| CallOptions::new().max_response_size(size);
    assert!(client(1).create_backup().with_options(options(size)).await.is_ok());
    assert!(client(size).create_backup().with_options(options(1)).await.is_err());
}

#[tokio::test]
async fn nesting_is_limited_in_untyped_responses() {
    let deep = |levels: usize| rows::ok(format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels)));
    for (levels, fits) in [(100, true), (200, false), (1_000_000, false)] {
        let server = Server::start(Security::Plain, vec![vec![Step::Serve(deep(levels))]]);
        let client = Client::new(config(&server, TimeoutConfig::new()));
        match client.call_raw("NewOperation", serde_json::json!({})).await {
            Ok(_) => assert!(fits),
            Err(error) => {
                let line = "NewOperation failed: cannot deserialize the response: lists and objects are nested more than 128 \
                            levels deep (HTTP 200, no request ID)";
                assert!(!fits && error.to_string() == line, "{levels}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn dropping_a_call_closes_its_connection() {
    for steps in
        [vec![Step::Hold], vec![Step::Respond(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".to_vec()), Step::Hold]]
    {
        let server = Server::start(Security::Plain, vec![steps]);
        let client = Client::new(config(&server, TimeoutConfig::new()));
        let task = tokio::spawn({
            let client = client.clone();
            async move { client.create_backup().await }
        });
        server.busy().await;
        task.abort();
        // The client itself has not been dropped yet.
        tokio::time::timeout(BOUND, nothing_is_left(&server)).await.unwrap();
        drop(client);
    }
}

/// Waits until there are no connections and no tasks.
async fn nothing_is_left(server: &Server) {
    server.quiet().await;
    while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

/// Checks that all attempts of a call have the same token, and that calls have different tokens.
fn tokens_are_kept(name: &str, seen: &[Seen], calls: usize) {
    let mut tokens: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in seen {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let token = body["ClientRequestToken"].as_str().unwrap().to_owned();
        assert_eq!(token.len(), 36, "the server {name}: {token}");
        tokens.entry(request.header("amz-sdk-invocation-id").unwrap().to_owned()).or_default().insert(token);
    }
    assert!(tokens.values().all(|tokens| tokens.len() == 1), "the server {name}: {tokens:?}");
    let distinct: BTreeSet<&String> = tokens.values().flatten().collect();
    assert!(distinct.len() == tokens.len() && tokens.len() <= calls, "the server {name}: {tokens:?}");
}

fn ends_so(outcome: &Outcome, end: End) -> bool {
    match (outcome, end) {
        // Returning the response of another call would be a serious bug.
        (Ok(response), End::Backup) => response.backup().is_ok_and(|backup| !backup.backup_id.contains("else")),
        (Ok(response), End::NoBackup) => response.backup.is_none(),
        (Err(error @ SdkError::Service(_)), End::Code(code)) => error.code() == Some(code),
        (Err(SdkError::Timeout(failure)), End::Timeout(kind)) => failure.cause().kind() == kind,
        (Err(SdkError::Transport(failure)), End::Transport(kind)) => failure.cause().kind() == kind,
        (Err(SdkError::ResponseError(_)), End::ResponseError) => true,
        _ => false,
    }
}

/// Formats the result of a call for the table.
fn told(outcome: &Outcome, url: &str) -> String {
    match outcome {
        Ok(response) => match response.backup() {
            Ok(backup) => format!("the backup: `{:?}`, `{}`", backup.backup_id, backup.lifecycle),
            Err(missing) => format!("a response; its `backup()?` fails: `{missing}`"),
        },
        Err(error) => {
            let line = error.to_string();
            assert!(!line.contains(char::is_control) && line.len() < 2000, "more than a line: {line:?}");
            let line = line.replace(url, "SERVER");
            // The rest of the message contains the current time.
            let line = line.split(": verification time").next().unwrap_or_default();
            let shown: String = line.chars().take(LONGEST).collect();
            let more = if shown.len() < line.len() { "…" } else { "" };
            format!("`{}{more}`", shown.replace('`', "'").replace('|', "\\|"))
        }
    }
}

/// The maximum number of characters of an error in the table.
const LONGEST: usize = 400;

fn in_step(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md");
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(&path, table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differ: Vec<_> = table.lines().zip(written.lines()).filter(|(now, then)| now != then).collect();
    assert!(table == written, "FAULTS.md is out of date; set UPDATE_FAULTS=1 to update it: {differ:#?}");
}
