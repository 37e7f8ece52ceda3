//! Creates a Lustre file system of 1,200 GiB and prints its id. With AWS itself it costs money until it is deleted.
//!
//! ```sh
//! cargo run --example first_call -p fsx-examples
//! ```
//!
//! Region, credentials and endpoint come from where every AWS tool looks for them: AWS_REGION, AWS_ACCESS_KEY_ID,
//! AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL_FSX are enough.

use fsx::{
    Client,
    types::{FileSystemType, Tag},
};

#[tokio::main]
async fn main() -> Result<(), fsx::Error> {
    let client = Client::from_env().await?;
    let made = client
        .create_file_system(FileSystemType::Lustre, ["subnet-0123456789abcdef0"]) // what is required is an argument
        .storage_capacity(1200)
        .tags([Tag::new("Name", "first")])
        .await?; // calls are awaited; `.send()` does the same
    let file_system = made.file_system()?;
    println!("{}", file_system.file_system_id.as_deref().unwrap_or_default());
    Ok(())
}
