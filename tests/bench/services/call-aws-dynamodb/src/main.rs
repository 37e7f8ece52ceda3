//! Lists tables, with settings from the environment.

use aws_config::BehaviorVersion;

#[tokio::main]
async fn main() -> Result<(), aws_sdk_dynamodb::Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = aws_sdk_dynamodb::Client::new(&config);
    let page = client.list_tables().send().await?;
    println!("{}", page.table_names().len());
    Ok(())
}
