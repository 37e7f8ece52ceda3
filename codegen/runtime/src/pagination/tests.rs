//! Tests pagination with a service that has a single paginated operation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use serde_json::{Value, json};

use super::*;
use crate::client::Client;
use crate::client::tests::toy::{TOY, TOY_SCHEMA, Toy};
use crate::clock::block_on;
use crate::error::UnknownError;
use crate::operation::Service;
use crate::options::CallOptions;
use crate::schema::{self, OperationSchema};
use crate::testing::{MockResponse, RecordedRequest};

static LIST: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.ListToys", schema::of::<ListToys>(), schema::of::<Listed>());

#[derive(Clone, Debug, Default)]
struct ListToys {
    token: Option<String>,
}

schema::structure! {
    ListToys: "toy", "ListToys";
    option "Token" token: String;
}

struct Listed {
    toys: Vec<i64>,
    token: Option<String>,
}

schema::structure! {
    Listed: "toy", "Listed";
    required "Toys" toys: List(Long);
    option "Token" token: String;
}

impl Request for ListToys {
    type Response = Listed;
    type Error = UnknownError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = &LIST;
}

impl Paginated for ListToys {
    type Token = String;

    fn input_token(&self) -> Option<String> {
        self.token.clone()
    }

    fn set_input_token(&mut self, token: String) {
        self.token = Some(token);
    }

    fn output_token(response: &Listed) -> Option<String> {
        response.token.clone().filter(|token| !token.is_empty())
    }
}

impl PaginatedItems for ListToys {
    type Item = i64;

    fn items(response: Listed) -> Vec<i64> {
        response.toys
    }
}

/// Creates a client for a service that returns the given pages. Each page consists of its items and the token of the
/// next page.
fn shelf(pages: &[(&[i64], Option<&str>)]) -> Toy {
    let toy = Toy::new();
    for (toys, token) in pages {
        toy.mock.respond("ListToys", MockResponse::json(json!({ "Toys": toys, "Token": token }).to_string()));
    }
    toy
}

fn list(client: &Client) -> Call<ListToys> {
    Call::new(client, ListToys::default())
}

/// Returns the tokens that the service received.
fn requested_tokens(toy: &Toy) -> Vec<Option<String>> {
    let token = |request: &RecordedRequest| {
        serde_json::from_slice::<Value>(request.body()).unwrap()["Token"].as_str().map(str::to_owned)
    };
    toy.mock.requests().iter().map(token).collect()
}

#[test]
fn items_come_from_all_pages_even_past_an_empty_one() {
    let toy = shelf(&[(&[1, 2], Some("a")), (&[], Some("b")), (&[3], None)]);
    assert_eq!(block_on(list(&toy.client).items().collect()).unwrap(), [1, 2, 3]);
    assert_eq!(requested_tokens(&toy), [None, Some("a".to_owned()), Some("b".to_owned())]);
}

#[test]
fn the_remaining_items_include_those_of_the_current_page() {
    let toy = shelf(&[(&[1, 2, 3], Some("a")), (&[4], None)]);
    let mut items = list(&toy.client).items();
    assert_eq!(block_on(items.try_next()).unwrap(), Some(1));
    assert_eq!(block_on(items.collect()).unwrap(), [2, 3, 4]);
}

#[test]
fn the_user_agent_reports_a_paginator() {
    let toy = shelf(&[(&[1], Some("a")), (&[2], None)]);
    block_on(list(&toy.client).pages().collect()).unwrap();
    for agent in toy.sent("user-agent") {
        assert!(agent.contains(" m/C,E,e "), "{agent}");
    }
}

#[test]
fn an_empty_token_or_that_of_the_request_ends_the_pagination() {
    let toy = shelf(&[(&[1], Some(""))]);
    assert_eq!(block_on(list(&toy.client).items().collect()).unwrap(), [1]);
    let toy = shelf(&[(&[1], Some("a")), (&[2], Some("a")), (&[3], None)]);
    assert_eq!(block_on(list(&toy.client).items().collect()).unwrap(), [1, 2]);
    let toy = shelf(&[(&[1], Some("a"))]);
    let request = ListToys { token: Some("a".to_owned()) };
    assert_eq!(block_on(Call::<_, Async>::new(&toy.client, request).items().collect()).unwrap(), [1]);
}

#[test]
fn the_token_of_an_earlier_page_is_an_error_after_the_items_of_the_page() {
    let round: &[(&[i64], Option<&str>)] =
        &[(&[1], Some("a")), (&[2], Some("b")), (&[3], Some("c")), (&[4], Some("a")), (&[5], None)];
    let line = "ListToys failed: the page has the pagination token of an earlier page";
    let toy = shelf(round);
    let mut items = list(&toy.client).items();
    for expected in 1..=4 {
        assert_eq!(block_on(items.try_next()).unwrap(), Some(expected));
    }
    let error = block_on(items.try_next()).unwrap_err();
    assert!(
        matches!(&error, SdkError::ResponseError(failure) if matches!(failure.cause(), ResponseError::RepeatedToken))
    );
    assert_eq!((error.to_string().as_str(), error.attempts(), error.is_retryable()), (line, 1, false));
    assert_eq!(block_on(items.try_next()).unwrap(), None);
    assert_eq!(block_on(list(&shelf(round).client).items().collect()).unwrap_err().to_string(), line);
    assert!(block_on(list(&shelf(round).client).pages().collect()).is_err());

    let toy = shelf(round);
    let request = ListToys { token: Some("b".to_owned()) };
    let mut pages = Call::<_, Async>::new(&toy.client, request).pages();
    for expected in ["a", "b"] {
        block_on(pages.try_next()).unwrap().unwrap();
        assert_eq!(pages.token().map(String::as_str), Some(expected));
    }
    assert!(block_on(pages.try_next()).is_err());
    assert_eq!(pages.token().map(String::as_str), Some("b"));
    assert!(block_on(pages.try_next()).unwrap().is_none());
    #[cfg(feature = "blocking")]
    {
        let toy = shelf(round);
        let items = list(&toy.client).blocking().items().map(|item| item.ok());
        assert_eq!(items.collect::<Vec<_>>(), [Some(1), Some(2), Some(3), Some(4), None]);
    }
}

