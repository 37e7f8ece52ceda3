//! Writing JSON text.
//!
//! Serde's serializer writes the same through several more layers for each member; that one stays the way to other
//! formats, and writes here what is rare: numbers with a fraction, documents, and texts with something to escape.

use serde_core::ser::Serialize;
use serde_json::value::RawValue;

use super::{Document, Encode, EncodeList, EncodeMembers, Error, ListOut, Object, ObjectOut, Out};

/// Appends JSON text to a buffer.
pub(crate) struct JsonText {
    buffer: Vec<u8>,
}

impl JsonText {
    pub(crate) fn new() -> Self {
        // Most requests fit.
        Self { buffer: Vec::with_capacity(256) }
    }

    /// The text.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// Writes a text that needs no escaping.
    fn quoted(&mut self, text: &str) {
        self.buffer.reserve(text.len() + 3);
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(text.as_bytes());
        self.buffer.push(b'"');
    }

    fn serialize<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        serde_json::to_writer(&mut self.buffer, value).map_err(Error::new)
    }
}

impl Out for JsonText {
    fn null(&mut self) -> Result<(), Error> {
        self.buffer.extend_from_slice(b"null");
        Ok(())
    }

    fn bool(&mut self, value: bool) -> Result<(), Error> {
        self.buffer.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn integer(&mut self, value: i64) -> Result<(), Error> {
        self.serialize(&value)
    }

    fn float(&mut self, value: f64) -> Result<(), Error> {
        self.serialize(&value)
    }

    fn single(&mut self, value: f32) -> Result<(), Error> {
        self.serialize(&value)
    }

    fn text(&mut self, value: &str) -> Result<(), Error> {
        // Without a way out of the loop the compiler looks at many bytes at a time.
        let escaped = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
        if value.bytes().fold(false, |found, byte| found | escaped(byte)) {
            return self.serialize(value);
        }
        self.quoted(value);
        Ok(())
    }

    fn document(&mut self, value: &Document) -> Result<(), Error> {
        self.serialize(value)
    }

    fn raw(&mut self, number: &RawValue) -> Result<(), Error> {
        self.serialize(number)
    }

    fn list(&mut self, elements: &dyn EncodeList) -> Result<(), Error> {
        self.buffer.push(b'[');
        elements.encode_elements(&mut Inside { text: self, first: true })?;
        self.buffer.push(b']');
        Ok(())
    }

    fn object(&mut self, members: &dyn EncodeMembers) -> Result<(), Error> {
        self.buffer.push(b'{');
        let mut inside = Inside { text: self, first: true };
        let mut object = Object::new(&mut inside);
        members.encode_members(&mut object);
        object.finish()?;
        self.buffer.push(b'}');
        Ok(())
    }
}

/// The inside of a list or object.
struct Inside<'a> {
    text: &'a mut JsonText,
    first: bool,
}

impl Inside<'_> {
    fn separate(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.text.buffer.push(b',');
        }
    }
}

impl ListOut for Inside<'_> {
    fn element(&mut self, value: &dyn Encode) -> Result<(), Error> {
        self.separate();
        value.encode(self.text)
    }
}

impl ObjectOut for Inside<'_> {
    fn member(&mut self, name: &'static str, value: &dyn Encode) -> Result<(), Error> {
        self.separate();
        self.text.quoted(name);
        self.text.buffer.push(b':');
        value.encode(self.text)
    }

    fn entry(&mut self, key: &str, value: &dyn Encode) -> Result<(), Error> {
        self.separate();
        self.text.text(key)?;
        self.text.buffer.push(b':');
        value.encode(self.text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::wire::serialize;

    /// What both ways write, which has to be the same.
    fn written(value: &dyn Encode) -> String {
        let mut text = JsonText::new();
        value.encode(&mut text).unwrap();
        let mut other = Vec::new();
        serialize(value, &mut serde_json::Serializer::new(&mut other)).unwrap();
        assert_eq!(text.buffer, other);
        String::from_utf8(other).unwrap()
    }

    #[test]
    fn values_are_written_as_serde_json_writes_them() {
        assert_eq!(written(&i64::MIN), "-9223372036854775808");
        assert_eq!(written(&true), "true");
        assert_eq!(written(&None::<bool>), "null");
        assert_eq!(written(&vec![Some(1), None, Some(3)]), "[1,null,3]");
        assert_eq!(written(&Vec::<bool>::new()), "[]");
        assert_eq!(written(&Document::from(vec![1.5])), "[1.5]");
    }

    #[test]
    fn texts_and_keys_are_escaped_where_json_asks_for_it() {
        assert_eq!(written(&"plain é".to_owned()), "\"plain é\"");
        assert_eq!(written(&"a\"b\\c\n\u{1}\u{7f}".to_owned()), "\"a\\\"b\\\\c\\n\\u0001\u{7f}\"");
        let map = BTreeMap::from([("a\"b".to_owned(), 1), ("c".to_owned(), 2)]);
        assert_eq!(written(&map), r#"{"a\"b":1,"c":2}"#);
    }
}
