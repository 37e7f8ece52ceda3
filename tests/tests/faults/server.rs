//! A server on the loopback interface that follows scripts, which may violate any protocol.
//!
//! Each connection has a script, which consists of steps that read and write bytes. The server records requests, and
//! counts how many connections were opened and are still open. It runs in its own thread and runtime, so that a test
//! can count the tasks of its client.

#![allow(dead_code, reason = "No test uses all functions of the server.")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;

/// A step in the script for a connection. After the last step, the connection is shut down gracefully.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Reads a complete request.
    Read,
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Reads a complete request, then writes these bytes.
    Respond(Vec<u8>),
    /// Responds to every further request with these bytes, until the client disconnects.
    Serve(Vec<u8>),
    /// Writes these bytes repeatedly.
    Repeat(Vec<u8>, usize),
    /// Writes these bytes one by one, with a pause after each.
    Drip(Vec<u8>),
    /// Waits until the client disconnects.
    Hold,
    /// Resets the connection.
    Reset,
}

/// Whether and how connections are encrypted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Security {
    /// Connections are not encrypted.
    Plain,
    /// The certificate is valid.
    Trusted,
    /// The certificate has expired.
    Expired,
    /// The certificate is for another host.
    OtherHost,
    /// The certificate is self-signed.
    SelfSigned,
    /// Connections are not encrypted, although the client expects TLS.
    Pretended,
}

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The request line and the headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// Returns the value of a header. The name must be in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.split_once(": ").filter(|(found, _)| *found == name).map(|(_, v)| v))
    }
}

/// A running server, which stops when this value is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    security: Security,
    trusted: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    script: Vec<Vec<Step>>,
    seen: Mutex<Vec<Seen>>,
    /// The number of connections that were opened, and the number of those that are still open.
    connections: watch::Sender<(usize, usize)>,
}

impl Server {
    /// Starts a server. The first connection uses the first script, the second one uses the second script, and so on.
    /// All further connections use the last script. Without scripts, connections are refused.
    pub(crate) fn start(security: Security, script: Vec<Vec<Step>>) -> Self {
        let refuses = script.is_empty();
        let shared = Shared { script, seen: Mutex::default(), connections: watch::channel((0, 0)).0 };
        let shared = Arc::new(shared);
        let (config, trusted) = certificates(security);
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let its = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                if refuses {
                    return;
                }
                tokio::select! {
                    () = accept(listener, config, its) => {}
                    _ = stopped => {}
                }
            });
        });
        let address = told.recv().unwrap();
        let mut thread = Some(thread);
        if refuses {
            thread.take().map(JoinHandle::join).transpose().unwrap();
        }
        Self { address, security, trusted, shared, stop: Some(stop), thread }
    }

    /// Returns the URL of the server.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.security == Security::Plain { "http" } else { "https" };
        format!("{scheme}://{}", self.address)
    }

    /// Returns the certificate that a client should trust, in PEM format.
    pub(crate) fn trusted(&self) -> &str {
        &self.trusted
    }

    /// Returns the requests that were received.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Returns the number of open connections.
    pub(crate) fn open(&self) -> usize {
        self.shared.connections.borrow().1
    }

    /// Waits until a connection is open.
    pub(crate) async fn busy(&self) {
        let mut connections = self.shared.connections.subscribe();
        connections.wait_for(|(_, open)| *open > 0).await.unwrap();
    }

    /// Waits until no connection is open.
    pub(crate) async fn quiet(&self) {
        let mut connections = self.shared.connections.subscribe();
        connections.wait_for(|(_, open)| *open == 0).await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that refuses connections has already stopped.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(std::thread::panicking() || ended.is_ok(), "the server panicked");
        }
    }
}

async fn accept(listener: TcpListener, config: Option<Arc<ServerConfig>>, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut number = 0;
        shared.connections.send_modify(|(made, open)| {
            number = *made;
            *made += 1;
            *open += 1;
        });
        let (config, shared) = (config.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            connection(stream, config, number, &shared).await;
            shared.connections.send_modify(|(_, open)| *open -= 1);
        });
    }
}

async fn connection(stream: TcpStream, config: Option<Arc<ServerConfig>>, number: usize, shared: &Shared) {
    let steps = shared.script.get(number).or(shared.script.last()).cloned().unwrap_or_default();
    let resets = steps.iter().any(|step| matches!(step, Step::Reset));
    if resets {
        stream.set_zero_linger().unwrap();
    }
    let Some(config) = config else { return run(stream, steps, shared).await };
    // A client that does not trust the certificate disconnects here.
    if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
        run(stream, steps, shared).await;
    }
}

/// Runs a script. An error means that the client has disconnected, which ends the script.
async fn run<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, steps: Vec<Step>, shared: &Shared) {
    for step in steps {
        let went_on = match step {
            Step::Read => read(&mut stream, shared).await,
            Step::Write(bytes) => stream.write_all(&bytes).await.ok(),
            Step::Respond(bytes) => match read(&mut stream, shared).await {
                Some(()) => stream.write_all(&bytes).await.ok(),
                None => None,
            },
            Step::Serve(bytes) => loop {
                if read(&mut stream, shared).await.is_none() || stream.write_all(&bytes).await.is_err() {
                    break None;
                }
            },
            Step::Repeat(bytes, times) => repeat(&mut stream, &bytes, times).await,
            Step::Drip(bytes) => drip(&mut stream, &bytes).await,
            Step::Hold => hold(&mut stream).await,
            Step::Reset => return,
        };
        if went_on.is_none() {
            return;
        }
    }
    // If a request has not been read, closing the connection would reset it. The connection is therefore kept open
    // until the client disconnects.
    if stream.shutdown().await.is_ok() {
        hold(&mut stream).await;
    }
}

async fn repeat(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8], times: usize) -> Option<()> {
    for _ in 0..times {
        stream.write_all(bytes).await.ok()?;
    }
    Some(())
}

async fn drip(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Option<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await.ok()?;
        stream.flush().await.ok()?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Some(())
}

async fn hold(stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await.ok()? > 0 {}
    None
}

async fn read(stream: &mut (impl AsyncRead + Unpin), shared: &Shared) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let mut seen = Seen { head: String::from_utf8(head).unwrap().to_lowercase(), body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    seen.body.resize(length, 0);
    stream.read_exact(&mut seen.body).await.ok()?;
    shared.seen.lock().unwrap().push(seen);
    Some(())
}

/// Returns the server's TLS configuration, and the certificate that a client should trust.
fn certificates(security: Security) -> (Option<Arc<ServerConfig>>, String) {
    let mut issuer = CertificateParams::new(Vec::new()).unwrap();
    issuer.distinguished_name.push(DnType::CommonName, "The authority of this test");
    issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(issuer, KeyPair::generate().unwrap()).unwrap();
    let trusted = issuer.pem();

    let host = if security == Security::OtherHost { "fsx.example.com" } else { "127.0.0.1" };
    let mut own = CertificateParams::new([host.to_owned()]).unwrap();
    if security == Security::Expired {
        own.not_after = date_time_ymd(2024, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = match security {
        Security::Plain | Security::Pretended => return (None, trusted),
        Security::SelfSigned => own.self_signed(&key),
        Security::Trusted | Security::Expired | Security::OtherHost => own.signed_by(&key, &issuer),
    };
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.unwrap().der().clone()], key.serialize_der().try_into().unwrap())
        .unwrap();
    (Some(Arc::new(config)), trusted)
}
