//! Additional headers, from the options of a call and from interceptors.
//!
//! Headers that the client computes cannot be changed. A second `Host` or `X-Amz-Target` would make the request
//! differ from the one that was signed, and servers differ in which of two values they use.

use http::header::{self, Entry, HeaderMap, HeaderName, HeaderValue};

use super::SerializedRequest;
use crate::error::InputError;
use crate::protocol::ClientProtocol;
use crate::schema::{Checksum, OperationSchema};

/// Headers that the transport sets. They describe the connection and the body's length.
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

/// Headers that the signer sets.
const OF_THE_SIGNATURE: [HeaderName; 5] = [
    header::AUTHORIZATION,
    CONTENT_SHA256,
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-region-set"),
    HeaderName::from_static("x-amz-security-token"),
];

pub(super) const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
#[cfg(feature = "md5")]
pub(super) const MD5: HeaderName = HeaderName::from_static("content-md5");

/// Adds headers, which replace those with the same names.
pub(super) fn replace(own: &mut HeaderMap, added: &HeaderMap) {
    for name in added.keys() {
        own.remove(name);
    }
    own.extend(added.iter().map(|(name, value)| (name.clone(), value.clone())));
}

/// Adds the headers of the serialized request. Then adds the constant headers of the protocol and of the operation,
/// except for those whose names are already set.
pub(super) fn add_serialized(
    protocol: &dyn ClientProtocol,
    call: &SerializedRequest,
    own: &mut HeaderMap,
) -> Result<(), InputError> {
    replace(own, &call.head.headers);
    protocol.constant_headers(&call.operation, own)?;
    add_constant(&call.operation, own)
}

/// Adds the operation's constant headers to those of the protocol, which take precedence.
fn add_constant(operation: &OperationSchema, own: &mut HeaderMap) -> Result<(), InputError> {
    for (name, value) in operation.headers {
        let invalid = || InputError::new(format!("the constant header `{name}` of the operation is not valid"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        if let Entry::Vacant(entry) = own.entry(name) {
            entry.insert(HeaderValue::from_str(value).map_err(|_| invalid())?);
        }
    }
    Ok(())
}

/// Checks that the members of an input, such as a map of headers, do not set `Host`, a header of the connection, such
/// as `Connection`, or a header that is part of the signature. They can set `Content-Length`, since the actual length
/// replaces it.
pub(super) fn check_input(operation: &OperationSchema, headers: &HeaderMap) -> Result<(), InputError> {
    let is_reserved = |name: &&HeaderName| {
        let of_the_connection = **name != header::CONTENT_LENGTH && OF_THE_CONNECTION.contains(name);
        **name == header::HOST || of_the_connection || is_of_the_signature(operation, name)
    };
    headers.keys().find(is_reserved).map_or(Ok(()), |name| Err(reserved(name)))
}

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

/// Checks that interceptors did not change the client's own headers.
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

/// Returns whether the client computes the header `name`. `own` contains the headers that the client has already set.
fn is_reserved(operation: &OperationSchema, own: &HeaderMap, name: &HeaderName) -> bool {
    let checksum = match operation.checksum {
        Checksum::None => false,
        #[cfg(feature = "md5")]
        Checksum::Md5 => *name == MD5,
        // The caller can set the tree hash, but not the hash that the signature covers.
        #[cfg(feature = "tree-hash")]
        Checksum::TreeHash => *name == CONTENT_SHA256,
    };
    let set = own.contains_key(name) && *name != header::USER_AGENT;
    is_of_the_signature(operation, name) || checksum || set || OF_THE_CONNECTION.contains(name)
}

fn is_of_the_signature(operation: &OperationSchema, name: &HeaderName) -> bool {
    operation.may_be_signed() && OF_THE_SIGNATURE.contains(name)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::toy::GetToy;
    use crate::operation::Request;

    #[test]
    fn a_constant_header_is_set_unless_the_protocol_sets_it() {
        let operation = GetToy::OPERATION.clone().with_headers(&[("accept", "text/plain"), ("x-version", "1 a")]);
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("image/png"));
        add_constant(&operation, &mut headers).unwrap();
        assert_eq!(headers["accept"], "image/png");
        assert_eq!(headers["x-version"], "1 a");
        let added = HeaderMap::from_iter([(HeaderName::from_static("x-version"), HeaderValue::from_static("2"))]);
        assert_eq!(
            add(&operation, &mut headers, &added).unwrap_err().to_string(),
            "the header `x-version` is set by the client and cannot be set by a call or an interceptor"
        );
        let broken = GetToy::OPERATION.clone().with_headers(&[("x version", "1")]);
        assert_eq!(
            add_constant(&broken, &mut headers).unwrap_err().to_string(),
            "the constant header `x version` of the operation is not valid"
        );
    }
}
