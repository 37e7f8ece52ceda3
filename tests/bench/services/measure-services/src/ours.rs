//! The clients that this project generates.

/// Defines a function that creates a client whose calls all return the same response.
macro_rules! canned {
    ($service:ident) => {
        pub fn $service(response: &'static [u8]) -> $service::Client {
            use $service::runtime::{
                Body, BoxFuture, Bytes,
                credentials::Credentials,
                http,
                transport::{Transport, TransportError},
            };

            #[derive(Debug)]
            struct Canned(&'static [u8]);

            impl Transport for Canned {
                fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
                    let response = http::Response::new(Body::from(Bytes::from_static(self.0)));
                    Box::pin(std::future::ready(Ok(response)))
                }
            }

            let config = $service::Config::builder().region("us-east-1");
            let config = config.credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
            $service::Client::new(config.transport(Canned(response)).build())
        }
    };
}

canned!(dynamodb);
canned!(lambda);

/// Returns the number of functions on the first page.
pub async fn list_functions(client: &lambda::Client) -> usize {
    client.list_functions().max_items(50).await.expect("the functions are listed").functions().len()
}

/// Returns the number of attributes in an item.
pub async fn get_item(client: &dynamodb::Client) -> usize {
    let key = [("Id", dynamodb::types::AttributeValue::new().s("order-4711"))];
    client.get_item("orders", key).await.expect("the item is found").item.as_ref().map_or(0, |item| item.len())
}
