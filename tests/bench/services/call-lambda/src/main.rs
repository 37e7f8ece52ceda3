//! Lists functions, with settings from the environment.

#[tokio::main]
async fn main() -> Result<(), lambda::Error> {
    let client = lambda::Client::from_env().await?;
    let page = client.list_functions().await?;
    println!("{}", page.functions().len());
    Ok(())
}
