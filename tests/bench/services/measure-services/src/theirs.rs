//! AWS's clients.

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;

/// An HTTP client that responds to every request with the same body.
#[derive(Clone, Debug)]
struct Canned(&'static [u8]);

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = 200.try_into().expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0))))
    }
}

/// Defines a function that creates a client whose calls all return the same response.
macro_rules! canned {
    ($name:ident, $sdk:ident) => {
        pub fn $name(response: &'static [u8]) -> $sdk::Client {
            use $sdk::config::{BehaviorVersion, Credentials, Region};

            let connector = SharedHttpConnector::new(Canned(response));
            let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "measure");
            let config = $sdk::Config::builder().behavior_version(BehaviorVersion::latest());
            let config = config.region(Region::new("us-east-1")).credentials_provider(credentials);
            $sdk::Client::from_conf(config.http_client(http_client_fn(move |_, _| connector.clone())).build())
        }
    };
}

canned!(dynamodb, aws_sdk_dynamodb);
canned!(lambda, aws_sdk_lambda);

/// Returns the number of functions on the first page.
pub async fn list_functions(client: &aws_sdk_lambda::Client) -> usize {
    let call = client.list_functions().max_items(50).send();
    call.await.expect("the functions are listed").functions().len()
}

/// Returns the number of attributes in an item.
pub async fn get_item(client: &aws_sdk_dynamodb::Client) -> usize {
    let key = aws_sdk_dynamodb::types::AttributeValue::S("order-4711".to_owned());
    let call = client.get_item().table_name("orders").key("Id", key);
    call.send().await.expect("the item is found").item.map_or(0, |item| item.len())
}
