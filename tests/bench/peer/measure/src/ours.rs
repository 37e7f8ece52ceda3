//! The client that this project generates.

use std::sync::Arc;

use fsx::{
    Client, Config,
    operation::{
        create_volume::CreateVolumeRequest,
        describe_file_systems::{DescribeFileSystemsRequest, DescribeFileSystemsResponse},
    },
    runtime::{
        Body, BoxFuture, Bytes,
        credentials::Credentials,
        http,
        operation::Request,
        transport::{Transport, TransportError},
    },
    types::Tag,
};
use tokio::sync::Mutex;

use crate::Gate;

/// Creates a client whose calls all return this response.
pub fn canned(response: &[u8]) -> Client {
    simba_bench::canned(response.to_vec())
}

/// Creates a client that sends requests to a server.
pub fn live(url: &str) -> Client {
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    Client::new(config.endpoint_url(url).build())
}

/// Creates a client whose calls return this response once the gate is open.
pub fn held(response: &'static [u8], gate: Arc<Gate>) -> Client {
    client(Held { response: Bytes::from_static(response), gate })
}

fn client(transport: impl Transport + 'static) -> Client {
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    Client::new(config.transport(transport).build())
}

/// A transport that responds once the gate is open.
#[derive(Debug)]
struct Held {
    response: Bytes,
    gate: Arc<Gate>,
}

impl Transport for Held {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            self.gate.pass().await;
            Ok(http::Response::new(Body::from(self.response.clone())))
        })
    }
}

/// Returns the headers and the body that [`create_backup`] sends to a server.
pub async fn create_backup_request(url: &str) -> (http::HeaderMap, Bytes) {
    let recorded = Arc::new(Mutex::new(None));
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    create_backup(&Client::new(config.endpoint_url(url).transport(Recorder(Arc::clone(&recorded))).build())).await;
    let request = recorded.lock().await.take().expect("a request was sent");
    let (parts, body) = request.into_parts();
    (parts.headers, body.collect().await.expect("the body is in memory"))
}

/// A transport that records the last request.
#[derive(Debug)]
struct Recorder(Arc<Mutex<Option<http::Request<Body>>>>);

impl Transport for Recorder {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            *self.0.lock().await = Some(request);
            Ok(http::Response::new(Body::from(simba_bench::backup_response())))
        })
    }
}

/// Creates a backup.
pub async fn create_backup(client: &Client) {
    let call = client.create_backup().file_system_id("fs-0123456789abcdef0").tags([Tag::new("Name", "nightly")]);
    call.await.expect("the backup is created");
}

/// Returns the number of file systems on the first page.
pub async fn describe_file_systems(client: &Client) -> usize {
    client.describe_file_systems().max_results(100).await.expect("the file systems are listed").file_systems().len()
}

/// Deserializes a `DescribeFileSystems` response.
pub fn decode(body: Bytes) -> DescribeFileSystemsResponse {
    DescribeFileSystemsRequest::decode_bytes(body).expect("it has this type")
}

/// Returns the large `CreateVolume` request.
pub fn large_request() -> CreateVolumeRequest {
    serde_json::from_slice(&simba_bench::large_request()).expect("the request is one")
}

/// Serializes a `CreateVolume` request.
pub fn encode(request: &CreateVolumeRequest) -> fsx::Bytes {
    request.to_body().expect("the request has a form on the wire")
}
