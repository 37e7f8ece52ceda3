//! The CBOR serializer.

use minicbor::{
    Encoder,
    data::{IanaTag, Tag},
};

use super::big;
use crate::{
    primitives::Timestamp,
    schema::{
        MemberSchema, SerdeError, SerializableList, SerializableMap, SerializableStruct, SerializableUnion, ValueRef,
        stream_within,
    },
};

/// Serializes values by appending CBOR to a buffer.
pub(super) struct CborSerializer {
    encoder: Encoder<Vec<u8>>,
}

/// The result of writing to memory, which cannot fail.
type Written<'a> = Result<&'a mut Encoder<Vec<u8>>, minicbor::encode::Error<core::convert::Infallible>>;

/// Converts decimal digits to the bytes of a bignum.
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

    /// Writes a value. Returns an error for a stream, which cannot be part of a CBOR value.
    pub(super) fn value(&mut self, schema: &MemberSchema, value: ValueRef<'_>) -> Result<(), SerdeError> {
        match value {
            ValueRef::Null => done(self.encoder.null()),
            ValueRef::Boolean(value) => done(self.encoder.bool(value)),
            ValueRef::Integer(value) => done(self.encoder.i64(value)),
            ValueRef::Float(value) => done(self.encoder.f32(value)),
            ValueRef::Double(value) => done(self.encoder.f64(value)),
            ValueRef::BigInteger(value) => self.integer(value.as_str()),
            ValueRef::BigDecimal(value) => self.decimal(value.as_str()),
            ValueRef::String(value) => done(self.encoder.str(value)),
            ValueRef::Blob(value) => done(self.encoder.bytes(value)),
            ValueRef::Stream(_) => Err(stream_within()),
            ValueRef::Timestamp(value) => self.timestamp(value),
            ValueRef::Document(value) => self.value(schema, value.content()),
            ValueRef::List(value) => self.list(schema.element(), value),
            ValueRef::Map(value) => self.map(schema.element(), value),
            ValueRef::Struct(value) => self.structure(value),
            ValueRef::Union(value) => self.union(value),
        }
    }

    fn list(&mut self, schema: &MemberSchema, value: &dyn SerializableList) -> Result<(), SerdeError> {
        done(self.encoder.array(value.len() as u64))?;
        value.elements().try_for_each(|element| self.value(schema, element))
    }

    fn map(&mut self, schema: &MemberSchema, value: &dyn SerializableMap) -> Result<(), SerdeError> {
        done(self.encoder.map(value.len() as u64))?;
        value.for_each(&mut |key, value| {
            done(self.encoder.str(key))?;
            self.value(schema, value)
        })
    }

    fn structure(&mut self, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        done(self.encoder.begin_map())?;
        for (index, schema) in value.schema().members.iter().enumerate() {
            let member = value.member(index);
            if !member.is_null() {
                done(self.encoder.str(schema.name()))?;
                self.value(schema, member)?;
            }
        }
        done(self.encoder.end())
    }

    fn union(&mut self, value: &dyn SerializableUnion) -> Result<(), SerdeError> {
        let (schema, member) = value.known_variant()?;
        done(self.encoder.map(1))?;
        done(self.encoder.str(schema.name()))?;
        self.value(schema, member)
    }

    /// Writes an integer of any size: as a 64-bit integer if it fits, or else as a bignum.
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

    /// Writes a timestamp as seconds since 1970: as an integer, or as a float if there is a fraction. As the
    /// specification of rpcv2Cbor requires, the resolution is one millisecond.
    fn timestamp(&mut self, value: Timestamp) -> Result<(), SerdeError> {
        done(self.encoder.tag(Tag::from(IanaTag::Timestamp)))?;
        match value.subsec_nanos() / 1_000_000 {
            0 => done(self.encoder.i64(value.as_secs())),
            millis => done(self.encoder.f64(Timestamp::new(value.as_secs(), millis * 1_000_000).as_secs_f64())),
        }
    }
}
