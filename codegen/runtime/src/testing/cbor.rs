//! Responses and recorded requests in CBOR.

use bytes::Bytes;
use http::Request;
use serde_json::Error;

use crate::codec::{Codec, MemoryLimit, cbor::CborCodec};
use crate::primitives::Document;
use crate::schema::SerializableShape;

/// Returns whether the request uses the `rpcv2Cbor` protocol.
pub(super) fn speaks(request: &Request<Bytes>) -> bool {
    request.headers().get("smithy-protocol").is_some_and(|protocol| protocol == "rpc-v2-cbor")
}

pub(super) fn write(value: &dyn SerializableShape) -> Result<Bytes, Error> {
    CborCodec.serialize(value).map(Bytes::from).map_err(serde_core::ser::Error::custom)
}

/// Converts JSON to CBOR. Returns `None` if the JSON is invalid.
pub(super) fn from_json(json: &[u8]) -> Option<Bytes> {
    write(&serde_json::from_slice::<Document>(json).ok()?).ok()
}

/// Adds a `__type` member, which contains the error's name, to an error in CBOR.
pub(super) fn with_type(error: &[u8], name: &str) -> Result<Bytes, Error> {
    let mut document = Document::Null;
    CborCodec.deserialize(error, MemoryLimit::NONE, &mut document).map_err(serde_core::ser::Error::custom)?;
    if let Document::Map(members) = &mut document {
        members.insert("__type".to_owned(), Document::from(name));
    }
    write(&document)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::body::Body;
    use crate::clock::block_on;
    use crate::primitives::Timestamp;
    use crate::testing::{MockResponse, MockTransport};
    use crate::transport::Transport as _;

    #[test]
    fn a_mock_uses_cbor_for_a_service_that_uses_it() {
        let sent = Document::Map(BTreeMap::from([
            ("at".to_owned(), Document::Timestamp(Timestamp::new(1, 0))),
            ("data".to_owned(), Document::Blob(b"abc".as_slice().into())),
        ]));
        let mock = MockTransport::new();
        mock.respond("", MockResponse::ok(&sent).unwrap()).respond("", MockResponse::error("Bad", "no"));
        let request = || {
            let request = Request::builder().header("smithy-protocol", "rpc-v2-cbor");
            request.body(Body::from(write(&sent).unwrap())).unwrap()
        };

        let response = block_on(mock.send(request())).unwrap();
        assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
        assert_eq!(response.headers()["content-type"], "application/cbor");
        assert_eq!(response.body().as_bytes(), Some(&write(&sent).unwrap()));
        let mut error = Document::Null;
        let response = block_on(mock.send(request())).unwrap();
        CborCodec.deserialize(response.body().as_bytes().unwrap(), MemoryLimit::NONE, &mut error).unwrap();
        let expected = [("Message", "no"), ("__type", "Bad")];
        let expected = expected.map(|(name, value)| (name.to_owned(), Document::from(value)));
        assert_eq!(error, Document::Map(BTreeMap::from(expected)));
    }
}
