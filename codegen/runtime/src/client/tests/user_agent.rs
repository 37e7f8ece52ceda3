//! Tests of the features that the user agent reports.

use super::toy::{GetToy, Look, TOY, Toy};
use crate::config::AccountIdEndpointMode;
use crate::credentials::Credentials;
use crate::operation::{AccountIdEndpoints, Service};
use crate::options::CallOptions;
use crate::retry::RetryConfig;
use crate::testing::MockResponse;

/// Returns the features in the user agent of the last request, without the prefix `m/`.
fn features(toy: &Toy) -> String {
    let agent = toy.sent("user-agent").pop().unwrap();
    let part = agent.split(' ').find_map(|part| part.strip_prefix("m/"));
    part.unwrap_or_default().to_owned()
}

/// Returns the retry mode in the user agent of the last request.
fn retry_mode(toy: &Toy) -> Option<String> {
    let agent = toy.sent("user-agent").pop().unwrap();
    agent.split(' ').find_map(|part| part.strip_prefix("cfg/retry-mode#")).map(str::to_owned)
}

fn toy(service: &'static Service) -> Toy {
    let toy = Toy::of(service, |config| config.app_id("my-app"));
    toy.mock.respond_with("GetToy", |_| MockResponse::json("{}")).respond_with("Look", |_| MockResponse::json("{}"));
    toy
}

#[test]
fn features_are_between_the_environment_and_the_settings() {
    let toy = toy(&TOY);
    toy.get().unwrap();
    let agent = toy.sent("user-agent").remove(0);
    assert!(agent.ends_with(" lang/rust m/E,e cfg/retry-mode#standard app/my-app"), "{agent}");
    toy.get_with(CallOptions::new().retry(RetryConfig::off())).unwrap();
    assert_eq!(features(&toy), "e");
    assert_eq!(retry_mode(&toy), None);
    toy.get_with(CallOptions::new().retry(RetryConfig::adaptive()).endpoint_url("http://own")).unwrap();
    assert_eq!(features(&toy), "F,N,e");
    assert_eq!(retry_mode(&toy).as_deref(), Some("adaptive"));
    toy.send(Look).unwrap();
    assert_eq!(features(&toy), "E", "no credentials are used");
}

#[test]
fn account_based_endpoints_are_reported() {
    static ACCOUNTS: Service = Service { account_id_endpoints: AccountIdEndpoints::Supported, ..TOY };
    let sent = |mode, credentials: Credentials| {
        let toy = Toy::of(&ACCOUNTS, |config| config.account_id_endpoint_mode(mode).credentials_provider(credentials));
        toy.mock.respond("GetToy", MockResponse::json("{}"));
        toy.send(GetToy::default()).unwrap();
        features(&toy)
    };
    let credentials = || Credentials::new("AKIDEXAMPLE", "secret");
    assert_eq!(sent(AccountIdEndpointMode::Preferred, credentials().account_id("123456789012")), "E,P,T,e");
    assert_eq!(sent(AccountIdEndpointMode::Required, credentials()), "E,R,e");
    assert_eq!(sent(AccountIdEndpointMode::Disabled, credentials().account_id("123456789012")), "E,Q,e");
}
