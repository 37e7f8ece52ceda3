//! Tests the order of the providers, and the error if no provider is configured.

use super::fake::Nowhere;
use super::*;
use simba_runtime::credentials::CredentialsErrorKind;

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "VAR"), ("AWS_SECRET_ACCESS_KEY", "secret")];
const PROFILE: &str = "[default]\naws_access_key_id = FILE\naws_secret_access_key = secret\n\
                       [profile dev]\naws_access_key_id = DEV\naws_secret_access_key = secret\n\
                       aws_session_token = token\n[profile bare]\nregion = eu-west-1\n";

#[test]
fn variables_precede_the_profile_which_precedes_the_container() {
    let fake = Fake::new([(200, json("TASK"))]);
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url());
    let id = |vars: &[(&str, &str)]| search(&environment(vars, PROFILE)).unwrap().access_key_id;
    assert_eq!(id(&[KEYS[0], KEYS[1], container, ("AWS_PROFILE", "dev")]), "VAR");
    assert_eq!(id(&[container]), "FILE");
    assert_eq!(id(&[container, ("AWS_PROFILE", "dev")]), "DEV");
    assert_eq!(id(&[container, ("AWS_PROFILE", "bare")]), "TASK");
}

#[test]
fn the_user_agent_reports_the_source() {
    let fake = Fake::new([(200, json("TASK"))]);
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url());
    let codes = |vars: &[(&str, &str)]| search(&environment(vars, PROFILE)).unwrap().features.to_string();
    assert_eq!(codes(&KEYS), "g");
    assert_eq!(codes(&[]), "n");
    assert_eq!(codes(&[container, ("AWS_PROFILE", "bare")]), "z");
}

#[test]
fn keys_are_read_from_the_credentials_file() {
    let environment = environment(&[], PROFILE)
        .file("/home/me/.aws/credentials", "[default]\naws_access_key_id = OTHER\naws_secret_access_key = secret");
    assert_eq!(search(&environment), Ok(Credentials::new("OTHER", "secret")));
}

#[test]
fn the_account_id_of_keys_in_a_profile_is_read() {
    let profile = PROFILE.replace("DEV", "DEV\naws_account_id = 123456789012");
    let found = search(&environment(&[("AWS_PROFILE", "dev")], &profile));
    assert_eq!(found, Ok(Credentials::new("DEV", "secret").session_token("token").account_id("123456789012")));
}

#[test]
fn a_configured_source_that_fails_ends_the_search() {
    let fake = Fake::new([(200, json("TASK"))]);
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url());
    let half = "[default]\naws_access_key_id = FILE";
    assert_eq!(
        search(&environment(&[container], half)).unwrap_err(),
        "profile `default`: /home/me/.aws/config:2: `aws_access_key_id` in [default] is set, but \
         `aws_secret_access_key` is not",
    );
    assert!(search(&environment(&[container, KEYS[0]], "")).is_err());
    assert!(fake.lines().is_empty());
}

#[test]
fn the_error_lists_the_settings_of_every_source() {
    let error = search_through(&environment(&[], ""), Arc::new(Nowhere::default())).unwrap_err();
    assert_eq!(
        error,
        "no credentials found: AWS_ACCESS_KEY_ID is not set; profile `default` not found in \
         /home/me/.aws/config or /home/me/.aws/credentials; AWS_WEB_IDENTITY_TOKEN_FILE is not \
         set; neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
         AWS_CONTAINER_CREDENTIALS_FULL_URI is set; EC2 instance metadata is disabled by \
         AWS_EC2_METADATA_DISABLED; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a \
         profile with AWS_PROFILE, or set them in code with `.credentials_provider(…)`",
    );
}

