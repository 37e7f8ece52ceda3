//! Test cases, which consist of environment variables and profile files.

use std::collections::BTreeMap;

use super::differences::Why;

/// Environment variables and profile files, with the expected difference between our client and botocore, if there is
/// one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub(crate) vars: Vec<(String, String)>,
    pub(crate) config: Option<Vec<u8>>,
    pub(crate) credentials: Option<Vec<u8>>,
    /// Files that replace those with the same names in [`FILES`], or are added to them.
    pub(crate) files: Vec<(&'static str, String)>,
    /// The responses of the container endpoint and the instance metadata service, each with its path, status, and body.
    /// The response for any other path is `404 Not Found`.
    pub(crate) endpoints: Vec<(&'static str, u16, String)>,
    pub(crate) difference: Option<(&'static Why, Ours)>,
}

/// The expected result of our client if it differs from botocore's.
#[derive(Clone, Debug)]
pub(crate) enum Ours {
    /// An error.
    Refused,
    /// botocore's result in this other case.
    As(Box<Case>),
}

/// Files other than the profile files, in the home directory and the working directory.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("token", "web-identity-token"),
    ("container-token", "container-token"),
    ("ca.pem", "ca.pem"),
    // The names of the files are the SHA-1 hashes of the session name `corp` and of the start URL `abc`.
    (".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", SSO_TOKEN),
    (".aws/sso/cache/a9993e364706816aba3e25717850c26c9cd0d89d.json", SSO_TOKEN),
];

const SSO_TOKEN: &str = r#"{"accessToken": "sso-token", "expiresAt": "2099-01-01T00:00:00Z", "region": "eu-west-1"}"#;

/// The response body of each operation.
pub(crate) const RESPONSES: &[(&str, &str)] = &[
    ("DescribeFileSystems", "{}"),
    (
        "GetRoleCredentials",
        r#"{"roleCredentials": {"accessKeyId": "SSOKEY", "secretAccessKey": "secret", "sessionToken": "token",
            "expiration": 4070908800000}}"#,
    ),
    ("CreateToken", r#"{"accessToken": "refreshed-token", "expiresIn": 3600, "refreshToken": "r2"}"#),
    (
        "AssumeRole",
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLEKEY</AccessKeyId><SecretAccessKey>secret\
         </SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         </AssumeRoleResult></AssumeRoleResponse>",
    ),
    (
        "AssumeRoleWithWebIdentity",
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>WEBKEY\
         </AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>\
         2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
         </AssumeRoleWithWebIdentityResponse>",
    ),
];

pub(crate) type Vars<'a> = &'a [(&'a str, &'a str)];

impl Case {
    /// Creates a case with a configuration file, and with access keys in environment variables.
    pub(crate) fn file(config: impl AsRef<[u8]>) -> Self {
        Self::default().var("AWS_ACCESS_KEY_ID", "VARKEY").var("AWS_SECRET_ACCESS_KEY", "secret").config(config)
    }

    /// Creates a case with a configuration file, and with a region in an environment variable.
    pub(crate) fn profile(config: impl AsRef<[u8]>) -> Self {
        Self::default().var("AWS_DEFAULT_REGION", "eu-west-1").config(config)
    }

    /// Creates a case with these environment variables, and with others for a region and access keys.
    pub(crate) fn vars(vars: Vars<'_>) -> Self {
        let case = Self::file("").var("AWS_DEFAULT_REGION", "eu-west-1");
        vars.iter().fold(case, |case, (name, value)| case.var(name, value))
    }

    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.retain(|(known, _)| known != name);
        self.vars.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.vars.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn config(mut self, text: impl AsRef<[u8]>) -> Self {
        self.config = Some(text.as_ref().to_vec());
        self
    }

    pub(crate) fn credentials(mut self, text: impl AsRef<[u8]>) -> Self {
        self.credentials = Some(text.as_ref().to_vec());
        self
    }

    pub(crate) fn file_in_home(mut self, name: &'static str, contents: impl Into<String>) -> Self {
        self.files.push((name, contents.into()));
        self
    }

    pub(crate) fn endpoint(mut self, path: &'static str, status: u16, body: impl Into<String>) -> Self {
        self.endpoints.push((path, status, body.into()));
        self
    }

    /// Returns all files other than the profile files.
    pub(crate) fn all_files(&self) -> BTreeMap<&str, &str> {
        let own = self.files.iter().map(|(name, contents)| (*name, contents.as_str()));
        FILES.iter().copied().chain(own).collect()
    }

    pub(crate) fn refused(mut self, why: &'static Why) -> Self {
        self.difference = Some((why, Ours::Refused));
        self
    }

    pub(crate) fn read_as(mut self, why: &'static Why, other: Self) -> Self {
        self.difference = Some((why, Ours::As(Box::new(other))));
        self
    }
}
