//! Compares JSON by value. The order of members and the notation of numbers do not matter, but numbers must be exactly
//! equal.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Returns whether both strings are valid JSON with the same value.
pub(super) fn same(left: &str, right: &str) -> bool {
    match (parse(left), parse(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

#[derive(Debug, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// The digits of a number, without leading and trailing zeros, and the power of ten that they are multiplied by.
#[derive(Debug, PartialEq)]
struct Number {
    negative: bool,
    digits: String,
    exponent: i64,
}

fn parse(text: &str) -> Option<Json> {
    let text = text.trim();
    Some(match text.chars().next()? {
        '{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            let parsed = members.into_iter().map(|(name, value)| Some((name, parse(value.get())?)));
            Json::Object(parsed.collect::<Option<_>>()?)
        }
        '[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            Json::List(elements.into_iter().map(|value| parse(value.get())).collect::<Option<_>>()?)
        }
        '"' => Json::String(serde_json::from_str(text).ok()?),
        'n' => serde_json::from_str(text).map(|()| Json::Null).ok()?,
        't' | 'f' => Json::Bool(serde_json::from_str(text).ok()?),
        _ => {
            serde_json::from_str::<&RawValue>(text).ok()?;
            Json::Number(number(text)?)
        }
    })
}

fn number(text: &str) -> Option<Number> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_end_matches('0');
    let dropped = i64::try_from(all.len() - digits.len()).ok()?;
    let digits = digits.trim_start_matches('0').to_owned();
    if digits.is_empty() {
        return Some(Number { negative: false, digits, exponent: 0 });
    }
    let exponent = exponent.parse::<i64>().ok()? + dropped - i64::try_from(fraction.len()).ok()?;
    Some(Number { negative, digits, exponent })
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn numbers_are_compared_by_their_exact_value() {
        for (left, right) in [("1.50", "15e-1"), ("100", "1E2"), ("-0", "0.0"), ("[1, 2.0]", "[1.0,2]")] {
            assert!(same(left, right), "{left} {right}");
        }
        let long = "123456789012345678901234567890.1";
        for (left, right) in [("1", "-1"), ("10", "1"), (long, "123456789012345678901234567890.2"), ("1", "\"1\"")] {
            assert!(!same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn members_may_have_any_order_but_must_be_present() {
        assert!(same(r#"{"a": 1, "b": [null, true]}"#, r#"{"b":[null,true],"a":1}"#));
        assert!(!same(r#"{"a": null}"#, "{}"));
        assert!(!same("[1, 2]", "[2, 1]"));
        assert!(!same("{", "{"));
    }
}
