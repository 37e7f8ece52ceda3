//! JSON for the credentials providers. This module uses the protocols' JSON codec, which every client contains anyway.

use simba_runtime::codec::json::JsonCodec;
use simba_runtime::codec::{Codec as _, MemoryLimit};
use simba_runtime::primitives::Document;

pub(super) use simba_runtime::__private::set_member;

/// Parses JSON. Returns `None` if the JSON is not valid. The codec's error is not returned, because it contains the
/// first unexpected character, which may be part of a secret.
pub(super) fn parse(json: &[u8]) -> Option<Document> {
    let mut document = Document::Null;
    JsonCodec::AWS_JSON.deserialize(json, MemoryLimit::NONE, &mut document).ok()?;
    Some(document)
}

/// Returns the integer, if the document is a non-negative integer.
pub(super) fn unsigned(document: &Document) -> Option<u64> {
    document.as_i64()?.try_into().ok()
}

/// Creates an object from its members.
pub(super) fn object<const N: usize>(members: [(&str, Document); N]) -> Document {
    let mut object = Document::Null;
    for (name, value) in members {
        set_member(&mut object, name, value);
    }
    object
}
