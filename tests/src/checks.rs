//! Properties that hold for any input, shared by the property tests and the fuzz targets.
//!
//! The checks take arbitrary input, and panic if a property does not hold.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "Checks fail by panicking.")]

use std::fmt::Debug;
use std::str::FromStr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fsx::Bytes;
use fsx::config::Environment;
use fsx::credentials::Credentials;
use fsx::error::ErrorResponse;
use fsx::http::{HeaderName, HeaderValue, Response, Uri};
use fsx::operation::create_backup::CreateBackupRequest;
use fsx::primitives::Timestamp;
use fsx::runtime::endpoint::functions;
use fsx::runtime::error::ServiceError as _;
use fsx::runtime::operation::Request;
use fsx::runtime::protocol::ClientProtocol;
use fsx::runtime::protocol::aws_json::AwsJson;
use fsx::testing::{ManualClock, MockResponse, MockTransport, RecordedRequest};
use fsx::timeout::TimeoutConfig;
use fsx::{Client, Config};
use serde_json::{Value, json};
use simba_codegen::{Generated, Options, Source, import};

macro_rules! requests {
    ($($module:ident :: $request:ident,)*) => {
        /// The number of operations.
        pub const OPERATIONS: usize = [$(stringify!($module)),*].len();

        /// Deserializes a response of the operation with this index. A valid response must be the same after a round
        /// trip.
        pub fn response(operation: usize, body: &[u8]) {
            let checks: [fn(&[u8]); OPERATIONS] = [$(|body| {
                let read = <fsx::operation::$module::$request as Request>::decode;
                let Ok(response) = read(body) else { return };
                let again = read(&serde_json::to_vec(&response).unwrap());
                let again = again.unwrap_or_else(|error| panic!("{error}: {response:?}"));
                assert!(response == again || timeless(&response) == timeless(&again), "{response:?}\n{again:?}");
                assert_eq!(read(&serde_json::to_vec(&again).unwrap()).ok(), Some(again));
            }),*];
            checks[operation % OPERATIONS](body);
        }

        /// Deserializes a request of the operation with this index, as a mock transport does. A valid request must be
        /// the same after a round trip.
        pub fn request(operation: usize, body: &[u8]) {
            let checks: [fn(&[u8]); OPERATIONS] = [$(|body| {
                let read = |body: &[u8]| serde_json::from_slice::<fsx::operation::$module::$request>(body);
                let Ok(request) = read(body) else { return };
                let again = read(&request.to_body().unwrap());
                let again = again.unwrap_or_else(|error| panic!("{error}: {request:?}"));
                assert!(request == again || timeless(&request) == timeless(&again), "{request:?}\n{again:?}");
                drop(request.host_prefix());
            }),*];
            checks[operation % OPERATIONS](body);
        }
    };
}

/// Formats a value without its timestamps. In JSON, timestamps are floating-point numbers, which are less precise than
/// the nanoseconds that a date string may contain.
fn timeless(value: &dyn Debug) -> String {
    let text = format!("{value:?}");
    let is_of_timestamp = |c: char| c.is_ascii_digit() || "-:.TZ".contains(c);
    let parts = text.split_inclusive(|c| !is_of_timestamp(c));
    parts.filter(|part| part.trim_end_matches(|c| !is_of_timestamp(c)).parse::<Timestamp>().is_err()).collect()
}

