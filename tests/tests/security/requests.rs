//! Tests that values from a server cannot inject headers into the next request or change its destination.

use std::time::Duration;

use fsx::call::CallOptions;
use fsx::config::Environment;
use fsx::credentials::Credentials;
use fsx::retry::RetryConfig;
use fsx::testing::{MockResponse, MockTransport};
use fsx::transport::{BlockingTransport, HttpOptions, HyperTransport};
use fsx::{Client, Config};

use crate::server::{Security, Server, Step};

const INJECTED: &str = "x\r\nx-injected: 1\r\n\r\nPOST / HTTP/1.1\r\n";

fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn config(url: String) -> Config {
    Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .endpoint_url(url)
        .transport(HyperTransport::new(HttpOptions::new()))
        .build()
}

#[tokio::test]
async fn a_page_token_with_line_breaks_stays_in_the_body() {
    let page = serde_json::json!({ "Backups": [], "NextToken": INJECTED }).to_string();
    let script = vec![vec![Step::Respond(response("200 OK", "", &page)), Step::Serve(response("200 OK", "", "{}"))]];
    let server = Server::start(Security::Plain, script);
    let client = Client::new(config(server.url()));
    let mut pages = client.describe_backups().pages();
    while pages.try_next().await.unwrap().is_some() {}
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].header("x-injected"), None);
    let body: serde_json::Value = serde_json::from_slice(&seen[1].body).unwrap();
    assert_eq!(body["NextToken"], INJECTED);
}

#[tokio::test]
async fn values_that_would_break_a_header_are_not_sent() {
    let server = Server::start(Security::Plain, vec![vec![Step::Serve(response("200 OK", "", "{}"))]]);
    let client = Client::new(config(server.url()).to_builder().app_id(INJECTED).build());
    client.call_raw(INJECTED, serde_json::json!({})).await.ok();
    client.describe_backups().await.unwrap();
    let region = client.describe_backups().with_options(CallOptions::new().region(INJECTED)).await.unwrap_err();
    assert!(!region.to_string().contains('\n'), "{region}");
    for session in [Some(INJECTED), None] {
        let credentials = Credentials::new(session.map_or(INJECTED, |_| "AKIDEXAMPLE"), "wJalrXUtnFEMI");
        let credentials = session.into_iter().fold(credentials, Credentials::session_token);
        let client = Client::new(config(server.url()).to_builder().credentials_provider(credentials).build());
        let error = client.describe_backups().await.unwrap_err();
        assert!(error.attempts() == 0 && !error.to_string().contains("x-injected"), "{error}");
    }
    assert!(!server.seen().is_empty());
    for request in server.seen() {
        assert_eq!(request.header("x-injected"), None, "{}", request.head);
    }
}

/// Checks the token of the metadata service, which the client sends back in a header.
#[tokio::test]
async fn an_instance_token_with_line_breaks_is_not_sent() {
    let token = response("200 OK", "", "token\r\nx-injected: 1");
    let server = Server::start(Security::Plain, vec![vec![Step::Serve(token)]]);
    let environment = Environment::fixed([
        ("AWS_REGION".to_owned(), "us-east-1".to_owned()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), server.url()),
    ]);
    let config = fsx::config::from_environment(&environment).unwrap();
    let config = config.to_builder().transport(HyperTransport::new(HttpOptions::new())).build();
    let error = Client::new(config).describe_backups().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "DescribeBackups failed: EC2 instance metadata: the header `x-aws-ec2-metadata-token` contains a character that is not \
         allowed in HTTP headers"
    );
    assert_eq!(server.seen().len(), 1, "only the token was requested");
}

/// Checks the name of the role that the metadata service returns, which becomes part of the next URL.
#[tokio::test]
async fn the_name_of_an_instance_role_cannot_change_the_url() {
    for role in ["x HTTP/1.1\u{b}x-injected: 1", "@example.com/", "../../../x\u{1b}[31m", "x?y#z", "\u{7f}", "é"] {
        let mock = MockTransport::new();
        let role = role.to_owned();
        mock.respond_with("instance metadata", move |request| match request.http().uri().path() {
            "/latest/api/token" => MockResponse::json("token"),
            "/latest/meta-data/iam/security-credentials/" => MockResponse::json(role.clone()),
            _ => MockResponse::json("{}"),
        });
        let environment = Environment::fixed([("AWS_REGION", "us-east-1")]);
        let config = fsx::config::from_environment(&environment).unwrap().to_builder().transport(mock.clone()).build();
        let error = Client::new(config).describe_backups().await.unwrap_err();
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
        for request in mock.requests() {
            let uri = request.http().uri();
            assert_eq!(uri.authority().unwrap(), "169.254.169.254", "{uri}");
            assert!(uri.path().starts_with("/latest/"), "{uri}");
        }
    }
}

