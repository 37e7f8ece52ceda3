//! A client whose transport returns a response from memory, so that only the client itself is measured.

use fsx::{
    Client, Config,
    runtime::{
        Body, BoxFuture, Bytes,
        credentials::Credentials,
        http,
        transport::{Transport, TransportError},
    },
};

/// Creates a client whose calls all return this response.
#[must_use]
pub fn canned(response: Vec<u8>) -> Client {
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    Client::new(config.transport(Canned(response.into())).build())
}

/// A transport that responds to every request with the same body. Unlike the mock transport, it does not record
/// requests.
#[derive(Debug)]
struct Canned(Bytes);

impl Transport for Canned {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut response = http::Response::new(Body::from(self.0.clone()));
        let value = http::HeaderValue::from_static("6f1a8a51-4ff0-4f0e-8c41-d3a6f7a8f3b2");
        response.headers_mut().insert("x-amzn-requestid", value);
        Box::pin(std::future::ready(Ok(response)))
    }
}
