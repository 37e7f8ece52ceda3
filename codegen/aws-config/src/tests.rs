//! Tests the precedence and the errors of settings, with in-memory variables and files.

use simba_runtime::config::AccountIdEndpointMode;
use simba_runtime::retry::RetryMode;

use super::*;

type Vars<'a> = &'a [(&'a str, &'a str)];

const HOME: (&str, &str) = ("HOME", "/home/me");

fn environment(vars: Vars<'_>, config: &str) -> Environment {
    let vars = [HOME].iter().chain(vars).copied();
    Environment::fixed(vars).file("/home/me/.aws/config", config)
}

fn load(vars: Vars<'_>, config: &str) -> Config {
    from_environment(&environment(vars, config)).unwrap()
}

/// Returns the endpoint URL of a service.
fn url_for(config: &Config, service_id: &str) -> Result<Option<String>, ConfigError> {
    Ok(config.endpoint_url_for(service_id)?.map(std::borrow::Cow::into_owned))
}

fn error(vars: Vars<'_>, config: &str) -> String {
    from_environment(&environment(vars, config)).unwrap_err().to_string()
}

#[test]
fn the_region_is_loaded() {
    let profile = "[default]\nregion = from-profile\n[profile dev]\nregion = from-dev";
    let table: &[(Vars<'_>, &str, Option<&str>)] = &[
        (&[("AWS_REGION", "a"), ("AWS_DEFAULT_REGION", "b")], profile, Some("a")),
        (&[("AWS_DEFAULT_REGION", "b")], profile, Some("b")),
        (&[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "b")], profile, Some("b")),
        (&[], profile, Some("from-profile")),
        (&[("AWS_PROFILE", "dev")], profile, Some("from-dev")),
        (&[("AWS_PROFILE", "default")], "", None),
        (&[], "", None),
    ];
    for (vars, config, expected) in table {
        assert_eq!(load(vars, config).region(), *expected, "{vars:?}");
    }
    let code = load(&[("AWS_REGION", "a")], profile).to_builder().region("code").build();
    assert_eq!(code.region(), Some("code"));
}

#[test]
fn a_program_can_select_a_profile() {
    let environment = environment(
        &[("AWS_PROFILE", "other")],
        "[profile dev]\nregion = from-dev\n[profile other]\nregion = from-other",
    );
    let config = load::load(&environment, Some("dev")).unwrap();
    assert_eq!(config.region(), Some("from-dev"));
}

#[test]
fn variables_set_the_paths_of_files() {
    let environment =
        Environment::fixed([HOME, ("AWS_CONFIG_FILE", "~/mine"), ("AWS_SHARED_CREDENTIALS_FILE", "/elsewhere/keys")])
            .file("/home/me/.aws/config", "[default]\nregion = wrong")
            .file("/home/me/.aws/credentials", "[default]\nregion = wrong")
            .file("/home/me/mine", "[default]\nregion = config\nmax_attempts = 7")
            .file("/elsewhere/keys", "[default]\nregion = credentials");
    let config = from_environment(&environment).unwrap();
    assert_eq!(config.region(), Some("credentials"));
    assert_eq!(config.retry().attempts(), 7);
}