/// The memory and the time for each page do not grow with the number of pages.
#[test]
fn a_limited_number_of_tokens_is_kept() {
    let tokens: Vec<String> = (0..300).map(|page| page.to_string()).collect();
    let round: Vec<(&[i64], Option<&str>)> = tokens.iter().map(|token| (&[1][..], Some(token.as_str()))).collect();
    let toy = shelf(&round);
    let mut pages = list(&toy.client).pages();
    for _ in &round {
        assert!(block_on(pages.try_next()).unwrap().is_some());
    }
    assert_eq!(pages.used.len(), REMEMBERED);
}

#[test]
fn pages_are_fetched_only_when_they_are_polled_and_can_be_resumed() {
    let toy = shelf(&[(&[1], Some("a")), (&[2], Some("b")), (&[3], None)]);
    let mut pages = list(&toy.client).pages();
    assert!(toy.mock.requests().is_empty() && pages.token().is_none());
    let page = block_on(pages.try_next()).unwrap().unwrap();
    assert_eq!((page.toys.as_slice(), page.request_id()), (&[1][..], Some("mock-request-id")));
    assert_eq!((requested_tokens(&toy).len(), pages.token().map(String::as_str)), (1, Some("a")));

    let request = ListToys { token: pages.token().cloned() };
    let rest = Call::<_, Async>::new(&toy.client, request).pages();
    let rest: Vec<_> = block_on(rest.collect()).unwrap().into_iter().map(|page| page.into_inner().toys).collect();
    assert_eq!(rest, [[2], [3]]);
}

#[test]
fn an_error_ends_the_pagination_and_keeps_the_token_of_the_page() {
    let toy = shelf(&[(&[1], Some("a"))]);
    toy.mock.respond("ListToys", MockResponse::error("ToyBoxLocked", "come back later"));
    let mut pages = list(&toy.client).pages();
    assert!(block_on(pages.try_next()).unwrap().is_some());
    assert_eq!(
        block_on(pages.try_next()).err().and_then(|error| error.code().map(str::to_owned)).unwrap(),
        "ToyBoxLocked"
    );
    assert_eq!(pages.token().map(String::as_str), Some("a"));
    assert!(block_on(pages.try_next()).unwrap().is_none());
    assert_eq!(requested_tokens(&toy).len(), 2);

    // A paginator that resumes from a token also keeps it if the first page cannot be retrieved.
    toy.mock.respond("ListToys", MockResponse::error("ToyBoxLocked", "come back later"));
    let mut pages = Call::<_, Async>::new(&toy.client, ListToys { token: Some("a".to_owned()) }).pages();
    assert!(block_on(pages.try_next()).is_err());
    assert_eq!(pages.token().map(String::as_str), Some("a"));
}

#[test]
fn after_a_dropped_poll_the_same_request_continues() {
    let toy = shelf(&[]);
    let polls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&polls);
    toy.mock.respond_with("ListToys", move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        MockResponse::json(r#"{"Toys":[1]}"#).after(std::time::Duration::from_secs(1))
    });
    let mut items = list(&toy.client).items();
    let mut cx = Context::from_waker(Waker::noop());
    {
        let mut next = std::pin::pin!(items.try_next());
        assert!(next.as_mut().poll(&mut cx).is_pending());
    }
    assert_eq!(block_on(items.try_next()).unwrap(), Some(1));
    assert_eq!(polls.load(Ordering::SeqCst), 1);
}

#[test]
fn options_apply_to_every_page() {
    let toy = shelf(&[(&[1], Some("a")), (&[2], None)]);
    let call = list(&toy.client).with_options(CallOptions::new().region("us-east-2"));
    block_on(call.items().collect()).unwrap();
    assert_eq!(toy.sent("host"), ["toy.us-east-2.example.com"; 2]);
}

#[cfg(feature = "blocking")]
#[test]
fn blocking_paginators_are_iterators() {
    let toy = shelf(&[(&[1, 2], Some("a")), (&[3], None)]);
    let items: Result<Vec<i64>, _> = list(&toy.client).blocking().items().collect();
    assert_eq!(items.unwrap(), [1, 2, 3]);
    assert_eq!(requested_tokens(&toy), [None, Some("a".to_owned())]);
    // The mock has no more responses, so the first page is an error, and the iterator ends after it.
    assert_eq!(list(&toy.client).blocking().pages().filter(Result::is_err).count(), 1);
}
