//! Runs the examples of `fsx` against a mock. The tests with moto run `first_call` and `create_backup` in the same way
//! as users do.

use std::future::Future;

use fsx::{
    Client, Config,
    operation::{copy_backup::CopyBackupRequest, create_file_system::CreateFileSystemRequest},
    runtime::{
        credentials::Credentials,
        testing::{ManualClock, MockResponse, MockTransport},
    },
};
use serde_json::{Value, json};

// The files are included without changes, so that the published code is tested.
macro_rules! examples {
    ($($path:literal $name:ident;)*) => {
        $(
            #[path = $path]
            #[allow(dead_code, clippy::print_stdout, reason = "The function `main` of the program is not called here.")]
            mod $name;
        )*
    };
}

examples! {
    "../examples/examples/copy_backup.rs" copy_backup;
    "../examples/examples/create_file_system.rs" create_file_system;
    "../examples/examples/handle_errors.rs" handle_errors;
    "../examples/examples/list_volumes.rs" list_volumes;
    "../examples/examples/nightly_backups.rs" nightly_backups;
    "../examples/examples/unit_test.rs" unit_test;
}

const FILE_SYSTEM: &str = "fs-0123456789abcdef0";

/// Returns a client with a mock transport and a clock that skips delays.
fn client() -> (Client, MockTransport) {
    let mock = MockTransport::new();
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("id", "secret"));
    let config = config.transport(mock.clone()).clock(ManualClock::skipping());
    (Client::new(config.build()), mock)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn respond(mock: &MockTransport, operation: &str, body: Value) {
    mock.respond(operation, MockResponse::json(body.to_string()));
}

fn backup(id: &str, created: u32, lifecycle: &str, tags: Value) -> Value {
    json!({"BackupId": id, "CreationTime": created, "Lifecycle": lifecycle, "Type": "USER_INITIATED", "Tags": tags,
        "FileSystem": {"FileSystemId": FILE_SYSTEM}})
}

#[test]
fn a_file_system_is_created_and_waited_for() {
    let (client, mock) = client();
    let file_system =
        |state: &str| json!({"FileSystemId": FILE_SYSTEM, "Lifecycle": state, "DNSName": "fs.example.com"});
    respond(&mock, "CreateFileSystem", json!({"FileSystem": file_system("CREATING")}));
    respond(&mock, "DescribeFileSystems", json!({"FileSystems": [file_system("CREATING")]}));
    respond(&mock, "DescribeFileSystems", json!({"FileSystems": [file_system("AVAILABLE")]}));
    let name = run(create_file_system::create(&client, "subnet-0123456789abcdef0")).expect("it is created");
    assert_eq!(name, "fs.example.com");
    let sent: CreateFileSystemRequest =
        mock.requests_of("CreateFileSystem")[0].request().expect("the request has this type");
    assert_eq!(sent.subnet_ids, ["subnet-0123456789abcdef0"]);
    assert_eq!(mock.requests_of("DescribeFileSystems").len(), 2);
}

#[test]
fn a_file_system_that_cannot_be_created_is_an_error() {
    let (client, mock) = client();
    let failed = json!({"FileSystemId": FILE_SYSTEM, "Lifecycle": "FAILED"});
    respond(&mock, "CreateFileSystem", json!({"FileSystem": {"FileSystemId": FILE_SYSTEM}}));
    respond(&mock, "DescribeFileSystems", json!({"FileSystems": [failed]}));
    let error = run(create_file_system::create(&client, "subnet-0123456789abcdef0")).expect_err("it failed");
    assert!(error.to_string().contains("FAILED"), "{error}");
}

