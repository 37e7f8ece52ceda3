//! Backs up a file system, and deletes the oldest backups that this program created. Intended to be run every night.
//!
//! ```sh
//! cargo run --example nightly_backups -p fsx-examples -- fs-0123456789abcdef0 7
//! ```
//!
//! Only backups with the tag that this program adds are counted and deleted.

use fsx::{
    Client, Error,
    types::{Backup, BackupLifecycle, Filter, FilterName, Tag},
};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let file_system_id = args.next().expect("the first argument is the id of a file system");
    let keep = args.next().map_or(7, |keep| keep.parse().expect("the second argument is how many backups to keep"));
    let deleted = back_up(&Client::from_env().await?, &file_system_id, keep).await?;
    println!("deleted {}", deleted.join(", "));
    Ok(())
}

/// Creates a backup, waits until it is available, and deletes all but the newest `keep` backups. Returns the IDs of the
/// deleted backups.
pub(crate) async fn back_up(client: &Client, file_system_id: &str, keep: usize) -> Result<Vec<String>, Error> {
    let response = client.create_backup().file_system_id(file_system_id).tags([tag()]).await?;
    let backup_id = &response.backup()?.backup_id;
    // Old backups are deleted only after the new one is available.
    client.wait_until_backup_available(backup_id).await?;

    let of_file_system = Filter::new().name(FilterName::FileSystemId).values([file_system_id]);
    let backups = client.describe_backups().filters([of_file_system]).items().collect().await?;
    let mut ours: Vec<Backup> = backups.into_iter().filter(is_ours).collect();
    ours.sort_by_key(|backup| std::cmp::Reverse(backup.creation_time));

    let mut deleted = Vec::new();
    for backup in ours.into_iter().skip(keep) {
        client.delete_backup(&backup.backup_id).await?;
        deleted.push(backup.backup_id);
    }
    Ok(deleted)
}

fn tag() -> Tag {
    Tag::new("made-by", "nightly-backups")
}

fn is_ours(backup: &Backup) -> bool {
    backup.lifecycle == BackupLifecycle::Available && backup.tags().contains(&tag())
}