/// Checks the precedence of all sources of the endpoint URL.
#[test]
fn the_endpoint_url_is_loaded() {
    let all_vars: Vars<'_> = &[("AWS_ENDPOINT_URL_FSX", "http://var-fsx"), ("AWS_ENDPOINT_URL", "http://var")];
    let all_keys = "[default]\nservices = s\nendpoint_url = http://profile\n\
                    [services s]\nfsx =\n  endpoint_url = http://profile-fsx";
    let only_endpoint = "[default]\nendpoint_url = http://profile";
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let table: &[(Vars<'_>, &str, Option<&str>)] = &[
        (all_vars, all_keys, Some("http://var-fsx")),
        (&all_vars[1..], all_keys, Some("http://var")),
        (&[], all_keys, Some("http://profile-fsx")),
        (&[], only_endpoint, Some("http://profile")),
        (&[("AWS_ENDPOINT_URL_STS", "http://sts")], "", None),
        (&[("AWS_ENDPOINT_URL_STS", "http://sts")], only_endpoint, Some("http://profile")),
        (&[all_vars[0], all_vars[1], ignore], all_keys, None),
        (all_vars, "[default]\nignore_configured_endpoint_urls = TRUE", None),
        (&[ignore, ("AWS_ENDPOINT_URL", "no url")], "", None),
        (&[], "", None),
    ];
    for (vars, config, expected) in table {
        let config = load(vars, config);
        assert_eq!(url_for(&config, "FSx").unwrap().as_deref(), *expected, "{vars:?}");
        let code = config.to_builder().endpoint_url("http://code").build();
        assert_eq!(url_for(&code, "FSx").unwrap().as_deref(), Some("http://code"));
    }
}

#[test]
fn endpoint_urls_of_services_with_longer_names() {
    let config = load(
        &[("AWS_ENDPOINT_URL_ELASTIC_BEANSTALK", "http://a"), ("AWS_ENDPOINT_URL_SSO_OIDC", "http://b")],
        "[default]\nservices = s\n[services s]\nelastic_load_balancing =\n endpoint_url = http://c",
    );
    assert_eq!(url_for(&config, "Elastic Beanstalk").unwrap().as_deref(), Some("http://a"));
    assert_eq!(url_for(&config, "SSO-OIDC").unwrap().as_deref(), Some("http://b"));
    assert_eq!(url_for(&config, "Elastic Load Balancing").unwrap().as_deref(), Some("http://c"));
    assert_eq!(url_for(&config, "SSO").unwrap().as_deref(), None);
}

#[test]
fn switches_are_loaded() {
    for (variable, key, get) in [
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", Config::use_fips as fn(&Config) -> bool),
        ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", Config::use_dual_stack),
        ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "disable_clock_skew_correction", |config| {
            !config.clock_skew_correction()
        }),
        ("AWS_DISABLE_REQUEST_COMPRESSION", "disable_request_compression", |config| {
            config.min_compression_size().unwrap().is_none()
        }),
    ] {
        let profile = format!("[default]\n{key} = true");
        assert!(!get(&load(&[], "")), "{key}");
        assert!(get(&load(&[], &profile)), "{key}");
        assert!(get(&load(&[(variable, "True")], "")), "{key}");
        assert!(!get(&load(&[(variable, "false")], &profile)), "{key}");
    }
    let code = load(&[("AWS_USE_FIPS_ENDPOINT", "true")], "").to_builder().use_fips(false).build();
    assert!(!code.use_fips());
}

#[test]
fn a_pseudo_region_selects_fips_endpoints() {
    for (name, region) in [("fips-us-gov-west-1", "us-gov-west-1"), ("us-west-2-fips", "us-west-2")] {
        let config = load(&[("AWS_REGION", name), ("AWS_USE_FIPS_ENDPOINT", "false")], "");
        assert_eq!((config.region(), config.use_fips()), (Some(region), true), "{name}");
        let config = load(&[], &format!("[default]\nregion = {name}"));
        assert_eq!((config.region(), config.use_fips()), (Some(region), true), "{name}");
    }
    assert!(!load(&[("AWS_REGION", "us-west-2")], "").use_fips());
    let elsewhere = load(&[("AWS_REGION", "fips-us-west-2")], "").to_builder().region("eu-west-1").build();
    assert!(!elsewhere.use_fips(), "FIPS endpoints are selected for the pseudo region only");
}

#[test]
fn host_prefixes_can_be_disabled() {
    assert!(load(&[], "").host_prefix());
    assert!(!load(&[], "[default]\ndisable_host_prefix_injection = true").host_prefix());
    assert!(!load(&[("AWS_DISABLE_HOST_PREFIX_INJECTION", "true")], "").host_prefix());
}

#[test]
fn the_mode_of_account_based_endpoints_is_loaded() {
    let mode = |vars: Vars<'_>, config: &str| load(vars, config).account_id_endpoint_mode();
    let profile = "[default]\naccount_id_endpoint_mode = Disabled";
    assert_eq!(mode(&[], ""), AccountIdEndpointMode::Preferred);
    assert_eq!(mode(&[], profile), AccountIdEndpointMode::Disabled);
    assert_eq!(mode(&[("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required")], profile), AccountIdEndpointMode::Required);
    assert_eq!(
        error(&[("AWS_ACCOUNT_ID_ENDPOINT_MODE", "never")], ""),
        "AWS_ACCOUNT_ID_ENDPOINT_MODE: invalid value `never`; expected `preferred`, `disabled` or `required`",
    );
}

