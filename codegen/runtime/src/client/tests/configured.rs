//! Tests of the effects that settings have on requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::toy::{GetToy, TOY, Toy};
use crate::client::Client;
use crate::clock::block_on;
use crate::config::{AccountIdEndpointMode, Builder, Config, ConfigError, EndpointUrls, SearchedSources};
use crate::credentials::{Credentials, CredentialsSource, ProvideCredentials, ProviderConfig};
use crate::options::CallOptions;
use crate::testing::{ManualClock, MockResponse, MockTransport};

/// Sends a request, and returns its URL and `Authorization` header, or the error message if the call fails.
fn call(configure: impl FnOnce(Builder) -> Builder) -> Result<(String, String), String> {
    let mock = MockTransport::new();
    mock.respond("GetToy", MockResponse::json("{}"));
    let client = Client::new(&TOY, configure(Config::builder()).transport(mock.clone()).build());
    let sent = client.send(GetToy::default(), CallOptions::new());
    block_on(sent).map_err(|error| error.to_string())?;
    let request = &mock.requests()[0];
    let signature = request.header("authorization").unwrap().to_owned();
    Ok((request.http().uri().to_string(), signature))
}

fn credentials() -> Credentials {
    Credentials::new("AKIDVAR", "secret")
}

/// An endpoint URL that is configured only for the toy service.
#[derive(Debug)]
struct Own(&'static str);

impl EndpointUrls for Own {
    fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, ConfigError> {
        Ok((service_id == "Toy Box").then(|| self.0.to_owned()))
    }
}

#[test]
fn region_credentials_and_endpoint_are_used() {
    let (url, signature) = call(|config| config.region("eu-west-1").credentials_provider(credentials())).unwrap();
    assert_eq!(url, "https://toy.eu-west-1.example.com/");
    assert!(signature.contains("Credential=AKIDVAR/"), "{signature}");
    assert!(signature.contains("/eu-west-1/toy/aws4_request"), "{signature}");
    let own = Own("http://localhost:4566/base");
    let (url, _) =
        call(|config| config.region("eu-west-1").credentials_provider(credentials()).endpoint_urls(own)).unwrap();
    assert_eq!(url, "http://localhost:4566/base/");
}

#[test]
fn the_endpoint_rules_receive_fips_and_dual_stack() {
    for (fips, dual_stack, host) in [
        (true, false, "toy-fips.eu-west-1.example.com"),
        (false, true, "toy.eu-west-1.example.net"),
        (true, true, "toy-fips.eu-west-1.example.net"),
    ] {
        let (url, _) = call(|config| {
            config.region("eu-west-1").credentials_provider(credentials()).use_fips(fips).use_dual_stack(dual_stack)
        })
        .unwrap();
        assert_eq!(url, format!("https://{host}/"));
    }
}

#[test]
fn the_endpoint_rules_may_set_the_service_and_region_to_sign_for() {
    let (url, signature) = call(|config| config.region("everywhere").credentials_provider(credentials())).unwrap();
    assert_eq!(url, "https://toy.example.com/");
    assert!(signature.contains("/us-east-1/toys/aws4_request"), "{signature}");
}

#[test]
fn a_missing_setting_is_an_error_of_the_call() {
    let searched = SearchedSources::Environment {
        profile: "default".to_owned(),
        files: vec!["/aws/config".into()],
        instance: None,
    };
    let error = call(|config| config.credentials_provider(credentials()).searched(searched)).unwrap_err();
    assert!(
        error.starts_with(
            "GetToy failed: no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the \
             profile `default` has no `region` in"
        ),
        "{error}",
    );
    let error = call(|config| config.region("eu-west-1")).unwrap_err();
    assert!(error.starts_with("GetToy failed: no credentials"), "{error}");
    assert!(error.contains("`.credentials_provider(…)`"), "{error}");
}

#[test]
fn credentials_that_the_service_rejects_as_expired_are_requested_again() {
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
        .credentials_provider(Arc::new(Counting::default()))
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

#[test]
fn the_debug_output_of_a_configuration_contains_the_settings_that_change_requests() {
    let config = Config::builder()
        .account_id_endpoint_mode(AccountIdEndpointMode::Required)
        .auth_scheme_preference(["sigv4a"])
        .min_compression_size(77)
        .endpoint_param("Shelf", "top".to_owned())
        .host_prefix(false)
        .clock_skew_correction(false)
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "hush"))
        .build();
    let debug = format!("{config:?}");
    for part in
        ["Required", "\"sigv4a\"", "Ok(Some(77))", "\"top\"", "host_prefix: false", "clock_skew_correction: false"]
    {
        assert!(debug.contains(part), "{part}: {debug}");
    }
    assert!(!debug.contains("hush"), "{debug}");
}

#[test]
fn a_call_may_use_a_pseudo_region() {
    let toy = Toy::new();
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}"));
    toy.get_with(CallOptions::new().region("fips-us-west-2")).unwrap();
    let requests = toy.mock.requests();
    assert_eq!(requests[0].http().uri().host(), Some("toy-fips.us-west-2.example.com"));
    assert!(requests[0].header("authorization").unwrap().contains("/us-west-2/toy/aws4_request"));
}

/// A credentials source that, when first called, creates a client from the configuration to which the source belongs.
#[derive(Debug, Default)]
struct Nested {
    config: Arc<OnceLock<Config>>,
    called: AtomicBool,
}

impl CredentialsSource for Nested {
    fn provider(&self, _: ProviderConfig) -> Arc<dyn ProvideCredentials> {
        if !self.called.swap(true, Ordering::Relaxed) {
            let _ = Client::new(&TOY, self.config.get().unwrap().clone());
            return Arc::new(Credentials::new("OUTER", "secret"));
        }
        Arc::new(Credentials::new("INNER", "secret"))
    }
}

#[test]
fn a_source_may_create_a_client_with_the_same_configuration() {
    let mock = MockTransport::new();
    mock.respond("GetToy", MockResponse::json("{}"));
    let source = Nested::default();
    let own = Arc::clone(&source.config);
    let config = Config::builder().region("eu-west-1").credentials_source(source).transport(mock.clone()).build();
    own.set(config.clone()).unwrap();
    block_on(Client::new(&TOY, config).send(GetToy::default(), CallOptions::new())).unwrap();
    let signature = mock.requests()[0].header("authorization").unwrap().to_owned();
    assert!(signature.contains("Credential=INNER/"), "both clients share the first provider: {signature}");
}
