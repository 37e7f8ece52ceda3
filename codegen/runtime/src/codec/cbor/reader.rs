//! The CBOR deserializer.

mod tokens;

use std::{borrow::Cow, collections::BTreeMap};

use minicbor::{
    Decoder,
    data::{IanaTag, Type},
};

use self::tokens::{is_float, is_integer, malformed};
use super::big;
use crate::{
    codec::{MemoryLimit, exact_integer, union},
    primitives::{BigDecimal, BigInteger, Document, Timestamp},
    schema::{
        DeserializableList, DeserializableMap, DeserializableStruct, DeserializableUnion, MemberSchema, SerdeError,
        ShapeDeserializer,
    },
};

/// The maximum nesting of lists and maps, and of structures and unions. The limits are those of the JSON codec.
const DEEPEST: u32 = 128;
const DEEPEST_STRUCTURES: u32 = 48;

/// Deserializes values from CBOR.
pub(super) struct CborDeserializer<'a> {
    decoder: Decoder<'a>,
    /// The memory that is left for values.
    limit: MemoryLimit,
    /// The number of lists and maps around the cursor.
    depth: u32,
    /// The number of structures and unions around the cursor.
    structures: u32,
}

impl<'a> CborDeserializer<'a> {
    pub(super) fn new(cbor: &'a [u8], limit: MemoryLimit) -> Self {
        Self { decoder: Decoder::new(cbor), limit, depth: 0, structures: 0 }
    }

    /// Checks that no bytes are left.
    pub(super) fn finish(self) -> Result<(), SerdeError> {
        let left = self.decoder.input().len() - self.decoder.position();
        if left == 0 { Ok(()) } else { Err(malformed("unexpected data after the value")) }
    }

    /// Reads any value as a document.
    fn document(&mut self) -> Result<Document, SerdeError> {
        Ok(match self.peek()? {
            Type::Bool => Document::Boolean(self.decoder.bool().map_err(malformed)?),
            Type::String | Type::StringIndef => Document::String(self.string()?.into_owned()),
            Type::Bytes | Type::BytesIndef => Document::Blob(self.bytes()?.into()),
            found if is_float(found) => Document::Double(self.float(found)?),
            found if is_integer(found) => integer(&self.digits()?)?,
            Type::Tag => {
                let before = self.decoder.position();
                match self.tag()? {
                    Some(IanaTag::Timestamp) => Document::Timestamp(self.timestamp()?),
                    Some(IanaTag::Decimal) => Document::BigDecimal(self.decimal()?),
                    _ => {
                        self.decoder.set_position(before);
                        integer(&self.digits()?)?
                    }
                }
            }
            Type::Array | Type::ArrayIndef => {
                let mut remaining = self.open_list()?;
                let mut list = Vec::new();
                while self.next(&mut remaining)? {
                    let more = self.limit.claim_elements(
                        list.len(),
                        list.capacity(),
                        size_of::<Document>(),
                        remaining.expected(),
                    )?;
                    list.reserve_exact(more);
                    list.push(self.document()?);
                }
                Document::List(list)
            }
            Type::Map | Type::MapIndef => {
                let mut remaining = self.open_map()?;
                let mut map = BTreeMap::new();
                while self.next(&mut remaining)? {
                    self.limit.claim_entry(map.len(), size_of::<(String, Document)>())?;
                    let key = self.string()?;
                    map.insert(key.into_owned(), self.document()?);
                }
                Document::Map(map)
            }
            _ => {
                // The value is null, undefined, or an unassigned simple value.
                self.skip()?;
                Document::Null
            }
        })
    }
}

fn integer(digits: &str) -> Result<Document, SerdeError> {
    match digits.parse() {
        Ok(integer) => Ok(Document::Integer(integer)),
        Err(_) => digits.parse().map(Document::BigInteger).map_err(malformed),
    }
}

const TIMESTAMP: &str = "a timestamp (seconds since 1970)";

