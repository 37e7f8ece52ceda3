//! Compares the hosts of services that return credentials. For every region, with and without FIPS and dual stack, the
//! credential providers must call the host that botocore's endpoint rules return.

use std::sync::{Arc, Mutex};

use fsx::Body;
use fsx::BoxFuture;
use fsx::config::Environment;
use fsx::transport::{Transport, TransportError, TransportErrorKind};
use serde_json::{Value, json};

const SERVICES: [&str; 3] = ["sts", "sso", "sso-oidc"];

/// The token file of the SSO session named `session`. The name of the file is the SHA-1 hash of the session's name.
const TOKEN_FILE: &str = "/home/me/.aws/sso/cache/fcbdc4c271c889825d8338d2d8f10b6e5e95c171.json";

/// A service in a region, with options for the endpoint.
pub(crate) struct Case {
    service: &'static str,
    region: String,
    use_fips: bool,
    use_dual_stack: bool,
}

/// Returns cases for every region of every partition, and for an unknown region.
pub(crate) fn cases() -> Vec<Case> {
    let text = include_str!("../../../models/partitions.json");
    let partitions: Value = serde_json::from_str(text).unwrap();
    let partitions = partitions["partitions"].as_array().unwrap().iter();
    let regions = partitions.flat_map(|partition| partition["regions"].as_object().unwrap().keys().cloned());
    let mut cases = Vec::new();
    for region in regions.chain(["moon-south-1".to_owned()]) {
        for service in SERVICES {
            for (use_fips, use_dual_stack) in [(false, false), (false, true), (true, false), (true, true)] {
                cases.push(Case { service, region: region.clone(), use_fips, use_dual_stack });
            }
        }
    }
    cases
}

impl Case {
    /// Returns the case as a job for botocore.
    pub(crate) fn job(&self) -> Value {
        json!({
            "kind": "host",
            "service": self.service,
            "region": self.region,
            "use_fips": self.use_fips,
            "use_dual_stack": self.use_dual_stack,
        })
    }

    pub(crate) fn compare(&self, result: &Value) -> Option<String> {
        let ours = self.called();
        let theirs = result["url"].as_str().unwrap();
        (ours != theirs).then(|| {
            let Self { service, region, use_fips, use_dual_stack } = self;
            format!(
                "{service} in {region}, fips {use_fips}, dual stack {use_dual_stack}: ours is {ours}, botocore's {theirs}"
            )
        })
    }

    /// Returns the scheme and host of the first request for credentials.
    fn called(&self) -> String {
        let variables = [
            ("HOME", "/home/me"),
            ("AWS_REGION", self.region.as_str()),
            ("AWS_USE_FIPS_ENDPOINT", if self.use_fips { "true" } else { "false" }),
            ("AWS_USE_DUALSTACK_ENDPOINT", if self.use_dual_stack { "true" } else { "false" }),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ];
        let mut environment = Environment::fixed(variables).file("/token", "token");
        if self.service != "sts" {
            let profile = format!(
                "[default]\nsso_session = session\nsso_account_id = 123456789012\nsso_role_name = r\n\
                 [sso-session session]\nsso_region = {}\nsso_start_url = https://example.com/start\n",
                self.region
            );
            let expires_at = if self.service == "sso" { "9999-01-01T00:00:00Z" } else { "2020-01-01T00:00:00Z" };
            let token = json!({
                "accessToken": "token", "expiresAt": expires_at,
                "refreshToken": "refresh", "clientId": "id", "clientSecret": "secret",
            });
            environment = environment.file("/home/me/.aws/config", profile).file(TOKEN_FILE, token.to_string());
        }
        let seen = Seen::default();
        let config = fsx::config::from_environment(&environment).unwrap().to_builder().transport(seen.clone()).build();
        fsx::blocking::Client::new(config).describe_backups().send().unwrap_err();
        let first = seen.0.lock().unwrap().first().cloned();
        first.expect("a request for credentials was sent")
    }
}

/// A transport that records the scheme and host of each request without sending it.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Transport for Seen {
    fn send(
        &self,
        request: fsx::http::Request<Body>,
    ) -> BoxFuture<'_, Result<fsx::http::Response<Body>, TransportError>> {
        let uri = request.uri();
        let origin = format!("{}://{}", uri.scheme_str().unwrap(), uri.authority().unwrap());
        self.0.lock().unwrap().push(origin);
        let error = TransportError::new(TransportErrorKind::Other, "nothing is sent");
        Box::pin(std::future::ready(Err(error)))
    }
}
