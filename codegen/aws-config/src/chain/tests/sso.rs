//! Tests SSO with fakes of its portal and its token service.

use std::path::Path;

use serde_json::Value;
use simba_runtime::body::Body;

use super::fake::{Nowhere, Responder};
use super::*;

pub(super) const SESSION: &str = "[default]\nsso_session = corp\nsso_account_id = 123456789012\n\
                       sso_role_name = Ad min\n[sso-session corp]\nsso_region = eu-west-1\n\
                       sso_start_url = https://corp.awsapps.com/start\n";
/// The path of the file in the cache, whose name contains the SHA-1 hash of `corp`.
pub(super) const CACHE: &str = "/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

pub(super) fn role_credentials() -> (u16, String) {
    let expiration = (NOW + 3600) * 1000;
    let body = format!(
        r#"{{"roleCredentials": {{"accessKeyId": "SSO", "secretAccessKey": "s/e+c",
            "sessionToken": "to&ken", "expiration": {expiration}}}}}"#
    );
    (200, body)
}

/// Returns the credentials in [`role_credentials`], with the account in [`SESSION`].
fn signed_in() -> Credentials {
    expected("SSO").account_id("123456789012")
}

pub(super) fn token(expires_at: &str) -> String {
    format!(r#"{{"accessToken": "old", "expiresAt": "{expires_at}", "region": "eu-west-1"}}"#)
}

pub(super) fn renewable(expires_at: &str) -> String {
    format!(
        r#"{{"accessToken": "old", "expiresAt": "{expires_at}", "refreshToken": "r1",
            "clientId": "id", "clientSecret": "hush", "startUrl": "kept"}}"#
    )
}

#[test]
fn a_valid_token_is_used() {
    let portal = Fake::new([role_credentials()]);
    let environment =
        environment(&[("AWS_ENDPOINT_URL_SSO", &portal.url())], SESSION).file(CACHE, token("2026-11-22T12:00:00Z"));
    assert_eq!(search(&environment), Ok(signed_in()));
    let seen = &portal.seen()[0];
    assert_eq!(seen.line, "GET /federation/credentials?role_name=Ad%20min&account_id=123456789012",);
    assert_eq!(seen.header("x-amz-sso_bearer_token"), Some("old"));
}

#[test]
fn a_legacy_profile_is_supported() {
    let portal = Fake::new([role_credentials()]);
    let config = "[default]\nsso_start_url = abc\nsso_region = eu-west-1\n\
                  sso_account_id = 123456789012\nsso_role_name = r";
    // The name of the file contains the SHA-1 hash of `abc`, the start URL.
    let cache = "/home/me/.aws/sso/cache/a9993e364706816aba3e25717850c26c9cd0d89d.json";
    let environment =
        environment(&[("AWS_ENDPOINT_URL_SSO", &portal.url())], config).file(cache, token("2026-11-22T12:00:00UTC"));
    assert_eq!(search(&environment), Ok(signed_in()));
}

#[test]
fn the_user_agent_distinguishes_sessions_from_legacy_profiles() {
    let older = "[default]\nsso_start_url = corp\nsso_region = eu-west-1\n\
                 sso_account_id = 123456789012\nsso_role_name = r";
    for (config, expected) in [(SESSION, "r,s"), (older, "t,u")] {
        let portal = Fake::new([role_credentials()]);
        let environment =
            environment(&[("AWS_ENDPOINT_URL_SSO", &portal.url())], config).file(CACHE, token("2026-11-22T12:00:00Z"));
        assert_eq!(search(&environment).unwrap().features.to_string(), expected);
    }
}

#[test]
fn a_profile_may_repeat_the_settings_of_its_session_but_not_contradict_them() {
    let found = |setting: &str| {
        let portal = Fake::new([role_credentials()]);
        let config = SESSION.replacen('\n', &format!("\n{setting}\n"), 1);
        let environment =
            environment(&[("AWS_ENDPOINT_URL_SSO", &portal.url())], &config).file(CACHE, token("2026-11-22T12:00:00Z"));
        search(&environment)
    };
    assert_eq!(found("sso_region = eu-west-1"), Ok(signed_in()));
    assert_eq!(found("sso_start_url = https://corp.awsapps.com/start"), Ok(signed_in()));
    let other = "sso_start_url = https://other.awsapps.com/start";
    for (setting, expected) in [
        (
            "sso_region = us-east-1",
            "profile `default`: /home/me/.aws/config:2: `sso_region` in [default] differs from /home/me/.aws/config:7: \
             `sso_region` in [sso-session corp]; remove it from the profile",
        ),
        (
            other,
            "profile `default`: /home/me/.aws/config:2: `sso_start_url` in [default] differs from \
             /home/me/.aws/config:8: `sso_start_url` in [sso-session corp]; remove it from the profile",
        ),
    ] {
        assert_eq!(found(setting).unwrap_err(), expected);
    }
}

