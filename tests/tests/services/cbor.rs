//! Converts CBOR to JSON, independently of the codec under test. Byte strings become strings of hexadecimal digits.

use serde_json::{Map, Value, json};

/// Returns the value, or `None` if the bytes are not exactly one valid value.
pub(crate) fn value(bytes: &[u8]) -> Option<Value> {
    let mut reader = Reader { bytes };
    let value = reader.value()?;
    reader.bytes.is_empty().then_some(value)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// Reads the argument of a data item's head. `None` means an indefinite length.
    fn argument(&mut self, info: u8) -> Option<Option<u64>> {
        let count = match info {
            0..=23 => return Some(Some(info.into())),
            24..=27 => 1 << (info - 24),
            31 => return Some(None),
            _ => return None,
        };
        Some(Some(self.take(count)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))))
    }

    fn value(&mut self) -> Option<Value> {
        let head = self.take(1)?[0];
        let (major, info) = (head >> 5, head & 31);
        let argument = self.argument(info)?;
        Some(match major {
            0 => json!(argument?),
            1 => json!(i64::try_from(-1 - i128::from(argument?)).ok()?),
            2 => json!(self.take(argument?.try_into().ok()?)?.iter().map(|b| format!("{b:02x}")).collect::<String>()),
            3 => json!(std::str::from_utf8(self.take(argument?.try_into().ok()?)?).ok()?),
            4 => {
                let mut elements = Vec::new();
                while self.continues(argument, elements.len()) {
                    elements.push(self.value()?);
                }
                Value::Array(elements)
            }
            5 => {
                let mut members = Map::new();
                while self.continues(argument, members.len()) {
                    members.insert(self.value()?.as_str()?.to_owned(), self.value()?);
                }
                Value::Object(members)
            }
            6 => json!({ "tag": argument?, "value": self.value()? }),
            _ => match (info, argument?) {
                (20, _) => json!(false),
                (21, _) => json!(true),
                (22, _) => Value::Null,
                (26, bits) => json!(f32::from_bits(bits.try_into().ok()?)),
                (27, bits) => json!(f64::from_bits(bits)),
                _ => return None,
            },
        })
    }

    /// Returns whether there is another element. At the end of a list or map with an indefinite length, reads the break
    /// code.
    fn continues(&mut self, length: Option<u64>, read: usize) -> bool {
        match length {
            Some(length) => (read as u64) < length,
            None if self.bytes.first() == Some(&0xff) => {
                self.bytes = &self.bytes[1..];
                false
            }
            None => true,
        }
    }
}
