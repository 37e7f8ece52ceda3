//! Default values: what a `smithy.api#default` trait says, as a literal of the member's type.

use serde_json::Value;

use crate::ir::{Literal, Type};

/// The literal that a default stands for; `Ok(None)` for `null`, which takes a default away.
pub(super) fn of(value: &Value, ty: &Type) -> Result<Option<Literal>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let literal = match ty {
        Type::Bool => value.as_bool().map(Literal::Bool),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => value.as_i64().filter(|n| fits(*n, ty)).map(Literal::Integer),
        Type::F32 | Type::F64 => float(value).map(Literal::Float),
        Type::BigInteger | Type::BigDecimal => number(value).map(Literal::Number),
        Type::String => value.as_str().map(|text| Literal::String(text.to_owned())),
        Type::Blob => value.as_str().and_then(base64).map(Literal::Blob),
        Type::Document => Some(Literal::Document(value.clone())),
        Type::Timestamp => timestamp(value),
        Type::Enum(path) => value.as_str().map(|text| Literal::Enum(path.clone(), text.to_owned())),
        Type::IntEnum(path) => {
            let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
            number.map(|number| Literal::IntEnum(path.clone(), number))
        }
        Type::List(_) => value.as_array().filter(|list| list.is_empty()).map(|_| Literal::Empty),
        Type::Map(..) => value.as_object().filter(|map| map.is_empty()).map(|_| Literal::Empty),
        Type::Structure(_) | Type::Union(_) => None,
    };
    literal.map(Some).ok_or_else(|| format!("the default {value} does not fit the member's type"))
}

/// A number, or a text for those that JSON has no form for.
fn float(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => value.as_f64(),
    }
}

/// A number of any size; one that JSON's readers would round may be written as a text.
fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => serde_json::from_str::<serde_json::Number>(text).is_ok().then(|| text.clone()),
        _ => None,
    }
}

fn fits(number: i64, ty: &Type) -> bool {
    match ty {
        Type::I8 => i8::try_from(number).is_ok(),
        Type::I16 => i16::try_from(number).is_ok(),
        Type::I32 => i32::try_from(number).is_ok(),
        _ => true,
    }
}

fn timestamp(value: &Value) -> Option<Literal> {
    // A number is always seconds; a text is RFC 3339, of which a default holds whole seconds in UTC.
    match value {
        Value::Number(number) => {
            let seconds = number.as_f64()?;
            let whole = seconds.floor();
            // A float of this size is exact to the microsecond, as the runtime reads it.
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "The fraction is at most one second."
            )]
            let microseconds = ((seconds - whole) * 1e6).round() as u32;
            #[allow(clippy::cast_possible_truncation, reason = "The seconds of any date fit.")]
            let whole = whole as i64 + i64::from(microseconds / 1_000_000);
            Some(Literal::Timestamp(whole, microseconds % 1_000_000 * 1000))
        }
        Value::String(text) => rfc3339(text).map(|seconds| Literal::Timestamp(seconds, 0)),
        _ => None,
    }
}

/// Seconds since 1970 of `1985-04-12T23:20:50Z`.
fn rfc3339(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, separator: char| -> Option<Vec<i64>> {
        text.split(separator).map(|part| part.parse().ok()).collect()
    };
    let (date, time) = (numbers(date, '-')?, numbers(time.split('.').next()?, ':')?);
    let ([year, month, day], [hour, minute, second]) = (date.as_slice(), time.as_slice()) else { return None };
    if !(1..=12).contains(month) || !(1..=31).contains(day) {
        return None;
    }
    // Days since 1970 in the proleptic Gregorian calendar, with years that begin in March.
    let year = if *month <= 2 { year - 1 } else { *year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Decodes base64 of a default, which is short.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
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
        for (value, ty, literal) in [
            (json!(true), Type::Bool, Literal::Bool(true)),
            (json!(-128), Type::I8, Literal::Integer(-128)),
            (json!(1), Type::F32, Literal::Float(1.0)),
            (json!("YWJj"), Type::Blob, Literal::Blob(b"abc".to_vec())),
            (json!("1985-04-12T23:20:50Z"), Type::Timestamp, Literal::Timestamp(482_196_050, 0)),
            (json!(1.5), Type::Timestamp, Literal::Timestamp(1, 500_000_000)),
        ] {
            assert_eq!(of(&value, &ty), Ok(Some(literal)));
        }
        assert_eq!(of(&Value::Null, &Type::Bool), Ok(None));
    }

    #[test]
    fn a_default_of_the_wrong_type_is_refused() {
        assert!(of(&json!(128), &Type::I8).is_err());
        assert!(of(&json!("x"), &Type::Bool).is_err());
        assert!(of(&json!("2020-13-01T00:00:00Z"), &Type::Timestamp).is_err());
    }
}
