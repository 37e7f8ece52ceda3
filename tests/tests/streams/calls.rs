//! Tests streams in the crate for `fixtures/conformance/rest_json.json`, with a server on the loopback interface.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::Poll,
    time::Duration,
};

use streams::{
    Client, Config, blocking,
    primitives::ByteStream,
    runtime::{retry::RetryConfig, timeout::TimeoutConfig},
};
use tokio::io::AsyncReadExt;

/// Starts a server that handles each connection in its own thread. Returns its URL.
fn serve(handle: impl Fn(usize, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let handle = Arc::new(handle);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let handle = Arc::clone(&handle);
            std::thread::spawn(move || handle(number, &mut stream.unwrap()));
        }
    });
    url
}

/// Reads the head of a request, in lower case. Returns `None` if the client has disconnected.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    Some(String::from_utf8(head).unwrap().to_lowercase())
}

/// Reads the body of a request. If it is chunked, the result includes the framing.
fn read_body(stream: &mut TcpStream, head: &str) -> Vec<u8> {
    let mut body = Vec::new();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    match length {
        Some(length) => {
            body.resize(length.parse().unwrap(), 0);
            stream.read_exact(&mut body).unwrap();
        }
        None => {
            let mut byte = [0];
            while !body.ends_with(b"0\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                body.push(byte[0]);
            }
        }
    }
    body
}

/// Writes bytes. Errors are ignored, since the client may have disconnected.
fn write(stream: &mut TcpStream, bytes: &str) {
    let _ = stream.write_all(bytes.as_bytes()).and_then(|()| stream.flush());
}

fn config(url: &str) -> streams::runtime::config::Builder {
    Config::builder().endpoint_url(url)
}