#[test]
fn an_expired_token_is_refreshed_and_stored() {
    let oidc = Fake::new([(200, r#"{"accessToken": "new", "expiresIn": 3600, "refreshToken": "r2"}"#.to_owned())]);
    let portal = Fake::new([role_credentials()]);
    let urls = [("AWS_ENDPOINT_URL_SSO", &*portal.url()), ("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url())];
    let environment = environment(&urls, SESSION).file(CACHE, renewable("2026-11-22T09:00:00Z"));
    assert_eq!(search(&environment), Ok(signed_in()));
    let seen = &oidc.seen()[0];
    assert_eq!(seen.line, "POST /token");
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(body["grantType"], "refresh_token");
    assert_eq!((&body["refreshToken"], &body["clientSecret"]), (&"r1".into(), &"hush".into()));
    assert_eq!(portal.seen()[0].header("x-amz-sso_bearer_token"), Some("new"));
    let stored = environment.read(Path::new(CACHE)).unwrap();
    let stored: Value = serde_json::from_slice(&stored).unwrap();
    assert_eq!(stored["accessToken"], "new");
    assert_eq!(stored["refreshToken"], "r2");
    assert_eq!(stored["expiresAt"], "2026-11-22T11:00:00Z");
    assert_eq!(stored["startUrl"], "kept");
}

#[test]
fn a_failed_refresh_keeps_a_token_that_is_still_valid() {
    let oidc = Fake::new([(400, r#"{"error": "invalid_grant"}"#.to_owned())]);
    let portal = Fake::new([role_credentials()]);
    let urls = [("AWS_ENDPOINT_URL_SSO", &*portal.url()), ("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url())];
    let environment = environment(&urls, SESSION).file(CACHE, renewable("2026-11-22T10:02:00Z"));
    assert_eq!(search(&environment), Ok(signed_in()));
    assert_eq!(oidc.lines(), ["POST /token"], "it ends within five minutes");
    assert_eq!(portal.seen()[0].header("x-amz-sso_bearer_token"), Some("old"));
}

/// Another program refreshes the token at the same time, so the refresh token of this program has already been used.
/// The token that the other program has stored is used instead.
#[test]
fn a_token_that_another_program_has_refreshed_is_used() {
    let environment = environment(&[], SESSION).file(CACHE, renewable("2026-11-22T09:00:00Z"));
    let other = environment.clone();
    let transport = Responder(move |request: &http::Request<Body>| {
        if request.uri().path() == "/token" {
            let renewed = renewable("2026-11-22T11:00:00Z").replace("old", "theirs").replace("r1", "r2");
            other.replace(Path::new(CACHE), renewed.as_bytes()).unwrap();
            return (400, r#"{"error": "invalid_grant"}"#.to_owned());
        }
        assert_eq!(request.headers()["x-amz-sso_bearer_token"], "theirs");
        role_credentials()
    });
    assert_eq!(search_through(&environment, Arc::new(transport)), Ok(signed_in()));
}

/// The message contains the command for signing in. The command must name the profile that contains the SSO settings.
#[test]
fn the_error_contains_the_profile_to_sign_in_with() {
    let config = SESSION.replace("[default]", "[default]\nrole_arn = r\nsource_profile = sso\n[profile sso]");
    let error = search(&environment(&[], &config)).unwrap_err();
    assert!(error.ends_with("; sign in with `aws sso login --profile sso`"), "{error}");
}

#[test]
fn the_error_for_a_missing_token_contains_the_fix() {
    let hint = "; sign in with `aws sso login --profile default`";
    let missing = format!("no SSO token in {CACHE}{hint}");
    let table = [
        (None, missing),
        (Some("{}".to_owned()), format!("{CACHE} contains no SSO token{hint}")),
        (Some("[1]".to_owned()), format!("{CACHE} contains no SSO token{hint}")),
        (Some(token("2026-11-22T09:00:00Z")), format!("the SSO token has expired{hint}")),
        (
            Some(renewable("2026-11-22T09:00:00Z")),
            format!(
                "the SSO token has expired and cannot be refreshed: cannot send a request to \
                 https://oidc.eu-west-1.amazonaws.com: nothing gets through{hint}"
            ),
        ),
    ];
    for (cached, expected) in table {
        let mut environment = environment(&[], SESSION);
        if let Some(cached) = cached {
            environment = environment.file(CACHE, cached);
        }
        let error = search_through(&environment, Arc::new(Nowhere::default())).unwrap_err();
        assert_eq!(error, format!("profile `default`: {expected}"));
    }
}

#[test]
fn the_error_for_an_expired_token_contains_the_login_command() {
    let table = [(r#"{"error": "invalid_grant"}"#, "invalid_grant"), ("gone", "no token")];
    for (body, code) in table {
        let oidc = Fake::new([(400, body.to_owned())]);
        let vars = [("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url())];
        let environment = environment(&vars, SESSION).file(CACHE, renewable("2026-11-22T09:00:00Z"));
        assert_eq!(
            search(&environment).unwrap_err(),
            format!(
                "profile `default`: the SSO token has expired and cannot be refreshed: {code} (HTTP 400); sign in with \
                 `aws sso login --profile default`"
            ),
        );
    }
}

#[test]
fn responses_of_the_portal() {
    let table = [
        (401, "{}", "SSO rejected the token; sign in with `aws sso login --profile default`"),
        (
            403,
            r#"{"message": "No access"}"#,
            "SSO returned no credentials for the role `Ad min` in account 123456789012: No access \
             (HTTP 403)",
        ),
        (200, "{}", "the response from SSO has no `roleCredentials`"),
    ];
    for (status, body, expected) in table {
        let portal = Fake::new([(status, body.to_owned())]);
        let environment =
            environment(&[("AWS_ENDPOINT_URL_SSO", &portal.url())], SESSION).file(CACHE, token("2026-11-22T12:00:00Z"));
        let error = search(&environment).unwrap_err();
        assert_eq!(error, format!("profile `default`: {expected}"));
    }
}

#[test]
fn a_pseudo_region_selects_fips_endpoints_of_the_clients_region_only() {
    for (config, cached, url) in [
        (SESSION, token("2026-11-22T12:00:00Z"), "https://portal.sso.eu-west-1.amazonaws.com/"),
        (SESSION, renewable("2026-11-22T09:00:00Z"), "https://oidc.eu-west-1.amazonaws.com/"),
        (super::sts::ROLE, String::new(), "https://sts-fips.eu-west-1.amazonaws.com/"),
    ] {
        let nowhere = Arc::new(Nowhere::default());
        let environment = environment(&[("AWS_REGION", "fips-eu-west-1")], config).file(CACHE, cached);
        search_through(&environment, nowhere.clone()).unwrap_err();
        let urls = nowhere.urls.lock().unwrap();
        assert!(urls[0].starts_with(url), "{urls:?}");
    }
}

#[test]
fn the_endpoint_of_the_portal_depends_on_the_region() {
    let nowhere = Arc::new(Nowhere::default());
    let environment = environment(&[], SESSION).file(CACHE, token("2026-11-22T12:00:00Z"));
    assert!(search_through(&environment, nowhere.clone()).is_err());
    let urls = nowhere.urls.lock().unwrap();
    assert!(urls[0].starts_with("https://portal.sso.eu-west-1.amazonaws.com/"), "{urls:?}");

    let nowhere = Arc::new(Nowhere::default());
    let fips = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true")];
    let environment = super::environment(&fips, SESSION).file(CACHE, renewable("2026-11-22T10:02:00Z"));
    assert!(search_through(&environment, nowhere.clone()).is_err());
    let urls = nowhere.urls.lock().unwrap();
    assert_eq!(urls[0], "https://oidc-fips.eu-west-1.api.aws/token");
    assert!(urls[1].starts_with("https://portal.sso-fips.eu-west-1.api.aws/"), "{urls:?}");
}
