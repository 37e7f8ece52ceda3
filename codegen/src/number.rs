//! Preserves the numbers in a model exactly. JSON parsers round numbers that fit neither into 64 bits nor into a
//! double.
//!
//! Before a file is parsed, each number that would be rounded is replaced with an object that has a single member. The
//! value of the member is the number as a string, and its name is a Unicode noncharacter. A file that already contains
//! this name is rejected, so that no other object is mistaken for a number.
//!
//! The `arbitrary_precision` feature of `serde_json` does the same for every number. However, Cargo unifies features,
//! so this feature would also change how the runtime reads responses if the generator and the runtime are built
//! together.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

/// The name of the member that contains a number as a string. Unicode reserves this code point for internal use.
const EXACT: &str = "\u{fdd0}";

/// The maximum number of digits that an integer with an exponent may have when it is written without the exponent.
const LONGEST: i64 = 1000;

/// Replaces those numbers in a JSON document that a parser would round. Each of them becomes an object that contains
/// the number as a string. Also writes integers such as `1e2` without an exponent and a fraction, since they would
/// become doubles. Returns `None` if the document contains the reserved name.
pub(crate) fn keep(json: &str) -> Option<Cow<'_, str>> {
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    let bytes = json.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at;
                at = string_end(bytes, at + 1);
                if json.get(start..at).is_some_and(is_reserved_json) {
                    return None;
                }
            }
            b'-' | b'0'..=b'9' => {
                let length = bytes[at..].iter().take_while(|byte| is_of_number(**byte)).count();
                let number = &json[at..at + length];
                if is_rounded(number) {
                    out.push_str(&json[copied..at]);
                    out.push_str(&format!("{{\"{EXACT}\":\"{number}\"}}"));
                    copied = at + length;
                } else if let Some(integer) = plain(number) {
                    out.push_str(&json[copied..at]);
                    out.push_str(&integer);
                    copied = at + length;
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Some(Cow::Borrowed(json));
    }
    out.push_str(&json[copied..]);
    Some(Cow::Owned(out))
}

/// Returns whether a key is the reserved name. The parsers for formats other than JSON reject objects with this key.
pub(crate) fn is_reserved(key: &str) -> bool {
    key == EXACT
}

/// Returns whether a JSON string, including its quotes, is the reserved name.
fn is_reserved_json(string: &str) -> bool {
    string.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(is_reserved)
        || string.eq_ignore_ascii_case("\"\\ufdd0\"")
}

/// Returns the position after the string that contains the position `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))) {
        if bytes[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    bytes.len()
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Returns whether parsing would change the value of a JSON number.
fn is_rounded(number: &str) -> bool {
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return false;
    }
    let Some(exact) = Decimal::parse(number) else { return false };
    // Without its `float_roundtrip` feature, `serde_json` does not always return the nearest double.
    serde_json::from_str::<f64>(number).map_or(true, |parsed| Decimal::parse(&format!("{parsed:e}")) != Some(exact))
}

/// Returns an integer that fits into 64 bits as its digits, if it is written in another notation. Negative zero is not
/// an integer, since a double preserves its sign.
fn plain(number: &str) -> Option<String> {
    if !number.contains(['.', 'e', 'E']) {
        return None;
    }
    let integer = Decimal::parse(number)?.integer()?;
    let is_negative_zero = integer == "0" && number.starts_with('-');
    (!is_negative_zero && (integer.parse::<i64>().is_ok() || integer.parse::<u64>().is_ok())).then_some(integer)
}

/// Returns a number as it is written in the model, or `None` for other values.
pub(crate) fn written(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Object(members) if members.len() == 1 => members.get(EXACT)?.as_str().map(Cow::Borrowed),
        _ => None,
    }
}

/// Returns a number as an integer, regardless of how it is written: `100`, `1e2` and `100.0` are the same integer.
/// Returns `None` for other values, and for integers that do not fit into 64 bits.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    Decimal::parse(&written(value)?)?.integer()?.parse().ok()
}

/// Returns whether a value is an object in the model, as opposed to a number that an object represents.
pub(crate) fn is_object(value: &Value) -> bool {
    value.is_object() && written(value).is_none()
}

/// Describes the type of a value, for messages.
pub(crate) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) if !is_object(value) => "a number",
        Value::Object(_) => "an object",
    }
}

/// Returns the message for a value at `key` that has the wrong type.
pub(crate) fn mismatch(expected: &str, key: &str, found: &Value) -> String {
    format!("expected {expected} for `{key}`, found {}", describe(found))
}

/// Returns a value as JSON, in which numbers are written as in the model.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Object(members) if is_object(value) => {
            let member = |(name, value): (&String, &Value)| format!("{}:{}", Value::String(name.clone()), text(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        simple => written(simple).map_or_else(|| simple.to_string(), Cow::into_owned),
    }
}

