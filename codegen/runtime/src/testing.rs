//! Tools for testing programs that call a service, without network access.
//!
//! [`MockTransport`] returns prepared responses for each operation and records the requests. [`ManualClock`] lets a
//! test control the time.
//!
//! ```
//! # use simba_runtime::config::Config;
//! # use simba_runtime::testing::{MockResponse, ManualClock, MockTransport};
//! #
//! let mock = MockTransport::new();
//! let error = MockResponse::error("InternalServerError", "try again").status(500);
//! mock.respond("DescribeBackups", error);
//! mock.respond("DescribeBackups", MockResponse::json(r#"{"Backups": []}"#));
//! // This clock skips the delays of retries.
//! let config = Config::builder().transport(mock.clone()).clock(ManualClock::skipping()).build();
//! // Create a client with `config`, use it, and check the requests that it has sent:
//! assert!(mock.requests_of("DescribeBackups").is_empty());
//! ```

#[cfg(feature = "cbor")]
mod cbor;
mod clock;
#[cfg(feature = "event-stream")]
mod event_stream;
#[cfg(any(test, feature = "protocol-tests"))]
#[doc(hidden)]
pub mod protocol;
mod response;

pub use clock::ManualClock;
#[cfg(feature = "event-stream")]
pub use event_stream::{event, exception};
pub use response::{MockResponse, TransportFault};

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;

use crate::BoxFuture;
use crate::body::Body;
use crate::clock::{Clock, SystemClock};
use crate::error::DecodeError;
use crate::operation::Request;
use crate::schema::{Compression, DeserializableShape, ErrorCorrection};
use crate::sync::lock;
use crate::transport::{Settings, Transport, TransportError, TransportErrorKind};

/// A transport that returns prepared responses and records the requests.
///
/// Clones share their state, so a test can pass one clone to the client and inspect another.
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::testing::{MockResponse, MockTransport};
/// #
/// let mock = MockTransport::new();
/// mock.respond("DescribeBackups", MockResponse::json(r#"{"Backups": []}"#))
///     .respond_with("DeleteBackup", |_| MockResponse::error("BackupNotFound", "no backup"));
/// let config = Config::builder().transport(mock.clone()).build();
/// // After a client with `config` has sent requests:
/// for request in mock.requests() {
///     println!("{}: {:?}", request.operation(), request.body());
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct MockTransport {
    state: Arc<Mutex<MockState>>,
}

#[derive(Debug, Default)]
struct MockState {
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

/// A request that a [`MockTransport`] has received.
#[derive(Clone)]
pub struct RecordedRequest {
    operation: String,
    request: http::Request<Bytes>,
}

/// Shows only the length of the body, since the body may contain sensitive data.
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
    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the HTTP request.
    pub fn http(&self) -> &http::Request<Bytes> {
        &self.request
    }

    /// Returns the value of a header, or `None` if it is absent or not a valid string.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// Returns the request's body.
    pub fn body(&self) -> &Bytes {
        self.request.body()
    }

    /// Deserializes the typed request from the body, the path, the query string and the headers. If the request
    /// contains an event stream, the deserialized stream is empty.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is not for `R`'s operation, or if it cannot be decompressed or deserialized.
    pub fn request<R: Request + DeserializableShape + ErrorCorrection>(&self) -> Result<R, DecodeError> {
        let expected = &R::OPERATION.name;
        if self.operation != **expected {
            return Err(DecodeError::new(format!("the request is for `{}`, not for `{expected}`", self.operation)));
        }
        let mut request = self.request.clone();
        if R::OPERATION.compression != Compression::None {
            *request.body_mut() = plain(&request).map_err(DecodeError::new)?;
        }
        let mut input = R::corrected();
        R::SERVICE.protocol.deserialize_request(R::OPERATION, &request, &mut input)?;
        Ok(input)
    }
}

impl MockTransport {
    /// Creates a transport without responses. All calls fail until responses are added.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a response for one attempt of the operation. Responses are used in the order in which they were added, and
    /// each is used only once.
    pub fn respond(&self, operation: impl Into<String>, response: impl Into<MockResponse>) -> &Self {
        self.lock().next.entry(operation.into()).or_default().push_back(response.into());
        self
    }

    /// Sets a function that responds to the operation's requests once all responses that were added with
    /// [`respond`](Self::respond) have been used.
    pub fn respond_with(
        &self,
        operation: impl Into<String>,
        response: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> &Self {
        self.lock().always.insert(operation.into(), Always(Arc::new(response)));
        self
    }

    /// Sets the clock that measures the delay of [delayed](MockResponse::after) responses. This should be the client's
    /// clock.
    pub fn clock(&self, clock: impl Clock + 'static) -> &Self {
        self.lock().clock = Some(Arc::new(clock));
        self
    }

    /// Returns all requests that were received so far. Each attempt of a call is a separate request.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.clone()
    }

    /// Returns the requests for one operation that were received so far.
    #[must_use]
    pub fn requests_of(&self, operation: &str) -> Vec<RecordedRequest> {
        self.lock().requests.iter().filter(|request| request.operation == operation).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, MockState> {
        lock(&self.state)
    }

    /// Records the request. Returns the response for it, and the clock that measures the response's delay.
    fn take(&self, request: http::Request<Bytes>) -> Result<(MockResponse, Arc<dyn Clock>), TransportError> {
        let operation = request.extensions().get().map(|settings: &Settings| settings.operation.to_string());
        let recorded = RecordedRequest { operation: operation.unwrap_or_default(), request };
        let mut state = self.lock();
        state.requests.push(recorded.clone());
        let clock = state.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let next = state.next.get_mut(&recorded.operation).and_then(VecDeque::pop_front);
        let always = state.always.get(&recorded.operation).cloned();
        // The function that creates the response may use the mock, so the lock must be released before it is called.
        drop(state);
        let response = next.or_else(|| always.map(|always| always.0(&recorded)));
        let response = response.map(|response| response.for_request(&recorded.request));
        match response {
            Some(response) => Ok((response, clock)),
            None => Err(TransportError::new(
                TransportErrorKind::Other,
                format!(
                    "the mock transport has no response for `{}`; add one with `respond` or `respond_with`",
                    recorded.operation
                ),
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
            let (response, clock) = self.take(request)?;
            if let Some(delay) = response.delay() {
                clock.sleep(delay).await;
            }
            response.give().await
        })
    }
}

/// Returns the body of a request, decompressed if the client has compressed it. The `Content-Encoding` header is not
/// sufficient to determine this, since the caller may have set it for a body that is not compressed.
fn plain(request: &http::Request<Bytes>) -> Result<Bytes, String> {
    /// The first bytes of compressed data.
    #[cfg(feature = "gzip")]
    const GZIP: &[u8] = &[0x1f, 0x8b];
    #[cfg(feature = "gzip")]
    if request.headers().contains_key(http::header::CONTENT_ENCODING) && request.body().starts_with(GZIP) {
        use std::io::Read;
        let mut plain = Vec::new();
        let read = flate2::read::GzDecoder::new(&request.body()[..]).read_to_end(&mut plain);
        read.map_err(|error| error.to_string())?;
        return Ok(plain.into());
    }
    Ok(request.body().clone())
}
