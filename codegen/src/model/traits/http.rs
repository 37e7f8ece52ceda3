//! The traits that bind operations and members to parts of HTTP messages.

/// The trait that contains the method and the URI of an operation.
pub(crate) const HTTP: &str = "smithy.api#http";
pub(crate) const HEADER: &str = "smithy.api#httpHeader";
pub(crate) const LABEL: &str = "smithy.api#httpLabel";
pub(crate) const PAYLOAD: &str = "smithy.api#httpPayload";
pub(crate) const PREFIX_HEADERS: &str = "smithy.api#httpPrefixHeaders";
pub(crate) const QUERY: &str = "smithy.api#httpQuery";
pub(crate) const QUERY_PARAMS: &str = "smithy.api#httpQueryParams";
pub(crate) const RESPONSE_CODE: &str = "smithy.api#httpResponseCode";

/// The traits that bind a member to a part of an HTTP message. A member has at most one of them.
pub(crate) const BINDINGS: &[&str] = &[HEADER, LABEL, PAYLOAD, PREFIX_HEADERS, QUERY, QUERY_PARAMS, RESPONSE_CODE];

/// The traits that bind a member of an input to a part of the request.
pub(crate) const OF_REQUESTS: &[&str] = &[HEADER, LABEL, PAYLOAD, PREFIX_HEADERS, QUERY, QUERY_PARAMS];

/// The traits that bind a member of an output or error to a part of the response.
pub(crate) const OF_RESPONSES: &[&str] = &[HEADER, PAYLOAD, PREFIX_HEADERS, RESPONSE_CODE];

/// Returns whether a string consists of characters that are allowed in the name of a header.
pub(crate) fn is_in_header_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
