//! Tests the events that are emitted with the `tracing` feature.

use std::cell::RefCell;
use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::imds::{ENDPOINT, ok, on, until};
use super::*;

/// A subscriber that records a line for each event, separately for each thread. It is global, because a subscriber for
/// a single thread may miss callsites that other threads registered first.
struct Journal;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A visitor that reads the message of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        self.0 += &format!("{value:?}");
    }
}

impl Subscriber for Journal {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(format!("{} ", event.metadata().level()));
        event.record(&mut message);
        LINES.with_borrow_mut(|lines| lines.push(message.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn expired_credentials_of_an_instance_are_logged() {
    tracing::subscriber::set_global_default(Journal).unwrap();
    let fake = Fake::new([ok("t"), ok("r"), until("OLD", "2026-11-22T09:00:00Z")]);
    assert_eq!(search(&on(&[(ENDPOINT, &fake.url())], "")).unwrap().access_key_id, "OLD");
    assert_eq!(
        LINES.take(),
        ["WARN EC2 instance metadata has no new credentials; the expired credentials remain in use"]
    );
}
