//! Lists tables, with settings from the environment.

#[tokio::main]
async fn main() -> Result<(), dynamodb::Error> {
    let client = dynamodb::Client::from_env().await?;
    let page = client.list_tables().await?;
    println!("{}", page.table_names().len());
    Ok(())
}
