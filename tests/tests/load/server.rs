//! A server in a separate process, so that only the client uses memory in this process.
//!
//! The process is another instance of this test program. Its arguments and an environment variable make it run only the
//! test [`process`], which is the server. The process exits when its standard input is closed, at the latest when the
//! test ends.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Lines, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The name of the test that runs as the server.
const TEST: &str = "server::process";

/// The environment variable that turns this program into a server.
const SERVE: &str = "SIMBA_LOAD_SERVER";

/// The start of the line that the server prints when it is ready. The rest of the line is the server's address.
const LISTENING: &str = "listening on ";

/// A message that is sent instead of an HTTP request. The server responds to it with its report.
const REPORT: &[u8] = b"REPORT";

/// The statistics of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(crate) calls: usize,
    /// The number of distinct idempotency tokens.
    pub(crate) tokens: usize,
    pub(crate) attempts: usize,
    pub(crate) faults: usize,
    /// The total number of connections.
    pub(crate) made: usize,
    /// The number of open connections.
    pub(crate) open: usize,
    /// The maximum number of connections that were open at the same time.
    pub(crate) most: usize,
}

/// The server process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
    /// The pipes are kept open, since the process exits when its input ends, and must be able to write its output.
    _pipes: (Option<ChildStdin>, Lines<BufReader<ChildStdout>>),
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", TEST, "--nocapture"]).env(SERVE, "1").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = lines.by_ref().map(Result::unwrap);
        let address = said.find_map(|line| Some(line.split_once(LISTENING)?.1.parse().unwrap())).unwrap();
        let input = child.stdin.take();
        Self { address, child, _pipes: (input, lines) }
    }

    pub(crate) async fn report(&self) -> Report {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(REPORT).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap());
        let mut next = || numbers.next().unwrap();
        Report {
            calls: next(),
            tokens: next(),
            attempts: next(),
            faults: next(),
            made: next(),
            open: next(),
            most: next(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have already exited.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The data that the server records.
#[derive(Default)]
struct Seen {
    /// The token and the number of attempts of each call, by the invocation ID in its requests.
    calls: HashMap<String, (String, usize)>,
    faults: usize,
    made: usize,
    open: usize,
    most: usize,
}

impl Seen {
    fn report(&self) -> String {
        let tokens: BTreeSet<&String> = self.calls.values().map(|(token, _)| token).collect();
        let attempts: usize = self.calls.values().map(|(_, attempts)| attempts).sum();
        let Self { calls, faults, made, open, most } = self;
        format!("{} {} {attempts} {faults} {made} {open} {most}", calls.len(), tokens.len())
    }

    /// Records an attempt. Returns whether it is the first attempt of its call.
    fn note(&mut self, mark: &str, token: &str) -> bool {
        let (known, attempts) = self.calls.entry(mark.to_owned()).or_insert_with(|| (token.to_owned(), 0));
        assert_eq!(known, token, "each attempt of a call has the same token");
        *attempts += 1;
        *attempts == 1
    }
}

/// Runs the server. A response contains the name in the request, except that the first attempt of every twentieth call
/// fails. If [`SERVE`] is not set, tests only that the server starts and stops.
#[tokio::test]
#[allow(clippy::print_stdout, reason = "The parent process reads the address from standard output.")]
async fn process() {
    if std::env::var_os(SERVE).is_none() {
        let seen = Server::start().report().await;
        assert_eq!((seen.calls, seen.made, seen.open), (0, 0, 0));
        return;
    }
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener: TcpListener = socket.listen(4096).unwrap();
    println!("\n{LISTENING}{}", listener.local_addr().unwrap());
    std::thread::spawn(|| {
        std::io::stdin().read_to_end(&mut Vec::new()).ok();
        std::process::exit(0);
    });
    let seen = Arc::new(Mutex::new(Seen::default()));
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let seen = Arc::clone(&seen);
        tokio::spawn(async move { connection(stream, &seen).await });
    }
}

async fn connection(mut stream: TcpStream, seen: &Mutex<Seen>) {
    let mut start = [0; REPORT.len()];
    if stream.peek(&mut start).await.is_ok_and(|size| start[..size] == *REPORT) {
        // If data has not been read, closing the connection would reset it.
        stream.read_exact(&mut start).await.unwrap();
        let report = seen.lock().unwrap().report();
        stream.write_all(report.as_bytes()).await.ok();
        return;
    }
    {
        let mut seen = seen.lock().unwrap();
        seen.made += 1;
        seen.open += 1;
        seen.most = seen.most.max(seen.open);
    }
    serve(&mut stream, seen).await;
    seen.lock().unwrap().open -= 1;
}

/// Responds to requests until the client disconnects, or a fault closes the connection.
async fn serve(stream: &mut TcpStream, seen: &Mutex<Seen>) -> Option<()> {
    loop {
        let (head, body) = request(stream).await?;
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let name = body["FileSystemId"].as_str().unwrap();
        let token = body["ClientRequestToken"].as_str().unwrap();
        let number: usize = name.rsplit('-').next().unwrap().parse().unwrap();
        let fault = {
            let mut seen = seen.lock().unwrap();
            let first = seen.note(header(&head, "amz-sdk-invocation-id"), token);
            let fault = (first && number.is_multiple_of(20)).then_some(number / 20 % 4);
            seen.faults += usize::from(fault.is_some());
            fault
        };
        let response = match fault {
            None => response("200 OK", &format!(r#"{{"Backup":{{"BackupId":"{name}"}}}}"#)),
            Some(0) => response("503 Service Unavailable", ""),
            Some(1) => response("400 Bad Request", r#"{"__type":"ThrottlingException"}"#),
            Some(2) => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_owned(),
            Some(_) => String::new(),
        };
        stream.write_all(response.as_bytes()).await.ok()?;
        if fault.is_some_and(|fault| fault >= 2) {
            return stream.shutdown().await.ok();
        }
    }
}

fn response(status: &str, body: &str) -> String {
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
