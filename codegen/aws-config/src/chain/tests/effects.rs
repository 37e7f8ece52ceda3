//! Tests that every documented variable and key has an effect.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;

use http::{Request, Response};

use super::*;
use simba_runtime::__private::components;
use simba_runtime::body::Body;
use simba_runtime::credentials::Token;
use simba_runtime::timeout::TimeoutKind;
use simba_runtime::transport::{Settings, TransportError, TransportErrorKind};

/// A transport that records requests. It responds only to requests for a token of the instance metadata service.
#[derive(Debug, Default)]
struct Recorder(Mutex<String>);

impl Transport for Recorder {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let timeout = request.extensions().get::<Settings>().unwrap().attempt_timeout;
        let (method, uri, body) = (request.method(), request.uri(), request.body().as_bytes());
        let authorization =
            request.headers().get("authorization").map(|value| String::from_utf8_lossy(value.as_bytes()));
        let mut log = self.0.lock().unwrap();
        writeln!(log, "{method} {uri} {authorization:?} {body:?} {timeout:?}").unwrap();
        let response = match uri.path() {
            "/latest/api/token" => Ok(Response::new(Body::from("token"))),
            _ => {
                let kind = TransportErrorKind::Timeout(TimeoutKind::Read);
                Err(TransportError::new(kind, "no response"))
            }
        };
        Box::pin(std::future::ready(response))
    }
}

/// Returns everything that depends on settings: the configuration, the requests for credentials, and their results.
fn outcome(environment: &Environment) -> String {
    let config = match crate::from_environment(environment) {
        Ok(config) => config,
        Err(error) => return error.to_string(),
    };
    let recorder = Arc::new(Recorder::default());
    let transport: Arc<dyn Transport> = recorder.clone();
    let clock: Arc<dyn Clock> = Arc::new(Still);
    let credentials = block_on(components::credentials(&config, &transport, &clock).get());
    let secrets = credentials.as_ref().map(|found| (found.secret_access_key.clone(), found.session_token.clone()));
    let token = block_on(components::token(&config, &transport, &clock, "bedrock").get());
    // The sources of credentials and tokens are replaced, because their `Debug` output contains all settings, whether
    // they are used or not.
    let rest =
        config.to_builder().credentials_provider(Credentials::new("", "")).token_provider(Token::new("")).build();
    let requests = recorder.0.lock().unwrap().clone();
    format!(
        "{rest:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {credentials:?} {secrets:?} {token:?} {requests}",
        config.endpoint_url_for("FSx"),
        config.account_id_endpoint_mode(),
        config.auth_scheme_preference(),
        config.sigv4a_signing_region_set(),
        config.host_prefix(),
        config.clock_skew_correction(),
        config.min_compression_size(),
        config.ca_bundle(),
        config.execution_env(),
        config.endpoint_url_for("STS"),
    )
}

const KEYS: &str = "aws_access_key_id = K\naws_secret_access_key = s";
const ROLE: &str = "role_arn = r\nsource_profile = default\nrole_session_name = n\naws_access_key_id = K\n\
                    aws_secret_access_key = s";
const SSO: &str = "sso_start_url = abc\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r";
const VARIABLES: &[(&str, &str)] = &[("AWS_ACCESS_KEY_ID", "K"), ("AWS_SECRET_ACCESS_KEY", "s")];
const WEB_IDENTITY: &[(&str, &str)] =
    &[("AWS_ROLE_ARN", "r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_SESSION_NAME", "n")];
const FULL_URI: &[(&str, &str)] = &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x")];

/// A setting: its name and its value, followed by the variables and the contents of the profile without which it has no
/// effect.
type Sample = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