impl ShapeDeserializer for CborDeserializer<'_> {
    fn claim(&mut self, bytes: usize) -> Result<(), SerdeError> {
        self.limit.claim(bytes)
    }

    fn read_boolean(&mut self, _: &MemberSchema) -> Result<Option<bool>, SerdeError> {
        match self.peek()? {
            Type::Bool => self.decoder.bool().map(Some).map_err(malformed),
            _ => self.null_or_unexpected("a boolean"),
        }
    }

    fn read_integer(&mut self, _: &MemberSchema) -> Result<Option<i64>, SerdeError> {
        match self.peek()? {
            found if is_integer(found) => {
                let integer = self.decoder.int().map_err(malformed)?;
                let integer = i64::try_from(integer).map(Some);
                integer.map_err(|_| SerdeError::unexpected("a number that does not fit in 64 bits", "an integer"))
            }
            found if is_float(found) => {
                let integer = exact_integer(self.float(found)?).map(Some);
                integer.ok_or_else(|| {
                    SerdeError::unexpected("a number that has a fraction or does not fit in 64 bits", "an integer")
                })
            }
            _ => self.null_or_unexpected("an integer"),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "The nearest float is the value.")]
    fn read_double(&mut self, _: &MemberSchema) -> Result<Option<f64>, SerdeError> {
        match self.peek()? {
            found if is_float(found) => self.float(found).map(Some),
            found if is_integer(found) => {
                self.decoder.int().map(|integer| Some(i128::from(integer) as f64)).map_err(malformed)
            }
            _ => self.null_or_unexpected("a number"),
        }
    }

    fn read_big_integer(&mut self, _: &MemberSchema) -> Result<Option<BigInteger>, SerdeError> {
        if self.null()? {
            return Ok(None);
        }
        self.digits()?.parse().map(Some).map_err(malformed)
    }

    fn read_big_decimal(&mut self, _: &MemberSchema) -> Result<Option<BigDecimal>, SerdeError> {
        match self.peek()? {
            Type::Tag => {
                let before = self.decoder.position();
                if self.tag()? == Some(IanaTag::Decimal) {
                    return self.decimal().map(Some);
                }
                self.decoder.set_position(before);
                self.digits()?.parse().map(Some).map_err(malformed)
            }
            found if is_float(found) => {
                let number = self.float(found)?.to_string().parse().map(Some);
                number.map_err(|_| SerdeError::unexpected("a number that is not finite", "a decimal number"))
            }
            found if is_integer(found) => self.digits()?.parse().map(Some).map_err(malformed),
            _ => self.null_or_unexpected("a decimal number"),
        }
    }

    fn read_string(&mut self, _: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError> {
        match self.peek()? {
            Type::String | Type::StringIndef => self.string().map(Some),
            _ => self.null_or_unexpected("a string"),
        }
    }

    fn read_blob(&mut self, _: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError> {
        match self.peek()? {
            Type::Bytes | Type::BytesIndef => self.bytes().map(Some),
            _ => self.null_or_unexpected("a blob"),
        }
    }

    fn read_timestamp(&mut self, _: &MemberSchema) -> Result<Option<Timestamp>, SerdeError> {
        match self.peek()? {
            Type::Tag => match self.tag()? {
                Some(IanaTag::Timestamp) => self.timestamp().map(Some),
                _ => Err(SerdeError::unexpected("an unexpected tag", TIMESTAMP)),
            },
            found if is_integer(found) || is_float(found) => self.timestamp().map(Some),
            _ => self.null_or_unexpected(TIMESTAMP),
        }
    }

    fn read_document(&mut self, _: &MemberSchema) -> Result<Option<Document>, SerdeError> {
        Ok(Some(self.document()?).filter(|document| !document.is_null()))
    }

    fn read_list(&mut self, schema: &MemberSchema, list: &mut dyn DeserializableList) -> Result<bool, SerdeError> {
        if !matches!(self.peek()?, Type::Array | Type::ArrayIndef) {
            return self.null_or_unexpected("a list").map(|found: Option<()>| found.is_some());
        }
        let (element_schema, size) = (schema.element(), list.element_size());
        list.truncate(0);
        let mut remaining = self.open_list()?;
        let (mut len, mut capacity) = (0, 0);
        while self.next(&mut remaining)? {
            let more = self.limit.claim_elements(len, capacity, size, remaining.expected())?;
            if more > 0 {
                list.reserve(more);
                capacity += more;
            }
            let Some(element) = list.push() else { continue };
            if element.deserialize(element_schema, self)? || list.null_is_a_value() {
                len += 1;
            } else {
                list.truncate(len);
            }
        }
        Ok(true)
    }

    fn read_map(&mut self, schema: &MemberSchema, map: &mut dyn DeserializableMap) -> Result<bool, SerdeError> {
        if !matches!(self.peek()?, Type::Map | Type::MapIndef) {
            return self.null_or_unexpected("a map").map(|found: Option<()>| found.is_some());
        }
        let (value_schema, size) = (schema.element(), map.entry_size());
        map.clear();
        let mut remaining = self.open_map()?;
        let mut len = 0;
        while self.next(&mut remaining)? {
            self.limit.claim_entry(len, size)?;
            len += 1;
            let key = self.string()?;
            let Some(value) = map.insert(&key) else { continue };
            if !value.deserialize(value_schema, self)? {
                map.drop_null(&key);
            }
        }
        Ok(true)
    }

    fn read_struct(&mut self, _: &MemberSchema, structure: &mut dyn DeserializableStruct) -> Result<bool, SerdeError> {
        if !matches!(self.peek()?, Type::Map | Type::MapIndef) {
            // The value is null, or something that some servers send instead of a structure, such as an identifier.
            self.skip()?;
            return Ok(false);
        }
        let schema = structure.schema();
        let mut remaining = self.open_structure()?;
        let mut expected = 0;
        while self.next(&mut remaining)? {
            let name = self.string()?;
            let Some(index) = schema.index_of(expected, |member| member.is_named(&name)) else {
                self.skip()?;
                continue;
            };
            expected = index + 1;
            match (structure.slot(index), schema.members.get(index)) {
                (Some(slot), Some(member)) => {
                    slot.deserialize(member, self).map_err(|error| error.within(schema, member))?;
                }
                _ => self.skip()?,
            }
        }
        self.structures -= 1;
        Ok(true)
    }

    fn read_union(&mut self, _: &MemberSchema, union: &mut dyn DeserializableUnion) -> Result<bool, SerdeError> {
        if !matches!(self.peek()?, Type::Map | Type::MapIndef) {
            return self.null_or_unexpected("a union").map(|found: Option<()>| found.is_some());
        }
        let mut remaining = self.open_structure()?;
        union::deserialize(
            self,
            union,
            |cbor| {
                while cbor.next(&mut remaining)? {
                    let name = cbor.string()?;
                    if !cbor.null()? {
                        return Ok(Some(name));
                    }
                }
                Ok(None)
            },
            MemberSchema::is_named,
            Self::skip,
        )?;
        self.structures -= 1;
        Ok(true)
    }
}