fn client(url: &str) -> Client {
    Client::new(config(url).build())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_returns_when_the_headers_arrive() {
    let (go_on, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let url = serve(move |_, stream| {
        read_head(stream);
        write(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: e\r\n\r\nfirst");
        wait.lock().unwrap().recv().unwrap();
        write(stream, " last");
        read_head(stream);
    });
    let output = client(&url).download(1).await.unwrap().into_inner();
    assert_eq!((output.etag.as_deref(), output.length), (Some("e"), Some(10)));
    let mut content = output.content;
    assert_eq!(content.next().await.unwrap().unwrap(), "first");
    go_on.send(()).unwrap();
    assert_eq!(content.collect().await.unwrap(), " last");
}

#[tokio::test]
async fn a_response_has_a_length_or_chunks() {
    for (head, body) in
        [("Content-Length: 10", "first last"), ("Transfer-Encoding: chunked", "5\r\nfirst\r\n5\r\n last\r\n0\r\n\r\n")]
    {
        let url = serve(move |_, stream| {
            read_head(stream);
            write(stream, &format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"));
            read_head(stream);
        });
        let mut read = String::new();
        let content = client(&url).download(1).await.unwrap().into_inner().content;
        content.into_async_read().read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "first last");
        let mut read = String::new();
        let client = blocking::Client::new(config(&url).build());
        let content = tokio::task::spawn_blocking(move || {
            client.download(1).send().unwrap().into_inner().content.into_reader().read_to_string(&mut read).unwrap();
            read
        });
        assert_eq!(content.await.unwrap(), "first last");
    }
}

#[tokio::test]
async fn a_truncated_response_ends_with_an_error() {
    for (head, body) in [("Content-Length: 10", "first"), ("Transfer-Encoding: chunked", "5\r\nfirst\r\n5\r\n")] {
        let url = serve(move |_, stream| {
            read_head(stream);
            write(stream, &format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"));
        });
        let mut content = client(&url).download(1).await.unwrap().into_inner().content;
        assert_eq!(content.next().await.unwrap().unwrap(), "first");
        assert!(content.next().await.unwrap().is_err(), "{head}");
        let client = blocking::Client::new(config(&url).build());
        let read = tokio::task::spawn_blocking(move || {
            let content = client.download(1).send().unwrap().into_inner().content;
            content.into_reader().read_to_end(&mut Vec::new())
        });
        assert!(read.await.unwrap().is_err(), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_stream_closes_the_connection() {
    let (closed, wait) = mpsc::channel();
    let url = serve(move |_, stream| {
        read_head(stream);
        write(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
        assert_eq!(read_head(stream), None);
        closed.send(()).unwrap();
    });
    let output = client(&url).download(1).await.unwrap();
    drop(output);
    wait.recv_timeout(Duration::from_secs(30)).expect("the connection is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_a_stream_to_its_end_keeps_the_connection() {
    let url = serve(|number, stream| {
        while read_head(stream).is_some() {
            write(stream, &format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: {number}\r\n\r\nbytes"));
        }
    });
    let client = client(&url);
    let mut connections = BTreeSet::new();
    for _ in 0..20 {
        let output = client.download(1).await.unwrap().into_inner();
        connections.insert(output.etag.unwrap());
        assert_eq!(output.content.collect().await.unwrap(), "bytes");
    }
    // If a call starts before the connection of the previous call can be reused, it opens another connection.
    assert!(connections.len() < 20, "{connections:?}");
}

#[tokio::test(start_paused = true)]
async fn the_read_timeout_applies_to_each_chunk() {
    let limit = Duration::from_secs(1);
    let (go_on, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let url = serve(move |_, stream| {
        read_head(stream);
        write(stream, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
        wait.lock().unwrap().iter().for_each(|()| write(stream, "a"));
    });
    // While a blocking task runs, the paused clock does not advance by itself.
    let (end, running) = mpsc::channel::<()>();
    let task = tokio::task::spawn_blocking(move || running.recv());
    let timeouts = TimeoutConfig::new().read(limit).attempt(limit);
    let client = Client::new(config(&url).timeouts(timeouts).build());
    let mut content = client.download(1).await.unwrap().into_inner().content;
    for _ in 0..3 {
        let mut next = std::pin::pin!(content.next());
        // The timeout starts when the stream is polled.
        let is_pending = std::future::poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx).is_pending()));
        assert!(is_pending.await);
        tokio::time::advance(limit * 9 / 10).await;
        go_on.send(()).unwrap();
        assert_eq!(next.await.unwrap().unwrap(), "a");
    }
    assert!(content.next().await.is_none());
    drop((go_on, end));
    task.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_stalled_stream_times_out() {
    let url = serve(|_, stream| {
        read_head(stream);
        write(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
        read_head(stream);
    });
    let timeouts = TimeoutConfig::new().read(Duration::from_millis(200));
    let client = Client::new(config(&url).timeouts(timeouts).build());
    let error = client.download(1).await.unwrap().into_inner().content.collect().await.unwrap_err();
    assert!(error.to_string().contains("sent no data for 200ms"), "{error}");
}

/// Returns a stream of two chunks.
fn two_chunks(length: Option<u64>) -> ByteStream {
    struct Chunks(Vec<&'static str>);
    impl futures_core::Stream for Chunks {
        type Item = std::io::Result<bytes::Bytes>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.pop().map(|chunk| Ok(chunk.into())))
        }
    }
    ByteStream::from_stream(Chunks(vec![" last", "first"]), length)
}

#[tokio::test]
async fn files_and_streams_are_uploaded() {
    let (tell, seen) = mpsc::channel();
    let url = serve(move |_, stream| {
        while let Some(head) = read_head(stream) {
            let body = read_body(stream, &head);
            tell.send((head.contains("transfer-encoding: chunked"), String::from_utf8(body).unwrap())).unwrap();
            write(stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let client = client(&url);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "content").unwrap();
    client.upload("a").content(ByteStream::from_path(file.path()).unwrap()).await.unwrap();
    assert_eq!(seen.recv().unwrap(), (false, "content".to_owned()));
    client.upload("a").content(two_chunks(Some(10))).await.unwrap();
    assert_eq!(seen.recv().unwrap(), (false, "first last".to_owned()));
    client.append().content(two_chunks(None)).await.unwrap();
    assert_eq!(seen.recv().unwrap(), (true, "5\r\nfirst\r\n5\r\n last\r\n0\r\n\r\n".to_owned()));
    let blocking_client = blocking::Client::new(config(&url).build());
    let sent = tokio::task::spawn_blocking(move || {
        blocking_client.upload("a").content(two_chunks(Some(10))).send().unwrap();
        blocking_client.append().content(two_chunks(None)).send().unwrap();
    });
    sent.await.unwrap();
    assert_eq!(seen.recv().unwrap(), (false, "first last".to_owned()));
    let (is_chunked, body) = seen.recv().unwrap();
    assert!(is_chunked && body.contains("first") && body.ends_with("0\r\n\r\n"), "{body}");
    let error = client.upload("a").content(two_chunks(None)).await.unwrap_err();
    assert!(error.to_string().contains("the length of the stream must be known"), "{error}");
}

#[tokio::test]
async fn only_a_stream_that_can_be_sent_again_is_retried() {
    let (tell, seen) = mpsc::channel();
    let attempts = AtomicUsize::new(0);
    let url = serve(move |_, stream| {
        while let Some(head) = read_head(stream) {
            tell.send(String::from_utf8(read_body(stream, &head)).unwrap()).unwrap();
            let is_first = attempts.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
            let status = if is_first { "503 Busy" } else { "200 OK" };
            write(stream, &format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let retry = RetryConfig::standard().max_backoff(Duration::from_millis(1));
    let client = || Client::new(config(&url).retry(retry.clone()).build());
    assert_eq!(client().upload("a").content("bytes").await.unwrap().attempts(), 2);
    assert_eq!([seen.recv().unwrap(), seen.recv().unwrap()], ["bytes", "bytes"]);
    let error = client().upload("a").content(two_chunks(Some(10))).await.unwrap_err();
    assert_eq!((error.attempts(), error.status().map(|status| status.as_u16())), (1, Some(503)));
    assert_eq!(seen.recv().unwrap(), "first last");
    assert!(seen.try_recv().is_err());
}
