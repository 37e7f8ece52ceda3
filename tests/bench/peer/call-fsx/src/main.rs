//! Creates a backup, with settings from the environment.

#[tokio::main]
async fn main() -> Result<(), fsx::Error> {
    let client = fsx::Client::from_env().await?;
    let made = client.create_backup().file_system_id("fs-0123456789abcdef0").await?;
    println!("{}", made.backup()?.backup_id);
    Ok(())
}