requests! {
    associate_file_system_aliases::AssociateFileSystemAliasesRequest,
    cancel_data_repository_task::CancelDataRepositoryTaskRequest,
    copy_backup::CopyBackupRequest,
    copy_snapshot_and_update_volume::CopySnapshotAndUpdateVolumeRequest,
    create_and_attach_s3_access_point::CreateAndAttachS3AccessPointRequest,
    create_backup::CreateBackupRequest,
    create_data_repository_association::CreateDataRepositoryAssociationRequest,
    create_data_repository_task::CreateDataRepositoryTaskRequest,
    create_file_cache::CreateFileCacheRequest,
    create_file_system::CreateFileSystemRequest,
    create_file_system_from_backup::CreateFileSystemFromBackupRequest,
    create_snapshot::CreateSnapshotRequest,
    create_storage_virtual_machine::CreateStorageVirtualMachineRequest,
    create_volume::CreateVolumeRequest,
    create_volume_from_backup::CreateVolumeFromBackupRequest,
    delete_backup::DeleteBackupRequest,
    delete_data_repository_association::DeleteDataRepositoryAssociationRequest,
    delete_file_cache::DeleteFileCacheRequest,
    delete_file_system::DeleteFileSystemRequest,
    delete_snapshot::DeleteSnapshotRequest,
    delete_storage_virtual_machine::DeleteStorageVirtualMachineRequest,
    delete_volume::DeleteVolumeRequest,
    describe_backups::DescribeBackupsRequest,
    describe_data_repository_associations::DescribeDataRepositoryAssociationsRequest,
    describe_data_repository_tasks::DescribeDataRepositoryTasksRequest,
    describe_file_caches::DescribeFileCachesRequest,
    describe_file_system_aliases::DescribeFileSystemAliasesRequest,
    describe_file_systems::DescribeFileSystemsRequest,
    describe_s3_access_point_attachments::DescribeS3AccessPointAttachmentsRequest,
    describe_shared_vpc_configuration::DescribeSharedVpcConfigurationRequest,
    describe_snapshots::DescribeSnapshotsRequest,
    describe_storage_virtual_machines::DescribeStorageVirtualMachinesRequest,
    describe_volumes::DescribeVolumesRequest,
    detach_and_delete_s3_access_point::DetachAndDeleteS3AccessPointRequest,
    disassociate_file_system_aliases::DisassociateFileSystemAliasesRequest,
    list_tags_for_resource::ListTagsForResourceRequest,
    release_file_system_nfs_v3_locks::ReleaseFileSystemNfsV3LocksRequest,
    restore_volume_from_snapshot::RestoreVolumeFromSnapshotRequest,
    start_misconfigured_state_recovery::StartMisconfiguredStateRecoveryRequest,
    tag_resource::TagResourceRequest,
    untag_resource::UntagResourceRequest,
    update_data_repository_association::UpdateDataRepositoryAssociationRequest,
    update_file_cache::UpdateFileCacheRequest,
    update_file_system::UpdateFileSystemRequest,
    update_shared_vpc_configuration::UpdateSharedVpcConfigurationRequest,
    update_snapshot::UpdateSnapshotRequest,
    update_storage_virtual_machine::UpdateStorageVirtualMachineRequest,
    update_volume::UpdateVolumeRequest,
}

/// Deserializes an error response. The first line of the input is the value of the `x-amzn-errortype` header, and the
/// rest is the body.
pub fn error(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let response = Response::builder().status(400).header("x-amzn-errortype", &bytes[..end]);
    let body = Bytes::copy_from_slice(&bytes[end..]);
    let responses = [response.body(body.clone()), Response::builder().status(400).body(body)];
    for response in responses.into_iter().flatten() {
        static PROTOCOLS: [AwsJson; 2] = [AwsJson::V1_0, AwsJson::V1_1.query_compatible()];
        for protocol in &PROTOCOLS {
            let meta = protocol.error_metadata(&response);
            let cut =
                |code: &Option<String>| code.as_ref().is_none_or(|code| !code.is_empty() && !code.contains([':', '#']));
            assert!(cut(&meta.code) && cut(&meta.shape), "{meta:?}");
            let error = fsx::error::ServiceError::from_response(&mut ErrorResponse::new(&meta, &response, protocol));
            drop(format!("{error} {error:?}"));
        }
    }
}

/// The response headers that affect the next attempt.
const HEADERS: [&str; 5] = ["date", "retry-after", "x-amz-retry-after", "x-amzn-errortype", "x-amzn-requestid"];

