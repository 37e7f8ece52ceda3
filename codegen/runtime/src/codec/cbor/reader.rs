//! The CBOR deserializer.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use minicbor::{
    Decoder,
    data::{IanaTag, Tag, Type},
};

use super::big;
use crate::{
    codec::{MemoryLimit, exact_integer},
    primitives::{BigDecimal, BigInteger, Document, Timestamp},
    schema::{
        DeserializableList, DeserializableMap, DeserializableStruct, DeserializableUnion, MemberSchema, SerdeError,
        ShapeDeserializer,
    },
};

/// The maximum nesting of lists and maps, and of structures and unions; see the JSON codec.
const DEEPEST: u32 = 128;
const DEEPEST_STRUCTURES: u32 = 48;

/// Deserializes values from CBOR.
pub(super) struct CborDeserializer<'a> {
    decoder: Decoder<'a>,
    /// The memory that is left for values.
    limit: MemoryLimit,
    /// The number of lists and maps around the cursor; `structures` counts structures and unions.
    depth: u32,
    structures: u32,
}

/// The number of items left in a list or map, or `None` if its length is indefinite.
struct Remaining(Option<u64>);

/// A list, or a map with strings as keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    List,
    Map,
}

#[cold]
fn malformed(error: impl fmt::Display) -> SerdeError {
    SerdeError::new(format_args!("invalid CBOR: {error}"))
}

impl<'a> CborDeserializer<'a> {
    pub(super) fn new(cbor: &'a [u8], limit: MemoryLimit) -> Self {
        Self { decoder: Decoder::new(cbor), limit, depth: 0, structures: 0 }
    }

    /// Checks that no bytes are left.
    pub(super) fn finish(self) -> Result<(), SerdeError> {
        let left = self.decoder.input().len() - self.decoder.position();
        if left == 0 { Ok(()) } else { Err(malformed(format_args!("unexpected data after the value: {left} bytes"))) }
    }

    /// Returns the type of the next value. Tags without a meaning for its type are skipped.
    fn peek(&mut self) -> Result<Type, SerdeError> {
        loop {
            let before = self.decoder.position();
            match self.decoder.datatype().map_err(malformed)? {
                Type::Break => return Err(malformed("unexpected break")),
                Type::Tag => {
                    let tag = self.decoder.tag().map_err(malformed)?;
                    let known = [IanaTag::PosBignum, IanaTag::NegBignum, IanaTag::Decimal, IanaTag::Timestamp];
                    if known.iter().any(|known| Tag::from(*known) == tag) {
                        self.decoder.set_position(before);
                        return Ok(Type::Tag);
                    }
                }
                found => return Ok(found),
            }
        }
    }

