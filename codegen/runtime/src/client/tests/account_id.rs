//! Tests of account-based endpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::toy::{GetToy, Look, TOY, Toy};
use crate::BoxFuture;
use crate::clock::block_on;
use crate::config::AccountIdEndpointMode::{Disabled, Preferred, Required};
use crate::config::Builder;
use crate::credentials::{Credentials, CredentialsError, ProvideCredentials};
use crate::endpoint::{Endpoint, Params, ResolveError};
use crate::operation::{AccountIdEndpoints, Service};
use crate::options::CallOptions;
use crate::testing::MockResponse;
use crate::timeout::TimeoutConfig;

fn resolve(params: &Params<'_>) -> Result<Endpoint, ResolveError> {
    let region = params.str(Params::REGION).unwrap_or_default();
    let shelf = params.str("Shelf").map_or_else(String::new, |shelf| format!("{shelf}."));
    match (params.str(Params::ENDPOINT), params.str(Params::ACCOUNT_ID), params.str(Params::ACCOUNT_ID_ENDPOINT_MODE)) {
        (Some(url), ..) => Ok(Endpoint::new(url)),
        (None, Some(id), Some("preferred" | "required")) => {
            Ok(Endpoint::new(format!("https://{shelf}{id}.toy.{region}.example.com")))
        }
        (None, None, Some("required")) => Err(ResolveError::rule("the account ID is required, but not known")),
        (None, ..) => Ok(Endpoint::new(format!("https://{shelf}toy.{region}.example.com"))),
    }
}

static ACCOUNTS: Service =
    Service { resolve_endpoint: resolve, account_id_endpoints: AccountIdEndpoints::Supported, ..TOY };

fn toy(change: impl FnOnce(Builder) -> Builder) -> Toy {
    let toy = Toy::of(&ACCOUNTS, change);
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}")).respond_with("Look", |_| MockResponse::json("{}"));
    toy
}

fn known() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret").account_id("123456789012")
}

/// Returns the hosts of all requests.
fn hosts(toy: &Toy) -> Vec<String> {
    toy.mock.requests().iter().map(|request| request.http().uri().host().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_mode_determines_whether_the_endpoint_contains_the_account_id() {
    let unknown = Credentials::new("AKIDEXAMPLE", "secret");
    for (mode, credentials, host) in [
        (Preferred, known(), Ok("123456789012.toy.eu-west-1.example.com")),
        (Preferred, unknown.clone(), Ok("toy.eu-west-1.example.com")),
        (Disabled, known(), Ok("toy.eu-west-1.example.com")),
        (Required, known(), Ok("123456789012.toy.eu-west-1.example.com")),
        (Required, unknown, Err("GetToy failed: the account ID is required, but not known")),
    ] {
        let toy = toy(|config| config.credentials_provider(credentials).account_id_endpoint_mode(mode));
        let sent = toy.get().map(|_| hosts(&toy).remove(0)).map_err(|error| error.to_string());
        assert_eq!(sent, host.map(str::to_owned).map_err(str::to_owned), "{mode:?}");
    }
}

#[test]
fn members_of_the_input_and_host_prefixes_are_used_too() {
    let toy = toy(|config| config.credentials_provider(known()));
    let input = GetToy { shelf: Some("top".to_owned()), prefix: Some("data".to_owned()), ..GetToy::default() };
    toy.send(input).unwrap();
    let prepared = block_on(toy.client.prepare(GetToy::default(), CallOptions::new())).unwrap();
    assert_eq!(hosts(&toy), ["data.top.123456789012.toy.eu-west-1.example.com"]);
    assert_eq!(prepared.uri().host(), Some("123456789012.toy.eu-west-1.example.com"));
}

#[test]
fn an_account_id_that_is_set_takes_precedence() {
    let toy = toy(|config| config.credentials_provider(known()).endpoint_param("AccountId", "100000000000".to_owned()));
    toy.get().unwrap();
    assert_eq!(hosts(&toy), ["100000000000.toy.eu-west-1.example.com"]);
}

#[test]
fn a_url_that_is_set_needs_no_account_id() {
    let toy = toy(|config| config.account_id_endpoint_mode(Required));
    toy.get_with(CallOptions::new().endpoint_url("https://own.example.com")).unwrap();
    assert_eq!(hosts(&toy), ["own.example.com"]);
}

/// A provider that returns the credentials of a different account each time.
#[derive(Debug, Default)]
struct Accounts(AtomicU32);

impl ProvideCredentials for Accounts {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(
            async move { Ok(Credentials::new("AKIDEXAMPLE", "secret").account_id(format!("10000000000{number}"))) },
        )
    }
}

#[test]
fn the_account_id_comes_from_the_current_credentials() {
    let accounts = Arc::new(Accounts::default());
    let toy = toy(|config| config.credentials_provider(Arc::clone(&accounts)));
    toy.send(Look).unwrap();
    assert_eq!(accounts.0.load(Ordering::SeqCst), 0, "an operation without authentication needs no credentials");
    toy.get().unwrap();
    toy.clock.advance(Duration::from_secs(60));
    toy.mock.respond("GetToy", MockResponse::error("ExpiredTokenException", "too old").status(400));
    assert!(toy.get().is_err());
    toy.get().unwrap();
    let hosts = hosts(&toy);
    assert_eq!(hosts[0], "toy.eu-west-1.example.com");
    assert_eq!([&hosts[1], &hosts[2]], ["100000000000.toy.eu-west-1.example.com"; 2]);
    assert_eq!(hosts[3], "100000000001.toy.eu-west-1.example.com");
}

/// A provider that returns the credentials after a delay.
#[derive(Debug)]
struct Slow(crate::testing::ManualClock, Duration);

impl ProvideCredentials for Slow {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            crate::clock::Clock::sleep(&self.0, self.1).await;
            Ok(known())
        })
    }
}

#[test]
fn the_call_timeout_includes_the_time_for_credentials() {
    for (credentials, response) in [(11, 0), (6, 5)] {
        let options = || CallOptions::new().timeouts(TimeoutConfig::new().call(Duration::from_secs(10)));
        let clock = crate::testing::ManualClock::skipping();
        let slow = Slow(clock.clone(), Duration::from_secs(credentials));
        let toy = toy(|config| config.credentials_provider(slow).clock(clock.clone()));
        toy.mock.clock(clock);
        toy.mock.respond("GetToy", MockResponse::json("{}").after(Duration::from_secs(response)));
        let error = toy.get_with(options()).unwrap_err();
        assert!(error.to_string().starts_with("GetToy failed: the call did not complete within 10s"), "{error}");
    }
}

#[test]
fn an_account_id_that_would_change_the_host_is_an_error() {
    let toy = toy(|config| config.credentials_provider(Credentials::new("id", "secret").account_id("example.org/")));
    let error = toy.get().unwrap_err().to_string();
    assert!(error.contains("invalid value `example.org/` for the endpoint parameter `AccountId`"), "{error}");
}