#[test]
fn authentication_schemes_are_lists() {
    let profile =
        "[default]\nauth_scheme_preference = aws.auth#sigv4a, sigv4\nsigv4a_signing_region_set = us-east-1, eu-west-1";
    let config = load(&[], profile);
    assert_eq!(config.auth_scheme_preference(), ["sigv4a", "sigv4"]);
    assert_eq!(config.sigv4a_signing_region_set(), ["us-east-1", "eu-west-1"]);
    let vars = [("AWS_AUTH_SCHEME_PREFERENCE", "no Auth"), ("AWS_SIGV4A_SIGNING_REGION_SET", "*")];
    let config = load(&vars, profile);
    assert_eq!(config.auth_scheme_preference(), ["noAuth"]);
    assert_eq!(config.sigv4a_signing_region_set(), ["*"]);
    assert!(load(&[], "").auth_scheme_preference().is_empty());
    assert_eq!(
        error(&[("AWS_AUTH_SCHEME_PREFERENCE", "sigv4,,")], ""),
        "AWS_AUTH_SCHEME_PREFERENCE: invalid value `sigv4,,`; expected names of authentication schemes, separated by \
         commas, such as `sigv4a,sigv4`",
    );
    assert_eq!(
        error(&[("AWS_SIGV4A_SIGNING_REGION_SET", "us_east")], ""),
        "AWS_SIGV4A_SIGNING_REGION_SET: invalid value `us_east`; expected regions separated by commas, or `*`",
    );
}

#[test]
fn the_mode_of_defaults_sets_the_connect_timeout() {
    let default = load(&[], "").timeouts().connect_timeout();
    let millis = |vars: Vars<'_>, config: &str| load(vars, config).timeouts().connect_timeout().unwrap().as_millis();
    for (mode, expected) in
        [("standard", 3100), ("Auto", 3100), ("in-region", 1100), ("cross-region", 3100), ("mobile", 30_000)]
    {
        assert_eq!(millis(&[("AWS_DEFAULTS_MODE", mode)], ""), expected, "{mode}");
        assert_eq!(millis(&[], &format!("[default]\ndefaults_mode = {mode}")), expected, "{mode}");
    }
    assert_eq!(load(&[("AWS_DEFAULTS_MODE", "legacy")], "").timeouts().connect_timeout(), default);
    let lambda: Vars<'_> = &[
        ("AWS_DEFAULTS_MODE", "auto"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
        ("AWS_REGION", "eu-west-1"),
    ];
    assert_eq!(millis(lambda, ""), 1100);
    let message = "AWS_DEFAULTS_MODE: invalid value `fast`; expected `auto`, `standard`, `in-region`, `cross-region`, \
                   `mobile` or `legacy`";
    assert_eq!(error(&[("AWS_DEFAULTS_MODE", "fast")], ""), message);
}

#[test]
fn retries_are_loaded() {
    let profile = "[default]\nmax_attempts = 5\nretry_mode = adaptive";
    let table: &[(Vars<'_>, &str, u32, bool)] = &[
        (&[], "", 3, false),
        (&[], profile, 5, true),
        (&[("AWS_MAX_ATTEMPTS", "9")], profile, 9, true),
        (&[("AWS_RETRY_MODE", "standard")], profile, 5, false),
        (&[("AWS_RETRY_MODE", "legacy")], profile, 5, false),
        (&[("AWS_RETRY_MODE", "adaptive"), ("AWS_MAX_ATTEMPTS", "1")], "", 1, true),
    ];
    for (vars, config, attempts, adaptive) in table {
        let config = load(vars, config);
        assert_eq!(config.retry().attempts(), *attempts, "{vars:?}");
        let is_adaptive = matches!(config.retry().mode(), RetryMode::Adaptive);
        assert_eq!(is_adaptive, *adaptive, "{vars:?}");
    }
}

#[test]
fn other_settings_are_loaded() {
    let profile = "[default]\nsdk_ua_app_id = profile\nca_bundle = ~/ca.pem\n\
                   request_min_compression_size_bytes = 5";
    let load = |vars: Vars<'_>| {
        let environment = environment(vars, profile).file("/home/me/ca.pem", "one").file("/ca.pem", "two");
        from_environment(&environment).unwrap()
    };
    let config = load(&[]);
    assert_eq!(config.app_id(), Some("profile"));
    assert_eq!(config.ca_bundle(), Some(&b"one"[..]));
    assert_eq!(config.min_compression_size(), Ok(Some(5)));
    let config = load(&[
        ("AWS_SDK_UA_APP_ID", "variable"),
        ("AWS_CA_BUNDLE", "/ca.pem"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "0"),
    ]);
    assert_eq!(config.app_id(), Some("variable"));
    assert_eq!(config.ca_bundle(), Some(&b"two"[..]));
    assert_eq!(config.min_compression_size(), Ok(Some(0)));
}