/// Sends a request through a transport that responds with this input. The first lines of the input contain the status
/// and the value of each of `HEADERS`, and the rest is the body.
pub fn call(bytes: &[u8]) {
    let mut lines = bytes.splitn(HEADERS.len() + 2, |byte| *byte == b'\n');
    let status = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.trim().parse().ok()).unwrap_or(400);
    let mut headers = Vec::new();
    for name in HEADERS {
        let value = lines.next().filter(|line| !line.is_empty()).map(HeaderValue::from_bytes);
        headers.extend(value.and_then(Result::ok).map(|value| (HeaderName::from_static(name), value)));
    }
    let response = MockResponse::json(lines.next().unwrap_or_default().to_vec()).status(status);
    let response = headers.into_iter().fold(response, |response, (name, value)| response.header(name, value));
    let mock = MockTransport::new();
    mock.respond_with("CreateBackup", move |_| response.clone());
    // Without a timeout, a retry could sleep past the maximum time of the clock.
    let timeouts = TimeoutConfig::new().call(Duration::from_secs(3600));
    let config = Config::builder().region("us-east-1").credentials_provider(credentials()).timeouts(timeouts);
    let client = Client::new(config.transport(mock.clone()).clock(ManualClock::skipping()).build());
    if let Err(error) = ready(client.create_backup().file_system_id("fs-1").send()) {
        let line = error.to_string();
        assert!(!line.contains(char::is_control) && line.len() < 4000, "more than a line: {line:?}");
        drop(format!("{error:?}"));
    }
    let requests = mock.requests();
    assert!((1..=3).contains(&requests.len()), "{} attempts", requests.len());
    let token =
        |request: &RecordedRequest| request.request().map(|request: CreateBackupRequest| request.client_request_token);
    assert!(requests.iter().all(|request| token(request).is_ok_and(|own| own == token(&requests[0]).unwrap())));
}

/// Polls a future that does not depend on time or I/O.
fn ready<F: IntoFuture>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future.into_future());
    for _ in 0..1000 {
        if let Poll::Ready(outcome) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return outcome;
        }
    }
    panic!("there is nothing to wait for");
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")
}

/// Parses the input as the contents of both profile files. All resulting values must occur in the input.
pub fn profiles(bytes: &[u8]) {
    let environment = Environment::fixed([("HOME", "/home/me"), ("AWS_PROFILE", "dev")])
        .file("/home/me/.aws/config", bytes)
        .file("/home/me/.aws/credentials", bytes);
    match fsx::config::from_environment(&environment) {
        Ok(config) => {
            drop(format!("{config:?}"));
            let text = String::from_utf8_lossy(bytes);
            let url = config.endpoint_url_for("FSx").unwrap_or_else(|error| {
                assert!(!error.to_string().contains(char::is_control), "{error:?}");
                None
            });
            for found in [config.region(), url.as_deref(), config.app_id()].into_iter().flatten() {
                assert!(!found.is_empty() && text.contains(found), "{found:?}");
            }
        }
        Err(error) => assert!(!error.to_string().contains(char::is_control), "{error:?}"),
    }
}

/// Resolves the endpoint for a region and an endpoint URL. The result must be a valid URL or an error.
pub fn endpoint(region: &str, url: &str, flags: u8) {
    let config = Config::builder().region(region).credentials_provider(credentials());
    let config = config.use_fips(flags & 1 > 0).use_dual_stack(flags & 2 > 0);
    let own = flags & 4 > 0;
    let config = if own { config.endpoint_url(url) } else { config };
    let client = Client::new(config.build());
    match ready(client.describe_backups().prepare()) {
        Ok(request) => {
            let uri = request.uri().to_string();
            let parsed = uri.parse::<Uri>().unwrap_or_else(|error| panic!("{uri:?}: {error}"));
            assert!(parsed.host().is_some_and(|host| !host.is_empty()), "{uri:?}");
            let authority = parsed.authority().map_or("", |authority| authority.as_str());
            assert!(parsed.port().is_some() || parsed.host() == Some(authority), "{uri:?}");
            let scheme = parsed.scheme_str();
            assert!(scheme == Some("https") || own && scheme == Some("http"), "{uri:?}");
        }
        Err(error) => assert!(!error.to_string().contains(char::is_control), "{error:?}"),
    }
    functions(region, url, flags);
}

