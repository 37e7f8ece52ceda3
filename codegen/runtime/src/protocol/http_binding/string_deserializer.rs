//! Deserializes values from the strings in headers and in the URIs of recorded requests.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue};

use super::{Location, misplaced};
use crate::{
    codec::named_float,
    primitives::{BigDecimal, BigInteger, Timestamp},
    schema::{
        DeserializableList, DeserializableMap, DeserializableShape, MemberSchema, SerdeError, ShapeDeserializer,
        Target, narrow_float, parse_float, reject::reject_reads,
    },
};

/// Deserializes the value of a member from the values of a header.
pub(super) fn deserialize_header<'a>(
    schema: &MemberSchema,
    values: impl Iterator<Item = &'a HeaderValue>,
    slot: &mut dyn DeserializableShape,
) -> Result<(), SerdeError> {
    let mut strings = Vec::new();
    for value in values {
        let string = std::str::from_utf8(value.as_bytes());
        strings.push(string.map_err(|_| SerdeError::unexpected("invalid UTF-8", "a string"))?.trim());
    }
    deserialize_strings(Location::Header, schema, vec![strings.join(", ")], slot)
}

/// Deserializes the value of a member. A header has a single string. In a query string, a list has one string for each
/// element.
pub(super) fn deserialize_strings(
    location: Location,
    schema: &MemberSchema,
    strings: Vec<String>,
    slot: &mut dyn DeserializableShape,
) -> Result<(), SerdeError> {
    slot.deserialize(schema, &mut StringDeserializer { location, strings }).map(drop)
}

/// Deserializes a map member from the headers whose names start with a prefix.
pub(super) fn deserialize_prefix_headers(
    schema: &MemberSchema,
    prefix: &str,
    headers: &HeaderMap,
    slot: &mut dyn DeserializableShape,
) -> Result<(), SerdeError> {
    slot.deserialize(schema, &mut PrefixDeserializer { prefix: &prefix.to_ascii_lowercase(), headers }).map(drop)
}

/// A deserializer that reads values from strings.
struct StringDeserializer {
    location: Location,
    /// A single string, except for a list in a query string.
    strings: Vec<String>,
}

impl StringDeserializer {
    /// Returns the string that contains a value other than a list.
    fn string(&self) -> &str {
        self.strings.first().map_or("", |string| string)
    }

    /// Parses a value. An empty string means that the value is absent.
    fn parse<T>(&self, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, SerdeError> {
        if self.string().is_empty() {
            return Ok(None);
        }
        parse(self.string()).map(Some).ok_or_else(|| invalid(expected))
    }
}

#[cold]
fn invalid(expected: &str) -> SerdeError {
    SerdeError::unexpected("a string that cannot be parsed", expected)
}

impl ShapeDeserializer for StringDeserializer {
    fn read_boolean(&mut self, _: &MemberSchema) -> Result<Option<bool>, SerdeError> {
        self.parse("a boolean", |string| string.to_ascii_lowercase().parse().ok())
    }

    fn read_integer(&mut self, _: &MemberSchema) -> Result<Option<i64>, SerdeError> {
        self.parse("an integer", |string| string.parse().ok())
    }

    fn read_float(&mut self, _: &MemberSchema) -> Result<Option<f32>, SerdeError> {
        self.parse("a number", |string| match named_float(string) {
            Some(named) => narrow_float(named).ok(),
            None => parse_float(string).ok(),
        })
    }

    fn read_double(&mut self, _: &MemberSchema) -> Result<Option<f64>, SerdeError> {
        // Rust also parses `inf` and `nan`, and parses numbers that are too large as infinity.
        let finite = |string: &str| string.parse().ok().filter(|number: &f64| number.is_finite());
        self.parse("a number", |string| named_float(string).or_else(|| finite(string)))
    }

    fn read_big_integer(&mut self, _: &MemberSchema) -> Result<Option<BigInteger>, SerdeError> {
        self.parse("an integer", |string| string.parse().ok())
    }

    fn read_big_decimal(&mut self, _: &MemberSchema) -> Result<Option<BigDecimal>, SerdeError> {
        self.parse("a number", |string| string.parse().ok())
    }

    fn read_string(&mut self, schema: &MemberSchema) -> Result<Option<Cow<'_, str>>, SerdeError> {
        if self.location.is_base64(schema) && !self.string().is_empty() {
            let decode = |string: &str| String::from_utf8(STANDARD.decode(string).ok()?).ok();
            return Ok(self.parse("base64 of a string", decode)?.map(Cow::Owned));
        }
        Ok(Some(Cow::Borrowed(self.string())))
    }

    fn read_blob(&mut self, _: &MemberSchema) -> Result<Option<Vec<u8>>, SerdeError> {
        self.parse("base64", |string| STANDARD.decode(string).ok())
    }

    fn read_timestamp(&mut self, _: &MemberSchema) -> Result<Option<Timestamp>, SerdeError> {
        // Any of the three formats is accepted, as in bodies.
        self.parse("a timestamp (seconds since 1970, or an RFC 3339 or HTTP date)", |string| {
            let number = || string.parse().ok().and_then(Timestamp::from_secs_f64);
            string.parse().ok().or_else(number)
        })
    }

