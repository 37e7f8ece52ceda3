//! The JSON serializer.

use serde_core::ser::Serialize;

use super::{JsonCodec, plain::plain_len};
use crate::{
    codec::{base64, float_name, timestamp_string},
    primitives::{BigDecimal, BigInteger, Document, Timestamp},
    schema::{
        MemberSchema, SerdeError, SerializableList, SerializableMap, SerializableStruct, SerializableUnion,
        ShapeSerializer, TimestampFormat, unknown_variant,
    },
};

/// Serializes values by appending JSON to a buffer.
pub(super) struct JsonSerializer {
    codec: JsonCodec,
    buffer: Vec<u8>,
}

impl JsonSerializer {
    pub(super) fn new(codec: JsonCodec) -> Self {
        // Most requests fit into this capacity.
        Self { codec, buffer: Vec::with_capacity(256) }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// Writes a string that needs no escaping.
    #[inline]
    fn quoted(&mut self, string: &str) {
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(string.as_bytes());
        self.buffer.push(b'"');
    }

    fn string(&mut self, string: &str) {
        let plain = plain_len(string.as_bytes());
        if plain == string.len() {
            self.quoted(string);
        } else {
            self.escaped(string.as_bytes(), plain);
        }
    }

    /// Writes a string that needs escaping. `plain` is the number of bytes before the first that does.
    #[cold]
    fn escaped(&mut self, mut rest: &[u8], mut plain: usize) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.buffer.reserve(rest.len() + rest.len() / 8);
        self.buffer.push(b'"');
        while let Some((run, [special, after @ ..])) = rest.split_at_checked(plain) {
            self.buffer.extend_from_slice(run);
            let escape = match special {
                b'\n' => b'n',
                b'\t' => b't',
                b'\r' => b'r',
                0x8 => b'b',
                0xc => b'f',
                b'"' | b'\\' => *special,
                control => {
                    let digits = [DIGITS[usize::from(control >> 4)], DIGITS[usize::from(control & 0xf)]];
                    self.buffer.extend_from_slice(b"\\u00");
                    self.buffer.extend_from_slice(&digits);
                    (rest, plain) = (after, plain_len(after));
                    continue;
                }
            };
            self.buffer.extend_from_slice(&[b'\\', escape]);
            (rest, plain) = (after, plain_len(after));
        }
        self.buffer.extend_from_slice(rest);
        self.buffer.push(b'"');
    }

    fn boolean(&mut self, value: bool) {
        self.buffer.extend_from_slice(if value { b"true" } else { b"false" });
    }

    #[inline]
    fn integer(&mut self, value: i64) {
        // Most integers have few digits, which are written without a copy of variable length.
        match u16::try_from(value) {
            Ok(value @ 0..10) => self.buffer.push(digit(value)),
            Ok(value @ 10..100) => self.buffer.extend_from_slice(&[digit(value / 10), digit(value % 10)]),
            Ok(value @ 100..1000) => {
                self.buffer.extend_from_slice(&[digit(value / 100), digit(value / 10 % 10), digit(value % 10)]);
            }
            _ => self.buffer.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
        }
    }

    /// Writes a float with serde_json.
    fn by_serde<T: Serialize>(&mut self, value: &T) -> Result<(), SerdeError> {
        serde_json::to_writer(&mut self.buffer, value).map_err(SerdeError::new)
    }

    /// Writes the name of a member and a colon. The `first` member of a structure or union has no comma in front of it.
    #[inline]
    fn member_name(&mut self, schema: &MemberSchema, first: bool) {
        match self.codec.json_name_of(schema) {
            Some(name) => self.json_name(name, first),
            None => self.buffer.extend_from_slice(&schema.json_key.as_bytes()[usize::from(first)..]),
        }
    }

    #[inline(never)]
    fn json_name(&mut self, name: &str, first: bool) {
        if !first {
            self.buffer.push(b',');
        }
        self.string(name);
        self.buffer.push(b':');
    }

    fn timestamp(&mut self, format: TimestampFormat, value: Timestamp) -> Result<(), SerdeError> {
        match format {
            TimestampFormat::EpochSeconds if value.subsec_nanos() == 0 => self.integer(value.as_secs()),
            TimestampFormat::EpochSeconds => return self.by_serde(&value.as_secs_f64()),
            TimestampFormat::DateTime | TimestampFormat::HttpDate => self.quoted(&timestamp_string(format, value)?),
        }
        Ok(())
    }

    fn double(&mut self, value: f64) -> Result<(), SerdeError> {
        match float_name(value) {
            Some(name) => self.quoted(name),
            None => return self.by_serde(&value),
        }
        Ok(())
    }

