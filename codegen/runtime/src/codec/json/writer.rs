//! The JSON serializer.

use std::{fmt::Debug, io::Write};

use super::{
    JsonCodec,
    buffer::Buffer,
    plain::{is_plain, plain_len},
};
use crate::{
    codec::{base64, float_name, timestamp_string},
    primitives::{Document, Timestamp},
    schema::{
        MemberSchema, SerdeError, SerializableList, SerializableMap, SerializableStruct, SerializableUnion,
        TimestampFormat, ValueRef, stream_within,
    },
};

/// Serializes values by appending JSON to a buffer.
pub(super) struct JsonSerializer {
    codec: JsonCodec,
    buffer: Buffer,
}

impl JsonSerializer {
    pub(super) fn new(codec: JsonCodec) -> Self {
        // Most requests fit into this capacity.
        Self { codec, buffer: Buffer::with_capacity(256) }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.buffer.into_bytes()
    }

    /// Writes a value.
    pub(super) fn value(&mut self, schema: &MemberSchema, value: ValueRef<'_>) -> Result<(), SerdeError> {
        match value {
            ValueRef::Null => self.buffer.extend_from_slice(b"null"),
            ValueRef::Boolean(value) => self.buffer.extend_from_slice(if value { b"true" } else { b"false" }),
            ValueRef::Integer(value) => self.integer(b"", value),
            ValueRef::Float(value) => return self.float(value),
            ValueRef::Double(value) => return self.double(value),
            ValueRef::BigInteger(value) => self.big_number(value.as_str()),
            ValueRef::BigDecimal(value) => self.big_number(value.as_str()),
            ValueRef::String(value) => self.string(b"", value),
            ValueRef::Blob(value) => self.buffer.quoted(b"", base64(value).as_bytes()),
            ValueRef::Stream(_) => return Err(stream_within()),
            ValueRef::Timestamp(value) => return self.timestamp(self.codec.timestamp_format_of(schema), value),
            ValueRef::Document(value) => return self.document(schema, value),
            ValueRef::List(value) => return self.list(schema.element(), value),
            ValueRef::Map(value) => return self.map(schema.element(), value),
            ValueRef::Struct(value) => return self.structure(value),
            ValueRef::Union(value) => return self.union(value),
        }
        Ok(())
    }

    /// Writes a value after a prefix: a comma, or the name of a member. The most frequent types are written together
    /// with the prefix.
    ///
    /// This function is inlined into the loops over members and elements. The methods that it calls are not, so that
    /// the loops stay short.
    #[inline(always)]
    fn value_after(&mut self, prefix: &[u8], schema: &MemberSchema, value: ValueRef<'_>) -> Result<(), SerdeError> {
        match value {
            ValueRef::Integer(value) => self.integer(prefix, value),
            ValueRef::String(value) => self.string(prefix, value),
            value => {
                self.buffer.extend_from_slice(prefix);
                return match value {
                    ValueRef::Struct(value) => self.structure(value),
                    ValueRef::List(value) => self.list(schema.element(), value),
                    value => self.value(schema, value),
                };
            }
        }
        Ok(())
    }

    #[inline(never)]
    fn list(&mut self, schema: &MemberSchema, value: &dyn SerializableList) -> Result<(), SerdeError> {
        let start = self.buffer.len();
        for element in value.elements() {
            self.value_after(b",", schema, element)?;
        }
        self.close(start, b"[]");
        Ok(())
    }

    fn map(&mut self, schema: &MemberSchema, value: &dyn SerializableMap) -> Result<(), SerdeError> {
        let start = self.buffer.len();
        value.for_each(&mut |key, value| {
            self.string(b",", key);
            self.buffer.push(b':');
            self.value(schema, value)
        })?;
        self.close(start, b"{}");
        Ok(())
    }

    #[inline(never)]
    fn structure(&mut self, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        let start = self.buffer.len();
        for (index, schema) in value.schema().members.iter().enumerate() {
            let member = value.member(index);
            if !member.is_null() {
                let name = self.member_name(schema);
                self.value_after(name, schema, member)?;
            }
        }
        self.close(start, b"{}");
        Ok(())
    }