#[test]
fn every_error_contains_its_origin_its_value_and_the_allowed_values() {
    let table: &[(Vars<'_>, &str, &str)] = &[
        (
            &[("AWS_USE_FIPS_ENDPOINT", "maybe")],
            "",
            "AWS_USE_FIPS_ENDPOINT: invalid value `maybe`; expected `true` or `false`",
        ),
        (&[("AWS_MAX_ATTEMPTS", "x")], "", "AWS_MAX_ATTEMPTS: invalid value `x`; expected an integer of at least 1"),
        (&[("AWS_MAX_ATTEMPTS", "0")], "", "AWS_MAX_ATTEMPTS: invalid value `0`; expected an integer of at least 1"),
        (
            &[("AWS_RETRY_MODE", "fast")],
            "",
            "AWS_RETRY_MODE: invalid value `fast`; expected `standard`, `adaptive` or `legacy`",
        ),
        (
            &[("AWS_REGION", "us-east-1.evil.com/")],
            "",
            "AWS_REGION: invalid value `us-east-1.evil.com/`; expected a region such as \
             `us-east-1`",
        ),
        (
            &[],
            "[default]\n\nuse_fips_endpoint = perhaps",
            "/home/me/.aws/config:3: `use_fips_endpoint` in [default]: invalid value `perhaps`; expected \
             `true` or `false`",
        ),
        (
            &[("AWS_PROFILE", "prod")],
            "[profile dev]\n[default]",
            "profile `prod` not found in /home/me/.aws/config or /home/me/.aws/credentials; \
             available profiles: default, dev; check AWS_PROFILE and the paths in AWS_CONFIG_FILE and \
             AWS_SHARED_CREDENTIALS_FILE",
        ),
        (
            &[("AWS_PROFILE", "prod")],
            "[profile d\u{1b}v]",
            "profile `prod` not found in /home/me/.aws/config or /home/me/.aws/credentials; \
             available profiles: d\\u{1b}v; check AWS_PROFILE and the paths in AWS_CONFIG_FILE and \
             AWS_SHARED_CREDENTIALS_FILE",
        ),
        (
            &[("AWS_PROFILE", "\0")],
            "[profile \0]\nmax_attempts = \u{1}",
            "/home/me/.aws/config:2: `max_attempts` in [profile \\0]: invalid value `\\u{1}`; expected an integer of at least 1",
        ),
        (
            &[("AWS_PROFILE", "prod")],
            "",
            "profile `prod` not found in /home/me/.aws/config or /home/me/.aws/credentials; no profiles were found; \
             check AWS_PROFILE and the paths in AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
        ),
        (
            &[],
            "[default]\nca_bundle = /one\n  two",
            "/home/me/.aws/config:2: `ca_bundle` in [default]: the value must be on one line, but continues on line 3; \
             if that line is a separate setting, indent both lines equally",
        ),
        (&[("AWS_CA_BUNDLE", "/none.pem")], "", "cannot read /none.pem (named by AWS_CA_BUNDLE): entity not found"),
        (&[], "oops", "/home/me/.aws/config:1: expected a section such as `[default]` before any setting"),
    ];
    for (vars, config, expected) in table {
        assert_eq!(error(vars, config), *expected);
    }
}

/// Checks that an invalid URL of a service is an error only for clients of that service.
#[test]
fn an_invalid_endpoint_url_is_an_error_of_its_service() {
    let url = "expected a URL such as `https://example.com` or `http://localhost:4566/path`";
    type Expected<'a> = Result<Option<&'a str>, String>;
    let table: &[(Vars<'_>, &str, Expected<'_>)] = &[
        (&[("AWS_ENDPOINT_URL_S3", "no url")], "", Ok(None)),
        (&[("AWS_ENDPOINT_URL_FSX", "http://fsx"), ("AWS_ENDPOINT_URL", "no url")], "", Ok(Some("http://fsx"))),
        (
            &[("AWS_ENDPOINT_URL_FSX", "localhost:4566")],
            "",
            Err(format!("AWS_ENDPOINT_URL_FSX: invalid value `localhost:4566`; {url}")),
        ),
        (
            &[("AWS_ENDPOINT_URL", "http://localhost:456666")],
            "",
            Err(format!("AWS_ENDPOINT_URL: invalid value `http://localhost:456666`; {url}")),
        ),
        (
            &[],
            "[default]\nservices = s\nendpoint_url = http://all\n[services s]\ns3 =\n  endpoint_url = ftp://x",
            Ok(Some("http://all")),
        ),
        (
            &[],
            "[default]\nservices = s\nendpoint_url = x\n[services s]\nfsx =\n  endpoint_url = ftp://x",
            Err(format!("/home/me/.aws/config:6: `fsx.endpoint_url` in [services s]: invalid value `ftp://x`; {url}")),
        ),
        (
            &[],
            "[default]\nservices = s",
            Err("/home/me/.aws/config:2: `services` in [default]: the section `[services s]` does not exist".to_owned()),
        ),
        (&[("AWS_ENDPOINT_URL", "http://all")], "[default]\nservices = s", Ok(Some("http://all"))),
    ];
    for (vars, config, expected) in table {
        let config = load(vars, config);
        let found = url_for(&config, "FSx").map_err(|error| error.to_string());
        assert_eq!(found.as_ref().map(Option::as_deref), expected.as_ref().copied(), "{vars:?}");
    }
}

#[test]
fn an_invalid_compression_setting_is_an_error_of_operations_that_compress() {
    let table = [
        ("AWS_DISABLE_REQUEST_COMPRESSION", "maybe", "expected `true` or `false`"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "10485761", "expected a number of bytes from 0 to 10485760"),
    ];
    for (variable, value, allowed) in table {
        let config = load(&[(variable, value)], "");
        let error = config.min_compression_size().unwrap_err().to_string();
        assert_eq!(error, format!("{variable}: invalid value `{value}`; {allowed}"));
        assert_eq!(config.to_builder().min_compression_size(7).build().min_compression_size(), Ok(Some(7)));
    }
    // The size is not parsed if compression is disabled.
    let off = [("AWS_DISABLE_REQUEST_COMPRESSION", "true"), ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "x")];
    assert_eq!(load(&off, "").min_compression_size(), Ok(None));
}

