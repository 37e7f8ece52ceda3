//! Headers from outside of the client: those of a call's options, and those that interceptors add.
//!
//! One rule for both: what the client computes for a request is not changed. A second `Host` or `X-Amz-Target` would
//! make the request another one than was signed, and servers differ in which of two they read.

use http::header::{self, HeaderMap, HeaderName};

use crate::error::InputError;
use crate::schema::{Auth, Checksum, OperationSchema};

/// Belong to the connection, which is the transport's, or say how long the body is.
const OF_THE_CONNECTION: [HeaderName; 9] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// Are set by the signature.
const OF_THE_SIGNATURE: [HeaderName; 3] =
    [header::AUTHORIZATION, HeaderName::from_static("x-amz-date"), HeaderName::from_static("x-amz-security-token")];

const MD5: HeaderName = HeaderName::from_static("content-md5");

/// Adds a call's headers to the client's own.
pub(super) fn add(operation: &OperationSchema, own: &mut HeaderMap, added: &HeaderMap) -> Result<(), InputError> {
    if let Some(name) = added.keys().find(|name| is_reserved(operation, own, name)) {
        return Err(reserved(name));
    }
    for (name, value) in added {
        own.insert(name, value.clone());
    }
    Ok(())
}

/// Checks that interceptors left the client's own headers alone.
pub(super) fn check_unchanged(
    operation: &OperationSchema,
    before: &HeaderMap,
    after: &HeaderMap,
) -> Result<(), InputError> {
    let changed = |name: &&HeaderName| {
        is_reserved(operation, before, name) && !before.get_all(*name).iter().eq(after.get_all(*name).iter())
    };
    before.keys().chain(after.keys()).find(changed).map_or(Ok(()), |name| Err(reserved(name)))
}

/// Whether the client computes this header, given those that it has set already.
fn is_reserved(operation: &OperationSchema, own: &HeaderMap, name: &HeaderName) -> bool {
    let signed = operation.auth != Auth::None && OF_THE_SIGNATURE.contains(name);
    let checksum = operation.checksum != Checksum::None && *name == MD5;
    let set = own.contains_key(name) && *name != header::USER_AGENT;
    signed || checksum || set || OF_THE_CONNECTION.contains(name)
}

#[cold]
fn reserved(name: &HeaderName) -> InputError {
    let instead = match name.as_str() {
        "host" => "; set an endpoint URL to change the host",
        "authorization" | "x-amz-security-token" => "; set credentials instead",
        _ => "",
    };
    InputError::new(format!(
        "the header `{name}` is set by the client and cannot be set by a call or an interceptor{instead}"
    ))
}
