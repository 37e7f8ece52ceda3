//! The JSON of credentials providers. The codec of the protocols reads and writes it, since every client contains this
//! codec anyway.

use simba_runtime::codec::json::JsonCodec;
use simba_runtime::codec::{Codec as _, MemoryLimit};
use simba_runtime::primitives::Document;

pub(super) use simba_runtime::__private::set_member;

/// Parses JSON. Returns `None` if it is not valid. The codec's error is not returned, because it shows the first
/// unexpected character, which may be part of a secret.
pub(super) fn parse(json: &[u8]) -> Option<Document> {
    let mut document = Document::Null;
    JsonCodec::AWS_JSON.deserialize(json, MemoryLimit::NONE, &mut document).ok()?;
    Some(document)
}

/// Returns the number, if it is a non-negative integer.
pub(super) fn unsigned(document: &Document) -> Option<u64> {
    document.as_i64()?.try_into().ok()
}

/// Returns an object.
pub(super) fn object<const N: usize>(members: [(&str, Document); N]) -> Document {
    let mut object = Document::Null;
    for (name, value) in members {
        set_member(&mut object, name, value);
    }
    object
}
