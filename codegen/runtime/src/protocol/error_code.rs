//! The metadata of error responses.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use super::ErrorMetadata;
use crate::{codec::MemoryLimit, primitives::Document};

/// Returns the memory limit for the members of an error. It never exceeds the limit for successful responses, since no
/// body is larger than the maximum response size.
pub(super) fn error_limit(response: &Response<Bytes>) -> MemoryLimit {
    MemoryLimit::for_response(response.body().len() as u64)
}

/// Returns the metadata of an error with the given body. The code is `query_code`, or else the first of `codes` that is
/// present and not empty.
pub(super) fn metadata<const N: usize>(
    query_code: Option<&str>,
    codes: [Option<&str>; N],
    body: &ErrorBody,
) -> ErrorMetadata {
    let shape = first_of(codes.map(|code| code.map(bare_code)));
    let messages = [&body.message, &body.capitalized_message, &body.error_message, &body.error_description];
    let messages = messages.map(Document::as_str);
    // An empty message is used only if there is no other message.
    let message = first_of(messages).or(messages.into_iter().flatten().next());
    ErrorMetadata {
        code: query_code.or(shape).map(str::to_owned),
        shape: query_code.and(shape).map(str::to_owned),
        message: message.map(str::to_owned),
        sensitive: false,
    }
}

/// Returns the body of an error response as a string. Invalid UTF-8 is replaced, so that the code can still be read.
pub(super) fn lossy(response: &Response<Bytes>) -> Cow<'_, str> {
    String::from_utf8_lossy(response.body())
}

/// Whether the service is compatible with the query protocol, and returns the error codes of that protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Query {
    Incompatible,
    Compatible,
}

impl Query {
    /// Adds the header that requests the query protocol's error codes.
    pub(super) fn add_header(self, headers: &mut HeaderMap) {
        if self == Self::Compatible {
            headers.insert(&QUERY_MODE, HeaderValue::from_static("true"));
        }
    }

    /// Returns the query protocol's error code, if any.
    pub(super) fn code(self, response: &Response<Bytes>) -> Option<&str> {
        let code = header(response, &QUERY_ERROR).filter(|_| self == Self::Compatible)?;
        first_of([code.split(';').next().map(bare_code)])
    }
}

/// The members of an error's body that may contain the error's type, code or message.
///
/// Each member may have any type. If the body is malformed, the members before the malformed part keep their values.
pub(super) struct ErrorBody {
    pub(super) shape: Document,
    pub(super) code: Document,
    pub(super) message: Document,
    pub(super) capitalized_message: Document,
    pub(super) error_message: Document,
    /// The message of an OAuth 2.0 error (RFC 6749, section 5.2).
    pub(super) error_description: Document,
}

crate::schema::structure! {
    ErrorBody: "smithy.api", "Error";
    required "__type" shape: Document;
    required "code" code: Document;
    required "message" message: Document;
    required "Message" capitalized_message: Document;
    required "errorMessage" error_message: Document;
    required "error_description" error_description: Document;
}

/// Returns the value of a header, if the header is present and its value is a valid string.
pub(super) fn header<'a>(response: &'a Response<Bytes>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Returns the first string that is present and not empty.
pub(super) fn first_of<const N: usize>(strings: [Option<&str>; N]) -> Option<&str> {
    strings.into_iter().flatten().find(|string| !string.is_empty())
}

/// Returns the shape name in a code, such as `FooError` in
/// `aws.protocoltests.json#FooError:http://internal.amazon.com/`.
pub(super) fn bare_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

/// The header that contains the error code in AWS's JSON protocols.
pub(super) static ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

static QUERY_MODE: HeaderName = HeaderName::from_static("x-amzn-query-mode");
static QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
