//! Implements serde's traits for generated types. Values have the form that is usual in Smithy's JSON protocols.
//!
//! Values are serialized directly. Deserialization goes through JSON, so that the same rules apply to all of serde's
//! formats. Numbers that neither a 64-bit integer nor a float can represent are serialized as strings.

use std::fmt;

use serde_core::{
    de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor},
    ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer},
};

use super::{Codec, MemoryLimit, base64, float_name, json::JsonCodec};
use crate::{
    primitives::{BigDecimal, BigInteger, Blob, Document, Timestamp},
    schema::{
        DeserializableShape, ErrorCorrection, MemberSchema, SerdeError, SerializableShape, Target, TimestampFormat,
        ValueRef, stream_within,
    },
};

/// Deserializes a value that must not be null. `name` describes the value in error messages.
pub fn deserialize<'de, T: DeserializableShape + ErrorCorrection, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
) -> Result<T, D::Error> {
    let mut value = T::corrected();
    let found = read(deserializer, &mut value)?;
    if found { Ok(value) } else { Err(D::Error::custom(format_args!("{name} is missing"))) }
}

/// Serializes a value.
pub fn serialize<S: Serializer>(value: &dyn SerializableShape, serializer: S) -> Result<S::Ok, S::Error> {
    let schema = MemberSchema::root(Target::Document);
    write(value.as_value(), &schema, serializer)
}

/// Deserializes into `value`. Returns `false` for null.
pub(crate) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    value: &mut dyn DeserializableShape,
) -> Result<bool, D::Error> {
    read_document(&<Document as Deserialize>::deserialize(deserializer)?, value).map_err(D::Error::custom)
}

fn read_document(document: &Document, value: &mut dyn DeserializableShape) -> Result<bool, SerdeError> {
    // The input is trusted, so the memory of its values is not limited. Unlike a response, it is read strictly.
    let codec = JsonCodec { strict: true, ..JsonCodec::AWS_JSON };
    codec.deserialize(&codec.serialize(document)?, MemoryLimit::NONE, value)
}

/// Serializes a value according to its schema.
pub(crate) fn write<S: Serializer>(
    value: ValueRef<'_>,
    schema: &MemberSchema,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        ValueRef::Null => serializer.serialize_unit(),
        ValueRef::Boolean(value) => serializer.serialize_bool(value),
        ValueRef::Integer(value) => serializer.serialize_i64(value),
        ValueRef::Float(value) => match float_name(f64::from(value)) {
            Some(name) => serializer.serialize_str(name),
            None => serializer.serialize_f32(value),
        },
        ValueRef::Double(value) => match float_name(value) {
            Some(name) => serializer.serialize_str(name),
            None => serializer.serialize_f64(value),
        },
        ValueRef::BigInteger(value) => big_integer(value.as_str(), serializer),
        ValueRef::BigDecimal(value) => big_decimal(value.as_str(), serializer),
        ValueRef::String(value) => serializer.serialize_str(value),
        ValueRef::Blob(value) => serializer.serialize_str(&base64(value)),
        ValueRef::Stream(_) => Err(S::Error::custom(stream_within())),
        ValueRef::Timestamp(value) => timestamp(schema, value, serializer),
        ValueRef::Document(value) => write(value.content(), schema, serializer),
        ValueRef::List(list) => {
            let mut elements = serializer.serialize_seq(Some(list.len()))?;
            for element in list.elements() {
                elements.serialize_element(&WithSchema(element, schema.element()))?;
            }
            elements.end()
        }
        ValueRef::Map(map) => {
            let mut entries = serializer.serialize_map(None)?;
            map.for_each(&mut |key, value| {
                entries.serialize_entry(key, &WithSchema(value, schema.element())).map_err(SerdeError::new)
            })
            .map_err(S::Error::custom)?;
            entries.end()
        }
        ValueRef::Struct(structure) => {
            let mut entries = serializer.serialize_map(None)?;
            for (index, schema) in structure.schema().members.iter().enumerate() {
                let member = structure.member(index);
                if !member.is_null() {
                    entries.serialize_entry(schema.name(), &WithSchema(member, schema))?;
                }
            }
            entries.end()
        }
        ValueRef::Union(union) => {
            let (schema, member) = union.known_variant().map_err(S::Error::custom)?;
            let mut entries = serializer.serialize_map(None)?;
            entries.serialize_entry(schema.name(), &WithSchema(member, schema))?;
            entries.end()
        }
    }
}

fn big_integer<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match (digits.parse(), digits.parse()) {
        (Ok(integer), _) => serializer.serialize_i64(integer),
        (_, Ok(integer)) => serializer.serialize_u64(integer),
        _ => serializer.serialize_str(digits),
    }
}

