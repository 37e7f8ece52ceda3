//! Creates a Lustre file system in a subnet, shows its progress, and prints the DNS name for mounting it.
//!
//! ```sh
//! cargo run --example create_file_system -p fsx-examples -- subnet-0123456789abcdef0
//! ```

use std::time::Duration;

use fsx::{
    Client, Error,
    types::{CreateFileSystemLustreConfiguration, FileSystemType, LustreDeploymentType, Tag},
};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let subnet_id = std::env::args().nth(1).expect("the first argument is the id of a subnet");
    let dns_name = create(&Client::from_env().await?, &subnet_id).await?;
    println!("mount it from {dns_name}");
    Ok(())
}

pub(crate) async fn create(client: &Client, subnet_id: &str) -> Result<String, Error> {
    let response = client
        .create_file_system(FileSystemType::Lustre, [subnet_id])
        .storage_capacity(1200)
        .lustre_configuration(
            CreateFileSystemLustreConfiguration::new()
                .deployment_type(LustreDeploymentType::Persistent2)
                .per_unit_storage_throughput(125),
        )
        .tags([Tag::new("Name", "example")])
        .await?;
    let id = response.file_system()?.file_system_id.clone().unwrap_or_default();
    println!("{id} is being created");

    let response = client
        .wait_until_file_system_available(&id)
        .max_wait(Duration::from_secs(60 * 60))
        .on_poll(|poll| {
            let state = poll.response().and_then(|response| response.file_systems().first()?.lifecycle.as_ref());
            let state = state.map_or("not to be seen", |state| state.as_str());
            println!("after {} s it is {state}", poll.elapsed().as_secs());
        })
        .await?;
    Ok(response.file_systems().first().and_then(|made| made.dns_name.clone()).unwrap_or_default())
}
