//! The error codes of the RPC protocols.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

/// Whether the service is compatible with the query protocol and returns its error codes.
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

/// Returns the value of a header, if it is present and is a valid string.
pub(super) fn header<'a>(response: &'a Response<Bytes>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Returns the first string that is present and not empty.
pub(super) fn first_of<const N: usize>(strings: [Option<&str>; N]) -> Option<&str> {
    strings.into_iter().flatten().find(|string| !string.is_empty())
}

/// Returns the shape name of `aws.protocoltests.json#FooError:http://internal.amazon.com/`.
pub(super) fn bare_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

static QUERY_MODE: HeaderName = HeaderName::from_static("x-amzn-query-mode");
static QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
