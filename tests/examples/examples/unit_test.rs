//! Tests code that calls Amazon FSx. No network access is needed, since a mock transport responds. The test controls
//! the clock.
//!
//! ```sh
//! cargo run --example unit_test -p fsx-examples --features testing
//! ```

use fsx::{
    Client, Config, Error,
    credentials::Credentials,
    operation::create_backup::CreateBackupRequest,
    testing::{ManualClock, MockResponse, MockTransport},
};

/// The function under test.
async fn back_up(client: &Client, file_system_id: &str) -> Result<String, Error> {
    let response = client.create_backup().file_system_id(file_system_id).await?;
    Ok(response.backup()?.backup_id.clone())
}

#[tokio::main]
pub(crate) async fn main() -> Result<(), Error> {
    let mock = MockTransport::new();
    mock.respond("CreateBackup", MockResponse::error("InternalServerError", "try again").status(500));
    mock.respond("CreateBackup", MockResponse::json(r#"{"Backup": {"BackupId": "backup-0123456789abcdef0"}}"#));
    let config = Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("an access key ID", "its secret"))
        .transport(mock.clone())
        // The delay before the second attempt is skipped.
        .clock(ManualClock::skipping());

    let backup_id = back_up(&Client::new(config.build()), "fs-0123456789abcdef0").await?;

    assert_eq!(backup_id, "backup-0123456789abcdef0");
    let requests = mock.requests_of("CreateBackup");
    assert_eq!(requests.len(), 2);
    let sent: CreateBackupRequest = requests[1].request().expect("the request has this type");
    assert_eq!(sent.file_system_id.as_deref(), Some("fs-0123456789abcdef0"));
    println!("all is well");
    Ok(())
}
