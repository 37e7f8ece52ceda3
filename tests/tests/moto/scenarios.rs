//! Tests common uses of FSx with asynchronous and blocking calls. The macros `client`, `ask`, and `all` contain the
//! differences between the two.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use fsx::{
    call::CallOptions,
    error::SdkError,
    operation::{
        create_backup::CreateBackupError, delete_file_system::DeleteFileSystemError,
        describe_volumes::DescribeVolumesError,
    },
    retry::RetryConfig,
    types::{
        BackupLifecycle, CreateFileSystemLustreConfiguration, CreateFileSystemOntapConfiguration,
        CreateFileSystemOpenZfsConfiguration, CreateFileSystemWindowsConfiguration, FileSystem, FileSystemLifecycle,
        FileSystemType, LustreDeploymentType, OntapDeploymentType, OpenZfsDeploymentType, StorageType, Tag,
    },
};

use crate::{config, region, server::Server};

/// Creates a client for the shared server, in a region that no other test uses. If there is no server, skips the test.
macro_rules! alone {
    ($client:ident) => {
        let Some(server) = Server::shared() else { return };
        let $client = client!(config(&server.url, region()));
    };
}

/// Creates a file system, and returns its ID.
macro_rules! file_system {
    ($client:expr) => {
        ask!($client.create_file_system(FileSystemType::Lustre, ["subnet-0123456789abcdef0"]).storage_capacity(1200))
            .unwrap()
            .file_system()
            .unwrap()
            .file_system_id
            .clone()
            .expect("a new file system has an id")
    };
}

#[test]
fn file_systems_of_all_four_types_are_created() {
    alone!(client);
    let subnets = ["subnet-0123456789abcdef0"];

    let lustre = ask!(
        client
            .create_file_system(FileSystemType::Lustre, subnets)
            .storage_capacity(1200)
            .storage_type(StorageType::Ssd)
            .security_group_ids(["sg-0123456789abcdef0"])
            .tags([Tag::new("Name", "scratch")])
            .lustre_configuration(
                CreateFileSystemLustreConfiguration::new()
                    .deployment_type(LustreDeploymentType::Scratch2)
                    .copy_tags_to_backups(true),
            )
    )
    .unwrap();
    assert_eq!(lustre.status(), 200);
    assert!(lustre.request_id().is_some_and(|id| !id.is_empty()));
    let lustre = lustre.file_system().unwrap();
    assert_eq!(lustre.file_system_type, Some(FileSystemType::Lustre));
    assert_eq!((lustre.storage_capacity, &lustre.storage_type), (Some(1200), &Some(StorageType::Ssd)));
    assert_eq!(lustre.subnet_ids(), subnets);
    assert_eq!(lustre.tags(), [Tag::new("Name", "scratch")]);
    let settings = lustre.lustre_configuration.as_ref().unwrap();
    assert_eq!(settings.deployment_type, Some(LustreDeploymentType::Scratch2));
    assert_eq!(settings.copy_tags_to_backups, Some(true));

    let windows = ask!(
        client.create_file_system(FileSystemType::Windows, subnets).storage_capacity(300).windows_configuration(
            CreateFileSystemWindowsConfiguration::new(32)
                .active_directory_id("d-1234567890")
                .aliases(["files.example.com", "more.example.com"]),
        )
    )
    .unwrap();
    let settings = windows.file_system().unwrap().windows_configuration.as_ref().unwrap();
    assert_eq!(settings.throughput_capacity, Some(32));
    assert_eq!(settings.active_directory_id.as_deref(), Some("d-1234567890"));
    // Moto returns strings where FSx returns structures. The client ignores these strings, and reads the rest of the
    // response.
    assert_eq!(settings.aliases(), []);

    let ontap =
        ask!(client.create_file_system(FileSystemType::Ontap, subnets).storage_capacity(1024).ontap_configuration(
            CreateFileSystemOntapConfiguration::new(OntapDeploymentType::SingleAz1).throughput_capacity(128),
        ))
        .unwrap();
    let settings = ontap.file_system().unwrap().ontap_configuration.as_ref().unwrap();
    assert_eq!(settings.deployment_type, Some(OntapDeploymentType::SingleAz1));
    assert_eq!(settings.throughput_capacity, Some(128));

    let open_zfs =
        ask!(client.create_file_system(FileSystemType::Openzfs, subnets).storage_capacity(64).open_zfs_configuration(
            CreateFileSystemOpenZfsConfiguration::new(OpenZfsDeploymentType::SingleAz1, 64).copy_tags_to_volumes(true),
        ))
        .unwrap();
    let settings = open_zfs.file_system().unwrap().open_zfs_configuration.as_ref().unwrap();
    assert_eq!(settings.deployment_type, Some(OpenZfsDeploymentType::SingleAz1));
    assert_eq!(settings.copy_tags_to_volumes, Some(true));

    let made = [lustre, windows.file_system().unwrap(), ontap.file_system().unwrap(), open_zfs.file_system().unwrap()];
    let listed = ask!(client.describe_file_systems()).unwrap();
    let listed: Vec<&FileSystem> = listed.file_systems().iter().collect();
    assert_eq!(listed, made);
}

