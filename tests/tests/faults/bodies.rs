//! Faults in bodies. A body is too large, encoded, not UTF-8, not JSON, or JSON that does not match the model.

use fsx::transport::TransportErrorKind::TooLarge;

use super::{BODY, End, Fault, ok, response};
use crate::server::Step;

const LARGE: usize = 200;

pub(crate) fn faults() -> Vec<Fault> {
    [sizes(), texts(), shapes()].into_iter().flatten().collect()
}

fn sizes() -> Vec<Fault> {
    let mebibyte = || vec![b' '; 1 << 20];
    let chunk = || [b"100000\r\n".to_vec(), mebibyte(), b"\r\n".to_vec()].concat();
    let large =
        |head: &str, piece: Vec<u8>| vec![vec![Step::Respond(head.as_bytes().to_vec()), Step::Repeat(piece, LARGE)]];
    let too_large = End::Transport(TooLarge);
    vec![
        Fault::new(
            "responds with 200 MB and announces it",
            large("HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n", mebibyte()),
            too_large,
            1,
        ),
        Fault::new(
            "responds with 200 MB in chunks",
            large("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk()),
            too_large,
            1,
        ),
        Fault::new(
            "responds with 200 MB of unknown length",
            large("HTTP/1.1 200 OK\r\n\r\n", mebibyte()),
            too_large,
            1,
        ),
        Fault::new(
            "responds with an error of 200 MB",
            large("HTTP/1.1 400 Bad Request\r\nContent-Length: 209715200\r\n\r\n", mebibyte()),
            too_large,
            1,
        ),
    ]
}

fn texts() -> Vec<Fault> {
    // A gzip stream of `{}`.
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let unreadable = End::ResponseError;
    vec![
        Fault::responds(
            "compresses with gzip, which was not requested",
            response("200 OK", "Content-Encoding: gzip\r\n", gzip),
            unreadable,
            1,
        ),
        Fault::responds("compresses with gzip without announcing it", ok(gzip), unreadable, 1),
        Fault::responds("responds with 200 without a body", ok(""), End::NoBackup, 1),
        Fault::responds(
            "responds with 200 and a page of HTML",
            ok("<!DOCTYPE html><title>Log in to the network</title>"),
            unreadable,
            1,
        ),
        Fault::responds("sends half of its JSON, with the right length", ok(&BODY[..BODY.len() / 2]), unreadable, 1),
        Fault::responds("sends something after its JSON", ok(format!("{BODY} {{}}")), unreadable, 1),
        Fault::responds("puts a byte order mark before its JSON", ok(format!("\u{feff}{BODY}")), unreadable, 1),
        Fault::responds(
            "sends bytes that are not UTF-8",
            ok(b"{\"Backup\":{\"BackupId\":\"\xff\xfe\"}}"),
            unreadable,
            1,
        ),
        Fault::responds(
            "sends half of a surrogate pair",
            ok(r#"{"Backup":{"BackupId":"backup-1","FailureDetails":{"Message":"\ud83d"}}}"#),
            End::Backup,
            1,
        ),
        Fault::responds("sends a zero byte in a string", ok("{\"Backup\":{\"BackupId\":\"\0\"}}"), unreadable, 1),
        Fault::responds(
            "escapes a zero byte in a string",
            ok(r#"{"Backup":{"BackupId":"backup-1\u0000"}}"#),
            End::Backup,
            1,
        ),
        Fault::responds(
            "nests 100,000 lists in a member that is not in the model",
            ok(format!(r#"{{"New":{},{}"#, deep(100_000), &BODY[1..])),
            End::Backup,
            1,
        ),
        Fault::responds(
            "nests 100,000 lists in a member that is a list",
            ok(format!(r#"{{"Backup":{{"BackupId":"backup-1","Tags":{}}}}}"#, deep(100_000))),
            End::Backup,
            1,
        ),
        Fault::responds("nests 1,000 structures that the model allows", ok(nested(1_000)), unreadable, 1),
    ]
}

/// Returns volumes that are nested in the administrative actions of volumes, which is the only recursion in FSx.
fn nested(levels: usize) -> String {
    let before = r#"{"AdministrativeActions":[{"TargetVolumeValues":"#.repeat(levels);
    format!(r#"{{"Backup":{{"Volume":{before}{{}}{}}}}}"#, "}]}".repeat(levels))
}

fn shapes() -> Vec<Fault> {
    let unreadable = End::ResponseError;
    vec![
        Fault::responds("responds with a list instead of an object", ok("[]"), unreadable, 1),
        Fault::responds("responds with a string instead of an object", ok(r#""backup-1""#), unreadable, 1),
        Fault::responds("responds with null", ok("null"), unreadable, 1),
        Fault::responds("responds with a number instead of a structure", ok(r#"{"Backup":5}"#), End::NoBackup, 1),
        Fault::responds("responds with a list instead of a structure", ok(r#"{"Backup":[{}]}"#), End::NoBackup, 1),
        Fault::responds(
            "responds with a structure instead of a string",
            ok(r#"{"Backup":{"BackupId":{}}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with a number instead of an enumeration value",
            ok(r#"{"Backup":{"Lifecycle":7}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with a structure instead of a list",
            ok(r#"{"Backup":{"Tags":{"Key":"a"}}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with strings instead of the structures of a list",
            ok(r#"{"Backup":{"BackupId":"backup-1","Tags":["a","b"]}}"#),
            End::Backup,
            1,
        ),
        Fault::responds(
            "responds with a number that is too large",
            ok(r#"{"Backup":{"ProgressPercent":99999999999}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with a fraction instead of an integer",
            ok(r#"{"Backup":{"ProgressPercent":1.5}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with an invalid timestamp",
            ok(r#"{"Backup":{"CreationTime":"yesterday"}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with a timestamp in the year 300,000",
            ok(r#"{"Backup":{"CreationTime":1e13}}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "responds with null for every member",
            ok(r#"{"Backup":{"BackupId":null,"CreationTime":null,"Tags":null}}"#),
            End::Backup,
            1,
        ),
        Fault::responds(
            "responds with an empty object for a structure with required members",
            ok(r#"{"Backup":{}}"#),
            End::Backup,
            1,
        ),
        Fault::responds(
            "responds with a member twice",
            ok(r#"{"Backup":{"BackupId":"backup-2","BackupId":"backup-1"}}"#),
            End::Backup,
            1,
        ),
        Fault::responds(
            "responds for an operation that was not called",
            ok(r#"{"FileSystems":[{"FileSystemId":"fs-1"}],"NextToken":"x"}"#),
            End::NoBackup,
            1,
        ),
        Fault::responds(
            "responds with an enumeration value that is not in the model",
            ok(r#"{"Backup":{"BackupId":"backup-1","Lifecycle":"PONDERING"}}"#),
            End::Backup,
            1,
        ),
    ]
}
