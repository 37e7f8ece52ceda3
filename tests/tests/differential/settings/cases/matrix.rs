//! Test cases that combine environment variables and profiles. They set the source of the credentials, the region, the
//! kind of endpoint, the endpoint URLs of all services that a call uses, and retries.

use super::super::Random;
use super::super::case::Case;

/// Returns random combinations. They do not contain sources whose precedence differs between the clients.
/// [`super::credentials`] tests these sources.
pub(super) fn cases() -> Vec<Case> {
    (0..200).map(|number| random_case(&mut Random::new(13, &format!("matrix {number}")))).collect()
}

const KEYS: &str = "aws_access_key_id = FILEKEY\naws_secret_access_key = secret";
const REGIONS: [&str; 9] = [
    "eu-west-1",
    "us-east-1",
    "us-gov-west-1",
    "cn-north-1",
    "us-iso-east-1",
    "fips-us-west-2",
    "us-gov-east-1-fips",
    "aws-global",
    "moon-south-1",
];

/// The settings for each source of credentials in a profile.
const SOURCES: [&str; 14] = [
    "",
    KEYS,
    "aws_access_key_id = FILEKEY\naws_secret_access_key = secret\naws_session_token = token",
    "aws_access_key_id = FILEKEY\naws_secret_access_key = secret\naws_account_id = 123456789012",
    "role_arn = arn:aws:iam::1:role/r\nsource_profile = keys",
    "role_arn = arn:aws:iam::1:role/r\nsource_profile = role\nrole_session_name = name",
    "role_arn = arn:aws:iam::1:role/r\nsource_profile = sso\nexternal_id = external",
    "role_arn = arn:aws:iam::1:role/r\nsource_profile = legacy\nduration_seconds = 900",
    "role_arn = arn:aws:iam::1:role/r\nsource_profile = process",
    "role_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = token",
    "sso_session = corp\nsso_account_id = 1\nsso_role_name = r",
    "sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = us-west-2\nsso_start_url = abc",
    "sso_start_url = abc\nsso_region = us-west-2\nsso_account_id = 1\nsso_role_name = r",
    r#"credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "PROCESSKEY", "SecretAccessKey": "s"}'"#,
];

/// The profiles and sections that the sources refer to.
const OTHERS: &str = r#"
[profile keys]
aws_access_key_id = FILEKEY
aws_secret_access_key = secret
region = eu-north-1
[profile role]
role_arn = arn:aws:iam::2:role/q
source_profile = keys
[profile sso]
sso_session = corp
sso_account_id = 1
sso_role_name = r
[profile legacy]
sso_start_url = abc
sso_region = us-east-2
sso_account_id = 1
sso_role_name = r
[profile process]
credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "PROCESSKEY", "SecretAccessKey": "s"}'
[sso-session corp]
sso_region = us-west-2
sso_start_url = abc
[services own]
fsx =
  endpoint_url = http://fsx.example/
sts =
  endpoint_url = http://sts.example/
sso =
  endpoint_url = http://sso.example/
"#;

fn random_case(random: &mut Random) -> Case {
    let has_url = random.percent(40);
    let profile = random.pick(&["default", "dev"]);
    let header = if profile == "default" { "[default]" } else { "[profile dev]" };
    let mut settings = vec![random.pick(&SOURCES).to_owned()];
    let mut maybe = |percent: usize, setting: String, settings: &mut Vec<String>| {
        if random.percent(percent) {
            settings.push(setting);
        }
    };
    maybe(60, "region = REGION".to_owned(), &mut settings);
    maybe(20, "retry_mode = adaptive".to_owned(), &mut settings);
    maybe(20, "max_attempts = 5".to_owned(), &mut settings);
    match has_url {
        true => {
            maybe(50, "services = own".to_owned(), &mut settings);
            maybe(30, "endpoint_url = http://all.example/".to_owned(), &mut settings);
            maybe(15, "ignore_configured_endpoint_urls = true".to_owned(), &mut settings);
        }
        false => {
            maybe(25, "use_fips_endpoint = true".to_owned(), &mut settings);
            maybe(25, "use_dualstack_endpoint = true".to_owned(), &mut settings);
        }
    }
    random.shuffle(&mut settings);
    // FSx's endpoint rules do not allow FIPS together with an endpoint URL.
    let regions = if has_url { &REGIONS[..5] } else { &REGIONS[..] };
    let config = format!("{header}\n{}\n{OTHERS}", settings.join("\n")).replace("REGION", random.pick(regions));
    let case = Case::default().config(config).var("AWS_EC2_METADATA_DISABLED", "true");
    let mut vars = vec![(60, "AWS_DEFAULT_REGION", random.pick(regions)), (10, "AWS_RETRY_MODE", "standard")];
    if profile == "dev" {
        vars.push((100, "AWS_PROFILE", "dev"));
    }
    match random.below(4) {
        0 => vars.extend([(100, "AWS_ACCESS_KEY_ID", "VARKEY"), (100, "AWS_SECRET_ACCESS_KEY", "secret")]),
        1 => vars.extend([
            (100, "AWS_ACCESS_KEY_ID", "VARKEY"),
            (100, "AWS_SECRET_ACCESS_KEY", "secret"),
            (100, "AWS_SESSION_TOKEN", "token"),
            (50, "AWS_ACCOUNT_ID", "123456789012"),
            (50, "AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z"),
        ]),
        _ => {}
    }
    vars.push((10, "AWS_MAX_ATTEMPTS", "2"));
    vars.push((10, "AWS_STS_REGIONAL_ENDPOINTS", "regional"));
    match has_url {
        true => vars.extend([
            (15, "AWS_ENDPOINT_URL", "http://variable.example/"),
            (15, "AWS_ENDPOINT_URL_FSX", "http://fsx-variable.example/"),
            (15, "AWS_ENDPOINT_URL_STS", "http://sts-variable.example/"),
            (15, "AWS_ENDPOINT_URL_SSO", "http://sso-variable.example/"),
            (10, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ]),
        false => vars.extend([
            (20, "AWS_USE_FIPS_ENDPOINT", "false"),
            (10, "AWS_USE_FIPS_ENDPOINT", "true"),
            (10, "AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ]),
    }
    vars.into_iter()
        .fold(case, |case, (percent, name, value)| if random.percent(percent) { case.var(name, value) } else { case })
}
