//! Creates a backup, with settings from the environment.

use aws_config::BehaviorVersion;

#[tokio::main]
async fn main() -> Result<(), aws_sdk_fsx::Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = aws_sdk_fsx::Client::new(&config);
    let made = client.create_backup().file_system_id("fs-0123456789abcdef0").send().await?;
    println!("{:?}", made.backup().and_then(|backup| backup.backup_id()));
    Ok(())
}
