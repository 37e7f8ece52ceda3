//! Tests the log output of a program that uses a generated crate.

use std::sync::{Arc, Mutex};

use fsx::{Client, Config, credentials::Credentials, testing::*};

/// A subscriber that records the target and name of each span and event.
#[derive(Clone, Default)]
struct Targets(Arc<Mutex<Vec<(String, &'static str)>>>);

impl tracing::Subscriber for Targets {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let metadata = span.metadata();
        self.0.lock().expect("no other test").push((metadata.target().to_owned(), metadata.name()));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        self.0.lock().expect("no other test").push((event.metadata().target().to_owned(), "event"));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// Checks the targets of spans and events. With these targets, `RUST_LOG=fsx=debug` shows the logs of calls without
/// those of other crates.
#[tokio::test]
async fn spans_and_events_of_calls_have_the_generated_crate_as_their_target() {
    let targets = Targets::default();
    tracing::subscriber::set_global_default(targets.clone()).unwrap();
    let mock = MockTransport::new();
    mock.respond("DescribeBackups", TransportFault::ConnectionReset);
    mock.respond("DescribeBackups", MockResponse::error("BadRequest", "no"));
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    let client = Client::new(config.transport(mock).clock(ManualClock::skipping()).build());
    client.describe_backups().await.unwrap_err();

    let found = targets.0.lock().unwrap();
    let found: Vec<(&str, &str)> = found.iter().map(|(target, name)| (target.as_str(), *name)).collect();
    assert_eq!(found, [("fsx::client", "aws_call"), ("fsx::client", "event"), ("fsx::client", "event")]);
}
