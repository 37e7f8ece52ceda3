//! The codes of errors, as the RPC protocols give them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

/// Whether a service was once one of the query protocol, and still gives its clients the error codes of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Query {
    Incompatible,
    Compatible,
}

impl Query {
    /// Asks for the query protocol's error codes.
    pub(super) fn add_header(self, headers: &mut HeaderMap) {
        if self == Self::Compatible {
            headers.insert(&QUERY_MODE, HeaderValue::from_static("true"));
        }
    }

    /// The code that older clients know, if the response has one.
    pub(super) fn code(self, response: &Response<Bytes>) -> Option<&str> {
        let code = header(response, &QUERY_ERROR).filter(|_| self == Self::Compatible)?;
        first_of([code.split(';').next().map(bare_code)])
    }
}

/// The value of a header, if it is there and is a string.
pub(super) fn header<'a>(response: &'a Response<Bytes>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// The first string that is neither absent nor empty.
pub(super) fn first_of<const N: usize>(strings: [Option<&str>; N]) -> Option<&str> {
    strings.into_iter().flatten().find(|string| !string.is_empty())
}

/// The shape's name in `aws.protocoltests.json#FooError:http://internal.amazon.com/`.
pub(super) fn bare_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

static QUERY_MODE: HeaderName = HeaderName::from_static("x-amzn-query-mode");
static QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
