//! Tests credentials and regions from the instance metadata service of EC2.

use super::fake::{Nowhere, Silent};
use super::*;
use simba_runtime::testing::ManualClock;

pub(super) const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

pub(super) fn on(vars: &[(&str, &str)], config: &str) -> Environment {
    let vars = [("HOME", "/home/me")].into_iter().chain(vars.iter().copied());
    Environment::fixed(vars).file("/home/me/.aws/config", config)
}

pub(super) fn ok(text: &str) -> (u16, String) {
    (200, text.to_owned())
}

fn none() -> (u16, String) {
    (404, "none".to_owned())
}

#[test]
fn the_session_the_role_and_its_credentials_are_requested() {
    let credentials = json("ROLE").replace("\"Token\"", "\"AccountId\": \"123456789012\", \"Token\"");
    let fake = Fake::new([ok("to-ken"), ok("my-role\n"), (200, credentials)]);
    assert_eq!(search(&on(&[(ENDPOINT, &fake.url())], "")), Ok(expected("ROLE").account_id("123456789012")));
    assert_eq!(
        fake.lines(),
        [
            "PUT /latest/api/token",
            "GET /latest/meta-data/iam/security-credentials-extended/",
            "GET /latest/meta-data/iam/security-credentials-extended/my-role",
        ]
    );
    let seen = fake.seen();
    assert_eq!(seen[0].header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!(seen[1].header("x-aws-ec2-metadata-token"), Some("to-ken"));
    assert_eq!(seen[2].header("x-aws-ec2-metadata-token"), Some("to-ken"));
}

/// Once the extended API has been found to be missing, later refreshes use only the basic API.
#[test]
fn an_instance_may_lack_the_extended_api() {
    let fake = Fake::new([
        ok("t"),
        none(),
        ok("r"),
        (200, json("ONE")),
        ok("t"),
        ok("r"),
        until("TWO", "2026-11-22T16:00:00Z"),
    ]);
    let clock = ManualClock::skipping();
    clock.set(at(NOW));
    let cache = cache_of(&on(&[(ENDPOINT, &fake.url())], ""), &clock);
    assert_eq!(*block_on(cache.get()).unwrap(), expected("ONE"));
    clock.set(at(NOW + 3600));
    assert_eq!(block_on(cache.get()).unwrap().access_key_id, "TWO");
    let (role, basic) =
        ("GET /latest/meta-data/iam/security-credentials/r", "GET /latest/meta-data/iam/security-credentials/");
    let (extended, token) = ("GET /latest/meta-data/iam/security-credentials-extended/", "PUT /latest/api/token");
    assert_eq!(fake.lines(), [token, extended, basic, role, token, basic, role]);

    let fake = Fake::new([ok("t"), none(), (200, json("ROLE"))]);
    let vars = [(ENDPOINT, &*fake.url()), ("AWS_EC2_INSTANCE_PROFILE_NAME", "r")];
    assert_eq!(search(&on(&vars, "")), Ok(expected("ROLE")));
    assert_eq!(fake.lines(), [token, "GET /latest/meta-data/iam/security-credentials-extended/r", role]);
}

#[test]
fn the_profile_can_set_the_role_and_the_endpoint() {
    let fake = Fake::new([ok("token"), (200, json("ROLE"))]);
    let config = format!("[default]\nec2_metadata_service_endpoint = {}/", fake.url());
    let vars = [("AWS_EC2_INSTANCE_PROFILE_NAME", "named")];
    assert_eq!(search(&on(&vars, &config)), Ok(expected("ROLE")));
    assert_eq!(fake.lines()[1], "GET /latest/meta-data/iam/security-credentials-extended/named");
}

#[test]
fn the_metadata_service_can_be_disabled() {
    let nowhere = Arc::new(Nowhere::default());
    let environment = on(&[("AWS_EC2_METADATA_DISABLED", "TRUE")], "");
    let error = search_through(&environment, nowhere.clone()).unwrap_err();
    assert!(error.contains("disabled by AWS_EC2_METADATA_DISABLED"), "{error}");
    let profile = "[default]\ndisable_ec2_metadata = true";
    let error = search_through(&on(&[], profile), nowhere.clone()).unwrap_err();
    let origin = "/home/me/.aws/config:2: `disable_ec2_metadata` in [default]";
    assert!(error.contains(&format!("disabled by {origin}")), "{error}");
    assert!(nowhere.urls.lock().unwrap().is_empty());
    let off = on(&[("AWS_EC2_METADATA_DISABLED", "false")], profile);
    assert!(search_through(&off, nowhere.clone()).unwrap_err().contains("nothing gets through"));
}

/// The error for an invalid setting contains the name of the variable, or the file and line of the setting.
#[test]
fn invalid_settings_are_errors() {
    for (variable, key, value, expected) in [
        ("AWS_EC2_METADATA_DISABLED", "disable_ec2_metadata", "1", "expected `true` or `false`"),
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "ec2_metadata_service_endpoint_mode",
            "IPv5",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: invalid value `IPv5`; expected `IPv4` or `IPv6`",
        ),
        (ENDPOINT, "ec2_metadata_service_endpoint", "169.254.169.254", ""),
        (ENDPOINT, "ec2_metadata_service_endpoint", "ftp://x", ""),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "0.5", "expected an integer of at least 1"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "0", "an integer of at least 1"),
    ] {
        let error = search(&on(&[(variable, value)], "")).unwrap_err();
        assert!(error.starts_with(variable) && error.ends_with(expected), "{error}");
        let error = search(&on(&[], &format!("[default]\n{key} = {value}"))).unwrap_err();
        assert!(error.starts_with(&format!("/home/me/.aws/config:2: `{key}` in [default]")), "{error}");
    }
}

