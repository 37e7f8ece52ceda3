//! The twelve examples for Amazon FSx in AWS's documentation, written with `fsx`.
//!
//! The model contains the input and output of each example. Each program must send exactly the input, and receives the
//! output as the response.

use fsx::{
    Client, Config,
    credentials::Credentials,
    testing::{MockResponse, MockTransport},
    types::{
        CreateFileSystemWindowsConfiguration, FileSystemType, StorageType, Tag, UpdateFileSystemWindowsConfiguration,
    },
};
use serde_json::{Map, Value, json};

const BACKUP: &str = "backup-03e3c82e0183b7b6b";
const FILE_SYSTEM: &str = "fs-0498eed5fe91001ec";
const ARN: &str = "arn:aws:fsx:us-east-1:012345678912:file-system/fs-0498eed5fe91001ec";

/// Returns the examples in the model, by operation.
fn examples() -> Map<String, Value> {
    let path = simba_tests::workspace().join("models/fsx/model.json");
    let model: Value = serde_json::from_str(&simba_tests::text(&path)).expect("JSON");
    let shapes = model["shapes"].as_object().expect("shapes");
    let operation = |id: &str| id.split('#').nth(1).unwrap_or_default().to_owned();
    let examples = shapes.iter().filter_map(|(id, shape)| {
        let examples = shape["traits"].get("smithy.api#examples")?.as_array()?;
        assert_eq!(examples.len(), 1, "{id}");
        Some((operation(id), examples[0].clone()))
    });
    examples.collect()
}

/// Runs the program against a mock that responds with the output of the example. Returns the string that the program
/// returns.
fn run(operation: &str, program: impl AsyncFnOnce(Client) -> Result<String, fsx::Error>) -> String {
    let example = &examples()[operation];
    let output = example.get("output").cloned().unwrap_or_else(|| json!({}));
    let mock = MockTransport::new();
    mock.respond(operation, MockResponse::json(output.to_string()));
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    let client = Client::new(config.transport(mock.clone()).build());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let printed = runtime.block_on(program(client)).expect("the call succeeds");

    let mut sent: Map<String, Value> = serde_json::from_slice(mock.requests()[0].body()).expect("an object");
    let expected = example["input"].as_object().expect("an input");
    if !expected.contains_key("ClientRequestToken") {
        // If the example has no idempotency token, the client generates one.
        sent.remove("ClientRequestToken");
    }
    assert_eq!(&sent, expected, "{operation}");
    printed
}

#[test]
fn every_example_has_a_test() {
    let examples = examples();
    let operations: Vec<&str> = examples.keys().map(String::as_str).collect();
    assert_eq!(
        operations,
        [
            "CopyBackup",
            "CreateBackup",
            "CreateFileSystem",
            "CreateFileSystemFromBackup",
            "DeleteBackup",
            "DeleteFileSystem",
            "DescribeBackups",
            "DescribeFileSystems",
            "ListTagsForResource",
            "TagResource",
            "UntagResource",
            "UpdateFileSystem",
        ]
    );
}

#[test]
fn copy_a_backup() {
    let printed = run("CopyBackup", async |client| {
        let response = client.copy_backup(BACKUP).source_region("us-east-2").await?;
        let backup = response.backup()?;
        Ok(format!("{} {} {}", backup.backup_id, backup.lifecycle, backup.creation_time))
    });
    assert_eq!(printed, "backup-0a3364eded1014b28 COPYING 2021-04-09T07:53:28.068Z");
}

#[test]
fn create_a_backup() {
    let printed = run("CreateBackup", async |client| {
        let tag = Tag::new("Name", "MyBackup");
        let response = client.create_backup().file_system_id(FILE_SYSTEM).tags([tag]).await?;
        let backup = response.backup()?;
        Ok(format!("{} {}: {}%", backup.backup_id, backup.lifecycle, backup.progress_percent.unwrap_or_default()))
    });
    assert_eq!(printed, "backup-03e3c82e0183b7b6b CREATING: 0%");
}

