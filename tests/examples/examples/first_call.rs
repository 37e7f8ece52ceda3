//! Creates a Lustre file system of 1,200 GiB and prints its ID. On AWS, the file system incurs costs until it is
//! deleted.
//!
//! ```sh
//! cargo run --example first_call -p fsx-examples
//! ```
//!
//! The region, credentials and endpoint are read from the standard AWS settings. The variables `AWS_REGION`,
//! `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_ENDPOINT_URL_FSX` are sufficient.

use fsx::{
    Client,
    types::{FileSystemType, Tag},
};

#[tokio::main]
async fn main() -> Result<(), fsx::Error> {
    let client = Client::from_env().await?;
    let response = client
        // Required members are arguments.
        .create_file_system(FileSystemType::Lustre, ["subnet-0123456789abcdef0"])
        .storage_capacity(1200)
        .tags([Tag::new("Name", "first")])
        // A request builder can be awaited directly; `.send()` returns a future.
        .await?;
    let file_system = response.file_system()?;
    println!("{}", file_system.file_system_id.as_deref().unwrap_or_default());
    Ok(())
}
