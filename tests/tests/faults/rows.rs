//! The faults: the behavior of the server, and the expected result of the call.

mod bodies;
mod connections;
mod http;
mod responses;

use std::time::Duration;

use fsx::timeout::{TimeoutConfig, TimeoutKind};
use fsx::transport::TransportErrorKind;

use super::server::{Security, Step};

pub(crate) struct Fault {
    /// The behavior of the server, which completes a sentence that starts with "The server".
    pub(crate) name: &'static str,
    pub(crate) security: Security,
    /// The script for each connection. The last one is used for all further connections.
    pub(crate) script: Vec<Vec<Step>>,
    /// The timeouts of the client.
    pub(crate) timeouts: TimeoutConfig,
    /// The number of sequential calls. The result of the last one is reported.
    pub(crate) calls: usize,
    pub(crate) between: Between,
    /// The expected result of the last call.
    pub(crate) ends: End,
    /// The expected number of attempts in the last call.
    pub(crate) attempts: u32,
}

/// The event that the client waits for between two calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Between {
    Nothing,
    /// The client notices that its connection has been closed.
    Close,
}

/// The result of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// The requested backup.
    Backup,
    /// A response that does not contain a backup.
    NoBackup,
    /// An error from the service with this code.
    Code(&'static str),
    Timeout(TimeoutKind),
    /// A connection error.
    Transport(TransportErrorKind),
    /// A response that does not conform to the protocol.
    ResponseError,
}

/// Returns all faults, in the order of the table.
pub(crate) fn all() -> Vec<Fault> {
    [connections::faults(), http::faults(), bodies::faults(), responses::faults()].into_iter().flatten().collect()
}

impl Fault {
    fn new(name: &'static str, script: Vec<Vec<Step>>, ends: End, attempts: u32) -> Self {
        let timeouts = TimeoutConfig::new();
        Self { name, security: Security::Plain, script, timeouts, calls: 1, between: Between::Nothing, ends, attempts }
    }

    /// Creates a fault in which the server sends the given response to every request.
    fn responds(name: &'static str, response: impl Into<Vec<u8>>, ends: End, attempts: u32) -> Self {
        Self::new(name, vec![vec![Step::Serve(response.into())]], ends, attempts)
    }

    /// Creates a fault in which every connection is closed after these bytes.
    fn then_closes(name: &'static str, response: impl Into<Vec<u8>>, ends: End, attempts: u32) -> Self {
        Self::new(name, vec![vec![Step::Respond(response.into())]], ends, attempts)
    }

    /// Creates a fault in which every connection stalls after these bytes. The client has a short read timeout.
    fn then_stalls(name: &'static str, response: impl Into<Vec<u8>>) -> Self {
        let script = vec![vec![Step::Respond(response.into()), Step::Hold]];
        let fault = Self::new(name, script, End::Timeout(TimeoutKind::Read), 3);
        Self { timeouts: TimeoutConfig::new().read(SHORT), ..fault }
    }

    fn security(self, security: Security) -> Self {
        Self { security, ..self }
    }

    fn timeouts(self, timeouts: TimeoutConfig) -> Self {
        Self { timeouts, ..self }
    }

    fn calls(self, calls: usize) -> Self {
        Self { calls, ..self }
    }

    fn closed_between(self) -> Self {
        Self { between: Between::Close, ..self }
    }
}

/// A timeout for data that never arrives.
const SHORT: Duration = Duration::from_millis(40);

/// A timeout for data that may arrive late on a busy machine.
const AMPLE: Duration = Duration::from_millis(700);

/// The body of a valid response.
pub(crate) const BODY: &str = r#"{"Backup":{"BackupId":"backup-1","Lifecycle":"CREATING","CreationTime":1.5}}"#;

/// Returns a response with status 200 and this body.
pub(crate) fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    response("200 OK", "", body)
}

/// Returns a response with additional headers, each terminated by a line break, and a body.
fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Returns an error response in the format of the protocol.
fn error(status: &str, headers: &str, code: &str) -> Vec<u8> {
    response(status, headers, format!(r#"{{"__type":"{code}","Message":"so it goes"}}"#))
}
