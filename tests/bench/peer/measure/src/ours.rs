//! The client of this workspace.

use fsx::{
    Client, Config,
    operation::{
        create_volume::CreateVolumeRequest,
        describe_file_systems::{DescribeFileSystemsRequest, DescribeFileSystemsResponse},
    },
    runtime::{
        BoxFuture, Bytes,
        credentials::Credentials,
        http,
        operation::Request,
        transport::{Transport, TransportError},
    },
    types::Tag,
};

/// Answers every request with the same body.
#[derive(Debug)]
struct Canned(Bytes);

impl Transport for Canned {
    fn send(&self, _: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let mut response = http::Response::new(self.0.clone());
        let value = http::HeaderValue::from_static("6f1a8a51-4ff0-4f0e-8c41-d3a6f7a8f3b2");
        response.headers_mut().insert("x-amzn-requestid", value);
        Box::pin(std::future::ready(Ok(response)))
    }
}

fn config() -> fsx::runtime::config::Builder {
    Config::builder().region("us-east-1").credentials(Credentials::new("AKIDEXAMPLE", "secret"))
}

/// A client whose every call is answered by these bytes.
pub fn canned(answer: &[u8]) -> Client {
    Client::new(config().transport(Canned(Bytes::copy_from_slice(answer))).build())
}

/// A client that talks to a server over the network.
pub fn live(url: &str) -> Client {
    Client::new(config().endpoint_url(url).build())
}

/// Makes a backup.
pub async fn create_backup(client: &Client) {
    let call = client.create_backup().file_system_id("fs-0123456789abcdef0").tags([Tag::new("Name", "nightly")]);
    call.await.expect("the backup is made");
}

/// Lists file systems, and counts them.
pub async fn describe_file_systems(client: &Client) -> usize {
    client.describe_file_systems().max_results(100).await.expect("the file systems are listed").file_systems.len()
}

/// Reads an answer.
pub fn decode(body: &[u8]) -> DescribeFileSystemsResponse {
    DescribeFileSystemsRequest::decode(body).expect("the answer is one")
}

/// The large request.
pub fn large_request() -> CreateVolumeRequest {
    serde_json::from_slice(&simba_bench::large_request()).expect("the request is one")
}

/// Writes a request.
pub fn encode(request: &CreateVolumeRequest) -> Vec<u8> {
    request.to_body().expect("the request has a form on the wire")
}