#[test]
fn the_endpoint_of_the_metadata_service_can_be_set() {
    let mode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    for (vars, url) in [
        (&[][..], "http://169.254.169.254/latest/api/token"),
        (&[(mode, "ipv4")], "http://169.254.169.254/latest/api/token"),
        (&[(mode, "IPv6")], "http://[fd00:ec2::254]/latest/api/token"),
    ] {
        let nowhere = Arc::new(Nowhere::default());
        assert!(search_through(&on(vars, ""), nowhere.clone()).is_err());
        assert_eq!(*nowhere.urls.lock().unwrap(), [url]);
    }
}

#[test]
fn without_a_response_there_is_no_instance() {
    let error = search_through(&on(&[], ""), Arc::new(Silent)).unwrap_err();
    assert!(
        error.contains("; no EC2 instance metadata: no response from http://169.254.169.254 within 1s; set"),
        "{error}",
    );
}

#[test]
fn the_number_of_attempts_may_be_large() {
    let environment = on(&[("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "100")], "");
    let error = search_through(&environment, Arc::new(Silent)).unwrap_err();
    assert!(error.contains("no response from http://169.254.169.254 within 1s"), "{error}");
}

#[test]
fn responses_of_the_metadata_service() {
    let no_role = "the EC2 instance has no role attached";
    let refused = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no trust"}"#;
    let table = [
        ([(403, "off".into()), ok(""), ok("")], "EC2 instance metadata returned no token: off (HTTP 403)"),
        ([ok("t"), none(), none()], no_role),
        ([ok("t"), ok(""), ok("")], no_role),
        ([ok("t"), (401, "who?".into()), ok("")], "EC2 instance metadata returned who? (HTTP 401)"),
    ];
    for (responses, expected) in table {
        let fake = Fake::new(responses);
        let error = search(&on(&[(ENDPOINT, &fake.url())], "")).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let fake = Fake::new([ok("t"), ok("r"), ok(refused)]);
    assert_eq!(
        search(&on(&[(ENDPOINT, &fake.url())], "")).unwrap_err(),
        "EC2 instance metadata, role `r`: AssumeRoleUnauthorizedAccess: no trust",
    );
}

#[test]
fn a_server_error_is_retried_at_every_step() {
    let busy = || (503, "busy".to_owned());
    let fake = Fake::new([busy(), ok("t"), busy(), busy(), ok("r"), busy(), (200, json("ROLE"))]);
    assert_eq!(search(&on(&[(ENDPOINT, &fake.url())], "")), Ok(expected("ROLE")));

    let fake = Fake::new([busy(), busy(), busy()]);
    let error = search(&on(&[(ENDPOINT, &fake.url())], "")).unwrap_err();
    assert_eq!(error, "EC2 instance metadata returned no token: busy (HTTP 503)");
}

#[test]
fn the_number_of_attempts_may_be_one() {
    let fake = Fake::new([(503, "busy".to_owned()), ok("t")]);
    let environment = on(&[(ENDPOINT, &fake.url()), ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")], "");
    assert!(search(&environment).is_err());
    assert_eq!(fake.lines().len(), 1);
}

/// Returns a response with credentials that expire at the given time.
pub(super) fn until(id: &str, expiration: &str) -> (u16, String) {
    (200, json(id).replace("2026-11-22T11:00:00Z", expiration))
}

fn cache_of(environment: &Environment, clock: &ManualClock) -> Arc<simba_runtime::credentials::CredentialsCache> {
    let transport: Arc<dyn Transport> = Arc::new(Direct);
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    simba_runtime::__private::components::credentials(
        &crate::from_environment(environment).unwrap(),
        &transport,
        &clock,
    )
}

/// Returns the number of seconds for which expired credentials stay in use.
fn extension(credentials: &Credentials, clock: &ManualClock) -> u64 {
    credentials.expiry.unwrap().duration_since(clock.now()).unwrap().as_secs()
}

#[test]
fn expired_credentials_are_used_while_the_service_is_unavailable() {
    let away = || (503, "away".to_owned());
    let fake = Fake::new([
        ok("t"),
        ok("r"),
        (200, json("OLD")),
        // There is one refresh before the expiry and two after it. Then the service is available again.
        away(),
        away(),
        away(),
        ok("t"),
        away(),
        away(),
        away(),
        ok("t"),
        none(),
        none(),
        ok("t"),
        ok("r"),
        until("NEW", "2026-11-22T16:00:00Z"),
    ]);
    let clock = ManualClock::skipping();
    clock.set(at(NOW));
    let cache = cache_of(&on(&[(ENDPOINT, &fake.url())], ""), &clock);
    let get = || block_on(cache.get()).unwrap();
    assert_eq!(*get(), expected("OLD"));

    clock.set(at(NOW + 3400));
    assert_eq!(*get(), expected("OLD"), "still valid");
    let mut expiries = Vec::new();
    for _ in 0..2 {
        clock.set(expiries.last().copied().unwrap_or(at(NOW + 3600)));
        let credentials = get();
        assert_eq!(credentials.access_key_id, "OLD");
        let left = extension(&credentials, &clock);
        assert!((300..=600).contains(&left), "{left}");
        expiries.push(credentials.expiry.unwrap());
        assert_eq!(*get(), *credentials, "it is not requested again at once");
    }
    clock.set(expiries[1]);
    assert_eq!(get().access_key_id, "NEW");
}

#[test]
fn credentials_that_have_expired_when_they_are_returned_are_used_too() {
    let fake = Fake::new([ok("t"), ok("r"), until("OLD", "2026-11-22T09:00:00Z")]);
    let clock = ManualClock::skipping();
    clock.set(at(NOW));
    let credentials = block_on(cache_of(&on(&[(ENDPOINT, &fake.url())], ""), &clock).get()).unwrap();
    let left = extension(&credentials, &clock);
    assert!((300..=600).contains(&left), "{left}");
}

#[test]
fn a_role_is_assumed_with_credentials_of_the_instance_that_have_expired() {
    let fake = Fake::new([ok("t"), ok("r"), (200, json("OLD")), none()]);
    let sts = Fake::new([(200, super::sts::xml("AssumeRole", "ONE")), (200, super::sts::xml("AssumeRole", "TWO"))]);
    let vars = [(ENDPOINT, &*fake.url()), ("AWS_ENDPOINT_URL_STS", &*sts.url())];
    let config = "[default]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata";
    let clock = ManualClock::skipping();
    clock.set(at(NOW));
    let cache = cache_of(&on(&vars, config), &clock);
    assert_eq!(block_on(cache.get()).unwrap().access_key_id, "ONE");
    clock.set(at(NOW + 3600));
    assert_eq!(block_on(cache.get()).unwrap().access_key_id, "TWO");
    assert!(sts.seen()[1].header("authorization").unwrap().contains("Credential=OLD/"));
}

/// Loads a configuration that has no region, and adds the region of the instance as `from_env` does.
fn loaded(environment: &Environment, transport: Arc<dyn Transport>, clock: &ManualClock) -> crate::Config {
    let found = crate::load::find(environment, None).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let config = crate::from_environment(environment).unwrap();
    block_on(crate::load::with_region(config, found, &transport, &clock))
}

#[test]
fn the_region_of_the_instance_is_used() {
    let fake = Fake::new([ok("to-ken"), ok("eu-west-1\n")]);
    let clock = ManualClock::skipping();
    let config = loaded(&on(&[(ENDPOINT, &fake.url())], ""), Arc::new(Direct), &clock);
    assert_eq!(config.region(), Some("eu-west-1"));
    assert_eq!(fake.lines(), ["PUT /latest/api/token", "GET /latest/meta-data/placement/region"]);
    assert_eq!(fake.seen()[1].header("x-aws-ec2-metadata-token"), Some("to-ken"));
}

#[test]
fn a_region_that_is_set_takes_precedence() {
    let nobody = |_: &crate::Config| -> Arc<dyn Transport> { panic!("nothing is sent") };
    for (vars, profile) in
        [(("AWS_REGION", "us-east-2"), ""), (("AWS_PROFILE", "default"), "[default]\nregion = us-east-2")]
    {
        let config = block_on(crate::load::load_with_instance(&on(&[vars], profile), None, nobody)).unwrap();
        assert_eq!(config.region(), Some("us-east-2"));
    }
}

#[test]
fn the_error_for_a_missing_region_contains_the_reason() {
    let start = "no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the profile `default` has no \
                 `region` in /home/me/.aws/config or /home/me/.aws/credentials; ";
    let end = "; set AWS_REGION, add `region = …` to the profile, or set it in code with `.region(\"us-east-1\")`";
    let missing = |vars: &[(&str, &str)], transport: Arc<dyn Transport>| {
        let clock = ManualClock::skipping();
        let before = clock.elapsed();
        let config = loaded(&on(vars, ""), transport, &clock);
        assert_eq!(config.region(), None);
        (config.missing_region().to_string(), clock.elapsed() - before)
    };
    let (silent, waited) = missing(&[], Arc::new(Silent));
    let reason = "no EC2 instance metadata: no response from http://169.254.169.254 within 1s";
    assert_eq!(silent, format!("{start}{reason}{end}"));
    assert_eq!(waited, Duration::from_secs(1));
    let nowhere = Arc::new(Nowhere::default());
    let (disabled, _) = missing(&[("AWS_EC2_METADATA_DISABLED", "true")], nowhere.clone());
    assert_eq!(disabled, format!("{start}EC2 instance metadata is disabled by AWS_EC2_METADATA_DISABLED{end}"));
    assert!(nowhere.urls.lock().unwrap().is_empty());
    for (response, reason) in [
        (none(), "EC2 instance metadata returned none (HTTP 404)"),
        (ok("evil.com/"), "EC2 instance metadata returned an invalid region: `evil.com/`"),
    ] {
        let fake = Fake::new([ok("t"), response]);
        let (error, _) = missing(&[(ENDPOINT, &fake.url())], Arc::new(Direct));
        assert_eq!(error, format!("{start}{reason}{end}"));
    }
}

#[tokio::test]
async fn the_region_is_requested_over_the_built_in_transport() {
    use simba_runtime::__private::components;

    let fake = Fake::new([ok("t"), ok("eu-west-1")]);
    let environment = on(&[(ENDPOINT, &fake.url())], "");
    let config = crate::load::load_with_instance(&environment, None, components::transport).await.unwrap();
    assert_eq!(config.region(), Some("eu-west-1"));
}

#[cfg(feature = "blocking")]
#[test]
fn the_region_is_requested_over_the_blocking_transport() {
    use simba_runtime::__private::components;

    let fake = Fake::new([ok("t"), ok("eu-west-1")]);
    let environment = on(&[(ENDPOINT, &fake.url())], "");
    let config = block_on(crate::load::load_with_instance(&environment, None, components::blocking_transport)).unwrap();
    assert_eq!(config.region(), Some("eu-west-1"));
}
