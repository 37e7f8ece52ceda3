//! Creates a backup with a transport that returns a response from memory.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use fsx::{
    Body, BoxFuture,
    credentials::Credentials,
    http,
    transport::{Transport, TransportError},
};

#[derive(Debug)]
struct Canned;

impl Transport for Canned {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(std::future::ready(Ok(http::Response::new(Body::from(r#"{"Backup":null}"#)))))
    }
}

fn main() {
    let config =
        fsx::Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    let client = fsx::Client::new(config.transport(Canned).build());
    let call = pin!(client.create_backup().file_system_id("fs-0123456789abcdef0").send());
    match call.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(made) => println!("{:?}", made.map(|made| made.backup.is_some())),
        Poll::Pending => println!("the transport never waits"),
    }
}
