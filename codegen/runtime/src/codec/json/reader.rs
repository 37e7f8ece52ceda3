//! The JSON deserializer.

use std::{borrow::Cow, collections::BTreeMap};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    JsonCodec,
    learned::{ListLengths, MemberOrder, Order},
    scan::Scanner,
};
use crate::{
    codec::{MemoryLimit, exact_integer, named_float, union},
    primitives::{BigDecimal, BigInteger, Document, Timestamp, keeps_digits},
    schema::{
        DeserializableList, DeserializableMap, DeserializableStruct, DeserializableUnion, MemberSchema, SerdeError,
        ShapeDeserializer, StructSchema, narrow_float, parse_float,
    },
};

/// Deserializes values from JSON.
pub(super) struct JsonDeserializer<'a> {
    codec: JsonCodec,
    scanner: Scanner<'a>,
    order: Box<MemberOrder>,
    lengths: ListLengths,
    /// The memory that is left for values.
    limit: MemoryLimit,
    /// The number of structures and unions around the cursor.
    structures: u32,
}

/// The maximum nesting of structures and unions. The sender chooses the nesting, and each level uses stack space. Among
/// AWS's services, DynamoDB has the most deeply nested values, with 32 levels.
const DEEPEST: u32 = 48;

impl<'a> JsonDeserializer<'a> {
    pub(super) fn new(codec: JsonCodec, json: &'a [u8], limit: MemoryLimit) -> Result<Self, SerdeError> {
        Ok(Self {
            codec,
            scanner: Scanner::new(json)?,
            order: MemberOrder::take(),
            lengths: ListLengths::UNKNOWN,
            limit,
            structures: 0,
        })
    }

    /// Checks that no input is left.
    pub(super) fn finish(mut self) -> Result<(), SerdeError> {
        self.scanner.finish()?;
        self.order.keep();
        Ok(())
    }

    /// Enters a structure or union.
    fn open_structure(&mut self) -> Result<(), SerdeError> {
        self.structures += 1;
        if self.structures > DEEPEST {
            return Err(SerdeError::new(format_args!("structures are nested more than {DEEPEST} levels deep")));
        }
        self.scanner.open()
    }

    /// Reads the name of a structure's likely next member, and the comma before it unless it is the `first` member.
    /// Returns `None` and reads nothing if a different name or whitespace follows. `expected` is the index of the next
    /// member in the model's order.
    #[inline]
    fn likely_member(
        &mut self,
        schema: &'static StructSchema,
        order: Order,
        expected: usize,
        first: bool,
    ) -> Option<NamedMember> {
        let index = self.order.likely(order, expected);
        let member = schema.members.get(index).filter(|member| self.codec.json_name_of(member).is_none())?;
        self.scanner.take(&member.json_key.as_bytes()[usize::from(first)..]).then_some(NamedMember { index, member })
    }

    /// Reads the name of a structure's member. Returns `None` if the name is unknown. `expected` is the index of the
    /// next member in the model's order.
    #[inline(never)]
    fn member(
        &mut self,
        schema: &'static StructSchema,
        order: Order,
        expected: usize,
    ) -> Result<Option<NamedMember>, SerdeError> {
        let (codec, name) = (self.codec, self.scanner.name()?);
        let Some(index) = schema.index_of(expected, |member| codec.is_named(member, &name)) else { return Ok(None) };
        self.order.learn(order, expected, index);
        Ok(schema.members.get(index).map(|member| NamedMember { index, member }))
    }

    /// Reads the digits of a number, which may be in a string.
    fn digits(&mut self, expected: &str) -> Result<Option<Cow<'a, str>>, SerdeError> {
        match self.scanner.peek() {
            b'-' | b'0'..=b'9' => Ok(Some(Cow::Borrowed(self.scanner.number()?))),
            b'"' => Ok(Some(self.scanner.string()?)),
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected(expected)),
        }
    }

    /// Reads any value as a document.
    fn document(&mut self) -> Result<Document, SerdeError> {
        Ok(match self.scanner.peek() {
            b'"' => Document::String(self.scanner.string()?.into_owned()),
            b't' | b'f' => Document::Boolean(self.scanner.boolean()?),
            b'-' | b'0'..=b'9' => number(self.scanner.number()?),
            b'[' => {
                self.scanner.open()?;
                let mut list = Vec::new();
                while self.scanner.next(b']', list.is_empty())? {
                    let more =
                        self.limit.claim_elements(list.len(), list.capacity(), size_of::<Document>(), usize::MAX)?;
                    list.reserve_exact(more);
                    list.push(self.document()?);
                }
                Document::List(list)
            }
            b'{' => {
                self.scanner.open()?;
                let (mut map, mut first) = (BTreeMap::new(), true);
                while self.scanner.next(b'}', std::mem::take(&mut first))? {
                    self.limit.claim_entry(map.len(), size_of::<(String, Document)>())?;
                    let name = self.scanner.name()?;
                    map.insert(name.into_owned(), self.document()?);
                }
                Document::Map(map)
            }
            _ => {
                // The value is null or malformed.
                self.scanner.skip()?;
                Document::Null
            }
        })
    }
}

