//! Calls all operations through the generated client, with JSON as input and output.
//!
//! A call is defined by the name of an operation, its input, and its response. It returns the request that was sent and
//! the result, which is the output or an error. A modeled error includes its structure.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use fsx::call::CallOptions;
use fsx::config::Config;
use fsx::error::SdkError;
use fsx::http;
use fsx::runtime::client::Client;
use fsx::runtime::operation::Request;
use fsx::runtime::serde_core::Serialize;
use fsx::runtime::serde_core::de::DeserializeOwned;
use fsx::testing::{MockResponse, MockTransport};
use serde_json::Value;

/// The result of a call.
pub(crate) struct Called {
    pub(crate) request: http::Request<fsx::Bytes>,
    pub(crate) outcome: Result<Value, Failure>,
}

/// The error of a failed call.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The code of the error. `None` if the response does not contain one.
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) status: Option<u16>,
    /// The name and structure of a modeled error.
    pub(crate) structure: Option<(&'static str, Value)>,
    /// The error as it is displayed.
    pub(crate) shown: String,
}

type Call = fn(Config, &Value, MockResponse) -> Result<Called, serde_json::Error>;
type Prepare = fn(Config, &Value) -> Result<http::Request<fsx::Body>, serde_json::Error>;

/// An operation of the crate.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) call: Call,
    pub(crate) prepare: Prepare,
}

macro_rules! operations {
    ($($name:literal $module:ident :: $request:ident;)*) => {
        /// All operations.
        pub(crate) const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            call: call::<fsx::operation::$module::$request>,
            prepare: prepare::<fsx::operation::$module::$request>,
        }),*];
    };
}

operations! {
    "AssociateFileSystemAliases" associate_file_system_aliases::AssociateFileSystemAliasesRequest;
    "CancelDataRepositoryTask" cancel_data_repository_task::CancelDataRepositoryTaskRequest;
    "CopyBackup" copy_backup::CopyBackupRequest;
    "CopySnapshotAndUpdateVolume" copy_snapshot_and_update_volume::CopySnapshotAndUpdateVolumeRequest;
    "CreateAndAttachS3AccessPoint" create_and_attach_s3_access_point::CreateAndAttachS3AccessPointRequest;
    "CreateBackup" create_backup::CreateBackupRequest;
    "CreateDataRepositoryAssociation" create_data_repository_association::CreateDataRepositoryAssociationRequest;
    "CreateDataRepositoryTask" create_data_repository_task::CreateDataRepositoryTaskRequest;
    "CreateFileCache" create_file_cache::CreateFileCacheRequest;
    "CreateFileSystem" create_file_system::CreateFileSystemRequest;
    "CreateFileSystemFromBackup" create_file_system_from_backup::CreateFileSystemFromBackupRequest;
    "CreateSnapshot" create_snapshot::CreateSnapshotRequest;
    "CreateStorageVirtualMachine" create_storage_virtual_machine::CreateStorageVirtualMachineRequest;
    "CreateVolume" create_volume::CreateVolumeRequest;
    "CreateVolumeFromBackup" create_volume_from_backup::CreateVolumeFromBackupRequest;
    "DeleteBackup" delete_backup::DeleteBackupRequest;
    "DeleteDataRepositoryAssociation" delete_data_repository_association::DeleteDataRepositoryAssociationRequest;
    "DeleteFileCache" delete_file_cache::DeleteFileCacheRequest;
    "DeleteFileSystem" delete_file_system::DeleteFileSystemRequest;
    "DeleteSnapshot" delete_snapshot::DeleteSnapshotRequest;
    "DeleteStorageVirtualMachine" delete_storage_virtual_machine::DeleteStorageVirtualMachineRequest;
    "DeleteVolume" delete_volume::DeleteVolumeRequest;
    "DescribeBackups" describe_backups::DescribeBackupsRequest;
    "DescribeDataRepositoryAssociations" describe_data_repository_associations::DescribeDataRepositoryAssociationsRequest;
    "DescribeDataRepositoryTasks" describe_data_repository_tasks::DescribeDataRepositoryTasksRequest;
    "DescribeFileCaches" describe_file_caches::DescribeFileCachesRequest;
    "DescribeFileSystemAliases" describe_file_system_aliases::DescribeFileSystemAliasesRequest;
    "DescribeFileSystems" describe_file_systems::DescribeFileSystemsRequest;
    "DescribeS3AccessPointAttachments" describe_s3_access_point_attachments::DescribeS3AccessPointAttachmentsRequest;
    "DescribeSharedVpcConfiguration" describe_shared_vpc_configuration::DescribeSharedVpcConfigurationRequest;
    "DescribeSnapshots" describe_snapshots::DescribeSnapshotsRequest;
    "DescribeStorageVirtualMachines" describe_storage_virtual_machines::DescribeStorageVirtualMachinesRequest;
    "DescribeVolumes" describe_volumes::DescribeVolumesRequest;
    "DetachAndDeleteS3AccessPoint" detach_and_delete_s3_access_point::DetachAndDeleteS3AccessPointRequest;
    "DisassociateFileSystemAliases" disassociate_file_system_aliases::DisassociateFileSystemAliasesRequest;
    "ListTagsForResource" list_tags_for_resource::ListTagsForResourceRequest;
    "ReleaseFileSystemNfsV3Locks" release_file_system_nfs_v3_locks::ReleaseFileSystemNfsV3LocksRequest;
    "RestoreVolumeFromSnapshot" restore_volume_from_snapshot::RestoreVolumeFromSnapshotRequest;
    "StartMisconfiguredStateRecovery" start_misconfigured_state_recovery::StartMisconfiguredStateRecoveryRequest;
    "TagResource" tag_resource::TagResourceRequest;
    "UntagResource" untag_resource::UntagResourceRequest;
    "UpdateDataRepositoryAssociation" update_data_repository_association::UpdateDataRepositoryAssociationRequest;
    "UpdateFileCache" update_file_cache::UpdateFileCacheRequest;
    "UpdateFileSystem" update_file_system::UpdateFileSystemRequest;
    "UpdateSharedVpcConfiguration" update_shared_vpc_configuration::UpdateSharedVpcConfigurationRequest;
    "UpdateSnapshot" update_snapshot::UpdateSnapshotRequest;
    "UpdateStorageVirtualMachine" update_storage_virtual_machine::UpdateStorageVirtualMachineRequest;
    "UpdateVolume" update_volume::UpdateVolumeRequest;
}

