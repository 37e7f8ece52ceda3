//! Clients that are set up by the environment.

use std::time::Duration;

use super::toy::{GetToy, TOY};
use crate::client::Client;
use crate::clock::block_on;
use crate::config::{Config, Environment};
use crate::options::CallOptions;
use crate::testing::{ManualClock, MockResponse, MockTransport};

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDVAR"), ("AWS_SECRET_ACCESS_KEY", "secret")];

/// The start of the only call's error, or the URL and the signature that it was sent with.
fn call(vars: &[(&str, &str)]) -> Result<(String, String), String> {
    let mock = MockTransport::new();
    mock.respond("GetToy", MockResponse::json("{}"));
    let environment = Environment::fixed(vars.iter().copied());
    let config = Config::from_environment(&environment).unwrap();
    let client = Client::new(&TOY, config.to_builder().transport(mock.clone()).build());
    let sent = client.send(GetToy::default(), CallOptions::new());
    block_on(sent).map_err(|error| error.to_string())?;
    let request = &mock.requests()[0];
    let signature = request.header("authorization").unwrap().to_owned();
    Ok((request.http().uri().to_string(), signature))
}

#[test]
fn region_credentials_and_endpoint_of_the_environment_are_used() {
    let region = ("AWS_REGION", "eu-west-1");
    let (url, signature) = call(&[KEYS[0], KEYS[1], region]).unwrap();
    assert_eq!(url, "https://toy.eu-west-1.example.com/");
    assert!(signature.contains("Credential=AKIDVAR/"), "{signature}");
    assert!(signature.contains("/eu-west-1/toy/aws4_request"), "{signature}");
    let own = ("AWS_ENDPOINT_URL_TOY_BOX", "http://localhost:4566/base");
    let (url, _) = call(&[KEYS[0], KEYS[1], region, own]).unwrap();
    assert_eq!(url, "http://localhost:4566/base/");
}

#[test]
fn fips_and_dual_stack_reach_the_endpoint_rules() {
    let region = ("AWS_REGION", "eu-west-1");
    let (fips, dual_stack) = (("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true"));
    for (settings, host) in [
        (&[fips][..], "toy-fips.eu-west-1.example.com"),
        (&[dual_stack], "toy.eu-west-1.example.net"),
        (&[fips, dual_stack], "toy-fips.eu-west-1.example.net"),
    ] {
        let (url, _) = call(&[&[KEYS[0], KEYS[1], region], settings].concat()).unwrap();
        assert_eq!(url, format!("https://{host}/"));
    }
}

#[test]
fn the_endpoint_rules_may_name_the_service_and_region_to_sign_for() {
    let (url, signature) = call(&[KEYS[0], KEYS[1], ("AWS_REGION", "everywhere")]).unwrap();
    assert_eq!(url, "https://toy.example.com/");
    assert!(signature.contains("/us-east-1/toys/aws4_request"), "{signature}");
}

#[test]
fn what_is_missing_is_said_by_the_call() {
    let error = call(&KEYS).unwrap_err();
    assert!(
        error.starts_with(
            "GetToy failed: no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the \
             profile `default` has no `region` in"
        ),
        "{error}",
    );
    let vars = [("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let error = call(&vars).unwrap_err();
    assert!(error.starts_with("GetToy failed: no credentials"), "{error}");
    assert!(error.contains("AWS_ACCESS_KEY_ID"), "{error}");
}

#[test]
fn credentials_that_the_service_calls_expired_are_asked_for_again() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use crate::BoxFuture;
    use crate::credentials::{Credentials, CredentialsError, ProvideCredentials};

    #[derive(Debug, Default)]
    struct Counting(AtomicU32);

    impl ProvideCredentials for Counting {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move { Ok(Credentials::new(format!("KEY{count}"), "secret")) })
        }
    }

    let (mock, clock) = (MockTransport::new(), ManualClock::new());
    mock.respond("GetToy", MockResponse::error("ExpiredTokenException", "too old").status(400));
    mock.respond("GetToy", MockResponse::json("{}"));
    let config = Config::builder()
        .region("eu-west-1")
        .credentials(Arc::new(Counting::default()))
        .transport(mock.clone())
        .clock(clock.clone());
    let client = Client::new(&TOY, config.build());
    let get = || block_on(client.send(GetToy::default(), CallOptions::new()));
    block_on(client.prepare(GetToy::default(), CallOptions::new())).unwrap();
    clock.advance(Duration::from_secs(60));
    assert!(get().is_err());
    assert!(get().is_ok());
    let signatures: Vec<_> =
        mock.requests().iter().map(|request| request.header("authorization").unwrap()[..40].to_owned()).collect();
    assert!(signatures[0].contains("=KEY0/") && signatures[1].contains("=KEY1/"), "{signatures:?}");
}