#[test]
fn the_kind_of_the_error_distinguishes_missing_failed_and_invalid_credentials() {
    let kind = |vars: &[(&str, &str)], file: &str| {
        let config = crate::from_environment(&environment(vars, file)).unwrap();
        let transport: Arc<dyn Transport> = Arc::new(Nowhere::default());
        let clock: Arc<dyn Clock> = Arc::new(Still);
        let cache = simba_runtime::__private::components::credentials(&config, &transport, &clock);
        block_on(cache.get()).unwrap_err().kind()
    };
    assert_eq!(kind(&[], ""), CredentialsErrorKind::NotConfigured);
    assert_eq!(kind(&[("AWS_ACCESS_KEY_ID", "id")], ""), CredentialsErrorKind::Invalid);
    // The kind of an error in a profile is that of its cause.
    assert_eq!(kind(&[], "[default]\naws_access_key_id = id"), CredentialsErrorKind::Invalid);
    let chained = "[default]\nrole_arn = r\nsource_profile = b\n[profile b]\naws_access_key_id = id";
    assert_eq!(kind(&[], chained), CredentialsErrorKind::Invalid);
    assert_eq!(kind(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")], ""), CredentialsErrorKind::Failed);
}

#[test]
fn the_error_for_incomplete_sso_settings_lists_the_missing_ones() {
    for key in ["sso_session", "sso_start_url"] {
        let error = search(&environment(&[], &format!("[default]\n{key} = corp"))).unwrap_err();
        let expected = format!(
            "the profile `default` in /home/me/.aws/config or /home/me/.aws/credentials has no credentials: `{key}` \
             also requires `sso_account_id` and `sso_role_name`; "
        );
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn clients_with_the_same_configuration_and_transport_share_credentials() {
    let fake = Fake::new([(200, json("TASK"))]);
    let vars = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url())];
    let config = crate::from_environment(&environment(&vars, "")).unwrap();
    let transport: Arc<dyn Transport> = Arc::new(Direct);
    let clock: Arc<dyn Clock> = Arc::new(Still);
    let one = simba_runtime::__private::components::credentials(&config, &transport, &clock);
    let two = simba_runtime::__private::components::credentials(&config.clone(), &transport, &clock);
    assert_eq!(block_on(one.get()), block_on(two.get()));
    assert_eq!(fake.lines().len(), 1);
    let other: Arc<dyn Transport> = Arc::new(Nowhere::default());
    assert!(block_on(simba_runtime::__private::components::credentials(&config, &other, &clock).get()).is_err());
    assert!(Arc::ptr_eq(&simba_runtime::__private::components::credentials(&config, &transport, &clock), &one));
}

#[cfg(unix)]
#[test]
fn the_process_of_a_profile_is_run() {
    let config = r#"[default]
credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s/e+c", "SessionToken": "to&ken", "Expiration": "2026-11-22T11:00:00Z"}'"#;
    let found = |config: &str| {
        // The clock does not advance, so the program's time limit is not reached.
        let clock = simba_runtime::testing::ManualClock::new();
        search_by(&environment(&[], config), Arc::new(Nowhere::default()), Arc::new(clock))
    };
    assert_eq!(found(config), Ok(expected("PROC")));
    let profile = format!("{config}\naws_account_id = 111111111111");
    assert_eq!(found(&profile), Ok(expected("PROC").account_id("111111111111")));
    let printed = profile.replace("\"Expiration\"", "\"AccountId\": \"123456789012\", \"Expiration\"");
    assert_eq!(found(&printed), Ok(expected("PROC").account_id("123456789012")));
}

#[tokio::test]
async fn the_built_in_transport_is_used() {
    let fake = Fake::new([(200, json("TASK"))]);
    let vars = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url())];
    let config = crate::from_environment(&environment(&vars, "")).unwrap();
    let cache = simba_runtime::__private::components::credentials(
        &config,
        &simba_runtime::__private::components::transport(&config),
        &simba_runtime::__private::default_clock(),
    );
    assert_eq!(cache.get().await.as_deref(), Ok(&expected("TASK")));
}
