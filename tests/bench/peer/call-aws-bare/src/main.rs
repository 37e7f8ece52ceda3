//! Creates a backup with an HTTP client that returns a response from memory.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use aws_sdk_fsx::{
    Client, Config,
    config::{
        BehaviorVersion, Credentials, IdentityCache, Region, StalledStreamProtectionConfig, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;

#[derive(Clone, Debug)]
struct Canned;

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = 200.try_into().expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(r#"{"Backup":null}"#))))
    }
}

fn main() {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "program"))
        // The following features are disabled, since they require an implementation of sleep.
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Canned)));
    let client = Client::from_conf(config.build());
    let call = pin!(client.create_backup().file_system_id("fs-0123456789abcdef0").send());
    match call.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(made) => println!("{:?}", made.map(|made| made.backup.is_some())),
        Poll::Pending => println!("the transport never waits"),
    }
}
