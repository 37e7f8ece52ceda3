//! The CBOR serializer.

use minicbor::{
    Encoder,
    data::{IanaTag, Tag},
};

use super::big;
use crate::{
    primitives::{BigDecimal, BigInteger, Document, Timestamp},
    schema::{
        MemberSchema, SerdeError, SerializableList, SerializableMap, SerializableStruct, SerializableUnion,
        ShapeSerializer, unknown_variant,
    },
};

/// Serializes values by appending CBOR to a buffer.
pub(super) struct CborSerializer {
    encoder: Encoder<Vec<u8>>,
}

/// The result of writing to memory, which cannot fail.
type Written<'a> = Result<&'a mut Encoder<Vec<u8>>, minicbor::encode::Error<core::convert::Infallible>>;

/// Returns the bytes of a bignum.
fn bytes(digits: &str) -> Result<Vec<u8>, SerdeError> {
    big::to_bytes(digits).ok_or_else(|| SerdeError::new(format!("an integer has more than {} bytes", big::LONGEST)))
}

fn done(written: Written<'_>) -> Result<(), SerdeError> {
    written.map(|_| ()).map_err(SerdeError::new)
}

impl CborSerializer {
    pub(super) fn new() -> Self {
        // Most requests fit into this capacity.
        Self { encoder: Encoder::new(Vec::with_capacity(256)) }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.encoder.into_writer()
    }

    /// Writes an integer of any size: a 64-bit integer if it fits, otherwise a bignum.
    fn integer(&mut self, digits: &str) -> Result<(), SerdeError> {
        if let Ok(integer) = digits.parse() {
            return done(self.encoder.i64(integer));
        }
        if let Ok(integer) = digits.parse() {
            return done(self.encoder.u64(integer));
        }
        match digits.strip_prefix('-') {
            // A negative bignum is encoded as -1 - n.
            Some(digits) => {
                done(self.encoder.tag(IanaTag::NegBignum))?;
                done(self.encoder.bytes(&big::minus_one(bytes(digits)?)))
            }
            None => {
                done(self.encoder.tag(IanaTag::PosBignum))?;
                done(self.encoder.bytes(&bytes(digits)?))
            }
        }
    }

    /// Writes a decimal fraction: an exponent of ten and a mantissa.
    fn decimal(&mut self, number: &str) -> Result<(), SerdeError> {
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let exponent = exponent.parse::<i64>().ok().and_then(|exponent| exponent.checked_sub(places));
        let exponent = exponent.ok_or_else(|| SerdeError::new("the exponent of a decimal number is too large"))?;
        done(self.encoder.tag(IanaTag::Decimal))?;
        done(self.encoder.array(2))?;
        done(self.encoder.i64(exponent))?;
        self.integer(&format!("{whole}{fraction}"))
    }

    /// Writes seconds since 1970: an integer, or a float if there is a fraction.
    fn timestamp(&mut self, value: Timestamp) -> Result<(), SerdeError> {
        done(self.encoder.tag(Tag::from(IanaTag::Timestamp)))?;
        match value.subsec_nanos() {
            0 => done(self.encoder.i64(value.as_secs())),
            _ => done(self.encoder.f64(value.as_secs_f64())),
        }
    }

    fn document(&mut self, value: &Document) -> Result<(), SerdeError> {
        match value {
            Document::Null => done(self.encoder.null()),
            Document::Boolean(value) => done(self.encoder.bool(*value)),
            Document::Integer(value) => done(self.encoder.i64(*value)),
            Document::Double(value) => done(self.encoder.f64(*value)),
            Document::BigInteger(value) => self.integer(value.as_str()),
            Document::BigDecimal(value) => self.decimal(value.as_str()),
            Document::String(value) => done(self.encoder.str(value)),
            Document::Blob(value) => done(self.encoder.bytes(value)),
            Document::Timestamp(value) => self.timestamp(*value),
            Document::List(list) => {
                done(self.encoder.array(list.len() as u64))?;
                list.iter().try_for_each(|element| self.document(element))
            }
            Document::Map(map) => {
                done(self.encoder.map(map.len() as u64))?;
                map.iter().try_for_each(|(key, value)| {
                    done(self.encoder.str(key))?;
                    self.document(value)
                })
            }
        }
    }
}

impl ShapeSerializer for CborSerializer {
    fn write_null(&mut self, _: &MemberSchema) -> Result<(), SerdeError> {
        done(self.encoder.null())
    }

    fn write_boolean(&mut self, _: &MemberSchema, value: bool) -> Result<(), SerdeError> {
        done(self.encoder.bool(value))
    }

    fn write_integer(&mut self, _: &MemberSchema, value: i64) -> Result<(), SerdeError> {
        done(self.encoder.i64(value))
    }

    fn write_float(&mut self, _: &MemberSchema, value: f32) -> Result<(), SerdeError> {
        done(self.encoder.f32(value))
    }

    fn write_double(&mut self, _: &MemberSchema, value: f64) -> Result<(), SerdeError> {
        done(self.encoder.f64(value))
    }

    fn write_big_integer(&mut self, _: &MemberSchema, value: &BigInteger) -> Result<(), SerdeError> {
        self.integer(value.as_str())
    }

    fn write_big_decimal(&mut self, _: &MemberSchema, value: &BigDecimal) -> Result<(), SerdeError> {
        self.decimal(value.as_str())
    }

    fn write_string(&mut self, _: &MemberSchema, value: &str) -> Result<(), SerdeError> {
        done(self.encoder.str(value))
    }

    fn write_blob(&mut self, _: &MemberSchema, value: &[u8]) -> Result<(), SerdeError> {
        done(self.encoder.bytes(value))
    }

    fn write_timestamp(&mut self, _: &MemberSchema, value: Timestamp) -> Result<(), SerdeError> {
        self.timestamp(value)
    }

    fn write_document(&mut self, _: &MemberSchema, value: &Document) -> Result<(), SerdeError> {
        self.document(value)
    }

    fn write_list(&mut self, schema: &MemberSchema, value: &dyn SerializableList) -> Result<(), SerdeError> {
        let element_schema = schema.element();
        done(self.encoder.array(value.len() as u64))?;
        (0..value.len())
            .filter_map(|index| value.element(index))
            .try_for_each(|element| element.serialize(element_schema, self))
    }

    fn write_map(&mut self, schema: &MemberSchema, value: &dyn SerializableMap) -> Result<(), SerdeError> {
        let value_schema = schema.element();
        done(self.encoder.map(value.len() as u64))?;
        value.for_each(&mut |key, value| {
            done(self.encoder.str(key))?;
            value.serialize(value_schema, self)
        })
    }

    fn write_struct(&mut self, _: &MemberSchema, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        done(self.encoder.begin_map())?;
        for (index, schema) in value.schema().members.iter().enumerate() {
            if let Some(member) = value.member(index) {
                done(self.encoder.str(schema.name()))?;
                member.serialize(schema, self)?;
            }
        }
        done(self.encoder.end())
    }

    fn write_union(&mut self, _: &MemberSchema, value: &dyn SerializableUnion) -> Result<(), SerdeError> {
        let (index, member) = value.variant().map_err(|name| unknown_variant(value.schema(), name))?;
        let Some(schema) = value.schema().members.get(index) else { return Ok(()) };
        done(self.encoder.map(1))?;
        done(self.encoder.str(schema.name()))?;
        member.serialize(schema, self)
    }
}
