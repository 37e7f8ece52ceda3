//! Faults in HTTP: status lines, headers, lengths and chunks.

use fsx::timeout::{TimeoutConfig, TimeoutKind};
use fsx::transport::TransportErrorKind::{Closed, Other};

use super::{BODY, End, Fault, SHORT, ok, response};
use crate::server::Step;

pub(crate) fn faults() -> Vec<Fault> {
    [stalls(), ends(), lengths(), statuses(), heads()].into_iter().flatten().collect()
}

fn stalls() -> Vec<Fault> {
    let drips = vec![vec![Step::Read, Step::Drip(ok(BODY.repeat(100)))]];
    let continues = vec![vec![Step::Read, Step::Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), usize::MAX)]];
    let hurried = TimeoutConfig::new().attempt(SHORT);
    vec![
        Fault::then_stalls("stalls mid-status line", "HTTP/1.1 20"),
        Fault::then_stalls("stalls mid-headers", "HTTP/1.1 200 OK\r\nContent-Le"),
        Fault::then_stalls(
            "stalls mid-body, or sends less than the announced length",
            response_of(500, "{\"Backup\":{"),
        ),
        Fault::then_stalls("stalls mid-chunk", chunked("ff\r\n{\"Backup\"")),
        Fault::new("sends one byte at a time, slowly", drips, End::Timeout(TimeoutKind::Attempt), 3)
            .timeouts(hurried.clone()),
        Fault::new("never stops sending 100 Continue", continues, End::Timeout(TimeoutKind::Attempt), 3)
            .timeouts(hurried),
    ]
}

fn ends() -> Vec<Fault> {
    let closed = End::Transport(Closed);
    vec![
        Fault::then_closes("closes mid-status line", "HTTP/1.1 20", closed, 3),
        Fault::then_closes("closes mid-headers", "HTTP/1.1 200 OK\r\nContent-Le", closed, 3),
        Fault::then_closes(
            "closes mid-body, before the length is reached",
            response_of(500, "{\"Backup\":{"),
            closed,
            3,
        ),
        Fault::then_closes("closes mid-chunk", chunked("ff\r\n{\"Backup\""), closed, 3),
        Fault::then_closes("closes before the last chunk", chunked("2\r\n{}\r\n"), closed, 3),
        Fault::new(
            "closes mid-body once, then responds",
            vec![vec![Step::Respond(response_of(500, "{").into())], vec![Step::Serve(ok(BODY))]],
            End::Backup,
            2,
        ),
        Fault::then_closes(
            "ends the body with the connection (HTTP/1.0, no length)",
            format!("HTTP/1.0 200 OK\r\n\r\n{BODY}"),
            End::Backup,
            1,
        ),
        Fault::then_closes(
            "ends the body with the connection too early",
            format!("HTTP/1.0 200 OK\r\n\r\n{}", &BODY[..20]),
            End::ResponseError,
            1,
        ),
        Fault::new(
            "uses HTTP/1.0 with a length, and closes the connection after each response",
            vec![vec![Step::Respond(String::from_utf8(ok(BODY)).unwrap().replace("HTTP/1.1", "HTTP/1.0").into())]],
            End::Backup,
            1,
        )
        .calls(2),
        Fault::new(
            "closes the connection after each response, as announced in a header",
            vec![vec![Step::Respond(response("200 OK", "Connection: close\r\n", BODY))]],
            End::Backup,
            1,
        )
        .calls(2),
    ]
}

