//! The JSON serializer.

use serde_core::ser::Serialize;

use super::{JsonCodec, scan::plain_len};
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
    fn quoted(&mut self, string: &str) {
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(string.as_bytes());
        self.buffer.push(b'"');
    }

    fn string(&mut self, string: &str) -> Result<(), SerdeError> {
        if plain_len(string.as_bytes()) < string.len() {
            return self.by_serde(string);
        }
        self.quoted(string);
        Ok(())
    }

    fn boolean(&mut self, value: bool) {
        self.buffer.extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn integer(&mut self, value: i64) {
        self.buffer.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    /// Writes a value with serde_json: a float, or a string that needs escaping.
    fn by_serde<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerdeError> {
        serde_json::to_writer(&mut self.buffer, value).map_err(SerdeError::new)
    }

    /// Writes the name of a member of a structure or union, and the colon.
    fn member_name(&mut self, schema: &MemberSchema) -> Result<(), SerdeError> {
        match self.codec.json_name_of(schema) {
            Some(name) => {
                self.string(name)?;
                self.buffer.push(b':');
            }
            None => self.buffer.extend_from_slice(schema.json_key.as_bytes()),
        }
        Ok(())
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
            Some(name) => self.string(name),
            None => self.by_serde(&value),
        }
    }

    fn document(&mut self, value: &Document) -> Result<(), SerdeError> {
        match value {
            Document::Null => self.buffer.extend_from_slice(b"null"),
            Document::Boolean(value) => self.boolean(*value),
            Document::Integer(value) => self.integer(*value),
            Document::Double(value) => return self.double(*value),
            Document::BigInteger(value) => self.buffer.extend_from_slice(value.as_str().as_bytes()),
            Document::BigDecimal(value) => self.buffer.extend_from_slice(value.as_str().as_bytes()),
            Document::String(value) => return self.string(value),
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
                    self.string(key)?;
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
            Some(name) => self.string(name),
            None => self.by_serde(&value),
        }
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
        self.string(value)
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
            self.string(key)?;
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
        for (index, schema) in value.schema().members.iter().enumerate() {
            if let Some(member) = value.member(index) {
                self.member_name(schema)?;
                member.serialize(schema, self)?;
                self.buffer.push(b',');
            }
        }
        self.close(b'}');
        Ok(())
    }

    fn write_union(&mut self, _: &MemberSchema, value: &dyn SerializableUnion) -> Result<(), SerdeError> {
        let (index, member) = value.variant().map_err(|name| unknown_variant(value.schema(), name))?;
        let Some(schema) = value.schema().members.get(index) else { return Ok(()) };
        self.buffer.push(b'{');
        self.member_name(schema)?;
        member.serialize(schema, self)?;
        self.buffer.push(b'}');
        Ok(())
    }
}