/// Checks the functions that endpoint rules can call.
fn functions(text: &str, other: &str, number: u8) {
    let number = usize::from(number);
    assert_eq!(functions::split(text, other, number).join(other), text);
    for (start, end) in [(0, number), (number / 16, number % 16)] {
        for reverse in [false, true] {
            let part = functions::substring(text, start, end, reverse);
            assert!(part.is_none_or(|part| part.len() == end - start && text.contains(part)), "{part:?}");
        }
    }
    assert!(functions::uri_encode(text).is_ascii());
    let whole = functions::is_valid_host_label(text, false);
    assert!(!whole || functions::is_valid_host_label(text, true), "{text:?}");
    let _ = functions::is_virtual_hostable_s3_bucket(text, number > 9);
    if let Some(url) = functions::parse_url(other) {
        assert!(other.starts_with(url.scheme()) && other.contains(url.authority()), "{url:?}");
        assert!(url.normalized_path().starts_with('/') && url.normalized_path().ends_with('/'), "{url:?}");
    }
    if let Some(arn) = functions::parse_arn(other) {
        assert!(!arn.partition().is_empty() && !arn.service().is_empty() && !arn.resource_id().is_empty(), "{arn:?}");
    }
}

/// Parses a timestamp. A valid timestamp must be the same after a round trip.
pub fn timestamp(text: &str) {
    if let Ok(time) = Timestamp::from_str(text) {
        same(time);
    }
}

/// Checks that a timestamp is the same after a round trip.
pub fn same(time: Timestamp) {
    assert_eq!(Timestamp::from_str(&time.to_string()).ok(), Some(time), "{time}");
    // HTTP dates have no fractional seconds.
    assert_eq!(Timestamp::from_str(&time.to_http_date()).ok(), Some(Timestamp::new(time.as_secs(), 0)), "{time}");
}

/// Generates a crate, and returns it if the model is valid. An invalid model must not be reported as a bug in the
/// generator.
pub fn model(text: &str, options: &Options) -> Option<Generated> {
    let source = Source { name: "model.json".to_owned(), text: text.to_owned() };
    match simba_codegen::generate(&[source], options) {
        Ok(generated) => {
            assert!(!generated.files.is_empty());
            Some(generated)
        }
        Err(report) => {
            let said = report.to_string();
            assert!(report.has_errors() && !said.is_empty());
            assert!(!said.contains("please report"), "a bug in the generator: {said}");
            None
        }
    }
}

/// Imports the document as the model of a service. Then imports it again, with the same document in place of each
/// related file, such as the paginators. The generator must be able to process the results.
pub fn imported(document: &Value) {
    let whole = import::Source {
        paginators: Some(document),
        waiters: Some(document),
        examples: Some(document),
        endpoint_rules: Some(document),
        additions: Some(document),
        ..import::Source::new(document)
    };
    for source in [import::Source::new(document), whole] {
        match import::import(&source) {
            Ok(imported) => drop(model(&imported.model.to_string(), &Options::default())),
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
}

/// Returns a service in botocore's format with the most common constructs.
#[must_use]
pub fn botocore_service() -> Value {
    json!({
        "metadata": {"apiVersion": "2020-01-01", "jsonVersion": "1.1", "protocol": "json", "serviceFullName": "Toys",
            "serviceId": "Toys", "signatureVersion": "v4", "signingName": "toys", "targetPrefix": "Toys", "endpointPrefix": "toys"},
        "operations": {"Act": {"name": "Act", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "ActRequest"},
            "output": {"shape": "ActResponse"}, "errors": [{"shape": "Broken"}], "idempotent": true}},
        "shapes": {
            "ActRequest": {"type": "structure", "required": ["Name"], "members": {"Name": {"shape": "Name"},
                "Token": {"shape": "Name", "idempotencyToken": true}, "Parts": {"shape": "Parts"}}},
            "ActResponse": {"type": "structure", "members": {"Kind": {"shape": "Kind"}, "At": {"shape": "At"}}},
            "Name": {"type": "string", "max": 9, "min": 1, "pattern": "a*"}, "Kind": {"type": "string", "enum": ["A", "B"]},
            "Parts": {"type": "list", "member": {"shape": "Name"}}, "At": {"type": "timestamp"},
            "Broken": {"type": "structure", "members": {"Message": {"shape": "Name"}}, "exception": true}
        }
    })
}