#[test]
fn a_backup_is_created_with_its_tags() {
    alone!(client);
    let file_system_id = file_system!(client);
    let tags = [Tag::new("Name", "nightly"), Tag::new("größe", "klein ✓"), Tag::new("empty", "")];

    let before = SystemTime::now();
    let made = ask!(client.create_backup().file_system_id(&file_system_id).tags(tags.clone())).unwrap();
    let made = made.backup().unwrap();
    assert!(made.backup_id.starts_with("backup-"), "{made:?}");
    assert_eq!(made.lifecycle, BackupLifecycle::Creating);
    assert_eq!(made.tags(), tags);
    // Moto returns the time as a float, which is rounded.
    let created = SystemTime::from(made.creation_time);
    let (earliest, latest) = (before - Duration::from_millis(1), SystemTime::now() + Duration::from_millis(1));
    assert!((earliest..latest).contains(&created), "{created:?}");

    let read = ask!(client.describe_backups().backup_ids([&made.backup_id])).unwrap();
    assert_eq!(read.backups().iter().collect::<Vec<_>>(), [made]);
}

#[test]
fn lists_are_read_page_by_page() {
    alone!(client);
    let file_systems: BTreeSet<String> = (0..3).map(|_| file_system!(client)).collect();
    let backups: BTreeSet<String> = file_systems
        .iter()
        .map(|id| ask!(client.create_backup().file_system_id(id)).unwrap().backup().unwrap().backup_id.clone())
        .collect();

    let pages = all!(client.describe_file_systems().max_results(1).pages()).unwrap();
    assert_eq!(pages.iter().map(|page| page.file_systems().len()).collect::<Vec<_>>(), [1, 1, 1]);
    assert!(pages.iter().all(|page| page.request_id().is_some()));
    let items = all!(client.describe_file_systems().max_results(1).items()).unwrap();
    let ids: BTreeSet<String> = items.into_iter().filter_map(|item| item.file_system_id).collect();
    assert_eq!(ids, file_systems);

    let pages = all!(client.describe_backups().max_results(1).pages()).unwrap();
    assert_eq!(pages.iter().map(|page| page.backups().len()).collect::<Vec<_>>(), [1, 1, 1]);
    let items = all!(client.describe_backups().max_results(1).items()).unwrap();
    assert_eq!(items.into_iter().map(|item| item.backup_id).collect::<BTreeSet<_>>(), backups);
}

