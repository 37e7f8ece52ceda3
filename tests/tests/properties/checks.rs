//! What must hold for any input: shared by the properties of the ordinary test run and by the fuzz targets.
//!
//! In: bytes from anywhere. Out: nothing; a panic is a finding.

use std::str::FromStr;
use std::task::{Context, Poll, Waker};

use fsx::runtime::Bytes;
use fsx::runtime::config::Environment;
use fsx::runtime::credentials::Credentials;
use fsx::runtime::error::ServiceError;
use fsx::runtime::http::Response;
use fsx::runtime::operation::{Protocol, Request};
use fsx::runtime::protocol::aws_json::AwsJson;
use fsx::runtime::wire::Timestamp;
use fsx::{Client, Config};
use simba_codegen::{Options, Source, import};

macro_rules! requests {
    ($($module:ident :: $request:ident,)*) => {
        /// How many operations there are.
        pub(crate) const OPERATIONS: usize = [$(stringify!($module)),*].len();

        /// Reads the bytes as the response of an operation, chosen by number.
        pub(crate) fn response(operation: usize, body: &[u8]) {
            let decode: [fn(&[u8]); OPERATIONS] = [$(|body| {
                drop(<fsx::operation::$module::$request as Request>::decode(body));
            }),*];
            decode[operation % OPERATIONS](body);
        }
    };
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

/// Reads the bytes as the reply of a call that failed, the first line as its header.
pub(crate) fn error(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let reply = Response::builder().status(400).header("x-amzn-errortype", &bytes[..end]);
    let body = Bytes::copy_from_slice(&bytes[end..]);
    let replies = [reply.body(body.clone()), Response::builder().status(400).body(body)];
    for reply in replies.into_iter().flatten() {
        for protocol in [AwsJson::V1_0, AwsJson::V1_1.query_compatible()] {
            let meta = protocol.error(&reply);
            let error = fsx::error::ServiceError::from_reply(&meta, reply.body());
            drop(format!("{error} {error:?}"));
        }
    }
}

/// Reads the bytes as both profile files.
pub(crate) fn profiles(bytes: &[u8]) {
    let environment = Environment::fixed([("HOME", "/home/me"), ("AWS_PROFILE", "dev")])
        .file("/home/me/.aws/config", bytes)
        .file("/home/me/.aws/credentials", bytes);
    match Config::from_environment(&environment) {
        Ok(config) => drop(format!("{config:?}")),
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
}

/// Resolves the endpoint of a region and of a URL.
pub(crate) fn endpoint(region: &str, url: &str, flags: u8) {
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI");
    let config = Config::builder().region(region).credentials(credentials);
    let config = config.use_fips(flags & 1 > 0).use_dual_stack(flags & 2 > 0);
    let config = if flags & 4 > 0 { config.endpoint_url(url) } else { config };
    let client = Client::new(config.build());
    let mut call = std::pin::pin!(client.describe_backups().prepare());
    let Poll::Ready(outcome) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is nothing to wait for");
    };
    match outcome {
        Ok(request) => assert!(request.uri().host().is_some_and(|host| !host.is_empty())),
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
}

/// Reads the text as a time; what can be read is written in a form that is read as the same time.
pub(crate) fn timestamp(text: &str) {
    if let Ok(time) = Timestamp::from_str(text) {
        same(time);
    }
}

/// Writes a time and reads it again.
pub(crate) fn same(time: Timestamp) {
    assert_eq!(Timestamp::from_str(&time.to_string()).ok(), Some(time), "{time}");
    let http = time.to_http_date();
    if (0..253_402_300_800).contains(&time.as_secs()) {
        assert_eq!(Timestamp::from_str(&http).map(|read| read.as_secs()).ok(), Some(time.as_secs()), "{http}");
    }
}

/// Generates from the text; `true` if it was accepted.
pub(crate) fn model(text: &str, options: &Options) -> bool {
    let source = Source { name: "model.json".to_owned(), text: text.to_owned() };
    match simba_codegen::generate(&[source], options) {
        Ok(generated) => !generated.files.is_empty(),
        Err(report) => {
            assert!(!report.to_string().is_empty());
            false
        }
    }
}

/// Imports the document as each part of a service.
pub(crate) fn imported(document: &serde_json::Value) {
    let whole = import::Source {
        paginators: Some(document),
        waiters: Some(document),
        examples: Some(document),
        endpoint_rules: Some(document),
        extras: Some(document),
        ..import::Source::new(document)
    };
    for source in [import::Source::new(document), whole] {
        if let Err(problems) = import::import(&source) {
            assert!(!problems.is_empty());
        }
    }
}
