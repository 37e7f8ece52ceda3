//! Tests that secrets are not printed. Puts secrets wherever a program may have them, and searches for these secrets in
//! everything that can be printed.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fsx::config::Environment;
use fsx::credentials::Credentials;
use fsx::error::{ErrorMetadata, SdkError};
use fsx::http;
use fsx::interceptor::{Attempt, Interceptor, Outcome};
use fsx::retry::RetryConfig;
use fsx::timeout::TimeoutConfig;
use fsx::transport::{BlockingTransport, HttpOptions, HyperTransport};
use fsx::types::SelfManagedActiveDirectoryConfiguration;
use fsx::{Client, Config};
use simba_tests::{Crates, fixture, generate, sources, text};
use tracing::field::{Field, Visit};

use crate::server::{Security, Server, Step};

const KEY: &str = "PLANTED/secret+key";
const TOKEN: &str = "PLANTED/session+token";
const PASSWORD: &str = "PLANTED-password";

/// Everything that has been printed.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<String>>);

/// This interceptor is printed with its client, and must not repeat what has been printed before.
impl Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Paper")
    }
}

impl Paper {
    fn print(&self, text: &str) {
        let mut paper = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paper.push_str(text);
        paper.push('\n');
    }

    fn show(&self, value: &dyn Debug) {
        self.print(&format!("{value:?}\n{value:#?}"));
    }

    /// Panics if a secret has been printed, or if one of the expected strings has not been printed.
    fn has_no_secret_but(&self, expected: &[&str]) {
        let paper = self.0.lock().unwrap();
        if let Some(at) = paper.find("PLANTED") {
            let start = paper[..at].char_indices().rev().nth(300).map_or(0, |(start, _)| start);
            panic!("the output contains a secret: {}", &paper[start..at]);
        }
        for text in expected {
            assert!(paper.contains(text), "`{text}` was not printed:\n{paper}");
        }
    }
}

/// Prints everything that is logged through `tracing` and `log` by any crate.
impl tracing::Subscriber for Paper {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.print(span.metadata().name());
        span.record(&mut self.clone());
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

impl Visit for Paper {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.print(&format!("{field}={value:?}"));
    }
}

