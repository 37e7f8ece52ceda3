//! Tests login sessions with a fake of AWS Sign-In.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::fake::{Nowhere, Responder};
use super::*;
use crate::chain::login::dpop::tests::SEC1;
use simba_runtime::testing::ManualClock;

const ARN: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
pub(super) const PROFILE: &str = "[default]\nregion = us-east-1\n\
                       login_session = arn:aws:sts::012345678910:assumed-role/Admin/admin\n";
/// The name of the session's file in the cache, which contains the SHA-256 hash of [`ARN`].
const FILE: &str = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
const HINT: &str = "; run `aws login --profile default`";

pub(super) fn path() -> String {
    format!("/home/me/.aws/login/cache/{FILE}")
}

/// Returns a session whose credentials expire at the given time.
fn session(expires_at: &str) -> Value {
    json!({
        "accessToken": {
            "accessKeyId": "OLD",
            "secretAccessKey": "s/e+c",
            "sessionToken": "to&ken",
            "accountId": "123456789012",
            "expiresAt": expires_at,
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "first",
        "idToken": "kept",
        "dpopKey": SEC1,
    })
}

fn expired() -> Value {
    session("2026-11-22T09:00:00Z")
}

/// Returns a response with credentials that expire after 15 minutes.
fn refreshed(id: &str, refresh_token: &str) -> (u16, String) {
    let access = json!({ "accessKeyId": id, "secretAccessKey": "s/e+c", "sessionToken": "to&ken" });
    let body = json!({
        "accessToken": access,
        "tokenType": "aws_sigv4",
        "expiresIn": 900,
        "refreshToken": refresh_token,
    });
    (200, body.to_string())
}

fn logged_in(id: &str, expiry: u64) -> Credentials {
    expected(id).expiry(at(expiry)).account_id("123456789012")
}

fn refusal(error: &str) -> (u16, String) {
    (400, json!({ "error": error, "message": "no" }).to_string())
}

fn on(vars: &[(&str, &str)], session: &Value) -> Environment {
    environment(vars, PROFILE).file(path(), session.to_string())
}

fn stored(environment: &Environment) -> Value {
    serde_json::from_slice(&environment.read(Path::new(&path())).unwrap()).unwrap()
}

fn part(proof: &str, index: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(proof.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

#[test]
fn valid_credentials_are_used() {
    let found = search(&on(&[], &session("2026-11-22T11:00:00Z")));
    assert_eq!(found, Ok(logged_in("OLD", NOW + 3600)));
}

#[test]
fn the_directory_of_the_cache_can_be_set() {
    for directory in ["~/elsewhere", "/home/me/elsewhere/"] {
        let environment = environment(&[("AWS_LOGIN_CACHE_DIRECTORY", directory)], PROFILE)
            .file(format!("/home/me/elsewhere/{FILE}"), session("2026-11-22T11:00:00Z").to_string());
        assert_eq!(search(&environment), Ok(logged_in("OLD", NOW + 3600)));
    }
}

#[test]
fn expired_credentials_are_refreshed_and_stored() {
    let sign_in = Fake::new([refreshed("NEW", "second")]);
    let environment = on(&[("AWS_ENDPOINT_URL_SIGNIN", &sign_in.url())], &expired());
    assert_eq!(search(&environment), Ok(logged_in("NEW", NOW + 900)));
    let seen = &sign_in.seen()[0];
    assert_eq!(seen.line, "POST /v1/token");
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(
        serde_json::from_str::<Value>(&seen.body).unwrap(),
        json!({
            "clientId": "arn:aws:signin:::devtools/same-device",
            "grantType": "refresh_token",
            "refreshToken": "first",
        }),
    );
    let mut content = session("2026-11-22T10:15:00Z");
    content["accessToken"]["accessKeyId"] = "NEW".into();
    content["refreshToken"] = "second".into();
    assert_eq!(stored(&environment), content);
}

#[test]
fn each_attempt_has_its_own_proof() {
    let sign_in = Fake::new([(503, String::new()), refreshed("NEW", "second")]);
    assert!(search(&on(&[("AWS_ENDPOINT_URL_SIGNIN", &sign_in.url())], &expired())).is_ok());
    let proofs: Vec<_> = sign_in.seen().iter().map(|seen| seen.header("dpop").unwrap().to_owned()).collect();
    let claims: Vec<_> = proofs.iter().map(|proof| part(proof, 1)).collect();
    assert_eq!(claims[0]["htu"], format!("{}/v1/token", sign_in.url()));
    assert_eq!((&claims[0]["htm"], &claims[0]["iat"]), (&"POST".into(), &NOW.into()));
    assert_ne!(claims[0]["jti"], claims[1]["jti"]);
    assert_eq!(part(&proofs[0], 0)["alg"], "ES256");
}

#[test]
fn credentials_are_refreshed_shortly_before_they_expire() {
    let sign_in = Fake::new([refreshed("ONE", "second"), refreshed("TWO", "third")]);
    let environment = on(&[("AWS_ENDPOINT_URL_SIGNIN", &sign_in.url())], &expired());
    let clock = ManualClock::skipping();
    clock.set(at(NOW));
    let transport: Arc<dyn Transport> = Arc::new(Direct);
    let config = crate::from_environment(&environment).unwrap();
    let cache = simba_runtime::__private::components::credentials(
        &config,
        &transport,
        &(Arc::new(clock.clone()) as Arc<dyn Clock>),
    );
    let id = || block_on(cache.get()).unwrap().access_key_id.clone();
    for (seconds, expected) in [(0, "ONE"), (600, "ONE"), (700, "TWO"), (1300, "TWO")] {
        clock.set(at(NOW + seconds));
        assert_eq!(id(), expected, "after {seconds} s");
    }
    assert!(sign_in.seen()[1].body.contains("second"));
}

#[test]
fn a_failed_refresh_keeps_credentials_that_are_still_valid() {
    let sign_in = Fake::new([refusal("TOKEN_EXPIRED")]);
    let environment = on(&[("AWS_ENDPOINT_URL_SIGNIN", &sign_in.url())], &session("2026-11-22T10:02:00Z"));
    assert_eq!(search(&environment), Ok(logged_in("OLD", NOW + 120)));
    assert_eq!(sign_in.lines().len(), 1);
}

/// Another program refreshes the session at the same time, so the refresh token of this program has already been used.
/// The session that the other program has stored is used instead.
#[test]
fn a_session_that_another_program_has_refreshed_is_used() {
    let environment = on(&[], &expired());
    let other = environment.clone();
    let transport = Responder(move |_: &_| {
        let theirs = session("2026-11-22T10:15:00Z").to_string().replace("OLD", "THEIRS").replace("first", "second");
        other.replace(Path::new(&path()), theirs.as_bytes()).unwrap();
        refusal("TOKEN_EXPIRED")
    });
    assert_eq!(search_through(&environment, Arc::new(transport)), Ok(logged_in("THEIRS", NOW + 900)));
}

#[test]
fn sessions_that_cannot_be_used_are_errors() {
    let error = search(&environment(&[], PROFILE)).unwrap_err();
    assert_eq!(error, format!("profile `default`: no login session for {ARN} in {}{HINT}", path()));
    for name in ["accessToken", "refreshToken", "clientId", "dpopKey"] {
        let mut session = expired();
        session.as_object_mut().unwrap().remove(name);
        let error = search(&on(&[], &session)).unwrap_err();
        assert_eq!(error, format!("profile `default`: the login session in {} has no `{name}`{HINT}", path()));
    }
    let error = search(&on(&[], &session("soon"))).unwrap_err();
    assert_eq!(error, format!("profile `default`: the login session in {} has an invalid `expiresAt`{HINT}", path()));
    let mut session = expired();
    session["dpopKey"] = "hush".into();
    assert_eq!(
        search(&on(&[], &session)).unwrap_err(),
        format!(
            "profile `default`: the `dpopKey` of the login session in {} is not PEM; expected a P-256 key in PEM{HINT}",
            path(),
        ),
    );
}

#[test]
fn responses_without_credentials_are_errors() {
    let cannot = "the login session cannot be refreshed: ";
    let table = [
        (refusal("TOKEN_EXPIRED"), format!("the login session has expired{HINT}")),
        (refusal("USER_CREDENTIALS_CHANGED"), format!("the user's password has changed since the login{HINT}")),
        (
            refusal("INSUFFICIENT_PERMISSIONS"),
            "the user is not allowed to refresh the login session; allow the action `signin:CreateOAuth2Token`"
                .to_owned(),
        ),
        (refusal("invalid_request"), format!("{cannot}AWS Sign-In returned invalid_request: no (HTTP 400){HINT}")),
        ((400, "what?".to_owned()), format!("{cannot}AWS Sign-In returned what? (HTTP 400){HINT}")),
        ((200, "{}".to_owned()), format!("{cannot}the response from AWS Sign-In contains no credentials{HINT}")),
    ];
    for (response, expected) in table {
        let sign_in = Fake::new([response]);
        let environment = on(&[("AWS_ENDPOINT_URL_SIGNIN", &sign_in.url())], &expired());
        assert_eq!(search(&environment).unwrap_err(), format!("profile `default`: {expected}"));
        assert_eq!(stored(&environment), expired());
    }
}

#[test]
fn the_region_of_the_session_takes_precedence() {
    let mut elsewhere = expired();
    elsewhere["signInRegion"] = "eu-west-2".into();
    let mut unknown = expired();
    unknown["signInRegion"] = "".into();
    let fips: &[(&str, &str)] = &[("AWS_USE_FIPS_ENDPOINT", "true")];
    for (vars, session, url) in [
        (&[][..], expired(), "https://us-east-1.signin.aws.amazon.com/v1/token"),
        (&[], elsewhere, "https://eu-west-2.signin.aws.amazon.com/v1/token"),
        (&[], unknown, "https://us-east-1.signin.aws.amazon.com/v1/token"),
        (fips, expired(), "https://signin-fips.us-east-1.amazonaws.com/v1/token"),
    ] {
        let nowhere = Arc::new(Nowhere::default());
        let error = search_through(&on(vars, &session), nowhere.clone()).unwrap_err();
        assert!(error.contains("the login session cannot be refreshed: cannot send a request to https://"), "{error}");
        assert_eq!(*nowhere.urls.lock().unwrap(), [url]);
    }
    let mut invalid = expired();
    invalid["signInRegion"] = "evil.com/".into();
    let error = search(&on(&[], &invalid)).unwrap_err();
    assert_eq!(error, "profile `default`: invalid region `evil.com/`");
    let bare = PROFILE.replace("region = us-east-1\n", "");
    let error = search(&environment(&[], &bare).file(path(), expired().to_string())).unwrap_err();
    assert_eq!(error, "profile `default`: cannot refresh the login session without a region; set AWS_REGION");
}

#[test]
fn a_login_session_follows_keys_and_precedes_a_process() {
    let keys = "aws_access_key_id = KEYS\naws_secret_access_key = secret\n";
    let session = session("2026-11-22T11:00:00Z");
    let id = |profile: &str| {
        let environment = environment(&[], profile).file(path(), session.to_string());
        search(&environment).map(|credentials| credentials.access_key_id)
    };
    assert_eq!(id(&format!("{PROFILE}{keys}")), Ok("KEYS".to_owned()));
    assert_eq!(id(&format!("{PROFILE}credential_process = false\n")), Ok("OLD".to_owned()));
}

#[test]
fn a_role_is_assumed_by_a_user_who_is_logged_in() {
    let sts = Fake::new([(200, super::sts::xml("AssumeRole", "ROLE"))]);
    let profile =
        format!("{}[default]\nrole_arn = r\nsource_profile = user\n", PROFILE.replace("default", "profile user"));
    let vars = [("AWS_ENDPOINT_URL_STS", &*sts.url())];
    let of_user = |session: &Value| environment(&vars, &profile).file(path(), session.to_string());
    assert!(search(&of_user(&session("2026-11-22T11:00:00Z"))).is_ok());
    assert!(sts.seen()[0].header("authorization").unwrap().contains("Credential=OLD/"));
    let error = search(&of_user(&json!({}))).unwrap_err();
    assert!(error.ends_with("; run `aws login --profile user`"), "{error}");
}