#[test]
fn create_a_file_system() {
    let printed = run("CreateFileSystem", async |client| {
        let windows = CreateFileSystemWindowsConfiguration::new(32)
            .active_directory_id("d-1234abcd12")
            .aliases(["accounting.corp.example.com"])
            .automatic_backup_retention_days(30)
            .daily_automatic_backup_start_time("05:00")
            .weekly_maintenance_start_time("1:05:00");
        let response = client
            .create_file_system(FileSystemType::Windows, ["subnet-1234abcd"])
            .client_request_token("a8ca07e4-61ec-4399-99f4-19853801bcd5")
            .kms_key_id("arn:aws:kms:us-east-1:012345678912:key/1111abcd-2222-3333-4444-55556666eeff")
            .security_group_ids(["sg-edcd9784"])
            .storage_capacity(3200)
            .storage_type(StorageType::Hdd)
            .tags([Tag::new("Name", "MyFileSystem")])
            .windows_configuration(windows)
            .await?;
        let file_system = response.file_system()?;
        let aliases = file_system.windows_configuration.as_deref().map(|windows| windows.aliases()).unwrap_or_default();
        let aliases: Vec<_> = aliases.iter().filter_map(|alias| alias.name.as_deref()).collect();
        Ok(format!("{} {aliases:?}", file_system.dns_name.as_deref().unwrap_or_default()))
    });
    assert_eq!(printed, r#"fs-0123456789abcdef0.fsx.com ["accounting.corp.example.com"]"#);
}

#[test]
fn create_a_file_system_from_a_backup() {
    let printed = run("CreateFileSystemFromBackup", async |client| {
        let response = client
            .create_file_system_from_backup(BACKUP, ["subnet-1234abcd"])
            .client_request_token("f4c94ed7-238d-4c46-93db-48cd62ec33b7")
            .security_group_ids(["sg-edcd9784"])
            .tags([Tag::new("Name", "MyFileSystem")])
            .windows_configuration(CreateFileSystemWindowsConfiguration::new(8))
            .await?;
        let file_system = response.file_system()?;
        Ok(format!("{:?} {:?}", file_system.lifecycle, file_system.storage_capacity))
    });
    assert_eq!(printed, "Some(Creating) Some(300)");
}

#[test]
fn delete_a_backup() {
    let printed = run("DeleteBackup", async |client| {
        let response = client.delete_backup(BACKUP).await?;
        Ok(format!("{:?} {:?}", response.backup_id, response.lifecycle))
    });
    assert_eq!(printed, r#"Some("backup-03e3c82e0183b7b6b") Some(Deleted)"#);
}

#[test]
fn delete_a_file_system() {
    let printed = run("DeleteFileSystem", async |client| {
        let response = client.delete_file_system(FILE_SYSTEM).await?.into_inner();
        Ok(response.lifecycle.map(|lifecycle| lifecycle.to_string()).unwrap_or_default())
    });
    assert_eq!(printed, "DELETING");
}

#[test]
fn describe_backups() {
    let printed = run("DescribeBackups", async |client| {
        let mut backups = client.describe_backups().items();
        let mut lines = Vec::new();
        while let Some(backup) = backups.try_next().await? {
            lines.push(format!("{} {} {}", backup.backup_id, backup.r#type, backup.tags()[0].value));
        }
        Ok(lines.join("\n"))
    });
    assert_eq!(printed, "backup-03e3c82e0183b7b6b USER_INITIATED MyBackup");
}

#[test]
fn describe_file_systems() {
    let printed = run("DescribeFileSystems", async |client| {
        let response = client.describe_file_systems().await?;
        let capacity = |file_system: &fsx::types::FileSystem| file_system.storage_capacity.unwrap_or_default();
        let total: i32 = response.file_systems().iter().map(capacity).sum();
        Ok(format!("{} file system with {total} GiB", response.file_systems().len()))
    });
    assert_eq!(printed, "1 file system with 300 GiB");
}

#[test]
fn list_the_tags_of_a_resource() {
    let printed = run("ListTagsForResource", async |client| {
        let response = client.list_tags_for_resource(ARN).await?;
        let tags = response.tags().iter().map(|tag| format!("{}={}", tag.key, tag.value));
        Ok(tags.collect::<Vec<_>>().join(","))
    });
    assert_eq!(printed, "Name=MyFileSystem");
}

#[test]
fn tag_a_resource() {
    let printed = run("TagResource", async |client| {
        let response = client.tag_resource(ARN, [Tag::new("Name", "MyFileSystem")]).await?;
        Ok(response.status().to_string())
    });
    assert_eq!(printed, "200 OK");
}

#[test]
fn remove_a_tag_from_a_resource() {
    let printed = run("UntagResource", async |client| {
        let response = client.untag_resource(ARN, ["Name"]).await?;
        Ok(response.status().to_string())
    });
    assert_eq!(printed, "200 OK");
}

#[test]
fn update_a_file_system() {
    let printed = run("UpdateFileSystem", async |client| {
        let windows = UpdateFileSystemWindowsConfiguration::new()
            .automatic_backup_retention_days(10)
            .daily_automatic_backup_start_time("06:00")
            .weekly_maintenance_start_time("3:06:00");
        let response = client.update_file_system(FILE_SYSTEM).windows_configuration(windows).await?;
        let windows = response.file_system()?.windows_configuration.as_deref();
        Ok(windows.and_then(|windows| windows.weekly_maintenance_start_time.clone()).unwrap_or_default())
    });
    assert_eq!(printed, "3:06:00");
}
