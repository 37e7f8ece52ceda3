//! Faults that the server reports: errors, throttling and clock skew.

use std::time::Duration;

use fsx::timeout::TimeoutConfig;

use super::{BODY, End, Fault, error, ok, response};
use crate::server::Step;

const HTML: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>";
const SERVER: &str = "500 Internal Server Error";
const CLIENT: &str = "400 Bad Request";

pub(crate) fn faults() -> Vec<Fault> {
    [failures(), throttling(), clocks(), codes()].into_iter().flatten().collect()
}

/// Returns a fault in which the server responds with `first` to the first request, and with a backup to every further
/// request. After a server error, the client sends the next request on a new connection.
fn once(name: &'static str, first: Vec<u8>) -> Fault {
    let script = vec![vec![Step::Respond(first), Step::Serve(ok(BODY))], vec![Step::Serve(ok(BODY))]];
    Fault::new(name, script, End::Backup, 2)
}

fn failures() -> Vec<Fault> {
    vec![
        Fault::responds("responds with 500 and a page of HTML", response(SERVER, "", HTML), End::ResponseError, 3),
        once("responds with 500 and a page of HTML, then the backup", response(SERVER, "", HTML)),
        once("responds with 503, then the backup", response("503 Service Unavailable", "", "")),
        Fault::responds("responds with 502 without a body", response("502 Bad Gateway", "", ""), End::ResponseError, 3),
        Fault::responds(
            "responds with 504 without a body",
            response("504 Gateway Timeout", "", ""),
            End::ResponseError,
            3,
        ),
        Fault::responds("responds with 501", response("501 Not Implemented", "", ""), End::ResponseError, 1),
        Fault::responds(
            "responds with a modeled internal error",
            error(SERVER, "", "InternalServerError"),
            End::Code("InternalServerError"),
            3,
        ),
        Fault::responds("responds with 413", response("413 Content Too Large", "", ""), End::ResponseError, 1),
    ]
}

fn throttling() -> Vec<Fault> {
    let throttled = |headers: &str| error(CLIENT, headers, "ThrottlingException");
    let code = End::Code("ThrottlingException");
    vec![
        once("throttles once", throttled("")),
        once("throttles once and requests a delay in milliseconds", throttled("x-amz-retry-after: 10\r\n")),
        once("throttles once and requests a delay of 0 milliseconds", throttled("x-amz-retry-after: 0\r\n")),
        once("throttles once and requests a delay in HTTP's own header", throttled("Retry-After: 299\r\n")),
        once(
            "throttles once and requests a delay that is not a number",
            throttled("Retry-After: soon\r\nx-amz-retry-after: -5\r\n"),
        ),
        Fault::responds("throttles every time", throttled(""), code, 3),
        Fault::responds(
            "throttles and requests a delay that exceeds the call's timeout",
            throttled("x-amz-retry-after: 90000\r\n"),
            code,
            1,
        )
        .timeouts(TimeoutConfig::new().call(Duration::from_secs(5))),
        once(
            "throttles once and requests a delay of half a million years",
            throttled("Retry-After: 18446744073709551615\r\n"),
        ),
        once("responds with 429 without a code, then the backup", response("429 Too Many Requests", "", "")),
    ]
}

fn clocks() -> Vec<Fault> {
    let date = |name: &'static str, skew: i64, code| (name, skew, code);
    let ahead = date("is 10 minutes ahead and rejects the signature", 600, "InvalidSignatureException");
    let behind = date("is 10 minutes behind and rejects the signature", -600, "RequestTimeTooSkewed");
    let mut faults: Vec<Fault> = [ahead, behind]
        .into_iter()
        .map(|(name, skew, code)| once(name, error("403 Forbidden", &format!("Date: {}\r\n", http_date(skew)), code)))
        .collect();
    let refused = |headers: &str| error("403 Forbidden", headers, "InvalidSignatureException");
    let code = End::Code("InvalidSignatureException");
    faults.extend([
        Fault::responds(
            "rejects the signature although the clocks agree",
            refused(&format!("Date: {}\r\n", http_date(0))),
            code,
            1,
        ),
        Fault::responds("rejects the signature without sending a date", refused(""), code, 1),
        Fault::responds("rejects the signature and sends an invalid date", refused("Date: today\r\n"), code, 1),
    ]);
    faults
}

/// Formats the current time, plus the given number of seconds, as the value of a header.
fn http_date(skew: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let seconds = i64::try_from(now).unwrap() + skew;
    fsx::primitives::Timestamp::new(seconds, 0).to_http_date()
}

fn codes() -> Vec<Fault> {
    let unreadable = End::ResponseError;
    let long = format!(r#"{{"__type":"BadRequest","Message":"{}"}}"#, "why ".repeat(100_000));
    vec![
        Fault::responds(
            "responds with a modeled error",
            error(CLIENT, "", "BackupInProgress"),
            End::Code("BackupInProgress"),
            1,
        ),
        Fault::responds(
            "responds with an error that is not in the model",
            error(CLIENT, "", "NewException"),
            End::Code("NewException"),
            1,
        ),
        Fault::responds(
            "responds with an error without a code",
            response(CLIENT, "", r#"{"Message":"no"}"#),
            unreadable,
            1,
        ),
        Fault::responds("responds with an error without a body", response("403 Forbidden", "", ""), unreadable, 1),
        Fault::responds(
            "responds with an error whose code is not a string",
            response(CLIENT, "", r#"{"__type":{"a":1},"code":7}"#),
            unreadable,
            1,
        ),
        Fault::responds(
            "sends the error code in a header, and a body that is not JSON",
            response(CLIENT, "x-amzn-ErrorType: BadRequest:http://internal.example/\r\n", HTML),
            End::Code("BadRequest"),
            1,
        ),
        Fault::responds(
            "responds with a modeled error whose other members have the wrong type",
            response(CLIENT, "", r#"{"__type":"ServiceLimitExceeded","Limit":{},"Message":[]}"#),
            End::Code("ServiceLimitExceeded"),
            1,
        ),
        Fault::responds(
            "puts line breaks and colors into an error's message",
            response(CLIENT, "", "{\"__type\":\"BadRequest\",\"Message\":\"one\\r\\ntwo\\u001b[31m red\\u0000\"}"),
            End::Code("BadRequest"),
            1,
        ),
        Fault::responds(
            "puts line breaks into an error's code",
            response(CLIENT, "", r#"{"__type":"Bad\r\nRequest"}"#),
            End::Code("Bad\r\nRequest"),
            1,
        ),
        Fault::responds(
            "responds with an error with a message of 400 KB",
            response(CLIENT, "", long),
            End::Code("BadRequest"),
            1,
        ),
        Fault::responds(
            "nests an error's body 100,000 deep",
            response(
                CLIENT,
                "",
                format!(r#"{{"__type":"BadRequest","a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000)),
            ),
            End::Code("BadRequest"),
            1,
        ),
    ]
}
