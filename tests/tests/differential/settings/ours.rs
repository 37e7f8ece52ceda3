//! Sends a request with our client and the settings of a case, and records all requests, including those for
//! credentials.

use std::sync::{Arc, Mutex};

use fsx::Body;
use fsx::BoxFuture;
use fsx::config::Environment;
use fsx::http::{Request, Response};
use fsx::retry::RetryMode;
use fsx::transport::{Settings, Transport, TransportError};
use serde_json::{Value, json};

use super::case::{Case, RESPONSES};

/// A mock of AWS, the container endpoint, and the instance metadata service. It records requests and provides
/// credentials.
#[derive(Clone, Debug, Default)]
struct Service {
    requests: Arc<Mutex<Vec<Value>>>,
    endpoints: Vec<(&'static str, u16, String)>,
}

impl Transport for Service {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let operation = request.extensions().get::<Settings>().unwrap().operation.clone();
        if operation == "instance metadata" {
            return Box::pin(std::future::ready(Ok(self.of_endpoint(&request))));
        }
        self.requests.lock().unwrap().push(compared(&operation, &request));
        if operation == "container credentials" {
            return Box::pin(std::future::ready(Ok(self.of_endpoint(&request))));
        }
        let response = RESPONSES.iter().find(|(name, _)| *name == operation);
        let (status, body) = response.map_or((500, ""), |(_, body)| (200, body));
        let response = Response::builder().status(status).body(Body::from(body)).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }
}

impl Service {
    fn of_endpoint(&self, request: &Request<Body>) -> Response<Body> {
        let found = self.endpoints.iter().find(|(path, ..)| *path == request.uri().path());
        let (status, body) = found.map_or((404, String::new()), |(_, status, body)| (*status, body.clone()));
        Response::builder().status(status).body(Body::from(body)).unwrap()
    }
}

/// Returns the parts of a request that are compared.
fn compared(operation: &str, request: &Request<Body>) -> Value {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
    let url = request.uri().to_string();
    let (url, query) = url.split_once('?').unwrap_or((&url, ""));
    let mut query: Vec<_> = query.split('&').collect();
    query.sort_unstable();
    let form = header("content-type").is_some_and(|kind| kind.contains("form"));
    let form = if form { std::str::from_utf8(request.body().as_bytes().unwrap()).unwrap() } else { "" };
    let mut form: Vec<_> = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| [name, value].map(decoded))
        .collect();
    form.sort();
    let scope = header("authorization").and_then(|value| value.split_once("Credential=")).map(|(_, scope)| scope);
    let part = |number| scope.and_then(|scope| scope.split('/').nth(number));
    let app = header("user-agent").and_then(|agent| Some(agent.split_once(" app/")?.1));
    json!({
        "operation": operation,
        "url": url,
        "query": query,
        "form": form,
        "key": part(0),
        "region": part(2),
        "token": header("x-amz-security-token"),
        "bearer": header("x-amz-sso_bearer_token"),
        "authorization": header("authorization").filter(|_| operation == "container credentials"),
        "features": operation.starts_with("Describe").then(|| features(header("user-agent").unwrap_or_default())),
        "app": app.filter(|_| operation.starts_with("Describe")),
    })
}

/// Returns the features in a user agent that describe the source of the credentials.
fn features(agent: &str) -> Vec<&str> {
    let known = "e g h i k n o p q r s t u v w z 0 3 AC AD".split(' ').collect::<Vec<_>>();
    let found = agent.split(' ').find_map(|part| part.strip_prefix("m/")).unwrap_or_default();
    let mut found: Vec<_> = found.split(',').filter(|code| known.contains(code)).collect();
    if found.contains(&"o") {
        // botocore reports `n`, which means keys in a profile, for every source profile.
        found.retain(|code| *code != "n");
    }
    found.sort_unstable();
    found
}

/// Decodes a value from a form.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, others @ ..] = rest {
        rest = match (first, others) {
            (b'%', [high, low, others @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                others
            }
            _ => {
                bytes.push(*first);
                others
            }
        };
    }
    String::from_utf8(bytes).unwrap()
}

/// Sends a request with the settings of the case. Returns the recorded requests, or the error.
pub(super) fn outcome(case: &Case) -> Value {
    let vars = case.vars.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut environment = Environment::fixed(vars.chain([("HOME", "/home/me")]));
    for (name, contents) in [("config", &case.config), ("credentials", &case.credentials)] {
        if let Some(contents) = contents {
            environment = environment.file(format!("/home/me/.aws/{name}"), contents.clone());
        }
    }
    for (name, contents) in case.all_files() {
        // Some paths are relative to the working directory, and others are relative to the home directory, so each file
        // is in both.
        environment = environment.file(name, contents).file(format!("/home/me/{name}"), contents);
    }
    let refused = |error: &dyn std::error::Error| json!({ "refused": error.to_string() });
    let config = match fsx::config::from_environment(&environment) {
        Ok(config) => config,
        Err(error) => return refused(&error),
    };
    let service = Service { endpoints: case.endpoints.clone(), ..Service::default() };
    let client = fsx::blocking::Client::new(config.to_builder().transport(service.clone()).build());
    if let Err(error) = client.describe_file_systems().send() {
        return refused(&error);
    }
    let requests = std::mem::take(&mut *service.requests.lock().unwrap());
    let mode = if matches!(config.retry().mode(), RetryMode::Adaptive) { "adaptive" } else { "standard" };
    json!({
        "requests": requests,
        "mode": mode,
        "attempts": config.retry().attempts(),
        "ca_bundle": config.ca_bundle().map(|pem| std::str::from_utf8(pem).unwrap()),
    })
}