/// Tests everything that a response can contain, with statuses that the client retries and statuses that it does not
/// retry.
#[tokio::test]
async fn a_response_does_not_affect_the_head_of_the_next_request() {
    let headers: String = [
        "x-amzn-requestid",
        "x-amz-request-id",
        "x-amz-id-2",
        "x-amzn-trace-id",
        "retry-after",
        "x-amz-retry-after",
        "set-cookie",
        "location",
        "date",
        "etag",
        "server",
        "x-amz-security-token",
        "x-amz-target",
        "content-type",
        "www-authenticate",
        "alt-svc",
        "strict-transport-security",
    ]
    .iter()
    .map(|name| format!("{name}: PLANTED\r\n"))
    .collect();
    let body = r#"{"__type":"ThrottlingException","Message":"PLANTED","NextToken":"PLANTED","region":"PLANTED"}"#;
    let say = |status: &str| Step::Respond(response(status, &headers, body));
    let good = Step::Serve(response("200 OK", "", "{}"));
    // A new connection is opened after a 503.
    let first = vec![say("400 Bad Request"), say("503 Service Unavailable")];
    let second = vec![say("200 OK"), say("401 Unauthorized"), say("421 Misdirected"), good];
    let server = Server::start(Security::Plain, vec![first, second]);
    let retry = RetryConfig::standard().max_backoff(Duration::from_millis(1));
    let client = Client::new(config(server.url()).to_builder().retry(retry).build());
    // The statuses are 400, 503 and 200, and then 401, 421 and 200.
    for _ in 0..2 {
        client.describe_backups().await.unwrap();
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 6, "{seen:?}");
    for request in seen {
        assert!(!request.head.to_uppercase().contains("PLANTED"), "{}", request.head);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start(Security::Plain, vec![vec![Step::Serve(response("200 OK", "", "{}"))]]);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let location = format!("Location: {}/\r\n", elsewhere.url());
        let script = vec![vec![Step::Serve(response(status, &location, ""))]];
        let server = Server::start(Security::Trusted, script);
        let options = HttpOptions::new().ca_bundle(server.trusted());
        let config = config(server.url()).to_builder().transport(HyperTransport::new(options.clone())).build();
        let error = Client::new(config.clone()).describe_backups().await.unwrap_err();
        assert_eq!((error.attempts(), error.status().unwrap().as_u16()), (1, status[..3].parse().unwrap()));
        let client = fsx::blocking::Client::new(config.to_builder().transport(BlockingTransport::new(options)).build());
        let error = tokio::task::spawn_blocking(move || client.describe_backups().send().unwrap_err()).await.unwrap();
        assert_eq!(error.attempts(), 1);
        assert_eq!(server.seen().len(), 2);
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn requests_are_encrypted_by_default() {
    for region in ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "not-a-region-1"] {
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI");
        let client = Client::new(Config::builder().region(region).credentials_provider(credentials).build());
        let request = client.describe_backups().prepare().await.unwrap();
        assert_eq!(request.uri().scheme_str(), Some("https"), "{region}");
    }
}

#[tokio::test]
async fn the_token_of_a_container_is_sent_only_to_its_endpoint() {
    for url in ["http://example.com/x", "http://169.254.169.254/x", "http://127.0.0.1@example.com/", "ftp://127.0.0.1/"]
    {
        let mock = MockTransport::new();
        let environment = Environment::fixed([
            ("AWS_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url),
        ]);
        let config = fsx::config::from_environment(&environment).unwrap().to_builder().transport(mock.clone()).build();
        let error = Client::new(config).describe_backups().await.unwrap_err();
        assert!(error.to_string().contains("AWS_CONTAINER_CREDENTIALS_FULL_URI"), "{error}");
        assert!(mock.requests().is_empty(), "{url} was called");
    }
}

#[tokio::test]
async fn the_command_of_a_profile_is_not_run_by_a_shell() {
    let directory = tempfile::tempdir().unwrap();
    let marker = directory.path().join("marker");
    let path = marker.display();
    let commands = [
        format!("echo $(touch {path})"),
        format!("echo `touch {path}`"),
        format!("echo x; touch {path}"),
        format!("echo x && touch {path}"),
        format!("echo x | touch {path}"),
        format!("echo x > {path}"),
        format!("\"echo x; touch {path}\""),
    ];
    for command in commands {
        let environment = Environment::fixed([("AWS_REGION", "us-east-1"), ("HOME", "/home/me")])
            .file("/home/me/.aws/config", format!("[default]\ncredential_process = {command}\n"));
        let config = fsx::config::from_environment(&environment).unwrap();
        let config = config.to_builder().transport(MockTransport::new()).build();
        let error = Client::new(config).describe_backups().await.unwrap_err();
        assert!(error.to_string().contains("credential_process"), "{error}");
        assert!(!marker.exists(), "a shell ran `{command}`");
    }
}