fn big_decimal<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match (digits.parse::<i64>(), digits.parse::<f64>()) {
        (Ok(integer), _) => serializer.serialize_i64(integer),
        (_, Ok(float)) if float.to_string() == digits => serializer.serialize_f64(float),
        _ => serializer.serialize_str(digits),
    }
}

fn timestamp<S: Serializer>(schema: &MemberSchema, value: Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    match schema.timestamp_format().unwrap_or(TimestampFormat::EpochSeconds) {
        TimestampFormat::EpochSeconds if value.subsec_nanos() == 0 => serializer.serialize_i64(value.as_secs()),
        TimestampFormat::EpochSeconds => serializer.serialize_f64(value.as_secs_f64()),
        TimestampFormat::HttpDate if value.subsec_nanos() == 0 => serializer.serialize_str(&value.to_http_date()),
        // HTTP dates have no fractions of a second, so a time with a fraction is written as an RFC 3339 date.
        TimestampFormat::DateTime | TimestampFormat::HttpDate => serializer.collect_str(&value),
    }
}

/// A value with its schema, to be serialized by serde.
struct WithSchema<'a>(ValueRef<'a>, &'a MemberSchema);

impl Serialize for WithSchema<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self.0, self.1, serializer)
    }
}

/// Implements serde's traits for primitives. The string describes the type in errors.
macro_rules! by_shape {
    ($($ty:ty: $name:literal;)*) => {
        $(
            impl Serialize for $ty {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self::serialize(self, serializer)
                }
            }

            impl<'de> Deserialize<'de> for $ty {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    self::deserialize(deserializer, $name)
                }
            }
        )*
    };
}

by_shape! {
    Blob: "base64";
    Timestamp: "a timestamp";
    BigInteger: "an integer";
    BigDecimal: "a number";
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }

    fn visit_none<E>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Document, E> {
        Ok(Document::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Document, E> {
        Ok(Document::Integer(value))
    }

    fn visit_u64<E: serde_core::de::Error>(self, value: u64) -> Result<Document, E> {
        self.visit_u128(value.into())
    }

    fn visit_i128<E: serde_core::de::Error>(self, value: i128) -> Result<Document, E> {
        match i64::try_from(value) {
            Ok(value) => Ok(Document::Integer(value)),
            Err(_) => value.to_string().parse().map(Document::BigInteger).map_err(E::custom),
        }
    }

    fn visit_u128<E: serde_core::de::Error>(self, value: u128) -> Result<Document, E> {
        match i64::try_from(value) {
            Ok(value) => Ok(Document::Integer(value)),
            Err(_) => value.to_string().parse().map(Document::BigInteger).map_err(E::custom),
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<Document, E> {
        Ok(Document::Double(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Document, E> {
        Ok(Document::String(value.to_owned()))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Document, E> {
        Ok(Document::Blob(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Document, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Document::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Document, A::Error> {
        // With serde_json's `arbitrary_precision` feature, which any crate in a program may enable, a number is a map
        // with a single entry, whose key is `NUMBER`.
        const NUMBER: &str = "$serde_json::private::Number";
        let mut map = std::collections::BTreeMap::new();
        while let Some((key, value)) = entries.next_entry::<String, Document>()? {
            match (key.as_str(), value) {
                (NUMBER, Document::String(digits)) if map.is_empty() => {
                    return Ok(super::json::number(&digits));
                }
                (_, value) => map.insert(key, value),
            };
        }
        Ok(Document::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn round_trip<T: Serialize + for<'de> Deserialize<'de> + PartialEq + fmt::Debug>(value: &T) -> serde_json::Value {
        let json = serde_json::to_value(value).unwrap();
        assert_eq!(&serde_json::from_value::<T>(json.clone()).unwrap(), value);
        json
    }

    #[test]
    fn primitives_have_their_natural_json_form() {
        assert_eq!(round_trip(&Blob::from("hi")), json!("aGk="));
        assert_eq!(round_trip(&Timestamp::new(1_700_000_000, 0)), json!(1_700_000_000));
        assert_eq!(round_trip(&Timestamp::new(-1, 500_000_000)), json!(-0.5));
        assert_eq!(round_trip(&"42".parse::<BigInteger>().unwrap()), json!(42));
        assert_eq!(round_trip(&"0.5".parse::<BigDecimal>().unwrap()), json!(0.5));
    }

    #[test]
    fn numbers_beyond_64_bits_keep_their_digits() {
        let integer: BigInteger = "98765432109876543210987".parse().unwrap();
        assert_eq!(round_trip(&integer), json!("98765432109876543210987"));
        let decimal: BigDecimal = "0.12345678901234567890123".parse().unwrap();
        assert_eq!(round_trip(&decimal), json!("0.12345678901234567890123"));
        assert_eq!(round_trip(&BigInteger::from(i64::MAX)), json!(i64::MAX));
    }
}
