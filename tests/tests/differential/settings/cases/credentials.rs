//! Test cases for the sources of credentials.

use super::super::case::Case;
use super::super::differences;

pub(super) fn cases() -> Vec<Case> {
    const KEYS: &str = "aws_access_key_id = FILEKEY\naws_secret_access_key = secret\n";
    const SESSION: &str = "[sso-session corp]\nsso_region = us-west-2\nsso_start_url = abc\n";
    const PROCESS: &str =
        r#"credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "PROCESSKEY", "SecretAccessKey": "s"}'"#;
    let default = |text: &str| {
        let text = text.replace("KEYS", KEYS).replace("SESSION", SESSION).replace("PROCESS", PROCESS);
        Case::profile(format!("[default]\n{text}"))
    };
    let variables = |case: Case| case.var("AWS_ACCESS_KEY_ID", "VARKEY").var("AWS_SECRET_ACCESS_KEY", "secret");
    let web =
        |case: Case| case.var("AWS_WEB_IDENTITY_TOKEN_FILE", "token").var("AWS_ROLE_ARN", "arn:aws:iam::1:role/web");
    let shared = |text: &str| format!("[default]\n{}", text.replace("KEYS", KEYS));
    let mut cases = vec![
        default(""),
        default("KEYS"),
        default("KEYSaws_session_token = token\n"),
        default("  aws_access_key_id = FILEKEY\n  aws_secret_access_key = secret\n  aws_session_token = token\n"),
        default("\taws_access_key_id = FILEKEY\n\taws_secret_access_key = secret\n"),
        default("aws_access_key_id = FILEKEY\r\naws_secret_access_key = secret\r\n"),
        default("aws_access_key_id = FILEKEY\n"),
        default("AWS_ACCESS_KEY_ID = FILEKEY\nAWS_SECRET_ACCESS_KEY = secret\n"),
        variables(default("KEYS")),
        variables(default("")).var("AWS_SESSION_TOKEN", "token"),
        default("").credentials(shared("KEYS")),
        default("").credentials(shared("KEYS").replace('\n', "\n  ")),
        default("").credentials(shared("aws_access_key_id = FILEKEY")),
        default("KEYS").credentials(shared("KEYS").replace("FILEKEY", "SHAREDKEY")),
        default("PROCESS"),
        default("  PROCESS\n  output = json\n"),
        default("PROCESS").credentials(shared("KEYS")),
        default("credential_process = /bin/false\n"),
        default("credential_process = /bin/echo nonsense\n"),
        default(&PROCESS.replace(" '", "\n  '")),
        // Profiles that assume roles.
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\nKEYS"),
        default("  role_arn = arn:aws:iam::1:role/r\n  source_profile = b\n  external_id = external\n  [profile b]\n  region = x\n  KEYS")
            .config(
                "  [default]\n  role_arn = arn:aws:iam::1:role/r\n  source_profile = b\n  external_id = external\n\n  [profile b]\n  \
             aws_access_key_id = FILEKEY\n  aws_secret_access_key = secret\n",
            ),
        default(
            "role_arn = arn:aws:iam::1:role/r\nsource_profile = b\nexternal_id = external\nduration_seconds = 900\nrole_session_name = name\n[profile b]\nKEYS",
        ),
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = default\nKEYS"),
        default(
            "role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\nrole_arn = arn:aws:iam::1:role/q\nsource_profile = c\n[profile c]\nKEYS",
        ),
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\nPROCESS"),
        default(
            "role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nSESSION",
        ),
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n"),
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\noutput = json\n"),
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\nrole_arn = arn:aws:iam::1:role/q\nsource_profile = default\n"),
        default("role_arn = arn:aws:iam::1:role/r\nsource_profile = b\ncredential_source = Environment\n[profile b]\nKEYS"),
        default("role_arn = arn:aws:iam::1:role/r\ncredential_source = Moon\n"),
        default("role_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n"),
        variables(default("role_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n")),
        variables(Case::profile("[profile b]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n"))
            .var("AWS_PROFILE", "b"),
        default("role_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = token\n"),
        default("role_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = token\nrole_session_name = name\nmfa_serial = m\n"),
        default("role_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = none\n"),
        web(default("")),
        web(default("")).var("AWS_ROLE_SESSION_NAME", "name"),
        variables(web(default("KEYS"))),
        default("").var("AWS_WEB_IDENTITY_TOKEN_FILE", "token"),
        default("role_arn = arn:aws:iam::1:role/r\nKEYS"),
        default("web_identity_token_file = token\nKEYS"),
        default(
            "role_arn = arn:aws:iam::1:role/r\nsource_profile = b\nKEYS[profile b]\nrole_arn = arn:aws:iam::1:role/q\nsource_profile = default\n",
        ),
        // Profiles that use IAM Identity Center.
        default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nSESSION"),
        default("  sso_session = corp\n  sso_account_id = 1\n  sso_role_name = Ad min\nSESSION"),
        default("sso_start_url = abc\nsso_region = us-west-2\nsso_account_id = 1\nsso_role_name = r\n"),
        default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nKEYSSESSION"),
        default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = us-west-2\nSESSION"),
        default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = us-east-1\nSESSION"),
        default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = other\nSESSION"),
        default("sso_session = corp\nKEYSSESSION"),
        default("sso_session = corp\nPROCESS\nSESSION"),
        default("sso_start_url = abc\nsso_region = us-west-2\nKEYS"),
        default("sso_session = corp\nSESSION"),
        default("sso_session = none\nsso_account_id = 1\nsso_role_name = r\n"),
        default("sso_session = corp\nsso_account_id = 1\nSESSION"),
        default("sso_session = corp\nsso_role_name = r\nSESSION"),
        default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_start_url = abc\n"),
        default(
            "sso_session = other\nsso_account_id = 1\nsso_role_name = r\n[sso-session other]\nsso_region = us-west-2\nsso_start_url = x\n",
        ),
    ];
    cases.extend(different_credentials(default, web));
    cases
}

fn different_credentials(default: impl Fn(&str) -> Case, web: impl Fn(Case) -> Case) -> Vec<Case> {
    let keys = || default("KEYS");
    vec![
        web(keys()).read_as(&differences::WEB_IDENTITY, keys()),
        default("KEYS\nPROCESS").read_as(&differences::PROCESS, keys()),
        default("sso_account_id = 1\nKEYS").read_as(&differences::SSO, keys()),
        default(
            "sso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_region = us-west-2\n",
        )
        .read_as(
            &differences::SSO_START_URL,
            default("sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nSESSION"),
        ),
        default("sso_session = none\nKEYS").read_as(&differences::SSO_SESSION, keys()),
    ]
}