/// A decimal number of any size, which is `0.<digits>` times ten to the power of `exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    /// The digits without leading and trailing zeros. If the number is zero, there are no digits.
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Parses a JSON number.
    pub(crate) fn parse(number: &str) -> Option<Self> {
        let (negative, unsigned) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let digits = format!("{whole}{fraction}");
        if whole.is_empty() || leading_zero || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let zeros = digits.bytes().take_while(|byte| *byte == b'0').count();
        let significant = digits.trim_matches('0');
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        let exponent = if significant.is_empty() { 0 } else { point + i64::from(exponent) };
        Some(Self { negative: negative && !significant.is_empty(), digits: significant.to_owned(), exponent })
    }

    /// Returns the order of the absolute values.
    fn cmp_absolute(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            // Digits do not start with a zero, so the exponent decides. Equal digits are a prefix of longer ones.
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
            (is_zero, is_other_zero) => is_other_zero.cmp(&is_zero),
        }
    }

    /// Returns the number without a decimal point and an exponent, or `None` if it is not an integer or would have too
    /// many digits.
    pub(crate) fn integer(&self) -> Option<String> {
        if self.digits.is_empty() {
            return Some("0".to_owned());
        }
        let length = usize::try_from(self.exponent).ok().filter(|_| self.exponent <= LONGEST.max(self.length()))?;
        let sign = if self.negative { "-" } else { "" };
        (self.digits.len() <= length).then(|| format!("{sign}{:0<length$}", self.digits))
    }

    /// Returns the number as seconds, rounded down, and the remaining nanoseconds. Returns `None` if the fraction is
    /// not a multiple of a nanosecond, or if the number is out of range.
    pub(crate) fn seconds(&self) -> Option<(i64, u32)> {
        let nanoseconds = Self { exponent: self.exponent + 9, ..self.clone() }.integer()?.parse::<i128>().ok()?;
        let (seconds, rest) = (nanoseconds.div_euclid(1_000_000_000), nanoseconds.rem_euclid(1_000_000_000));
        Some((seconds.try_into().ok()?, rest.try_into().ok()?))
    }

    fn length(&self) -> i64 {
        i64::try_from(self.digits.len()).unwrap_or(i64::MAX)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.cmp_absolute(other),
            (true, true) => other.cmp_absolute(self),
            (negative, is_other_negative) => is_other_negative.cmp(&negative),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_would_be_rounded_are_replaced() {
        let exact =
            r#"[1, -0.5, -0.0, 0.10, 18446744073709551615, -9223372036854775808, "98765432109876543210987", "\"9"]"#;
        assert!(matches!(keep(exact), Some(Cow::Borrowed(_))));
        let parse =
            |json: &str| -> Value { serde_json::from_str(&keep(json).expect("no reserved name")).expect("it is JSON") };
        for number in ["98765432109876543210987", "0.12345678901234567890", "-1e400", "18446744073709551616"] {
            let json = parse(&format!("[ {number}]"));
            assert_eq!(written(&json[0]).as_deref(), Some(number));
            assert_eq!(text(&json), format!("[{number}]"));
        }
        // Depending on its features, `serde_json` may or may not return the nearest double. The value must be correct
        // in both cases.
        let json = parse("[3.4028234663852886e38]");
        assert_eq!(written(&json[0]).and_then(|number| number.parse().ok()), Some(f64::from(f32::MAX)));
        assert_eq!(keep("[1e3, -2.0E0,0.0, 1.5e1]").as_deref(), Some("[1000, -2,0, 15]"));
        // Invalid JSON is not changed.
        for wrong in ["01", "1.", "--1", "1e", "98765432109876543210987.", "0123456789012345678901234567890"] {
            assert_eq!(keep(wrong).as_deref(), Some(wrong));
        }
        let json = r#"{"a":[0.12345678901234567890,1],"b\n":{}}"#;
        assert_eq!(text(&parse(json)), json);
    }

    #[test]
    fn no_object_is_mistaken_for_a_number() {
        for json in ["{\"\u{fdd0}\": \"1\"}", r#"{"\ufdd0": "1"}"#, r#"[1e400, {"\uFDd0": "1"}]"#] {
            assert_eq!(keep(json), None, "{json}");
        }
        let object = serde_json::json!({"simba.api#number": "1", "\u{fdd0}\u{fdd0}": "1"});
        assert!(is_object(&object) && written(&object).is_none());
        assert_eq!(keep(&object.to_string()).as_deref(), Some(&*object.to_string()));
    }

    #[test]
    fn decimals_are_converted_only_without_loss() {
        let integer = |number| Decimal::parse(number).and_then(|number| number.integer());
        assert_eq!(integer("98765432109876543210987").as_deref(), Some("98765432109876543210987"));
        assert_eq!(integer("-1.50e3").as_deref(), Some("-1500"));
        assert_eq!(integer("0.0").as_deref(), Some("0"));
        assert_eq!((integer("0.5"), integer("1e2000000000")), (None, None));
        let seconds = |number| Decimal::parse(number).and_then(|number| number.seconds());
        assert_eq!(seconds("482196050.52"), Some((482_196_050, 520_000_000)));
        assert_eq!(seconds("-0.000000001"), Some((-1, 999_999_999)));
        assert_eq!((seconds("0.0000000001"), seconds("1e30")), (None, None));
    }

    #[test]
    fn decimals_are_compared_exactly() {
        let ascending = [
            "-1e400",
            "-9007199254740993",
            "-9007199254740992",
            "-10.5",
            "-10",
            "-0.01",
            "0",
            "0.01",
            "0.0100000001",
            "1",
            "9.5",
            "10",
            "100",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.1",
            "1e400",
        ];
        for (left, one) in ascending.iter().enumerate() {
            for (right, other) in ascending.iter().enumerate() {
                assert_eq!(Decimal::parse(one).cmp(&Decimal::parse(other)), left.cmp(&right), "{one} {other}");
            }
        }
        assert_eq!(Decimal::parse("-0.0").cmp(&Decimal::parse("0e5")), Ordering::Equal);
        assert_eq!(Decimal::parse("1.50").cmp(&Decimal::parse("15e-1")), Ordering::Equal);
    }
}
