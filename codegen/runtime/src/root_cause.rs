//! The root causes of errors.

use std::error::Error;

/// Returns the message of an error, followed by the message of the root cause unless the first message already contains
/// it.
pub(crate) fn with_root_cause(error: &(dyn Error + 'static)) -> String {
    let said = error.to_string();
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    let root = match root.downcast_ref::<std::io::Error>() {
        // `connection refused` is easier to read than `Connection refused (os error 111)`.
        Some(io) if io.get_ref().is_none() && known(io.kind()) => io.kind().to_string(),
        _ => root.to_string(),
    };
    if said.contains(&root) { said } else { format!("{said}: {root}") }
}

/// Returns whether the name of an I/O error kind is as informative as the operating system's message.
fn known(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind;
    matches!(
        kind,
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::BrokenPipe
            | ErrorKind::TimedOut
            | ErrorKind::UnexpectedEof
    )
}
