//! Conversions between documents and `serde_json` values.

use serde_json::Value;

use super::number as of_digits;
use crate::{
    codec::{base64, float_name},
    primitives::Document,
};

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(value),
            // With serde_json's `arbitrary_precision` feature, the number may exceed a float's range.
            Value::Number(number) => of_digits(&number.to_string()),
            Value::String(value) => Self::String(value),
            Value::Array(list) => list.into_iter().collect(),
            Value::Object(map) => map.into_iter().collect(),
        }
    }
}

/// Converts timestamps to seconds since 1970, blobs to base64, and numbers that JSON cannot represent to strings.
impl From<Document> for Value {
    fn from(document: Document) -> Self {
        match document {
            Document::Null => Self::Null,
            Document::Boolean(value) => value.into(),
            Document::Integer(value) => value.into(),
            Document::Double(value) => float_name(value).map_or_else(|| value.into(), Into::into),
            Document::BigInteger(value) => number(value.as_str()),
            Document::BigDecimal(value) => number(value.as_str()),
            Document::String(value) => value.into(),
            Document::Blob(value) => base64(&value).into(),
            Document::Timestamp(value) => match value.subsec_nanos() {
                0 => value.as_secs().into(),
                _ => value.as_secs_f64().into(),
            },
            Document::List(list) => list.into_iter().map(Self::from).collect(),
            Document::Map(map) => map.into_iter().map(|(key, value)| (key, Self::from(value))).collect(),
        }
    }
}

impl FromIterator<Value> for Document {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        Self::List(elements.into_iter().map(Self::from).collect())
    }
}

/// Returns a JSON number if it can hold all digits, and a string otherwise.
fn number(digits: &str) -> Value {
    let parsed = serde_json::from_str::<Value>(digits);
    let kept = parsed.ok().map(|number| (number.to_string(), number)).filter(|(printed, _)| printed == digits);
    kept.map_or_else(|| digits.into(), |(_, number)| number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_convert_from_and_to_json() {
        let value = json!({ "a": [1, 2.5, "x", true, null], "b": { "c": u64::MAX } });
        let document = Document::from(value.clone());
        assert_eq!(Value::from(document.clone()), value);
        assert_eq!(serde_json::from_value::<Document>(value.clone()).unwrap(), document);
        assert_eq!(serde_json::to_value(document).unwrap(), value);
    }
}