macro_rules! errors {
    ($($name:literal $error:ident;)*) => {
        /// The names of all errors.
        pub(crate) const ERRORS: &[&str] = &[$($name),*];

        /// Returns the name and structure of a modeled error.
        fn structure(error: &(dyn std::error::Error + 'static)) -> Option<(&'static str, Value)> {
            $(if let Some(error) = error.downcast_ref::<fsx::error::$error>() {
                return Some(($name, json(error)));
            })*
            None
        }
    };
}

errors! {
    "AccessPointAlreadyOwnedByYou" AccessPointAlreadyOwnedByYou;
    "ActiveDirectoryError" ActiveDirectoryError;
    "BackupBeingCopied" BackupBeingCopied;
    "BackupInProgress" BackupInProgress;
    "BackupNotFound" BackupNotFound;
    "BackupRestoring" BackupRestoring;
    "BadRequest" BadRequest;
    "DataRepositoryAssociationNotFound" DataRepositoryAssociationNotFound;
    "DataRepositoryTaskEnded" DataRepositoryTaskEnded;
    "DataRepositoryTaskExecuting" DataRepositoryTaskExecuting;
    "DataRepositoryTaskNotFound" DataRepositoryTaskNotFound;
    "FileCacheNotFound" FileCacheNotFound;
    "FileSystemNotFound" FileSystemNotFound;
    "IncompatibleParameterError" IncompatibleParameterError;
    "IncompatibleRegionForMultiAZ" IncompatibleRegionForMultiAz;
    "InternalServerError" InternalServerError;
    "InvalidAccessPoint" InvalidAccessPoint;
    "InvalidDataRepositoryType" InvalidDataRepositoryType;
    "InvalidDestinationKmsKey" InvalidDestinationKmsKey;
    "InvalidExportPath" InvalidExportPath;
    "InvalidImportPath" InvalidImportPath;
    "InvalidNetworkSettings" InvalidNetworkSettings;
    "InvalidPerUnitStorageThroughput" InvalidPerUnitStorageThroughput;
    "InvalidRegion" InvalidRegion;
    "InvalidRequest" InvalidRequest;
    "InvalidSourceKmsKey" InvalidSourceKmsKey;
    "MissingFileCacheConfiguration" MissingFileCacheConfiguration;
    "MissingFileSystemConfiguration" MissingFileSystemConfiguration;
    "MissingVolumeConfiguration" MissingVolumeConfiguration;
    "NotServiceResourceError" NotServiceResourceError;
    "ResourceDoesNotSupportTagging" ResourceDoesNotSupportTagging;
    "ResourceNotFound" ResourceNotFound;
    "S3AccessPointAttachmentNotFound" S3AccessPointAttachmentNotFound;
    "ServiceLimitExceeded" ServiceLimitExceeded;
    "SnapshotNotFound" SnapshotNotFound;
    "SourceBackupUnavailable" SourceBackupUnavailable;
    "StorageVirtualMachineNotFound" StorageVirtualMachineNotFound;
    "TooManyAccessPoints" TooManyAccessPoints;
    "UnsupportedOperation" UnsupportedOperation;
    "VolumeNotFound" VolumeNotFound;
}

fn call<R>(config: Config, input: &Value, response: MockResponse) -> Result<Called, serde_json::Error>
where
    R: Request + DeserializeOwned,
    R::Response: Serialize,
    fsx::Error: From<SdkError<R::Error>>,
{
    let request: R = serde_json::from_value(input.clone())?;
    let mock = MockTransport::new();
    mock.respond(R::OPERATION.name.clone(), response);
    let client = Client::new(R::SERVICE, config.to_builder().transport(mock.clone()).build());
    let sent = now(client.send(request, CallOptions::new()));
    let outcome = match sent {
        Ok(response) => Ok(json(&*response)),
        Err(error) => Err(failure(error)),
    };
    Ok(Called { request: mock.requests().remove(0).http().clone(), outcome })
}

fn prepare<R: Request + DeserializeOwned>(
    config: Config,
    input: &Value,
) -> Result<http::Request<fsx::Body>, serde_json::Error> {
    let request: R = serde_json::from_value(input.clone())?;
    let client = Client::new(R::SERVICE, config);
    Ok(now(client.prepare(request, CallOptions::new())).unwrap_or_else(|error| panic!("{error}")))
}

fn failure<E>(error: SdkError<E>) -> Failure
where
    fsx::Error: From<SdkError<E>>,
{
    let (code, message) = (error.code().map(str::to_owned), error.message().map(str::to_owned));
    let status = error.status().map(|status| status.as_u16());
    let error = fsx::Error::from(error);
    let modeled = error.service().and_then(|error| structure(std::error::Error::source(error)?));
    Failure { code, message, status, structure: modeled, shown: error.to_string() }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Returns the result of a future that is ready immediately, since the mock responds without a delay.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the mock responds at once"),
    }
}