/// A sample for each documented variable and key.
#[rustfmt::skip]
const SETTINGS: &[Sample] = &[
    ("AWS_PROFILE", "other", &[], ""),
    ("AWS_CONFIG_FILE", "/none", &[], KEYS),
    ("AWS_SHARED_CREDENTIALS_FILE", "/keys", &[], ""),
    ("AWS_REGION", "eu-west-1", &[], ""),
    ("AWS_DEFAULT_REGION", "eu-west-1", &[], ""),
    ("region", "eu-west-1", &[], ""),
    ("AWS_USE_FIPS_ENDPOINT", "true", &[], ""),
    ("use_fips_endpoint", "true", &[], ""),
    ("AWS_USE_DUALSTACK_ENDPOINT", "true", &[], ""),
    ("use_dualstack_endpoint", "true", &[], ""),
    ("AWS_ENDPOINT_URL_FSX", "http://fsx", &[], ""),
    ("services", "own", &[], ""),
    ("AWS_ENDPOINT_URL", "http://all", &[], ""),
    ("endpoint_url", "http://all", &[], ""),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", &[("AWS_ENDPOINT_URL", "http://all")], ""),
    ("ignore_configured_endpoint_urls", "true", &[("AWS_ENDPOINT_URL", "http://all")], ""),
    ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true", &[], ""),
    ("disable_host_prefix_injection", "true", &[], ""),
    ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required", &[], ""),
    ("account_id_endpoint_mode", "required", &[], ""),
    ("AWS_AUTH_SCHEME_PREFERENCE", "sigv4a", &[], ""),
    ("auth_scheme_preference", "sigv4a", &[], ""),
    ("AWS_SIGV4A_SIGNING_REGION_SET", "*", &[], ""),
    ("sigv4a_signing_region_set", "*", &[], ""),
    ("AWS_RETRY_MODE", "adaptive", &[], ""),
    ("retry_mode", "adaptive", &[], ""),
    ("AWS_MAX_ATTEMPTS", "7", &[], ""),
    ("max_attempts", "7", &[], ""),
    ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "true", &[], ""),
    ("disable_clock_skew_correction", "true", &[], ""),
    ("AWS_DEFAULTS_MODE", "in-region", &[], ""),
    ("defaults_mode", "in-region", &[], ""),
    ("AWS_CA_BUNDLE", "/token", &[], ""),
    ("ca_bundle", "/token", &[], ""),
    ("AWS_SDK_UA_APP_ID", "mine", &[], ""),
    ("sdk_ua_app_id", "mine", &[], ""),
    ("AWS_DISABLE_REQUEST_COMPRESSION", "true", &[], ""),
    ("disable_request_compression", "true", &[], ""),
    ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "1", &[], ""),
    ("request_min_compression_size_bytes", "1", &[], ""),
    ("AWS_ACCESS_KEY_ID", "K", &[("AWS_SECRET_ACCESS_KEY", "s")], ""),
    ("aws_access_key_id", "K", &[], "aws_secret_access_key = s"),
    ("AWS_SECRET_ACCESS_KEY", "s", &[("AWS_ACCESS_KEY_ID", "K")], ""),
    ("aws_secret_access_key", "s", &[], "aws_access_key_id = K"),
    ("AWS_SESSION_TOKEN", "t", VARIABLES, ""),
    ("aws_session_token", "t", &[], KEYS),
    ("AWS_CREDENTIAL_EXPIRATION", "2026-11-22T11:00:00Z", VARIABLES, ""),
    ("AWS_ACCOUNT_ID", "1", VARIABLES, ""),
    ("aws_account_id", "1", &[], KEYS),
    ("AWS_BEARER_TOKEN_BEDROCK", "t", &[], ""),
    ("AWS_ROLE_ARN", "other", WEB_IDENTITY, ""),
    ("role_arn", "other", &[], "source_profile = other"),
    ("AWS_ROLE_SESSION_NAME", "other", WEB_IDENTITY, ""),
    ("role_session_name", "other", &[], ROLE),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "/keys", WEB_IDENTITY, ""),
    ("web_identity_token_file", "/token", &[], ROLE),
    ("source_profile", "other", &[], ROLE),
    ("credential_source", "EcsContainer", FULL_URI, "role_arn = r"),
    ("external_id", "external", &[], ROLE),
    ("duration_seconds", "900", &[], ROLE),
    ("mfa_serial", "m", &[], ROLE),
    ("credential_process", "none", &[], ""),
    ("login_session", "arn", &[], ""),
    ("AWS_LOGIN_CACHE_DIRECTORY", "/other", &[], "login_session = arn"),
    ("sso_session", "corp", &[], "sso_account_id = 1\nsso_role_name = r"),
    ("sso_start_url", "other", &[], SSO),
    ("sso_region", "us-east-1", &[], SSO),
    ("sso_account_id", "2", &[], SSO),
    ("sso_role_name", "other", &[], SSO),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x", &[], ""),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x", &[], ""),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "t", FULL_URI, ""),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token", FULL_URI, ""),
    ("AWS_EC2_METADATA_DISABLED", "true", &[], ""),
    ("disable_ec2_metadata", "true", &[], ""),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://localhost", &[], ""),
    ("ec2_metadata_service_endpoint", "http://localhost", &[], ""),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6", &[], ""),
    ("ec2_metadata_service_endpoint_mode", "IPv6", &[], ""),
    ("AWS_METADATA_SERVICE_TIMEOUT", "7", &[], ""),
    ("metadata_service_timeout", "7", &[], ""),
    ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "7", &[], ""),
    ("metadata_service_num_attempts", "7", &[], ""),
    ("AWS_EC2_INSTANCE_PROFILE_NAME", "mine", &[], ""),
    ("ec2_instance_profile_name", "mine", &[], ""),
    ("AWS_EXECUTION_ENV", "mine", &[], ""),
    ("AWS_LAMBDA_FUNCTION_NAME", "mine", &[], ""),
];

