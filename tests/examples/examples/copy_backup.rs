//! Copies a backup from one region to another and waits until the copy can be restored.
//!
//! ```sh
//! cargo run --example copy_backup -p fsx-examples -- backup-0123456789abcdef0 eu-west-1 eu-central-1
//! ```

use fsx::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [backup_id, from, to] = args.as_slice() else { panic!("the arguments are a backup, its region, and another") };
    // The copy is created in the destination region, so requests are sent there.
    let config = fsx::config::from_env().await?.to_builder().region(to).build();
    println!("{}", copy(&Client::new(config), backup_id, from).await?);
    Ok(())
}

pub(crate) async fn copy(client: &Client, backup_id: &str, from: &str) -> Result<String, Error> {
    let response = client.copy_backup(backup_id).source_region(from).copy_tags(true).await?;
    let copy_id = response.backup()?.backup_id.clone();
    client
        .wait_until_backup_available(&copy_id)
        .on_poll(|poll| {
            let backup = poll.response().and_then(|response| response.backups().first());
            if let Some(percent) = backup.and_then(|backup| backup.progress_percent) {
                println!("{percent} %");
            }
        })
        .await?;
    Ok(copy_id)
}
