//! Faults that occur when connections are opened, kept alive or lost, including faults in TLS.

use fsx::timeout::{TimeoutConfig, TimeoutKind};
use fsx::transport::TransportErrorKind::{Closed, Connect, Tls};

use super::{AMPLE, BODY, End, Fault, SHORT, ok};
use crate::server::{Security, Step};

pub(crate) fn faults() -> Vec<Fault> {
    let response = || ok(BODY);
    let kept_then = |second: Vec<Step>| vec![second, vec![Step::Serve(ok(BODY))]];
    vec![
        Fault::new("refuses connections", vec![], End::Transport(Connect), 3),
        Fault::new("accepts connections and closes them", vec![vec![]], End::Transport(Closed), 3),
        Fault::new(
            "closes the first connection, then responds",
            vec![vec![], vec![Step::Serve(response())]],
            End::Backup,
            2,
        ),
        Fault::new("resets the connection after it has received the request", resets(), End::Transport(Closed), 3),
        Fault::then_stalls("sends nothing", ""),
        Fault::new(
            "sends nothing at first, then responds on another connection",
            kept_then(vec![Step::Hold]),
            End::Backup,
            2,
        )
        .timeouts(TimeoutConfig::new().read(AMPLE)),
        Fault::new(
            "closes the idle connection between two calls",
            kept_then(vec![Step::Respond(response())]),
            End::Backup,
            1,
        )
        .calls(2)
        .closed_between(),
        Fault::new(
            "closes the idle connection when the second request arrives",
            kept_then(vec![Step::Respond(response()), Step::Read]),
            End::Backup,
            2,
        )
        .calls(2),
        Fault::new(
            "drops the idle connection silently (half-open)",
            kept_then(vec![Step::Respond(response()), Step::Hold]),
            End::Backup,
            2,
        )
        .calls(2)
        .timeouts(TimeoutConfig::new().read(AMPLE)),
        Fault::new("responds over TLS", vec![vec![Step::Serve(response())]], End::Backup, 1)
            .security(Security::Trusted),
        untrusted("presents an expired certificate", Security::Expired),
        untrusted("presents a self-signed certificate", Security::SelfSigned),
        untrusted("presents a certificate for another host", Security::OtherHost),
        Fault::new(
            "speaks HTTP where TLS is expected",
            vec![vec![Step::Write(response())]],
            End::Transport(Connect),
            3,
        )
        .security(Security::Pretended),
        Fault::new("closes the connection in the TLS handshake", vec![vec![]], End::Transport(Connect), 3)
            .security(Security::Pretended),
        Fault::new("stalls in the TLS handshake", vec![vec![Step::Hold]], End::Timeout(TimeoutKind::Connect), 3)
            .security(Security::Pretended)
            .timeouts(TimeoutConfig::new().connect(SHORT)),
        Fault::new(
            "closes the connection mid-body, over TLS",
            vec![vec![Step::Respond(cut(ok(BODY)))]],
            End::Transport(Closed),
            3,
        )
        .security(Security::Trusted),
        Fault::new(
            "resets a TLS connection mid-body, in a response without a length",
            vec![vec![Step::Respond(format!("HTTP/1.1 200 OK\r\n\r\n{BODY}").into_bytes()), Step::Reset]],
            End::Transport(Closed),
            3,
        )
        .security(Security::Trusted),
    ]
}

fn resets() -> Vec<Vec<Step>> {
    vec![vec![Step::Read, Step::Reset]]
}

fn untrusted(name: &'static str, security: Security) -> Fault {
    Fault::new(name, vec![vec![]], End::Transport(Tls), 1).security(security)
}

/// Returns the bytes without the last ten.
fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 10);
    bytes
}
