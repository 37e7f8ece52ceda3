//! Tests common ways to set up credentials in a real program, with environment variables, files in the home directory,
//! the built-in transports, and servers on the loopback interface.
//!
//! Each program is another process of this test binary, which runs only [`program`], with the environment variables of
//! the setup.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use simba_tests::Server;

/// The environment variable that turns this binary into a program. Its value selects the client.
const PROGRAM: &str = "SIMBA_SETUP";

const JSON: &str = r#"{"Code": "Success", "AccessKeyId": "ENDPOINTKEY", "SecretAccessKey": "secret", "Token": "token",
    "Expiration": "2099-01-01T00:00:00Z"}"#;
const SSO: &str = r#"{"roleCredentials": {"accessKeyId": "SSOKEY", "secretAccessKey": "secret", "sessionToken": "token",
    "expiration": 4070908800000}}"#;
const STS: &str = "<Credentials><AccessKeyId>ROLEKEY</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
    <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>";

/// Starts a server that replaces FSx, STS, SSO and the endpoints for containers and instances. For each FSx call, it
/// adds the access key, the region and the session token to `calls`.
fn aws(calls: Arc<Mutex<Vec<String>>>) -> Server {
    Server::start(move |request| {
        let header = |name: &str| {
            let lines = request.lines().take_while(|line| !line.is_empty());
            let mut headers = lines.filter_map(|line| line.split_once(": "));
            headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        let line = request.lines().next().unwrap_or_default();
        let has_session = header("x-aws-ec2-metadata-token") == Some("session");
        match line.strip_suffix(" HTTP/1.1").unwrap_or_default() {
            _ if header("x-amz-target").is_some() => {
                let scope = header("authorization").and_then(|value| value.split_once("Credential=")).unwrap().1;
                let scope: Vec<_> = scope.split('/').collect();
                let token = header("x-amz-security-token").unwrap_or("-");
                calls.lock().unwrap().push(format!("{} {} {token}", scope[0], scope[2]));
                (200, "{}")
            }
            "POST /" if request.contains("Action=AssumeRole&") && request.contains("Credential=FILEKEY/") => (200, STS),
            "POST /" if request.contains("Action=AssumeRoleWithWebIdentity&") => (200, STS),
            "GET /creds" if header("authorization") == Some("container-token") => (200, JSON),
            path if path.starts_with("GET /federation/credentials?") => (200, SSO),
            "PUT /latest/api/token" => (200, "session"),
            "GET /latest/meta-data/placement/region" if has_session => (200, "eu-north-1"),
            "GET /latest/meta-data/iam/security-credentials-extended/" if has_session => (200, "my-role"),
            "GET /latest/meta-data/iam/security-credentials-extended/my-role" if has_session => (200, JSON),
            _ => (404, "{}"),
        }
    })
}

/// The program. It does nothing if it runs as an ordinary test.
#[test]
fn program() {
    match std::env::var(PROGRAM).as_deref() {
        Ok("async") => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = fsx::Client::from_env().await.unwrap();
                client.describe_file_systems().await.unwrap();
            });
        }
        Ok("blocking") => {
            let client = fsx::blocking::Client::from_env().unwrap();
            client.describe_file_systems().send().unwrap();
        }
        _ => {}
    }
}

/// The environment variables and files of a program.
struct Setup {
    name: &'static str,
    vars: &'static [(&'static str, &'static str)],
    /// The files in the home directory, each with its path and contents.
    files: &'static [(&'static str, &'static str)],
    /// The access key, the region and the session token that the call uses.
    call: &'static str,
}

const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");

