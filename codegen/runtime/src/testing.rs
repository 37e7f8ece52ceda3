//! Testing programs that call AWS, without AWS.
//!
//! In: canned responses, by operation. Out: the requests that the program sent, as typed values, and
//! time that passes only when the test says so.
//!
//! ```
//! use simba_runtime::config::Config;
//! use simba_runtime::testing::{MockResponse, ManualClock, MockTransport};
//!
//! let mock = MockTransport::new();
//! mock.respond("DescribeBackups", MockResponse::error("InternalServerError", "try again").status(500));
//! mock.respond("DescribeBackups", MockResponse::json(r#"{"Backups": []}"#));
//! // No test waits for a retry: this clock skips whatever all would sleep through.
//! let config = Config::builder().transport(mock.clone()).clock(ManualClock::skipping());
//! // … build a client, call it, then look at `mock.requests()`.
//! ```

#[cfg(feature = "cbor")]
mod cbor;
mod clock;
#[doc(hidden)]
pub mod protocol;
mod response;

pub use clock::ManualClock;
pub use response::{MockResponse, TransportFault};

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_core::de::DeserializeOwned;

use crate::BoxFuture;
use crate::body::Body;
use crate::clock::{Clock, SystemClock};
use crate::transport::{Settings, Transport, TransportError, TransportErrorKind};

/// A transport that answers from memory and records what it is sent.
///
/// Clones share everything: give one to the client and keep one to look at.
#[derive(Clone, Debug, Default)]
pub struct MockTransport {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: BTreeMap<String, VecDeque<MockResponse>>,
    always: BTreeMap<String, Always>,
    requests: Vec<RecordedRequest>,
    clock: Option<Arc<dyn Clock>>,
}

#[derive(Clone)]
struct Always(Arc<dyn Fn(&RecordedRequest) -> MockResponse + Send + Sync>);

impl fmt::Debug for Always {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Always")
    }
}

/// A request that was sent.
#[derive(Clone)]
pub struct RecordedRequest {
    operation: String,
    request: http::Request<Bytes>,
}

/// The body is shown by its length: it is part of what a client's `Debug` shows, and may hold what is sensitive.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("operation", &self.operation)
            .field("method", self.request.method())
            .field("uri", self.request.uri())
            .field("headers", self.request.headers())
            .field("body_length", &self.request.body().len())
            .finish()
    }
}

impl RecordedRequest {
    /// The name of the operation that was called.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The request as it would have gone over the wire.
    pub fn http(&self) -> &http::Request<Bytes> {
        &self.request
    }

    /// A header's value; `None` if it is absent or no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// The request's body.
    pub fn body(&self) -> &Bytes {
        self.request.body()
    }

    /// The request as the typed value that the program sent.
    ///
    /// # Errors
    ///
    /// If the body is not one of `R`.
    pub fn request<R: DeserializeOwned>(&self) -> Result<R, serde_json::Error> {
        #[cfg(feature = "cbor")]
        if cbor::speaks(&self.request) {
            return cbor::read(self.request.body());
        }
        serde_json::from_slice(self.request.body())
    }
}

impl MockTransport {
    /// A transport without answers: each call is an error that says so.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the next call of the operation that has no response yet.
    pub fn respond(&self, operation: impl Into<String>, answer: impl Into<MockResponse>) -> &Self {
        self.lock().next.entry(operation.into()).or_default().push_back(answer.into());
        self
    }

    /// Answers every call of the operation for which there is no [`respond`](Self::respond) left.
    pub fn respond_with(
        &self,
        operation: impl Into<String>,
        answer: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> &Self {
        self.lock().always.insert(operation.into(), Always(Arc::new(answer)));
        self
    }

    /// Sets the clock by which [late](MockResponse::after) answers are late: the client's.
    pub fn clock(&self, clock: impl Clock + 'static) -> &Self {
        self.lock().clock = Some(Arc::new(clock));
        self
    }

    /// All requests so far, each attempt of a call apart.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.clone()
    }

    /// The requests of one operation so far.
    #[must_use]
    pub fn requests_of(&self, operation: &str) -> Vec<RecordedRequest> {
        self.lock().requests.iter().filter(|request| request.operation == operation).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the request and takes its response.
    fn take(&self, request: http::Request<Bytes>) -> Result<(MockResponse, Arc<dyn Clock>), TransportError> {
        let operation = request.extensions().get().map(|settings: &Settings| settings.operation.to_string());
        let recorded = RecordedRequest { operation: operation.unwrap_or_default(), request };
        let mut state = self.lock();
        state.requests.push(recorded.clone());
        let clock = state.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let next = state.next.get_mut(&recorded.operation).and_then(VecDeque::pop_front);
        let always = state.always.get(&recorded.operation).cloned();
        // The answering function may itself use the mock.
        drop(state);
        let response = next.or_else(|| always.map(|always| always.0(&recorded)));
        #[cfg(feature = "cbor")]
        let response = response.map(|response| response.for_request(&recorded.request));
        match response {
            Some(response) => Ok((response, clock)),
            None => Err(TransportError::new(
                TransportErrorKind::Other,
                format!("the mock transport has no response for {}", recorded.operation),
            )),
        }
    }
}

impl Transport for MockTransport {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(|error| {
                TransportError::new(TransportErrorKind::Other, "cannot read the request's body").with_source(error)
            })?;
            let request = http::Request::from_parts(head, body);
            let (answer, clock) = self.take(request)?;
            if let Some(delay) = answer.delay() {
                clock.sleep(delay).await;
            }
            answer.give().await
        })
    }
}
