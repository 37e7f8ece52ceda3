//! Against servers on loopback, each a thread of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::*;
use crate::clock::block_on;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// A server that gives the same answer to each request. Returns its origin and a counter of the
/// connections.
fn answering(answer: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || answer_all(stream.unwrap(), answer));
        }
    });
    (origin, count)
}

fn answer_all(mut stream: TcpStream, answer: &str) {
    let mut request = Vec::new();
    loop {
        let mut part = [0; 1024];
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return,
            Ok(size) => request.extend_from_slice(&part[..size]),
        }
        if request.ends_with(b"body") {
            let echo = String::from_utf8(std::mem::take(&mut request)).unwrap();
            let answer = answer.replace("ECHO", &format!("{}\r\n\r\n{echo}", echo.len()));
            // A client that gives up does not wait for all of it.
            let _ = stream.write_all(answer.as_bytes());
        }
    }
}

fn send(options: HttpOptions, uri: &str, settings: Settings) -> Result<http::Response<Bytes>, TransportError> {
    let request = http::Request::post(uri).header("x-test", "yes").extension(settings);
    let request = request.body(Bytes::from_static(b"body")).unwrap();
    block_on(BlockingTransport::new(options).send(request))
}

#[test]
fn a_request_goes_out_as_it_is_and_errors_are_replies() {
    let (origin, _) = answering("HTTP/1.1 200 OK\r\ncontent-length: ECHO");
    let reply = send(HttpOptions::new(), &format!("{origin}/base"), Settings::default()).unwrap();
    let text = String::from_utf8(reply.into_body().to_vec()).unwrap();
    assert!(text.starts_with("POST /base HTTP/1.1\r\n"), "{text}");
    let mut headers: Vec<&str> = text.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    headers.sort_unstable();
    let host = format!("host: {}", origin.trim_start_matches("http://"));
    assert_eq!(headers, ["content-length: 4", &host, "x-test: yes"]);

    let (origin, _) = answering("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\nretry-after: 1\r\n\r\nno");
    let reply = send(HttpOptions::new(), &origin, Settings::default()).unwrap();
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()["retry-after"], &reply.body()[..]),
        (503, &"1".parse().unwrap(), &b"no"[..])
    );
    let (origin, _) = answering("HTTP/1.1 302 Elsewhere\r\nlocation: /\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(send(HttpOptions::new(), &origin, Settings::default()).unwrap().status().as_u16(), 302);
}

#[test]
fn a_connection_serves_one_request_after_the_other() {
    let (origin, connections) = answering(OK);
    let transport = BlockingTransport::new(HttpOptions::new());
    for _ in 0..3 {
        let request = http::Request::post(&origin).body(Bytes::from_static(b"body")).unwrap();
        assert_eq!(block_on(transport.send(request)).unwrap().body(), "{}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[test]
fn failures_say_what_they_are() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(HttpOptions::new(), &origin, Settings::default()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(crate::error::with_root_cause(&error), format!("cannot connect to {origin}: connection refused"));

    let (origin, _) = answering("");
    let read = Settings { read_timeout: Some(Duration::from_millis(20)), ..Settings::default() };
    let error = send(HttpOptions::new(), &origin, read).unwrap_err();
    assert_eq!(error.to_string(), format!("{origin} sent nothing for 20ms"));
    let attempt = Settings { attempt_timeout: Some(Duration::from_millis(20)), ..Settings::default() };
    let error = send(HttpOptions::new(), &origin, attempt).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout(TimeoutKind::Attempt));

    let (origin, _) = answering("SSH-2.0-OpenSSH\r\n\r\n");
    let error = send(HttpOptions::new(), &origin, Settings::default()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let (origin, _) = answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789");
    for (limit, fits) in [(9, true), (8, false)] {
        let settings = Settings { max_response_size: limit, ..Settings::default() };
        match send(HttpOptions::new(), &origin, settings) {
            Ok(reply) => assert!(fits && reply.body() == "123456789"),
            Err(error) => assert!(!fits && error.kind() == TransportErrorKind::TooLarge, "{error:?}"),
        }
    }
}
