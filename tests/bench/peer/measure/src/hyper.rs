//! hyper's own client, which sends requests that were serialized and signed beforehand. Its speed is an upper limit for
//! the speed of the other two clients.

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, header::HeaderMap};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

/// A client, and the request that it sends.
#[derive(Clone, Debug)]
pub struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Sender {
    /// Creates a client that sends the same request as [`create_backup`](crate::ours::create_backup).
    pub async fn create_backup(url: &str) -> Self {
        let (headers, body) = crate::ours::create_backup_request(url).await;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector), url: url.to_owned(), headers, body }
    }

    /// Sends the request and reads the response.
    pub async fn send(&self) {
        let mut request = Request::post(&self.url).body(Full::new(self.body.clone())).expect("the URL is valid");
        request.headers_mut().clone_from(&self.headers);
        let response = self.client.request(request).await.expect("the server responds");
        response.into_body().collect().await.expect("the body is complete");
    }
}