    fn union(&mut self, value: &dyn SerializableUnion) -> Result<(), SerdeError> {
        let start = self.buffer.len();
        let (schema, member) = value.known_variant()?;
        let name = self.member_name(schema);
        self.buffer.extend_from_slice(name);
        self.value(schema, member)?;
        self.close(start, b"{}");
        Ok(())
    }

    /// Ends a list or an object that begins at `start`. The opening bracket replaces the comma before the first
    /// element.
    #[inline]
    fn close(&mut self, start: usize, [open, close]: &[u8; 2]) {
        self.buffer.set(start, *open);
        self.buffer.push(*close);
    }

    /// Returns a comma, the name of a member of a structure or union, and a colon. If the codec uses the member's
    /// `jsonName`, writes the comma and the name, and returns only the colon.
    #[inline]
    fn member_name(&mut self, schema: &'static MemberSchema) -> &'static [u8] {
        match self.codec.json_name_of(schema) {
            None => schema.json_key.as_bytes(),
            Some(name) => {
                self.string(b",", name);
                b":"
            }
        }
    }

    #[inline(never)]
    fn string(&mut self, prefix: &[u8], string: &str) {
        let bytes = string.as_bytes();
        if is_plain(bytes) {
            self.buffer.quoted(prefix, bytes);
        } else {
            self.buffer.extend_from_slice(prefix);
            self.escaped(bytes);
        }
    }

    /// Writes a string that needs escaping.
    #[cold]
    fn escaped(&mut self, mut rest: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.buffer.push(b'"');
        while let Some((run, [special, after @ ..])) = rest.split_at_checked(plain_len(rest)) {
            rest = after;
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
                    continue;
                }
            };
            self.buffer.extend_from_slice(&[b'\\', escape]);
        }
        self.buffer.extend_from_slice(rest);
        self.buffer.push(b'"');
    }

    #[inline(never)]
    fn integer(&mut self, prefix: &[u8], value: i64) {
        match u32::try_from(value) {
            // Most integers are short.
            Ok(value @ 0..10_000) => self.buffer.short_integer(prefix, value),
            _ => {
                self.buffer.extend_from_slice(prefix);
                self.buffer.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
            }
        }
    }

    /// Writes a finite float in its `Debug` form, which is valid JSON. This form has the fewest digits that still
    /// result in the same value when they are read, and an exponent if the value is very large or small.
    fn number(&mut self, value: &dyn Debug) -> Result<(), SerdeError> {
        write!(self.buffer, "{value:?}").map_err(SerdeError::new)
    }

    fn timestamp(&mut self, format: TimestampFormat, value: Timestamp) -> Result<(), SerdeError> {
        match format {
            TimestampFormat::EpochSeconds if value.subsec_nanos() == 0 => self.integer(b"", value.as_secs()),
            TimestampFormat::EpochSeconds => return self.number(&value.as_secs_f64()),
            TimestampFormat::DateTime | TimestampFormat::HttpDate => {
                self.buffer.quoted(b"", timestamp_string(format, value)?.as_bytes())
            }
        }
        Ok(())
    }

    fn float(&mut self, value: f32) -> Result<(), SerdeError> {
        match float_name(f64::from(value)) {
            Some(name) => self.buffer.quoted(b"", name.as_bytes()),
            None => return self.number(&value),
        }
        Ok(())
    }

    fn double(&mut self, value: f64) -> Result<(), SerdeError> {
        match float_name(value) {
            Some(name) => self.buffer.quoted(b"", name.as_bytes()),
            None => return self.number(&value),
        }
        Ok(())
    }

    fn document(&mut self, schema: &MemberSchema, value: &Document) -> Result<(), SerdeError> {
        match value {
            // Numbers in documents can have any precision and are never quoted. Timestamps in documents have the
            // protocol's format.
            Document::BigInteger(value) => self.buffer.extend_from_slice(value.as_str().as_bytes()),
            Document::BigDecimal(value) => self.buffer.extend_from_slice(value.as_str().as_bytes()),
            Document::Timestamp(value) => return self.timestamp(self.codec.timestamp_format, *value),
            value => return self.value(schema, value.content()),
        }
        Ok(())
    }

    fn big_number(&mut self, digits: &str) {
        match self.codec.quote_big_numbers {
            true => self.buffer.quoted(b"", digits.as_bytes()),
            false => self.buffer.extend_from_slice(digits.as_bytes()),
        }
    }
}