    /// Reads null, if it is next.
    fn null(&mut self) -> Result<bool, SerdeError> {
        match self.peek()? {
            Type::Null => self.decoder.null().map_err(malformed)?,
            Type::Undefined => self.decoder.undefined().map_err(malformed)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Skips a value, which may be nested to any depth. Unlike minicbor, this does not accept a break as a value.
    fn skip(&mut self) -> Result<(), SerdeError> {
        // The lists and maps around the cursor.
        let mut around: Vec<(Remaining, Collection)> = Vec::new();
        loop {
            let (length, collection) = match self.peek()? {
                Type::Array | Type::ArrayIndef => (self.decoder.array(), Some(Collection::List)),
                Type::Map | Type::MapIndef => (self.decoder.map(), Some(Collection::Map)),
                Type::Tag => {
                    self.tag()?;
                    continue;
                }
                _ => (self.decoder.skip().map(|()| None), None),
            };
            let length = length.map_err(malformed)?;
            if let Some(collection) = collection {
                if around.len() >= DEEPEST as usize {
                    self.limit.claim(2 * size_of::<(Remaining, Collection)>())?;
                }
                around.push((Remaining(length), collection));
            }
            loop {
                let Some((remaining, collection)) = around.last_mut() else { return Ok(()) };
                if self.more(remaining)? {
                    if *collection == Collection::Map {
                        self.string()?;
                    }
                    break;
                }
                around.pop();
            }
        }
    }

    /// Returns the error of a value that does not have the expected type, or `None` if it is null.
    fn null_or_unexpected<T>(&mut self, expected: &str) -> Result<Option<T>, SerdeError> {
        if self.null()? { Ok(None) } else { Err(self.unexpected(expected)) }
    }

    /// Returns the error of a value that does not have the expected type.
    #[cold]
    fn unexpected(&mut self, expected: &str) -> SerdeError {
        let next = match self.peek() {
            Ok(next) => next,
            Err(error) => return error,
        };
        let found = match next {
            Type::String | Type::StringIndef => "a string",
            Type::Bytes | Type::BytesIndef => "a blob",
            Type::Array | Type::ArrayIndef => "a list",
            Type::Map | Type::MapIndef => "a map",
            Type::Bool => "a boolean",
            Type::Null | Type::Undefined => "null",
            _ => "a number",
        };
        // A malformed value is reported as such.
        self.skip().map_or_else(|error| error, |()| SerdeError::unexpected(found, expected))
    }

    fn tag(&mut self) -> Result<Option<IanaTag>, SerdeError> {
        let tag = self.decoder.tag().map_err(malformed)?;
        Ok(IanaTag::try_from(tag).ok())
    }

    fn string(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        match self.decoder.datatype().map_err(malformed)? {
            Type::String => self.decoder.str().map(Cow::Borrowed).map_err(malformed),
            _ => {
                let chunks = self.decoder.str_iter().map_err(malformed)?;
                chunks.collect::<Result<String, _>>().map(Cow::Owned).map_err(malformed)
            }
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>, SerdeError> {
        let mut bytes = Vec::new();
        for chunk in self.decoder.bytes_iter().map_err(malformed)? {
            bytes.extend_from_slice(chunk.map_err(malformed)?);
        }
        Ok(bytes)
    }

    /// Reads a float of any width.
    fn float(&mut self, found: Type) -> Result<f64, SerdeError> {
        match found {
            Type::F16 => {
                let at = self.decoder.position();
                let bits = self.decoder.input().get(at + 1..at + 3).and_then(|bytes| bytes.first_chunk());
                let bits = bits.ok_or_else(|| malformed("unexpected end within a number"))?;
                self.decoder.set_position(at + 3);
                Ok(half(u16::from_be_bytes(*bits)))
            }
            Type::F32 => self.decoder.f32().map(f64::from).map_err(malformed),
            _ => self.decoder.f64().map_err(malformed),
        }
    }

    /// Reads the digits of an integer of any size.
    fn digits(&mut self) -> Result<String, SerdeError> {
        match self.peek()? {
            Type::Tag => match self.tag()? {
                Some(IanaTag::PosBignum) => big::to_digits(&self.bytes()?).ok_or_else(too_long),
                Some(IanaTag::NegBignum) => {
                    let digits = big::to_digits(&big::plus_one(&self.bytes()?)).ok_or_else(too_long)?;
                    Ok(format!("-{digits}"))
                }
                _ => Err(SerdeError::unexpected("another value", "an integer")),
            },
            found if is_integer(found) => self.decoder.int().map(|int| int.to_string()).map_err(malformed),
            _ => Err(self.unexpected("an integer")),
        }
    }

    /// Reads a decimal fraction: a list of an exponent of ten and a mantissa.
    fn decimal(&mut self) -> Result<BigDecimal, SerdeError> {
        let mut parts = Remaining(self.decoder.array().map_err(malformed)?);
        let mut numbers = Vec::new();
        while self.more(&mut parts)? {
            if numbers.len() == 2 {
                return Err(not_decimal());
            }
            numbers.push(self.digits()?);
        }
        let [exponent, mantissa] = &numbers[..] else { return Err(not_decimal()) };
        decimal_digits(mantissa, exponent).parse().map_err(malformed)
    }

    fn timestamp(&mut self) -> Result<Timestamp, SerdeError> {
        let time = match self.peek()? {
            found if is_integer(found) => {
                self.decoder.i64().ok().and_then(|seconds| Timestamp::of_calendar(seconds, 0))
            }
            found if is_float(found) => {
                // Fractions are exact to the millisecond.
                Timestamp::from_secs_f64((self.float(found)? * 1e3).round() / 1e3)
            }
            _ => return Err(SerdeError::unexpected("another value", TIMESTAMP)),
        };
        time.ok_or_else(|| SerdeError::unexpected("a number out of range", TIMESTAMP))
    }

    /// Enters a list or map.
    fn open(&mut self, length: Option<u64>) -> Result<Remaining, SerdeError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SerdeError::new(format_args!("lists and maps are nested more than {DEEPEST} levels deep")));
        }
        Ok(Remaining(length))
    }

    /// Returns whether another item follows. Moves past the end otherwise.
    fn next(&mut self, remaining: &mut Remaining) -> Result<bool, SerdeError> {
        let more = self.more(remaining)?;
        self.depth -= u32::from(!more);
        Ok(more)
    }

    /// Returns whether another item follows, without leaving the list or map.
    fn more(&mut self, remaining: &mut Remaining) -> Result<bool, SerdeError> {
        Ok(match &mut remaining.0 {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None if self.decoder.datatype().map_err(malformed)? == Type::Break => {
                self.decoder.set_position(self.decoder.position() + 1);
                false
            }
            None => true,
        })
    }

    fn open_map(&mut self) -> Result<Remaining, SerdeError> {
        let length = self.decoder.map().map_err(malformed)?;
        self.open(length)
    }

    fn open_list(&mut self) -> Result<Remaining, SerdeError> {
        let length = self.decoder.array().map_err(malformed)?;
        self.open(length)
    }

    fn open_structure(&mut self) -> Result<Remaining, SerdeError> {
        self.structures += 1;
        if self.structures > DEEPEST_STRUCTURES {
            let message = format_args!("structures are nested more than {DEEPEST_STRUCTURES} levels deep");
            return Err(SerdeError::new(message));
        }
        self.open_map()
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
                    let more = self.limit.claim_elements(list.len(), list.capacity(), size_of::<Document>())?;
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
                // Null, undefined, and unassigned simple values.
                self.skip()?;
                Document::Null
            }
        })
    }
}