#[test]
fn a_resource_is_tagged_and_untagged() {
    alone!(client);
    let file_system_id = file_system!(client);
    let described = ask!(client.describe_file_systems().file_system_ids([&file_system_id])).unwrap();
    let arn = described.file_systems()[0].resource_arn.clone().unwrap();

    ask!(client.tag_resource(&arn, [Tag::new("team", "storage"), Tag::new("stage", "test")])).unwrap();
    let tags = all!(client.list_tags_for_resource(&arn).items()).unwrap();
    assert_eq!(tags, [Tag::new("team", "storage"), Tag::new("stage", "test")]);

    ask!(client.untag_resource(&arn, ["team"])).unwrap();
    let tags = ask!(client.list_tags_for_resource(&arn)).unwrap().into_inner().tags;
    assert_eq!(tags.unwrap_or_default(), [Tag::new("stage", "test")]);
}

#[test]
fn deleted_resources_are_not_listed() {
    alone!(client);
    let file_system_id = file_system!(client);
    let made = ask!(client.create_backup().file_system_id(&file_system_id)).unwrap();
    let backup_id = &made.backup().unwrap().backup_id;

    let deleted = ask!(client.delete_backup(backup_id)).unwrap();
    assert_eq!(deleted.backup_id.as_ref(), Some(backup_id));
    assert_eq!(deleted.lifecycle, Some(BackupLifecycle::Deleted));
    assert_eq!(ask!(client.describe_backups()).unwrap().backups(), []);

    let deleted = ask!(client.delete_file_system(&file_system_id)).unwrap();
    assert_eq!(deleted.file_system_id, Some(file_system_id));
    assert_eq!(deleted.lifecycle, Some(FileSystemLifecycle::Deleting));
    assert_eq!(deleted.lustre_response().unwrap().final_backup_tags(), []);
    assert_eq!(ask!(client.describe_file_systems()).unwrap().file_systems(), []);
}

#[test]
fn modeled_errors_have_their_type_and_message() {
    alone!(client);
    let error = ask!(client.delete_file_system("fs-0123456789abcdef0")).unwrap_err();

    assert!(matches!(error.service(), Some(DeleteFileSystemError::FileSystemNotFound(_))), "{error:?}");
    assert_eq!(error.code(), Some("FileSystemNotFound"));
    assert_eq!(error.message(), Some("File system 'fs-0123456789abcdef0' does not exist."));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));
    let request_id = error.request_id().expect("moto gives every request an id");
    assert_eq!(
        error.to_string(),
        format!(
            "DeleteFileSystem failed: FileSystemNotFound: File system 'fs-0123456789abcdef0' does not exist. \
             (HTTP 400, request ID {request_id})"
        )
    );
}

#[test]
fn unmodeled_errors_have_a_code_and_message() {
    alone!(client);
    let error = ask!(client.create_backup().file_system_id("fs-0123456789abcdef0")).unwrap_err();

    assert!(matches!(error.service(), Some(CreateBackupError::Unknown(_))), "{error:?}");
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    assert_eq!(error.message(), Some("FSx resource, fs-0123456789abcdef0 does not exist"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert!(error.request_id().is_some());
    let error = fsx::Error::from(error);
    assert!(error.to_string().starts_with("CreateBackup failed: ResourceNotFoundException: FSx resource"), "{error}");
}

#[test]
fn an_html_response_is_an_error_that_contains_it() {
    alone!(client);
    // Moto does not implement this operation. Retries are disabled, since they would only slow down the test.
    let once = CallOptions::new().retry(RetryConfig::off());
    let error: SdkError<DescribeVolumesError> = ask!(client.describe_volumes().with_options(once)).unwrap_err();

    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    assert_eq!((error.code(), error.attempts(), error.is_retryable()), (None, 1, true));
    let body = String::from_utf8_lossy(error.raw_body().unwrap());
    assert!(body.contains("<title>500 Internal Server Error</title>"), "{body}");
    let line = error.to_string();
    assert!(line.starts_with("DescribeVolumes failed: HTTP 500 without an error code"), "{line}");
    assert!(line.contains("<!doctype html>") && !line.contains('\n'), "{line}");
}