/// A structure's member whose name has been read.
struct NamedMember {
    index: usize,
    member: &'static MemberSchema,
}

/// Converts a number to a document with the smallest type that preserves all digits. Numbers in documents can have any
/// precision.
pub(crate) fn number(digits: &str) -> Document {
    match digits.parse() {
        Ok(0) if digits.starts_with('-') => return Document::Double(-0.0),
        Ok(integer) => return Document::Integer(integer),
        Err(_) => {}
    }
    if let Ok(integer) = digits.parse() {
        return Document::BigInteger(integer);
    }
    match (digits.parse(), digits.parse()) {
        (Ok(double), Ok(decimal)) if !keeps_digits(double, digits) => Document::BigDecimal(decimal),
        (double, _) => Document::Double(double.unwrap_or(f64::NAN)),
    }
}

const TIMESTAMP: &str = "a timestamp (seconds since 1970, or an RFC 3339 or HTTP date)";
const FLOAT: &str = "a number, \"NaN\", \"Infinity\" or \"-Infinity\"";

impl ShapeDeserializer for JsonDeserializer<'_> {
    fn claim(&mut self, bytes: usize) -> Result<(), SerdeError> {
        self.limit.claim(bytes)
    }

    fn read_boolean(&mut self, _: &MemberSchema) -> Result<Option<bool>, SerdeError> {
        match self.scanner.peek() {
            b't' | b'f' => self.scanner.boolean().map(Some),
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected("a boolean")),
        }
    }

    fn read_integer(&mut self, _: &MemberSchema) -> Result<Option<i64>, SerdeError> {
        if let Some(integer) = self.scanner.short_integer() {
            return Ok(Some(integer));
        }
        match self.scanner.peek() {
            b'-' | b'0'..=b'9' => {
                let digits = self.scanner.number()?;
                let integer = digits.parse().ok().or_else(|| exact_integer(digits.parse().ok()?));
                integer.map(Some).ok_or_else(|| {
                    SerdeError::unexpected("a number that has a fraction or does not fit in 64 bits", "an integer")
                })
            }
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected("an integer")),
        }
    }

    fn read_float(&mut self, schema: &MemberSchema) -> Result<Option<f32>, SerdeError> {
        match self.scanner.peek() {
            b'-' | b'0'..=b'9' => parse_float(self.scanner.number()?).map(Some),
            _ => self.read_double(schema)?.map(narrow_float).transpose(),
        }
    }

    fn read_double(&mut self, _: &MemberSchema) -> Result<Option<f64>, SerdeError> {
        match self.scanner.peek() {
            b'-' | b'0'..=b'9' => {
                let number = self.scanner.number()?.parse().ok().filter(|number: &f64| number.is_finite());
                number.map(Some).ok_or_else(|| SerdeError::unexpected("a number out of range", FLOAT))
            }
            b'"' => {
                let name = self.scanner.string()?;
                named_float(&name)
                    .map(Some)
                    .ok_or_else(|| SerdeError::unexpected("a string that cannot be parsed", FLOAT))
            }
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected(FLOAT)),
        }
    }

    fn read_big_integer(&mut self, _: &MemberSchema) -> Result<Option<BigInteger>, SerdeError> {
        let Some(digits) = self.digits("an integer")? else { return Ok(None) };
        digits.parse().map(Some).map_err(|_| SerdeError::unexpected("a value that cannot be parsed", "an integer"))
    }

    fn read_big_decimal(&mut self, _: &MemberSchema) -> Result<Option<BigDecimal>, SerdeError> {
        let Some(digits) = self.digits("a number")? else { return Ok(None) };
        digits.parse().map(Some).map_err(|_| SerdeError::unexpected("a string that cannot be parsed", "a number"))
    }

    fn read_string(&mut self, _: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError> {
        if let Some(string) = self.scanner.plain_string() {
            return Ok(Some(Cow::Borrowed(string)));
        }
        match self.scanner.peek() {
            b'"' => self.scanner.string().map(Some),
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected("a string")),
        }
    }

    fn read_blob(&mut self, _: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError> {
        match self.scanner.peek() {
            b'"' => {
                let string = self.scanner.string()?;
                let bytes = STANDARD.decode(string.as_bytes()).map(Some);
                bytes.map_err(|_| SerdeError::unexpected("a string that cannot be decoded", "base64"))
            }
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected("base64")),
        }
    }

    fn read_timestamp(&mut self, _: &MemberSchema) -> Result<Option<Timestamp>, SerdeError> {
        match self.scanner.peek() {
            b'-' | b'0'..=b'9' => {
                let time = match self.scanner.short_decimal() {
                    Some((seconds, micros)) => Timestamp::of_calendar(seconds, micros * 1000),
                    None => {
                        let digits = self.scanner.number()?;
                        match digits.parse() {
                            Ok(seconds) => Timestamp::of_calendar(seconds, 0),
                            Err(_) => digits.parse().ok().and_then(Timestamp::from_secs_f64),
                        }
                    }
                };
                time.map(Some).ok_or_else(|| SerdeError::unexpected("a number out of range", TIMESTAMP))
            }
            b'"' => {
                let string = self.scanner.string()?;
                string
                    .parse()
                    .map(Some)
                    .map_err(|_| SerdeError::unexpected("a string that cannot be parsed", TIMESTAMP))
            }
            _ if self.scanner.null()? => Ok(None),
            _ => Err(self.scanner.unexpected(TIMESTAMP)),
        }
    }

    fn read_document(&mut self, _: &MemberSchema) -> Result<Option<Document>, SerdeError> {
        Ok(Some(self.document()?).filter(|document| !document.is_null()))
    }

    fn read_list(&mut self, schema: &MemberSchema, list: &mut dyn DeserializableList) -> Result<bool, SerdeError> {
        if self.scanner.peek() != b'[' {
            let null = self.scanner.null()?;
            return if null { Ok(false) } else { Err(self.scanner.unexpected("a list")) };
        }
        let (element_schema, size) = (schema.element(), list.element_size());
        list.truncate(0);
        self.scanner.open()?;
        let start = self.scanner.position();
        let (mut first, mut len, mut capacity) = (true, 0, 0);
        while self.scanner.next(b']', std::mem::take(&mut first))? {
            if len == capacity {
                let more = match self.lengths.likely(schema).filter(|_| len == 0) {
                    Some(likely) => self.limit.claim_exactly(likely, size)?,
                    None => self.limit.claim_elements(len, capacity, size, self.scanner.estimate(start, len))?,
                };
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
        self.lengths.learn(schema, len);
        Ok(true)
    }

    fn read_map(&mut self, schema: &MemberSchema, map: &mut dyn DeserializableMap) -> Result<bool, SerdeError> {
        if self.scanner.peek() != b'{' {
            let null = self.scanner.null()?;
            return if null { Ok(false) } else { Err(self.scanner.unexpected("a map")) };
        }
        let (value_schema, size) = (schema.element(), map.entry_size());
        map.clear();
        self.scanner.open()?;
        let (mut first, mut len) = (true, 0);
        while self.scanner.next(b'}', std::mem::take(&mut first))? {
            self.limit.claim_entry(len, size)?;
            len += 1;
            let key = self.scanner.name()?;
            let Some(value) = map.insert(&key) else { continue };
            if !value.deserialize(value_schema, self)? {
                map.drop_null(&key);
            }
        }
        Ok(true)
    }

    fn read_struct(&mut self, _: &MemberSchema, structure: &mut dyn DeserializableStruct) -> Result<bool, SerdeError> {
        if self.scanner.peek() != b'{' {
            if self.codec.strict && !self.scanner.null()? {
                return Err(self.scanner.unexpected("a structure"));
            }
            if !self.codec.strict {
                // The value is null, or something that some servers send instead of a structure, such as an identifier.
                self.scanner.skip()?;
            }
            return Ok(false);
        }
        let schema = structure.schema();
        self.open_structure()?;
        let order = self.order.of(schema);
        let (mut first, mut expected) = (true, 0);
        loop {
            let member = match self.likely_member(schema, order, expected, first) {
                Some(member) => Some(member),
                None if !self.scanner.next(b'}', first)? => break,
                None => self.member(schema, order, expected)?,
            };
            first = false;
            let Some(NamedMember { index, member }) = member else {
                self.scanner.skip()?;
                continue;
            };
            expected = index + 1;
            match structure.slot(index) {
                Some(slot) => {
                    slot.deserialize(member, self).map_err(|error| error.within(schema, member))?;
                }
                None => self.scanner.skip()?,
            }
        }
        self.structures -= 1;
        Ok(true)
    }

    fn read_union(&mut self, _: &MemberSchema, union: &mut dyn DeserializableUnion) -> Result<bool, SerdeError> {
        if self.scanner.peek() != b'{' {
            let null = self.scanner.null()?;
            return if null { Ok(false) } else { Err(self.scanner.unexpected("a union")) };
        }
        let codec = self.codec;
        self.open_structure()?;
        let mut first = true;
        union::deserialize(
            self,
            union,
            |json| {
                while json.scanner.next(b'}', std::mem::take(&mut first))? {
                    let name = json.scanner.name()?;
                    if !json.scanner.null()? {
                        return Ok(Some(name));
                    }
                }
                Ok(None)
            },
            |member, name| codec.is_named(member, name),
            |json| json.scanner.skip(),
        )?;
        self.structures -= 1;
        Ok(true)
    }
}
