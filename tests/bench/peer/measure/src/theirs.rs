//! AWS's client. Requests are serialized and responses are deserialized through the configuration layer of the
//! operation, as in AWS's orchestrator.

use std::sync::Arc;

use aws_sdk_fsx::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region},
    operation::{
        create_volume::{CreateVolume, CreateVolumeInput},
        describe_file_systems::{DescribeFileSystems, DescribeFileSystemsOutput},
    },
    types::{
        CreateOpenZfsVolumeConfiguration, OpenZfsClientConfiguration, OpenZfsDataCompressionType, OpenZfsNfsExport,
        OpenZfsQuotaType, OpenZfsUserOrGroupQuota, Tag, VolumeType,
    },
};
use aws_smithy_json::protocol::aws_json_rpc::AwsJsonRpcProtocol;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    interceptors::context::Input,
    orchestrator::{HttpRequest, HttpResponse},
    runtime_plugin::RuntimePlugin,
    ser_de::{DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer},
};
use aws_smithy_schema::protocol::{ServiceShapeNamespace, ServiceVersion, SharedClientProtocol};
use aws_smithy_types::{
    body::SdkBody,
    config_bag::{ConfigBag, Layer},
};
use simba_bench::{CLIENTS, QUOTAS, TAGS};

use crate::Gate;

/// An HTTP client that responds to every request with the same body.
#[derive(Clone, Debug)]
struct Canned(&'static [u8]);

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(response(self.0)))
    }
}

/// An HTTP client that responds once the gate is open.
#[derive(Clone, Debug)]
struct Held {
    response: &'static [u8],
    gate: Arc<Gate>,
}

impl HttpConnector for Held {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let held = self.clone();
        HttpConnectorFuture::new(async move {
            held.gate.pass().await;
            Ok(response(held.response))
        })
    }
}

fn response(body: &'static [u8]) -> HttpResponse {
    let mut response = HttpResponse::new(200.try_into().expect("a status"), SdkBody::from(body));
    response.headers_mut().insert("x-amzn-requestid", "6f1a8a51-4ff0-4f0e-8c41-d3a6f7a8f3b2");
    response
}

fn config() -> aws_sdk_fsx::config::Builder {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "measure");
    let config = Config::builder().behavior_version(BehaviorVersion::latest());
    config.region(Region::new("us-east-1")).credentials_provider(credentials)
}

/// Creates a client whose calls all return this response.
pub fn canned(response: &'static [u8]) -> Client {
    client(Canned(response))
}

/// Creates a client whose calls return this response once the gate is open.
pub fn held(response: &'static [u8], gate: Arc<Gate>) -> Client {
    client(Held { response, gate })
}

fn client(connector: impl HttpConnector + 'static) -> Client {
    let connector = SharedHttpConnector::new(connector);
    Client::from_conf(config().http_client(http_client_fn(move |_, _| connector.clone())).build())
}

/// Creates a client that sends requests to a server.
pub fn live(url: &str) -> Client {
    Client::from_conf(config().endpoint_url(url).build())
}

/// Creates a backup.
pub async fn create_backup(client: &Client) {
    let tag = Tag::builder().key("Name").value("nightly").build();
    let call = client.create_backup().file_system_id("fs-0123456789abcdef0").tags(tag);
    call.send().await.expect("the backup is created");
}

/// Returns the number of file systems on the first page.
pub async fn describe_file_systems(client: &Client) -> usize {
    let call = client.describe_file_systems().max_results(100).send();
    call.await.expect("the file systems are listed").file_systems().len()
}

/// The serializer of an operation's requests, and the deserializer of its responses.
#[derive(Debug)]
pub struct Codec {
    layers: ConfigBag,
}

impl Codec {
    fn new(operation: impl RuntimePlugin) -> Self {
        let mut service = Layer::new("service");
        service.store_put(ServiceShapeNamespace::new("com.amazonaws.fsx"));
        service.store_put(ServiceVersion::new("2018-03-01"));
        let protocol = AwsJsonRpcProtocol::aws_json_1_1().with_default_namespace("com.amazonaws.fsx");
        service.store_put(SharedClientProtocol::new(protocol));
        let mut layers = ConfigBag::of_layers([service]);
        layers.push_shared_layer(operation.config().expect("the operation has a layer"));
        Self { layers }
    }

    /// Creates the codec for `DescribeFileSystems`.
    pub fn describe_file_systems() -> Self {
        Self::new(DescribeFileSystems::new())
    }

    /// Creates the codec for `CreateVolume`.
    pub fn create_volume() -> Self {
        Self::new(CreateVolume::new())
    }

    /// Deserializes a `DescribeFileSystems` response.
    pub fn decode(&self, body: &'static [u8]) -> DescribeFileSystemsOutput {
        let decoder = self.layers.load::<SharedResponseDeserializer>().expect("the operation has a decoder");
        let output = decoder.deserialize_nonstreaming_with_config(&response(body), &self.layers);
        output.ok().and_then(|output| output.downcast().ok()).expect("it has this type")
    }

    /// Serializes a `CreateVolume` request.
    pub fn encode(&mut self, request: CreateVolumeInput) -> HttpRequest {
        let encoder = self.layers.load::<SharedRequestSerializer>().expect("the operation has an encoder").clone();
        encoder.serialize_input(Input::erase(request), &mut self.layers).expect("the request has a form on the wire")
    }
}

/// Returns the large `CreateVolume` request.
pub fn large_request() -> CreateVolumeInput {
    let quota = |id: i32| {
        let quota = OpenZfsUserOrGroupQuota::builder().r#type(OpenZfsQuotaType::User).id(id);
        quota.storage_capacity_quota_gib(100 + id).build()
    };
    let client = |n: i32| {
        let client = OpenZfsClientConfiguration::builder().clients(format!("10.0.{n}.0/24"));
        client.options("rw").options("crossmnt").options("no_root_squash").build()
    };
    let tag = |n: i32| Tag::builder().key(format!("key-{n}")).value(format!("the value of tag {n}")).build();
    let export = OpenZfsNfsExport::builder().set_client_configurations(Some((0..CLIENTS).map(client).collect()));
    let settings = CreateOpenZfsVolumeConfiguration::builder()
        .parent_volume_id("fsvol-0123456789abcdef0")
        .storage_capacity_quota_gib(10_000)
        .record_size_kib(128)
        .data_compression_type(OpenZfsDataCompressionType::Zstd)
        .nfs_exports(export.build())
        .set_user_and_group_quotas(Some((0..QUOTAS).map(quota).collect()))
        .build();
    CreateVolumeInput::builder()
        .client_request_token("token")
        .volume_type(VolumeType::Openzfs)
        .name("projects")
        .set_tags(Some((0..TAGS).map(tag).collect()))
        .open_zfs_configuration(settings)
        .build()
        .expect("the request is complete")
}

/// Returns whether the body of a request equals this JSON, regardless of whitespace and the order of members.
pub fn same_json(body: &[u8], request: HttpRequest) -> bool {
    let parse = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    request.body().bytes().and_then(parse).is_some_and(|theirs| Some(theirs) == parse(body))
}