/// A line that is indented too far may be a secret, so the error message does not contain the line.
#[test]
fn a_swallowed_line_is_never_shown() {
    let keys = ["region", "use_fips_endpoint", "max_attempts", "retry_mode", "ca_bundle", "sdk_ua_app_id"];
    for key in keys {
        let message = error(&[], &format!("[default]\n{key} = x\n   aws_secret_access_key = hush"));
        assert_eq!(
            message,
            format!(
                "/home/me/.aws/config:2: `{key}` in [default]: the value must be on one line, but continues on line \
                 3; if that line is a separate setting, indent both lines equally"
            ),
        );
    }
    for key in ["endpoint_url", "services"] {
        let config = load(&[], &format!("[default]\n{key} = x\n   aws_secret_access_key = hush"));
        let message = url_for(&config, "FSx").unwrap_err().to_string();
        assert!(message.contains("continues on line 3"), "{message}");
        assert!(!format!("{message} {config:?}").contains("hush"), "{message} {config:?}");
    }
    assert_eq!(load(&[], "[default]\nregion = x").region(), Some("x"));
}

#[test]
fn an_invalid_app_id_is_not_an_error() {
    for id in ["my app", "a/b", "größe", &"x".repeat(51)] {
        assert_eq!(load(&[("AWS_SDK_UA_APP_ID", id)], "").app_id(), Some(id));
        assert_eq!(load(&[], &format!("[default]\nsdk_ua_app_id = {id}")).app_id(), Some(id));
    }
}