    fn read_list(&mut self, schema: &MemberSchema, list: &mut dyn DeserializableList) -> Result<bool, SerdeError> {
        list.truncate(0);
        let element_schema = schema.element();
        let strings = match self.location {
            Location::Header => split(self.string(), matches!(element_schema.target, Target::Timestamp))?,
            Location::Uri => std::mem::take(&mut self.strings),
        };
        let mut len = 0;
        for string in strings {
            let Some(element) = list.push() else { continue };
            let mut deserializer = StringDeserializer { location: self.location, strings: vec![string] };
            if element.deserialize(element_schema, &mut deserializer)? {
                len += 1;
            } else {
                list.truncate(len);
            }
        }
        Ok(true)
    }

    reject_reads! {
        |_| misplaced();
        read_document read_map read_struct read_union
    }
}

/// Splits a list at its commas. Elements may be quoted, and may be empty. `timestamps` is `true` for timestamps, since
/// HTTP dates contain a comma after the day of the week.
fn split(list: &str, timestamps: bool) -> Result<Vec<String>, SerdeError> {
    let mut elements = Vec::new();
    let mut rest = list.trim();
    if rest.is_empty() {
        return Ok(elements);
    }
    loop {
        let (element, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let mut commas = rest.match_indices(',').map(|(index, _)| index);
                let is_http_date = timestamps && rest.starts_with(|c: char| c.is_ascii_alphabetic());
                let end = if is_http_date { commas.nth(1) } else { commas.next() }.unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        elements.push(element);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.is_empty() => return Ok(elements),
            None => return Err(SerdeError::unexpected("text after a quoted string", "a comma")),
        };
    }
}

/// Returns the string that follows an opening quote, and the rest after the closing quote.
fn unquote(quoted: &str) -> Result<(String, &str), SerdeError> {
    let mut string = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, char)) = chars.next() {
        match char {
            '"' => return Ok((string, &quoted[index + 1..])),
            '\\' => string.extend(chars.next().map(|(_, escaped)| escaped)),
            char => string.push(char),
        }
    }
    Err(SerdeError::unexpected("the end of the header", "a closing quote"))
}

/// A deserializer that reads a map from the headers whose names start with a prefix.
struct PrefixDeserializer<'a> {
    prefix: &'a str,
    headers: &'a HeaderMap,
}

impl ShapeDeserializer for PrefixDeserializer<'_> {
    fn read_map(&mut self, schema: &MemberSchema, map: &mut dyn DeserializableMap) -> Result<bool, SerdeError> {
        map.clear();
        let mut found = false;
        for name in self.headers.keys() {
            let Some(key) = name.as_str().strip_prefix(self.prefix) else { continue };
            let Some(value) = map.insert(key) else { continue };
            deserialize_header(schema.element(), self.headers.get_all(name).iter(), value)?;
            found = true;
        }
        Ok(found)
    }

    reject_reads! {
        |_| misplaced();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_struct read_union
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{TimestampFormat, Trait};

    #[test]
    fn a_float_is_a_number_or_one_of_three_names() {
        let read = |string: &str| {
            let mut value = 0.0_f64;
            let strings = vec![string.to_owned()];
            deserialize_strings(Location::Header, &MemberSchema::root(Target::Double), strings, &mut value)
                .map(|()| value)
        };
        for (string, expected) in [("1e5", 1e5), ("-0.5", -0.5), ("Infinity", f64::INFINITY), ("", 0.0)] {
            assert_eq!(read(string), Ok(expected), "{string}");
        }
        assert!(read("NaN").is_ok_and(f64::is_nan));
        for string in ["inf", "-inf", "infinity", "nan", "1e400", "-1e400", "1e", "x"] {
            assert_eq!(read(string), Err(invalid("a number")), "{string}");
        }
    }

    #[test]
    fn a_list_of_timestamps_may_have_any_format() {
        const HTTP_DATE: MemberSchema = MemberSchema::root(Target::Timestamp);
        const DATE_TIME: MemberSchema =
            MemberSchema { traits: &[Trait::TimestampFormat(TimestampFormat::DateTime)], ..HTTP_DATE };
        let expected: Vec<Timestamp> = vec![Timestamp::new(1_576_540_098, 0), Timestamp::new(1_576_626_498, 0)];
        for list in [
            "Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT",
            "2019-12-16T23:48:18Z, 2019-12-17T23:48:18Z",
            "1576540098,1576626498",
            "2019-12-16T23:48:18Z, Tue, 17 Dec 2019 23:48:18 GMT",
        ] {
            for element in [&HTTP_DATE, &DATE_TIME] {
                let mut found: Vec<Timestamp> = Vec::new();
                let schema = MemberSchema::root(Target::List(element));
                let read = deserialize_strings(Location::Header, &schema, vec![list.to_owned()], &mut found);
                assert_eq!((read, &found), (Ok(()), &expected), "{list}");
            }
        }
    }

    #[test]
    fn lists_are_split_at_commas_outside_quotes_and_dates() {
        for (list, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("a,b ,  c", vec!["a", "b", "c"]),
            (",, a,", vec!["", "", "a", ""]),
            (r#""", """#, vec!["", ""]),
            (r#""b,c", "\"def\"", a"#, vec!["b,c", "\"def\"", "a"]),
            (r#""a\\b""#, vec![r"a\b"]),
        ] {
            assert_eq!(split(list, false).unwrap(), expected, "{list}");
        }
        assert_eq!(
            split(r#""a" b"#, false).unwrap_err().to_string(),
            "expected a comma, found text after a quoted string"
        );
        assert_eq!(
            split(r#""a"#, false).unwrap_err().to_string(),
            "expected a closing quote, found the end of the header"
        );
    }
}