/// Formats a decimal fraction without an exponent if that is short, such as `1.10` for a mantissa of 110 and an exponent
/// of -2. This is how most numbers were written before they were serialized.
fn decimal_digits(mantissa: &str, exponent: &str) -> String {
    /// The number of digits after the point that are written out.
    const MOST: usize = 64;
    let places =
        exponent.strip_prefix('-').and_then(|places| places.parse::<usize>().ok()).filter(|places| *places <= MOST);
    match places {
        _ if exponent == "0" => mantissa.to_owned(),
        None => format!("{mantissa}e{exponent}"),
        Some(places) => {
            let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
            let digits = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
    }
}

#[cold]
fn not_decimal() -> SerdeError {
    SerdeError::unexpected("another list", "a decimal fraction: an exponent and a mantissa")
}

#[cold]
fn too_long() -> SerdeError {
    SerdeError::new(format!("an integer has more than {} bytes", big::LONGEST))
}

fn integer(digits: &str) -> Result<Document, SerdeError> {
    match digits.parse() {
        Ok(integer) => Ok(Document::Integer(integer)),
        Err(_) => digits.parse().map(Document::BigInteger).map_err(malformed),
    }
}

fn is_integer(found: Type) -> bool {
    use Type::{I8, I16, I32, I64, Int, U8, U16, U32, U64};
    matches!(found, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | Int)
}

fn is_float(found: Type) -> bool {
    matches!(found, Type::F16 | Type::F32 | Type::F64)
}

/// Converts a half-precision float: a sign bit, 5 bits of exponent and 10 bits of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (fraction / 1024.0 + 1.0) * 2_f64.powi(i32::from(exponent) - 15),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

const TIMESTAMP: &str = "a timestamp: seconds since 1970";

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
                integer.map_err(|_| SerdeError::unexpected("a number beyond 64 bits", "an integer"))
            }
            found if is_float(found) => {
                let integer = exact_integer(self.float(found)?).map(Some);
                integer
                    .ok_or_else(|| SerdeError::unexpected("a number with a fraction or beyond 64 bits", "an integer"))
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
                _ => Err(SerdeError::unexpected("another value", TIMESTAMP)),
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
            let more = self.limit.claim_elements(len, capacity, size)?;
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
            // The value is null, or a value that some servers send instead of a structure, such as its identifier.
            self.skip()?;
            return Ok(false);
        }
        let schema = structure.schema();
        let mut remaining = self.open_structure()?;
        let mut expected = 0;
        while self.next(&mut remaining)? {
            let name = self.string()?;
            let Some(index) = schema.index_of(&name, expected, |member| member.name) else {
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
        let schema = union.schema();
        let mut remaining = self.open_structure()?;
        let (mut known, mut unknown) = (None, None);
        while self.next(&mut remaining)? {
            let name = self.string()?;
            // Null members are ignored. Servers may add the name of the union's type.
            if self.null()? {
                continue;
            }
            match schema.index_of(&name, 0, |member| member.name) {
                None => {
                    self.skip()?;
                    unknown = Some(name).filter(|name| name != "__type").or(unknown);
                }
                Some(index) => {
                    if known.replace(index).is_some_and(|other| other != index) {
                        return Err(SerdeError::new("more than one member of the union is set"));
                    }
                    match (union.slot(index), schema.members.get(index)) {
                        (Some(slot), Some(member)) => {
                            slot.deserialize(member, self).map_err(|error| error.within(schema, member))?;
                        }
                        _ => self.skip()?,
                    }
                }
            }
        }
        // The JSON codec describes unions without a member.
        if known.is_none() {
            union.set_unknown(&unknown.unwrap_or_default());
        }
        self.structures -= 1;
        Ok(true)
    }
}