#[test]
fn a_selected_profile_that_does_not_exist_is_an_error() {
    let environment = environment(&[("AWS_PROFILE", "dev")], "[profile dev]");
    let error = load::load(&environment, Some("prod")).unwrap_err().to_string();
    assert_eq!(
        error,
        "profile `prod` not found in /home/me/.aws/config or /home/me/.aws/credentials; available profiles: \
         dev; check the name set in code and the paths in AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
    );
}

#[test]
fn the_error_for_a_missing_region_lists_the_searched_sources() {
    assert_eq!(
        load(&[], "[default]").missing_region().to_string(),
        "no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the profile `default` \
         has no `region` in /home/me/.aws/config or /home/me/.aws/credentials; set AWS_REGION, add \
         `region = …` to the profile, or set it in code with `.region(\"us-east-1\")`",
    );
    let built = Config::builder().build().missing_region().to_string();
    assert!(built.contains("Config::builder()") && built.contains("`from_env()`"), "{built}");
}

#[test]
fn debug_shows_settings_but_no_secret() {
    let environment = environment(
        &[("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_REGION", "eu-west-1")],
        "[default]\naws_secret_access_key = hush",
    );
    let config = from_environment(&environment).unwrap();
    let text = format!("{config:?} {:?}", config.to_builder());
    assert!(text.contains("eu-west-1") && !text.contains("hush"), "{text}");
    let credentials = simba_runtime::credentials::Credentials::new("id", "hush").session_token("hush");
    let text = format!("{:?}", Config::builder().credentials_provider(credentials).build());
    assert!(text.contains("id") && !text.contains("hush"), "{text}");
}

#[test]
fn an_unreadable_file_is_an_error_only_if_a_variable_names_it() {
    let environment = |vars: Vars<'_>| {
        let vars = [HOME].iter().chain(vars).copied();
        // With these files, the paths `/home/me/.aws/config` and `/mine` are directories, so reading them fails.
        Environment::fixed(vars).file("/home/me/.aws/config/x", "").file("/mine/x", "")
    };
    assert!(from_environment(&environment(&[])).is_ok());
    assert!(from_environment(&environment(&[("AWS_CONFIG_FILE", "/none")])).is_ok());
    let error = from_environment(&environment(&[("AWS_CONFIG_FILE", "/mine")])).unwrap_err();
    assert_eq!(error.to_string(), "cannot read /mine (named by AWS_CONFIG_FILE): is a directory");
}

#[cfg(feature = "credentials")]
#[test]
fn a_selected_profile_takes_precedence_over_variables() {
    use std::sync::Arc;

    use simba_runtime::__private::{block_on, default_clock};
    use simba_runtime::testing::MockTransport;
    use simba_runtime::transport::Transport;

    let file = "[profile own]\naws_access_key_id = FILE\naws_secret_access_key = secret\n[profile bare]\nregion = x";
    let keys = [
        ("HOME", "/home/me"),
        ("AWS_ACCESS_KEY_ID", "VARIABLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let absent = "no credentials found: the profile `bare` in /home/me/.aws/config or /home/me/.aws/credentials has \
                  no credentials; neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                  AWS_CONTAINER_CREDENTIALS_FULL_URI is set; EC2 instance metadata is disabled by \
                  AWS_EC2_METADATA_DISABLED; add them to the profile (AWS_ACCESS_KEY_ID is not read, since \
                  the profile is set in code), or set them in code with `.credentials_provider(…)`";
    for (profile_variable, chosen, expected) in [
        (None, Some("own"), Ok("FILE")),
        (Some(("AWS_PROFILE", "own")), None, Ok("VARIABLE")),
        (None, Some("bare"), Err(absent)),
    ] {
        let vars = keys.into_iter().chain(profile_variable);
        let environment = Environment::fixed(vars).file("/home/me/.aws/config", file);
        let config = super::load::load(&environment, chosen).unwrap();
        let transport: Arc<dyn Transport> = Arc::new(MockTransport::new());
        let cache = simba_runtime::__private::components::credentials(&config, &transport, &default_clock());
        let found = block_on(cache.get()).map(|found| found.access_key_id.clone()).map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected);
    }
}
