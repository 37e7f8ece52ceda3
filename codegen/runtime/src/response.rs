//! The output of an operation, and the metadata of the HTTP response.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

/// The output of an operation, together with the status, headers and request ID of the HTTP response.
///
/// A response dereferences to the output, so `response.backup` accesses a member directly.
///
/// ```
/// # use simba_runtime::response::Response;
/// # struct CreateBackupResponse { backup: Option<String> }
/// # fn print(response: Response<CreateBackupResponse>) {
/// println!("{:?}", response.backup);
/// println!("request {:?}, attempts: {}", response.request_id(), response.attempts());
/// let output: CreateBackupResponse = response.into_inner();
/// # let _ = output;
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Response<T> {
    body: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(body: T, response: http::response::Parts, attempts: u32) -> Self {
        Self { body, status: response.status, headers: response.headers, attempts }
    }

    /// Converts the response into the output.
    pub fn into_inner(self) -> T {
        self.body
    }

    /// Returns the HTTP status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the request ID that AWS assigned, if the response contains one.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns the number of attempts, which is 1 if the first attempt succeeded.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Converts the output with `convert`. The status, the headers and the number of attempts remain unchanged.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response { body: convert(self.body), status: self.status, headers: self.headers, attempts: self.attempts }
    }
}

// A response is not a smart pointer, but most programs need only the output, and would otherwise have to call a method
// to access it after each call. The generator never gives a member the name of a method of `Response`.
impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.body
    }
}

/// Returns the request ID. The name of its header depends on the service.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"]
        .iter()
        .find_map(|name| headers.get(*name))
        .and_then(|value| value.to_str().ok())
}
