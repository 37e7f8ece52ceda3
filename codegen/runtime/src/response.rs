//! The output of an operation, together with the status and headers of the HTTP response.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

/// The output of an operation, with the status, headers and request ID of the HTTP response.
///
/// It derefs to the output: `response.backup` needs no unwrapping.
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

    /// Returns the output alone.
    pub fn into_inner(self) -> T {
        self.body
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the identifier that AWS assigned to the request.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns how many times the request was sent: 1 if the first attempt succeeded.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Converts the output, and keeps status and headers.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response { body: convert(self.body), status: self.status, headers: self.headers, attempts: self.attempts }
    }
}

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

/// A response's request id, under whichever of its names the service uses.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"]
        .iter()
        .find_map(|name| headers.get(*name))
        .and_then(|value| value.to_str().ok())
}
