//! Tests how profiles are resolved to provider chains, without I/O.

use super::*;
use crate::Environment;

fn plan_of(config: &str) -> Result<Option<ProviderChain>, String> {
    let environment = Environment::fixed([("HOME", "/h")]).file("/h/.aws/config", config);
    let found = crate::load::find(&environment, None).unwrap();
    plan(&found, "default").map_err(|error| error.to_string())
}

fn role(arn: &str) -> sts::Role {
    sts::Role { arn: arn.into(), session_name: None, external_id: None, duration_seconds: None }
}

fn keys(id: &str) -> BaseProvider {
    BaseProvider::Keys(Credentials::new(id, "s"))
}

fn process(command: &str) -> BaseProvider {
    BaseProvider::Process(process::Process { command: command.into(), account_id: None })
}

#[test]
fn the_user_agent_reports_the_providers_of_a_chain() {
    let keys = "aws_access_key_id = K\naws_secret_access_key = s\n";
    for (profile, codes) in [
        (keys.to_owned(), "n"),
        ("credential_process = p".to_owned(), "v,w"),
        ("role_arn = r\nweb_identity_token_file = /t".to_owned(), "k,q"),
        (format!("role_arn = r\nsource_profile = b\n[profile b]\n{keys}"), "i,n,o"),
        ("role_arn = r\ncredential_source = Environment".to_owned(), "g,i,p"),
        ("role_arn = r\ncredential_source = EcsContainer".to_owned(), "i,p,z"),
        ("role_arn = r\ncredential_source = Ec2InstanceMetadata".to_owned(), "i,p,0"),
    ] {
        let plan = plan_of(&format!("[default]\n{profile}")).unwrap().unwrap();
        assert_eq!(features(&plan).to_string(), codes, "{profile}");
    }
}

