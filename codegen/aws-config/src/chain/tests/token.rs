//! Tests bearer tokens from the environment and from SSO sessions.

use super::fake::Nowhere;
use super::sso::{CACHE, SESSION, renewable, token as cached};
use super::*;
use simba_runtime::credentials::Token;
use simba_runtime::testing::ManualClock;

/// Returns the token for the service `bedrock`, or the error message.
fn token(environment: &Environment) -> Result<Token, String> {
    let config = crate::from_environment(environment).map_err(|error| error.to_string())?;
    let (transport, clock): (Arc<dyn Transport>, Arc<dyn Clock>) = (Arc::new(Nowhere::default()), Arc::new(Still));
    let cache = simba_runtime::__private::components::token(&config, &transport, &clock, "bedrock");
    let token = block_on(cache.get()).map_err(|error| error.to_string())?;
    Ok((*token).clone())
}

#[test]
fn the_variable_of_the_service_precedes_the_session() {
    let valid = |vars: &[(&str, &str)]| environment(vars, SESSION).file(CACHE, cached("2026-11-22T12:00:00Z"));
    assert_eq!(token(&valid(&[("AWS_BEARER_TOKEN_BEDROCK", "variable")])), Ok(Token::new("variable")));
    let of_session = Ok(Token::new("old").expiry(at(NOW + 7200)));
    assert_eq!(token(&valid(&[])), of_session);
    assert_eq!(token(&valid(&[("AWS_BEARER_TOKEN_ECR", "variable")])), of_session);
    // A bearer token requires neither an account nor a role.
    let bare = "[default]\nsso_session = corp\n[sso-session corp]\nsso_region = eu-west-1";
    assert_eq!(token(&environment(&[], bare).file(CACHE, cached("2026-11-22T12:00:00Z"))), of_session);
}

#[test]
fn the_token_of_a_session_is_refreshed_before_it_expires() {
    let renewed = r#"{"accessToken": "new", "expiresIn": 3600}"#;
    let oidc = Fake::new([(200, renewed.to_owned())]);
    let environment = environment(&[("AWS_ENDPOINT_URL_SSO_OIDC", &oidc.url())], SESSION)
        .file(CACHE, renewable("2026-11-22T10:20:00Z"));
    let config = crate::from_environment(&environment).unwrap();
    let clock = ManualClock::skipping();
    let (transport, shared): (Arc<dyn Transport>, Arc<dyn Clock>) = (Arc::new(Direct), Arc::new(clock.clone()));
    let cache = simba_runtime::__private::components::token(&config, &transport, &shared, "bedrock");
    for (seconds, expected, expiry) in [(0, "old", 1200), (899, "old", 1200), (900, "new", 4500), (4000, "new", 4500)] {
        clock.set(at(NOW + seconds));
        let token = block_on(cache.get()).unwrap();
        assert_eq!(*token, Token::new(expected).expiry(at(NOW + expiry)), "after {seconds} s");
    }
    assert_eq!(oidc.lines(), ["POST /token"]);
}

#[test]
fn the_error_for_a_missing_token_contains_the_fix() {
    let files = "/home/me/.aws/config or /home/me/.aws/credentials";
    let fix = "set AWS_BEARER_TOKEN_BEDROCK, add `sso_session` to the profile, or set the token in code with \
               `.token_provider(…)`";
    for (config, expected) in [
        (
            "",
            "no token found: AWS_BEARER_TOKEN_BEDROCK is not set; profile `default` not found in /home/me/.aws/config or \
             /home/me/.aws/credentials; set AWS_BEARER_TOKEN_BEDROCK, add `sso_session` to the profile, or set the \
             token in code with `.token_provider(…)`"
                .to_owned(),
        ),
        (
            "[default]\nregion = eu-west-1",
            format!(
                "no token found: AWS_BEARER_TOKEN_BEDROCK is not set; the profile `default` in {files} has no \
                 `sso_session`; {fix}"
            ),
        ),
        (
            "[default]\nsso_session = corp",
            "profile `default`: /home/me/.aws/config:2: `sso_session` in [default]: the section [sso-session corp] \
             does not exist"
                .to_owned(),
        ),
        (
            SESSION,
            format!("profile `default`: no SSO token in {CACHE}; sign in with `aws sso login --profile default`"),
        ),
    ] {
        assert_eq!(token(&environment(&[], config)), Err(expected));
    }
}

#[test]
fn a_token_set_in_code_takes_precedence() {
    let environment = environment(&[("AWS_BEARER_TOKEN_BEDROCK", "variable")], "");
    let config = crate::from_environment(&environment).unwrap().to_builder().token_provider(Token::new("code")).build();
    let (transport, clock): (Arc<dyn Transport>, Arc<dyn Clock>) = (Arc::new(Nowhere::default()), Arc::new(Still));
    let cache = |name: &str| simba_runtime::__private::components::token(&config, &transport, &clock, name);
    assert_eq!(block_on(cache("bedrock").get()).as_deref(), Ok(&Token::new("code")));
    assert!(Arc::ptr_eq(&cache("bedrock"), &cache("bedrock")));
    assert!(!format!("{config:?}").contains("variable"));
    let built = simba_runtime::config::Config::builder().build();
    let error = block_on(simba_runtime::__private::components::token(&built, &transport, &clock, "bedrock").get());
    assert_eq!(
        error.unwrap_err().to_string(),
        "no token: the configuration was built without one; add `.token_provider(…)` to `Config::builder()`",
    );
}
