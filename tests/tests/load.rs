//! Runs many concurrent calls through one client, with some faults. Every call must get its own response, and no
//! connection or task may be left behind.
//!
//! By default, there are a few thousand calls. To run a different number of calls and print statistics, set an
//! environment variable, as in `SIMBA_LOAD=100000`.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

#[path = "load/server.rs"]
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fsx::credentials::Credentials;
use fsx::retry::RetryConfig;
use fsx::transport::{HttpOptions, HyperTransport};
use fsx::{Client, Config};
use server::Server;

/// Returns the number of concurrent calls. The default is low, since a process can open only 256 files on some systems.
fn in_flight() -> usize {
    load().map_or(100, |_| 500)
}

fn config(server: &Server) -> Config {
    Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .endpoint_url(format!("http://{}", server.address))
        .retry(RetryConfig::standard().max_backoff(Duration::from_millis(1)))
        .transport(HyperTransport::new(HttpOptions::new()))
        .build()
}

/// Returns the resident memory of this process in KiB, without that of the server, or 0 if it cannot be determined.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Returns the number of open sockets in this process, or 0 if it cannot be determined.
fn sockets() -> usize {
    let files = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let is_socket = |path| std::fs::read_link(path).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"));
    files.filter(|file| is_socket(file.path())).count()
}

/// Waits until there are no connections and no tasks.
async fn nothing_is_left(server: &Server) {
    let wait = tokio::time::timeout(Duration::from_secs(30), async {
        while server.report().await.open + tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    });
    let ended = wait.await.is_ok();
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert!(ended, "{} connections and {tasks} tasks are left", server.report().await.open);
}

/// Returns the number of calls in `SIMBA_LOAD`, if it is set.
fn load() -> Option<usize> {
    std::env::var("SIMBA_LOAD").ok().map(|load| load.parse().unwrap())
}

#[allow(clippy::print_stdout, reason = "Long runs print their results.")]
fn tell(figures: &str) {
    if load().is_some() {
        println!("{figures}");
    }
}

#[tokio::test]
async fn every_call_gets_its_own_response() {
    let (calls, in_flight) = (load().unwrap_or(4_000), in_flight());
    let server = Server::start();
    let client = Client::new(config(&server));
    let next = Arc::new(AtomicUsize::new(1));
    let settled = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let workers: Vec<_> = (0..in_flight)
        .map(|_| {
            let (client, next, settled) = (client.clone(), Arc::clone(&next), Arc::clone(&settled));
            tokio::spawn(async move {
                let mut responses = 0;
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number > calls {
                        return responses;
                    }
                    // At this point, each worker has made several calls.
                    if number.is_multiple_of((calls / 10).max(4 * in_flight)) {
                        settled.compare_exchange(0, memory(), Ordering::SeqCst, Ordering::SeqCst).ok();
                        tell(&format!("{number} calls: {} KiB", memory()));
                    }
                    let name = format!("fs-{number}");
                    let response = client.create_backup().file_system_id(&name).await.unwrap();
                    assert_eq!(response.backup().unwrap().backup_id, name);
                    responses += 1;
                }
            })
        })
        .collect();
    let mut responses = 0;
    for worker in workers {
        responses += worker.await.unwrap();
    }
    let (took, end) = (started.elapsed(), memory());
    assert_eq!(responses, calls);
    drop(client);
    nothing_is_left(&server).await;

    let seen = server.report().await;
    tell(&format!("{calls} calls in {took:?}: {seen:?}"));
    assert_eq!((seen.calls, seen.tokens), (calls, calls), "one token a call, and no call twice");
    assert_eq!(seen.faults, calls / 20);
    // A fault that closes an idle connection may cause an additional attempt.
    assert!((calls + seen.faults..=calls + 2 * seen.faults).contains(&seen.attempts), "{seen:?}");
    assert!(seen.most <= 2 * in_flight, "{} connections at once", seen.most);
    // With `SIMBA_LOAD=100000`, about 90,000 calls are made after the first measurement, so the limit detects a leak of
    // about 90 bytes per call.
    let settled = settled.load(Ordering::SeqCst);
    assert!(end <= settled + 8 * 1024, "memory grew from {settled} KiB to {end} KiB");
}

#[tokio::test]
async fn clients_that_are_dropped_leave_nothing_behind() {
    let clients = 1_000;
    let server = Server::start();
    for number in 1..=clients {
        let client = Client::new(config(&server));
        client.create_backup().file_system_id(format!("fs-{number}")).await.unwrap();
        // Every third client is dropped while a call is in progress.
        if number % 3 == 0 {
            let call = tokio::spawn(client.create_backup().file_system_id("fs-1").send());
            tokio::task::yield_now().await;
            call.abort();
        }
    }
    nothing_is_left(&server).await;
    let seen = server.report().await;
    assert!(seen.made >= clients, "{seen:?}");
    tell(&format!("{clients} clients, {} sockets are left of {seen:?}", sockets()));
}