    fn document(&mut self, value: &Document) -> Result<(), SerdeError> {
        match value {
            Document::Null => self.buffer.extend_from_slice(b"null"),
            Document::Boolean(value) => self.boolean(*value),
            Document::Integer(value) => self.integer(*value),
            Document::Double(value) => return self.double(*value),
            Document::BigInteger(value) => self.buffer.extend_from_slice(value.as_str().as_bytes()),
            Document::BigDecimal(value) => self.buffer.extend_from_slice(value.as_str().as_bytes()),
            Document::String(value) => self.string(value),
            Document::Blob(value) => self.quoted(&base64(value)),
            Document::Timestamp(value) => return self.timestamp(self.codec.timestamp_format, *value),
            Document::List(list) => {
                self.buffer.push(b'[');
                for element in list {
                    self.document(element)?;
                    self.buffer.push(b',');
                }
                self.close(b']');
            }
            Document::Map(map) => {
                self.buffer.push(b'{');
                for (key, value) in map {
                    self.string(key);
                    self.buffer.push(b':');
                    self.document(value)?;
                    self.buffer.push(b',');
                }
                self.close(b'}');
            }
        }
        Ok(())
    }

    fn big_number(&mut self, digits: &str) {
        match self.codec.quote_big_numbers {
            true => self.quoted(digits),
            false => self.buffer.extend_from_slice(digits.as_bytes()),
        }
    }

    /// Ends a list or an object. The bracket replaces the comma after the last element.
    fn close(&mut self, bracket: u8) {
        match self.buffer.last_mut() {
            Some(last) if *last == b',' => *last = bracket,
            _ => self.buffer.push(bracket),
        }
    }
}

/// Returns the decimal digit of a number that is less than ten.
#[allow(clippy::cast_possible_truncation, reason = "It is less than ten.")]
fn digit(value: u16) -> u8 {
    b'0' + value as u8
}

impl ShapeSerializer for JsonSerializer {
    fn write_null(&mut self, _: &MemberSchema) -> Result<(), SerdeError> {
        self.buffer.extend_from_slice(b"null");
        Ok(())
    }

    fn write_boolean(&mut self, _: &MemberSchema, value: bool) -> Result<(), SerdeError> {
        self.boolean(value);
        Ok(())
    }

    fn write_integer(&mut self, _: &MemberSchema, value: i64) -> Result<(), SerdeError> {
        self.integer(value);
        Ok(())
    }

    fn write_float(&mut self, _: &MemberSchema, value: f32) -> Result<(), SerdeError> {
        match float_name(f64::from(value)) {
            Some(name) => self.quoted(name),
            None => return self.by_serde(&value),
        }
        Ok(())
    }

    fn write_double(&mut self, _: &MemberSchema, value: f64) -> Result<(), SerdeError> {
        self.double(value)
    }

    fn write_big_integer(&mut self, _: &MemberSchema, value: &BigInteger) -> Result<(), SerdeError> {
        self.big_number(value.as_str());
        Ok(())
    }

    fn write_big_decimal(&mut self, _: &MemberSchema, value: &BigDecimal) -> Result<(), SerdeError> {
        self.big_number(value.as_str());
        Ok(())
    }

    fn write_string(&mut self, _: &MemberSchema, value: &str) -> Result<(), SerdeError> {
        self.string(value);
        Ok(())
    }

    fn write_blob(&mut self, _: &MemberSchema, value: &[u8]) -> Result<(), SerdeError> {
        self.quoted(&base64(value));
        Ok(())
    }

    fn write_timestamp(&mut self, schema: &MemberSchema, value: Timestamp) -> Result<(), SerdeError> {
        self.timestamp(self.codec.timestamp_format_of(schema), value)
    }

    fn write_document(&mut self, _: &MemberSchema, value: &Document) -> Result<(), SerdeError> {
        self.document(value)
    }

    fn write_list(&mut self, schema: &MemberSchema, value: &dyn SerializableList) -> Result<(), SerdeError> {
        let element_schema = schema.element();
        self.buffer.push(b'[');
        let mut index = 0;
        while let Some(element) = value.element(index) {
            element.serialize(element_schema, self)?;
            self.buffer.push(b',');
            index += 1;
        }
        self.close(b']');
        Ok(())
    }

    fn write_map(&mut self, schema: &MemberSchema, value: &dyn SerializableMap) -> Result<(), SerdeError> {
        let value_schema = schema.element();
        self.buffer.push(b'{');
        value.for_each(&mut |key, value| {
            self.string(key);
            self.buffer.push(b':');
            value.serialize(value_schema, self)?;
            self.buffer.push(b',');
            Ok(())
        })?;
        self.close(b'}');
        Ok(())
    }

    fn write_struct(&mut self, _: &MemberSchema, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        self.buffer.push(b'{');
        let mut first = true;
        for (index, schema) in value.schema().members.iter().enumerate() {
            if let Some(member) = value.member(index) {
                self.member_name(schema, std::mem::take(&mut first));
                member.serialize(schema, self)?;
            }
        }
        self.buffer.push(b'}');
        Ok(())
    }

    fn write_union(&mut self, _: &MemberSchema, value: &dyn SerializableUnion) -> Result<(), SerdeError> {
        let (index, member) = value.variant().map_err(|name| unknown_variant(value.schema(), name))?;
        let Some(schema) = value.schema().members.get(index) else { return Ok(()) };
        self.buffer.push(b'{');
        self.member_name(schema, true);
        member.serialize(schema, self)?;
        self.buffer.push(b'}');
        Ok(())
    }
}
