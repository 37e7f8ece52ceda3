//! Tests FSx's waiters in the generated crate.

use std::future::IntoFuture;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fsx::credentials::Credentials;
use fsx::testing::{ManualClock, MockResponse, MockTransport};
use fsx::{Client, Config, Error, error::ServiceError, operation};
use serde_json::{Value, json};
use simba_tests::{model, options, report};

struct World {
    client: Client,
    mock: MockTransport,
    clock: ManualClock,
}

/// Creates a client. Calls to the operation return the given responses, in order.
fn world(operation: &str, responses: &[Value]) -> World {
    let (mock, clock) = (MockTransport::new(), ManualClock::skipping());
    for response in responses {
        mock.respond(operation, MockResponse::json(response.to_string()));
    }
    let config = Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("id", "secret"))
        .transport(mock.clone())
        .clock(clock.clone());
    World { client: Client::new(config.build()), mock, clock }
}

fn block_on<F: IntoFuture>(future: F) -> F::Output {
    let mut future = pin!(future.into_future());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Returns a response with a list of resources in these states.
fn states(list: &str, states: &[&str]) -> Value {
    json!({ list: states.iter().map(|state| json!({"Lifecycle": state})).collect::<Vec<_>>() })
}

#[test]
fn all_waiters_of_fsx_are_compiled() {
    let said = report(&model("fsx"), &options()).to_string();
    assert!(!said.contains("waiter"), "{said}");
}

#[test]
fn progress_is_reported_until_a_backup_is_available() {
    let responses: Vec<Value> =
        ["PENDING", "CREATING", "AVAILABLE"].iter().map(|state| states("Backups", &[state])).collect();
    let world = world("DescribeBackups", &responses);
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = Arc::clone(&seen);
    let wait = world.client.wait_until_backup_available("backup-0123456789abcdef0").on_poll(move |poll| {
        let backups = poll.response().map_or(&[][..], |response| response.backups());
        tell.lock().unwrap().extend(backups.iter().map(|backup| backup.lifecycle.to_string()));
    });
    let response = block_on(wait).unwrap();
    assert_eq!(response.backups()[0].lifecycle, fsx::types::BackupLifecycle::Available);
    assert_eq!(*seen.lock().unwrap(), ["PENDING", "CREATING", "AVAILABLE"]);
    let sent: operation::describe_backups::DescribeBackupsRequest = world.mock.requests()[0].request().unwrap();
    assert_eq!(sent.backup_ids.unwrap(), ["backup-0123456789abcdef0"]);
    assert_eq!(world.clock.slept()[0], Duration::from_secs(10));
}

#[test]
fn all_resources_must_be_ready() {
    let responses = [
        states("Volumes", &["CREATED", "CREATING"]),
        // One of the volumes is not in the response.
        states("Volumes", &["CREATED"]),
        states("Volumes", &["CREATED", "AVAILABLE"]),
    ];
    let world = world("DescribeVolumes", &responses);
    block_on(world.client.wait_until_volume_available(["fsvol-1", "fsvol-2", "fsvol-1"])).unwrap();
    assert_eq!(world.mock.requests().len(), 3);
    let sent: operation::describe_volumes::DescribeVolumesRequest = world.mock.requests()[0].request().unwrap();
    assert_eq!(sent.volume_ids.unwrap(), ["fsvol-1", "fsvol-2"]);
}

#[test]
fn a_failure_state_ends_the_wait() {
    let responses = [states("Volumes", &["CREATING"]), states("Volumes", &["MISCONFIGURED"])];
    let world = world("DescribeVolumes", &responses);
    let error = block_on(world.client.wait_until_volume_available("fsvol-1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "waiting for VolumeAvailable failed after 2 calls in 5s: Volumes[].Lifecycle is MISCONFIGURED"
    );
    assert_eq!(error.response().unwrap().volumes()[0].lifecycle, Some(fsx::types::VolumeLifecycle::Misconfigured));
}

#[test]
fn a_timeout_contains_the_last_state() {
    let world = world("DescribeFileSystems", &[]);
    world
        .mock
        .respond_with("DescribeFileSystems", |_| MockResponse::json(states("FileSystems", &["CREATING"]).to_string()));
    let wait = world.client.wait_until_file_system_available("fs-1");
    let wait = wait.delays(Duration::from_secs(30), Duration::from_secs(30)).max_wait(Duration::from_secs(300));
    let error = block_on(wait).unwrap_err();
    assert_eq!(
        error.to_string(),
        "waiting for FileSystemAvailable timed out after 10 calls in 270s: FileSystems[].Lifecycle is CREATING"
    );
}

#[test]
fn deletion_ends_with_an_error_or_an_empty_list() {
    let world = world("DescribeFileSystems", &[states("FileSystems", &["DELETING"])]);
    world.mock.respond("DescribeFileSystems", MockResponse::error("FileSystemNotFound", "no such file system"));
    assert!(block_on(world.client.wait_until_file_system_deleted("fs-1")).unwrap().is_none());
    let sent: operation::describe_file_systems::DescribeFileSystemsRequest =
        world.mock.requests()[0].request().unwrap();
    assert_eq!(sent.file_system_ids.unwrap(), ["fs-1"]);

    world.mock.respond("DescribeFileSystems", MockResponse::json(r#"{"FileSystems": []}"#));
    assert!(block_on(world.client.wait_until_file_system_deleted("fs-1")).unwrap().is_some());

    world.mock.respond("DescribeFileSystems", MockResponse::json(states("FileSystems", &["FAILED"]).to_string()));
    let error = block_on(world.client.wait_until_file_system_deleted("fs-1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "waiting for FileSystemDeleted failed after 1 call in 0s: FileSystems[].Lifecycle is FAILED"
    );
}

/// Checks when every waiter ends. Each row contains the operation and list of a waiter, the states in which the waiter
/// continues, and the states in which it succeeds or fails.
#[test]
fn every_waiter_ends_in_the_expected_states() {
    type Ask = fn(&Client) -> Result<(), String>;
    type Case = (&'static str, &'static str, Ask, &'static [&'static str], &'static str, &'static [&'static str]);
    fn ended<T, A, E>(result: Result<T, fsx::waiter::WaiterError<A, E>>) -> Result<(), String> {
        result.map(drop).map_err(|error| error.to_string())
    }
    macro_rules! ask {
        ($method:ident) => {
            (|client| ended(block_on(client.$method("x").max_wait(Duration::from_secs(1))))) as Ask
        };
    }
    let table: [Case; 17] = [
        (
            "DescribeFileSystems",
            "FileSystems",
            ask!(wait_until_file_system_available),
            &["CREATING", "UPDATING"],
            "AVAILABLE",
            &["FAILED", "MISCONFIGURED", "MISCONFIGURED_UNAVAILABLE", "DELETING"],
        ),
        (
            "DescribeFileSystems",
            "FileSystems",
            ask!(wait_until_file_system_deleted),
            &["DELETING", "AVAILABLE"],
            "",
            &["FAILED"],
        ),
        (
            "DescribeBackups",
            "Backups",
            ask!(wait_until_backup_available),
            &["CREATING", "PENDING", "TRANSFERRING", "COPYING"],
            "AVAILABLE",
            &["FAILED", "DELETED"],
        ),
        ("DescribeBackups", "Backups", ask!(wait_until_backup_deleted), &["AVAILABLE", "FAILED"], "DELETED", &[]),
        (
            "DescribeVolumes",
            "Volumes",
            ask!(wait_until_volume_available),
            &["CREATING", "PENDING"],
            "AVAILABLE",
            &["FAILED", "MISCONFIGURED", "DELETING"],
        ),
        (
            "DescribeVolumes",
            "Volumes",
            ask!(wait_until_volume_available),
            &["CREATING", "PENDING"],
            "CREATED",
            &["FAILED", "MISCONFIGURED", "DELETING"],
        ),
        ("DescribeVolumes", "Volumes", ask!(wait_until_volume_deleted), &["DELETING", "CREATED"], "", &["FAILED"]),
        (
            "DescribeStorageVirtualMachines",
            "StorageVirtualMachines",
            ask!(wait_until_storage_virtual_machine_available),
            &["CREATING", "PENDING"],
            "CREATED",
            &["FAILED", "MISCONFIGURED", "DELETING"],
        ),
        (
            "DescribeStorageVirtualMachines",
            "StorageVirtualMachines",
            ask!(wait_until_storage_virtual_machine_deleted),
            &["DELETING"],
            "",
            &["FAILED"],
        ),
        (
            "DescribeSnapshots",
            "Snapshots",
            ask!(wait_until_snapshot_available),
            &["CREATING", "PENDING"],
            "AVAILABLE",
            &["DELETING"],
        ),
        ("DescribeSnapshots", "Snapshots", ask!(wait_until_snapshot_deleted), &["DELETING"], "", &[]),
        (
            "DescribeFileCaches",
            "FileCaches",
            ask!(wait_until_file_cache_available),
            &["CREATING", "UPDATING"],
            "AVAILABLE",
            &["FAILED", "DELETING"],
        ),
        ("DescribeFileCaches", "FileCaches", ask!(wait_until_file_cache_deleted), &["DELETING"], "", &["FAILED"]),
        (
            "DescribeDataRepositoryAssociations",
            "Associations",
            ask!(wait_until_data_repository_association_available),
            &["CREATING", "UPDATING"],
            "AVAILABLE",
            &["FAILED", "MISCONFIGURED", "DELETING"],
        ),
        (
            "DescribeDataRepositoryAssociations",
            "Associations",
            ask!(wait_until_data_repository_association_deleted),
            &["DELETING"],
            "",
            &["FAILED"],
        ),
        (
            "DescribeS3AccessPointAttachments",
            "S3AccessPointAttachments",
            ask!(wait_until_s3_access_point_attachment_available),
            &["CREATING", "UPDATING"],
            "AVAILABLE",
            &["FAILED", "MISCONFIGURED", "DELETING"],
        ),
        (
            "DescribeDataRepositoryTasks",
            "DataRepositoryTasks",
            ask!(wait_until_data_repository_task_completed),
            &["PENDING", "EXECUTING", "CANCELING"],
            "SUCCEEDED",
            &["FAILED", "CANCELED"],
        ),
    ];
    for (operation, list, ask, waiting, ready, bad) in table {
        let outcome = |state: &str| ask(&world(operation, &[states(list, &[state])]).client);
        for state in waiting {
            let said = outcome(state).unwrap_err();
            assert!(said.contains(" timed out after 1 call"), "{operation} {state}: {said}");
        }
        match ready {
            "" => assert_eq!(ask(&world(operation, &[states(list, &[])]).client), Ok(())),
            ready => assert_eq!(outcome(ready), Ok(()), "{operation} {ready}"),
        }
        for state in bad {
            let said = outcome(state).unwrap_err();
            assert!(said.ends_with(&format!(" failed after 1 call in 0s: {list}[].Lifecycle is {state}")), "{said}");
        }
    }
    let detached = world("DescribeS3AccessPointAttachments", &[]);
    detached.mock.respond(
        "DescribeS3AccessPointAttachments",
        MockResponse::error("S3AccessPointAttachmentNotFound", "no such attachment"),
    );
    assert!(block_on(detached.client.wait_until_s3_access_point_attachment_deleted("x")).unwrap().is_none());
}

#[test]
fn administrative_actions_are_waited_for_by_type_or_together() {
    let actions = |actions: &[(&str, &str)]| {
        let actions: Vec<Value> =
            actions.iter().map(|(kind, status)| json!({"AdministrativeActionType": kind, "Status": status})).collect();
        json!({"FileSystems": [{"Lifecycle": "AVAILABLE", "AdministrativeActions": actions}]})
    };
    let responses = [
        actions(&[("FILE_SYSTEM_UPDATE", "PENDING"), ("STORAGE_OPTIMIZATION", "PENDING")]),
        actions(&[("FILE_SYSTEM_UPDATE", "UPDATED_OPTIMIZING"), ("STORAGE_OPTIMIZATION", "IN_PROGRESS")]),
        actions(&[("FILE_SYSTEM_UPDATE", "COMPLETED"), ("STORAGE_OPTIMIZATION", "COMPLETED")]),
    ];
    let updated = world("DescribeFileSystems", &responses);
    block_on(updated.client.wait_until_file_system_updated("fs-1")).unwrap();
    assert_eq!(updated.mock.requests().len(), 2);
    let completed = world("DescribeFileSystems", &responses);
    block_on(completed.client.wait_until_file_system_administrative_actions_completed("fs-1")).unwrap();
    assert_eq!(completed.mock.requests().len(), 3);
    // The service has removed completed actions from the list.
    let none = world("DescribeFileSystems", &[actions(&[])]);
    block_on(none.client.wait_until_file_system_administrative_actions_completed("fs-1")).unwrap();

    let failed = [actions(&[("FILE_SYSTEM_UPDATE", "COMPLETED"), ("STORAGE_OPTIMIZATION", "FAILED")])];
    let world = world("DescribeFileSystems", &failed);
    let error = block_on(world.client.wait_until_file_system_administrative_actions_completed("fs-1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "waiting for FileSystemAdministrativeActionsCompleted failed after 1 call in 0s: \
         FileSystems[].AdministrativeActions[].Status is COMPLETED, FAILED"
    );
}

#[test]
fn a_waiter_error_converts_to_the_crate_error() {
    async fn program(client: &Client) -> Result<(), Error> {
        client.wait_until_snapshot_available("fsvolsnap-1").await?;
        Ok(())
    }
    let world = world("DescribeSnapshots", &[]);
    world.mock.respond("DescribeSnapshots", MockResponse::error("SnapshotNotFound", "no such snapshot"));
    let error = block_on(program(&world.client)).unwrap_err();
    assert!(matches!(error, Error::Waiter(_)), "{error:?}");
    assert!(matches!(error.service(), Some(ServiceError::SnapshotNotFound(_))), "{error:?}");
    assert_eq!(
        error.to_string(),
        "waiting for SnapshotAvailable failed after 1 call in 0s: DescribeSnapshots failed: SnapshotNotFound: no such \
         snapshot (HTTP 400, request ID mock-request-id)"
    );
}
