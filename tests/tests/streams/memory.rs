//! Tests the memory that streams use in both directions, with a server in the same process.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use streams::{Client, Config, primitives::ByteStream};

/// The maximum resident memory, in KiB.
const LIMIT: u64 = 64 * 1024;

/// The bytes of a chunk.
static CHUNK: [u8; 64 * 1024] = [7; 64 * 1024];

/// Reads the head of a request.
fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Accepts an upload and then serves a download, each of the given number of bytes.
fn serve(listener: &TcpListener, size: u64) {
    let (mut stream, _) = listener.accept().unwrap();
    assert!(read_head(&mut stream).starts_with("POST /uploads/"));
    let sent = std::io::copy(&mut (&mut stream).take(size), &mut std::io::sink()).unwrap();
    assert_eq!(sent, size);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    assert!(read_head(&mut stream).starts_with("GET /downloads/"));
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n").unwrap();
    for _ in 0..size / CHUNK.len() as u64 {
        stream.write_all(&CHUNK).unwrap();
    }
}

/// A stream that consists of this number of chunks.
struct Chunks(u64);

impl futures_core::Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0 = match self.0.checked_sub(1) {
            Some(left) => left,
            None => return Poll::Ready(None),
        };
        // Each chunk is a copy, so that a client that kept the chunks would need memory for them.
        Poll::Ready(Some(Ok(Bytes::from(CHUNK.to_vec()))))
    }
}

#[tokio::test]
async fn streams_use_only_the_memory_of_a_few_chunks() {
    let size: u64 = std::env::var("SIMBA_STREAM").map_or(64 << 20, |size| size.parse().unwrap());
    let chunks = size / CHUNK.len() as u64;
    let size = chunks * CHUNK.len() as u64;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || serve(&listener, size));
    let client = Client::new(Config::builder().endpoint_url(url).build());

    client.upload("a").content(ByteStream::from_stream(Chunks(chunks), Some(size))).await.unwrap();
    let mut content = client.download(1).await.unwrap().into_inner().content;
    let mut received = 0;
    while let Some(chunk) = content.next().await {
        received += chunk.unwrap().len() as u64;
    }
    assert_eq!(received, size);
    server.join().unwrap();

    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak: u64 = peak.map_or(0, |peak| peak.trim().trim_end_matches(" kB").parse().unwrap());
    println!("{size} bytes in each direction, peak memory {peak} KiB");
    assert!(peak < LIMIT, "peak memory {peak} KiB");
}
