//! Converts default values (`smithy.api#default`) to literals of the members' types.

use serde_json::Value;

use crate::{
    ir::{Literal, Type},
    number::{self, Decimal},
    time,
};

/// Converts a default to a literal. Returns `Ok(None)` for `null`, which removes the default of the member's target.
pub(super) fn of(value: &Value, ty: &Type) -> Result<Option<Literal>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let literal = match ty {
        Type::Bool => value.as_bool().map(Literal::Bool),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            number::integer(value).filter(|n| fits(*n, ty)).map(Literal::Integer)
        }
        Type::F32 | Type::F64 => float(value, ty).map(Literal::Float),
        Type::BigInteger | Type::BigDecimal => big(value, ty).map(Literal::Number),
        Type::String => value.as_str().map(|text| Literal::String(text.to_owned())),
        Type::Blob => value.as_str().and_then(base64).map(Literal::Blob),
        Type::ByteStream => value.as_str().map(|text| Literal::Blob(text.as_bytes().to_vec())),
        Type::Document => Some(Literal::Document(value.clone())),
        Type::Timestamp => timestamp(value).map(|(seconds, nanos)| Literal::Timestamp(seconds, nanos)),
        Type::Enum(path) => value.as_str().map(|text| Literal::Enum(path.clone(), text.to_owned())),
        Type::IntEnum(path) => {
            let number = number::integer(value).and_then(|number| i32::try_from(number).ok());
            number.map(|number| Literal::IntEnum(path.clone(), number))
        }
        Type::List(_) => value.as_array().filter(|list| list.is_empty()).map(|_| Literal::Empty),
        Type::Map(..) => value.as_object().filter(|map| map.is_empty()).map(|_| Literal::Empty),
        Type::Structure(_) | Type::Union(_) => None,
    };
    literal.map(Some).ok_or_else(|| format!("invalid default {}; expected {}", number::text(value), describe(ty)))
}

/// Describes the defaults that a type can have.
fn describe(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "a boolean",
        Type::I8 => "an 8-bit integer",
        Type::I16 => "a 16-bit integer",
        Type::I32 | Type::IntEnum(_) => "a 32-bit integer",
        Type::I64 => "a 64-bit integer",
        Type::F32 => "a 32-bit floating-point number",
        Type::F64 | Type::BigDecimal => "a number",
        Type::BigInteger => "an integer",
        Type::String | Type::ByteStream | Type::Enum(_) => "a string",
        Type::Blob => "a base64 string",
        Type::Document => "any value",
        Type::Timestamp => "a timestamp",
        Type::List(_) => "an empty list",
        Type::Map(..) => "an empty object",
        Type::Structure(_) | Type::Union(_) => "null",
    }
}

/// Converts a number, or a string such as `NaN` for a value that JSON numbers cannot express. Returns `None` if the
/// number is out of range.
fn float(value: &Value, ty: &Type) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => {
            let most = if *ty == Type::F32 { f64::from(f32::MAX) } else { f64::MAX };
            number::written(value)?.parse().ok().filter(|number: &f64| number.abs() <= most)
        }
    }
}

/// Converts a number of any size. The value may also be a string that contains a number.
fn big(value: &Value, ty: &Type) -> Option<String> {
    let written = number::written(value).or_else(|| value.as_str().map(Into::into))?;
    let decimal = Decimal::parse(&written)?;
    if *ty == Type::BigInteger { decimal.integer() } else { Some(written.into_owned()) }
}

fn fits(number: i64, ty: &Type) -> bool {
    match ty {
        Type::I8 => i8::try_from(number).is_ok(),
        Type::I16 => i16::try_from(number).is_ok(),
        Type::I32 => i32::try_from(number).is_ok(),
        _ => true,
    }
}

/// Converts a timestamp to seconds and nanoseconds since the Unix epoch. A number contains the seconds, and a string
/// contains a date and time. The timestamp format of the member has no effect.
pub(super) fn timestamp(value: &Value) -> Option<(i64, u32)> {
    match value {
        Value::String(text) => time::parse(text),
        value => Decimal::parse(&number::written(value)?)?.seconds(),
    }
}

/// The digits of Base64.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes bytes as a Base64 string.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(chunk.get(at).copied().unwrap_or_default()));
        let digit = move |at: usize| char::from(ALPHABET[bits >> (18 - 6 * at) & 63]);
        (0..4).map(move |at| if at <= chunk.len() { digit(at) } else { '=' })
    });
    digits.collect()
}

/// Decodes a Base64 string, with or without padding. Returns `None` if the string is invalid.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    let digits = text.trim_end_matches('=');
    if digits.len() % 4 == 1 {
        return None;
    }
    for byte in digits.bytes() {
        let index = ALPHABET.iter().position(|known| *known == byte)?;
        bits = (bits << 6) | u32::try_from(index).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_become_literals_of_the_members_type() {
        let big = |number: &str| Literal::Number(number.to_owned());
        let exact = |number: &str| -> Value {
            serde_json::from_str(&number::keep(number).expect("no reserved name")).expect("it is JSON")
        };
        for (value, ty, literal) in [
            (json!(true), Type::Bool, Literal::Bool(true)),
            (json!(-128), Type::I8, Literal::Integer(-128)),
            (json!(-0.0), Type::I8, Literal::Integer(0)),
            (json!(1e2), Type::I32, Literal::Integer(100)),
            (json!(1), Type::F32, Literal::Float(1.0)),
            (json!("YWJj"), Type::Blob, Literal::Blob(b"abc".to_vec())),
            (json!("1985-04-12T23:20:50Z"), Type::Timestamp, Literal::Timestamp(482_196_050, 0)),
            (json!("1985-04-12T23:20:50.52Z"), Type::Timestamp, Literal::Timestamp(482_196_050, 520_000_000)),
            (json!("Tue, 29 Apr 2014 18:30:38 GMT"), Type::Timestamp, Literal::Timestamp(1_398_796_238, 0)),
            (json!("-Infinity"), Type::F64, Literal::Float(f64::NEG_INFINITY)),
            (exact("98765432109876543210987"), Type::BigInteger, big("98765432109876543210987")),
            (json!(1e21), Type::BigInteger, big("1000000000000000000000")),
            (exact("0.1234567890123456789"), Type::BigDecimal, big("0.1234567890123456789")),
            (exact("0.1234567890123456789"), Type::F64, Literal::Float(0.123_456_789_012_345_68)),
            (exact("[1e400]"), Type::Document, Literal::Document(exact("[1e400]"))),
            (json!(1.5), Type::Timestamp, Literal::Timestamp(1, 500_000_000)),
        ] {
            assert_eq!(of(&value, &ty), Ok(Some(literal)));
        }
        assert_eq!(of(&Value::Null, &Type::Bool), Ok(None));
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, text) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("\u{ff}~??", "w79+Pz8=")] {
            assert_eq!(to_base64(bytes.as_bytes()), text);
            assert_eq!(base64(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn a_default_of_the_wrong_type_is_rejected() {
        assert!(of(&json!(128), &Type::I8).is_err());
        assert!(of(&json!(1.5), &Type::I32).is_err());
        assert!(of(&json!("x"), &Type::Bool).is_err());
        assert!(of(&json!(0.5), &Type::BigInteger).is_err());
        assert!(of(&json!("one"), &Type::BigDecimal).is_err());
        assert!(of(&json!(1e300), &Type::F32).is_err());
        assert!(of(&json!("YWJjZ"), &Type::Blob).is_err());
        assert!(of(&json!("2020-13-01T00:00:00Z"), &Type::Timestamp).is_err());
    }
}
