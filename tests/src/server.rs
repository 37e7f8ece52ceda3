//! A server on the loopback interface for programs that a test has built.

use std::{
    fmt,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// A server that sends one response on each connection. If a connection breaks, the server continues with the next
/// connection.
///
/// Its `Debug` output is meant for assertion messages. It lists the connections so far, and whether the address still
/// accepts connections.
pub struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server. `respond` takes the head and the body of a request, and returns a status and a JSON body.
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    #[must_use]
    pub fn start(respond: impl Fn(&str) -> (u16, &'static str) + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let log = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::clone(&log);
        thread::spawn(move || {
            loop {
                let result = listener.accept().and_then(|(stream, _)| handle(stream, &respond));
                connections.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{result:?}"));
            }
        });
        Self { address, log }
    }

    /// Returns the URL of the server, such as `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Server").field("connections", &*log).field("next", &TcpStream::connect(self.address)).finish()
    }
}

/// Reads a request and sends the response. Returns the request line.
fn handle(mut stream: TcpStream, respond: impl Fn(&str) -> (u16, &'static str)) -> io::Result<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    let request = loop {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => request.extend_from_slice(&buffer[..read]),
        }
        if let Some(request) = complete(&request) {
            break request;
        }
    };
    let (status, body) = respond(request);
    let length = body.len();
    let response = format!("HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(response.as_bytes())?;
    Ok(request.lines().next().unwrap_or_default().to_owned())
}

/// Returns the request if its body is complete.
fn complete(request: &[u8]) -> Option<&str> {
    let request = std::str::from_utf8(request).ok()?;
    let (head, body) = request.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    (body.len() >= length.map_or(Ok(0), str::parse).ok()?).then_some(request)
}
