//! The faults: what the server does, and how the call has to end.

mod bodies;
mod connections;
mod http;
mod replies;

use std::time::Duration;

use fsx::runtime::timeout::{TimeoutConfig, TimeoutKind};
use fsx::runtime::transport::TransportErrorKind;

use super::server::{Security, Step};

/// One fault.
pub(crate) struct Fault {
    /// What the server does, as the end of a sentence that begins with "The server".
    pub(crate) name: &'static str,
    /// Whether and how connections are encrypted.
    pub(crate) security: Security,
    /// What happens on each connection; the last script holds for all further ones.
    pub(crate) script: Vec<Vec<Step>>,
    /// How long things may take.
    pub(crate) timeouts: TimeoutConfig,
    /// How many calls are made, one after the other; the last one is told of.
    pub(crate) calls: usize,
    /// Whether the client has seen the end of its connection before the next call.
    pub(crate) between: Between,
    /// How the last call ends.
    pub(crate) ends: End,
    /// How often the last call was sent.
    pub(crate) attempts: u32,
}

/// What happens between two calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Between {
    /// Nothing.
    Nothing,
    /// The client sees that its connection has ended.
    Close,
}

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// With the backup that was asked for.
    Backup,
    /// With an answer that has no backup in it.
    NoBackup,
    /// With this error code of the service.
    Code(&'static str),
    /// With a limit of time.
    Timeout(TimeoutKind),
    /// With the connection lost, or not made.
    Transport(TransportErrorKind),
    /// With a reply that the protocol does not know.
    ResponseError,
}

/// All faults, in the order of the table.
pub(crate) fn all() -> Vec<Fault> {
    [connections::faults(), http::faults(), bodies::faults(), replies::faults()].into_iter().flatten().collect()
}

impl Fault {
    fn new(name: &'static str, script: Vec<Vec<Step>>, ends: End, attempts: u32) -> Self {
        let timeouts = TimeoutConfig::new();
        Self { name, security: Security::Plain, script, timeouts, calls: 1, between: Between::Nothing, ends, attempts }
    }

    /// A fault of the reply alone: every request is answered with it.
    fn reply(name: &'static str, reply: impl Into<Vec<u8>>, ends: End, attempts: u32) -> Self {
        Self::new(name, vec![vec![Step::Serve(reply.into())]], ends, attempts)
    }

    /// Every connection ends after these bytes.
    fn then_closes(name: &'static str, reply: impl Into<Vec<u8>>, ends: End, attempts: u32) -> Self {
        Self::new(name, vec![vec![Step::Answer(reply.into())]], ends, attempts)
    }

    /// Every connection falls silent after these bytes, and the client's patience is short.
    fn then_stalls(name: &'static str, reply: impl Into<Vec<u8>>) -> Self {
        let script = vec![vec![Step::Answer(reply.into()), Step::Hold]];
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

/// How long a client waits for what never comes.
const SHORT: Duration = Duration::from_millis(40);

/// How long a client waits for what may be late on a busy machine.
const AMPLE: Duration = Duration::from_millis(700);

/// A response that has what was asked for.
pub(crate) const BODY: &str = r#"{"Backup":{"BackupId":"backup-1","Lifecycle":"CREATING","CreationTime":1.5}}"#;

/// A reply with status 200, and this body behind its length.
pub(crate) fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    reply("200 OK", "", body)
}

/// A reply with headers of its own, each with its line's end, and a body behind its length.
fn reply(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// An error as the protocol has it.
fn error(status: &str, headers: &str, code: &str) -> Vec<u8> {
    reply(status, headers, format!(r#"{{"__type":"{code}","Message":"so it goes"}}"#))
}
