//! Lists tables with the settings of the environment.

#[tokio::main]
async fn main() -> Result<(), dynamodb::Error> {
    let client = dynamodb::Client::from_env().await?;
    let page = client.list_tables().await?;
    println!("{}", page.table_names().len());
    Ok(())
}