fn lengths() -> Vec<Fault> {
    let other = End::Transport(Other);
    let longer = [ok(BODY), b"and more".to_vec()].concat();
    let twice = [ok(BODY), ok(r#"{"Backup":{"BackupId":"backup-of-somebody-else"}}"#)].concat();
    let later = || vec![Step::Serve(ok(BODY))];
    let both = format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunk(BODY));
    vec![
        Fault::new("sends more than the announced length", vec![vec![Step::Serve(longer)], later()], End::Backup, 1)
            .calls(2),
        Fault::new("responds to one request twice", vec![vec![Step::Serve(twice)], later()], End::Backup, 1).calls(2),
        Fault::responds("announces two lengths", response("200 OK", "Content-Length: 5\r\n", BODY), other, 1),
        Fault::responds("announces a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", other, 1),
        Fault::responds(
            "announces a length that exceeds any machine's memory",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            other,
            1,
        ),
        Fault::responds("announces a length and sends chunks", both, End::Backup, 1),
        Fault::responds("sends the body in chunks", chunked(&chunk(BODY)), End::Backup, 1),
        Fault::responds("sends chunks whose size is not a number", chunked("zz\r\n{}\r\n0\r\n\r\n"), other, 1),
        Fault::responds(
            "sends chunks that are larger than their announced size",
            chunked("2\r\n{}{}\r\n0\r\n\r\n"),
            other,
            1,
        ),
        Fault::then_stalls("announces a chunk of 16 exabytes and sends two bytes", chunked("ffffffffffffffff\r\n{}")),
    ]
}

fn statuses() -> Vec<Fault> {
    let continues = |status: &str| [format!("HTTP/1.1 {status}\r\n\r\n").into_bytes(), ok(BODY)].concat();
    let hints = "103 Early Hints\r\nLink: </style.css>; rel=preload";
    vec![
        Fault::responds("sends 100 Continue before it responds", continues("100 Continue"), End::Backup, 1),
        Fault::responds("sends 103 Early Hints before it responds", continues(hints), End::Backup, 1),
        Fault::responds(
            "switches protocols",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            End::ResponseError,
            1,
        ),
        Fault::responds("responds with 204 without a body", "HTTP/1.1 204 No Content\r\n\r\n", End::NoBackup, 1),
        Fault::responds("redirects (301)", redirect("301 Moved Permanently"), End::ResponseError, 1),
        Fault::responds(
            "redirects to another host, without TLS (307)",
            redirect("307 Temporary Redirect"),
            End::ResponseError,
            1,
        ),
        Fault::responds(
            "responds with a status beyond HTTP (999)",
            response("999 What", "", ""),
            End::ResponseError,
            1,
        ),
        Fault::responds(
            "responds with a status that is not a number",
            response("abc", "", ""),
            End::Transport(Other),
            1,
        ),
    ]
}

fn heads() -> Vec<Fault> {
    let other = End::Transport(Other);
    let too_large = End::Transport(fsx::transport::TransportErrorKind::TooLarge);
    let many: String = (0..500).map(|number| format!("X-{number}: y\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "y".repeat(100_000));
    let endless =
        vec![vec![Step::Respond(b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec()), Step::Repeat(vec![b'y'; 4096], 4096)]];
    vec![
        Fault::responds(
            "sends headers of 20 KB",
            response("200 OK", &format!("X-Long: {}\r\n", "y".repeat(20_000)), BODY),
            End::Backup,
            1,
        ),
        Fault::responds("sends headers of 100 KB", response("200 OK", &long, BODY), too_large, 1),
        Fault::new("sends endless headers", endless, too_large, 1),
        Fault::responds("sends 500 headers", response("200 OK", &many, BODY), too_large, 1),
        Fault::responds("sends a header without a colon", response("200 OK", "what is this\r\n", BODY), other, 1),
        Fault::responds("sends a header with a zero byte", response("200 OK", "X-Zero: a\0b\r\n", BODY), other, 1),
        Fault::responds("sends a header in bytes that are not UTF-8", latin_1(), End::Backup, 1),
        Fault::responds("is not an HTTP server", "SSH-2.0-OpenSSH_9.9\r\n", other, 1),
        Fault::responds("responds as HTTP/0.9 did, without headers", BODY, other, 1),
        Fault::responds("speaks HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", other, 1),
    ]
}

fn latin_1() -> Vec<u8> {
    let mut head = b"HTTP/1.1 200 OK\r\nX-Amzn-RequestId: \xe4\xf6\xfc\r\n".to_vec();
    head.extend_from_slice(&ok(BODY)[b"HTTP/1.1 200 OK\r\n".len()..]);
    head
}

fn response_of(length: usize, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn chunked(chunks: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")
}

fn chunk(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

fn redirect(status: &str) -> Vec<u8> {
    response(status, "Location: http://127.0.0.1:9/elsewhere\r\n", "")
}