/// In values, `HOME` is replaced with the home directory, and `SERVER` with the URL of the server.
const SETUPS: &[Setup] = &[
    Setup {
        name: "access key in variables",
        vars: &[REGION, ("AWS_ACCESS_KEY_ID", "VARKEY"), ("AWS_SECRET_ACCESS_KEY", "secret")],
        files: &[],
        call: "VARKEY eu-west-1 -",
    },
    Setup {
        name: "temporary credentials in variables",
        vars: &[
            REGION,
            ("AWS_ACCESS_KEY_ID", "VARKEY"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
        ],
        files: &[],
        call: "VARKEY eu-west-1 token",
    },
    Setup {
        name: "aws configure",
        vars: &[],
        files: &[
            (".aws/config", "[default]\nregion = us-west-2\noutput = json\n"),
            (".aws/credentials", "[default]\naws_access_key_id = FILEKEY\naws_secret_access_key = secret\n"),
        ],
        call: "FILEKEY us-west-2 -",
    },
    Setup {
        name: "named profile",
        vars: &[("AWS_PROFILE", "dev")],
        files: &[(
            ".aws/config",
            "[default]\nregion = us-west-2\n[profile dev]\nregion = eu-central-1\naws_access_key_id = DEVKEY\n\
             aws_secret_access_key = secret\n",
        )],
        call: "DEVKEY eu-central-1 -",
    },
    Setup {
        name: "files at other paths, written on Windows",
        vars: &[("AWS_CONFIG_FILE", "HOME/my config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/my credentials")],
        files: &[
            ("my config", "\u{feff}[default]\r\nregion = us-west-2\r\n"),
            ("my credentials", "[default]\r\naws_access_key_id = FILEKEY\r\naws_secret_access_key = secret\r\n"),
        ],
        call: "FILEKEY us-west-2 -",
    },
    Setup {
        name: "role of another account",
        vars: &[("AWS_PROFILE", "role")],
        files: &[(
            ".aws/config",
            "[profile role]\nregion = us-west-2\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n\
             [profile keys]\naws_access_key_id = FILEKEY\naws_secret_access_key = secret\n",
        )],
        call: "ROLEKEY us-west-2 token",
    },
    Setup {
        name: "IAM Identity Center",
        vars: &[],
        files: &[
            (
                ".aws/config",
                "[default]\nregion = us-west-2\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n",
            ),
            (
                // The name of this file is the SHA-1 hash of the session name `corp`.
                ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
                r#"{"accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z"}"#,
            ),
        ],
        call: "SSOKEY us-west-2 token",
    },
    Setup {
        name: "program",
        vars: &[REGION],
        files: &[
            (".aws/config", "[default]\ncredential_process = /bin/sh \"my credentials.sh\" 'two words'\n"),
            (
                "my credentials.sh",
                "test \"$1\" = 'two words' || exit 1\n\
                 echo '{\"Version\": 1, \"AccessKeyId\": \"PROCESSKEY\", \"SecretAccessKey\": \"secret\"}'\n",
            ),
        ],
        call: "PROCESSKEY eu-west-1 -",
    },
    Setup {
        name: "EKS service account",
        vars: &[
            REGION,
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/token"),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
        ],
        files: &[("token", "web-identity-token\n")],
        call: "ROLEKEY eu-west-1 token",
    },
    Setup {
        name: "EKS pod identity",
        vars: &[
            REGION,
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "SERVER/creds"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/token"),
        ],
        files: &[("token", "container-token\n")],
        call: "ENDPOINTKEY eu-west-1 token",
    },
    Setup {
        name: "EC2 instance",
        vars: &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "SERVER")],
        files: &[],
        call: "ENDPOINTKEY eu-north-1 token",
    },
    Setup {
        name: "local server in the profile",
        vars: &[("AWS_ENDPOINT_URL", "")],
        files: &[
            (
                ".aws/config",
                "[default]\nregion = us-east-1\nservices = local\n[services local]\nfsx =\n  endpoint_url = SERVER\n",
            ),
            (".aws/credentials", "[default]\naws_access_key_id = test\naws_secret_access_key = test\n"),
        ],
        call: "test us-east-1 -",
    },
];

/// Creates the home directory for a setup.
fn home(setup: &Setup, server: &Server) -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("setups").join(setup.name.replace(' ', "-"));
    // An earlier run may have left its files behind.
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).unwrap();
    for (name, contents) in setup.files {
        let path = home.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, replaced(contents, &home, server)).unwrap();
    }
    home
}

fn replaced(text: &str, home: &Path, server: &Server) -> String {
    text.replace("HOME", home.to_str().unwrap()).replace("SERVER", &server.url())
}

#[test]
fn both_clients_find_credentials() {
    for setup in SETUPS {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let server = aws(Arc::clone(&calls));
        let home = home(setup, &server);
        for client in ["async", "blocking"] {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "program"]).env_clear().env(PROGRAM, client).env("HOME", &home);
            // Profiles refer to commands by relative paths, since an absolute path may contain characters that are not
            // allowed in profiles.
            command.current_dir(&home).env("AWS_ENDPOINT_URL", server.url());
            command.envs(setup.vars.iter().map(|(name, value)| (name, replaced(value, &home, &server))));
            let output = command.output().unwrap();
            let problem = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{} ({client}): {problem}\n{server:?}", setup.name);
            assert_eq!(std::mem::take(&mut *calls.lock().unwrap()), [setup.call], "{} ({client})", setup.name);
        }
    }
}
