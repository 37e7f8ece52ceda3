//! Documents: values without a schema.

use std::{collections::BTreeMap, ops::Index};

use super::{BigDecimal, BigInteger, Blob, Timestamp};

/// A value without a schema, of any type that Smithy can describe.
///
/// With the `serde_json` feature, a document converts from and to `serde_json::Value`. JSON has no types for blobs,
/// timestamps and numbers of arbitrary size, so these become strings or numbers.
///
/// ```
/// # use simba_runtime::primitives::Document;
/// #
/// let backup = Document::from_iter([("BackupId", "backup-1")]);
/// let document = Document::from_iter([("Backups", vec![backup])]);
/// assert_eq!(document["Backups"][0]["BackupId"].as_str(), Some("backup-1"));
/// assert_eq!(document["Volumes"], Document::Null);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Document {
    /// Null.
    #[default]
    Null,
    /// A boolean.
    Boolean(bool),
    /// A 64-bit integer.
    Integer(i64),
    /// A floating-point number.
    Double(f64),
    /// An integer beyond 64 bits.
    BigInteger(BigInteger),
    /// A decimal number beyond the range or the precision of a float.
    BigDecimal(BigDecimal),
    /// A string.
    String(String),
    /// A sequence of bytes.
    Blob(Blob),
    /// A point in time.
    Timestamp(Timestamp),
    /// A list.
    List(Vec<Document>),
    /// A map with string keys, or a structure or union.
    Map(BTreeMap<String, Document>),
}

impl Document {
    /// Returns whether the document is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the boolean, if the document is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the integer, if the document is a 64-bit integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the nearest float, if the document is a number.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "The caller asks for the nearest float.")]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Double(value) => Some(*value),
            Self::BigInteger(value) => value.as_str().parse().ok(),
            Self::BigDecimal(value) => value.as_str().parse().ok(),
            _ => None,
        }
    }

    /// Returns the string, if the document is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the list, if the document is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Document]> {
        match self {
            Self::List(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the map, if the document is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Document>> {
        match self {
            Self::Map(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the value of a key, if the document is a map that contains the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.as_map()?.get(key)
    }

    /// Returns the shape ID of a typed document, which is its `__type` member.
    #[must_use]
    pub fn discriminator(&self) -> Option<&str> {
        self.get("__type")?.as_str()
    }
}

/// Sets the value of a key. A document that is not a map becomes one. This function is not generic, so that it is
/// compiled only once.
#[doc(hidden)]
pub fn set_member(document: &mut Document, key: &str, value: Document) {
    if !matches!(document, Document::Map(_)) {
        *document = Document::Map(BTreeMap::new());
    }
    if let Document::Map(map) = document {
        map.insert(key.to_owned(), value);
    }
}

/// Returns null if the key is absent or the document is not a map.
impl Index<&str> for Document {
    type Output = Document;

    fn index(&self, key: &str) -> &Document {
        self.get(key).unwrap_or(&Document::Null)
    }
}

/// Returns null if the index is out of bounds or the document is not a list.
impl Index<usize> for Document {
    type Output = Document;

    fn index(&self, index: usize) -> &Document {
        self.as_list().and_then(|list| list.get(index)).unwrap_or(&Document::Null)
    }
}

macro_rules! from {
    ($($ty:ty => $variant:ident),* $(,)?) => {
        $(impl From<$ty> for Document {
            fn from(value: $ty) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from! {
    bool => Boolean, i32 => Integer, i64 => Integer, f64 => Double, BigInteger => BigInteger, BigDecimal => BigDecimal,
    &str => String, String => String, Blob => Blob, Timestamp => Timestamp,
}

impl<T: Into<Document>> From<Vec<T>> for Document {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl<K: Into<String>, T: Into<Document>> FromIterator<(K, T)> for Document {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        let mut map = BTreeMap::new();
        // `collect` would sort the entries first, which would add much more code to every crate that calls this.
        for (key, value) in entries {
            map.insert(key.into(), value.into());
        }
        Self::Map(map)
    }
}
