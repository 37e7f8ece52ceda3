//! A fake server on the loopback interface, and a minimal transport that connects to it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use http::{Request, Response};

use simba_runtime::BoxFuture;
use simba_runtime::body::Body;
use simba_runtime::transport::{Transport, TransportError, TransportErrorKind};

/// A server that returns the given responses in order, and records all requests.
pub(super) struct Fake {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    thread: Option<JoinHandle<()>>,
}

/// A recorded request.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The method and path, such as `GET /path`.
    pub(super) line: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(seen, _)| seen.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Fake {
    pub(super) fn new<const N: usize>(responses: [(u16, String); N]) -> Self {
        Self::with_header("server: fake", responses)
    }

    /// Starts a server that returns these responses and adds this header to each.
    pub(super) fn with_header<const N: usize>(header: &'static str, responses: [(u16, String); N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let thread = std::thread::spawn(move || {
            for (status, body) in responses {
                let (mut stream, _) = listener.accept().unwrap();
                let Some(request) = read(&mut stream) else {
                    return;
                };
                record.lock().unwrap().push(request);
                write!(stream, "HTTP/1.1 {status} X\r\n{header}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
                    .unwrap();
            }
        });
        Self { address, seen, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the request lines received so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        // A server that still has responses to send waits for a connection. A connection without a request stops it.
        drop(TcpStream::connect(self.address));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().map(|_| line.trim_end().to_owned())
    };
    let first = line()?;
    let first = first.strip_suffix(" HTTP/1.1")?.to_owned();
    let mut headers = Vec::new();
    while let Some((name, value)) = line()?.split_once(": ") {
        headers.push((name.to_owned(), value.to_owned()));
    }
    let mut seen = Seen { line: first, headers, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}

/// A transport without TLS that opens one connection for each request.
#[derive(Debug)]
pub(super) struct Direct;

impl Transport for Direct {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let response = exchange(&request)
            .map_err(|error| TransportError::new(TransportErrorKind::Other, "no exchange").with_source(error));
        Box::pin(std::future::ready(response))
    }
}

fn exchange(request: &Request<Body>) -> io::Result<Response<Body>> {
    let uri = request.uri();
    assert_eq!(uri.scheme_str(), Some("http"), "only fakes get requests: {uri}");
    let mut stream = TcpStream::connect(uri.authority().unwrap().as_str())?;
    write!(stream, "{} {} HTTP/1.1\r\n", request.method(), uri.path_and_query().unwrap())?;
    for (name, value) in request.headers() {
        if name != http::header::CONTENT_LENGTH {
            write!(stream, "{name}: {}\r\n", value.to_str().unwrap())?;
        }
    }
    let body = request.body().as_bytes().unwrap();
    write!(stream, "content-length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = response.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status: u16 = head.split(' ').nth(1).ok_or_else(broken)?.parse().unwrap();
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let builder =
        headers.fold(Response::builder().status(status), |builder, (name, value)| builder.header(name, value));
    Ok(builder.body(Body::from(body.to_owned())).unwrap())
}

/// A transport that records the URI of each request. Every request fails.
#[derive(Debug, Default)]
pub(super) struct Nowhere {
    pub(super) urls: Mutex<Vec<String>>,
}

impl Transport for Nowhere {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        self.urls.lock().unwrap().push(request.uri().to_string());
        let error = TransportError::new(TransportErrorKind::Other, "nothing gets through");
        Box::pin(std::future::ready(Err(error)))
    }
}

/// A transport that never responds.
#[derive(Debug)]
pub(super) struct Silent;

impl Transport for Silent {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(std::future::pending())
    }
}

/// A transport whose responses are created by a function.
pub(super) struct Responder<F>(pub(super) F);

impl<F> std::fmt::Debug for Responder<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Responder")
    }
}

impl<F: Fn(&Request<Body>) -> (u16, String) + Send + Sync> Transport for Responder<F> {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let (status, body) = self.0(&request);
        Box::pin(std::future::ready(Ok(Response::builder().status(status).body(Body::from(body)).unwrap())))
    }
}
