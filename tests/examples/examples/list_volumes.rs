//! Lists the volumes of a file system that are not available, with the reasons that the service gives.
//!
//! ```sh
//! cargo run --example list_volumes -p fsx-examples -- fs-0123456789abcdef0
//! ```

use fsx::{
    Client, Error,
    types::{Volume, VolumeFilter, VolumeFilterName, VolumeLifecycle},
};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let file_system_id = std::env::args().nth(1).expect("the first argument is the id of a file system");
    for line in troubled(&Client::from_env().await?, &file_system_id).await? {
        println!("{line}");
    }
    Ok(())
}

pub(crate) async fn troubled(client: &Client, file_system_id: &str) -> Result<Vec<String>, Error> {
    // The service filters by file system and returns pages. Other criteria are checked below.
    let of_file_system = VolumeFilter::new().name(VolumeFilterName::FileSystemId).values([file_system_id]);
    let mut volumes = client.describe_volumes().filters([of_file_system]).items();
    let mut lines = Vec::new();
    while let Some(volume) = volumes.try_next().await? {
        if !is_in_order(&volume) {
            lines.push(describe(&volume));
        }
    }
    Ok(lines)
}

fn is_in_order(volume: &Volume) -> bool {
    matches!(volume.lifecycle, Some(VolumeLifecycle::Available | VolumeLifecycle::Created))
}

fn describe(volume: &Volume) -> String {
    let name = volume.name.as_deref().unwrap_or("a volume without a name");
    // States that this version of the crate does not define are available as strings.
    let state = volume.lifecycle.as_ref().map_or("in no state", |state| state.as_str());
    let reason = volume.lifecycle_transition_reason.as_ref().and_then(|reason| reason.message.as_deref());
    format!("{name}: {state}, {}", reason.unwrap_or("for no reason given"))
}