#[test]
fn profiles_are_resolved_to_provider_chains() {
    let with_keys = |id: &str| format!("aws_access_key_id = {id}\naws_secret_access_key = s\n");
    type Expected<'a> = Option<(BaseProvider, &'a [&'a str])>;
    let table: &[(&str, Expected<'_>)] = &[
        ("", None),
        ("[default]\nregion = x", None),
        ("[default]\nKEYS", Some((keys("K"), &[]))),
        ("[default]\ncredential_process = p\nKEYS", Some((keys("K"), &[]))),
        ("[default]\ncredential_process = p q", Some((process("p q"), &[]))),
        ("[default]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata", Some((BaseProvider::Instance, &["r"]))),
        ("[default]\nrole_arn = r\ncredential_source = EcsContainer", Some((BaseProvider::Container, &["r"]))),
        ("[default]\nrole_arn = r\ncredential_source = Environment\nKEYS", Some((BaseProvider::Variables, &["r"]))),
        (
            // An MFA device does not apply to a web identity.
            "[default]\nrole_arn = r\nweb_identity_token_file = /t\nmfa_serial = m",
            Some((BaseProvider::WebIdentity { role: role("r"), token_file: "/t".into() }, &[])),
        ),
        // A session without an account and a role is meant for services that use its token directly.
        ("[default]\nsso_session = s\nKEYS", Some((keys("K"), &[]))),
        ("[default]\nsso_session = s\n[sso-session s]\nsso_region = x", None),
        ("[default]\nsso_start_url = u\nsso_region = eu-west-1\nKEYS", Some((keys("K"), &[]))),
        ("[default]\nsso_account_id = 1\nsso_role_name = r\nKEYS", Some((keys("K"), &[]))),
        // Only commands may continue on the next line.
        ("[default]\ncredential_process = p\n  q", Some((process("p\nq"), &[]))),
        // A profile may be its own source.
        ("[default]\nrole_arn = r\nsource_profile = default\nKEYS", Some((keys("K"), &["r"]))),
        // Static keys of a source profile end the chain, even if the source profile also has a role.
        (
            "[default]\nrole_arn = r\nsource_profile = b\n\
             [profile b]\nrole_arn = q\nsource_profile = c\nKEYS",
            Some((keys("K"), &["r"])),
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = b\n\
             [profile b]\nrole_arn = q\nsource_profile = c\n[profile c]\ncredential_process = p",
            Some((process("p"), &["q", "r"])),
        ),
    ];
    for (config, expected) in table {
        let plan = plan_of(&config.replace("KEYS", &with_keys("K"))).unwrap();
        let plan = plan.map(|plan| (plan.base, plan.roles.into_iter().map(|role| role.arn).collect::<Vec<_>>()));
        let expected = expected.as_ref().map(|(base, roles)| (base, roles.to_vec()));
        let found = plan.as_ref().map(|(base, roles)| (base, roles.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(found, expected, "{config}");
    }
}

#[test]
fn errors_in_profiles() {
    let table = [
        (
            "[default]\nrole_arn = r",
            "`role_arn` is set without `source_profile`, `credential_source` or \
             `web_identity_token_file`; set one of them",
        ),
        ("[default]\nrole_arn = r\nsource_profile = b", "its `source_profile` `b` does not exist"),
        (
            "[default]\nrole_arn = r\nsource_profile = b\n[profile b]\nregion = x",
            "its `source_profile` `b` has no credentials",
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = q\n\
             source_profile = c\n[profile c]\nrole_arn = p\nsource_profile = b",
            "`source_profile` forms a cycle: default -> b -> c -> b",
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = b\naws_access_key_id = K\naws_secret_access_key = s\n\
             [profile b]\nrole_arn = q\nsource_profile = default",
            "`source_profile` forms a cycle: default -> b -> default",
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = q\n\
             source_profile = c",
            "the source profile `c` (default -> b -> c) does not exist",
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = b\ncredential_source = Environment",
            "/h/.aws/config:4: `credential_source` in [default]: `source_profile` is also set; \
             remove one of them",
        ),
        (
            "[default]\nrole_arn = r\ncredential_source = Moon",
            "/h/.aws/config:3: `credential_source` in [default]: invalid value `Moon`; expected \
             `Environment`, `EcsContainer` or `Ec2InstanceMetadata`",
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = default\nmfa_serial = m",
            "/h/.aws/config:4: `mfa_serial` in [default]: roles that require an MFA code are not supported; get the \
             credentials with a `credential_process` or the AWS CLI",
        ),
        (
            "[default]\nrole_arn = r\nsource_profile = default\nduration_seconds = 5",
            "/h/.aws/config:4: `duration_seconds` in [default]: invalid value `5`; expected a number of seconds from \
             900 to 43200",
        ),
        (
            "[default]\nweb_identity_token_file = t\naws_access_key_id = K\naws_secret_access_key = s",
            "/h/.aws/config:2: `web_identity_token_file` in [default] is set, but `role_arn` is not",
        ),
        (
            "[default]\nsso_session = s\nsso_account_id = 1",
            "/h/.aws/config:2: `sso_session` in [default]: the section [sso-session s] does not exist",
        ),
        (
            "[default]\nsso_start_url = u\nsso_region = eu-west-1\nsso_role_name = r",
            "`sso_account_id` is not set, but SSO requires it",
        ),
        (
            "[default]\nsso_start_url = u\nsso_region = evil.com/\nsso_role_name = r",
            "`sso_region`: invalid value `evil.com/`; expected a region such as `us-east-1`",
        ),
    ];
    for (config, expected) in table {
        assert_eq!(plan_of(config).unwrap_err(), expected);
    }
}

#[cfg(not(feature = "login"))]
#[test]
fn a_login_session_without_the_feature_is_an_error() {
    assert_eq!(
        plan_of("[default]\nlogin_session = a").unwrap_err(),
        "/h/.aws/config:2: `login_session` in [default]: login sessions require the `login` feature, which is not enabled",
    );
}

/// Every tool treats a setting that is indented too far as a continuation of the previous setting. Such a line must not
/// be shown or sent as part of the previous setting's value.
#[test]
fn a_swallowed_line_is_never_used() {
    let keys = "aws_access_key_id = K\naws_secret_access_key = s\n";
    for (config, line) in [
        ("[default]\naws_access_key_id = K\n  aws_secret_access_key = hush", 3),
        ("[default]\naws_access_key_id = K\n  aws_session_token = hush\naws_secret_access_key = s", 3),
        ("[default]\naws_access_key_id = K\naws_secret_access_key = s\n  aws_session_token = hush", 4),
        ("[default]\nKEYSaws_session_token = t\n  x = hush", 5),
        ("[default]\nrole_arn = r\n  external_id = hush\nsource_profile = default\nKEYS", 3),
        ("[default]\nrole_arn = r\nexternal_id = i\n  x = hush\nsource_profile = default\nKEYS", 4),
        ("[default]\nrole_arn = r\nsource_profile = b\n  x = hush", 4),
        ("[default]\nrole_arn = r\ncredential_source = b\n  x = hush", 4),
        ("[default]\nrole_arn = r\nduration_seconds = 5\n  x = hush\nsource_profile = b", 4),
        ("[default]\nrole_arn = r\nweb_identity_token_file = t\n  x = hush", 4),
        #[cfg(feature = "login")]
        ("[default]\nlogin_session = a\n  x = hush", 3),
        ("[default]\nsso_session = s\n  x = hush\nsso_account_id = 1\n[sso-session s]", 3),
        ("[default]\nsso_start_url = u\nsso_region = s\n  x = hush\nsso_account_id = 1", 4),
        ("[default]\nsso_session = s\nsso_account_id = 1\n[sso-session s]\nsso_region = s\n  x = hush", 6),
    ] {
        let error = plan_of(&config.replace("KEYS", keys)).unwrap_err();
        assert!(error.contains(&format!("must be on one line, but continues on line {line}")), "{error}");
        assert!(!error.contains("hush"), "{error}");
    }
}