#[test]
fn nightly_backups_delete_only_their_own_oldest_backups() {
    let (client, mock) = client();
    let ours = json!([{"Key": "made-by", "Value": "nightly-backups"}]);
    respond(&mock, "CreateBackup", json!({"Backup": backup("backup-4", 4, "CREATING", ours.clone())}));
    let new = backup("backup-4", 4, "AVAILABLE", ours.clone());
    respond(&mock, "DescribeBackups", json!({"Backups": [&new]}));
    let first = [backup("backup-1", 1, "AVAILABLE", ours.clone()), backup("backup-0", 0, "AVAILABLE", json!([]))];
    respond(&mock, "DescribeBackups", json!({"Backups": first, "NextToken": "more"}));
    let second = [backup("backup-2", 2, "AVAILABLE", ours.clone()), backup("backup-3", 3, "AVAILABLE", ours)];
    respond(&mock, "DescribeBackups", json!({"Backups": [&second[0], &second[1], &new]}));
    for id in ["backup-2", "backup-1"] {
        respond(&mock, "DeleteBackup", json!({"BackupId": id, "Lifecycle": "DELETED"}));
    }
    let deleted = run(nightly_backups::back_up(&client, FILE_SYSTEM, 2)).expect("it succeeds");
    assert_eq!(deleted, ["backup-2", "backup-1"]);
}

#[test]
fn available_volumes_are_not_listed() {
    let (client, mock) = client();
    let volume = |name: &str, state: &str| json!({"Name": name, "Lifecycle": state});
    let misconfigured =
        json!({"Name": "b", "Lifecycle": "MISCONFIGURED", "LifecycleTransitionReason": {"Message": "no room"}});
    respond(&mock, "DescribeVolumes", json!({"Volumes": [volume("a", "CREATED"), misconfigured], "NextToken": "more"}));
    respond(&mock, "DescribeVolumes", json!({"Volumes": [volume("c", "AVAILABLE"), volume("d", "ON_FIRE")]}));
    let lines = run(list_volumes::troubled(&client, FILE_SYSTEM)).expect("they are listed");
    assert_eq!(lines, ["b: MISCONFIGURED, no room", "d: ON_FIRE, for no reason given"]);
}

#[test]
fn a_backup_is_copied_from_the_other_region() {
    let (client, mock) = client();
    let copy = |state: &str| backup("backup-0fedcba9876543210", 1, state, json!([]));
    respond(&mock, "CopyBackup", json!({"Backup": copy("COPYING")}));
    respond(&mock, "DescribeBackups", json!({"Backups": [copy("COPYING")]}));
    respond(&mock, "DescribeBackups", json!({"Backups": [copy("AVAILABLE")]}));
    let id = run(copy_backup::copy(&client, "backup-0123456789abcdef0", "eu-west-1")).expect("it is copied");
    assert_eq!(id, "backup-0fedcba9876543210");
    let sent: CopyBackupRequest = mock.requests_of("CopyBackup")[0].request().expect("the request has this type");
    assert_eq!(sent.source_region.as_deref(), Some("eu-west-1"));
}

#[test]
fn each_error_is_handled() {
    for (response, told) in [
        (MockResponse::json(r#"{"BackupId": "backup-1", "Lifecycle": "DELETED"}"#), "it is being deleted"),
        (MockResponse::error("BackupNotFound", "no such backup"), "it is gone already"),
        (
            MockResponse::json(r#"{"__type": "BackupBeingCopied", "BackupId": "backup-2"}"#).status(400),
            "backup-2 is being copied: try again later",
        ),
        (
            MockResponse::json(r#"{"__type": "BackupRestoring", "FileSystemId": "fs-1"}"#).status(400),
            "fs-1 is being made of it: try again later",
        ),
        (MockResponse::error("AccessDeniedException", "not for you"), "mock-request-id: "),
    ] {
        let (client, mock) = client();
        mock.respond("DeleteBackup", response);
        let text = run(handle_errors::delete(&client, "backup-1"));
        assert!(text.contains(told), "{text:?} does not contain {told:?}");
    }
    let (client, mock) = client();
    mock.respond_with("DeleteBackup", |_| MockResponse::error("ThrottlingException", "slow down"));
    assert_eq!(run(handle_errors::delete(&client, "backup-1")), "too many calls at once, 3 attempts long");
}

#[test]
fn the_example_of_a_unit_test_passes() {
    unit_test::main().expect("it passes");
}

/// Checks that every example is tested in this file or with moto.
#[test]
fn every_example_is_tested() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/examples");
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .expect("the directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let tested = ["copy_backup", "create_backup", "create_file_system", "first_call", "handle_errors"];
    let tested =
        tested.into_iter().chain(["list_volumes", "nightly_backups", "unit_test"]).map(|name| format!("{name}.rs"));
    assert_eq!(names, tested.collect::<Vec<_>>());
}
