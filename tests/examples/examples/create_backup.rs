//! Creates a backup of a file system and prints the ID of the backup.
//!
//! ```sh
//! cargo run --example create_backup -p fsx-examples -- fs-0123456789abcdef0
//! ```
//!
//! The region, credentials and endpoint are read from the standard AWS settings. The variables `AWS_REGION`,
//! `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_ENDPOINT_URL_FSX` are sufficient.

use std::process::ExitCode;

use fsx::{Client, types::Tag};

#[tokio::main]
async fn main() -> ExitCode {
    let Some(file_system_id) = std::env::args().nth(1) else {
        eprintln!("usage: create_backup FILE_SYSTEM_ID");
        return ExitCode::FAILURE;
    };
    match create_backup(&file_system_id).await {
        Ok(backup_id) => {
            println!("{backup_id}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn create_backup(file_system_id: &str) -> Result<String, Box<dyn std::error::Error>> {
    let client = Client::from_env().await?;
    let response = client.create_backup().file_system_id(file_system_id).tags([Tag::new("Name", "example")]).await?;
    Ok(response.backup()?.backup_id.clone())
}
