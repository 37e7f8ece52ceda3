//! Test cases for the input of credential providers: the output of a process, cached tokens, and responses of the
//! endpoints for containers and instances.

use super::super::case::Case;
use super::super::differences;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = processes();
    cases.extend(sso_tokens());
    cases.extend(containers());
    cases.extend(instances());
    cases
}

fn processes() -> Vec<Case> {
    let printing = |output: &str| Case::profile(format!("[default]\ncredential_process = /bin/echo '{output}'\n"));
    let keys = r#""Version": 1, "AccessKeyId": "PROCESSKEY", "SecretAccessKey": "s""#;
    let with = |more: &str| printing(&format!("{{{keys}, {more}}}"));
    let mut cases = vec![
        with(r#""SessionToken": "token""#),
        with(r#""SessionToken": null, "Expiration": null, "AccountId": null"#),
        with(r#""SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z""#),
        with(r#""SessionToken": "t", "Expiration": "2099-01-01T00:00:00.123Z""#),
        with(r#""SessionToken": "t", "Expiration": "2099-01-01T00:00:00+00:00""#),
        with(r#""SessionToken": "t", "Expiration": "2099-01-01T02:00:00+02:00""#),
        with(r#""SessionToken": "t", "Expiration": "2099-01-01T00:00:00UTC""#),
        with(r#""Expiration": "soon""#),
        with(r#""Expiration": """#),
        with(r#""AccountId": "123456789012", "Other": [{}]"#),
        printing(r#"{"Version": 1, "AccessKeyId": "K"}"#),
        printing(r#"{"Version": 1, "SecretAccessKey": "s"}"#),
        printing(r#"{"Version": 2, "AccessKeyId": "K", "SecretAccessKey": "s"}"#),
        printing(r#"{"Version": "1", "AccessKeyId": "K", "SecretAccessKey": "s"}"#),
        printing(r#"{"AccessKeyId": "K", "SecretAccessKey": "s"}"#),
        printing(r#"{"version": 1, "AccessKeyId": "K", "SecretAccessKey": "s"}"#),
        printing("[1]"),
        printing("null"),
        printing("{"),
        printing(""),
        Case::profile("[default]\ncredential_process = /bin/sh -c \"echo 'no' >&2; exit 1\"\n"),
        Case::profile("[default]\ncredential_process = none-such-program\n"),
        Case::profile("[default]\ncredential_process = /bin/echo 'unclosed\n"),
    ];
    let program =
        r#"echo noise >&2; echo '{\"Version\": 1, \"AccessKeyId\": \"PROCESSKEY\", \"SecretAccessKey\": \"s\"}'"#;
    cases.push(Case::profile(format!("[default]\ncredential_process = /bin/sh -c \"{program}\"\n")));
    cases
}

fn sso_tokens() -> Vec<Case> {
    // The names of the files are the SHA-1 hashes of the session name `corp` and of the start URL `abc`.
    const OF_SESSION: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    const OF_START_URL: &str = ".aws/sso/cache/a9993e364706816aba3e25717850c26c9cd0d89d.json";
    let session = |token: &str| {
        let config = "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n\
                      [sso-session corp]\nsso_region = us-west-2\nsso_start_url = abc\n";
        Case::profile(config).file_in_home(OF_SESSION, token)
    };
    let legacy = |token: &str| {
        let config = "[default]\nsso_start_url = abc\nsso_region = us-west-2\nsso_account_id = 1\nsso_role_name = r\n";
        Case::profile(config).file_in_home(OF_START_URL, token)
    };
    let refreshable = r#"{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z", "refreshToken": "r1",
        "clientId": "id", "clientSecret": "secret", "registrationExpiresAt": "2099-01-01T00:00:00Z"}"#;
    let tokens = [
        r#"{"accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z"}"#,
        r#"{"accessToken": "t", "expiresAt": "2099-01-01T00:00:00UTC"}"#,
        r#"{"accessToken": "t", "expiresAt": "2099-01-01T00:00:00+00:00"}"#,
        r#"{"accessToken": "t", "expiresAt": "2099-01-01T00:00:00.5Z"}"#,
        r#"{"accessToken": "t", "expiresAt": "2020-01-01T00:00:00Z"}"#,
        r#"{"accessToken": "t"}"#,
        r#"{"expiresAt": "2099-01-01T00:00:00Z"}"#,
        r#"{"accessToken": "t", "expiresAt": "soon"}"#,
        "{}",
        "[]",
        "{",
        "",
    ];
    let mut cases: Vec<_> = tokens.iter().flat_map(|token| [session(token), legacy(token)]).collect();
    cases.push(session(refreshable));
    cases.push(session(&refreshable.replace("clientSecret", "x")));
    cases.push(session(&refreshable.replace("refreshToken", "x")));
    cases
}

fn containers() -> Vec<Case> {
    const KEYS: &str = r#"{"AccessKeyId": "CONTAINERKEY", "SecretAccessKey": "s", "Token": "t",
        "Expiration": "2099-01-01T00:00:00Z"}"#;
    let default = || Case::profile("").endpoint("/creds", 200, KEYS).var("AWS_EC2_METADATA_DISABLED", "true");
    let relative = || default().var("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds");
    let full = |url: &str| default().var("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    let returning = |status: u16, body: &str| {
        let case = Case::profile("").endpoint("/creds", status, body).var("AWS_EC2_METADATA_DISABLED", "true");
        case.var("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds")
    };
    vec![
        relative(),
        relative().var("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/other"),
        default().var("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds?role=x"),
        full("http://localhost/creds"),
        full("http://localhost:8080/creds?a=b"),
        full("http://127.0.0.1/creds"),
        full("http://127.1.2.3:81/creds"),
        full("http://[::1]/creds"),
        full("http://169.254.170.2/creds"),
        full("http://169.254.170.23/creds"),
        full("http://[fd00:ec2::23]/creds"),
        full("https://creds.example/creds"),
        full("http://creds.example/creds"),
        full("http://169.254.169.254/creds"),
        full("http://[::2]/creds"),
        full("http://localhost.example/creds"),
        full("creds"),
        relative().var("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"),
        full("http://localhost/creds").var("AWS_CONTAINER_AUTHORIZATION_TOKEN", "abc"),
        full("http://localhost/creds").var("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\nb"),
        full("http://localhost/creds").var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "container-token"),
        full("http://localhost/creds").var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "none"),
        full("http://localhost/creds")
            .var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "container-token")
            .var("AWS_CONTAINER_AUTHORIZATION_TOKEN", "abc"),
        full("http://localhost/creds")
            .var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "container-token")
            .file_in_home("container-token", "a\nb"),
        returning(200, &KEYS.replace("2099-01-01T00:00:00Z", "2099-01-01T00:00:00.5Z")),
        returning(200, &KEYS.replace("\"Token\"", "\"AccountId\": \"123456789012\", \"Token\"")),
        returning(200, &KEYS.replace("2099-01-01T00:00:00Z", "soon")),
        returning(200, r#"{"AccessKeyId": "K"}"#),
        returning(200, "[]"),
        returning(200, "nonsense"),
        returning(200, ""),
        returning(403, r#"{"code": "AccessDenied", "message": "no"}"#),
        returning(404, ""),
        returning(500, ""),
    ]
}

fn instances() -> Vec<Case> {
    const KEYS: &str = r#"{"Code": "Success", "AccessKeyId": "INSTANCEKEY", "SecretAccessKey": "s", "Token": "t",
        "Expiration": "2099-01-01T00:00:00Z"}"#;
    const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
    const ROLE: &str = "/latest/meta-data/iam/security-credentials/my-role";
    let service = |credentials: &str| {
        let case = Case::profile("").endpoint("/latest/api/token", 200, "session-token");
        case.endpoint(ROLES, 200, "my-role").endpoint(ROLE, 200, credentials)
    };
    let mut cases = vec![
        Case::profile(""),
        service(KEYS),
        service(&KEYS.replace("2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z")),
        service(r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"}"#),
        service(r#"{"Code": "Success", "AccessKeyId": "K"}"#),
        service("nonsense"),
        service(""),
        Case::profile("").endpoint("/latest/api/token", 400, "no"),
        Case::profile("").endpoint("/latest/api/token", 200, "session-token").endpoint(ROLES, 200, ""),
        Case::profile("").endpoint("/latest/api/token", 200, "session-token").endpoint(ROLES, 401, ""),
        Case::profile("").endpoint("/latest/api/token", 200, "session-token"),
        service(KEYS).config("[default]\nec2_metadata_service_endpoint_mode = ipv6\n"),
        service(KEYS).config("[default]\nec2_metadata_service_endpoint = nonsense\n"),
        service(KEYS).config("[default]\nmetadata_service_timeout = 5\nmetadata_service_num_attempts = 2\n"),
        service(KEYS).config("[default]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Ec2InstanceMetadata\n"),
        Case::profile("[default]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = EcsContainer\n")
            .endpoint("/creds", 200, KEYS)
            .var("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds"),
    ];
    for value in ["true", "TRUE", "false"] {
        cases.push(service(KEYS).var("AWS_EC2_METADATA_DISABLED", value));
    }
    for value in ["1", "yes"] {
        cases.push(service(KEYS).var("AWS_EC2_METADATA_DISABLED", value).refused(&differences::STRICT));
    }
    cases
}
