//! Values that Rust has no type for: bytes, documents, and what stands in the place of a secret.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_core::{
    de::{Deserialize, Deserializer},
    ser::{Serialize, Serializer},
};

use super::{Decode, Encode, Error, Out, Sink, Source, decode::fill, memory};

/// Any JSON value: what Smithy calls a document.
pub type Document = serde_json::Value;

/// What is printed in the place of a secret.
pub const REDACTED: &str = "*** redacted ***";

/// Prints as [`REDACTED`], in the place of a secret.
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The document that a JSON text holds; null if it is no JSON. The generator calls it with defaults of the model.
#[must_use]
pub fn document(json: &str) -> Document {
    serde_json::from_str(json).unwrap_or_default()
}

impl Decode for Document {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        memory::check_document()?;
        let document = source.document()?;
        // Null is absent: what stands here stays, which may be a default.
        let present = !document.is_null();
        if present {
            *self = document;
        }
        Ok(present)
    }
}

impl Encode for Document {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.document(self)
    }
}

/// Bytes; on the wire they are base64.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blob(Vec<u8>);

impl Blob {
    /// Takes the bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Gives the bytes.
    #[must_use]
    pub fn into_inner(self) -> Vec<u8> {
        self.0
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl std::ops::Deref for Blob {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Blob {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Blob {
    fn from(bytes: &[u8; N]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<&str> for Blob {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl Encode for Blob {
    fn encode(&self, out: &mut dyn Out) -> Result<(), Error> {
        out.text(&STANDARD.encode(&self.0))
    }
}

impl Decode for Blob {
    fn read(&mut self, source: &mut dyn Source) -> Result<bool, Error> {
        struct Base64(Option<Blob>);
        impl Sink for Base64 {
            fn expected(&self) -> &'static str {
                "base64"
            }

            fn text(&mut self, value: &str) -> Result<(), Error> {
                match STANDARD.decode(value) {
                    Ok(bytes) => {
                        self.0 = Some(Blob(bytes));
                        Ok(())
                    }
                    Err(_) => self.refuse("another string"),
                }
            }
        }
        let mut base64 = Base64(None);
        source.read(&mut base64)?;
        Ok(fill(self, base64.0))
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize(deserializer, "base64")
    }
}
