//! Deletes a backup and handles the errors that can occur.
//!
//! ```sh
//! cargo run --example handle_errors -p fsx-examples -- backup-0123456789abcdef0
//! ```

use fsx::{Client, Error, operation::delete_backup::DeleteBackupError};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let backup_id = std::env::args().nth(1).expect("the first argument is the id of a backup");
    println!("{}", delete(&Client::from_env().await?, &backup_id).await);
    Ok(())
}

pub(crate) async fn delete(client: &Client, backup_id: &str) -> String {
    let error = match client.delete_backup(backup_id).await {
        Ok(_) => return "it is being deleted".to_owned(),
        Err(error) => error,
    };
    // Each operation has a type for the errors that the service returns, with a variant for each error.
    match error.service() {
        Some(DeleteBackupError::BackupNotFound(_)) => return "it is gone already".to_owned(),
        Some(DeleteBackupError::BackupBeingCopied(copied)) => {
            let backup = copied.backup_id.as_deref().unwrap_or("it");
            return format!("{backup} is being copied: try again later");
        }
        Some(DeleteBackupError::BackupRestoring(restoring)) => {
            let file_system = restoring.file_system_id.as_deref().unwrap_or("a file system");
            return format!("{file_system} is being made of it: try again later");
        }
        // All other errors are handled below. They include errors that the model does not define, and failures without
        // a response.
        _ => {}
    }
    // The client has already retried the request.
    if error.is_throttling() {
        return format!("too many calls at once, {} attempts long", error.attempts());
    }
    if let Some(request_id) = error.request_id() {
        return format!("AWS's support can look up the request {request_id}: {error}");
    }
    error.to_string()
}