/// Returns an environment with the given variables, and the given settings in the `default` profile.
fn environment(vars: &[(&str, &str)], profile: &str) -> Environment {
    let sections = "[profile other]\naws_access_key_id = OTHER\naws_secret_access_key = s\n[sso-session corp]\n\
                    sso_region = eu-west-1\nsso_start_url = abc\n[services own]\nfsx =\n  endpoint_url = http://own\n";
    Environment::fixed(vars.iter().copied().chain([("HOME", "/home/me")]))
        .file("/home/me/.aws/config", format!("[default]\n{profile}\n{sections}"))
        .file(
            "/home/me/.aws/sso/cache/a9993e364706816aba3e25717850c26c9cd0d89d.json",
            super::sso::token("2026-11-22T12:00:00Z"),
        )
        .file("/token", "a token")
        .file("/keys", format!("[default]\n{KEYS}\n"))
}

#[test]
fn every_variable_and_key_has_an_effect() {
    let mut without_effect = Vec::new();
    for (name, value, vars, profile) in SETTINGS {
        let others: Vec<_> = vars.iter().copied().filter(|(other, _)| other != name).collect();
        let (others, setting) = (others.as_slice(), format!("{profile}\n{name} = {value}"));
        let with = match name.starts_with("AWS_") {
            true => environment(&[others, &[(name, value)]].concat(), profile),
            false => environment(vars, &setting),
        };
        let (with, without) = (outcome(&with), outcome(&environment(others, profile)));
        if with == without {
            without_effect.push(*name);
        }
        assert_eq!(outcome(&environment(others, profile)), without, "{name}: the outcome is always the same");
    }
    assert!(without_effect.is_empty(), "{without_effect:?}");
}

/// Returns the environment of a sample with a different value for its setting, or without the setting.
fn environment_of((name, _, vars, profile): &Sample, value: Option<&str>) -> Environment {
    let mut vars: Vec<_> = vars.iter().copied().filter(|(other, _)| other != name).collect();
    let lines = profile.lines().filter(|line| line.split(" =").next() != Some(*name));
    let mut profile: Vec<_> = lines.map(str::to_owned).collect();
    match value {
        Some(value) if name.starts_with("AWS_") => vars.push((name, value)),
        Some(value) => profile.push(format!("{name} = {value}")),
        None => {}
    }
    environment(&vars, &profile.join("\n"))
}

#[test]
fn an_empty_variable_or_key_is_treated_as_not_set() {
    let mut with_effect = Vec::new();
    for sample in SETTINGS {
        let without = outcome(&environment_of(sample, None));
        for blank in ["", "  \t", " \r"] {
            if outcome(&environment_of(sample, Some(blank))) != without {
                with_effect.push((sample.0, blank));
            }
        }
    }
    assert!(with_effect.is_empty(), "{with_effect:?}");
}

/// Checks that no value causes a panic, and that every error message is one line.
#[test]
fn values_of_any_kind() {
    let long = "x".repeat(100_000);
    let values = [
        "\u{1b}[31m\u{0}",
        "%s %00 \u{202e}",
        "ä\u{10ffff}",
        "-1",
        "99999999999999999999",
        "[default]",
        "a=b:c",
        "~",
        "/",
        &long,
    ];
    for sample in SETTINGS {
        for value in values {
            let environment = environment_of(sample, Some(value));
            if let Err(error) = crate::from_environment(&environment) {
                let error = error.to_string();
                assert!(!error.contains(char::is_control), "{}: {error:?}", sample.0);
            }
            outcome(&environment);
        }
    }
}

#[test]
fn the_settings_with_an_effect_are_those_that_are_documented() {
    let page = include_str!("../../settings.md");
    let rows = page.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| "));
    let cells = rows.skip(1).flat_map(|row| row.split('|').skip(1).take(2));
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).take(2));
    let documented: BTreeSet<String> = names
        .map(|name| name.replace("ENDPOINT_URL_<SERVICE>", "ENDPOINT_URL_FSX").replace("<SERVICE>", "BEDROCK"))
        .collect();
    let tried: BTreeSet<String> = SETTINGS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(tried, documented);
}
