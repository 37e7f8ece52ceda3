//! Lists functions, with settings from the environment.

use aws_config::BehaviorVersion;

#[tokio::main]
async fn main() -> Result<(), aws_sdk_lambda::Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = aws_sdk_lambda::Client::new(&config);
    let page = client.list_functions().send().await?;
    println!("{}", page.functions().len());
    Ok(())
}