impl log::Log for Paper {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.print(&format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

impl Interceptor for Paper {
    fn before_send(&self, attempt: &Attempt<'_>, request: &mut http::request::Parts) {
        self.show(attempt);
        self.show(request);
    }

    fn after_attempt(&self, attempt: &Attempt<'_>, outcome: Outcome<'_>) {
        self.show(attempt);
        self.show(&outcome);
    }
}

/// Returns a response with this body.
fn response(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Returns servers that make calls fail in different ways.
fn servers() -> Vec<Server> {
    let serve = |response: Vec<u8>| vec![vec![Step::Serve(response)]];
    let plain = [
        vec![],
        vec![vec![]],
        vec![vec![Step::Hold]],
        serve(response("200 OK", "{}")),
        serve(response(
            "200 OK",
            &format!(r#"{{"FileSystems":[{{"OntapConfiguration":{{"FsxAdminPassword":"{PASSWORD}"}}}}]}}"#),
        )),
        serve(response("200 OK", "[")),
        serve(response("200 OK", r#"{"StorageVirtualMachine":{"CreationTime":"x"}}"#)),
        serve(response("400 Bad Request", r#"{"__type":"BadRequest","Message":"no"}"#)),
        serve(response("500 Internal Server Error", "<html>")),
        serve(response("301 Moved Permanently", "")),
        serve(b"SSH-2.0\r\n".to_vec()),
        serve(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec()),
    ];
    let mut servers: Vec<_> = plain.into_iter().map(|script| Server::start(Security::Plain, script)).collect();
    servers.push(Server::start(Security::SelfSigned, vec![vec![]]));
    servers.push(Server::start(Security::Pretended, vec![vec![Step::Write(b"no TLS".to_vec())]]));
    servers
}

fn config(server: &Server, paper: &Paper) -> Config {
    let timeouts = TimeoutConfig::new().read(Duration::from_millis(30));
    Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", KEY).session_token(TOKEN))
        .endpoint_url(server.url())
        .retry(RetryConfig::standard().max_backoff(Duration::from_millis(1)))
        .timeouts(timeouts)
        .interceptor(paper.clone())
        .build()
}

#[test]
fn no_output_contains_a_secret() {
    let paper = Paper::default();
    tracing::subscriber::set_global_default(paper.clone()).unwrap();
    log::set_boxed_logger(Box::new(paper.clone())).unwrap();
    // At the `Trace` level, ureq prints all bytes that it sends. The documentation of `BlockingTransport` describes
    // this.
    log::set_max_level(log::LevelFilter::Debug);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for server in servers() {
        let options = HttpOptions::new().ca_bundle(server.trusted());
        let builder = || config(&server, &paper).to_builder();
        let waiting = builder().transport(HyperTransport::new(options.clone())).build();
        let blocking = builder().transport(BlockingTransport::new(options)).build();
        runtime.block_on(calls(&Client::new(waiting), &paper));
        blocking_calls(&fsx::blocking::Client::new(blocking), &paper);
        for request in server.seen() {
            assert!(request.header("x-amz-security-token").is_some(), "the secrets are really in use");
        }
    }
    paper.has_no_secret_but(&["CreateStorageVirtualMachine", "retrying", "ureq", "BadRequest", "redacted", "aws_call"]);
}

async fn calls(client: &Client, paper: &Paper) {
    let directory = || {
        SelfManagedActiveDirectoryConfiguration::new("corp.example.com", ["192.0.2.1"])
            .password(PASSWORD)
            .user_name("admin")
    };
    let create = client.create_storage_virtual_machine("fs-1", "svm").svm_admin_password(PASSWORD);
    paper.show(&(client, client.config(), client.config().to_builder(), &create, directory()));
    if let Ok(request) = create.clone().prepare().await {
        // The body consists of bytes, in which secrets cannot be redacted.
        paper.show(&request.into_parts().0);
    }
    outcome(paper, create.await);
    outcome(paper, client.update_storage_virtual_machine("svm-1").svm_admin_password(PASSWORD).await);
    outcome(paper, client.describe_file_systems().await);
}

fn blocking_calls(client: &fsx::blocking::Client, paper: &Paper) {
    let create = client.create_storage_virtual_machine("fs-1", "svm").svm_admin_password(PASSWORD);
    paper.show(&(client, &create));
    outcome(paper, create.send());
    outcome(paper, client.describe_file_systems().send());
}

fn outcome<T: Debug, E: Debug + std::fmt::Display>(paper: &Paper, outcome: Result<T, SdkError<E>>) {
    paper.show(&outcome);
    if let Err(error) = outcome {
        paper.print(&error.to_string());
    }
}

/// Returns environments with unusable credentials, and the expected messages.
fn broken_environments(server: &Server) -> Vec<(&'static str, Environment)> {
    let variables = |own: &[(&str, &str)]| {
        let usual = [("AWS_REGION", "us-east-1"), ("HOME", "/home/me"), ("AWS_EC2_METADATA_DISABLED", "true")];
        Environment::fixed(usual.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    };
    let profile = |text: &str| variables(&[]).file("/home/me/.aws/credentials", text);
    let instance = format!("{}/", server.url());
    vec![
        (
            "header",
            variables(&[
                ("AWS_ACCESS_KEY_ID", "AKID"),
                ("AWS_SECRET_ACCESS_KEY", KEY),
                ("AWS_SESSION_TOKEN", "PLANTED\u{1}x"),
            ]),
        ),
        ("AWS_SECRET_ACCESS_KEY", variables(&[("AWS_ACCESS_KEY_ID", "AKID")])),
        ("", variables(&[("AWS_SECRET_ACCESS_KEY", KEY)])),
        ("credentials:2", profile(&format!("[default]\naws_secret_access_key {KEY}\n"))),
        ("credentials:1", profile(&format!("{KEY}\n"))),
        ("credentials:1", profile(&format!("[default {KEY}\n"))),
        ("", profile(&format!("[default]\naws_secret_access_key = {KEY}\n"))),
        (
            "JSON",
            profile(&format!("[default]\ncredential_process = echo '{{\"Version\":1,\"SecretAccessKey\":\"{KEY}'\n")),
        ),
        (
            "incomplete credentials",
            profile(&format!(
                "[default]\ncredential_process = echo '{{\"Version\":1,\"SecretAccessKey\":\"{KEY}\"}}'\n"
            )),
        ),
        ("not valid JSON", variables(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url())])),
        (
            "not valid JSON",
            variables(&[
                ("AWS_EC2_METADATA_DISABLED", "false"),
                ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &instance),
                ("AWS_EC2_INSTANCE_PROFILE_NAME", "role"),
            ]),
        ),
    ]
}

#[tokio::test]
async fn errors_about_invalid_credentials_contain_no_secret() {
    let half = format!(r#"{{"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"{KEY}"#);
    let server = Server::start(Security::Plain, vec![vec![Step::Serve(response("200 OK", &half))]]);
    let paper = Paper::default();
    for (expected, environment) in broken_environments(&server) {
        paper.show(&environment);
        let said = match fsx::config::from_environment(&environment) {
            Ok(config) => {
                let config = config.to_builder().transport(HyperTransport::new(HttpOptions::new())).build();
                let client = Client::new(config);
                let error = client.prepare_any().await;
                paper.show(&(&client, &error));
                error.to_string()
            }
            Err(error) => {
                paper.show(&error);
                error.to_string()
            }
        };
        paper.print(&said);
        assert!(said.contains(expected), "not `{expected}`: {said}");
    }
    paper.has_no_secret_but(&["AWS_SECRET_ACCESS_KEY"]);
}

/// Prepares the request of an operation without sending it, and returns the error.
trait PrepareAny {
    async fn prepare_any(&self) -> SdkError<ErrorMetadata>;
}

impl PrepareAny for Client {
    async fn prepare_any(&self) -> SdkError<ErrorMetadata> {
        let error = self.describe_backups().prepare().await.unwrap_err();
        error.map_service(|_| ErrorMetadata::default())
    }
}

#[tokio::test]
async fn the_password_in_a_url_is_redacted() {
    let paper = Paper::default();
    let urls = ["https://user:PLANTED@example.com/", "https://user:PLANTED@exa mple.com", "ftp://PLANTED@example.com"];
    for url in urls {
        let credentials = Credentials::new("AKIDEXAMPLE", KEY);
        let config = Config::builder().region("us-east-1").credentials_provider(credentials).endpoint_url(url).build();
        paper.show(&config);
        let error = Client::new(config).prepare_any().await;
        paper.print(&error.to_string());
        paper.show(&error);
        paper.show(&HttpOptions::new().proxy(url));
    }
    paper.has_no_secret_but(&["***@example.com"]);
}

/// Tests the output of a crate for a model with all kinds of sensitive shapes.
#[test]
fn sensitive_values_are_not_printed() {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "redaction");
    let model = sources(&["constructs/sensitive.json"]);
    let mut files = generate(&model, &Crates::options("toy-sensitive")).files;
    files.insert("tests/redaction.rs".to_owned(), text(&fixture("security/redaction.rs")));
    crates.add("toy-sensitive", &files);
    crates.run(&["test", "--test", "redaction", "--features", "testing"]);
}
