//! The client of this workspace.

use fsx::{
    Client, Config,
    operation::{
        create_volume::CreateVolumeRequest,
        describe_file_systems::{DescribeFileSystemsRequest, DescribeFileSystemsResponse},
    },
    runtime::{Bytes, credentials::Credentials, operation::Request},
    types::Tag,
};

/// Creates a client whose calls all return this response.
pub fn canned(response: &[u8]) -> Client {
    simba_bench::canned(response.to_vec())
}

/// Creates a client that sends requests to a server.
pub fn live(url: &str) -> Client {
    let config = Config::builder().region("us-east-1").credentials(Credentials::new("AKIDEXAMPLE", "secret"));
    Client::new(config.endpoint_url(url).build())
}

/// Creates a backup.
pub async fn create_backup(client: &Client) {
    let call = client.create_backup().file_system_id("fs-0123456789abcdef0").tags([Tag::new("Name", "nightly")]);
    call.await.expect("the backup is made");
}

/// Returns the number of file systems on the first page.
pub async fn describe_file_systems(client: &Client) -> usize {
    client.describe_file_systems().max_results(100).await.expect("the file systems are listed").file_systems().len()
}

/// Deserializes a response.
pub fn decode(body: Bytes) -> DescribeFileSystemsResponse {
    DescribeFileSystemsRequest::decode_bytes(body).expect("it has this type")
}

/// Returns the large request.
pub fn large_request() -> CreateVolumeRequest {
    serde_json::from_slice(&simba_bench::large_request()).expect("the request is one")
}

/// Serializes a request.
pub fn encode(request: &CreateVolumeRequest) -> fsx::Bytes {
    request.to_body().expect("the request has a form on the wire")
}
