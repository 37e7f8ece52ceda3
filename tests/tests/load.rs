//! Many calls at once through one client, with faults among them: every call is answered once, with its own answer, and
//! nothing is left behind.
//!
//! `SIMBA_LOAD=full` makes 100,000 calls and prints the figures; otherwise it is a few thousand.

#![allow(clippy::unwrap_used, reason = "A panic is how a test fails.")]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fsx::runtime::credentials::Credentials;
use fsx::runtime::retry::RetryConfig;
use fsx::runtime::transport::{HttpOptions, HyperTransport};
use fsx::{Client, Config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const IN_FLIGHT: usize = 500;

/// What the server saw.
#[derive(Default)]
struct Seen {
    /// The token and the number of attempts of each call, by the call's own mark.
    calls: Mutex<HashMap<String, (String, usize)>>,
    faults: AtomicUsize,
    made: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
}

/// A server in a thread of its own, for the rest of the test's life. It answers with the name that it is asked for, but
/// the first attempt of every twentieth call meets a fault.
fn server() -> (SocketAddr, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let (tell, told) = std::sync::mpsc::channel();
    let its = Arc::clone(&seen);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let listener: TcpListener = socket.listen(4096).unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let seen = Arc::clone(&its);
                seen.made.fetch_add(1, Ordering::SeqCst);
                let open = seen.open.fetch_add(1, Ordering::SeqCst) + 1;
                seen.most.fetch_max(open, Ordering::SeqCst);
                tokio::spawn(async move {
                    serve(stream, &seen).await;
                    seen.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
    });
    (told.recv().unwrap(), seen)
}

/// Answers until the client goes away, or until a fault closes the connection.
async fn serve(mut stream: TcpStream, seen: &Seen) -> Option<()> {
    loop {
        let (head, body) = request(&mut stream).await?;
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let name = body["FileSystemId"].as_str().unwrap();
        let first = note(seen, &head, body["ClientRequestToken"].as_str().unwrap());
        let number: usize = name.rsplit('-').next().unwrap().parse().unwrap();
        let fault = (first && number.is_multiple_of(20)).then_some(number / 20 % 4);
        if fault.is_some() {
            seen.faults.fetch_add(1, Ordering::SeqCst);
        }
        let answer = match fault {
            None => reply("200 OK", &format!(r#"{{"Backup":{{"BackupId":"{name}"}}}}"#)),
            Some(0) => reply("503 Service Unavailable", ""),
            Some(1) => reply("400 Bad Request", r#"{"__type":"ThrottlingException"}"#),
            Some(2) => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_owned(),
            Some(_) => String::new(),
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        if fault.is_some_and(|fault| fault >= 2) {
            return stream.shutdown().await.ok();
        }
    }
}

fn reply(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let size = stream.read(&mut part).await.ok().filter(|size| *size > 0)?;
        bytes.extend_from_slice(&part[..size]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let length: usize = header(&head, "content-length").parse().unwrap();
        if bytes.len() >= end + 4 + length {
            return Some((head, bytes.split_off(end + 4)));
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.split_once(": ").filter(|(found, _)| *found == name));
    line.map_or("", |(_, value)| value)
}

/// Notes an attempt. True if it is the call's first.
fn note(seen: &Seen, head: &str, token: &str) -> bool {
    let mut calls = seen.calls.lock().unwrap();
    let call = calls.entry(header(head, "amz-sdk-invocation-id").to_owned());
    let (known, attempts) = call.or_insert_with(|| (token.to_owned(), 0));
    assert_eq!(known, token, "each attempt of a call has the same token");
    *attempts += 1;
    *attempts == 1
}

fn config(address: SocketAddr) -> Config {
    Config::builder()
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .endpoint_url(format!("http://{address}"))
        .retry(RetryConfig::standard().max_backoff(Duration::from_millis(1)))
        .transport(HyperTransport::new(HttpOptions::new()))
        .build()
}

/// Resident memory in KiB; 0 where the system does not tell.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Ends once there is neither a connection nor a task any more.
async fn nothing_is_left(seen: &Seen) {
    let left = || seen.open.load(Ordering::SeqCst) + tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let wait = tokio::time::timeout(Duration::from_secs(30), async {
        while left() > 0 {
            tokio::task::yield_now().await;
        }
    });
    assert!(wait.await.is_ok(), "{} connections and tasks are left", left());
}

fn full() -> bool {
    std::env::var("SIMBA_LOAD").is_ok_and(|load| load == "full")
}

#[tokio::test]
async fn every_call_is_answered_once_with_its_own_answer() {
    let calls = if full() { 100_000 } else { 4_000 };
    let (address, seen) = server();
    let client = Client::new(config(address));
    let next = Arc::new(AtomicUsize::new(1));
    let settled = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let workers: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, next, settled) = (client.clone(), Arc::clone(&next), Arc::clone(&settled));
            tokio::spawn(async move {
                let mut answers = 0;
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number > calls {
                        return answers;
                    }
                    if number == calls / 4 {
                        settled.store(memory(), Ordering::SeqCst);
                    }
                    let name = format!("fs-{number}");
                    let response = client.create_backup().file_system_id(&name).await.unwrap();
                    assert_eq!(response.backup().unwrap().backup_id, name);
                    answers += 1;
                }
            })
        })
        .collect();
    let mut answers = 0;
    for worker in workers {
        answers += worker.await.unwrap();
    }
    let (took, end) = (started.elapsed(), memory());
    assert_eq!(answers, calls);
    drop(client);
    nothing_is_left(&seen).await;

    let noted = seen.calls.lock().unwrap();
    let tokens: std::collections::HashSet<&String> = noted.values().map(|(token, _)| token).collect();
    assert_eq!((noted.len(), tokens.len()), (calls, calls), "one token a call, and no call twice");
    let attempts: usize = noted.values().map(|(_, attempts)| attempts).sum();
    let faults = seen.faults.load(Ordering::SeqCst);
    assert_eq!(faults, calls / 20);
    // An idle connection that a fault closes may swallow one more attempt.
    assert!((calls + faults..=calls + 2 * faults).contains(&attempts), "{attempts} attempts, {faults} faults");
    let most = seen.most.load(Ordering::SeqCst);
    assert!(most <= 2 * IN_FLIGHT, "{most} connections at once");
    let settled = settled.load(Ordering::SeqCst);
    // What the server notes of each call is in the same process, some 200 bytes.
    let allowed = 16 * 1024 + calls / 2;
    assert!(end <= settled + allowed, "memory grew from {settled} KiB to {end} KiB");
    if full() {
        let made = seen.made.load(Ordering::SeqCst);
        #[allow(clippy::print_stdout, reason = "The figures are what the full run is for.")]
        {
            println!(
                "{calls} calls in {took:?}: {attempts} attempts, {faults} faults, {made} connections, {most} at once"
            );
            println!("memory: {settled} KiB after a quarter, {end} KiB at the end");
        }
    }
}

#[tokio::test]
async fn clients_that_are_dropped_leave_nothing_behind() {
    let clients = if full() { 1_000 } else { 200 };
    let (address, seen) = server();
    for number in 1..=clients {
        let client = Client::new(config(address));
        client.create_backup().file_system_id(format!("fs-{number}")).await.unwrap();
        // One in three is dropped with a call on its way.
        if number % 3 == 0 {
            let call = tokio::spawn(client.create_backup().file_system_id("fs-1").send());
            tokio::task::yield_now().await;
            call.abort();
        }
    }
    nothing_is_left(&seen).await;
    assert!(seen.made.load(Ordering::SeqCst) >= clients);
}
